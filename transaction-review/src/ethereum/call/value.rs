//! Decoded values, and how operators read them: whole, one line or several.
//! Knows nothing of what a value means.

use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, I256, U256};
use data_encoding::HEXLOWER;

use super::text::escaped;

/// A value of the ABI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `address`.
    Address(Address),
    /// `bool`.
    Bool(bool),
    /// `uintN`.
    Unsigned(U256),
    /// `intN`.
    Signed(I256),
    /// `bytesN`.
    FixedBytes(Vec<u8>),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// `string`.
    Text(String),
    /// A list of fixed or free length.
    List(Vec<Self>),
    /// A tuple.
    Tuple(Vec<Self>),
}

impl Value {
    /// The value in lines of printable ASCII, nothing left out.
    ///
    /// ```
    /// use transaction_review::ethereum::{U256, Value};
    ///
    /// let list = Value::List(vec![Value::Bool(true), Value::Text("a\u{202e}b".to_owned())]);
    /// assert_eq!(list.lines(), ["2 entries", "[0] true", "[1] \"a\\u{202e}b\""]);
    /// ```
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Address(address) => vec![address.to_checksum(None)],
            Self::Bool(value) => vec![value.to_string()],
            Self::Unsigned(number) => vec![number.to_string()],
            Self::Signed(number) => vec![number.to_string()],
            Self::FixedBytes(bytes) | Self::Bytes(bytes) => {
                vec![format!("0x{}", HEXLOWER.encode(bytes))]
            }
            Self::Text(text) => vec![format!("\"{}\"", escaped(text))],
            Self::List(values) => entries(values, "entries", ('[', ']')),
            Self::Tuple(values) => entries(values, "members", ('(', ')')),
        }
    }

    /// What the library has decoded; functions and other types that are not read give `None`.
    pub(super) fn of(value: DynSolValue) -> Option<Self> {
        let all = |values: Vec<DynSolValue>| {
            let values = values.into_iter().map(Self::of);
            values.collect::<Option<Vec<_>>>()
        };
        let value = match value.as_address() {
            Some(address) => return Some(Self::Address(address)),
            None => value,
        };
        if let DynSolValue::FixedBytes(word, size) = value {
            return Some(Self::FixedBytes(word.as_slice().get(..size)?.to_vec()));
        }
        if let DynSolValue::Tuple(values) = value {
            return Some(Self::Tuple(all(values)?));
        }
        if let DynSolValue::Array(values) | DynSolValue::FixedArray(values) = value {
            return Some(Self::List(all(values)?));
        }
        let flag = value.as_bool().map(Self::Bool);
        let number = value.as_uint().map(|(number, _)| Self::Unsigned(number));
        let signed = value.as_int().map(|(number, _)| Self::Signed(number));
        let text = value.as_str().map(|text| Self::Text(text.to_owned()));
        let plain = flag.or(number).or(signed).or(text);
        // Function pointers, and what a library built with more features knows, are not read.
        let bytes = value.as_bytes().map(|bytes| Self::Bytes(bytes.to_vec()));
        plain.or(bytes)
    }
}

fn entries(values: &[Value], noun: &str, (open, close): (char, char)) -> Vec<String> {
    let mut lines = vec![format!("{} {noun}", values.len())];
    for (index, value) in values.iter().enumerate() {
        let mut inner = value.lines().into_iter();
        let first = inner.next().unwrap_or_default();
        lines.push(format!("{open}{index}{close} {first}"));
        lines.extend(inner.map(|line| format!("  {line}")));
    }
    lines
}
