//! The refusal: that a station said no, and the code of the reason. No details leave a station.
//! Knows nothing of the codes but their form.

use super::schema::{IDENTIFIER, Schema, VERSION, reason_code};
use super::{PacketKind, Payload, PayloadError};
use crate::IntentDigest;
use crate::cbor::{Item, MapItem, Reader};

/// What a station answers to a request it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalNotice {
    /// The request it answers.
    pub intent: IntentDigest,
    /// The station's id.
    pub station: String,
    /// The reason code, `E_` and words.
    pub code: String,
    /// Version of the policy that was in force.
    pub policy_version: u64,
}

impl Payload for RefusalNotice {
    const KIND: PacketKind = PacketKind::Refusal;
}

impl Schema for RefusalNotice {
    fn write(&self) -> Item {
        let map = MapItem::new()
            .with(0, Item::uint(VERSION))
            .with(1, Item::bytes(self.intent.as_bytes()))
            .with(2, Item::text(&self.station))
            .with(3, Item::text(&self.code))
            .with(4, Item::uint(self.policy_version));
        Item::map(map)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, PayloadError> {
        reader.map(|map| {
            map.version(VERSION)?;
            Ok(Self {
                intent: IntentDigest::from_bytes(map.field(1)?.fixed()?),
                station: map.field(2)?.text(IDENTIFIER)?,
                code: reason_code(map.field(3)?, 3)?,
                policy_version: map.field(4)?.uint()?,
            })
        })
    }
}
