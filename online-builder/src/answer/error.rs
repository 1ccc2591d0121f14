//! Why an answer is not believed.
//! Knows nothing of what is done about it.

use transaction_review::{AssembleError, Class, Code, ReviewError};
use transfer_format::IntentDigest;
use transfer_format::packet::PacketKind;
use transfer_format::seal::{EnvelopeError, KeyId, OpenError};

use crate::codes::class_of;

/// Why an answer is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The bytes are no packet.
    #[error("the answer is not readable: {0}")]
    Packet(#[from] EnvelopeError),
    /// The seal names a key of no pinned station.
    #[error(
        "the answer is sealed by the key {key_id}, which is of no station enrolled here: do not use \
         it, and find out where it came from"
    )]
    StationUnknown {
        /// The key named.
        key_id: KeyId,
    },
    /// A packet that answers nothing.
    #[error("the packet is a {found}, and only a result or a refusal is received")]
    NotAnAnswer {
        /// Its kind.
        found: PacketKind,
    },
    /// The seal is not the station's, or the payload is none.
    #[error("the answer of the station \"{station}\" does not open: {cause}")]
    Seal {
        /// The station whose key the seal names.
        station: String,
        /// Why.
        cause: OpenError,
    },
    /// The packet names another station than the one that sealed it.
    #[error(
        "the answer names the station \"{found}\" and is sealed by \"{expected}\": do not use it"
    )]
    Station {
        /// The station named.
        found: String,
        /// The station that sealed it.
        expected: String,
    },
    /// An answer to a request that this builder never built.
    #[error(
        "the answer is for the request {intent}, which was not built here: do not use it, and find \
         out who asked"
    )]
    Unasked {
        /// The intent it answers.
        intent: IntentDigest,
    },
    /// An answer by a station that was not asked.
    #[error(
        "the request {intent} was for the station \"{asked}\" and \"{answered}\" answers it: do not \
         use it"
    )]
    OtherStation {
        /// The request.
        intent: IntentDigest,
        /// The station that was asked.
        asked: String,
        /// The station that answers.
        answered: String,
    },
    /// A refusal where signatures are wanted.
    #[error("the station refused the request {intent}, and a refusal has no signatures")]
    NoSignatures {
        /// The request.
        intent: IntentDigest,
    },
    /// A result with the other watermark than the station's.
    #[error(
        "the station \"{station}\" was enrolled {} and this result says {}: do not use it",
        rehearsal(!*found), rehearsal(*found)
    )]
    Rehearsal {
        /// The station.
        station: String,
        /// What the result says.
        found: bool,
    },
    /// Fewer than two different approvals.
    #[error("the result refers to {found} different approvals and two people must have approved")]
    Approvals {
        /// Different approvals.
        found: usize,
    },
    /// Another result for a request that has one.
    #[error(
        "the request {intent} has a result already and this one differs: a request is signed once. \
         Do not broadcast, and have the station's journal checked"
    )]
    Conflict {
        /// The request.
        intent: IntentDigest,
    },
    /// Two results of a station that cannot be of one journal.
    #[error(
        "the station \"{station}\" gave a result of its journal's record {known} (head {known_head}) \
         and this one is of record {found} (head {found_head}): two results never share a record or \
         a head. The station was rolled back or copied: do not broadcast, and have its journal checked"
    )]
    Witness {
        /// The station.
        station: String,
        /// The sequence of the other result.
        known: u64,
        /// Its head, hexadecimal.
        known_head: String,
        /// The sequence of this result.
        found: u64,
        /// Its head, hexadecimal.
        found_head: String,
    },
    /// The stored request does not pass its review any more.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// Bytes that are no signature for this chain.
    #[error(
        "entry {index} of the result is no signature of the chain's form: do not use the result"
    )]
    SignatureForm {
        /// Its index.
        index: u32,
    },
    /// A signature is missing or does not verify.
    #[error(transparent)]
    Signatures(#[from] AssembleError),
}

impl AnswerError {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Packet(error) => error.code(),
            Self::StationUnknown { .. } => "E_STATION_UNKNOWN",
            Self::NotAnAnswer { .. } | Self::NoSignatures { .. } => "E_PACKET_KIND",
            Self::Seal { cause, .. } => cause.code(),
            Self::Station { .. } | Self::OtherStation { .. } => "E_RESULT_STATION",
            Self::Unasked { .. } => "E_RESULT_UNASKED",
            Self::Rehearsal { .. } => "E_RESULT_REHEARSAL",
            Self::Approvals { .. } => "E_RESULT_APPROVALS",
            Self::Conflict { .. } => "E_RESULT_CONFLICT",
            Self::Witness { .. } => "E_WITNESS_FORK",
            Self::Review(error) => error.code().as_str(),
            Self::SignatureForm { .. } => Code::SignatureFormat.as_str(),
            Self::Signatures(error) => error.code().as_str(),
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        class_of(self.code())
    }
}

const fn rehearsal(is_rehearsal: bool) -> &'static str {
    if is_rehearsal {
        "as a rehearsal"
    } else {
        "for real funds"
    }
}
