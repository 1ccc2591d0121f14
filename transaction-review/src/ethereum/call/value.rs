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
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "function pointers, and what a library built with more features knows, are not read"
    )]
    pub(super) fn of(value: DynSolValue) -> Option<Self> {
        let all = |values: Vec<DynSolValue>| {
            let values = values.into_iter().map(Self::of);
            values.collect::<Option<Vec<_>>>()
        };
        Some(match value {
            DynSolValue::Address(address) => Self::Address(address),
            DynSolValue::Bool(value) => Self::Bool(value),
            DynSolValue::Uint(number, _) => Self::Unsigned(number),
            DynSolValue::Int(number, _) => Self::Signed(number),
            DynSolValue::FixedBytes(word, size) => {
                Self::FixedBytes(word.as_slice().get(..size)?.to_vec())
            }
            DynSolValue::Bytes(bytes) => Self::Bytes(bytes),
            DynSolValue::String(text) => Self::Text(text),
            DynSolValue::Array(values) | DynSolValue::FixedArray(values) => {
                Self::List(all(values)?)
            }
            DynSolValue::Tuple(values) => Self::Tuple(all(values)?),
            _ => return None,
        })
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
