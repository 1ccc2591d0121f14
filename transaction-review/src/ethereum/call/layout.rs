//! Where the arguments of a call must lie: head, then tails in order, without gap, overlap or rest
//! (Solidity's Contract ABI specification, "strict encoding mode").
//! Knows nothing of what the words mean; it reads offsets and lengths once and allocates nothing.

use core::iter::repeat_n;

use alloy_primitives::U256;

use super::AbiFlaw;
use super::kind::Kind;

/// Bytes of a word.
const WORD: usize = 32;

/// Holds data (without selector) to the one layout of its types. After this, decoding costs no more
/// than the data has bytes: no two arguments share any.
///
/// # Errors
/// Every [`AbiFlaw`] of offsets and lengths.
pub(super) fn check(types: &[Kind], data: &[u8]) -> Result<(), AbiFlaw> {
    let words = total_words(types);
    let end = Layout { data }.sequence(types.iter(), words, 0)?;
    match data.len().saturating_sub(end) {
        0 => Ok(()),
        found => Err(AbiFlaw::Trailing { found }),
    }
}

#[derive(Clone, Copy)]
struct Layout<'a> {
    data: &'a [u8],
}

impl Layout<'_> {
    /// A head of so many words at a byte, its tails behind it; where they end.
    fn sequence<'t, T>(self, types: T, words: usize, base: usize) -> Result<usize, AbiFlaw>
    where
        T: Iterator<Item = &'t Kind>,
    {
        let mut head = base;
        let mut tail = self.after(base, words.saturating_mul(WORD))?;
        for kind in types {
            if kind.is_dynamic() {
                self.offset(head, tail.saturating_sub(base))?;
                tail = self.tail(kind, tail)?;
            }
            head = head.saturating_add(kind.head_words().saturating_mul(WORD));
        }
        Ok(tail)
    }

    fn offset(self, at: usize, expected: usize) -> Result<(), AbiFlaw> {
        let found = self.word(at)?;
        if found == U256::from(expected) {
            return Ok(());
        }
        Err(AbiFlaw::Offset {
            at,
            found,
            expected,
        })
    }

    /// What a dynamic type has at a byte; where it ends.
    fn tail(self, kind: &Kind, at: usize) -> Result<usize, AbiFlaw> {
        match kind {
            Kind::Bytes | Kind::Text => {
                let (length, start) = self.length(at, 1)?;
                let padded = length.checked_next_multiple_of(WORD).unwrap_or(usize::MAX);
                self.after(start, padded)
            }
            Kind::Array(element) => {
                let words = element.head_words();
                let (length, start) = self.length(at, words.saturating_mul(WORD))?;
                self.array(element, length, start)
            }
            Kind::FixedArray(element, length) => self.array(element, *length, at),
            Kind::Tuple(fields) => self.sequence(fields.iter(), total_words(fields), at),
            Kind::Bool
            | Kind::Signed(_)
            | Kind::Unsigned(_)
            | Kind::FixedBytes(_)
            | Kind::Address => Ok(at),
        }
    }

    fn array(self, element: &Kind, length: usize, at: usize) -> Result<usize, AbiFlaw> {
        let words = length.saturating_mul(element.head_words());
        self.sequence(repeat_n(element, length), words, at)
    }

    /// The length that stands at a byte, if so many elements can follow, and the byte after it.
    fn length(self, at: usize, element_bytes: usize) -> Result<(usize, usize), AbiFlaw> {
        let found = self.word(at)?;
        let start = self.after(at, WORD)?;
        let left = self.data.len().saturating_sub(start);
        usize::try_from(found)
            .ok()
            .filter(|length| length.saturating_mul(element_bytes) <= left)
            .map(|length| (length, start))
            .ok_or(AbiFlaw::Length { at, found, left })
    }

    fn word(self, at: usize) -> Result<U256, AbiFlaw> {
        let end = self.after(at, WORD)?;
        let word = self.data.get(at..end).unwrap_or_default();
        Ok(U256::try_from_be_slice(word).unwrap_or_default())
    }

    /// The byte so many bytes further on, which the data must reach.
    fn after(self, at: usize, bytes: usize) -> Result<usize, AbiFlaw> {
        let needed = at.saturating_add(bytes);
        if needed <= self.data.len() {
            return Ok(needed);
        }
        Err(AbiFlaw::Short {
            found: self.data.len(),
            needed,
        })
    }
}

fn total_words(types: &[Kind]) -> usize {
    types
        .iter()
        .map(Kind::head_words)
        .fold(0, usize::saturating_add)
}
