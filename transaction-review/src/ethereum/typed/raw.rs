//! The values of a document as CBOR has them, before their types are known.
//! Knows depth and canonical order, nothing of types.

use std::collections::BTreeMap;

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

use super::TypedDataError;
use crate::limits::{MAX_TYPED_ELEMENTS, MAX_TYPED_NESTING};

/// A value without its type. Numbers of the chain are 32 bytes, big-endian, two's complement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawValue {
    /// `bool`.
    Bool(bool),
    /// Everything that is bytes: numbers, addresses, `bytesN`, `bytes`.
    Bytes(Vec<u8>),
    /// `string`.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// A struct, by its members' names.
    Struct(BTreeMap<String, Self>),
}

type Written = Result<(), minicbor::encode::Error<core::convert::Infallible>>;

impl RawValue {
    pub(super) fn write(&self, encoder: &mut Encoder<&mut Vec<u8>>) -> Written {
        match self {
            Self::Bool(value) => encoder.bool(*value).map(drop),
            Self::Bytes(bytes) => encoder.bytes(bytes).map(drop),
            Self::Text(text) => encoder.str(text).map(drop),
            Self::List(values) => {
                encoder.array(length(values.len()))?;
                values.iter().try_for_each(|value| value.write(encoder))
            }
            Self::Struct(members) => {
                encoder.map(length(members.len()))?;
                for (name, value) in canonical_order(members.iter()) {
                    encoder.str(name)?;
                    value.write(encoder)?;
                }
                Ok(())
            }
        }
    }

    /// Reads one value; `left` counts the values that may still come.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a document has five kinds of values; every other one of CBOR is refused"
    )]
    pub(super) fn read(
        decoder: &mut Decoder<'_>,
        depth: usize,
        left: &mut usize,
    ) -> Result<Self, TypedDataError> {
        let unreadable = TypedDataError::Unreadable { place: "a value" };
        *left = left.checked_sub(1).ok_or(TypedDataError::TooLarge {
            what: "values",
            found: MAX_TYPED_ELEMENTS.saturating_add(1),
            limit: MAX_TYPED_ELEMENTS,
        })?;
        if depth > MAX_TYPED_NESTING {
            return Err(TypedDataError::TooLarge {
                what: "levels",
                found: depth,
                limit: MAX_TYPED_NESTING,
            });
        }
        let kind = decoder.datatype().ok().ok_or_else(|| unreadable.clone())?;
        let read = match kind {
            Type::Bool => decoder.bool().ok().map(Self::Bool),
            Type::Bytes => decoder
                .bytes()
                .ok()
                .map(|bytes| Self::Bytes(bytes.to_vec())),
            Type::String => decoder.str().ok().map(|text| Self::Text(text.to_owned())),
            Type::Array => {
                let count = decoder.array().ok().flatten();
                let count = count.ok_or_else(|| unreadable.clone())?;
                let mut values = Vec::new();
                for _ in 0..count {
                    values.push(Self::read(decoder, depth.saturating_add(1), left)?);
                }
                Some(Self::List(values))
            }
            Type::Map => Some(Self::Struct(members(decoder, depth, left)?)),
            _ => None,
        };
        read.ok_or(unreadable)
    }
}

/// The order of a map's keys: the shorter first, then by their bytes (RFC 8949 §4.2.1; of texts).
pub(super) fn canonical_order<'t, T>(
    entries: impl Iterator<Item = (&'t String, T)>,
) -> Vec<(&'t String, T)> {
    let mut sorted: Vec<_> = entries.collect();
    sorted.sort_by_key(|(name, _)| (name.len(), name.as_bytes()));
    sorted
}

/// A length as the encoder takes it.
pub(super) fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The members of a map with texts as keys; one that stands twice is refused.
pub(super) fn members(
    decoder: &mut Decoder<'_>,
    depth: usize,
    left: &mut usize,
) -> Result<BTreeMap<String, RawValue>, TypedDataError> {
    let unreadable = || TypedDataError::Unreadable { place: "a struct" };
    let count = decoder.map().ok().flatten().ok_or_else(unreadable)?;
    let mut members = BTreeMap::new();
    for _ in 0..count {
        let name = decoder.str().ok().ok_or_else(unreadable)?.to_owned();
        let value = RawValue::read(decoder, depth.saturating_add(1), left)?;
        if members.insert(name, value).is_some() {
            return Err(unreadable());
        }
    }
    Ok(members)
}
