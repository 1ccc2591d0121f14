//! An intent that is in the journal: from here on it counts as spent, whatever happens.
//! The station's token is unlocked and has not been asked yet.

use transaction_review::{Review, Signature, assemble, judge};
use transfer_format::IntentDigest;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::approved::{Approvals, Bound};
use super::authenticated::check_freshness;
use super::ports::{Desk, StationToken};
use super::refusal::Refusal;
use super::signed::Signed;
use crate::journal::{Entry, Intent, Outcome};

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
        let token = desk.room.tokens.unlock(pin)?;
        // Reading took people minutes: what may have changed since is checked again.
        let now = desk.room.clock.now();
        desk.isolation.prove()?;
        check_freshness(packet, now, desk)?;
        let verdict = judge(desk.room.station.policy(), &review, now);
        if !verdict.permitted {
            return Err(Refusal::Policy(Box::new(verdict)));
        }
        let intent = Intent {
            digest: packet.intent(),
            request: packet.bytes().to_vec(),
            review: bound.review,
            policy: bound.policy,
            ceremony: bound.ceremony,
            approvals: approvals.packets(),
        };
        desk.journal.append(Entry::Intent(Box::new(intent)), now)?;
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
        match self.all_signatures(desk) {
            Ok(signatures) => Ok(Signed::new(
                self.intent,
                signatures,
                self.approvals,
                self.token,
            )),
            Err(refusal) => {
                let failed = Outcome {
                    intent: self.intent,
                    signed: Err(refusal.code().to_owned()),
                };
                desk.journal
                    .append(Entry::Outcome(failed), desk.room.clock.now())?;
                Err(refusal)
            }
        }
    }

    fn all_signatures(&mut self, desk: &mut Desk<'_>) -> Result<Vec<Signature>, Refusal> {
        let wallet = self.review.wallet_id();
        let mut signatures: Vec<Signature> = Vec::new();
        for wanted in self.review.digests() {
            desk.isolation.prove()?;
            let made = self.token.sign(wallet, wanted.digest)?;
            let signature = made.into_signature(self.review.kind(), wanted.index);
            let repeated = signatures
                .iter()
                .any(|earlier| point(earlier) == point(&signature));
            if repeated || desk.journal.state().has_signature_point(&point(&signature)) {
                return Err(Refusal::NonceReuse {
                    wallet: wallet.to_owned(),
                });
            }
            signatures.push(signature);
        }
        // The same check that the builder will make: every signature verifies, and together they
        // finish the transaction that was reviewed.
        assemble(&self.review, &signatures).map_err(|error| Refusal::Signatures {
            code: error.code(),
            sentence: error.to_string(),
        })?;
        let count = signatures.len();
        desk.room
            .people
            .tell(&format!("{count} of {count} signatures made and verified."))?;
        Ok(signatures)
    }
}

/// r, the x coordinate of the nonce's point: the same twice gives the key away.
fn point(signature: &Signature) -> [u8; 32] {
    signature.rs().first_chunk().copied().unwrap_or_default()
}
