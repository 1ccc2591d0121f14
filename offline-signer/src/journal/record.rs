//! What the journal holds: one record for each thing that happened, in closed CBOR.
//! Knows nothing of files and of the chain's order; it is bytes in, meaning out, and back.

use transfer_format::IntentDigest;
use transfer_format::cbor::{Item, MapItem, MapReader, ReadError, Reader};
use transfer_format::limits::MAX_SIGNATURES;

use super::genesis::Genesis;

/// The longest sentence of a refusal that a record keeps, in bytes.
pub(super) const SENTENCE_BYTES: usize = 2048;

/// The longest request or approval that a record keeps, in bytes: the packet cap by medium.
pub(super) const PACKET_BYTES: usize = transfer_format::limits::MAX_PACKET_BYTES;

/// The SHA-256 of the whole record, domain tag included: the next record carries it.
pub type RecordDigest = [u8; 32];

/// One record with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number; the genesis is 0.
    pub sequence: u64,
    /// The digest of the record before; 32 zero bytes in the genesis.
    pub previous: RecordDigest,
    /// When it was written, in seconds UTC.
    pub time: u64,
    /// What happened.
    pub entry: Entry,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The station was founded.
    Genesis(Box<Genesis>),
    /// A request was refused. Nothing was signed.
    Refused(Refused),
    /// Something arrived that must be looked into at once (P1).
    Alert(Alert),
    /// Two people approved; the token is about to be asked. The money counts as spent from here.
    Intent(Box<Intent>),
    /// What came of an intent.
    Outcome(Outcome),
    /// A result left the station.
    Released(Released),
    /// Something else that the station sealed left it.
    Sent(Sent),
}

/// A refusal, with all that is known of what was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// SHA-256 of the bytes that arrived, if any did.
    pub packet: Option<[u8; 32]>,
    /// The intent, if the seal was good.
    pub intent: Option<IntentDigest>,
    /// The id of the source or the text of the key id, as far as it is known.
    pub source: Option<String>,
    /// The reason code, `E_…`.
    pub code: String,
    /// The reason in words, with the values that were found.
    pub sentence: String,
}

/// An alert of the highest priority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// SHA-256 of the bytes that arrived, if any did.
    pub packet: Option<[u8; 32]>,
    /// The reason code, `E_…`.
    pub code: String,
    /// What was found, in words.
    pub sentence: String,
}

/// An approved request, written before the token is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The intent digest.
    pub digest: IntentDigest,
    /// The sealed request, as it arrived.
    pub request: Vec<u8>,
    /// Digest of the screens that the operators read.
    pub review: [u8; 32],
    /// Hash of the policy that allowed it.
    pub policy: [u8; 32],
    /// The ceremony that the approvals name.
    pub ceremony: [u8; 16],
    /// The sealed approvals.
    pub approvals: Vec<Vec<u8>>,
}

/// What came of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The intent digest.
    pub intent: IntentDigest,
    /// The signatures, or what went wrong before all of them were there.
    pub signed: Result<Vec<(u32, Vec<u8>)>, Failed>,
}

/// An intent that did not come to all its signatures. None of them leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The reason code, `E_…`.
    pub code: String,
    /// The signatures that had been made by then: input, and r‖s with an Ethereum parity.
    pub made: Vec<(u32, Vec<u8>)>,
}

/// Something that left the station under its seal, other than a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// `enrolment` or `refusal`.
    pub kind: String,
    /// SHA-256 of the sealed packet.
    pub packet: [u8; 32],
}

/// A result that left the station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// The intent digest.
    pub intent: IntentDigest,
    /// SHA-256 of the sealed result.
    pub result: [u8; 32],
}

impl Record {
    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let (kind, body) = self.entry.encode();
        Item::map(
            MapItem::new()
                .with(0, Item::uint(self.sequence))
                .with(1, Item::bytes(&self.previous))
                .with(2, Item::uint(self.time))
                .with(3, Item::uint(kind))
                .with(4, body),
        )
        .into_bytes()
    }

    /// Reads exactly one record.
    ///
    /// # Errors
    /// [`ReadError`] for anything but the canonical bytes of a record of a known kind.
    pub fn decode(bytes: &[u8]) -> Result<Self, ReadError> {
        Reader::new(bytes)?.map(|map| {
            let sequence = map.field(0)?.uint()?;
            let previous = map.field(1)?.fixed()?;
            let time = map.field(2)?.uint()?;
            let kind = map.field(3)?.uint()?;
            let entry = Entry::decode(kind, map.field(4)?)?;
            Ok(Self {
                sequence,
                previous,
                time,
                entry,
            })
        })
    }
}

impl Entry {
    /// The word with which the journal is printed.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Genesis(_) => "GENESIS",
            Self::Refused(_) => "REFUSED",
            Self::Alert(_) => "ALERT",
            Self::Intent(_) => "INTENT",
            Self::Outcome(_) => "OUTCOME",
            Self::Released(_) => "RELEASED",
            Self::Sent(_) => "SENT",
        }
    }

    fn encode(&self) -> (u64, Item) {
        match self {
            Self::Genesis(genesis) => (1, genesis.item()),
            Self::Refused(refused) => (2, refused.item()),
            Self::Alert(alert) => (3, alert.item()),
            Self::Intent(intent) => (4, intent.item()),
            Self::Outcome(outcome) => (5, outcome.item()),
            Self::Released(released) => (6, released.item()),
            Self::Sent(sent) => (7, sent.item()),
        }
    }

    fn decode(kind: u64, body: &mut Reader<'_>) -> Result<Self, ReadError> {
        match kind {
            1 => body
                .map(Genesis::read)
                .map(|genesis| Self::Genesis(Box::new(genesis))),
            2 => body.map(Refused::read).map(Self::Refused),
            3 => body.map(Alert::read).map(Self::Alert),
            4 => body
                .map(Intent::read)
                .map(|intent| Self::Intent(Box::new(intent))),
            5 => body.map(Outcome::read).map(Self::Outcome),
            6 => body.map(Released::read).map(Self::Released),
            7 => body.map(Sent::read).map(Self::Sent),
            found => Err(ReadError::NumberTooLarge {
                field: 3,
                found,
                maximum: 7,
            }),
        }
    }
}

impl Refused {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, digest_or_null(self.packet.as_ref()))
                .with(
                    1,
                    Item::nullable(self.intent.as_ref(), |intent| {
                        Item::bytes(intent.as_bytes())
                    }),
                )
                .with(2, Item::nullable(self.source.as_deref(), Item::text))
                .with(3, Item::text(&self.code))
                .with(4, Item::text(&self.sentence)),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            packet: map.field(0)?.nullable(Reader::fixed)?,
            intent: map
                .field(1)?
                .nullable(Reader::fixed)?
                .map(IntentDigest::from_bytes),
            source: map.field(2)?.nullable(|reader| reader.text(1..=128))?,
            code: map.field(3)?.text(3..=64)?,
            sentence: map.field(4)?.text(0..=SENTENCE_BYTES)?,
        })
    }
}

impl Alert {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, digest_or_null(self.packet.as_ref()))
                .with(1, Item::text(&self.code))
                .with(2, Item::text(&self.sentence)),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            packet: map.field(0)?.nullable(Reader::fixed)?,
            code: map.field(1)?.text(3..=64)?,
            sentence: map.field(2)?.text(0..=SENTENCE_BYTES)?,
        })
    }
}

impl Intent {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, Item::bytes(self.digest.as_bytes()))
                .with(1, Item::bytes(&self.request))
                .with(2, Item::bytes(&self.review))
                .with(3, Item::bytes(&self.policy))
                .with(4, Item::bytes(&self.ceremony))
                .with(
                    5,
                    Item::array(self.approvals.iter().map(|approval| Item::bytes(approval))),
                ),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            digest: IntentDigest::from_bytes(map.field(0)?.fixed()?),
            request: map.field(1)?.bytes(1..=PACKET_BYTES)?.to_vec(),
            review: map.field(2)?.fixed()?,
            policy: map.field(3)?.fixed()?,
            ceremony: map.field(4)?.fixed()?,
            approvals: map.field(5)?.array(2..=16, |entry| {
                entry.bytes(1..=PACKET_BYTES).map(<[u8]>::to_vec)
            })?,
        })
    }
}

impl Outcome {
    fn item(&self) -> Item {
        let map = MapItem::new().with(0, Item::bytes(self.intent.as_bytes()));
        Item::map(match &self.signed {
            Ok(signatures) => map.with(1, list(signatures)),
            Err(failed) => map
                .with(2, Item::text(&failed.code))
                .with(3, list(&failed.made)),
        })
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        let intent = IntentDigest::from_bytes(map.field(0)?.fixed()?);
        let signatures = match map.optional_field(1)? {
            Some(list) => Some(list.array(1..=MAX_SIGNATURES, |entry| entry.tuple(2, signature))?),
            None => None,
        };
        let signed = match signatures {
            Some(signatures) => Ok(signatures),
            None => Err(Failed {
                code: map.field(2)?.text(3..=64)?,
                made: map
                    .field(3)?
                    .array(0..=MAX_SIGNATURES, |entry| entry.tuple(2, signature))?,
            }),
        };
        Ok(Self { intent, signed })
    }
}

impl Sent {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, Item::text(&self.kind))
                .with(1, Item::bytes(&self.packet)),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            kind: map.field(0)?.text(1..=64)?,
            packet: map.field(1)?.fixed()?,
        })
    }
}

fn digest_or_null(digest: Option<&[u8; 32]>) -> Item {
    Item::nullable(digest, |digest| Item::bytes(digest))
}

fn list(signatures: &[(u32, Vec<u8>)]) -> Item {
    Item::array(signatures.iter().map(|(index, signature)| {
        Item::array([Item::uint(u64::from(*index)), Item::bytes(signature)])
    }))
}

impl Released {
    fn item(&self) -> Item {
        Item::map(
            MapItem::new()
                .with(0, Item::bytes(self.intent.as_bytes()))
                .with(1, Item::bytes(&self.result)),
        )
    }

    fn read(map: &mut MapReader<'_, '_>) -> Result<Self, ReadError> {
        Ok(Self {
            intent: IntentDigest::from_bytes(map.field(0)?.fixed()?),
            result: map.field(1)?.fixed()?,
        })
    }
}

fn signature(pair: &mut Reader<'_>) -> Result<(u32, Vec<u8>), ReadError> {
    Ok((pair.uint32()?, pair.bytes(64..=65)?.to_vec()))
}

/// A sentence as a record keeps it: printable ASCII, no longer than the cap.
pub(crate) fn kept(sentence: &str) -> String {
    sentence
        .chars()
        .map(|character| {
            if matches!(character, ' '..='~') {
                character
            } else {
                ' '
            }
        })
        .take(SENTENCE_BYTES)
        .collect()
}
