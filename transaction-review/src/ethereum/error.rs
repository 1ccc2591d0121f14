//! Why an Ethereum transaction is not reviewed. Knows nothing of the policy's limits.

use crate::Code;

/// Why an Ethereum transaction is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EthereumError {
    /// More bytes than [`MAX_TRANSACTION_BYTES`](crate::limits::MAX_TRANSACTION_BYTES).
    #[error("the transaction has {found} bytes, the most is {limit}")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// No bytes.
    #[error("the transaction is empty")]
    Empty,
    /// A legacy transaction that any chain would accept (before EIP-155).
    #[error(
        "this is a legacy transaction without chain id, valid on every chain: build a type 2 transaction"
    )]
    ChainIdMissing,
    /// A type byte other than 2 (EIP-2718).
    #[error("the transaction begins with byte {found:#04x}, only type 0x02 (EIP-1559) is signed")]
    Type {
        /// The first byte.
        found: u8,
    },
    /// Not the RLP of an unsigned type 2 transaction.
    #[error("{field} is not readable: {reason}")]
    Unreadable {
        /// The field, in the words of EIP-1559.
        field: &'static str,
        /// What the reader says.
        reason: alloy_rlp::Error,
    },
    /// A field that ends too early or too late.
    #[error("{field} has {found} bytes, it must have {expected}")]
    Length {
        /// The field.
        field: &'static str,
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// Bytes after the transaction or after its last field.
    #[error(
        "{found} bytes follow {place}: an unsigned type 2 transaction has nine fields and nothing more"
    )]
    Trailing {
        /// After what.
        place: &'static str,
        /// How many.
        found: usize,
    },
    /// An encoding that says the same in another way.
    #[error(
        "the transaction has {found} bytes, its canonical encoding has {canonical} and differs"
    )]
    NotCanonical {
        /// Bytes found.
        found: usize,
        /// Bytes of the canonical encoding.
        canonical: usize,
    },
    /// An access list (EIP-2930).
    #[error("the access list has {found} bytes: only an empty one is signed")]
    AccessList {
        /// Bytes of the list.
        found: usize,
    },
    /// No recipient: it would create a contract.
    #[error(
        "the transaction has no recipient: it would create a contract, which no rule can allow"
    )]
    Creation,
    /// Value and gas together are more than a number of the chain can hold.
    #[error(
        "the value and the most that gas can cost are together more than 2^256 wei: no account holds that"
    )]
    AmountRange,
    /// Call data.
    #[error("the transaction carries {found} bytes of call data: only plain transfers are signed")]
    Call {
        /// Bytes of data.
        found: usize,
    },
}

impl EthereumError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::TransactionTooLarge,
            Self::Empty | Self::Unreadable { .. } | Self::Length { .. } => Code::RlpUnreadable,
            Self::ChainIdMissing => Code::ChainIdMissing,
            Self::Type { .. } => Code::TransactionType,
            Self::Trailing { .. } | Self::NotCanonical { .. } => Code::RlpNotCanonical,
            Self::AccessList { .. } => Code::AccessList,
            Self::AmountRange => Code::AmountRange,
            Self::Creation => Code::ContractCreation,
            Self::Call { .. } => Code::CallUnknown,
        }
    }
}
