//! The canonical scan: one pass over the bytes, no recursion, no memory taken on anyone's word.
//! Knows nothing of what the items mean.

use crate::limits::{MAX_CBOR_DEPTH, MAX_CBOR_ITEMS};

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
    /// More containers inside one another than [`MAX_CBOR_DEPTH`].
    #[error("the item at byte {offset} lies deeper than {limit} containers; refuse its author")]
    TooDeep {
        /// Bytes from the start of the input.
        offset: usize,
        /// Containers allowed.
        limit: usize,
    },
    /// More items than [`MAX_CBOR_ITEMS`].
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

/// Checks that `bytes` are one canonical CBOR item without tags, and nothing more.
///
/// # Errors
/// The first [`CanonicalError`] met from the start of the bytes.
pub fn check_canonical(bytes: &[u8]) -> Result<(), CanonicalError> {
    let end = first_item_length(bytes)?;
    check_end(bytes, end)
}

/// Checks that `bytes` are the tag `tag` around one canonical CBOR item, and nothing more.
///
/// # Errors
/// [`CanonicalError::TagMissing`] if the tag does not come first, else as [`check_canonical`].
pub fn check_canonical_tagged(bytes: &[u8], tag: u64) -> Result<(), CanonicalError> {
    let (head, after_tag) = read_head(bytes, 0)?;
    if head.major != Major::Tag || head.argument != tag {
        return Err(CanonicalError::TagMissing { expected: tag });
    }
    let end = Scan::new(bytes, after_tag).run()?;
    check_end(bytes, end)
}

/// The length in bytes of the canonical item that `bytes` start with; others may follow it, as in
/// a CBOR sequence (RFC 8742). Tags are refused.
///
/// # Errors
/// As [`check_canonical`], except that bytes may follow.
pub fn first_item_length(bytes: &[u8]) -> Result<usize, CanonicalError> {
    Scan::new(bytes, 0).run()
}

fn check_end(bytes: &[u8], end: usize) -> Result<(), CanonicalError> {
    match bytes.len().saturating_sub(end) {
        0 => Ok(()),
        count => Err(CanonicalError::TrailingBytes { offset: end, count }),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Major {
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

#[derive(Debug, Clone, Copy)]
struct Head {
    major: Major,
    argument: u64,
}

fn read_head(bytes: &[u8], offset: usize) -> Result<(Head, usize), CanonicalError> {
    let first = *bytes
        .get(offset)
        .ok_or(CanonicalError::Truncated { offset })?;
    let major = match first >> 5_u32 {
        0 => Major::Unsigned,
        1 => Major::Negative,
        2 => Major::Bytes,
        3 => Major::Text,
        4 => Major::Array,
        5 => Major::Map,
        6 => Major::Tag,
        _ => Major::Simple,
    };
    let information = first & 0x1f;
    let width: usize = match information {
        0..=23 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        31 => return Err(CanonicalError::IndefiniteLength { offset }),
        _ => {
            return Err(CanonicalError::Reserved {
                offset,
                byte: first,
            });
        }
    };
    if major == Major::Simple && (2..=8).contains(&width) {
        return Err(CanonicalError::Float { offset });
    }
    let start = offset.saturating_add(1);
    let end = start.saturating_add(width);
    let following = bytes.get(start..end).ok_or(CanonicalError::Truncated {
        offset: bytes.len(),
    })?;
    let argument = match width {
        0 => u64::from(information),
        _ => following
            .iter()
            .fold(0, |sum: u64, byte| (sum << 8_u32) | u64::from(*byte)),
    };
    let shortest = match width {
        0 => true,
        1 => argument > 23,
        2 => argument > u64::from(u8::MAX),
        4 => argument > u64::from(u16::MAX),
        _ => argument > u64::from(u32::MAX),
    };
    if !shortest {
        return Err(CanonicalError::NotShortest { offset });
    }
    Ok((Head { major, argument }, end))
}

/// A container that is being read.
#[derive(Debug, Clone, Copy)]
struct Level<'b> {
    /// Items still to come; an entry of a map counts twice.
    remaining: u64,
    /// For a map: whether a key is next, and the encoding of the last one.
    map: Option<MapLevel<'b>>,
}

#[derive(Debug, Clone, Copy)]
struct MapLevel<'b> {
    key_is_next: bool,
    last_key: Option<&'b [u8]>,
}

/// State of one scan. The stack holds at most [`MAX_CBOR_DEPTH`] levels.
struct Scan<'b> {
    bytes: &'b [u8],
    offset: usize,
    items: usize,
    stack: Vec<Level<'b>>,
}

impl<'b> Scan<'b> {
    fn new(bytes: &'b [u8], offset: usize) -> Self {
        Self {
            bytes,
            offset,
            items: 0,
            stack: Vec::with_capacity(MAX_CBOR_DEPTH),
        }
    }

    fn run(mut self) -> Result<usize, CanonicalError> {
        loop {
            let start = self.offset;
            let opened = self.item()?;
            if !opened && self.complete(start)? {
                return Ok(self.offset);
            }
        }
    }

    /// Reads one head and a string's content; true if a container was opened and has entries.
    fn item(&mut self) -> Result<bool, CanonicalError> {
        let start = self.offset;
        self.items = self.items.saturating_add(1);
        if self.items > MAX_CBOR_ITEMS {
            return Err(CanonicalError::TooManyItems {
                limit: MAX_CBOR_ITEMS,
            });
        }
        let (head, content) = read_head(self.bytes, start)?;
        if self.expects_key()
            && !matches!(
                head.major,
                Major::Unsigned | Major::Negative | Major::Bytes | Major::Text
            )
        {
            return Err(CanonicalError::KeyType { offset: start });
        }
        self.offset = content;
        match head.major {
            Major::Unsigned | Major::Negative => Ok(false),
            Major::Bytes => self.string(start, head.argument).map(|_| false),
            Major::Text => match std::str::from_utf8(self.string(start, head.argument)?) {
                Ok(_) => Ok(false),
                Err(_) => Err(CanonicalError::NotUtf8 { offset: start }),
            },
            Major::Array => self.open(start, head.argument, None),
            Major::Map => self.open(
                start,
                head.argument,
                Some(MapLevel {
                    key_is_next: true,
                    last_key: None,
                }),
            ),
            Major::Tag => Err(CanonicalError::Tag {
                offset: start,
                tag: head.argument,
            }),
            Major::Simple => match head.argument {
                20..=22 => Ok(false),
                value => Err(CanonicalError::SimpleValue {
                    offset: start,
                    value,
                }),
            },
        }
    }

    fn expects_key(&self) -> bool {
        self.stack
            .last()
            .and_then(|level| level.map)
            .is_some_and(|map| map.key_is_next)
    }

    fn string(&mut self, start: usize, claimed: u64) -> Result<&'b [u8], CanonicalError> {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        let content = usize::try_from(claimed)
            .ok()
            .and_then(|length| rest.get(..length))
            .ok_or(CanonicalError::LengthBeyondInput {
                offset: start,
                claimed,
                remaining: rest.len(),
            })?;
        self.offset = self.offset.saturating_add(content.len());
        Ok(content)
    }

    fn open(
        &mut self,
        start: usize,
        entries: u64,
        map: Option<MapLevel<'b>>,
    ) -> Result<bool, CanonicalError> {
        if self.stack.len() >= MAX_CBOR_DEPTH {
            return Err(CanonicalError::TooDeep {
                offset: start,
                limit: MAX_CBOR_DEPTH,
            });
        }
        let remaining_bytes = self.bytes.len().saturating_sub(self.offset);
        let per_entry: u64 = if map.is_some() { 2 } else { 1 };
        let items = entries
            .checked_mul(per_entry)
            .filter(|items| usize::try_from(*items).is_ok_and(|items| items <= remaining_bytes))
            .ok_or(CanonicalError::LengthBeyondInput {
                offset: start,
                claimed: entries,
                remaining: remaining_bytes,
            })?;
        if items == 0 {
            return Ok(false);
        }
        self.stack.push(Level {
            remaining: items,
            map,
        });
        Ok(true)
    }

    /// Books the item that began at `start`; true when the outermost one is complete.
    fn complete(&mut self, start: usize) -> Result<bool, CanonicalError> {
        let end = self.offset;
        while let Some(level) = self.stack.last_mut() {
            if let Some(map) = level.map.as_mut() {
                complete_entry_half(self.bytes, start, end, map)?;
            }
            level.remaining = level.remaining.saturating_sub(1);
            if level.remaining > 0 {
                return Ok(false);
            }
            self.stack.pop();
        }
        Ok(true)
    }
}

/// Books a key or a value of a map; a key must sort behind the one before it.
fn complete_entry_half<'b>(
    bytes: &'b [u8],
    start: usize,
    end: usize,
    map: &mut MapLevel<'b>,
) -> Result<(), CanonicalError> {
    map.key_is_next = !map.key_is_next;
    if map.key_is_next {
        return Ok(());
    }
    let key = bytes
        .get(start..end)
        .ok_or(CanonicalError::Truncated { offset: start })?;
    match map.last_key.map(|last| last.cmp(key)) {
        Some(std::cmp::Ordering::Equal) => Err(CanonicalError::DuplicateKey { offset: start }),
        Some(std::cmp::Ordering::Greater) => Err(CanonicalError::UnsortedKey { offset: start }),
        Some(std::cmp::Ordering::Less) | None => {
            map.last_key = Some(key);
            Ok(())
        }
    }
}
