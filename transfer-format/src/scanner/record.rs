//! What the scanner's process says to the one that started it: records with a length in front.
//!
//! Knows nothing of processes. The reading side takes a record for hostile: its kind and length
//! are checked before memory is taken, its numbers are only counted with, its text is only shown
//! when it is short and printable.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | kind: `P` progress, `K` packet, `E` refusal; `K` and `E` are the last of a process |
//! | 4 | bytes that follow, big-endian |
//! | | progress: six numbers of 8 bytes and the hint; packet: its bytes; refusal: code, line feed, sentence |

use super::progress::{Hint, ScanProgress};
use super::refusal::ScanRefusal;
use crate::limits::MAX_PACKET_BYTES;

/// Bytes of a progress record: six numbers and a hint.
const PROGRESS_BYTES: usize = 49;
/// Bytes of a refusal.
const MAX_REFUSAL_BYTES: usize = 1024;
/// Bytes in front of every record.
const HEAD_BYTES: usize = 5;
/// Progress records of one process: ten a second for somewhat more than ten minutes.
pub(super) const MAX_PROGRESS_RECORDS: usize = 8_000;

/// One thing the scanner says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record {
    Progress(ScanProgress),
    Packet(Vec<u8>),
    Refusal(ScanRefusal),
}

/// How a scanner breaks the rules of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A kind that does not exist.
    #[error("it sent a record of unknown kind {found}")]
    Kind {
        /// The byte.
        found: u8,
    },
    /// A record of a length that its kind does not have.
    #[error("it sent a record of {found} bytes where at most {limit} are allowed")]
    Length {
        /// Bytes announced.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A refusal that is no known code and a printable sentence, or a hint that does not exist.
    #[error("it sent a record with content that has no meaning")]
    Content,
    /// More progress records than there can be.
    #[error("it sent more than {MAX_PROGRESS_RECORDS} records")]
    TooMany,
    /// Bytes behind the last record.
    #[error("it went on after its last record")]
    Trailing,
}

impl Record {
    /// The record's bytes, its head included.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let (kind, body) = match self {
            Self::Progress(progress) => (b'P', progress_body(progress)),
            Self::Packet(packet) => (b'K', packet.clone()),
            Self::Refusal(refusal) => {
                let mut body = format!("{}\n{}", refusal.code(), refusal.sentence());
                // Printable ASCII, so that every byte is a character's end.
                body.truncate(MAX_REFUSAL_BYTES);
                (b'E', body.into_bytes())
            }
        };
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        [&[kind], length.to_be_bytes().as_slice(), &body].concat()
    }

    fn parse(kind: u8, body: &[u8]) -> Result<Self, RecordError> {
        match kind {
            b'P' => progress_from(body).map(Self::Progress),
            b'K' => Some(Self::Packet(body.to_vec())),
            _ => refusal_from(body).map(Self::Refusal),
        }
        .ok_or(RecordError::Content)
    }
}

/// Puts records together from bytes as they come.
#[derive(Default)]
pub(super) struct RecordReader {
    bytes: Vec<u8>,
    progress_records: usize,
}

impl RecordReader {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole record, if it is there.
    pub(super) fn next(&mut self) -> Result<Option<Record>, RecordError> {
        let Some((head, behind)) = self.bytes.split_first_chunk::<HEAD_BYTES>() else {
            return Ok(None);
        };
        let [kind, length @ ..] = *head;
        let found = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let limit = match kind {
            b'P' => PROGRESS_BYTES,
            b'K' => MAX_PACKET_BYTES,
            b'E' => MAX_REFUSAL_BYTES,
            found => return Err(RecordError::Kind { found }),
        };
        if found > limit {
            return Err(RecordError::Length { found, limit });
        }
        let Some((body, rest)) = behind.split_at_checked(found) else {
            return Ok(None);
        };
        let record = Record::parse(kind, body)?;
        let rest = rest.len();
        self.bytes.drain(..self.bytes.len().saturating_sub(rest));
        if !matches!(record, Record::Progress(_)) {
            return if rest == 0 {
                Ok(Some(record))
            } else {
                Err(RecordError::Trailing)
            };
        }
        self.progress_records = self.progress_records.saturating_add(1);
        if self.progress_records > MAX_PROGRESS_RECORDS {
            return Err(RecordError::TooMany);
        }
        Ok(Some(record))
    }
}

fn progress_body(progress: &ScanProgress) -> Vec<u8> {
    let numbers = [
        progress.symbols,
        progress.needed,
        progress.images,
        progress.codes,
        progress.damaged,
        progress.foreign,
    ];
    let mut body: Vec<u8> = numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect();
    body.push(progress.hint.map_or(0, Hint::number));
    body
}

fn progress_from(body: &[u8]) -> Option<ScanProgress> {
    let (numbers, hint) = body.as_chunks::<8>();
    let [symbols, needed, images, codes, damaged, foreign] = *numbers.first_chunk::<6>()?;
    let [hint] = *hint else { return None };
    let hint = match hint {
        0 => None,
        number => Some(Hint::from_number(number)?),
    };
    let [symbols, needed, images, codes, damaged, foreign] =
        [symbols, needed, images, codes, damaged, foreign].map(u64::from_be_bytes);
    Some(ScanProgress {
        symbols,
        needed,
        images,
        codes,
        damaged,
        foreign,
        hint,
    })
}

fn refusal_from(body: &[u8]) -> Option<ScanRefusal> {
    let (code, sentence) = std::str::from_utf8(body).ok()?.split_once('\n')?;
    ScanRefusal::told(code, sentence)
}
