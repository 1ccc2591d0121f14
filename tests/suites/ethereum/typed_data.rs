//! Documents: the digests of ethers and of alloy, and what alloy takes and we do not.

use std::path::Path;

use alloy_dyn_abi::TypedData as Other;
use data_encoding::HEXLOWER;
use online_builder::request::from_typed_data;
use serde_json::{Value, json};
use transaction_review::TransactionKind;
use transaction_review::ethereum::TypedData;

/// The digest by our reader, by way of the form that crosses the gap.
fn ours(json: &Value) -> Option<String> {
    let transaction = from_typed_data(json.to_string().as_bytes()).ok()?;
    assert_eq!(transaction.kind, TransactionKind::TypedData);
    let document = TypedData::decode(&transaction.bytes).expect("what the builder makes is read");
    Some(HEXLOWER.encode(&document.digest()))
}

/// The digest by alloy.
fn others(json: &Value) -> Option<String> {
    let document: Other = serde_json::from_value(json.clone()).ok()?;
    let digest = document.eip712_signing_hash().ok()?;
    Some(HEXLOWER.encode(digest.as_slice()))
}

/// A case of ethers with the domain's type, which ethers derives from the domain.
fn document(case: &Value) -> Value {
    let domain = case["domain"].as_object().unwrap();
    let members = [
        ("name", "string"),
        ("version", "string"),
        ("chainId", "uint256"),
        ("verifyingContract", "address"),
        ("salt", "bytes32"),
    ];
    let members: Vec<Value> = members
        .iter()
        .filter(|(name, _)| domain.contains_key(*name))
        .map(|(name, kind)| json!({ "name": name, "type": kind }))
        .collect();
    let mut types = case["types"].clone();
    types["EIP712Domain"] = Value::Array(members);
    json!({
        "types": types,
        "primaryType": case["primaryType"],
        "domain": case["domain"],
        "message": case["data"],
    })
}

#[test]
fn every_document_of_ethers_that_is_read_has_its_digest_and_alloys_t712_06() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/eip712/ethers-testcases.json");
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let (mut read, mut refused) = (0, 0);
    for case in &cases {
        let document = document(case);
        let digest = case["digest"].as_str().unwrap().trim_start_matches("0x");
        match ours(&document) {
            Some(ours) => {
                assert_eq!(ours, digest, "{}", case["name"]);
                assert_eq!(
                    others(&document).as_deref(),
                    Some(digest),
                    "{}",
                    case["name"]
                );
                read += 1;
            }
            None => refused += 1,
        }
    }
    println!("{read} documents read, {refused} refused");
    assert_eq!((cases.len(), read + refused), (240, 240));
    // Refused are lists of lists, which no rule could name, and nothing else.
    for case in cases.iter().filter(|case| ours(&document(case)).is_none()) {
        assert!(case["types"].to_string().contains("]["), "{case}");
    }
    assert!(read >= 150, "{read}");
}

fn note() -> Value {
    json!({
        "types": {
            "EIP712Domain": [
                { "name": "chainId", "type": "uint256" },
                { "name": "verifyingContract", "type": "address" },
            ],
            "Note": [
                { "name": "amount", "type": "uint256" },
                { "name": "small", "type": "uint8" },
                { "name": "yes", "type": "bool" },
                { "name": "to", "type": "address" },
            ],
        },
        "primaryType": "Note",
        "domain": { "chainId": 1, "verifyingContract": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" },
        "message": {
            "amount": "1000",
            "small": 1,
            "yes": true,
            "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        },
    })
}

#[test]
fn what_another_library_overlooks_is_refused_t712_04_t712_05_t712_06() {
    assert_eq!(ours(&note()), others(&note()));
    assert!(ours(&note()).is_some());
    let bent = |bend: fn(&mut Value)| {
        let mut note = note();
        bend(&mut note);
        (ours(&note), others(&note).is_some())
    };
    // The other library takes all of these (security catalogue, T712).
    let lax: [fn(&mut Value); 4] = [
        |note| note["message"]["note"] = "just a login".into(),
        |note| note["message"]["yes"] = "false".into(),
        |note| note["message"]["to"] = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed".into(),
        |note| note["domain"]["name"] = "Other".into(),
    ];
    for bend in lax {
        assert_eq!(bent(bend), (None, true));
    }
    let strict: [fn(&mut Value); 9] = [
        |note| note["message"]["amount"] = "1_000".into(),
        |note| note["message"]["amount"] = "01000".into(),
        |note| note["message"]["amount"] = "1e3".into(),
        |note| note["message"]["amount"] = "-1".into(),
        |note| note["message"]["amount"] = json!(1.5),
        |note| note["message"]["small"] = 256.into(),
        |note| note["message"]["amount"] = Value::Null,
        |note| note["extra"] = 1.into(),
        |note| {
            note["domain"].as_object_mut().unwrap().remove("chainId");
        },
    ];
    for bend in strict {
        assert_eq!(bent(bend).0, None);
    }
}

#[test]
fn a_key_that_stands_twice_is_refused_t712_06() {
    let text = note().to_string();
    assert!(from_typed_data(text.as_bytes()).is_ok());
    let twice = text.replace("\"small\":1", "\"small\":1,\"small\":2");
    assert_ne!(twice, text);
    let refusal = from_typed_data(twice.as_bytes()).unwrap_err();
    assert_eq!(refusal.code(), "E_JSON", "{refusal}");
}
