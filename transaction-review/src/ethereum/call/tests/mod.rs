//! Honest and hostile call data, and what the tests of it share. Knows nothing of rules.

mod batches;
mod bombs;
mod encoding;
mod expansion;
mod properties;
mod safe;
mod signatures;
mod values;

use std::sync::Arc;

use alloy_primitives::{Address, U256};

use super::{Call, CallError, Function, Leaf, Value, expand};

const WALLET: Address = Address::repeat_byte(0x11);
const PAYEE: Address = Address::repeat_byte(0x22);
const CONTRACT: Address = Address::repeat_byte(0x33);
const OTHER: Address = Address::repeat_byte(0x44);

fn function(signature: &str) -> Function {
    Function::parse(signature).unwrap()
}

/// Call data of a function.
fn data(signature: &str, values: &[Value]) -> Vec<u8> {
    function(signature).encode(values).unwrap()
}

/// Call data of a transfer of so many units to the payee.
fn transfer(amount: u64) -> Vec<u8> {
    data(
        "transfer(address,uint256)",
        &[Value::Address(PAYEE), number(amount)],
    )
}

fn number(number: u64) -> Value {
    Value::Unsigned(U256::from(number))
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

/// Call data from a selector and words written as hexadecimal digits, each padded on the left.
fn words(selector: [u8; 4], words: &[&str]) -> Vec<u8> {
    let mut data = selector.to_vec();
    for word in words {
        let word = U256::from_str_radix(word, 16).unwrap();
        data.extend(word.to_be_bytes::<32>());
    }
    data
}

fn call(data: Vec<u8>) -> Call {
    Call {
        path: "call".to_owned(),
        from: WALLET,
        to: CONTRACT,
        value: U256::ZERO,
        data,
    }
}

/// Expands with these functions, at every contract.
fn expanded(call: &Call, signatures: &[&str]) -> Result<Vec<Leaf>, CallError> {
    let functions: Vec<Arc<Function>> = signatures
        .iter()
        .map(|signature| Arc::new(function(signature)))
        .collect();
    expand(call, &|_contract, selector| {
        let named = functions.iter().find(|it| it.selector() == selector);
        named.map(Arc::clone)
    })
}

fn paths(leaves: &[Leaf]) -> Vec<&str> {
    leaves.iter().map(|leaf| leaf.path.as_str()).collect()
}
