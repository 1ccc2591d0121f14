//! Why a function is none, and why a call is not understood. Knows nothing of the policy's limits.

use crate::Code;

/// Why a text is not the signature of a function that is decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FunctionError {
    /// Not `name(type,type)` in its one spelling.
    #[error(
        "\"{found}\" is not a function's signature: write the name and the types alone, as in \"transfer(address,uint256)\""
    )]
    Spelling {
        /// The text.
        found: String,
    },
    /// A type that does not exist or is not decoded.
    #[error(
        "\"{found}\" is not a type that is decoded: lists of lists, deep tuples and unknown types are not"
    )]
    Type {
        /// The type.
        found: String,
    },
    /// More parameters than [`MAX_FUNCTION_PARAMETERS`](crate::limits::MAX_FUNCTION_PARAMETERS).
    #[error("the function has {found} parameters, the most is {limit}")]
    Parameters {
        /// How many.
        found: usize,
        /// The cap.
        limit: usize,
    },
}

/// Why a call is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// More bytes than [`MAX_CALL_DATA_BYTES`](crate::limits::MAX_CALL_DATA_BYTES).
    #[error("the call data of {path} has {found} bytes, the most is {limit}")]
    TooLarge {
        /// Where.
        path: String,
        /// Bytes found.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// Data that is too short to name a function: a contract's fallback would run.
    #[error(
        "{path} has {found} bytes of data, too few to name a function: what a fallback does is not known"
    )]
    Fallback {
        /// Where.
        path: String,
        /// Bytes found.
        found: usize,
    },
    /// A function that the policy does not name for this contract.
    #[error(
        "{path} calls function 0x{selector} of {to} with {bytes} bytes: the policy names no such function of this contract"
    )]
    Unknown {
        /// Where.
        path: String,
        /// The contract, with EIP-55 capitals.
        to: String,
        /// The selector, 8 digits.
        selector: String,
        /// Bytes of data.
        bytes: usize,
    },
    /// Data that does not decode.
    #[error(
        "the arguments of {function} do not decode: the data is cut off or lies about its length"
    )]
    Unreadable {
        /// The function.
        function: String,
    },
    /// Data that decodes but is not the one encoding of its arguments.
    #[error(
        "the arguments of {function} have {found} bytes, their canonical encoding has {canonical} and differs"
    )]
    NotCanonical {
        /// The function.
        function: String,
        /// Bytes found.
        found: usize,
        /// Bytes of the canonical encoding.
        canonical: usize,
    },
    /// Lists of a batch with different lengths.
    #[error("{path} is a batch whose lists have different lengths")]
    BatchLengths {
        /// Where.
        path: String,
    },
    /// A delegate call of a Safe inside a call.
    #[error("{path} makes a Safe run foreign code as itself (operation {operation})")]
    DelegateCall {
        /// Where.
        path: String,
        /// The operation.
        operation: String,
    },
    /// A refund of a Safe inside a call.
    #[error("{path} makes a Safe pay whoever executes: gas and refund fields are to be zero")]
    Refund {
        /// Where.
        path: String,
    },
    /// A call inside a batch to the zero address.
    #[error("{path} goes to the zero address")]
    Zero {
        /// Where.
        path: String,
    },
    /// `approveHash`, wherever it is.
    #[error(
        "{path} is approveHash, which approves a Safe transaction that nobody can read from it: sign that transaction as an owner instead"
    )]
    ApproveHash {
        /// Where.
        path: String,
    },
    /// Calls inside calls beyond [`MAX_CALL_DEPTH`](crate::limits::MAX_CALL_DEPTH).
    #[error("{path} is nested deeper than {limit} levels")]
    Deep {
        /// Where.
        path: String,
        /// The cap.
        limit: usize,
    },
    /// More leaves than [`MAX_CALL_LEAVES`](crate::limits::MAX_CALL_LEAVES).
    #[error("there are more than {limit} calls together: split the transaction")]
    Many {
        /// The cap.
        limit: usize,
    },
}

impl CallError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::TransactionTooLarge,
            Self::Fallback { .. } | Self::Unknown { .. } => Code::CallUnknown,
            Self::Unreadable { .. } | Self::NotCanonical { .. } | Self::BatchLengths { .. } => {
                Code::AbiNotCanonical
            }
            Self::DelegateCall { .. } => Code::SafeDelegateCall,
            Self::Refund { .. } => Code::SafeRefund,
            Self::Zero { .. } => Code::DestinationForbidden,
            Self::ApproveHash { .. } => Code::ApproveHash,
            Self::Deep { .. } => Code::CallTooDeep,
            Self::Many { .. } => Code::CallTooMany,
        }
    }
}
