//! Why what was asked before cannot be counted.
//! Knows nothing of what is asked now.

use transaction_review::{Class, ReviewError};
use transfer_format::IntentDigest;

use crate::codes::class_of;

/// Why what was asked before cannot be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EarlierError {
    /// A request that was reviewed when it was built and does not pass now.
    #[error(
        "the request {intent}, built here before, does not pass its review any more: {cause}. If it \
         was never signed, take it out with \"online-builder withdraw --request {intent}\""
    )]
    Unreviewable {
        /// The request.
        intent: IntentDigest,
        /// Why.
        cause: Box<ReviewError>,
    },
    /// A request for a station that is not enrolled here any more.
    #[error(
        "the request {intent}, built here before, is for the station \"{station}\", which is not \
         enrolled here: put its folder back"
    )]
    Station {
        /// The request.
        intent: IntentDigest,
        /// The station.
        station: String,
    },
    /// A request that was signed is not taken back.
    #[error(
        "the request {intent} was signed, and what is signed cannot be withdrawn: spend its coins, \
         or use its nonce, with a request that replaces it (--replaces)"
    )]
    Signed {
        /// The request.
        intent: IntentDigest,
    },
    /// A request that was withdrawn is not sent.
    #[error("the request {intent} was withdrawn: build it anew")]
    Withdrawn {
        /// The request.
        intent: IntentDigest,
    },
    /// What is to be replaced was never asked of this station.
    #[error(
        "the request {intent}, which is to be replaced, was not made for the station \"{station}\", \
         nor was another one for its transaction: name one that was"
    )]
    NotReplaceable {
        /// The request.
        intent: IntentDigest,
        /// The station.
        station: String,
    },
}

impl EarlierError {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreviewable { cause, .. } => cause.code().as_str(),
            Self::Station { .. } => "E_STATION_NOT_ENROLLED",
            Self::Signed { .. } => "E_REQUEST_SIGNED",
            Self::Withdrawn { .. } => "E_REQUEST_WITHDRAWN",
            Self::NotReplaceable { .. } => "E_REPLACED_UNKNOWN",
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        class_of(self.code())
    }
}
