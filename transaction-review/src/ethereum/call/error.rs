//! Why a function cannot be named, and why a call is not understood. Knows nothing of rules.

use alloy_primitives::{Address, U256};

use crate::Code;
use crate::excerpt::excerpt;

/// Why a text does not name a function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FunctionError {
    /// More characters than
    /// [`MAX_FUNCTION_CHARACTERS`](crate::limits::MAX_FUNCTION_CHARACTERS).
    #[error("the signature has {found} characters, the most is {limit}")]
    TooLong {
        /// Characters found.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// A character that no signature has: look-alikes, spaces, control characters.
    #[error(
        "the signature has U+{:04X} in it: write it in plain letters and without spaces",
        u32::from(*found)
    )]
    Character {
        /// The character.
        found: char,
    },
    /// No name, or one that Solidity would not take.
    #[error(
        "\"{}\" is not a function's name: letters, digits, _ and $, not beginning with a digit",
        excerpt(found)
    )]
    Name {
        /// What stands before the parenthesis.
        found: String,
    },
    /// Not a list of types behind the name.
    #[error(
        "\"{}\" is not a signature: write it as transfer(address,uint256)",
        excerpt(found)
    )]
    Form {
        /// The signature.
        found: String,
    },
    /// Another spelling, which would hash to another selector.
    #[error("the canonical signature is \"{}\": write that", excerpt(canonical))]
    NotCanonical {
        /// As it is hashed.
        canonical: String,
    },
    /// More parameters than
    /// [`MAX_FUNCTION_PARAMETERS`](crate::limits::MAX_FUNCTION_PARAMETERS).
    #[error("the function has {found} parameters, the most is {limit}")]
    TooManyParameters {
        /// Parameters found.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// Tuples deeper than [`MAX_TUPLE_DEPTH`](crate::limits::MAX_TUPLE_DEPTH).
    #[error("tuples lie inside each other {found} deep, the most is {limit}")]
    TooDeep {
        /// Depth found.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// The type `function`, which a screen cannot show.
    #[error("a parameter of type function cannot be shown: this call cannot be allowed")]
    FunctionPointer,
    /// A tuple of nothing.
    #[error("a tuple has no fields: no contract takes one")]
    EmptyTuple,
    /// An array inside an array.
    #[error(
        "the array {} has an array inside: this call cannot be allowed",
        excerpt(found)
    )]
    ArrayInArray {
        /// The outer array's type.
        found: String,
    },
    /// A type that needs more words than
    /// [`MAX_PARAMETER_WORDS`](crate::limits::MAX_PARAMETER_WORDS).
    #[error(
        "{} needs {found} words of 32 bytes, call data holds at most {limit}",
        excerpt(kind)
    )]
    TooWide {
        /// The type.
        kind: String,
        /// Words it needs at least.
        found: usize,
        /// The cap.
        limit: usize,
    },
}

impl FunctionError {
    /// The reason code: signatures are written in policies.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLong { .. }
            | Self::Character { .. }
            | Self::Name { .. }
            | Self::Form { .. }
            | Self::NotCanonical { .. }
            | Self::TooManyParameters { .. }
            | Self::TooDeep { .. }
            | Self::FunctionPointer
            | Self::EmptyTuple
            | Self::ArrayInArray { .. }
            | Self::TooWide { .. } => Code::PolicyValue,
        }
    }
}

/// Where arguments leave their one encoding (Solidity's Contract ABI specification). Positions are
/// bytes behind the selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbiFlaw {
    /// The data ends too early.
    #[error("the arguments need {needed} bytes or more and have {found}")]
    Short {
        /// Bytes found.
        found: usize,
        /// Bytes that what was read so far needs.
        needed: usize,
    },
    /// An offset that does not point to where the argument must lie.
    #[error("the offset at byte {at} is {found}, it must be {expected}")]
    Offset {
        /// Where the offset stands.
        at: usize,
        /// The offset.
        found: U256,
        /// The only one that an encoder writes.
        expected: usize,
    },
    /// A length that the data cannot hold.
    #[error("the length at byte {at} is {found}, and the data has only {left} bytes after it")]
    Length {
        /// Where the length stands.
        at: usize,
        /// The length: bytes, or elements of an array.
        found: U256,
        /// Bytes that are left.
        left: usize,
    },
    /// Bytes after the last argument.
    #[error("{found} bytes follow the last argument")]
    Trailing {
        /// How many.
        found: usize,
    },
    /// The library cannot read it.
    #[error("the arguments cannot be read: {reason}")]
    Unreadable {
        /// What the library says.
        reason: String,
    },
    /// A value outside its type, padding that is not zero, or a text that is not UTF-8.
    #[error("a value is larger than its type, or its padding is not zero, or a text is not UTF-8")]
    Encoding,
}

/// Why the calls of a batch cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchFlaw {
    /// It carries nothing.
    #[error("it carries no call")]
    Empty,
    /// Lists that belong together and differ.
    #[error("it has {targets} targets, {values} values and {data} pieces of call data")]
    Lengths {
        /// Entries of the list of addresses.
        targets: usize,
        /// Entries of the list of values.
        values: usize,
        /// Entries of the list of call data.
        data: usize,
    },
    /// Arguments that are not those of the batch's signature.
    #[error("its arguments are not those of its signature")]
    Arguments,
}

/// Why a call is not understood, or can never be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// More bytes than [`MAX_CALL_DATA_BYTES`](crate::limits::MAX_CALL_DATA_BYTES).
    #[error(
        "{}: the call data has {found} bytes, the most is {limit}",
        excerpt(path)
    )]
    TooLarge {
        /// The call.
        path: String,
        /// Bytes found.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// Data too short to name a function: the contract's fallback would run.
    #[error(
        "{}: {bytes} bytes of call data name no function of {to}, its fallback code would run",
        excerpt(path)
    )]
    Fallback {
        /// The call.
        path: String,
        /// The contract.
        to: Address,
        /// Bytes of data.
        bytes: usize,
    },
    /// A function that the policy does not name for this contract.
    #[error(
        "{}: the policy names no function {selector} of {to} ({bytes} bytes of call data)",
        excerpt(path)
    )]
    Unknown {
        /// The call.
        path: String,
        /// The contract.
        to: Address,
        /// `0x` and eight digits.
        selector: String,
        /// Bytes of data, the selector included.
        bytes: usize,
    },
    /// Call data of another function.
    #[error(
        "{}: the selector is {found}, this function's is {expected}",
        excerpt(path)
    )]
    Selector {
        /// The call.
        path: String,
        /// `0x` and eight digits.
        found: String,
        /// `0x` and eight digits.
        expected: String,
    },
    /// Arguments in another encoding than the one an encoder writes.
    #[error("{}: {flaw}: build the call again with another program", excerpt(path))]
    NotCanonical {
        /// The call.
        path: String,
        /// What is wrong.
        flaw: AbiFlaw,
    },
    /// A batch that does not say what it calls.
    #[error("{}: {flaw}", excerpt(path))]
    Batch {
        /// The batch.
        path: String,
        /// What is wrong.
        flaw: BatchFlaw,
    },
    /// A call inside a batch that goes to the zero address; some batches take it for themselves.
    #[error(
        "{}: the call goes to the zero address, which some contracts take for themselves",
        excerpt(path)
    )]
    ZeroDestination {
        /// The call.
        path: String,
    },
    /// More levels than [`MAX_CALL_DEPTH`](crate::limits::MAX_CALL_DEPTH).
    #[error(
        "{}: calls carry calls to more than {limit} levels: make them directly",
        excerpt(path)
    )]
    TooDeep {
        /// The first call that lies too deep.
        path: String,
        /// The cap.
        limit: usize,
    },
    /// More calls than [`MAX_CALL_LEAVES`](crate::limits::MAX_CALL_LEAVES).
    #[error(
        "{}: there are more than {limit} calls: split the transaction",
        excerpt(path)
    )]
    TooMany {
        /// The first call that is one too many.
        path: String,
        /// The cap.
        limit: usize,
    },
    /// `approveHash(bytes32)` of a Safe: its argument is the hash of a transaction nobody sees.
    #[error(
        "{}: approveHash approves a Safe transaction by its hash alone: sign the Safe transaction as an owner instead",
        excerpt(path)
    )]
    ApproveHash {
        /// The call.
        path: String,
    },
    /// A Safe's transaction that is not a plain call.
    #[error(
        "{}: operation is {operation}, only 0 (CALL) is signed: a DELEGATECALL runs foreign code as the Safe",
        excerpt(path)
    )]
    SafeDelegateCall {
        /// The call.
        path: String,
        /// The operation found.
        operation: U256,
    },
    /// A Safe's transaction with gas or refund parameters.
    #[error(
        "{}: {field} is {}, it must be zero: a refund can empty the Safe",
        excerpt(path),
        excerpt(found)
    )]
    SafeRefund {
        /// The call.
        path: String,
        /// The parameter's name in `execTransaction`.
        field: &'static str,
        /// Its value.
        found: String,
    },
}

impl CallError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::TransactionTooLarge,
            Self::Fallback { .. } | Self::Unknown { .. } | Self::Selector { .. } => {
                Code::CallUnknown
            }
            Self::NotCanonical { .. } => Code::AbiNotCanonical,
            Self::Batch { .. } => Code::CallBatch,
            Self::ZeroDestination { .. } => Code::DestinationForbidden,
            Self::TooDeep { .. } => Code::CallTooDeep,
            Self::TooMany { .. } => Code::CallTooMany,
            Self::ApproveHash { .. } => Code::ApproveHash,
            Self::SafeDelegateCall { .. } => Code::SafeDelegateCall,
            Self::SafeRefund { .. } => Code::SafeRefund,
        }
    }
}
