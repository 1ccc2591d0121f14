//! An outcome that is in the journal, and the result that may leave because of it.
//! Knows nothing of the channel by which it leaves.

use transfer_format::IntentDigest;
use transfer_format::packet::{IndexedSignature, SigningResult};
use transfer_format::seal::{Draft, Packet};

use super::approved::Approvals;
use super::ports::{Desk, SealDigest, StationToken};
use super::refusal::Refusal;
use crate::journal::{Entry, RecordDigest, Released as ReleasedRecord};
use crate::station::own_packet;

/// Signatures whose outcome is durable.
pub struct Journaled<'d> {
    intent: IntentDigest,
    signatures: Vec<(u32, Vec<u8>)>,
    approvals: Approvals,
    place: (u64, RecordDigest),
    token: Box<dyn StationToken + 'd>,
}

/// A sealed result that may leave the station.
pub struct Released {
    packet: Packet<SigningResult>,
}

impl<'d> Journaled<'d> {
    pub(super) const fn new(
        intent: IntentDigest,
        signatures: Vec<(u32, Vec<u8>)>,
        approvals: Approvals,
        place: (u64, RecordDigest),
        token: Box<dyn StationToken + 'd>,
    ) -> Self {
        Self {
            intent,
            signatures,
            approvals,
            place,
            token,
        }
    }

    /// Seals the result with the station key, locks the token, and records the release.
    ///
    /// # Errors
    /// [`Refusal::Token`], [`Refusal::OwnSeal`], [`Refusal::Storage`]. The outcome stays in the
    /// journal; the result can be made from it again.
    pub(super) fn release(mut self, desk: &mut Desk<'_>) -> Result<Released, Refusal> {
        let facts = desk.journal.state().facts();
        let (journal_sequence, journal_head) = self.place;
        let result = SigningResult {
            intent: self.intent,
            station: facts.station.clone(),
            signatures: self
                .signatures
                .into_iter()
                .map(|(index, signature)| IndexedSignature { index, signature })
                .collect(),
            approvals: self.approvals.digests().to_vec(),
            journal_sequence,
            journal_head,
            rehearsal: facts.rehearsal,
        };
        let draft = Draft::new(result, *desk.room.station.station_key())
            .map_err(|error| own_packet(&error))?;
        desk.room.isolation.prove()?;
        let seal = self.token.seal(&SealDigest::of(&draft))?;
        let packet = draft.seal(seal)?;
        self.token.lock()?;
        let released = ReleasedRecord {
            intent: self.intent,
            result: packet.digest(),
        };
        desk.journal
            .append(Entry::Released(released), desk.room.clock.now())?;
        Ok(Released { packet })
    }
}

impl Released {
    /// The sealed result.
    pub const fn packet(&self) -> &Packet<SigningResult> {
        &self.packet
    }
}
