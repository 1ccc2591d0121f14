//! Signatures, their parity, and the bytes to broadcast, compared with independent libraries.
//! Knows a test key, nothing of tokens.

use alloy_consensus::SignableTransaction as _;
use alloy_consensus::transaction::RlpEcdsaEncodableTx as _;
use alloy_primitives::{U256, keccak256};
use data_encoding::HEXLOWER;
use proptest::prelude::*;

use super::envelope::{oracle, transfers};
use crate::ethereum::{Transaction, parse_address};
use crate::fixture::{
    bitcoin_key, ethereum_key, ordinary_ether, policy, review_ethereum, sign, sign_digest,
};
use crate::{
    AssembleError, Review, Signature, SignatureError, SignedTransaction, assemble, check_signature,
};

fn ordinary() -> Review {
    review_ethereum(&policy(), &ordinary_ether().encode_unsigned()).unwrap()
}

#[test]
fn the_published_transactions_have_their_digests_and_signed_bytes() {
    let file = include_str!("../../../vectors/eip-1559.txt");
    let mut count = 0;
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let transaction = Transaction {
            max_priority_fee_per_gas: words[2].parse().unwrap(),
            max_fee_per_gas: words[3].parse().unwrap(),
            gas_limit: words[4].parse().unwrap(),
            ..Transaction::transfer(
                words[0].parse().unwrap(),
                words[1].parse().unwrap(),
                parse_address(words[5]).unwrap(),
                words[6].parse().unwrap(),
            )
        };
        assert_eq!(HEXLOWER.encode(&transaction.digest()), words[7]);
        assert_eq!(HEXLOWER.encode(&transaction.encode_unsigned()), words[8]);
        let review = review_ethereum(&policy(), &transaction.encode_unsigned()).unwrap();
        let signed = assemble(&review, &sign(&review, &ethereum_key())).unwrap();
        let SignedTransaction::Ethereum { raw, hash } = signed else {
            panic!("Ethereum")
        };
        assert_eq!(HEXLOWER.encode(&raw), words[9]);
        assert_eq!(hash, keccak256(&raw).0);
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn only_the_parity_that_recovers_to_the_wallet_is_assembled_eth_28() {
    let review = ordinary();
    let [Signature::Ethereum { rs, y_parity }] = sign(&review, &ethereum_key())[..] else {
        panic!("one")
    };
    let wrong = Signature::Ethereum {
        rs,
        y_parity: 1 - y_parity,
    };
    assert_eq!(
        assemble(&review, &[wrong]),
        Err(AssembleError::Form { index: 0 })
    );
    assert!(assemble(&review, &[Signature::Ethereum { rs, y_parity }]).is_ok());
    let bitcoin = Signature::Bitcoin { input: 0, rs };
    assert_eq!(
        assemble(&review, &[bitcoin]),
        Err(AssembleError::Form { index: 0 })
    );
}

#[test]
fn both_parities_occur_and_both_are_found_eth_28() {
    let mut seen = [false; 2];
    for nonce in 0..32 {
        let transaction = Transaction {
            nonce,
            ..ordinary_ether()
        };
        let review = review_ethereum(&policy(), &transaction.encode_unsigned()).unwrap();
        let [Signature::Ethereum { y_parity, .. }] = sign(&review, &ethereum_key())[..] else {
            panic!("one")
        };
        seen[usize::from(y_parity)] = true;
    }
    assert_eq!(seen, [true; 2]);
}

#[test]
fn a_high_s_or_another_key_is_refused_eth_28() {
    let review = ordinary();
    let rs = sign_digest(&ethereum_key(), &review.digests()[0].digest);
    let (r, s) = k256::ecdsa::Signature::from_slice(&rs)
        .unwrap()
        .split_scalars();
    let high = k256::ecdsa::Signature::from_scalars(r, -s)
        .unwrap()
        .to_bytes()
        .into();
    assert_eq!(
        check_signature(&review, 0, &high),
        Err(SignatureError::HighS { index: 0 })
    );
    let other = sign_digest(&bitcoin_key(), &review.digests()[0].digest);
    assert_eq!(
        check_signature(&review, 0, &other),
        Err(SignatureError::Invalid { index: 0 })
    );
    let foreign = SignatureError::Foreign {
        index: 1,
        digests: 1,
    };
    assert_eq!(check_signature(&review, 1, &rs), Err(foreign));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn signed_bytes_are_those_of_an_independent_library(transaction in transfers()) {
        let review = review_ethereum(&policy(), &transaction.encode_unsigned()).unwrap();
        let signatures = sign(&review, &ethereum_key());
        let [Signature::Ethereum { rs, y_parity }] = signatures[..] else { panic!("one") };
        let signed = assemble(&review, &signatures).unwrap();
        let SignedTransaction::Ethereum { raw, hash } = signed else { panic!("Ethereum") };
        let (r, s) = (U256::from_be_slice(&rs[..32]), U256::from_be_slice(&rs[32..]));
        let signature = alloy_primitives::Signature::new(r, s, y_parity == 1);
        let mut expected = Vec::new();
        let oracle = oracle(&transaction);
        oracle.eip2718_encode(&signature, &mut expected);
        prop_assert_eq!(raw, expected);
        prop_assert_eq!(oracle.into_signed(signature).hash().0, hash);
    }
}
