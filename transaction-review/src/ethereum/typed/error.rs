//! Why a document is refused. Knows nothing of the policy.

use crate::Code;

/// Why a document of typed data is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypedDataError {
    /// More of something than a cap.
    #[error("the document has {found} {what}, the most is {limit}")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How many.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// Not the CBOR of a document.
    #[error("the document is not readable at {place}: convert it anew")]
    Unreadable {
        /// Where.
        place: &'static str,
    },
    /// A version of the form that is not read.
    #[error("the document is of form {found}, only form 1 is read")]
    Version {
        /// The version.
        found: u64,
    },
    /// An encoding that says the same in another way, or bytes left over.
    #[error("the document has {found} bytes, its canonical encoding has {canonical} and differs")]
    NotCanonical {
        /// Bytes found.
        found: usize,
        /// Bytes of the canonical encoding.
        canonical: usize,
    },
    /// A name that is none, is taken, or stands twice.
    #[error(
        "\"{found}\" is not a name for a type or a member here: letters, digits and _ only, not a built-in type, each once"
    )]
    Name {
        /// The name.
        found: String,
    },
    /// A member of a type that does not exist or is not read.
    #[error("{member} has the type \"{found}\", which is not one that is read")]
    Type {
        /// The member, with its struct.
        member: String,
        /// The type.
        found: String,
    },
    /// A struct inside itself.
    #[error("the type \"{found}\" contains itself")]
    Recursive {
        /// The type.
        found: String,
    },
    /// A type that nothing uses: it could only mislead.
    #[error("the type \"{found}\" is not used by the document: remove it")]
    Unused {
        /// The type.
        found: String,
    },
    /// A field that the types do not have: it would not be signed.
    #[error("{path} is not in the types: it would be shown and not signed")]
    Extra {
        /// Where.
        path: String,
    },
    /// A field that the types have and the document lacks.
    #[error("{path} is missing")]
    Missing {
        /// Where.
        path: String,
    },
    /// A value that is not of its type.
    #[error("{path} is not a value of its type {kind}")]
    Value {
        /// Where.
        path: String,
        /// The type.
        kind: String,
    },
    /// A domain that does not say where the signature counts.
    #[error("the domain {problem}")]
    Domain {
        /// What is wrong.
        problem: &'static str,
    },
}

impl TypedDataError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::TypedTooLarge,
            Self::Unreadable { .. } | Self::Version { .. } => Code::TypedUnreadable,
            Self::NotCanonical { .. } => Code::TypedNotCanonical,
            Self::Name { .. }
            | Self::Type { .. }
            | Self::Recursive { .. }
            | Self::Unused { .. } => Code::TypedType,
            Self::Extra { .. } => Code::TypedExtra,
            Self::Missing { .. } => Code::TypedMissing,
            Self::Value { .. } => Code::TypedValue,
            Self::Domain { .. } => Code::TypedDomain,
        }
    }
}
