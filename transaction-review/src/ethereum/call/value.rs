//! An argument of a call, and how it reads on a screen. Knows nothing of functions or pages.

use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, B256, I256, U256, hex};

use super::kind::Kind;
use super::text::escaped;

/// An argument. What its type is, its [`Function`](super::Function) says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `address`.
    Address(Address),
    /// `bool`.
    Bool(bool),
    /// `uint8` to `uint256`.
    Unsigned(U256),
    /// `int8` to `int256`.
    Signed(I256),
    /// `bytes1` to `bytes32`.
    FixedBytes(Vec<u8>),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// `string`.
    Text(String),
    /// `T[]` or `T[n]`.
    List(Vec<Self>),
    /// `(A,B)`.
    Tuple(Vec<Self>),
}

impl Value {
    /// The whole value in printable ASCII, a line for each part of it: addresses with the capitals
    /// of EIP-55, plain decimal numbers, bytes in hexadecimal. An element of a list begins with
    /// `[0]`, a field of a tuple with `.0`. Different values of a type read differently.
    ///
    /// ```
    /// use transaction_review::ethereum::Value;
    ///
    /// let texts = ["plain", "\u{202e}live\""].map(|text| Value::Text(text.to_owned()));
    /// assert_eq!(
    ///     Value::List(texts.to_vec()).lines(),
    ///     [r#"[0] "plain""#, r#"[1] "\u{202e}live\"""#]
    /// );
    /// ```
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.lines_under("", &mut lines);
        lines
    }

    fn lines_under(&self, place: &str, lines: &mut Vec<String>) {
        let text = match self {
            Self::Address(address) => address.to_checksum(None),
            Self::Bool(bool) => bool.to_string(),
            Self::Unsigned(number) => number.to_string(),
            Self::Signed(number) => number.to_string(),
            Self::FixedBytes(bytes) | Self::Bytes(bytes) => hex::encode_prefixed(bytes),
            Self::Text(text) => format!("\"{}\"", escaped(text)),
            Self::List(elements) if elements.is_empty() => "(empty list)".to_owned(),
            Self::Tuple(fields) if fields.is_empty() => "(empty tuple)".to_owned(),
            Self::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    element.lines_under(&format!("{place}[{index}]"), lines);
                }
                return;
            }
            Self::Tuple(fields) => {
                for (index, field) in fields.iter().enumerate() {
                    field.lines_under(&format!("{place}.{index}"), lines);
                }
                return;
            }
        };
        lines.push(match place {
            "" => text,
            _ => format!("{place} {text}"),
        });
    }

    /// As the library encodes it; `None` if it is not a value of the type.
    pub(super) fn to_library(&self, kind: &Kind) -> Option<DynSolValue> {
        match (self, kind) {
            (Self::Address(address), Kind::Address) => Some(DynSolValue::Address(*address)),
            (Self::Bool(bool), Kind::Bool) => Some(DynSolValue::Bool(*bool)),
            (Self::Unsigned(number), Kind::Unsigned(bits)) => {
                (number.bit_len() <= *bits).then_some(DynSolValue::Uint(*number, *bits))
            }
            (Self::Signed(number), Kind::Signed(bits)) => {
                is_signed(*number, *bits).then_some(DynSolValue::Int(*number, *bits))
            }
            (Self::FixedBytes(bytes), Kind::FixedBytes(length)) => {
                let fits = bytes.len() == *length && *length <= 32;
                fits.then(|| DynSolValue::FixedBytes(B256::right_padding_from(bytes), *length))
            }
            (Self::Bytes(bytes), Kind::Bytes) => Some(DynSolValue::Bytes(bytes.clone())),
            (Self::Text(text), Kind::Text) => Some(DynSolValue::String(text.clone())),
            (Self::List(elements), Kind::Array(element)) => {
                let values = elements.iter().map(|value| value.to_library(element));
                values.collect::<Option<_>>().map(DynSolValue::Array)
            }
            (Self::List(elements), Kind::FixedArray(element, length)) => {
                let values = elements.iter().map(|value| value.to_library(element));
                let values: Vec<_> = values.collect::<Option<_>>()?;
                (values.len() == *length).then_some(DynSolValue::FixedArray(values))
            }
            (Self::Tuple(fields), Kind::Tuple(types)) if fields.len() == types.len() => {
                let values = fields
                    .iter()
                    .zip(types)
                    .map(|(value, kind)| value.to_library(kind));
                values.collect::<Option<_>>().map(DynSolValue::Tuple)
            }
            _ => None,
        }
    }

    /// From what the library decoded. It does not look whether numbers and bytes fit their types:
    /// encoding them again does. `None` if it is not a value of the type.
    pub(super) fn from_library(value: DynSolValue, kind: &Kind) -> Option<Self> {
        match (kind, value) {
            (Kind::Address, DynSolValue::Address(address)) => Some(Self::Address(address)),
            (Kind::Bool, DynSolValue::Bool(bool)) => Some(Self::Bool(bool)),
            (Kind::Unsigned(_), DynSolValue::Uint(number, _)) => Some(Self::Unsigned(number)),
            (Kind::Signed(_), DynSolValue::Int(number, _)) => Some(Self::Signed(number)),
            (Kind::FixedBytes(length), DynSolValue::FixedBytes(word, _)) => word
                .get(..*length)
                .map(|bytes| Self::FixedBytes(bytes.to_vec())),
            (Kind::Bytes, DynSolValue::Bytes(bytes)) => Some(Self::Bytes(bytes)),
            (Kind::Text, DynSolValue::String(text)) => Some(Self::Text(text)),
            (Kind::Array(element), DynSolValue::Array(values))
            | (Kind::FixedArray(element, _), DynSolValue::FixedArray(values)) => values
                .into_iter()
                .map(|value| Self::from_library(value, element))
                .collect::<Option<_>>()
                .map(Self::List),
            (Kind::Tuple(types), DynSolValue::Tuple(values)) => {
                Self::all_from_library(values, types).map(Self::Tuple)
            }
            _ => None,
        }
    }

    /// The same for the fields of a tuple or the arguments of a function.
    pub(super) fn all_from_library(values: Vec<DynSolValue>, types: &[Kind]) -> Option<Vec<Self>> {
        values
            .into_iter()
            .zip(types)
            .map(|(value, kind)| Self::from_library(value, kind))
            .collect()
    }
}

/// Whether a number lies in the two's complement range of so many bits.
fn is_signed(number: I256, bits: usize) -> bool {
    let sign = number.asr(bits.saturating_sub(1));
    sign == I256::ZERO || sign == I256::MINUS_ONE
}
