//! An intent that is in the journal: from here on it counts as spent, whatever happens.
//! The station's token is unlocked and has not been asked yet.

use transaction_review::{Commitment, Review, Signature, check_complete, judge};
use transfer_format::IntentDigest;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::approved::{Approvals, Bound};
use super::authenticated::{check_freshness, check_source};
use super::ports::{Authorised, Desk, StationToken};
use super::refusal::Refusal;
use super::signed::Signed;
use crate::journal::{Entry, Failed, Intent, Outcome};

/// A recorded intent, with the token that will sign it.
pub struct Recorded<'d> {
    intent: IntentDigest,
    review: Review,
    approvals: Approvals,
    token: Box<dyn StationToken + 'd>,
}

impl<'d> Recorded<'d> {
    pub(super) fn write(
        packet: &Packet<Request>,
        review: Review,
        bound: &Bound,
        approvals: Approvals,
        desk: &mut Desk<'d>,
    ) -> Result<Self, Refusal> {
        let serial = desk.room.station.token_serial().to_owned();
        let pin = desk.room.people.pin("station", &serial)?;
        desk.room.isolation.prove()?;
        let token = desk.room.tokens.unlock(pin)?;
        // Reading and typing took people minutes: everything that time may have changed is checked
        // again, at the very moment that the record will carry.
        let clock = desk.room.clock.now();
        let now = clock.max(desk.journal.state().time());
        desk.room.isolation.prove()?;
        check_source(packet, now, desk)?;
        // The clock as it is: one that was set back meanwhile must not revive an expired request.
        check_freshness(packet, clock, desk)?;
        check_freshness(packet, now, desk)?;
        let station = desk.room.station;
        let verdict = judge(station.policy(), &review, desk.history, now);
        if !verdict.permitted {
            return Err(Refusal::Policy(Box::new(verdict)));
        }
        let approvals = approvals.counted_again(&verdict.quorum, bound, station, now)?;
        let intent = Intent {
            digest: packet.intent(),
            request: packet.bytes().to_vec(),
            review: bound.review,
            policy: bound.policy,
            ceremony: bound.ceremony,
            approvals: approvals.packets().to_vec(),
        };
        desk.journal.append(Entry::Intent(Box::new(intent)), now)?;
        let sequence = desk.journal.state().sequence();
        let commitment = Commitment::of(&review, *packet.intent().as_bytes(), sequence, now);
        desk.history.record(commitment);
        Ok(Self {
            intent: packet.intent(),
            review,
            approvals,
            token,
        })
    }

    /// Asks the token for one signature after the other. All of them, or none is kept: a failure
    /// is written down as the intent's outcome, and the intent stays spent.
    ///
    /// # Errors
    /// [`Refusal::Token`], [`Refusal::NonceReuse`], [`Refusal::Signatures`],
    /// [`Refusal::Isolation`], [`Refusal::Storage`].
    pub(super) fn sign(mut self, desk: &mut Desk<'_>) -> Result<Signed<'d>, Refusal> {
        let mut made = Vec::new();
        match self.all_signatures(desk, &mut made) {
            Ok(()) => Ok(Signed::new(self.intent, made, self.approvals, self.token)),
            Err(refusal) => {
                // What was made is kept even so: it exists, and its nonces must never come again.
                let code = refusal.code().to_owned();
                let made = made
                    .iter()
                    .map(|made| (made.index(), made.to_bytes()))
                    .collect();
                let failed = Outcome {
                    intent: self.intent,
                    signed: Err(Failed { code, made }),
                };
                // A journal that fails here takes nothing more; the refusal's own record says so.
                match desk
                    .journal
                    .append(Entry::Outcome(failed), desk.room.clock.now())
                {
                    Ok(_) | Err(_) => Err(refusal),
                }
            }
        }
    }

    /// Between the intent and the outcome nobody is asked or told anything: a terminal that goes
    /// away must not cost a signature that exists.
    fn all_signatures(
        &mut self,
        desk: &Desk<'_>,
        made: &mut Vec<Signature>,
    ) -> Result<(), Refusal> {
        let wallet = self.review.wallet_id();
        for wanted in self.review.digests() {
            desk.room.isolation.prove()?;
            let signed = self.token.sign(&Authorised::new(wallet, wanted))?;
            let signature = signed.into_signature(self.review.kind(), wanted.index);
            let repeated = made
                .iter()
                .any(|earlier| point(earlier) == point(&signature));
            made.push(signature);
            if repeated || desk.journal.state().has_signature_point(&point(&signature)) {
                return Err(Refusal::NonceReuse {
                    wallet: wallet.to_owned(),
                });
            }
        }
        // The same check that the builder will make: every signature verifies, and together they
        // are all that this station owes.
        check_complete(&self.review, made).map_err(|error| Refusal::Signatures {
            code: error.code(),
            sentence: error.to_string(),
        })
    }
}

/// r, the x coordinate of the nonce's point: the same twice gives the key away.
fn point(signature: &Signature) -> [u8; 32] {
    signature.rs().first_chunk().copied().unwrap_or_default()
}
