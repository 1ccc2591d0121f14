//! Signatures and the transactions they make, judged by a consensus library.
//! Knows a test key, nothing of tokens.

use bitcoin::consensus::encode::deserialize;
use bitcoin::{Psbt, Transaction};
use proptest::prelude::*;

use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, bitcoin_key, ethereum_key, script_of, sign, sign_digest,
};
use crate::{
    AssembleError, Code, Review, Signature, SignatureError, SignedTransaction, TransactionKind,
    assemble, check_signature,
};

/// Runs the script verifier of Bitcoin Core on every input.
fn judge_by_consensus(signed: &SignedTransaction) {
    let SignedTransaction::Bitcoin {
        raw,
        txid,
        psbt,
        prevouts,
    } = signed
    else {
        panic!("Bitcoin")
    };
    let transaction: Transaction = deserialize(raw).unwrap();
    assert_eq!(transaction.compute_txid().to_string(), *txid);
    for (index, coin) in prevouts.iter().enumerate() {
        let spent = transaction.input[index].previous_output;
        assert_eq!(
            (spent.txid.to_string(), spent.vout),
            (coin.txid.clone(), coin.vout)
        );
        bitcoinconsensus::verify(&coin.script_pubkey, coin.amount_sat, raw, None, index).unwrap();
        let cheaper = coin.amount_sat - 1;
        assert!(bitcoinconsensus::verify(&coin.script_pubkey, cheaper, raw, None, index).is_err());
    }
    let extracted = Psbt::deserialize(psbt)
        .unwrap()
        .extract_tx_unchecked_fee_rate();
    assert_eq!(extracted, transaction);
}

fn ordinary() -> (Review, Vec<Signature>) {
    let review = BitcoinRequest::ordinary().review().unwrap();
    let signatures = sign(&review, &bitcoin_key());
    (review, signatures)
}

#[test]
fn a_consensus_library_accepts_what_is_assembled_and_only_with_the_proven_amounts() {
    for inputs in [1, 2, 40] {
        let outputs = [
            (script_of(CUSTODIAN), COIN),
            (crate::fixture::own_script(), COIN / 2),
        ];
        let review = BitcoinRequest::new(&vec![2 * COIN; inputs], &outputs)
            .review()
            .unwrap();
        let signatures = sign(&review, &bitcoin_key());
        judge_by_consensus(&assemble(&review, &signatures).unwrap());
    }
}

#[test]
fn the_order_of_signatures_does_not_matter() {
    let (review, mut signatures) = ordinary();
    let signed = assemble(&review, &signatures);
    signatures.reverse();
    assert_eq!(assemble(&review, &signatures), signed);
}

#[test]
fn a_signature_missing_twice_or_too_many_is_refused_btc_21() {
    let (review, signatures) = ordinary();
    assert_eq!(
        assemble(&review, &signatures[..1]),
        Err(AssembleError::Missing { index: 1 })
    );
    assert_eq!(
        assemble(&review, &[]),
        Err(AssembleError::Missing { index: 0 })
    );
    let twice = [signatures[0], signatures[1], signatures[1]];
    assert_eq!(
        assemble(&review, &twice),
        Err(AssembleError::Duplicate { index: 1 })
    );
    let foreign = Signature::Bitcoin {
        input: 2,
        rs: *signatures[0].rs(),
    };
    let refusal = SignatureError::Foreign {
        index: 2,
        digests: 2,
    };
    assert_eq!(
        assemble(&review, &[signatures[0], signatures[1], foreign]),
        Err(refusal.into())
    );
    let swapped = Signature::Bitcoin {
        input: 0,
        rs: *signatures[1].rs(),
    };
    let refusal = SignatureError::Invalid { index: 0 };
    assert_eq!(
        assemble(&review, &[swapped, signatures[1]]),
        Err(refusal.into())
    );
    let ether = Signature::Ethereum {
        rs: *signatures[0].rs(),
        y_parity: 0,
    };
    assert_eq!(
        assemble(&review, &[ether, signatures[1]]),
        Err(AssembleError::Form { index: 0 })
    );
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let (review, _) = ordinary();
    let rs = sign_digest(&ethereum_key(), &review.digests()[0].digest);
    assert_eq!(
        check_signature(&review, 0, &rs),
        Err(SignatureError::Invalid { index: 0 })
    );
}

#[test]
fn the_high_form_of_a_good_signature_is_refused() {
    let (review, signatures) = ordinary();
    let signature = k256::ecdsa::Signature::from_slice(signatures[0].rs()).unwrap();
    let (r, s) = signature.split_scalars();
    let high = k256::ecdsa::Signature::from_scalars(r, -s).unwrap();
    let refusal = check_signature(&review, 0, &high.to_bytes().into());
    assert_eq!(refusal, Err(SignatureError::HighS { index: 0 }));
    assert_eq!(
        SignatureError::HighS { index: 0 }.code(),
        Code::SignatureHighS
    );
}

#[test]
fn numbers_that_no_signature_has_are_refused() {
    let (review, signatures) = ordinary();
    let good = *signatures[0].rs();
    let format = Err(SignatureError::Format { index: 0 });
    for range in [0..32, 32..64] {
        for byte in [0, 0xff] {
            let mut bent = good;
            bent[range.clone()].fill(byte);
            assert_eq!(check_signature(&review, 0, &bent), format);
        }
    }
}

#[test]
fn signatures_read_what_they_write_and_nothing_else() {
    let bitcoin = Signature::Bitcoin {
        input: 3,
        rs: [7; 64],
    };
    let ether = Signature::Ethereum {
        rs: [7; 64],
        y_parity: 1,
    };
    let psbt = TransactionKind::BitcoinPsbt;
    let transaction = TransactionKind::EthereumTransaction;
    assert_eq!(
        Signature::from_bytes(psbt, 3, &bitcoin.to_bytes()),
        Some(bitcoin)
    );
    assert_eq!(
        Signature::from_bytes(transaction, 0, &ether.to_bytes()),
        Some(ether)
    );
    assert_eq!(Signature::from_bytes(psbt, 3, &ether.to_bytes()), None);
    assert_eq!(
        Signature::from_bytes(transaction, 0, &bitcoin.to_bytes()),
        None
    );
    assert_eq!(
        Signature::from_bytes(transaction, 1, &ether.to_bytes()),
        None
    );
    let mut odd = ether.to_bytes();
    *odd.last_mut().unwrap() = 27;
    assert_eq!(Signature::from_bytes(transaction, 0, &odd), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_signature_with_a_flipped_bit_never_leaves(bit in 0_usize..512) {
        let (review, signatures) = ordinary();
        let mut rs = *signatures[1].rs();
        rs[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(check_signature(&review, 1, &rs).is_err());
    }
}
