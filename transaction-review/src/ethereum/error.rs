//! Why an Ethereum transaction is not reviewed. Knows nothing of the policy's limits.

use alloy_primitives::Address;

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
    /// Chain id zero, or a legacy transaction that does not end in chain id, zero, zero (EIP-155):
    /// any chain would accept it, or it is signed already.
    #[error(
        "the transaction is not bound to a chain: its chain id is 0, or it is a legacy transaction that does not end in chain id, 0, 0 (EIP-155); build an unsigned type 2 transaction with its chain id"
    )]
    ChainIdMissing,
    /// A type that is not signed (EIP-2718).
    #[error(
        "the transaction is of type {found:#04x}, which is not signed: build a type 0x02 transaction (EIP-1559)"
    )]
    Type {
        /// The first byte, or the number of the type.
        found: u8,
    },
    /// Not the RLP of an unsigned transaction of its type.
    #[error("{field} is not readable: {reason}")]
    Unreadable {
        /// The field, in the words of the EIPs.
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
    /// More items than [`limits`](crate::limits) allow.
    #[error("the transaction has more than {limit} {of}: build one with fewer")]
    TooMany {
        /// Of what.
        of: &'static str,
        /// The cap.
        limit: usize,
    },
    /// A type 4 transaction that gives nobody code (EIP-7702): no node takes it.
    #[error(
        "the type 4 transaction has no authorization (EIP-7702), no node takes it: build a type 2 transaction"
    )]
    AuthorizationsEmpty,
    /// An authorization for every chain (EIP-7702: chain id zero).
    #[error(
        "the authorization for {address} has chain id 0, it is valid on every chain: make one for a single chain"
    )]
    AuthorizationEveryChain {
        /// The contract whose code the account would get.
        address: Address,
    },
    /// A parity that is none (EIP-7702).
    #[error(
        "y_parity of authorization {index} is {found}, it must be 0 or 1: have it signed again"
    )]
    AuthorizationParity {
        /// Its place in the list, from zero.
        index: usize,
        /// The parity.
        found: u8,
    },
    /// A signature that has a twin (EIP-2, EIP-7702).
    #[error(
        "s of authorization {index} is above half the order of secp256k1: have it signed again with a low s"
    )]
    AuthorizationHighS {
        /// Its place in the list, from zero.
        index: usize,
    },
    /// A signature that no key can have made.
    #[error("authorization {index} was signed by no account: have it signed again")]
    AuthorizationUnrecoverable {
        /// Its place in the list, from zero.
        index: usize,
    },
    /// Not an authorization (EIP-7702).
    #[error("the authorization begins with byte {found:#04x}, it must be 0x05 (EIP-7702)")]
    AuthorizationMagic {
        /// The first byte.
        found: u8,
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
            Self::AuthorizationsEmpty
            | Self::AuthorizationEveryChain { .. }
            | Self::AuthorizationParity { .. }
            | Self::AuthorizationHighS { .. }
            | Self::AuthorizationUnrecoverable { .. }
            | Self::AuthorizationMagic { .. } => Code::Authorization,
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
