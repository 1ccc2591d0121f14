//! What holds for a review whatever its chain. Knows nothing of verdicts.

use super::{ReviewError, Subject, review};
use crate::Effect;
use crate::TransactionKind::{BitcoinPsbt, EthereumTransaction};
use crate::fixture::{BitcoinRequest, ordinary_ether, policy};

#[test]
fn a_wallet_that_the_policy_lacks_is_refused() {
    let request = BitcoinRequest::ordinary();
    let transaction = request.psbt.serialize();
    let subject = Subject {
        wallet: "BTC-COLD",
        kind: BitcoinPsbt,
        transaction: &transaction,
        previous_transactions: &request.proofs(),
        reference: "INV-2291",
        replaces: None,
    };
    let unknown = ReviewError::WalletUnknown {
        wallet: "BTC-COLD".to_owned(),
    };
    assert_eq!(unknown.code().class().exit_code(), 14);
    assert_eq!(review(&policy(), &subject), Err(unknown));
}

#[test]
fn a_refusal_repeats_eighty_characters_of_a_wallets_name_at_most_cli_01() {
    let name = "w".repeat(1_000);
    let subject = Subject {
        wallet: &name,
        kind: BitcoinPsbt,
        transaction: &[],
        previous_transactions: &[],
        reference: "INV-2291",
        replaces: None,
    };
    let wallet = format!("{}...", "w".repeat(77));
    assert_eq!(
        review(&policy(), &subject),
        Err(ReviewError::WalletUnknown { wallet })
    );
}

#[test]
fn a_kind_that_is_not_the_wallets_is_refused_both_ways() {
    for (wallet, found, expected) in [
        ("btc-cold", EthereumTransaction, BitcoinPsbt),
        ("eth-cold", BitcoinPsbt, EthereumTransaction),
    ] {
        let transaction = ordinary_ether().encode_unsigned();
        let subject = Subject {
            wallet,
            kind: found,
            transaction: &transaction,
            previous_transactions: &[],
            reference: "INV-2291",
            replaces: None,
        };
        let refusal = ReviewError::KindMismatch {
            wallet: wallet.to_owned(),
            found,
            expected,
        };
        assert_eq!(review(&policy(), &subject), Err(refusal));
    }
}

#[test]
fn an_ethereum_transaction_has_no_previous_transactions() {
    let transaction = ordinary_ether().encode_unsigned();
    let subject = Subject {
        wallet: "eth-cold",
        kind: EthereumTransaction,
        transaction: &transaction,
        previous_transactions: &[vec![1]],
        reference: "INV-2291",
        replaces: None,
    };
    assert_eq!(
        review(&policy(), &subject),
        Err(ReviewError::ProofUnused { found: 1 })
    );
}

#[test]
fn every_satoshi_of_the_inputs_is_in_exactly_one_effect() {
    let review = BitcoinRequest::ordinary().review().unwrap();
    let amounts = review.effects().iter().map(|effect| match effect {
        Effect::Pay { amount, .. }
        | Effect::PayScript { amount, .. }
        | Effect::Data { amount, .. }
        | Effect::Change { amount, .. }
        | Effect::Fee { amount } => amount.units(),
        Effect::Approve { .. }
        | Effect::Call { .. }
        | Effect::Administer { .. }
        | Effect::Delegate { .. }
        | Effect::Declare { .. }
        | Effect::Cancel { .. } => panic!("no effect of Bitcoin: {effect:?}"),
    });
    let sum: alloy_primitives::U256 = amounts.sum();
    assert_eq!(sum, alloy_primitives::U256::from(1_400_000_000_u64));
}
