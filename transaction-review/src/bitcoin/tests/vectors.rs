//! The published vectors of PSBTs: what must not be read, and what a signer must refuse.
//! Their source is written down beside them, in `tests/vectors`.

use std::path::Path;

use crate::bitcoin::prepare;
use crate::fixture::{policy, review_bitcoin};
use crate::{Code, ReviewError};

/// Every file of a folder of a BIP, by name.
pub(super) fn of(bip: &str, folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");
    let entries = std::fs::read_dir(Path::new(root).join(bip).join(folder)).unwrap();
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

fn vectors(folder: &str) -> Vec<(String, Vec<u8>)> {
    of("bip174", folder)
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

/// Taproot, MuSig2 and silent payments: valid or not, none of it is signed here.
#[test]
fn every_vector_of_later_fields_is_refused_before_and_after_preparing_btc_24_btc_32() {
    for bip in ["bip371", "bip373", "bip375"] {
        for folder in ["valid", "invalid"] {
            for (name, bytes) in of(bip, folder) {
                let class = code(&bytes).class().exit_code();
                assert_eq!(class, 13, "{bip} {name}");
                if let Ok(prepared) = prepare(&bytes) {
                    let proofs = &prepared.previous_transactions;
                    let refusal = review_bitcoin(&policy(), &prepared.psbt, proofs).unwrap_err();
                    assert_eq!(refusal.code().class().exit_code(), 13, "{bip} {name}");
                }
            }
        }
    }
}

/// A field that says where silent money goes (`PSBT_OUT_SP_V0_INFO`) is none that a request has.
#[test]
fn a_silent_payment_is_refused_btc_32() {
    let wallet = super::wallets::named("wpkh");
    let mut request = wallet.ordinary(1);
    let key = bitcoin::psbt::raw::Key {
        type_value: 0x09,
        key: vec![],
    };
    request.psbt.outputs[0].unknown.insert(key, vec![2; 66]);
    let refusal = request.review_under(&wallet.policy(0)).unwrap_err();
    assert_eq!(refusal.code(), Code::PsbtField);
}
