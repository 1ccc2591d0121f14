//! What can be wrong with canonical CBOR that should follow a schema, and the sentence for each.
//! Knows nothing of any one schema: a field is the number of its key.

use super::canonical_error::CanonicalError;

/// Why data does not follow its schema. `field` is the integer key of the innermost map entry
/// that was being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are not canonical CBOR.
    #[error(transparent)]
    NotCanonical(#[from] CanonicalError),
    /// Another type than the schema says (CDDL in docs/transfer-format.cddl).
    #[error("field {field} holds {found} where {expected} belongs; refuse its author")]
    WrongType {
        /// Key of the field.
        field: u64,
        /// Type of the schema.
        expected: &'static str,
        /// Type in the data.
        found: &'static str,
    },
    /// A field of the schema is not there.
    #[error("field {field} is missing; an older or broken program made this")]
    MissingField {
        /// Key of the field.
        field: u64,
    },
    /// A field the schema does not have.
    #[error("field {field} is not known to this version; a newer program may have made this")]
    UnknownField {
        /// Key of the field.
        field: u64,
    },
    /// The version is not one this program reads.
    #[error(
        "the data says format version {found} and this program reads version {supported}; it \
         comes from a newer or a forged packet format"
    )]
    UnsupportedVersion {
        /// Version in the data.
        found: u64,
        /// Version this program reads.
        supported: u64,
    },
    /// A number larger than the field may hold.
    #[error("field {field} holds {found}, more than the {maximum} it may hold")]
    NumberTooLarge {
        /// Key of the field.
        field: u64,
        /// Number in the data.
        found: u64,
        /// Largest number allowed.
        maximum: u64,
    },
    /// A text or byte string of a length the schema does not allow.
    #[error("field {field} is {found} long; between {minimum} and {maximum} is allowed")]
    Length {
        /// Key of the field.
        field: u64,
        /// Bytes (characters of a text, which is ASCII) in the data.
        found: usize,
        /// Fewest allowed.
        minimum: usize,
        /// Most allowed.
        maximum: usize,
    },
    /// A text character outside printable ASCII (0x20 to 0x7e).
    #[error(
        "field {field} holds the byte {byte:#04x} at position {position}; only printable ASCII \
         is allowed"
    )]
    Character {
        /// Key of the field.
        field: u64,
        /// Position in the text, from 0.
        position: usize,
        /// The byte found.
        byte: u8,
    },
    /// A list with more or fewer entries than the schema allows.
    #[error("field {field} lists {found} entries; between {minimum} and {maximum} are allowed")]
    EntryCount {
        /// Key of the field.
        field: u64,
        /// Entries in the data.
        found: u64,
        /// Fewest allowed.
        minimum: u64,
        /// Most allowed.
        maximum: u64,
    },
}
