//! What a command reports when it does not reach its end: a code, an exit status and a sentence.
//! Knows nothing of how it is printed.

use std::io;
use std::path::PathBuf;

use transaction_review::{Class, PolicyError, ReviewError};
use transfer_format::IntentDigest;
use transfer_format::intent::IntentDigestError;
use transfer_format::route::RouteError;
use transfer_format::seal::{EnvelopeError, OpenError};

use crate::answer::{AnswerError, FileError};
use crate::codes::{class_of, class_of_station_code};
use crate::earlier::EarlierError;
use crate::home::HomeError;
use crate::request::BuildError;
use crate::screen::ScreenError;
use crate::station::EnrolmentError;

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
    /// What was asked before stands in the way.
    #[error(transparent)]
    Earlier(#[from] EarlierError),
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
    /// The request is built and kept, but the copy that was asked for is not there.
    #[error(
        "the request {intent} IS built and kept, but its copy {} cannot be written ({kind}). Do not \
         build it again: send it with \"online-builder send --request {intent} --to DESTINATION\"",
        .path.display()
    )]
    CopyNotWritten {
        /// The request.
        intent: IntentDigest,
        /// The copy's path.
        path: PathBuf,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// One copy of several requests.
    #[error(
        "--out names one file and requests for several stations are several: leave it out, and send \
         each request by its intent"
    )]
    CopyOfSeveral,
    /// Nobody to ask.
    #[error("the request is for no station: name one with --station")]
    NoStation,
    /// A share that is not there.
    #[error("no result for the request {intent} was received here: receive it first, combine then")]
    ResultMissing {
        /// The request.
        intent: IntentDigest,
    },
    /// No shares at all.
    #[error("nothing to combine: name the results")]
    NothingToCombine,
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
            Self::Earlier(error) => error.code(),
            Self::Answer(error) => error.code(),
            Self::Refused { code, .. } => code,
            Self::Review(error) => error.code().as_str(),
            Self::Policy(error) => error.code().as_str(),
            Self::RequestUnknown { .. } => "E_REQUEST_UNKNOWN",
            Self::RequestName { .. } => "E_REQUEST_NAME",
            Self::RequestPacket(error) => error.code(),
            Self::RequestSeal(error) => error.code(),
            Self::Expired { .. } => "E_EXPIRED",
            Self::CopyNotWritten { .. } => "E_COPY_NOT_WRITTEN",
            Self::CopyOfSeveral => "E_COPY_OF_SEVERAL",
            Self::NoStation => "E_STATION_NAME",
            Self::ResultMissing { .. } | Self::NothingToCombine => "E_RESULT_MISSING",
            Self::Files(error) => error.code(),
            Self::Route(error) => error.code(),
            Self::Screen(error) => error.code(),
            Self::File { .. } => "E_FILE",
            Self::FileTooLarge { .. } => "E_FILE_SIZE",
            Self::Random => "E_RANDOM",
            Self::Output(_) => "E_OUTPUT",
        }
    }

    /// The class, and with it the exit status: that of the code, so that a code has one status
    /// wherever it comes from.
    pub fn class(&self) -> Class {
        if let Self::Refused { code, .. } = self {
            return class_of_station_code(code);
        }
        class_of(self.code())
    }
}

#[cfg(test)]
mod tests {
    use transfer_format::IntentDigest;
    use transfer_format::route::RouteError;

    use super::*;

    #[test]
    fn a_code_has_the_same_status_wherever_it_comes_from() {
        let (path, action, kind) = (PathBuf::from("x"), "read", io::ErrorKind::NotFound);
        let of_a_route = RouteError::File {
            path: path.clone(),
            action,
            kind,
        };
        for failure in [
            Failure::File { path, action, kind },
            Failure::Route(of_a_route),
        ] {
            assert_eq!(
                (failure.code(), failure.class().exit_code()),
                ("E_FILE", 22)
            );
        }
        let (path, limit) = (PathBuf::from("x"), 1);
        let of_a_route = RouteError::TooLarge {
            path: path.clone(),
            limit,
        };
        for failure in [
            Failure::FileTooLarge { path, limit: 1 },
            Failure::Route(of_a_route),
        ] {
            assert_eq!(
                (failure.code(), failure.class().exit_code()),
                ("E_FILE_SIZE", 19)
            );
        }
    }

    #[test]
    fn a_stations_refusal_has_the_status_of_its_code() {
        for (code, status) in [
            ("E_LIMIT_TX", 14),
            ("E_UTXO_UNPROVEN", 13),
            ("E_SOURCE_SCOPE", 11),
            ("E_SIGNATURE_INVALID", 16),
            ("E_DECLINED", 14),
            ("E_FROM_ANOTHER_VERSION", 14),
        ] {
            let failure = Failure::Refused {
                intent: IntentDigest::of(b"request"),
                station: "station-1".to_owned(),
                code: code.to_owned(),
                policy_version: 1,
            };
            assert_eq!(failure.class().exit_code(), status, "{code}");
        }
    }
}
