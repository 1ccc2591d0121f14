//! The types that arguments can have. Knows their size and their text, nothing of values.

use alloy_dyn_abi::DynSolType;

/// A type of the contract ABI that a screen can show. The library's own has more variants when
/// another crate of the build asks for them, and none of those may slip in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// `address`.
    Address,
    /// `bool`.
    Bool,
    /// `uintN`, with its bits.
    Unsigned(usize),
    /// `intN`, with its bits.
    Signed(usize),
    /// `bytesN`, with its length.
    FixedBytes(usize),
    /// `bytes`.
    Bytes,
    /// `string`.
    Text,
    /// `T[]`.
    Array(Box<Self>),
    /// `T[n]`.
    FixedArray(Box<Self>, usize),
    /// `(A,B)`.
    Tuple(Vec<Self>),
}

impl Kind {
    /// From what the library read; `None` for a type that cannot be shown (`function`).
    pub(super) fn from_library(kind: &DynSolType) -> Option<Self> {
        if let Some(fields) = kind.as_tuple() {
            let fields: Option<Vec<Self>> = fields.iter().map(Self::from_library).collect();
            return fields.map(Self::Tuple);
        }
        if let DynSolType::Array(element) = kind {
            return Self::from_library(element).map(|it| Self::Array(Box::new(it)));
        }
        if let DynSolType::FixedArray(element, length) = kind {
            return Self::from_library(element).map(|it| Self::FixedArray(Box::new(it), *length));
        }
        if let DynSolType::Uint(bits) = kind {
            return Some(Self::Unsigned(*bits));
        }
        if let DynSolType::Int(bits) = kind {
            return Some(Self::Signed(*bits));
        }
        if let DynSolType::FixedBytes(length) = kind {
            return Some(Self::FixedBytes(*length));
        }
        let simple = [
            (DynSolType::Address, Self::Address),
            (DynSolType::Bool, Self::Bool),
            (DynSolType::Bytes, Self::Bytes),
            (DynSolType::String, Self::Text),
        ];
        simple
            .into_iter()
            .find(|(library, _)| library == kind)
            .map(|(_, simple)| simple)
    }

    /// As the library names it.
    pub(super) fn to_library(&self) -> DynSolType {
        match self {
            Self::Address => DynSolType::Address,
            Self::Bool => DynSolType::Bool,
            Self::Unsigned(bits) => DynSolType::Uint(*bits),
            Self::Signed(bits) => DynSolType::Int(*bits),
            Self::FixedBytes(length) => DynSolType::FixedBytes(*length),
            Self::Bytes => DynSolType::Bytes,
            Self::Text => DynSolType::String,
            Self::Array(element) => DynSolType::Array(Box::new(element.to_library())),
            Self::FixedArray(element, length) => {
                DynSolType::FixedArray(Box::new(element.to_library()), *length)
            }
            Self::Tuple(fields) => DynSolType::Tuple(fields.iter().map(Self::to_library).collect()),
        }
    }

    /// As it stands in a canonical signature. The library writes a tuple of one field with a comma
    /// at its end, which would be another selector.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Address => "address".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Unsigned(bits) => format!("uint{bits}"),
            Self::Signed(bits) => format!("int{bits}"),
            Self::FixedBytes(length) => format!("bytes{length}"),
            Self::Bytes => "bytes".to_owned(),
            Self::Text => "string".to_owned(),
            Self::Array(element) => format!("{}[]", element.text()),
            Self::FixedArray(element, length) => format!("{}[{length}]", element.text()),
            Self::Tuple(fields) => Self::list_text(fields),
        }
    }

    /// Types in parentheses, as a tuple and a function's parameters are written.
    pub(super) fn list_text(types: &[Self]) -> String {
        let types: Vec<String> = types.iter().map(Self::text).collect();
        format!("({})", types.join(","))
    }

    /// Whether its values lie behind an offset.
    pub(super) fn is_dynamic(&self) -> bool {
        match self {
            Self::Bytes | Self::Text | Self::Array(_) => true,
            Self::FixedArray(element, _) => element.is_dynamic(),
            Self::Tuple(fields) => fields.iter().any(Self::is_dynamic),
            Self::Address
            | Self::Bool
            | Self::Unsigned(_)
            | Self::Signed(_)
            | Self::FixedBytes(_) => false,
        }
    }

    /// Words of 32 bytes that any value of the type needs at least.
    pub(super) fn least_words(&self) -> usize {
        match self {
            Self::FixedArray(element, length) => element.least_words().saturating_mul(*length),
            Self::Tuple(fields) => fields
                .iter()
                .map(Self::least_words)
                .fold(0, usize::saturating_add),
            Self::Address
            | Self::Bool
            | Self::Unsigned(_)
            | Self::Signed(_)
            | Self::FixedBytes(_)
            | Self::Bytes
            | Self::Text
            | Self::Array(_) => 1,
        }
    }

    /// Words in the head: an offset for what is dynamic, else the value itself.
    pub(super) fn head_words(&self) -> usize {
        if self.is_dynamic() {
            1
        } else {
            self.least_words()
        }
    }

    /// Whether it is an array or has one inside.
    pub(super) fn has_array(&self) -> bool {
        match self {
            Self::Array(_) | Self::FixedArray(..) => true,
            Self::Tuple(fields) => fields.iter().any(Self::has_array),
            Self::Address
            | Self::Bool
            | Self::Unsigned(_)
            | Self::Signed(_)
            | Self::FixedBytes(_)
            | Self::Bytes
            | Self::Text => false,
        }
    }
}
