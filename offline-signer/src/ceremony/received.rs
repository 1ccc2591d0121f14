//! Bytes that arrived on an isolated machine. Nothing is known of them.
//! Never shown, never parsed beyond their envelope.

use transfer_format::seal::Envelope;

use super::attempt::Attempt;
use super::authenticated::Authenticated;
use super::ports::Desk;
use super::refusal::Refusal;
use crate::isolation::Isolated;

/// Bytes from outside.
pub struct Received {
    bytes: Vec<u8>,
    isolated: Isolated,
}

impl Received {
    /// Bytes that arrived on a machine that was proven to be isolated before they were read.
    pub const fn new(bytes: Vec<u8>, isolated: Isolated) -> Self {
        Self { bytes, isolated }
    }

    /// Finds the source whose key the seal names, verifies the seal over the raw bytes, and holds
    /// the request's address and scope against the policy.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`], [`Refusal::SourceUnknown`], [`Refusal::Seal`],
    /// [`Refusal::Audience`], [`Refusal::SourceScope`], [`Refusal::TooLarge`].
    pub(super) fn authenticate(
        self,
        desk: &Desk<'_>,
        attempt: &mut Attempt,
    ) -> Result<Authenticated, Refusal> {
        let size = self.bytes.len();
        let envelope = Envelope::read(self.bytes)?;
        let key_id = envelope.key_id();
        let source = desk.room.station.source(key_id);
        attempt.source = Some(source.map_or_else(
            || format!("key {key_id}"),
            |(source, _)| source.id().to_owned(),
        ));
        let (packet, source) = desk.room.station.opened(envelope)?;
        attempt.intent = Some(packet.intent());
        Authenticated::new(packet, source, size, self.isolated, desk)
    }
}
