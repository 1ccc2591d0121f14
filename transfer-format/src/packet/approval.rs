//! The approval: what one operator consented to, bound to everything they saw.
//! Knows nothing of operators but an id and a role.

use super::schema::{IDENTIFIER, Schema, VERSION};
use super::{PacketKind, Payload, PayloadError};
use crate::IntentDigest;
use crate::cbor::{Item, MapItem, Reader};

/// One operator's consent to one request in one ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The request.
    pub intent: IntentDigest,
    /// Digest of the review the operator was shown.
    pub review_digest: [u8; 32],
    /// Digest of the policy in force.
    pub policy_hash: [u8; 32],
    /// Id of the ceremony, so that no other one can use the approval.
    pub ceremony: [u8; 16],
    /// The journal's head when the approval was given.
    pub journal_head: [u8; 32],
    /// The operator's id.
    pub operator: String,
    /// The role in which the operator approved.
    pub role: String,
    /// When, in seconds UTC of the station's clock.
    pub approved_at: u64,
}

impl Payload for Approval {
    const KIND: PacketKind = PacketKind::Approval;
}

impl Schema for Approval {
    fn write(&self) -> Item {
        let map = MapItem::new()
            .with(0, Item::uint(VERSION))
            .with(1, Item::bytes(self.intent.as_bytes()))
            .with(2, Item::bytes(&self.review_digest))
            .with(3, Item::bytes(&self.policy_hash))
            .with(4, Item::bytes(&self.ceremony))
            .with(5, Item::bytes(&self.journal_head))
            .with(6, Item::text(&self.operator))
            .with(7, Item::text(&self.role))
            .with(8, Item::uint(self.approved_at));
        Item::map(map)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, PayloadError> {
        reader.map(|map| {
            map.version(VERSION)?;
            Ok(Self {
                intent: IntentDigest::from_bytes(map.field(1)?.fixed()?),
                review_digest: map.field(2)?.fixed()?,
                policy_hash: map.field(3)?.fixed()?,
                ceremony: map.field(4)?.fixed()?,
                journal_head: map.field(5)?.fixed()?,
                operator: map.field(6)?.text(IDENTIFIER)?,
                role: map.field(7)?.text(IDENTIFIER)?,
                approved_at: map.field(8)?.uint()?,
            })
        })
    }
}
