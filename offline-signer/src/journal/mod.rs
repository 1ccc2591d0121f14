//! The journal: one file, an append-only hash chain, and all the state that a station has.
//! Knows nothing of requests, people or tokens; it keeps what it is given, in order, durably.

mod error;
mod file;
mod genesis;
mod record;
mod state;
#[cfg(test)]
mod tests;

pub use self::error::{JournalError, StorageError};
pub use self::file::{Journal, verify};
pub use self::genesis::{Evidence, Facts, Genesis, ModuleRecord, TokenRecord, WalletRecord};
pub(crate) use self::record::kept;
pub use self::record::{
    Alert, Entry, Failed, Intent, Outcome, Record, RecordDigest, Refused, Released, Sent,
};
pub use self::state::{IntentState, Progress, State, StateError};
