//! Why a journal does not verify, and why its file could not be used.
//! Knows nothing of who asked; each variant carries the place and what was found there.

use std::io;
use std::path::PathBuf;

use transfer_format::cbor::{CanonicalError, ReadError};

use super::state::StateError;

/// Why a journal does not verify. Each names the record, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The bytes at a record's place are not one canonical item.
    #[error(
        "record {record} is not readable ({cause}): the journal was damaged or edited, or its last write was cut off; stop, and compare it with its exports"
    )]
    NotCanonical {
        /// The record's number.
        record: u64,
        /// What the scan found.
        cause: CanonicalError,
    },
    /// The item is not a record.
    #[error(
        "record {record} is not a record of this program ({cause}): the journal was edited, or a newer program wrote it"
    )]
    NotARecord {
        /// The record's number.
        record: u64,
        /// What the reader found.
        cause: ReadError,
    },
    /// The record's bytes are not the ones this program would write for the same meaning.
    #[error("record {record} is not in its one canonical encoding: the journal was edited")]
    Encoding {
        /// The record's number.
        record: u64,
    },
    /// A record says another number than its place.
    #[error(
        "record {record} says that it is number {found}: records were removed, inserted or reordered"
    )]
    Sequence {
        /// The record's place.
        record: u64,
        /// The number it carries.
        found: u64,
    },
    /// A record does not carry the digest of the one before it.
    #[error("record {record} does not follow from the one before it: one of the two was edited")]
    Chain {
        /// The record's number.
        record: u64,
    },
    /// A record is older than the one before it.
    #[error("record {record} was written at {found} s, before its predecessor at {floor} s")]
    Time {
        /// The record's number.
        record: u64,
        /// Its time, in seconds UTC.
        found: u64,
        /// The time before it, in seconds UTC.
        floor: u64,
    },
    /// A record contradicts the ones before it.
    #[error("record {record} contradicts the records before it: {cause}")]
    State {
        /// The record's number.
        record: u64,
        /// How.
        cause: StateError,
    },
    /// A recorded request that is not the recorded intent, or that nobody may have asked for.
    #[error("record {record} holds another request than the one that was approved")]
    Request {
        /// The record's number.
        record: u64,
    },
    /// Recorded signatures that do not finish the approved transaction.
    #[error("record {record} holds signatures that do not verify for what was approved")]
    Signatures {
        /// The record's number.
        record: u64,
    },
    /// An intent that the policy did not permit after what was recorded before it.
    #[error("record {record} holds an intent that the policy did not permit at that time")]
    Verdict {
        /// The record's number.
        record: u64,
    },
    /// Nothing at all.
    #[error(
        "the journal is empty: it lost its genesis; restore it from an export before anything else"
    )]
    Empty,
}

/// Why the journal's file could not be used. No step follows any of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// Another process has it.
    #[error("another session has the journal open: finish that one first")]
    Busy,
    /// There is none.
    #[error("there is no journal at {}: found the station with \"offline-signer init\", or name its folder with --home", .0.display())]
    Missing(PathBuf),
    /// There is one already.
    #[error("a station exists at {}: it is never overwritten; choose another folder", .0.display())]
    Exists(PathBuf),
    /// It does not verify.
    #[error(transparent)]
    Corrupt(#[from] JournalError),
    /// The system refused a file operation.
    #[error("{operation} failed on the journal ({kind}): check the disk before anything else")]
    Io {
        /// Which operation.
        operation: &'static str,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// What was read back is not what was written.
    #[error("the disk returned other bytes than were written: replace it before anything else")]
    ReadBack,
    /// A record that would not read back as itself, so it was not written.
    #[error(
        "a record does not fit the journal's form (a name or path with other than plain ASCII, or too long?): nothing was written"
    )]
    Unwritable,
    /// An earlier append failed, so nothing is known of the file's end.
    #[error("an earlier write to the journal failed: close the program and look at the disk")]
    Broken,
}
