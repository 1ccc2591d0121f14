//! What must hold for an accepted request, found again from its bytes with other people's code.
//! Shares nothing with the review but the texts that it compares.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::consensus::encode::deserialize;
use bitcoin::{Address, Network, OutPoint, Psbt, Transaction, TxOut, Txid};

use crate::bitcoin::tests::matrix::judge_by_consensus;
use crate::bitcoin::tests::wallets::TestWallet;
use crate::{Amount, Effect, KeyPath, Part, Review, combine};

/// Checks reviews of the same bytes, one for each station that signs. The transaction is the one
/// that was meant, lies and all, before it was written.
pub(super) fn check(
    wallet: &TestWallet,
    reviews: &[Review],
    transaction: &Transaction,
    bytes: &[u8],
    proofs: &[Vec<u8>],
) {
    if let Ok(psbt) = Psbt::deserialize(bytes) {
        assert_eq!(psbt.unsigned_tx, *transaction);
    }
    let coins = coins_of(transaction, proofs);
    for review in reviews {
        check_coins(wallet, review, &coins);
        check_effects(wallet, review, transaction, &coins);
        assert_eq!(review.digests().len(), transaction.input.len());
    }
    let signed: Vec<_> = reviews
        .iter()
        .enumerate()
        .map(|(position, review)| (review, wallet.sign(position, review)))
        .collect();
    let parts: Vec<Part<'_>> = signed
        .iter()
        .map(|(review, signatures)| Part { review, signatures })
        .collect();
    let mut finished = judge_by_consensus(&combine(&parts).unwrap());
    for input in &mut finished.input {
        input.script_sig = bitcoin::ScriptBuf::new();
        input.witness = bitcoin::Witness::new();
    }
    assert_eq!(finished, *transaction);
}

/// The coins that it spends, by the transactions that made them; each one once.
fn coins_of(transaction: &Transaction, proofs: &[Vec<u8>]) -> Vec<TxOut> {
    let proofs: BTreeMap<Txid, Transaction> = proofs
        .iter()
        .map(|proof| deserialize::<Transaction>(proof).unwrap())
        .map(|proof| (proof.compute_txid(), proof))
        .collect();
    let spent: BTreeSet<OutPoint> = transaction
        .input
        .iter()
        .map(|input| input.previous_output)
        .collect();
    assert_eq!(spent.len(), transaction.input.len(), "a coin twice");
    let coins = transaction.input.iter().map(|input| {
        let proof = &proofs[&input.previous_output.txid];
        proof.output[usize::try_from(input.previous_output.vout).unwrap()].clone()
    });
    coins.collect()
}

/// Every coin lies where the review says that its key is.
fn check_coins(wallet: &TestWallet, review: &Review, coins: &[TxOut]) {
    for (asked, coin) in review.digests().iter().zip(coins) {
        let script = match asked.path {
            KeyPath::Own => wallet.script(0, 0),
            KeyPath::Child { branch, index } => wallet.script(branch, index),
        };
        assert_eq!(coin.script_pubkey, script);
    }
}

/// One effect for each output and the fee: nothing more, nothing less, nothing else.
fn check_effects(wallet: &TestWallet, review: &Review, transaction: &Transaction, coins: &[TxOut]) {
    let (fee, others) = review.effects().split_last().unwrap();
    assert_eq!(others.len(), transaction.output.len());
    for (number, (effect, output)) in (1_usize..).zip(others.iter().zip(&transaction.output)) {
        check_effect(wallet, review, number, effect, output);
    }
    let sum = |outputs: &[TxOut]| -> u64 {
        let amounts = outputs.iter().map(|output| output.value.to_sat());
        amounts
            .reduce(|sum, amount| sum.checked_add(amount).unwrap())
            .unwrap()
    };
    let difference = sum(coins).checked_sub(sum(&transaction.output)).unwrap();
    let amount = Amount::satoshis(difference);
    assert_eq!(*fee, Effect::Fee { amount });
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the effects of Ethereum have no output"
)]
fn check_effect(
    wallet: &TestWallet,
    review: &Review,
    number: usize,
    effect: &Effect,
    output: &TxOut,
) {
    let path = format!("output {number}");
    let address = || {
        let address = Address::from_script(&output.script_pubkey, Network::Bitcoin);
        address.unwrap().to_string()
    };
    let place = review
        .change_places()
        .iter()
        .find(|(output, _, _)| *output == path);
    let (told, amount) = match effect {
        Effect::Pay {
            path,
            destination,
            amount,
            ..
        } => {
            assert_eq!(*destination, address());
            (path, amount)
        }
        Effect::Change {
            path,
            address: own,
            amount,
            ..
        } => {
            let script = match place {
                Some((_, branch, index)) => wallet.script(*branch, *index),
                None => wallet.script(0, 0),
            };
            assert_eq!(place.is_some(), wallet.is_ranged);
            assert_eq!(output.script_pubkey, script);
            assert_eq!(*own, address());
            (path, amount)
        }
        Effect::PayScript {
            path,
            script,
            amount,
        }
        | Effect::Data {
            path,
            script,
            amount,
        } => {
            let is_data = matches!(effect, Effect::Data { .. });
            assert_eq!(output.script_pubkey.is_op_return(), is_data);
            assert_eq!(*script, output.script_pubkey.to_hex_string());
            (path, amount)
        }
        Effect::Fee { .. } => panic!("the fee is the last effect"),
        other => panic!("no effect of Bitcoin: {other:?}"),
    };
    assert_eq!(
        (told, *amount),
        (&path, Amount::satoshis(output.value.to_sat()))
    );
}
