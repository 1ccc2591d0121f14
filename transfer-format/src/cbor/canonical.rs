//! The canonical scan: one pass over the bytes, no recursion, no memory taken on anyone's word.
//! Knows nothing of what the items mean.

use super::canonical_error::CanonicalError;
use crate::limits::{MAX_CBOR_DEPTH, MAX_CBOR_ITEMS};

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
