//! `hashStruct` (EIP-712): the one hash of a value with its type.
//! Knows encodings, nothing of what they are for.

use alloy_primitives::{B256, keccak256};

use super::{TypedValue, Types};
use crate::ethereum::Value;

/// `keccak256(0x1901 ‖ domain separator ‖ message hash)`.
pub(in crate::ethereum) fn signed_digest(domain: &[u8; 32], message: &[u8; 32]) -> [u8; 32] {
    keccak256([&[0x19, 1], domain.as_slice(), message].concat()).0
}

/// The 32 bytes that stand for a value in `encodeData`; of a struct its hash, `keccak256(typeHash ‖
/// encodeData)`. A document is finite in depth.
pub(super) fn word(types: &Types, value: &TypedValue) -> [u8; 32] {
    match value {
        TypedValue::Atom(value) => atom(value),
        TypedValue::List(values) => {
            let words: Vec<u8> = values.iter().flat_map(|value| word(types, value)).collect();
            keccak256(words).0
        }
        TypedValue::Struct(name, members) => {
            let mut data = keccak256(types.encode_type(name)).to_vec();
            data.extend(members.iter().flat_map(|(_, value)| word(types, value)));
            keccak256(data).0
        }
    }
}

fn atom(value: &Value) -> [u8; 32] {
    match value {
        Value::Address(address) => address.into_word().0,
        Value::Bool(value) => B256::with_last_byte(u8::from(*value)).0,
        Value::Unsigned(number) => number.to_be_bytes(),
        Value::Signed(number) => number.to_be_bytes(),
        Value::FixedBytes(bytes) => B256::right_padding_from(bytes).0,
        Value::Bytes(bytes) => keccak256(bytes).0,
        Value::Text(text) => keccak256(text).0,
        // A document has lists and structs of its own, and none of these.
        Value::List(_) | Value::Tuple(_) => [0; 32],
    }
}
