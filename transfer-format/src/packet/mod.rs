//! The payloads of packets, each a closed schema with caps (docs/transfer-format.cddl).
//! Knows nothing of seals, and of transactions only that they are bytes.

mod approval;
mod enrolment;
mod refusal;
mod request;
mod schema;
mod signing_result;

pub use approval::Approval;
pub use enrolment::{EnrolledWallet, Enrolment, KeyEvidence, TokenIdentity};
pub use refusal::RefusalNotice;
pub use request::{Audience, Request, TransactionKind};
pub use signing_result::{IndexedSignature, SigningResult};

use std::fmt;

use crate::cbor::{ReadError, Reader};

/// The kinds of packets. Each has a content type and a domain of its own in the seal, so that
/// none can be taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PacketKind {
    /// What a builder asks; sealed by a source.
    Request,
    /// Signatures for a request; sealed by a station.
    Result,
    /// That a request was refused; sealed by a station.
    Refusal,
    /// An operator's consent to a request; sealed by the operator.
    Approval,
    /// A station's keys; sealed by the station.
    Enrolment,
}

impl PacketKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Request,
        Self::Result,
        Self::Refusal,
        Self::Approval,
        Self::Enrolment,
    ];

    /// The content type in the protected header of the seal (RFC 9052 §3.1).
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Request => "application/vnd.coldsign.request+cbor",
            Self::Result => "application/vnd.coldsign.result+cbor",
            Self::Refusal => "application/vnd.coldsign.refusal+cbor",
            Self::Approval => "application/vnd.coldsign.approval+cbor",
            Self::Enrolment => "application/vnd.coldsign.enrolment+cbor",
        }
    }

    /// The `external_aad` of the seal (RFC 9052 §4.4): the domain of the signature.
    pub const fn seal_domain(self) -> &'static str {
        match self {
            Self::Request => "coldsign/seal/request/v1",
            Self::Result => "coldsign/seal/result/v1",
            Self::Refusal => "coldsign/seal/refusal/v1",
            Self::Approval => "coldsign/seal/approval/v1",
            Self::Enrolment => "coldsign/seal/enrolment/v1",
        }
    }

    /// The kind of a content type.
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.content_type() == content_type)
    }
}

impl fmt::Display for PacketKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Result => "result",
            Self::Refusal => "refusal",
            Self::Approval => "approval",
            Self::Enrolment => "enrolment",
        })
    }
}

/// What a packet carries. Implemented by the five payloads of this module and by nothing else.
pub trait Payload: schema::Schema {
    /// The kind of packet that carries it.
    const KIND: PacketKind;

    /// The canonical CBOR of the payload. What this returns, [`Payload::decode`] accepts.
    ///
    /// # Errors
    /// The [`PayloadError`] that `decode` would give.
    fn encode(&self) -> Result<Vec<u8>, PayloadError> {
        let bytes = self.write().into_bytes();
        Self::decode(&bytes)?;
        Ok(bytes)
    }

    /// Reads a payload: canonical CBOR, closed schema, every cap, and an encoding that is the one
    /// [`Payload::encode`] gives.
    ///
    /// # Errors
    /// [`PayloadError`]: the first rule that does not hold.
    fn decode(bytes: &[u8]) -> Result<Self, PayloadError> {
        let payload = Self::read(&mut Reader::new(bytes)?)?;
        if payload.write().as_bytes() == bytes {
            Ok(payload)
        } else {
            Err(PayloadError::NotReproduced)
        }
    }
}

/// Why bytes, or values to be sent, are not a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// A field breaks the schema.
    #[error(transparent)]
    Field(#[from] ReadError),
    /// The fields, encoded again, give other bytes.
    #[error("the data means the same as another encoding of itself; refuse its author")]
    NotReproduced,
    /// A transaction kind other than 1 (Bitcoin PSBT) and 2 (Ethereum transaction).
    #[error("the transaction is of kind {found}; this program knows 1 (Bitcoin) and 2 (Ethereum)")]
    UnknownTransactionKind {
        /// Kind in the data.
        found: u64,
    },
    /// A request that expires before, or when, it is made.
    #[error(
        "the request expires at {expires} and was made at {created} (seconds UTC); build it anew"
    )]
    ExpiresTooEarly {
        /// Seconds UTC.
        created: u64,
        /// Seconds UTC.
        expires: u64,
    },
    /// A verdict that is neither OK nor a reason code.
    #[error("field {field} must hold {expected}; its text of {found} characters is none")]
    Code {
        /// Key of the field.
        field: u64,
        /// What may stand there.
        expected: &'static str,
        /// Characters of the text.
        found: usize,
    },
    /// Previous transactions beside a transaction that has none.
    #[error("an Ethereum transaction has no previous transactions, and {found} are given")]
    PreviousTransactions {
        /// How many are given.
        found: usize,
    },
    /// A previous transaction that stands twice.
    #[error(
        "previous transaction {position} (counted from 0) stands twice; build the request anew"
    )]
    RepeatedPreviousTransaction {
        /// Position of the second one, from 0.
        position: usize,
    },
    /// Entries of a list that must ascend, each once.
    #[error("entry {position} (counted from 0) of field {field} repeats one or is out of order")]
    OutOfOrder {
        /// Key of the field.
        field: u64,
        /// Position of the entry, from 0.
        position: usize,
    },
    /// A key that is not one.
    #[error("field {field} holds no public key: {source}")]
    Key {
        /// Key of the field.
        field: u64,
        /// Why.
        source: crate::seal::SealKeyError,
    },
}

impl PayloadError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Field(ReadError::NotCanonical(error)) => error.code(),
            Self::Field(ReadError::UnknownField { .. }) | Self::UnknownTransactionKind { .. } => {
                "E_CBOR_UNKNOWN"
            }
            Self::Field(ReadError::UnsupportedVersion { .. }) => "E_DOWNGRADE",
            Self::NotReproduced => "E_CBOR_NONCANONICAL",
            Self::Field(_)
            | Self::ExpiresTooEarly { .. }
            | Self::Code { .. }
            | Self::PreviousTransactions { .. }
            | Self::RepeatedPreviousTransaction { .. }
            | Self::OutOfOrder { .. }
            | Self::Key { .. } => "E_PACKET_SCHEMA",
        }
    }
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
