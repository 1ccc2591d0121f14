//! Why a Safe's transaction is not understood. Knows nothing of the policy.

use alloy_primitives::Address;

use crate::Code;

/// Why a transaction of a Safe, a batch in it, or its owners' signatures are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SafeError {
    /// More bytes than a cap.
    #[error("{what} has {found} bytes, the most is {limit}")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// Bytes found.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// Not the CBOR of a Safe's transaction.
    #[error("the Safe transaction is not readable at {field}: build it anew")]
    Unreadable {
        /// The field.
        field: &'static str,
    },
    /// A field that is too short or too long.
    #[error("{field} of the Safe transaction has {found} bytes, it must have {expected}")]
    Length {
        /// The field.
        field: &'static str,
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// A version of the form that is not read.
    #[error("the Safe transaction is of version {found}, only version 1 is read")]
    Version {
        /// The version.
        found: u64,
    },
    /// An encoding that says the same in another way, or bytes left over.
    #[error(
        "the Safe transaction has {found} bytes, its canonical encoding has {canonical} and differs"
    )]
    NotCanonical {
        /// Bytes found.
        found: usize,
        /// Bytes of the canonical encoding.
        canonical: usize,
    },
    /// An operation that does not exist.
    #[error("the operation is {found}: 0 is CALL, 1 is DELEGATECALL, there is no other")]
    Operation {
        /// The operation.
        found: u64,
    },
    /// A batch that is not the canonical call of `multiSend(bytes)`.
    #[error("the batch is not one canonical call of multiSend(bytes): its wrapping differs")]
    BatchWrapping,
    /// A batch without calls.
    #[error("the batch is empty")]
    BatchEmpty,
    /// A batch that ends inside a call.
    #[error("call {index} of the batch ends too early: {missing} bytes are missing")]
    BatchCut {
        /// Which, counted from 0.
        index: usize,
        /// Bytes missing.
        missing: usize,
    },
    /// More calls than [`MAX_BATCHED_CALLS`](crate::limits::MAX_BATCHED_CALLS).
    #[error("the batch has more than {limit} calls: split it")]
    BatchLong {
        /// The cap.
        limit: usize,
    },
    /// A delegate call inside a batch.
    #[error(
        "call {index} of the batch is operation {operation}: inside a batch only CALL (0) is read"
    )]
    InnerDelegateCall {
        /// Which, counted from 0.
        index: usize,
        /// The operation.
        operation: u8,
    },
    /// A call to the zero address: some versions of the contract turn it into a call of the Safe itself.
    #[error(
        "call {index} of the batch goes to the zero address, which MultiSend can turn into a call of the Safe itself"
    )]
    InnerZero {
        /// Which, counted from 0.
        index: usize,
    },
    /// A batch inside a batch.
    #[error("call {index} of the batch is a batch itself: put its calls into one")]
    InnerBatch {
        /// Which, counted from 0.
        index: usize,
    },
    /// A signature that is not its owner's.
    #[error("the signature for {owner} is not that owner's", owner = .owner.to_checksum(None))]
    Signature {
        /// The owner.
        owner: Address,
    },
    /// A signature of somebody who is no owner.
    #[error("{owner} is not an owner of the Safe", owner = .owner.to_checksum(None))]
    NotOwner {
        /// Who.
        owner: Address,
    },
    /// One owner twice.
    #[error("{owner} has signed twice: an owner counts once", owner = .owner.to_checksum(None))]
    Repeated {
        /// Who.
        owner: Address,
    },
}

impl SafeError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::TransactionTooLarge,
            Self::Unreadable { .. } | Self::Length { .. } | Self::Version { .. } => {
                Code::SafeUnreadable
            }
            Self::NotCanonical { .. } => Code::SafeNotCanonical,
            Self::Operation { .. } => Code::SafeOperation,
            Self::BatchWrapping
            | Self::BatchEmpty
            | Self::BatchCut { .. }
            | Self::InnerBatch { .. } => Code::MultiSend,
            Self::BatchLong { .. } => Code::CallTooMany,
            Self::InnerDelegateCall { .. } => Code::SafeDelegateCall,
            Self::InnerZero { .. } => Code::DestinationForbidden,
            Self::Signature { .. } => Code::SignatureInvalid,
            Self::NotOwner { .. } => Code::SignatureForeign,
            Self::Repeated { .. } => Code::SignatureDuplicate,
        }
    }
}
