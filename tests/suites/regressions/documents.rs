//! What the fuzzers of documents and batches start from.

use std::path::Path;

use online_builder::request::from_typed_data;
use serde_json::{Value, json};
use transaction_review::ethereum::{
    Address, BatchedCall, SafeTransaction, U256, encode_multi_send,
};

use crate::seeds::Seed;

pub fn all() -> Vec<Seed> {
    let call = |value: u8, data: &[u8]| BatchedCall {
        to: Address::repeat_byte(0x22),
        value: U256::from(value),
        data: data.to_vec(),
    };
    let batch = encode_multi_send(&[call(1, b""), call(0, b"0123456789")]);
    let safe = SafeTransaction::call(Address::repeat_byte(0x33), U256::ZERO, batch.clone(), 7);
    vec![
        ("multi_send", "batch", batch),
        ("multi_send", "safe", safe.encode()),
        ("typed_data", "note", note()),
        ("typed_data", "ethers", ethers()),
    ]
}

fn document(json: &Value) -> Vec<u8> {
    from_typed_data(json.to_string().as_bytes()).unwrap().bytes
}

fn domain_type() -> Value {
    json!([
        { "name": "chainId", "type": "uint256" },
        { "name": "verifyingContract", "type": "address" },
    ])
}

fn note() -> Vec<u8> {
    document(&json!({
        "types": {
            "EIP712Domain": domain_type(),
            "Person": [{ "name": "wallet", "type": "address" }],
            "Note": [
                { "name": "to", "type": "Person[]" },
                { "name": "text", "type": "string" },
                { "name": "amount", "type": "int64" },
            ],
        },
        "primaryType": "Note",
        "domain": { "chainId": 1, "verifyingContract": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" },
        "message": {
            "to": [{ "wallet": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" }],
            "text": "hello",
            "amount": -5,
        },
    }))
}

/// The first case of ethers whose domain has chain and contract alone.
fn ethers() -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/eip712/ethers-testcases.json");
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let plain = |case: &&Value| case["domain"].as_object().unwrap().len() == 2;
    let case = cases.iter().find(plain).unwrap();
    let mut types = case["types"].clone();
    types["EIP712Domain"] = domain_type();
    document(&json!({
        "types": types,
        "primaryType": case["primaryType"],
        "domain": case["domain"],
        "message": case["data"],
    }))
}
