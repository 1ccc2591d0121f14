//! What a command reports when it does not reach its end: a code, an exit status and a sentence.
//! Knows nothing of how it is printed.

use std::io;
use std::path::PathBuf;

use transaction_review::{Class, PolicyError};
use transfer_format::IntentDigest;
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
    /// A ceremony ended without a result, and the notice of it did not leave either.
    #[error("{}\nThe notice did not leave: {cause}", attempt_text(.attempt))]
    NoticeFailed {
        /// The ceremony.
        attempt: Box<Attempt>,
        /// Why the notice did not leave.
        cause: Box<Self>,
    },
    /// The result exists and is kept, but did not get to where it was to go.
    #[error("intent {intent} IS SIGNED, and its result is kept at {}, but it was not delivered: {cause}\nDo not build the payment again: hand over the kept file.", .kept.display())]
    NotDelivered {
        /// The intent.
        intent: IntentDigest,
        /// The file in the station's folder.
        kept: PathBuf,
        /// What went wrong.
        cause: Box<Self>,
    },
    /// A step outside of a ceremony was refused.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// No station was founded.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// There is no usable station.
    #[error(transparent)]
    Station(#[from] StationError),
    /// A policy in a file cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A policy can be used and has something unwise in it.
    #[error("{0} things were found in the policy: change it, or know why they are right")]
    PolicyFindings(usize),
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
    /// The word in front of the code: whether nothing happened, or something that cannot be undone.
    pub const fn headline(&self) -> &'static str {
        match self {
            Self::Ceremony(attempt) | Self::NoticeFailed { attempt, .. } if attempt.spent => {
                "SPENT, NOT RELEASED"
            }
            Self::NotDelivered { .. } => "SIGNED, NOT DELIVERED",
            Self::Ceremony(_)
            | Self::NoticeFailed { .. }
            | Self::Refusal(_)
            | Self::Founding(_)
            | Self::Station(_)
            | Self::Policy(_)
            | Self::PolicyFindings(_)
            | Self::Token(_)
            | Self::Terminal(_)
            | Self::Route(_)
            | Self::File { .. }
            | Self::Random
            | Self::Output(_) => "REFUSED",
        }
    }

    /// The reason code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ceremony(attempt) | Self::NoticeFailed { attempt, .. } => {
                attempt.refusal.as_ref().map_or("E_INTERNAL", Refusal::code)
            }
            Self::NotDelivered { .. } => "E_NOT_DELIVERED",
            Self::Refusal(refusal) => refusal.code(),
            Self::Founding(error) => error.code(),
            Self::Station(error) => error.code(),
            Self::Policy(error) => error.code().as_str(),
            Self::PolicyFindings(_) => "E_POLICY_FINDINGS",
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
            Self::Ceremony(attempt) | Self::NoticeFailed { attempt, .. } => attempt
                .refusal
                .as_ref()
                .map_or(Class::Internal, Refusal::class),
            Self::NotDelivered { .. } => Class::Media,
            Self::Refusal(refusal) => refusal.class(),
            Self::Founding(error) => error.class(),
            Self::Station(error) => error.class(),
            Self::Policy(error) => error.class(),
            Self::PolicyFindings(_) => Class::Policy,
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
    let spent = attempt.spent.then(|| {
        "The intent is in the journal and counts as spent: signatures may exist. Do not build the payment again before two people have looked into it.".to_owned()
    });
    [reason, spent, unrecorded, unshown]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n")
}
