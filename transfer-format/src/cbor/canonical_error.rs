//! What can be wrong with bytes that should be canonical CBOR, and the sentence for each case.
//! Knows nothing of how it is found.

/// Why bytes are not one canonical CBOR item (RFC 8949 §4.2.1, narrowed to what packets use).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// The input ended inside an item.
    #[error("the CBOR data ends at byte {offset} in the middle of an item; read it again")]
    Truncated {
        /// Bytes from the start of the input.
        offset: usize,
    },
    /// A length claims more than the input holds.
    #[error(
        "the CBOR item at byte {offset} claims {claimed} bytes or entries but only {remaining} \
         bytes follow; read the data again"
    )]
    LengthBeyondInput {
        /// Bytes from the start of the input.
        offset: usize,
        /// What the item's head says.
        claimed: u64,
        /// Bytes behind the head.
        remaining: usize,
    },
    /// A number or length was not written in its shortest form.
    #[error("the number at byte {offset} is not written in its shortest form; refuse its author")]
    NotShortest {
        /// Bytes from the start of the input.
        offset: usize,
    },
    /// An item of indefinite length, or the break that ends one.
    #[error("the item at byte {offset} has no definite length; refuse its author")]
    IndefiniteLength {
        /// Bytes from the start of the input.
        offset: usize,
    },
    /// A head that RFC 8949 reserves (additional information 28 to 30).
    #[error("the byte {byte:#04x} at {offset} starts no CBOR item; read the data again")]
    Reserved {
        /// Bytes from the start of the input.
        offset: usize,
        /// The head found.
        byte: u8,
    },
    /// A floating-point number.
    #[error("a floating-point number stands at byte {offset}, where only whole numbers may")]
    Float {
        /// Bytes from the start of the input.
        offset: usize,
    },
    /// A simple value other than false, true and null.
    #[error("the simple value {value} at byte {offset} is neither false, true nor null")]
    SimpleValue {
        /// Bytes from the start of the input.
        offset: usize,
        /// The simple value found.
        value: u64,
    },
    /// A tag where none may stand.
    #[error("the tag {tag} at byte {offset} may not stand there; a newer program may have sent it")]
    Tag {
        /// Bytes from the start of the input.
        offset: usize,
        /// The tag found.
        tag: u64,
    },
    /// The tag that had to come first is missing.
    #[error("the data does not start with the tag {expected}; it is not a sealed packet")]
    TagMissing {
        /// The tag asked for.
        expected: u64,
    },
    /// More containers inside one another than [`MAX_CBOR_DEPTH`](crate::limits::MAX_CBOR_DEPTH).
    #[error("the item at byte {offset} lies deeper than {limit} containers; refuse its author")]
    TooDeep {
        /// Bytes from the start of the input.
        offset: usize,
        /// Containers allowed.
        limit: usize,
    },
    /// More items than [`MAX_CBOR_ITEMS`](crate::limits::MAX_CBOR_ITEMS).
    #[error("the data holds more than {limit} CBOR items; refuse its author")]
    TooManyItems {
        /// Items allowed.
        limit: usize,
    },
    /// A map key that is a container, a tag or a simple value.
    #[error("the map key at byte {offset} is neither a number nor a string; refuse its author")]
    KeyType {
        /// Bytes from the start of the input.
        offset: usize,
    },
    /// A map key that stands twice.
    #[error("the map key at byte {offset} stands twice; refuse its author")]
    DuplicateKey {
        /// Bytes from the start of the input.
        offset: usize,
    },
    /// A map key that sorts before the one in front of it.
    #[error("the map key at byte {offset} is out of order; refuse its author")]
    UnsortedKey {
        /// Bytes from the start of the input.
        offset: usize,
    },
    /// A text string that is not UTF-8.
    #[error("the text at byte {offset} is not UTF-8; read the data again")]
    NotUtf8 {
        /// Bytes from the start of the input.
        offset: usize,
    },
    /// Something follows the item.
    #[error("{count} bytes follow the item that ends at byte {offset}; nothing may follow it")]
    TrailingBytes {
        /// Where the item ended, in bytes.
        offset: usize,
        /// How many bytes follow.
        count: usize,
    },
}

impl CanonicalError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DuplicateKey { .. } => "E_CBOR_DUPKEY",
            Self::Tag { .. } | Self::TagMissing { .. } => "E_CBOR_UNKNOWN",
            Self::Truncated { .. } | Self::LengthBeyondInput { .. } => "E_CBOR_TRUNCATED",
            Self::TrailingBytes { .. } => "E_CBOR_TRAILING",
            Self::TooDeep { .. } | Self::TooManyItems { .. } => "E_CBOR_LIMIT",
            Self::NotShortest { .. }
            | Self::IndefiniteLength { .. }
            | Self::Reserved { .. }
            | Self::Float { .. }
            | Self::SimpleValue { .. }
            | Self::KeyType { .. }
            | Self::UnsortedKey { .. }
            | Self::NotUtf8 { .. } => "E_CBOR_NONCANONICAL",
        }
    }
}
