//! Types of members: a built-in type or a struct, alone or in one list.
//! Knows spellings, nothing of values.

use alloy_primitives::{Address, I256, U256};

use super::RawValue;
use crate::ethereum::Value;

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberType {
    /// The type of it, or of each entry of the list.
    pub(super) base: BaseType,
    /// Alone or in a list.
    pub(super) list: List,
}

/// How many of a type there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// One.
    Alone,
    /// Any number.
    Free,
    /// This many.
    Fixed(usize),
}

/// A type without its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseType {
    /// `address`.
    Address,
    /// `bool`.
    Bool,
    /// `bytes`.
    Bytes,
    /// `string`.
    Text,
    /// `bytesN`, by its bytes.
    FixedBytes(usize),
    /// `uintN`, by its bits.
    Unsigned(usize),
    /// `intN`, by its bits.
    Signed(usize),
    /// A struct, by its name.
    Struct(String),
}

impl MemberType {
    /// Reads a type; `None` where it is not one that is read: `uint` and `int` without their width, lists
    /// of lists, widths that do not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let (base, list) = match text.strip_suffix(']') {
            None => (text, List::Alone),
            Some(open) => match open.rsplit_once('[')? {
                (base, "") => (base, List::Free),
                (base, size) => (base, List::Fixed(number(size)?)),
            },
        };
        Some(Self {
            base: BaseType::parse(base)?,
            list,
        })
    }

    /// The type of it, or of each entry of the list.
    pub const fn base(&self) -> &BaseType {
        &self.base
    }

    /// Whether it is a list.
    pub const fn is_list(&self) -> bool {
        !matches!(self.list, List::Alone)
    }

    /// The struct that it is, or a list of.
    pub(super) fn structure(&self) -> Option<&str> {
        match &self.base {
            BaseType::Struct(name) => Some(name),
            BaseType::Address
            | BaseType::Bool
            | BaseType::Bytes
            | BaseType::Text
            | BaseType::FixedBytes(_)
            | BaseType::Unsigned(_)
            | BaseType::Signed(_) => None,
        }
    }
}

/// Digits without a leading zero.
fn number(digits: &str) -> Option<usize> {
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0');
    // An empty text is no number either.
    digits.parse().ok().filter(|_| plain)
}

impl BaseType {
    fn parse(text: &str) -> Option<Self> {
        let width = |rest: &str| number(rest).filter(|bits| *bits <= 256 && bits.is_multiple_of(8));
        match text {
            "address" => return Some(Self::Address),
            "bool" => return Some(Self::Bool),
            "bytes" => return Some(Self::Bytes),
            "string" => return Some(Self::Text),
            _ => {}
        }
        let bytes = text.strip_prefix("bytes").and_then(number);
        if let Some(size) = bytes.filter(|size| *size <= 32) {
            return Some(Self::FixedBytes(size));
        }
        if let Some(bits) = text.strip_prefix("uint").and_then(width) {
            return Some(Self::Unsigned(bits));
        }
        if let Some(bits) = text.strip_prefix("int").and_then(width) {
            return Some(Self::Signed(bits));
        }
        is_struct_name(text).then(|| Self::Struct(text.to_owned()))
    }

    /// A value of it; `None` if it is none. Structs are read elsewhere.
    pub(super) fn value(&self, raw: &RawValue) -> Option<Value> {
        match (self, raw) {
            (Self::Address, RawValue::Bytes(bytes)) => {
                let address = <[u8; 20]>::try_from(bytes.as_slice()).ok()?;
                Some(Value::Address(Address::new(address)))
            }
            (Self::Bool, RawValue::Bool(value)) => Some(Value::Bool(*value)),
            (Self::Bytes, RawValue::Bytes(bytes)) => Some(Value::Bytes(bytes.clone())),
            (Self::Text, RawValue::Text(text)) => Some(Value::Text(text.clone())),
            (Self::FixedBytes(size), RawValue::Bytes(bytes)) => {
                (bytes.len() == *size).then(|| Value::FixedBytes(bytes.clone()))
            }
            (Self::Unsigned(bits), RawValue::Bytes(bytes)) => {
                let word = <[u8; 32]>::try_from(bytes.as_slice()).ok()?;
                let number = U256::from_be_bytes(word);
                (number.bit_len() <= *bits).then_some(Value::Unsigned(number))
            }
            (Self::Signed(bits), RawValue::Bytes(bytes)) => {
                let word = <[u8; 32]>::try_from(bytes.as_slice()).ok()?;
                let number = I256::from_be_bytes(word);
                let fits = usize::try_from(number.bits()).is_ok_and(|used| used <= *bits);
                fits.then_some(Value::Signed(number))
            }
            (_, _) => None,
        }
    }
}

/// A name that no built-in type has or could have.
pub(super) fn is_struct_name(name: &str) -> bool {
    let numbered = ["uint", "int", "bytes", "fixed", "ufixed"]
        .into_iter()
        .any(|built_in| {
            name.strip_prefix(built_in).is_some_and(|rest| {
                rest.bytes()
                    .all(|letter| letter.is_ascii_digit() || letter == b'x')
            })
        });
    let taken = ["address", "bool", "string", "function", "mapping"].contains(&name);
    is_identifier(name) && !numbered && !taken
}

/// Letters, digits and `_`, at most 64 of them, not beginning with a digit.
pub(super) fn is_identifier(name: &str) -> bool {
    const MAX_LETTERS: usize = 64;
    let mut letters = name.bytes();
    let begins = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    let rest = letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_');
    begins && rest && name.len() <= MAX_LETTERS
}
