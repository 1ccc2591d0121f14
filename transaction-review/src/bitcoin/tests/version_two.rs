//! PSBTs of version 2 (BIP-370): the published vectors, another library as judge, and requests that
//! say the same in both versions. Knows nothing of ownership.

use std::collections::BTreeMap;

use bitcoin::absolute::LockTime;
use bitcoin::bip32::KeySource;
use bitcoin::{Psbt, PublicKey, Sequence, secp256k1};
use psbt_v2::v2::Signer;

use super::wallets::{TestWallet, all, named};
use crate::bitcoin::prepare;
use crate::bitcoin::psbt::Written;
use crate::fixture::{policy, review_bitcoin};
use crate::{BitcoinError, Code, ReviewError};

/// Every file of a folder of `bip370`, by name.
fn vectors(folder: &str) -> Vec<(String, Vec<u8>)> {
    super::vectors::of("bip370", folder)
}

/// The same request in version 2, written by the other library.
pub(super) fn to_version_two(psbt: &Psbt) -> Vec<u8> {
    use psbt_v2::v2::{Creator, InputBuilder, OutputBuilder};
    let transaction = &psbt.unsigned_tx;
    let mut constructor = Creator::new()
        .transaction_version(transaction.version)
        .fallback_lock_time(transaction.lock_time)
        .constructor_modifiable();
    for (input, map) in transaction.input.iter().zip(&psbt.inputs) {
        let mut made = InputBuilder::new(&input.previous_output).build();
        made.sequence = Some(input.sequence);
        made.witness_utxo.clone_from(&map.witness_utxo);
        made.sighash_type = map
            .sighash_type
            .map(|found| psbt_v2::PsbtSighashType::from_u32(found.to_u32()));
        made.bip32_derivations = keys(&map.bip32_derivation);
        made.redeem_script.clone_from(&map.redeem_script);
        made.witness_script.clone_from(&map.witness_script);
        made.non_witness_utxo.clone_from(&map.non_witness_utxo);
        constructor = constructor.input(made);
    }
    for (output, map) in transaction.output.iter().zip(&psbt.outputs) {
        let mut made = OutputBuilder::new(output.clone()).build();
        made.bip32_derivations = keys(&map.bip32_derivation);
        made.redeem_script.clone_from(&map.redeem_script);
        made.witness_script.clone_from(&map.witness_script);
        constructor = constructor.output(made);
    }
    constructor.psbt().unwrap().serialize()
}

fn keys(keys: &BTreeMap<secp256k1::PublicKey, KeySource>) -> BTreeMap<PublicKey, KeySource> {
    let keys = keys.iter();
    keys.map(|(key, source)| (PublicKey::new(*key), source.clone()))
        .collect()
}

/// With its previous transactions inside, as a wallet hands it over.
fn with_proofs(wallet: &TestWallet, coins: u32) -> Psbt {
    let mut request = wallet.ordinary(coins);
    for (map, previous) in request.psbt.inputs.iter_mut().zip(&request.previous) {
        map.non_witness_utxo = Some(previous.clone());
    }
    request.psbt
}

#[test]
fn every_invalid_vector_of_bip_370_is_refused_before_and_after_preparing_btc_23() {
    for (name, bytes) in vectors("invalid") {
        let code = |bytes: &[u8], proofs: &[Vec<u8>]| {
            let refusal: ReviewError = review_bitcoin(&policy(), bytes, proofs).unwrap_err();
            refusal.code()
        };
        let expected = [
            Code::PsbtUnreadable,
            Code::PsbtVersion,
            Code::PsbtField,
            Code::PsbtPresigned,
        ];
        let found = code(&bytes, &[]);
        assert!(expected.contains(&found), "{name}: {found}");
        if let Ok(prepared) = prepare(&bytes) {
            let found = code(&prepared.psbt, &prepared.previous_transactions);
            assert!(expected.contains(&found), "{name}: {found}");
        }
    }
}

/// The other library and this one make the same transaction of them.
#[test]
fn every_valid_vector_of_bip_370_is_understood_and_written_back_the_same() {
    for folder in [
        "valid",
        "locktime-0",
        "locktime-10000",
        "locktime-1657048460",
    ] {
        for (name, bytes) in vectors(folder) {
            let written = Written::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            let canonical = written.encode().unwrap();
            assert_eq!(Written::decode(&canonical).unwrap(), written, "{name}");
            assert_eq!(canonical.len(), bytes.len(), "{name}");
            let judge = psbt_v2::v2::Psbt::deserialize(&bytes).unwrap();
            let judge = Signer::new(judge).unwrap().unsigned_tx();
            assert_eq!(written.psbt.unsigned_tx, judge, "{name}");
        }
    }
}

#[test]
fn the_lock_time_is_that_of_bip_370() {
    for (folder, expected) in [
        ("locktime-0", 0),
        ("locktime-10000", 10_000),
        ("locktime-1657048460", 1_657_048_460),
    ] {
        for (name, bytes) in vectors(folder) {
            let written = Written::decode(&bytes).unwrap();
            let found = written.psbt.unsigned_tx.lock_time;
            assert_eq!(found, LockTime::from_consensus(expected), "{name}");
        }
    }
    for (name, bytes) in vectors("locktime-undetermined") {
        let refusal = BitcoinError::LockTimeUndetermined;
        assert_eq!(refusal.code(), Code::LockTimeUndetermined);
        assert_eq!(Written::decode(&bytes), Err(refusal), "{name}");
    }
}

/// Nothing of other people's wallets is ours, and nothing of it is unreadable.
#[test]
fn every_valid_vector_of_bip_370_is_refused_for_what_it_is_btc_15() {
    for (name, bytes) in vectors("valid") {
        let refusal = review_bitcoin(&policy(), &bytes, &[]).unwrap_err();
        let expected = [Code::PsbtField, Code::PsbtNotCanonical, Code::UtxoUnproven];
        assert!(expected.contains(&refusal.code()), "{name}: {refusal}");
    }
}

#[test]
fn both_versions_of_a_request_are_reviewed_alike_in_every_script_type() {
    for wallet in all() {
        let psbt = with_proofs(&wallet, 2);
        let (old, new) = (psbt.serialize(), to_version_two(&psbt));
        let (old, new) = (prepare(&old).unwrap(), prepare(&new).unwrap());
        assert_eq!(old.previous_transactions, new.previous_transactions);
        assert_ne!(old.psbt, new.psbt);
        let policy = wallet.policy(0);
        let review = |prepared: &crate::bitcoin::Prepared| {
            review_bitcoin(&policy, &prepared.psbt, &prepared.previous_transactions).unwrap()
        };
        assert_eq!(review(&old), review(&new), "{}", wallet.name);
    }
}

/// What crosses the gap in version 2 is as strict as in version 0.
#[test]
fn version_two_has_one_encoding_and_no_leave_to_change_it_btc_23() {
    let wallet = named("wpkh");
    let prepared = prepare(&to_version_two(&with_proofs(&wallet, 1))).unwrap();
    let proofs = &prepared.previous_transactions;
    let policy = wallet.policy(0);
    let review = |bytes: &[u8]| review_bitcoin(&policy, bytes, proofs);
    assert!(review(&prepared.psbt).is_ok());

    let refused = |bytes: &[u8], expected: BitcoinError| {
        assert_eq!(review(bytes), Err(expected.into()));
    };
    let trailing = [prepared.psbt.as_slice(), &[0]].concat();
    let counts = "the counts are not those of the maps".to_owned();
    refused(&trailing, BitcoinError::Unreadable { reason: counts });
    // The first two fields of the global map, turned round.
    let (version, lock_time) = ([1, 2, 4, 2, 0, 0, 0], [1, 3, 4, 0, 0, 0, 0]);
    let ordered = [&b"psbt\xff"[..], &version, &lock_time].concat();
    let rest = prepared.psbt.strip_prefix(ordered.as_slice()).unwrap();
    let turned = [&b"psbt\xff"[..], &lock_time, &version, rest].concat();
    let length = turned.len();
    let expected = BitcoinError::NotCanonical {
        found: length,
        canonical: length,
    };
    refused(&turned, expected);
    // PSBT_GLOBAL_TX_MODIFIABLE behind the counts of inputs and outputs.
    let counts = [1, 4, 1, 1, 1, 5, 1, 2];
    let rest = rest.strip_prefix(&counts).unwrap();
    let with = |flags| [&ordered[..], &counts, &[1, 6, 1, flags], rest].concat();
    assert!(review(&with(0)).is_ok());
    for flags in [1, 2, 4, 0x80] {
        let expected = BitcoinError::Field {
            place: "the global map".to_owned(),
            field: "PSBT_GLOBAL_TX_MODIFIABLE (the transaction may still change)",
        };
        refused(&with(flags), expected);
    }
}

#[test]
fn counts_beyond_the_caps_are_refused_before_memory_is_asked_for_btc_31() {
    let with = |inputs: &[u8]| {
        let counts = [
            &[1, 4, u8::try_from(inputs.len()).unwrap()][..],
            inputs,
            &[1, 5, 1, 1],
        ];
        let version = [1, 0xfb, 4, 2, 0, 0, 0, 0];
        [
            &b"psbt\xff"[..],
            &[1, 2, 4, 2, 0, 0, 0],
            &counts.concat(),
            &version,
        ]
        .concat()
    };
    let huge = with(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    assert!(matches!(
        Written::decode(&huge),
        Err(BitcoinError::TooLarge {
            what: "inputs",
            limit: 1_000,
            ..
        })
    ));
    let one_more = with(&[0xfd, 0xe9, 3]);
    let expected = BitcoinError::TooLarge {
        what: "inputs",
        found: 1_001,
        limit: 1_000,
    };
    assert_eq!(Written::decode(&one_more), Err(expected));
    let at_cap = with(&[0xfd, 0xe8, 3]);
    assert!(matches!(
        Written::decode(&at_cap),
        Err(BitcoinError::Unreadable { .. })
    ));
}

/// A negative amount (BIP-370 has them signed) is more than can exist.
#[test]
fn a_negative_amount_is_refused_btc_14() {
    let wallet = named("wpkh");
    let mut psbt = with_proofs(&wallet, 1);
    psbt.unsigned_tx.output[0].value = bitcoin::Amount::from_sat(u64::MAX);
    let prepared = prepare(&to_version_two(&psbt)).unwrap();
    let refusal = review_bitcoin(
        &wallet.policy(0),
        &prepared.psbt,
        &prepared.previous_transactions,
    );
    let expected = BitcoinError::AmountRange {
        what: "output 1".to_owned(),
    };
    assert_eq!(refusal, Err(expected.into()));
}

#[test]
fn an_input_without_sequence_is_final() {
    let bytes = vectors("valid").into_iter().next().unwrap().1;
    let written = Written::decode(&bytes).unwrap();
    assert_eq!(written.psbt.unsigned_tx.input[0].sequence, Sequence::MAX);
}

#[test]
fn there_are_as_many_vectors_as_the_bip_has() {
    assert_eq!((vectors("invalid").len(), vectors("valid").len()), (24, 14));
}
