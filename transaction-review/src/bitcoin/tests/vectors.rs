//! The published vectors of BIP-174: what must not be read, and what a signer must refuse.
//! Their source is written down beside them, in `tests/vectors`.

use std::path::Path;

use crate::bitcoin::prepare;
use crate::fixture::{policy, review_bitcoin};
use crate::{Code, ReviewError};

/// Every file of a folder, by name.
fn vectors(folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/bip174");
    let entries = std::fs::read_dir(Path::new(root).join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn code(bytes: &[u8]) -> Code {
    review_bitcoin(&policy(), bytes, &[])
        .map_err(|refusal: ReviewError| refusal.code())
        .unwrap_err()
}

#[test]
fn every_invalid_vector_of_bip_174_is_refused_as_unreadable_btc_23() {
    for (name, bytes) in vectors("invalid") {
        let code = code(&bytes);
        let expected = [
            Code::PsbtUnreadable,
            Code::PsbtPresigned,
            Code::PsbtNotCanonical,
        ];
        assert!(expected.contains(&code), "{name}: {code}");
    }
}

#[test]
fn every_vector_that_a_signer_must_refuse_is_refused_before_and_after_preparing_btc_04() {
    for (name, bytes) in vectors("signer-must-refuse") {
        let class = code(&bytes).class().exit_code();
        assert_eq!(class, 13, "{name}");
        if let Ok(prepared) = prepare(&bytes) {
            let refusal =
                review_bitcoin(&policy(), &prepared.psbt, &prepared.previous_transactions);
            assert_eq!(
                refusal.unwrap_err().code().class().exit_code(),
                13,
                "{name}"
            );
        }
    }
}

/// Well-formed PSBTs of other people's wallets, with fields that a request must not have.
#[test]
fn every_valid_vector_of_bip_174_is_refused_for_what_it_is_and_not_as_unreadable_btc_21() {
    for (name, bytes) in vectors("valid") {
        let code = code(&bytes);
        let expected = [
            Code::PsbtField,
            Code::PsbtPresigned,
            Code::PsbtNotCanonical,
            Code::TransactionEmpty,
            Code::UtxoUnproven,
        ];
        assert!(expected.contains(&code), "{name}: {code}");
    }
}
