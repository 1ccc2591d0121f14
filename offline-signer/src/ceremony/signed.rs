//! Signatures that exist and are not written down yet: they cannot be read, only journaled.
//! There is no accessor here, on purpose.

use transaction_review::Signature;
use transfer_format::IntentDigest;

use super::approved::Approvals;
use super::journaled::Journaled;
use super::ports::{Desk, StationToken};
use super::refusal::Refusal;
use crate::journal::{Entry, Outcome};

/// Verified signatures on their way into the journal.
pub struct Signed<'d> {
    intent: IntentDigest,
    signatures: Vec<Signature>,
    approvals: Approvals,
    token: Box<dyn StationToken + 'd>,
}

impl<'d> Signed<'d> {
    pub(super) const fn new(
        intent: IntentDigest,
        signatures: Vec<Signature>,
        approvals: Approvals,
        token: Box<dyn StationToken + 'd>,
    ) -> Self {
        Self {
            intent,
            signatures,
            approvals,
            token,
        }
    }

    /// Writes the outcome down, durably.
    ///
    /// # Errors
    /// [`Refusal::Storage`]: the signatures are lost with this state, and the intent stays spent.
    pub(super) fn journal(self, desk: &mut Desk<'_>) -> Result<Journaled<'d>, Refusal> {
        let signatures: Vec<(u32, Vec<u8>)> = self
            .signatures
            .iter()
            .map(|signature| (signature.index(), signature.to_bytes()))
            .collect();
        let outcome = Outcome {
            intent: self.intent,
            signed: Ok(signatures.clone()),
        };
        let head = desk
            .journal
            .append(Entry::Outcome(outcome), desk.room.clock.now())?;
        let sequence = desk.journal.state().sequence();
        Ok(Journaled::new(
            self.intent,
            signatures,
            self.approvals,
            (sequence, head),
            self.token,
        ))
    }
}
