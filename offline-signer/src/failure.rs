//! What a command reports when it does not reach its end: a code, an exit status and a sentence.
//! Knows nothing of how it is printed.

use std::io;
use std::path::PathBuf;

use transaction_review::Class;
use transfer_format::route::RouteError;

use crate::ceremony::{Attempt, Refusal};
use crate::journal::StorageError;
use crate::station::{FoundingError, StationError};
use crate::terminal::TerminalError;
use crate::tokens::TokenRefusal;

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A ceremony ended without a result.
    #[error("{}", attempt_text(.0))]
    Ceremony(Box<Attempt>),
    /// A step outside of a ceremony was refused.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// No station was founded.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// There is no usable station.
    #[error(transparent)]
    Station(#[from] StationError),
    /// A token refused or failed.
    #[error(transparent)]
    Token(#[from] TokenRefusal),
    /// Nobody could be asked.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// The channel failed.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// A file could not be used.
    #[error("{} cannot be {action} ({kind})", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// The machine gives no random bytes.
    #[error("the operating system gives no random bytes: restart the machine")]
    Random,
    /// Standard output cannot be written.
    #[error("standard output cannot be written ({0})")]
    Output(io::ErrorKind),
}

impl Failure {
    /// The reason code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ceremony(attempt) => attempt.refusal.as_ref().map_or("E_INTERNAL", Refusal::code),
            Self::Refusal(refusal) => refusal.code(),
            Self::Founding(error) => error.code(),
            Self::Station(error) => error.code(),
            Self::Token(error) => error.code(),
            Self::Terminal(error) => Refusal::Terminal(error.clone()).code(),
            Self::Route(error) => error.code(),
            Self::File { .. } => "E_FILE",
            Self::Random => "E_RANDOM",
            Self::Output(_) => "E_OUTPUT",
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        match self {
            Self::Ceremony(attempt) => attempt
                .refusal
                .as_ref()
                .map_or(Class::Internal, Refusal::class),
            Self::Refusal(refusal) => refusal.class(),
            Self::Founding(error) => error.class(),
            Self::Station(error) => error.class(),
            Self::Token(error) => error.class(),
            Self::Terminal(error) => Refusal::Terminal(error.clone()).class(),
            Self::Route(error) => Refusal::Route(error.clone()).class(),
            Self::File { .. } | Self::Output(_) => Class::Storage,
            Self::Random => Class::Internal,
        }
    }
}

impl From<Box<Attempt>> for Failure {
    fn from(attempt: Box<Attempt>) -> Self {
        Self::Ceremony(attempt)
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::Refusal(Refusal::Storage(error))
    }
}

fn attempt_text(attempt: &Attempt) -> String {
    let reason = attempt.refusal.as_ref().map(Refusal::to_string);
    let unrecorded = attempt
        .unrecorded
        .as_ref()
        .map(|error| format!("The refusal could not be recorded: {error}"));
    let unshown = attempt
        .unshown
        .as_ref()
        .map(|error| format!("The alert could not be shown: {error}"));
    [reason, unrecorded, unshown]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n")
}
