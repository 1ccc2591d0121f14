//! What a command reports when it does not reach its end: a code, an exit status and a sentence.
//! Knows nothing of how it is printed.

use std::io;
use std::path::PathBuf;

use transaction_review::{Class, PolicyError, ReviewError};
use transfer_format::IntentDigest;
use transfer_format::intent::IntentDigestError;
use transfer_format::route::{RouteError, RouteFault};
use transfer_format::seal::{EnvelopeError, OpenError};

use crate::answer::{AnswerError, FileError};
use crate::home::HomeError;
use crate::request::BuildError;
use crate::screen::ScreenError;
use crate::station::{EnrolmentError, envelope_class, open_class};

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The builder's folder cannot be used.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// A station is not trusted.
    #[error(transparent)]
    Enrolment(#[from] EnrolmentError),
    /// A request is not built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// An answer is not believed.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The station refused the request.
    #[error(
        "the station \"{station}\" refused the request {intent} under version {policy_version} of \
         its policy. Its screen and journal say why; correct the cause and build a new request"
    )]
    Refused {
        /// The request.
        intent: IntentDigest,
        /// The station.
        station: String,
        /// The station's reason code.
        code: String,
        /// Version of the policy it had installed.
        policy_version: u64,
    },
    /// A stored request does not pass its review any more.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The policy is none.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Text that names no request.
    #[error("no request {intent} was built here: \"online-builder list\" names those that were")]
    RequestUnknown {
        /// The intent.
        intent: IntentDigest,
    },
    /// Text that is neither an intent nor a file.
    #[error("\"{found}\" is no file, and {cause}")]
    RequestName {
        /// What was given.
        found: String,
        /// Why it is no intent.
        cause: IntentDigestError,
    },
    /// A file that is no packet.
    #[error("the file holds no request: {0}")]
    RequestPacket(EnvelopeError),
    /// A request that this builder did not seal.
    #[error("the file holds no request of this builder: {0}")]
    RequestSeal(OpenError),
    /// A request that the station would refuse.
    #[error("the request has expired at {expires}, it is {now}: build it anew")]
    Expired {
        /// When, in RFC 3339.
        expires: String,
        /// The present.
        now: String,
    },
    /// The finished files cannot be written.
    #[error(transparent)]
    Files(#[from] FileError),
    /// The channel failed.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The codes cannot be shown.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// A file could not be used.
    #[error("{} cannot be {action} ({kind}): check the path", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// A file larger than any of its kind.
    #[error("{} is larger than {limit} bytes, the most that is read", .path.display())]
    FileTooLarge {
        /// Its path.
        path: PathBuf,
        /// Bytes allowed.
        limit: u64,
    },
    /// The machine gives no random bytes.
    #[error("the operating system gives no random bytes: restart the machine")]
    Random,
    /// Standard output or standard error cannot be written.
    #[error("the program's output cannot be written ({0})")]
    Output(io::ErrorKind),
}

impl Failure {
    /// Who refused: this program, or the station.
    pub const fn headline(&self) -> &'static str {
        if matches!(self, Self::Refused { .. }) {
            "REFUSED BY STATION"
        } else {
            "REFUSED"
        }
    }

    /// The reason code.
    pub fn code(&self) -> &str {
        match self {
            Self::Home(error) => error.code(),
            Self::Enrolment(error) => error.code(),
            Self::Build(error) => error.code(),
            Self::Answer(error) => error.code(),
            Self::Refused { code, .. } => code,
            Self::Review(error) => error.code().as_str(),
            Self::Policy(error) => error.code().as_str(),
            Self::RequestUnknown { .. } => "E_REQUEST_UNKNOWN",
            Self::RequestName { .. } => "E_REQUEST_NAME",
            Self::RequestPacket(error) => error.code(),
            Self::RequestSeal(error) => error.code(),
            Self::Expired { .. } => "E_EXPIRED",
            Self::Files(error) => error.code(),
            Self::Route(error) => error.code(),
            Self::Screen(error) => error.code(),
            Self::File { .. } => "E_FILE",
            Self::FileTooLarge { .. } => "E_FILE_SIZE",
            Self::Random => "E_RANDOM",
            Self::Output(_) => "E_OUTPUT",
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        match self {
            Self::Home(error) => error.class(),
            Self::Enrolment(error) => error.class(),
            Self::Build(error) => error.class(),
            Self::Answer(error) => error.class(),
            Self::Refused { .. } => Class::Policy,
            Self::Review(error) => error.code().class(),
            Self::Policy(error) => error.class(),
            Self::RequestUnknown { .. } | Self::RequestName { .. } => Class::Usage,
            Self::RequestPacket(error) => envelope_class(error),
            Self::RequestSeal(error) => open_class(error),
            Self::Expired { .. } => Class::Freshness,
            Self::Files(error) => error.class(),
            Self::Route(error) => match error.fault() {
                RouteFault::Medium => Class::Media,
                RouteFault::Resource => Class::Resource,
                RouteFault::Internal => Class::Internal,
            },
            Self::Screen(error) => error.class(),
            Self::File { .. } | Self::Output(_) => Class::Storage,
            Self::FileTooLarge { .. } => Class::Resource,
            Self::Random => Class::Internal,
        }
    }
}
