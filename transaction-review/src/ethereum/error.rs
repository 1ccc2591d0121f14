//! Why an Ethereum transaction is not reviewed. Knows nothing of the policy's limits.

use super::call::CallError;
use super::safe::SafeError;
use super::typed::TypedDataError;
use crate::Code;

/// Why an Ethereum transaction is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EthereumError {
    /// More bytes than [`MAX_ETHEREUM_TRANSACTION_BYTES`](crate::limits::MAX_ETHEREUM_TRANSACTION_BYTES).
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
        "this is a legacy transaction without chain id, valid on every chain: bind it to one (EIP-155) or build a type 2 transaction"
    )]
    ChainIdMissing,
    /// A type byte other than 1, 2 and 4 (EIP-2718).
    #[error(
        "the transaction begins with byte {found:#04x}: legacy transactions (EIP-155) and types 0x01, 0x02 and 0x04 are read"
    )]
    Type {
        /// The first byte.
        found: u8,
    },
    /// Not the RLP of an unsigned transaction.
    #[error("{field} is not readable: {reason}")]
    Unreadable {
        /// The field, in the words of the EIP.
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
        "{found} bytes follow {place}: an unsigned transaction has the fields of its type and nothing more"
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
    /// More entries than a cap.
    #[error("there are more than {limit} {what}: build a smaller transaction")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The cap.
        limit: usize,
    },
    /// A legacy transaction with a signature in it, or with something else in its place.
    #[error("the legacy transaction already holds a signature: ask for the unsigned one (EIP-155)")]
    Presigned,
    /// A type 4 transaction that authorises nothing.
    #[error("the type 4 transaction has no authorization: EIP-7702 needs one at least")]
    AuthorizationNone,
    /// An authorization for every chain.
    #[error("an authorization names chain 0, which is every chain: name one")]
    AuthorizationChain,
    /// An authorization that is nobody's.
    #[error("the signature of authorization {index} is nobody's, or its s is in the upper half")]
    AuthorizationSignature {
        /// Which, counted from 0.
        index: usize,
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
    /// More calls together than [`MAX_CALL_LEAVES`](crate::limits::MAX_CALL_LEAVES).
    #[error("the batch comes to more than {limit} calls: split it")]
    Leaves {
        /// The cap.
        limit: usize,
    },
    /// A message of a length that none may have.
    #[error(
        "the message has {found} bytes: 1 to 4096 are signed, and never 32, which could be the digest of a transaction"
    )]
    MessageLength {
        /// Bytes found.
        found: usize,
    },
    /// A message with something that cannot be read.
    #[error(
        "the message has a byte at position {position} that is not printable ASCII: what cannot be read is not signed"
    )]
    MessageText {
        /// Where, counted from 0.
        position: usize,
    },
    /// A call is refused.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A Safe's transaction is refused.
    #[error(transparent)]
    Safe(#[from] SafeError),
    /// A document is refused.
    #[error(transparent)]
    TypedData(#[from] TypedDataError),
}

impl EthereumError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } | Self::TooMany { .. } => Code::TransactionTooLarge,
            Self::Empty | Self::Unreadable { .. } | Self::Length { .. } => Code::RlpUnreadable,
            Self::ChainIdMissing => Code::ChainIdMissing,
            Self::Type { .. } => Code::TransactionType,
            Self::Trailing { .. } | Self::NotCanonical { .. } => Code::RlpNotCanonical,
            Self::Presigned => Code::TransactionPresigned,
            Self::AuthorizationNone
            | Self::AuthorizationChain
            | Self::AuthorizationSignature { .. } => Code::Authorization,
            Self::AmountRange => Code::AmountRange,
            Self::Creation => Code::ContractCreation,
            Self::Leaves { .. } => Code::CallTooMany,
            Self::MessageLength { .. } | Self::MessageText { .. } => Code::MessageText,
            Self::Call(error) => error.code(),
            Self::Safe(error) => error.code(),
            Self::TypedData(error) => error.code(),
        }
    }
}
