//! The result: the signatures a station released for one request, and where its journal says so.
//! Knows nothing of what was signed. Closed schema without free text: nothing else can leave.

use super::schema::{IDENTIFIER, Schema, VERSION};
use super::{PacketKind, Payload, PayloadError};
use crate::IntentDigest;
use crate::cbor::{Item, MapItem, Reader};
use crate::limits::{MAX_APPROVALS, MAX_SIGNATURES};

/// One signature and the input it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedSignature {
    /// Bitcoin: the input, from 0. Ethereum: 0.
    pub index: u32,
    /// Bitcoin: 64 bytes r‖s, `SIGHASH_ALL` implied. Ethereum: 65 bytes r‖s‖y-parity.
    pub signature: Vec<u8>,
}

/// What a station answers to a request it signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningResult {
    /// The request it answers.
    pub intent: IntentDigest,
    /// The station's id.
    pub station: String,
    /// The signatures, ascending by index.
    pub signatures: Vec<IndexedSignature>,
    /// SHA-256 of each sealed approval packet, in the order they were given.
    pub approvals: Vec<[u8; 32]>,
    /// Sequence of the journal record that allowed the release.
    pub journal_sequence: u64,
    /// Digest of that record: the journal's head.
    pub journal_head: [u8; 32],
    /// Whether the station is a rehearsal station.
    pub rehearsal: bool,
}

impl Payload for SigningResult {
    const KIND: PacketKind = PacketKind::Result;
}

impl Schema for SigningResult {
    fn write(&self) -> Item {
        let signatures = self.signatures.iter().map(|entry| {
            Item::array([
                Item::uint(u64::from(entry.index)),
                Item::bytes(&entry.signature),
            ])
        });
        let approvals = self.approvals.iter().map(|digest| Item::bytes(digest));
        let map = MapItem::new()
            .with(0, Item::uint(VERSION))
            .with(1, Item::bytes(self.intent.as_bytes()))
            .with(2, Item::text(&self.station))
            .with(3, Item::array(signatures))
            .with(4, Item::array(approvals))
            .with(5, Item::uint(self.journal_sequence))
            .with(6, Item::bytes(&self.journal_head))
            .with(7, Item::bool(self.rehearsal));
        Item::map(map)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, PayloadError> {
        let result: Self = reader.map(|map| {
            map.version(VERSION)?;
            Ok::<_, PayloadError>(Self {
                intent: IntentDigest::from_bytes(map.field(1)?.fixed()?),
                station: map.field(2)?.text(IDENTIFIER)?,
                signatures: map.field(3)?.array(1..=MAX_SIGNATURES, read_signature)?,
                approvals: map.field(4)?.array(1..=MAX_APPROVALS, |entry| {
                    Ok::<_, PayloadError>(entry.fixed()?)
                })?,
                journal_sequence: map.field(5)?.uint()?,
                journal_head: map.field(6)?.fixed()?,
                rehearsal: map.field(7)?.bool()?,
            })
        })?;
        let unordered = result
            .signatures
            .iter()
            .zip(result.signatures.iter().skip(1))
            .position(|(first, second)| first.index >= second.index);
        match unordered {
            Some(before) => Err(PayloadError::OutOfOrder {
                field: 3,
                position: before.saturating_add(1),
            }),
            None => Ok(result),
        }
    }
}

fn read_signature(reader: &mut Reader<'_>) -> Result<IndexedSignature, PayloadError> {
    reader.tuple(2, |entry| {
        Ok(IndexedSignature {
            index: entry.uint32()?,
            signature: entry.bytes(64..=65)?.to_vec(),
        })
    })
}
