//! Why the builder's folder cannot be used.
//! Knows nothing of what its files say.

use std::io;
use std::path::{Path, PathBuf};

use transaction_review::Class;

use crate::codes::class_of;

/// Why the builder's folder cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HomeError {
    /// No folder that `init` made.
    #[error(
        "{} is not a builder's folder: make one with \"online-builder init\", or name it with --home",
        .folder.display()
    )]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// A key is there already.
    #[error("{} exists already: a builder's key is never replaced. Name another folder", .path.display())]
    Exists {
        /// The key's path.
        path: PathBuf,
    },
    /// A folder that holds something which is no builder's.
    #[error(
        "{} holds something already and is not a builder's folder: name a new folder, or an empty \
         one",
        .folder.display()
    )]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// Another program is at work in the folder.
    #[error("another builder is at work in {}: wait until it has ended", .folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// A secret that others may read.
    #[error(
        "{} can be read by others (mode {mode:03o}): it seals requests in this builder's name. Make \
         a new builder, or set mode 600 if you know that nobody has read it",
        .path.display()
    )]
    Permissions {
        /// The key's path.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Random bytes that are no key.
    #[error("the random bytes are no key: run the command again")]
    Secret,
    /// A file that is not as the builder wrote it.
    #[error("{} is not as it was written: {reason}. Restore the folder from its backup", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A station whose id cannot name a folder.
    #[error(
        "the station's id \"{id}\" cannot name a folder: it may have letters, digits, \".\", \"_\" \
         and \"-\", and does not begin with \".\""
    )]
    StationName {
        /// The id.
        id: String,
    },
    /// A station that is pinned already.
    #[error(
        "the station \"{id}\" is enrolled already, and its pin is never replaced: if its key has \
         changed, find out why before you trust it"
    )]
    Pinned {
        /// The station.
        id: String,
    },
    /// A station that is not pinned.
    #[error("no station \"{id}\" is enrolled here: enrol it first")]
    StationUnknown {
        /// The station.
        id: String,
    },
    /// A file could not be used.
    #[error("{} cannot be {action} ({kind}): check the path and the disk", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
}

impl HomeError {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "E_HOME_MISSING",
            Self::Exists { .. } => "E_HOME_EXISTS",
            Self::Occupied { .. } => "E_HOME_OCCUPIED",
            Self::Busy { .. } => "E_BUSY",
            Self::Permissions { .. } => "E_KEY_PERMISSIONS",
            Self::Secret => "E_RANDOM",
            Self::Damaged { .. } => "E_STORE_DAMAGED",
            Self::StationName { .. } => "E_STATION_NAME",
            Self::Pinned { .. } => "E_STATION_PINNED",
            Self::StationUnknown { .. } => "E_STATION_NOT_ENROLLED",
            Self::File { .. } => "E_FILE",
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        class_of(self.code())
    }

    pub(super) fn read(path: &Path, error: &io::Error) -> Self {
        Self::of(path, "read", error)
    }

    pub(super) fn written(path: &Path, error: &io::Error) -> Self {
        Self::of(path, "written", error)
    }

    pub(super) fn damaged(path: &Path, reason: &impl ToString) -> Self {
        Self::Damaged {
            path: path.to_path_buf(),
            reason: reason.to_string(),
        }
    }

    fn of(path: &Path, action: &'static str, error: &io::Error) -> Self {
        Self::File {
            path: path.to_path_buf(),
            action,
            kind: error.kind(),
        }
    }
}
