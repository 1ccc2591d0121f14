//! The journal's file: locked, verified from the first record when opened, synced on every append.
//! Knows nothing of what the records mean beyond their order.

use std::fs::{File, OpenOptions, TryLockError, hard_link, remove_file};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};
use transfer_format::cbor::first_item_length;
use transfer_format::durable::{folder_of, sync_folder};

use super::Genesis;
use super::error::{JournalError, StorageError};
use super::record::{Entry, Record, RecordDigest};
use super::state::State;

/// An open journal. While it lives, no other process can open the same file.
pub struct Journal {
    file: File,
    state: State,
    length: u64,
    broken: bool,
}

impl Journal {
    /// Opens, locks and verifies the journal at `path`, and hands every record to `each`.
    ///
    /// # Errors
    /// [`StorageError::Missing`], [`StorageError::Busy`], [`StorageError::Corrupt`] or
    /// [`StorageError::Io`].
    pub fn open(path: &Path, mut each: impl FnMut(&Record)) -> Result<Self, StorageError> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(path)
            .map_err(|error| unopened(path, &error))?;
        lock(&file)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io("read"))?;
        let state = verify(&bytes, |record, _| each(record))?;
        Ok(Self {
            file,
            state,
            length: length(&bytes),
            broken: false,
        })
    }

    /// Founds a journal at `path`, which must not exist, with its first record.
    ///
    /// # Errors
    /// [`StorageError::Exists`] or any other [`StorageError`].
    pub fn found(path: &Path, genesis: Genesis, time: u64) -> Result<Self, StorageError> {
        let record = Record {
            sequence: 0,
            previous: [0; 32],
            time,
            entry: Entry::Genesis(Box::new(genesis)),
        };
        let bytes = checked_bytes(&record)?;
        let state = State::founded(&record, digest(&bytes))
            .map_err(|cause| JournalError::State { record: 0, cause })?;
        // Written under another name first: a founding that is cut off leaves no journal. The link
        // fails if there is one already, so nothing is ever replaced.
        let unfinished = path.with_extension("unfinished");
        match remove_file(&unfinished) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unopened(path, &error)),
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true).mode(0o600);
        let file = options
            .open(&unfinished)
            .map_err(|error| unopened(path, &error))?;
        lock(&file)?;
        let mut journal = Self {
            file,
            state,
            length: 0,
            broken: false,
        };
        journal.write(&bytes)?;
        hard_link(&unfinished, path).map_err(|error| unopened(path, &error))?;
        remove_file(&unfinished).map_err(io("removal of the unfinished journal"))?;
        // The name of the file is only durable once its folder is (fsync(2), notes).
        sync_folder(folder_of(path)).map_err(io("sync of the folder"))?;
        Ok(journal)
    }

    /// Appends `entry` at `time` (seconds UTC, never before the last record) and returns once it is
    /// durable and was read back.
    ///
    /// After a failure the journal takes nothing more: whether the bytes arrived is unknown, and an
    /// fsync that failed once may succeed later without having written anything.
    ///
    /// # Errors
    /// Any [`StorageError`]; [`StorageError::Broken`] after an earlier failure.
    pub(crate) fn append(&mut self, entry: Entry, time: u64) -> Result<RecordDigest, StorageError> {
        if self.broken {
            return Err(StorageError::Broken);
        }
        let record = Record {
            sequence: self.state.sequence().saturating_add(1),
            previous: *self.state.head(),
            time: time.max(self.state.time()),
            entry,
        };
        let bytes = checked_bytes(&record)?;
        let head = digest(&bytes);
        let mut next = self.state.clone();
        next.extend(&record, head)
            .map_err(|cause| JournalError::State {
                record: record.sequence,
                cause,
            })?;
        self.write(&bytes)?;
        self.state = next;
        Ok(head)
    }

    /// What the records add up to.
    pub const fn state(&self) -> &State {
        &self.state
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        // Until the end, nobody knows what is in the file.
        self.broken = true;
        self.file.write_all(bytes).map_err(io("append"))?;
        self.file.sync_all().map_err(io("sync"))?;
        self.file
            .seek(SeekFrom::Start(self.length))
            .map_err(io("seek"))?;
        let mut written = Vec::with_capacity(bytes.len());
        self.file
            .read_to_end(&mut written)
            .map_err(io("read-back"))?;
        if written != bytes {
            return Err(StorageError::ReadBack);
        }
        self.length = self.length.saturating_add(length(bytes));
        self.broken = false;
        Ok(())
    }
}

/// Verifies a whole journal and hands each record, with its digest, to `each`.
///
/// # Errors
/// [`JournalError`] at the first record that is not what it should be.
pub fn verify(
    bytes: &[u8],
    mut each: impl FnMut(&Record, &RecordDigest),
) -> Result<State, JournalError> {
    let mut rest = bytes;
    let mut state: Option<State> = None;
    let mut place: u64 = 0;
    while !rest.is_empty() {
        let (record, digest, after) = next(rest, place)?;
        match &mut state {
            None => {
                check_place(&record, place, &[0; 32], 0)?;
                let founded =
                    State::founded(&record, digest).map_err(|cause| JournalError::State {
                        record: place,
                        cause,
                    })?;
                state = Some(founded);
            }
            Some(state) => {
                check_place(&record, place, state.head(), state.time())?;
                state
                    .extend(&record, digest)
                    .map_err(|cause| JournalError::State {
                        record: place,
                        cause,
                    })?;
            }
        }
        each(&record, &digest);
        rest = after;
        place = place.saturating_add(1);
    }
    state.ok_or(JournalError::Empty)
}

fn next(rest: &[u8], place: u64) -> Result<(Record, RecordDigest, &[u8]), JournalError> {
    let unreadable = |cause| JournalError::NotCanonical {
        record: place,
        cause,
    };
    let end = first_item_length(rest).map_err(unreadable)?;
    let (item, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
    let record = Record::decode(item).map_err(|cause| JournalError::NotARecord {
        record: place,
        cause,
    })?;
    if record.encode() != item {
        return Err(JournalError::Encoding { record: place });
    }
    Ok((record, digest(item), after))
}

fn check_place(
    record: &Record,
    place: u64,
    head: &RecordDigest,
    floor: u64,
) -> Result<(), JournalError> {
    if record.sequence != place {
        return Err(JournalError::Sequence {
            record: place,
            found: record.sequence,
        });
    }
    if record.previous != *head {
        return Err(JournalError::Chain { record: place });
    }
    if record.time < floor {
        return Err(JournalError::Time {
            record: place,
            found: record.time,
            floor,
        });
    }
    Ok(())
}

/// The bytes of a record, if they read back as the same record.
fn checked_bytes(record: &Record) -> Result<Vec<u8>, StorageError> {
    let bytes = record.encode();
    match Record::decode(&bytes) {
        Ok(read) if read == *record => Ok(bytes),
        Ok(_) | Err(_) => Err(StorageError::Unwritable),
    }
}

fn digest(record: &[u8]) -> RecordDigest {
    let mut hash = Sha256::new();
    hash.update(RECORD_TAG);
    hash.update(record);
    hash.finalize().into()
}

fn lock(file: &File) -> Result<(), StorageError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => StorageError::Busy,
        TryLockError::Error(error) => StorageError::Io {
            operation: "lock",
            kind: error.kind(),
        },
    })
}

fn unopened(path: &Path, error: &io::Error) -> StorageError {
    if error.kind() == io::ErrorKind::NotFound {
        return StorageError::Missing(path.to_path_buf());
    }
    if error.kind() == io::ErrorKind::AlreadyExists {
        return StorageError::Exists(path.to_path_buf());
    }
    StorageError::Io {
        operation: "open",
        kind: error.kind(),
    }
}

fn io(operation: &'static str) -> impl Fn(io::Error) -> StorageError {
    move |error| StorageError::Io {
        operation,
        kind: error.kind(),
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// What separates the links of this chain from every other digest of this program.
const RECORD_TAG: &[u8] = b"coldsign/journal/v1";
