//! The fields of an RLP list, one by one and strictly: each is read once, and nothing is left over.
//! Knows nothing of what the fields mean.

use alloy_primitives::Address;
use alloy_rlp::{Decodable, Header};

use super::EthereumError;

/// A number or a fixed string; the library refuses leading zeros and long forms.
pub(super) fn field<T: Decodable>(
    field: &'static str,
    fields: &mut &[u8],
) -> Result<T, EthereumError> {
    T::decode(fields).map_err(|reason| EthereumError::Unreadable { field, reason })
}

/// A string of bytes.
pub(super) fn string<'a>(
    field: &'static str,
    fields: &mut &'a [u8],
) -> Result<&'a [u8], EthereumError> {
    Header::decode_bytes(fields, false)
        .map_err(|reason| EthereumError::Unreadable { field, reason })
}

/// The payload of a list.
pub(super) fn list<'a>(
    field: &'static str,
    fields: &mut &'a [u8],
) -> Result<&'a [u8], EthereumError> {
    Header::decode_bytes(fields, true).map_err(|reason| EthereumError::Unreadable { field, reason })
}

/// An address: 20 bytes, or none where a contract would be created.
pub(super) fn address(
    field: &'static str,
    fields: &mut &[u8],
) -> Result<Option<Address>, EthereumError> {
    let bytes = string(field, fields)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let wrong = EthereumError::Length {
        field,
        found: bytes.len(),
        expected: 20,
    };
    let bytes = <[u8; 20]>::try_from(bytes).ok();
    bytes.map(Address::new).map(Some).ok_or(wrong)
}

/// Nothing more.
pub(super) const fn end(place: &'static str, fields: &[u8]) -> Result<(), EthereumError> {
    if fields.is_empty() {
        return Ok(());
    }
    Err(EthereumError::Trailing {
        place,
        found: fields.len(),
    })
}

/// A list with this payload.
pub(super) fn wrap(payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Header {
        list: true,
        payload_length: payload.len(),
    }
    .encode(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}
