//! Items of RLP, read by the name of their field and written as lists.
//! Knows nothing of transactions.

use alloy_primitives::Address;
use alloy_rlp::{Decodable, Header};

use crate::ethereum::EthereumError;
use crate::limits::MAX_ETHEREUM_TRANSACTION_BYTES;

/// No more bytes than any transaction has.
pub(super) const fn capped(bytes: &[u8]) -> Result<(), EthereumError> {
    if bytes.len() <= MAX_ETHEREUM_TRANSACTION_BYTES {
        return Ok(());
    }
    Err(EthereumError::TooLarge {
        found: bytes.len(),
        limit: MAX_ETHEREUM_TRANSACTION_BYTES,
    })
}

/// What was read is written as it was found, and in no other way.
pub(super) fn canonical(found: &[u8], written: &[u8]) -> Result<(), EthereumError> {
    if written == found {
        return Ok(());
    }
    Err(EthereumError::NotCanonical {
        found: found.len(),
        canonical: written.len(),
    })
}

/// A number, without leading zeros.
pub(super) fn field<T: Decodable>(
    field: &'static str,
    fields: &mut &[u8],
) -> Result<T, EthereumError> {
    T::decode(fields).map_err(|reason| EthereumError::Unreadable { field, reason })
}

/// Bytes of any length.
pub(super) fn string<'a>(
    field: &'static str,
    fields: &mut &'a [u8],
) -> Result<&'a [u8], EthereumError> {
    Header::decode_bytes(fields, false)
        .map_err(|reason| EthereumError::Unreadable { field, reason })
}

/// What is inside a list.
pub(super) fn list<'a>(
    field: &'static str,
    fields: &mut &'a [u8],
) -> Result<&'a [u8], EthereumError> {
    Header::decode_bytes(fields, true).map_err(|reason| EthereumError::Unreadable { field, reason })
}

/// Bytes of exactly this length.
pub(super) fn fixed<const LENGTH: usize>(
    field: &'static str,
    bytes: &[u8],
) -> Result<[u8; LENGTH], EthereumError> {
    let wrong = EthereumError::Length {
        field,
        found: bytes.len(),
        expected: LENGTH,
    };
    <[u8; LENGTH]>::try_from(bytes).ok().ok_or(wrong)
}

/// An account that must be there.
pub(super) fn address(field: &'static str, fields: &mut &[u8]) -> Result<Address, EthereumError> {
    fixed(field, string(field, fields)?).map(Address::new)
}

/// Nothing may be left over.
pub(super) const fn end(place: &'static str, rest: &[u8]) -> Result<(), EthereumError> {
    if rest.is_empty() {
        return Ok(());
    }
    Err(EthereumError::Trailing {
        place,
        found: rest.len(),
    })
}

/// The list of some encoded items, behind what was written before.
pub(super) fn append_list(payload: &[u8], bytes: &mut Vec<u8>) {
    Header {
        list: true,
        payload_length: payload.len(),
    }
    .encode(bytes);
    bytes.extend_from_slice(payload);
}

/// The list of some encoded items.
pub(super) fn list_of(payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    append_list(payload, &mut bytes);
    bytes
}
