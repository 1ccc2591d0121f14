//! Checks, record by record, that people approved what the journal says they approved, and that
//! what was signed is what they approved. Knows nothing of the chain between the records, and
//! needs nothing but public keys.

use std::collections::BTreeMap;

use transaction_review::{
    Code, Commitment, History, Quorum, Review, Signature, check_complete, judge, review,
};
use transfer_format::IntentDigest;
use transfer_format::packet::Audience;
use transfer_format::seal::Envelope;

use super::{Station, StationError, founding_bound, reviewed_kind, subject};
use crate::ceremony::{APPROVER, Approvals, Bound, Refusal, check_times};
use crate::journal::{Entry, Intent, JournalError, Outcome, Record, Refused};

/// What a journal's approvals and signatures add up to, while its records go by.
#[derive(Default)]
pub struct Evidence {
    station: Option<Station>,
    /// For whom requests are: the station's id and its environment.
    audience: Option<Audience>,
    /// Approved, and not known to be signed yet.
    open: BTreeMap<IntentDigest, Review>,
    history: History,
    failure: Option<StationError>,
}

impl Evidence {
    /// Takes one record into account. The first thing wrong is kept, whatever follows.
    pub fn take(&mut self, record: &Record) {
        if self.failure.is_none() {
            self.failure = self.check(record).err();
        }
    }

    /// The station, and what its intents commit to, if every approval counted and every signature
    /// verified.
    ///
    /// # Errors
    /// The first [`StationError`].
    pub fn station(self) -> Result<(Station, History), StationError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let station = self.station.ok_or(JournalError::Empty)?;
        Ok((station, self.history))
    }

    fn check(&mut self, record: &Record) -> Result<(), StationError> {
        match &record.entry {
            Entry::Genesis(genesis) => {
                let station = Station::new(&genesis.facts)?;
                let bound = founding_bound(&genesis.facts, &station).1;
                count(&genesis.approvals, &Quorum::LEAST, &bound, &station, record)?;
                self.audience = Some(Audience {
                    station: genesis.facts.station.clone(),
                    environment: genesis.facts.environment.clone(),
                });
                self.station = Some(station);
                Ok(())
            }
            Entry::Intent(intent) => self.check_intent(intent, record),
            Entry::Outcome(outcome) => self.check_outcome(outcome, record),
            Entry::Refused(refused) => {
                self.announce(refused, record.time);
                Ok(())
            }
            Entry::Alert(_) | Entry::Released(_) | Entry::Sent(_) => Ok(()),
        }
    }

    /// What was refused for nothing but its cool-down was told to wait: its time runs from then on.
    fn announce(&mut self, refused: &Refused, time: u64) {
        let waits = refused.code == Code::CoolDown.as_str();
        if let Some(intent) = refused.intent.filter(|_| waits) {
            self.history.announce(*intent.as_bytes(), time);
        }
    }

    /// An intent was permitted when it was recorded, by the policy and by all that was recorded
    /// before it, and as many people approved it as that verdict demands.
    fn check_intent(&mut self, intent: &Intent, record: &Record) -> Result<(), StationError> {
        let Some(station) = &self.station else {
            return Ok(());
        };
        let number = record.sequence;
        let review = self
            .reviewed(intent, station, record.time)
            .ok_or(JournalError::Request { record: number })?;
        let verdict = judge(station.policy(), &review, &self.history, record.time);
        if !verdict.permitted {
            return Err(JournalError::Verdict { record: number }.into());
        }
        let bound = Bound {
            intent: intent.digest,
            review: intent.review,
            policy: intent.policy,
            ceremony: intent.ceremony,
            head: record.previous,
            role: APPROVER,
        };
        count(&intent.approvals, &verdict.quorum, &bound, station, record)?;
        let digest = *intent.digest.as_bytes();
        self.history
            .record(Commitment::of(&review, digest, number, record.time));
        self.open.insert(intent.digest, review);
        Ok(())
    }

    /// The recorded request at the time of its record, if a source of the policy that might ask for
    /// it sealed it for this station, it was fresh, it is the recorded intent, and the policy named
    /// is the one in force.
    fn reviewed(&self, intent: &Intent, station: &Station, time: u64) -> Option<Review> {
        let envelope = Envelope::read(intent.request.clone()).ok()?;
        let (packet, source) = station.opened(envelope).ok()?;
        let (request, policy) = (packet.payload(), station.policy());
        let kind = reviewed_kind(request.kind);
        source.authorise(&request.wallet, kind, time).ok()?;
        check_times(request, policy, time).ok()?;
        let approved = packet.intent() == intent.digest && intent.policy == policy.hash();
        if !approved || self.audience.as_ref() != Some(&request.audience) {
            return None;
        }
        let review = review(policy, &subject(request)).ok()?;
        let review = review.of_intent(*packet.intent().as_bytes());
        Some(review.asked_by(source))
    }

    fn check_outcome(&mut self, outcome: &Outcome, record: &Record) -> Result<(), StationError> {
        // An outcome without its intent is the chain's to refuse.
        let (Some(review), Ok(signed)) = (self.open.remove(&outcome.intent), &outcome.signed)
        else {
            return Ok(());
        };
        let signatures: Option<Vec<Signature>> = signed
            .iter()
            .map(|(index, bytes)| Signature::from_bytes(review.kind(), *index, bytes))
            .collect();
        let sound =
            signatures.is_some_and(|signatures| check_complete(&review, &signatures).is_ok());
        if sound {
            return Ok(());
        }
        Err(JournalError::Signatures {
            record: record.sequence,
        }
        .into())
    }
}

fn count(
    approvals: &[Vec<u8>],
    quorum: &Quorum,
    bound: &Bound,
    station: &Station,
    record: &Record,
) -> Result<(), StationError> {
    let counted = Approvals::count(approvals.to_vec(), quorum, bound, station, record.time);
    counted
        .map(drop)
        .map_err(|cause: Refusal| StationError::Approval {
            record: record.sequence,
            cause: Box::new(cause),
        })
}
