//! Why a policy is refused. Knows nothing of transactions.

use crate::bitcoin::DescriptorError;
use crate::ethereum::FunctionError;
use crate::{AmountError, Class, Code};

/// Why a policy is not accepted. A policy is taken whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The file says nothing.
    #[error("the policy is empty: an empty policy allows nothing and cannot be installed")]
    Empty,
    /// More bytes than [`MAX_POLICY_BYTES`](crate::limits::MAX_POLICY_BYTES).
    #[error("the policy has {bytes} bytes, the most is {limit}: shorten it")]
    TooLarge {
        /// Bytes found.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A character outside printable ASCII, tab and line end, also in comments and escapes.
    #[error("{place} of the policy has a character that is not printable ASCII: replace it")]
    NotAscii {
        /// The line or the key.
        place: String,
    },
    /// Not TOML, or a key twice in one table.
    #[error("the policy is not readable at line {line}: {message}")]
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// What the TOML reader says.
        message: String,
    },
    /// A key or section that does not exist.
    #[error("the policy has the unknown key {path}: correct its spelling or remove it")]
    UnknownKey {
        /// Where.
        path: String,
    },
    /// A section, kind or permission of the language that this version does not evaluate.
    #[error(
        "{path} in the policy asks for \"{found}\", which this version does not evaluate: it is refused rather than ignored"
    )]
    Unsupported {
        /// Where.
        path: String,
        /// What was asked for.
        found: String,
    },
    /// A chain that may charge a fee which no cap of a policy bounds.
    #[error(
        "{path} in the policy has chain {chain}: a transfer is signed only on chains 1, 100, 17000, 31337, 560048 and 11155111, because another chain may charge for data beside gas, and no fee cap bounds that charge"
    )]
    DataFee {
        /// Where.
        path: String,
        /// The chain id.
        chain: u64,
    },
    /// A key that must be there. Nothing that permits has a default.
    #[error("the policy lacks {path}: there is no default, write it")]
    Missing {
        /// Where.
        path: String,
    },
    /// A value of another TOML type.
    #[error("{path} in the policy must be a {expected}, it is a {found}")]
    WrongType {
        /// Where.
        path: String,
        /// The type needed.
        expected: &'static str,
        /// The type found.
        found: &'static str,
    },
    /// A value of the right type that breaks the form of its key.
    #[error("{path} in the policy is \"{found}\", it must be {expected}")]
    Value {
        /// Where.
        path: String,
        /// The value.
        found: String,
        /// The form it must have.
        expected: &'static str,
    },
    /// A descriptor or an extended key that is no wallet.
    #[error("{path} in the policy is \"{found}\": {reason}")]
    Descriptor {
        /// Where.
        path: String,
        /// The descriptor or the key.
        found: String,
        /// What is wrong with it.
        reason: DescriptorError,
    },
    /// A signature of a function that is not one.
    #[error("{path} in the policy: {reason}")]
    Function {
        /// Where.
        path: String,
        /// What is wrong with it.
        reason: FunctionError,
    },
    /// An amount that is not one.
    #[error("{path} in the policy: {reason}")]
    Amount {
        /// Where.
        path: String,
        /// What is wrong with it.
        reason: AmountError,
    },
    /// The same id, name or value twice, or two names that look alike.
    #[error(
        "{path} in the policy is \"{found}\", which repeats or looks like \"{earlier}\": each must be distinct"
    )]
    Duplicate {
        /// Where.
        path: String,
        /// The second one.
        found: String,
        /// The first one.
        earlier: String,
    },
    /// A wallet's own address among the payees.
    #[error(
        "{path} in the policy is the address of the wallet {wallet}: the address book names others only, remove it"
    )]
    OwnAddress {
        /// Where.
        path: String,
        /// The wallet.
        wallet: String,
    },
    /// A name that is not defined, or that does not fit where it is used.
    #[error("{path} in the policy names \"{found}\", which is not {expected}")]
    Reference {
        /// Where.
        path: String,
        /// The name.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// One person, key or token in two roles.
    #[error(
        "in the policy {first} and {second} have the same {what}, or two that look alike: they must differ"
    )]
    Separation {
        /// Person, key or token.
        what: &'static str,
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A tier that so few people can never meet.
    #[error(
        "{path} in the policy is {need}, but only {found} approvers can approve there: enrol more, or ask for fewer"
    )]
    Quorum {
        /// Where.
        path: String,
        /// Approvers needed.
        need: u32,
        /// Approvers there are, without whoever asks where that person is excluded.
        found: usize,
    },
    /// An example with another verdict than it says.
    #[error(
        "{path} in the policy, \"{name}\", says {expected}, but the policy's verdict is {found}: correct the policy or the example"
    )]
    Example {
        /// Where.
        path: String,
        /// The example's name.
        name: String,
        /// The code it says, or OK.
        expected: &'static str,
        /// The code of the verdict, or OK.
        found: &'static str,
    },
    /// Fewer than two approvers: nothing could ever be approved by two people.
    #[error("the policy has {found} approvers, it needs two at least")]
    TooFewApprovers {
        /// Operators with the role `approver`.
        found: usize,
    },
}

impl PolicyError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Empty => Code::PolicyDenyAll,
            Self::TooLarge { .. } => Code::PolicyTooLarge,
            Self::NotAscii { .. } | Self::Syntax { .. } => Code::PolicySyntax,
            Self::UnknownKey { .. } => Code::PolicyUnknownKey,
            Self::Unsupported { .. } | Self::DataFee { .. } => Code::PolicyUnsupported,
            Self::Missing { .. }
            | Self::WrongType { .. }
            | Self::Value { .. }
            | Self::Function { .. }
            | Self::Descriptor { .. } => Code::PolicyValue,
            Self::Amount { .. } => Code::PolicyAmount,
            Self::Duplicate { .. } => Code::PolicyDuplicate,
            Self::Reference { .. } => Code::PolicyReference,
            Self::Example { .. } => Code::PolicyExample,
            Self::Separation { .. }
            | Self::OwnAddress { .. }
            | Self::Quorum { .. }
            | Self::TooFewApprovers { .. } => Code::PolicySeparation,
        }
    }

    /// The class, and with it the exit status.
    pub const fn class(&self) -> Class {
        self.code().class()
    }
}
