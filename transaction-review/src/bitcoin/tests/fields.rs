//! Fields, flags and encodings that a request may not have. Knows nothing of ownership.

use bitcoin::bip32::{DerivationPath, Fingerprint, Xpub};
use bitcoin::psbt::{PsbtSighashType, raw};
use bitcoin::secp256k1::PublicKey;
use bitcoin::{Psbt, ScriptBuf, Witness, transaction};
use proptest::prelude::*;

use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, bitcoin_key, own_script, policy, review_bitcoin, script_of,
};
use crate::{BitcoinError, Code, ReviewError};

fn refuses(bend: impl FnOnce(&mut Psbt), refusal: &BitcoinError) {
    let mut request = BitcoinRequest::ordinary();
    bend(&mut request.psbt);
    assert_eq!(request.review(), Err(ReviewError::from(refusal.clone())));
}

fn raw_key() -> raw::Key {
    raw::Key {
        type_value: 0xf0,
        key: vec![1],
    }
}

fn proprietary() -> raw::ProprietaryKey {
    raw::ProprietaryKey {
        prefix: b"covert".to_vec(),
        subtype: 0,
        key: vec![],
    }
}

#[test]
fn every_signature_hash_type_but_all_is_refused_btc_07() {
    for found in (0..=u32::from(u8::MAX)).chain([0x101, u32::MAX]) {
        for input in 0..2 {
            let mut request = BitcoinRequest::ordinary();
            request.psbt.inputs[input].sighash_type = Some(PsbtSighashType::from_u32(found));
            let expected = BitcoinError::Sighash {
                input: input + 1,
                found,
            };
            match request.review() {
                Ok(_) => assert_eq!(found, 1),
                Err(refusal) => assert_eq!(refusal, expected.into()),
            }
        }
    }
}

#[test]
fn signatures_in_a_request_are_refused_btc_21() {
    let presigned = |field| BitcoinError::Presigned {
        place: "input 2".to_owned(),
        field,
    };
    refuses(
        |psbt| {
            let key =
                bitcoin::PublicKey::from_slice(&policy().wallets()[0].key().public_key).unwrap();
            let rs = crate::fixture::sign_digest(&bitcoin_key(), &[1; 32]);
            let signature = bitcoin::secp256k1::ecdsa::Signature::from_compact(&rs).unwrap();
            let signature = bitcoin::ecdsa::Signature::sighash_all(signature);
            psbt.inputs[1].partial_sigs.insert(key, signature);
        },
        &presigned("PSBT_IN_PARTIAL_SIG"),
    );
    refuses(
        |psbt| psbt.inputs[1].final_script_sig = Some(ScriptBuf::from_bytes(vec![0x51])),
        &presigned("PSBT_IN_FINAL_SCRIPTSIG"),
    );
    refuses(
        |psbt| psbt.inputs[1].final_script_witness = Some(Witness::from_slice(&[[1_u8]])),
        &presigned("PSBT_IN_FINAL_SCRIPTWITNESS"),
    );
}

#[test]
fn a_script_signature_inside_the_unsigned_transaction_is_refused_btc_21() {
    let mut request = BitcoinRequest::ordinary();
    request.psbt.unsigned_tx.input[0].script_sig = ScriptBuf::from_bytes(vec![0x51]);
    let refusal = request.review().unwrap_err();
    assert_eq!(refusal.code(), Code::PsbtUnreadable);
}

#[test]
fn unknown_and_proprietary_fields_are_refused_in_every_map_btc_22() {
    let field = |place: &str, field| BitcoinError::Field {
        place: place.to_owned(),
        field,
    };
    let global = "the global map";
    refuses(
        |psbt| drop(psbt.unknown.insert(raw_key(), vec![1])),
        &field(global, "unknown key"),
    );
    refuses(
        |psbt| drop(psbt.proprietary.insert(proprietary(), vec![1])),
        &field(global, "PSBT_GLOBAL_PROPRIETARY"),
    );
    refuses(
        |psbt| drop(psbt.inputs[1].unknown.insert(raw_key(), vec![1])),
        &field("input 2", "unknown key"),
    );
    refuses(
        |psbt| drop(psbt.inputs[0].proprietary.insert(proprietary(), vec![1])),
        &field("input 1", "PSBT_IN_PROPRIETARY"),
    );
    refuses(
        |psbt| drop(psbt.outputs[0].unknown.insert(raw_key(), vec![1])),
        &field("output 1", "unknown key"),
    );
    refuses(
        |psbt| drop(psbt.outputs[1].proprietary.insert(proprietary(), vec![1])),
        &field("output 2", "PSBT_OUT_PROPRIETARY"),
    );
}

#[test]
fn fields_of_other_wallets_and_script_types_are_refused_btc_22() {
    let field = |place: &str, field| BitcoinError::Field {
        place: place.to_owned(),
        field,
    };
    let script = || Some(ScriptBuf::from_bytes(vec![0x51]));
    let xonly = || Some(script_key().x_only_public_key().0);
    let xpub: Xpub = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8"
        .parse()
        .unwrap();
    let source = (Fingerprint::default(), DerivationPath::default());
    refuses(
        |psbt| drop(psbt.xpub.insert(xpub, source)),
        &field("the global map", "PSBT_GLOBAL_XPUB"),
    );
    refuses(
        |psbt| psbt.inputs[0].redeem_script = script(),
        &field("input 1", "PSBT_IN_REDEEM_SCRIPT"),
    );
    refuses(
        |psbt| psbt.inputs[0].witness_script = script(),
        &field("input 1", "PSBT_IN_WITNESS_SCRIPT"),
    );
    refuses(
        |psbt| psbt.inputs[0].tap_internal_key = xonly(),
        &field("input 1", "PSBT_IN_TAP_INTERNAL_KEY"),
    );
    refuses(
        |psbt| psbt.outputs[0].redeem_script = script(),
        &field("output 1", "PSBT_OUT_REDEEM_SCRIPT"),
    );
    refuses(
        |psbt| psbt.outputs[0].witness_script = script(),
        &field("output 1", "PSBT_OUT_WITNESS_SCRIPT"),
    );
    refuses(
        |psbt| psbt.outputs[0].tap_internal_key = xonly(),
        &field("output 1", "PSBT_OUT_TAP_INTERNAL_KEY"),
    );
    let previous = BitcoinRequest::ordinary().previous.remove(0);
    refuses(
        |psbt| psbt.inputs[0].non_witness_utxo = Some(previous),
        &field(
            "input 1",
            "PSBT_IN_NON_WITNESS_UTXO (it travels beside the PSBT)",
        ),
    );
}

fn script_key() -> PublicKey {
    PublicKey::from_slice(&policy().wallets()[0].key().public_key).unwrap()
}

#[test]
fn a_key_that_is_not_ours_at_our_origin_is_refused() {
    let origin = |path: &str| {
        (
            Fingerprint::from([0x1d, 0x0f, 0x17, 0x2a]),
            path.parse::<DerivationPath>().unwrap(),
        )
    };
    let mut request = BitcoinRequest::ordinary();
    request.psbt.inputs[0]
        .bip32_derivation
        .insert(script_key(), origin("m"));
    request.psbt.outputs[1]
        .bip32_derivation
        .insert(script_key(), origin("m"));
    assert!(request.review().is_ok());
    request.psbt.inputs[0]
        .bip32_derivation
        .insert(script_key(), origin("m/0'"));
    let refusal = BitcoinError::Derivation {
        place: "input 1".to_owned(),
        key: "025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357".to_owned(),
        found: "1d0f172a/0'".to_owned(),
        expected: "1d0f172a".to_owned(),
    };
    assert_eq!(refusal.code(), Code::Derivation);
    assert_eq!(request.review(), Err(refusal.into()));
}

#[test]
fn trailing_bytes_and_other_orders_are_refused_btc_23() {
    let request = BitcoinRequest::ordinary();
    let bytes = request.psbt.serialize();
    let read = |extra: &[u8]| {
        let longer = [bytes.as_slice(), extra].concat();
        review_bitcoin(&policy(), &longer, &request.proofs()).map(drop)
    };
    // Empty maps too many are left over when the transaction's are read.
    for extra in [&[0_u8][..], &[0; 4]] {
        let refusal = BitcoinError::NotCanonical {
            found: bytes.len() + extra.len(),
            canonical: bytes.len(),
        };
        assert_eq!(read(extra), Err(refusal.into()));
    }
    let refusal = BitcoinError::Unreadable {
        reason: "a key ends too early".to_owned(),
    };
    assert_eq!(read(b"psbt"), Err(refusal.into()));
}

#[test]
fn a_taproot_tree_is_refused_before_it_unfolds_btc_24() {
    // 2^16 leaves of three bytes at depth 128: each would keep 128 hashes, 256 MiB in all.
    let leaf = [128_u8, 0xc0, 0];
    let key = raw::Key {
        type_value: 0x06,
        key: Vec::new(),
    };
    let mut request = BitcoinRequest::ordinary();
    let outputs = request.psbt.outputs.iter_mut();
    for map in outputs {
        map.unknown.insert(key.clone(), leaf.repeat(1 << 16));
    }
    let refusal = BitcoinError::Field {
        place: "an output".to_owned(),
        field: "PSBT_OUT_TAP_TREE",
    };
    assert_eq!(request.review().map(drop), Err(refusal.into()));
    let bytes = request.psbt.serialize();
    assert!(crate::bitcoin::prepare(&bytes).is_err());
}

#[test]
fn a_length_in_a_longer_form_than_needed_is_refused_btc_23() {
    let request = BitcoinRequest::ordinary();
    let mut bytes = request.psbt.serialize();
    assert_eq!(bytes[5], 1, "the length of the first key");
    bytes.splice(5..6, [0xfd, 1, 0]);
    let refusal = review_bitcoin(&policy(), &bytes, &request.proofs()).unwrap_err();
    assert!(matches!(
        refusal.code(),
        Code::PsbtUnreadable | Code::PsbtNotCanonical
    ));
}

#[test]
fn a_key_that_comes_twice_is_refused_btc_23() {
    let mut request = BitcoinRequest::ordinary();
    request.psbt.inputs[0].sighash_type = Some(PsbtSighashType::from_u32(1));
    let bytes = request.psbt.serialize();
    let field = [1, 3, 4, 1, 0, 0, 0];
    let place = bytes
        .windows(field.len())
        .position(|window| window == field)
        .unwrap();
    let mut doubled = bytes;
    doubled.splice(place..place, field);
    let refusal = review_bitcoin(&policy(), &doubled, &request.proofs()).unwrap_err();
    assert_eq!(refusal.code(), Code::PsbtUnreadable);
}

#[test]
fn a_transaction_without_inputs_or_outputs_is_refused_btc_23() {
    let none = BitcoinRequest::new(&[COIN], &[]);
    assert_eq!(
        none.review(),
        Err(BitcoinError::Empty {
            inputs: 1,
            outputs: 0
        }
        .into())
    );
    let free = BitcoinRequest::new(&[], &[(own_script(), COIN)]);
    assert_eq!(
        free.review(),
        Err(BitcoinError::Empty {
            inputs: 0,
            outputs: 1
        }
        .into())
    );
}

#[test]
fn other_versions_of_psbt_and_transaction_are_refused() {
    let mut request = BitcoinRequest::ordinary();
    for found in [0, 3, -1] {
        request.psbt.unsigned_tx.version = transaction::Version(found);
        assert_eq!(
            request.review(),
            Err(BitcoinError::TransactionVersion { found }.into())
        );
    }
    request.psbt.unsigned_tx.version = transaction::Version::ONE;
    assert!(request.review().is_ok());
    for version in [1, 3, u32::MAX] {
        request.psbt.version = version;
        assert_eq!(request.review(), Err(BitcoinError::Version.into()));
    }
    request.psbt.version = 2;
    let reason = "version 2 has no unsigned transaction".to_owned();
    let refusal = BitcoinError::Unreadable { reason };
    assert_eq!(request.review(), Err(refusal.into()));
}

#[test]
fn more_bytes_inputs_or_outputs_than_the_caps_are_refused_at_the_next_one() {
    let large = |what, found, limit| Err(BitcoinError::TooLarge { what, found, limit }.into());
    let bytes = vec![0; 1_048_577];
    assert_eq!(
        review_bitcoin(&policy(), &bytes, &[]),
        large("bytes", 1_048_577, 1_048_576)
    );
    let at_cap = review_bitcoin(&policy(), &bytes[1..], &[]).unwrap_err();
    assert_eq!(at_cap.code(), Code::PsbtUnreadable);

    let pay = |number: usize| {
        BitcoinRequest::new(&[9 * COIN], &vec![(script_of(CUSTODIAN), 1_000); number])
    };
    assert!(pay(1_000).review().is_ok());
    assert_eq!(pay(1_001).review(), large("outputs", 1_001, 1_000));
    let spend =
        |number: usize| BitcoinRequest::new(&vec![COIN; number], &[(script_of(CUSTODIAN), COIN)]);
    assert_eq!(spend(1_000).review().unwrap().digests().len(), 1_000);
    assert_eq!(spend(1_001).review(), large("inputs", 1_001, 1_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_coin_spent_twice_is_refused_at_any_distance_btc_06(count in 2_usize..500, a in any::<u16>(), b in any::<u16>()) {
        let (first, second) = (usize::from(a) % count, usize::from(b) % count);
        prop_assume!(first != second);
        let mut request = BitcoinRequest::new(&vec![COIN; count], &[(script_of(CUSTODIAN), COIN)]);
        let coin = request.psbt.unsigned_tx.input[first].previous_output;
        request.psbt.unsigned_tx.input[second].previous_output = coin;
        let (first, second) = (first.min(second) + 1, first.max(second) + 1);
        let refusal = BitcoinError::InputDuplicate { first, second, outpoint: coin.to_string() };
        prop_assert_eq!(request.review(), Err(refusal.into()));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in any::<usize>(), byte in any::<u8>()) {
        prop_assert!(review_bitcoin(&policy(), &bytes, &[]).is_err());
        let request = BitcoinRequest::ordinary();
        let mut bent = request.psbt.serialize();
        let place = at % bent.len();
        bent[place] = byte;
        let honest = request.review().unwrap();
        let outcome = review_bitcoin(&policy(), &bent, &request.proofs());
        prop_assert!(outcome.is_err() || outcome.as_ref() == Ok(&honest) || outcome.unwrap().digests() != honest.digests());
    }
}
