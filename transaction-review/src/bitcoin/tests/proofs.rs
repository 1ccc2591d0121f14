//! Lies about amounts and about what is spent. Knows nothing of outputs.

use bitcoin::consensus::encode::serialize;
use bitcoin::{Amount, OutPoint, TxOut, Witness};

use crate::bitcoin::{PrepareError, prepare};
use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, funding, own_script, policy, review_bitcoin, script_of,
};
use crate::{BitcoinError, Code, ReviewError};

fn stated(sat: u64) -> TxOut {
    TxOut {
        value: Amount::from_sat(sat),
        script_pubkey: own_script(),
    }
}

fn outpoint(request: &BitcoinRequest, input: usize) -> String {
    request.psbt.unsigned_tx.input[input]
        .previous_output
        .to_string()
}

#[test]
fn an_honest_request_is_understood() {
    let review = BitcoinRequest::ordinary().review().unwrap();
    assert_eq!(review.digests().len(), 2);
    assert_eq!(review.fee(), crate::Amount::satoshis(5_292));
    assert_eq!(
        review.total_external(),
        crate::Amount::satoshis(1_250_000_000)
    );
    assert_eq!(
        review.total_leaving(),
        crate::Amount::satoshis(1_250_005_292)
    );
}

/// CVE-2020-14199: each of two requests understates another input, so that signatures of both make
/// one transaction whose fee is the difference.
#[test]
fn amounts_understated_over_two_requests_are_refused_in_both_btc_01() {
    let honest = BitcoinRequest::new(
        &[15 * COIN, 20 * COIN],
        &[(script_of(CUSTODIAN), 20 * COIN)],
    );
    for (lied, kept) in [(0, 1), (1, 0)] {
        let mut round = honest.clone();
        round.psbt.inputs[lied].witness_utxo = Some(stated(5 * COIN));
        let proven_sat = if lied == 0 { 15 * COIN } else { 20 * COIN };
        let conflict = BitcoinError::UtxoConflict {
            input: lied + 1,
            stated_sat: 5 * COIN,
            proven_sat,
        };
        assert_eq!(round.review(), Err(conflict.into()));

        let unproven = BitcoinError::UtxoUnproven {
            input: lied + 1,
            outpoint: outpoint(&round, lied),
        };
        let proofs = [serialize(&round.previous[kept])];
        let refusal = review_bitcoin(&policy(), &round.psbt.serialize(), &proofs);
        assert_eq!(refusal, Err(unproven.into()));
    }
}

#[test]
fn a_stated_amount_or_script_that_is_not_the_proven_one_is_refused_btc_02() {
    let mut request = BitcoinRequest::ordinary();
    for sat in [8 * COIN - 1, 8 * COIN + 1, 0] {
        request.psbt.inputs[0].witness_utxo = Some(stated(sat));
        let refusal = BitcoinError::UtxoConflict {
            input: 1,
            stated_sat: sat,
            proven_sat: 8 * COIN,
        };
        assert_eq!(refusal.code(), Code::UtxoConflict);
        assert_eq!(request.review(), Err(refusal.into()));
    }
    let script_pubkey = script_of(CUSTODIAN);
    request.psbt.inputs[0].witness_utxo = Some(TxOut {
        value: Amount::from_sat(8 * COIN),
        script_pubkey,
    });
    let refusal = BitcoinError::UtxoConflict {
        input: 1,
        stated_sat: 8 * COIN,
        proven_sat: 8 * COIN,
    };
    assert_eq!(request.review(), Err(refusal.into()));
    request.psbt.inputs[0].witness_utxo = Some(stated(8 * COIN));
    assert!(request.review().is_ok());
}

#[test]
fn a_previous_transaction_of_another_id_proves_nothing_btc_03() {
    let mut request = BitcoinRequest::ordinary();
    let richer = funding(0, &[(own_script(), 20 * COIN)]);
    request.previous[0] = richer;
    let refusal = BitcoinError::UtxoUnproven {
        input: 1,
        outpoint: outpoint(&request, 0),
    };
    assert_eq!(request.review(), Err(refusal.into()));
}

#[test]
fn an_output_that_the_previous_transaction_lacks_is_refused_btc_03() {
    for vout in [1, u32::MAX] {
        let mut request = BitcoinRequest::ordinary();
        request.psbt.unsigned_tx.input[0].previous_output.vout = vout;
        let refusal = BitcoinError::UtxoOutOfRange {
            input: 1,
            outpoint: outpoint(&request, 0),
            outputs: 1,
        };
        assert_eq!(refusal.code(), Code::UtxoUnproven);
        assert_eq!(request.review(), Err(refusal.into()));
    }
}

#[test]
fn a_legacy_input_is_refused_with_and_without_its_proof_btc_04() {
    let legacy = script_of("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2");
    let previous = funding(0, &[(legacy.clone(), COIN)]);
    let mut request = BitcoinRequest::spending(vec![previous], &[(script_of(CUSTODIAN), COIN / 2)]);
    request.psbt.inputs[0].witness_utxo = Some(TxOut {
        value: Amount::from_sat(COIN),
        script_pubkey: legacy.clone(),
    });
    let foreign = BitcoinError::InputForeign {
        input: 1,
        script: legacy.to_hex_string(),
    };
    assert_eq!(request.review(), Err(foreign.into()));
    let unproven = BitcoinError::UtxoUnproven {
        input: 1,
        outpoint: outpoint(&request, 0),
    };
    request.previous.clear();
    assert_eq!(request.review(), Err(unproven.into()));
}

#[test]
fn an_input_of_someone_else_is_refused_wherever_it_stands_btc_15() {
    for position in 0..3 {
        let mut previous: Vec<_> = (0..3)
            .map(|number| funding(number, &[(own_script(), COIN)]))
            .collect();
        previous[position] = funding(9, &[(script_of(CUSTODIAN), COIN)]);
        let request = BitcoinRequest::spending(previous, &[(script_of(CUSTODIAN), COIN)]);
        let script = script_of(CUSTODIAN).to_hex_string();
        let refusal = BitcoinError::InputForeign {
            input: position + 1,
            script,
        };
        assert_eq!(request.review(), Err(refusal.into()));
    }
}

#[test]
fn previous_transactions_come_sorted_once_each_and_only_if_needed() {
    let request = BitcoinRequest::ordinary();
    let psbt = request.psbt.serialize();
    let refuse = |proofs: &[Vec<u8>], refusal: BitcoinError| {
        assert_eq!(
            review_bitcoin(&policy(), &psbt, proofs),
            Err(ReviewError::from(refusal))
        );
    };
    let [first, second] = <[Vec<u8>; 2]>::try_from(request.proofs()).unwrap();
    refuse(
        &[second.clone(), first.clone()],
        BitcoinError::ProofOrder { index: 2 },
    );
    refuse(
        &[first.clone(), first, second],
        BitcoinError::ProofOrder { index: 2 },
    );
    let mut extra = request;
    let unused = funding(77, &[(own_script(), 1)]);
    let txid = unused.compute_txid().to_string();
    extra.previous.push(unused);
    refuse(&extra.proofs(), BitcoinError::ProofUnused { txid });
}

#[test]
fn a_previous_transaction_has_one_encoding_without_witnesses() {
    let request = BitcoinRequest::new(&[COIN], &[(script_of(CUSTODIAN), COIN / 2)]);
    let psbt = request.psbt.serialize();
    let refuse = |proof: Vec<u8>, reason: &str| {
        let refusal = BitcoinError::ProofUnreadable {
            index: 1,
            reason: reason.to_owned(),
        };
        assert_eq!(
            review_bitcoin(&policy(), &psbt, &[proof]),
            Err(ReviewError::from(refusal))
        );
    };
    let mut witnessed = request.previous[0].clone();
    witnessed.input[0].witness = Witness::from_slice(&[[1_u8; 3]]);
    refuse(serialize(&witnessed), "it has witnesses");
    let proof = serialize(&request.previous[0]);
    refuse(
        [proof.as_slice(), &[0]].concat(),
        "parse failed: data not consumed entirely when explicitly deserializing",
    );
    refuse(
        vec![0; 1_000_001],
        "it has 1000001 bytes, the most is 1000000",
    );
    assert!(matches!(
        review_bitcoin(&policy(), &psbt, &[vec![0; 1_000_000]]),
        Err(ReviewError::Bitcoin(BitcoinError::ProofUnreadable { index: 1, reason })) if !reason.contains("most")
    ));
}

#[test]
fn preparing_moves_proofs_beside_the_psbt_without_witnesses() {
    let mut request = BitcoinRequest::ordinary();
    request.previous[1].input[0].witness = Witness::from_slice(&[[1_u8; 64]]);
    for (map, previous) in request.psbt.inputs.iter_mut().zip(&request.previous) {
        map.non_witness_utxo = Some(previous.clone());
    }
    let prepared = prepare(&request.psbt.serialize()).unwrap();
    let review =
        review_bitcoin(&policy(), &prepared.psbt, &prepared.previous_transactions).unwrap();
    assert_eq!(review, BitcoinRequest::ordinary().review().unwrap());
}

#[test]
fn preparing_carries_a_transaction_with_two_spent_outputs_once() {
    let previous = funding(0, &[(own_script(), COIN), (own_script(), COIN)]);
    let outputs = [(script_of(CUSTODIAN), COIN)];
    let mut request = BitcoinRequest::spending(vec![previous.clone(), previous.clone()], &outputs);
    request.psbt.unsigned_tx.input[1].previous_output.vout = 1;
    for map in &mut request.psbt.inputs {
        map.non_witness_utxo = Some(previous.clone());
    }
    let prepared = prepare(&request.psbt.serialize()).unwrap();
    assert_eq!(prepared.previous_transactions, [serialize(&previous)]);
    assert!(review_bitcoin(&policy(), &prepared.psbt, &prepared.previous_transactions).is_ok());
}

#[test]
fn preparing_names_the_input_whose_proof_is_missing_or_foreign() {
    let mut request = BitcoinRequest::ordinary();
    request.psbt.inputs[0].non_witness_utxo = Some(request.previous[0].clone());
    let missing = PrepareError::ProofMissing { input: 2 };
    assert_eq!(prepare(&request.psbt.serialize()), Err(missing));
    let found = request.previous[0].compute_txid().to_string();
    request.psbt.unsigned_tx.input[0].previous_output = OutPoint::null();
    let spent = OutPoint::null().txid.to_string();
    // The library itself refuses to encode nothing here: the lie is found when it is read.
    let foreign = PrepareError::ProofForeign {
        input: 1,
        spent,
        found,
    };
    let refusal = prepare(&request.psbt.serialize());
    assert!(refusal == Err(foreign) || matches!(refusal, Err(PrepareError::Unreadable { .. })));
    assert!(matches!(
        prepare(b"psbt"),
        Err(PrepareError::Unreadable { .. })
    ));
}
