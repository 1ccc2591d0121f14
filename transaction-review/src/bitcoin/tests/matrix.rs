//! Every script type from request to consensus: what other libraries ask, this crate reviews, test
//! keys sign, and Bitcoin Core's script verifier accepts. Knows nothing of refusals.

use bitcoin::consensus::encode::deserialize;
use bitcoin::{Psbt, Transaction};

use super::wallets::{Out, TestWallet, all, named};
use crate::fixture::{CUSTODIAN, NOW, review_bitcoin, script_of};
use crate::{
    AssembleError, BitcoinError, Code, Effect, History, KeyPath, Part, Review, Signature,
    SignatureError, SignedTransaction, check_complete, combine, judge,
};

/// Runs the script verifier on every input, with the proven amount and, where signatures cover the
/// amount, one satoshi less.
pub(super) fn judge_by_consensus(signed: &SignedTransaction) -> Transaction {
    let SignedTransaction::Bitcoin {
        raw,
        txid,
        psbt,
        prevouts,
    } = signed
    else {
        panic!("the transaction is not finished")
    };
    let transaction: Transaction = deserialize(raw).unwrap();
    assert_eq!(transaction.compute_txid().to_string(), *txid);
    for (index, coin) in prevouts.iter().enumerate() {
        let input = &transaction.input[index];
        let spent = input.previous_output;
        assert_eq!(
            (spent.txid.to_string(), spent.vout),
            (coin.txid.clone(), coin.vout)
        );
        let verify = |sat| bitcoinconsensus::verify(&coin.script_pubkey, sat, raw, None, index);
        verify(coin.amount_sat).unwrap();
        let covered = !input.witness.is_empty();
        assert_eq!(verify(coin.amount_sat - 1).is_err(), covered);
    }
    let psbt = Psbt::deserialize(psbt).unwrap();
    assert_eq!(psbt.extract_tx_unchecked_fee_rate(), transaction);
    transaction
}

/// The stations that sign, each with its own policy, and what they sign.
fn stations(wallet: &TestWallet, coins: u32) -> Vec<(Review, Vec<Signature>)> {
    let request = wallet.ordinary(coins);
    // The last keys sign: not those that come first in the script.
    let first = wallet.key_count() - wallet.threshold;
    (first..wallet.key_count())
        .map(|position| {
            let review = request.review_under(&wallet.policy(position)).unwrap();
            let signatures = wallet.sign(position, &review);
            check_complete(&review, &signatures).unwrap();
            (review, signatures)
        })
        .collect()
}

fn parts(stations: &[(Review, Vec<Signature>)]) -> Vec<Part<'_>> {
    let parts = stations.iter();
    parts
        .map(|(review, signatures)| Part { review, signatures })
        .collect()
}

#[test]
fn consensus_accepts_every_script_type_with_1_2_and_15_inputs() {
    for wallet in all() {
        for inputs in [1, 2, 15] {
            let stations = stations(&wallet, inputs);
            let signed = combine(&parts(&stations)).unwrap();
            let transaction = judge_by_consensus(&signed);
            assert_eq!(
                transaction.input.len(),
                usize::try_from(inputs).unwrap(),
                "{}",
                wallet.name
            );
        }
    }
}

/// A key that signs for 300 inputs is tried in one wallet of each script type; 15 of 15 keys make
/// more weight than nodes relay, and are refused before anything is signed.
#[test]
fn consensus_accepts_every_script_type_with_300_inputs_and_too_heavy_ones_are_refused_btc_31() {
    for name in [
        "pkh-hd",
        "wpkh",
        "sh-wpkh-hd",
        "wsh-multi-2-3",
        "sh-wsh-multi-2-2-hd",
    ] {
        let wallet = named(name);
        let stations = stations(&wallet, 300);
        judge_by_consensus(&combine(&parts(&stations)).unwrap());
    }
    let wallet = named("wsh-sorted-15-15-hd");
    let refusal = wallet
        .ordinary(300)
        .review_under(&wallet.policy(0))
        .unwrap_err();
    let crate::ReviewError::Bitcoin(BitcoinError::TooHeavy { found, limit }) = refusal else {
        panic!("{refusal}")
    };
    assert_eq!(limit, 400_000);
    assert!(found > 500_000, "{found}");
}

#[test]
fn the_worst_size_is_never_below_the_size_that_comes_of_it_btc_12() {
    for wallet in all() {
        let stations = stations(&wallet, 3);
        let transaction = judge_by_consensus(&combine(&parts(&stations)).unwrap());
        let crate::review::Details::Bitcoin(reviewed) = stations[0].0.details() else {
            panic!("Bitcoin")
        };
        let real = u64::try_from(transaction.vsize()).unwrap();
        let signatures = 3 * u64::try_from(wallet.threshold).unwrap();
        // A signature is one byte shorter in one of two cases, and rarely more.
        let scale = if wallet.name.starts_with("pkh") { 1 } else { 4 };
        let slack = (3 * signatures).div_ceil(scale);
        let (worst, name) = (reviewed.virtual_size, wallet.name);
        assert!(
            (real..=real + slack).contains(&worst),
            "{name}: {worst} for {real}"
        );
    }
}

#[test]
fn the_id_that_is_shown_is_the_one_that_comes_of_it_if_it_can_be_known() {
    for wallet in all() {
        let stations = stations(&wallet, 2);
        let transaction = judge_by_consensus(&combine(&parts(&stations)).unwrap());
        let crate::review::Details::Bitcoin(reviewed) = stations[0].0.details() else {
            panic!("Bitcoin")
        };
        let known = !wallet.name.starts_with("pkh");
        let expected = known.then(|| transaction.compute_txid().to_string());
        assert_eq!(crate::bitcoin::txid(reviewed), expected, "{}", wallet.name);
    }
}

#[test]
fn change_is_derived_anew_and_every_key_is_named_by_its_place() {
    for wallet in all() {
        let review = wallet.ordinary(2).review_under(&wallet.policy(0)).unwrap();
        let change = review.effects().iter().find_map(|effect| {
            let Effect::Change { origin, .. } = effect else {
                return None;
            };
            Some(origin.clone())
        });
        let origin = change.unwrap();
        if wallet.is_ranged {
            assert!(origin.ends_with("/48'/0'/0'/2'/1/3"), "{origin}");
            assert_eq!(review.change_places(), [("output 2".to_owned(), 1, 3)]);
            let paths: Vec<KeyPath> = review.digests().iter().map(|asked| asked.path).collect();
            let child = |index| KeyPath::Child { branch: 0, index };
            assert_eq!(paths, [child(0), child(1)]);
        } else {
            assert_eq!(review.change_places(), []);
            assert!(
                review
                    .digests()
                    .iter()
                    .all(|asked| asked.path == KeyPath::Own)
            );
        }
    }
}

#[test]
fn an_output_on_the_receiving_branch_is_a_payment_and_no_change_btc_09() {
    let wallet = named("wpkh-hd");
    let outputs = [
        Out::Pay(script_of(CUSTODIAN), 10_000),
        Out::Back(0, 7, 20_000),
    ];
    let request = wallet.request(&[(0, 0, 40_000)], &outputs);
    let review = request.review_under(&wallet.policy(0)).unwrap();
    assert_eq!(review.change_places(), []);
    assert_eq!(review.payments().len(), 2);
    let verdict = judge(&wallet.policy(0), &review, &History::new(), NOW);
    assert_eq!(verdict.primary, Some(Code::DestinationUnlisted));
}

#[test]
fn below_the_threshold_the_signatures_are_gathered_in_the_psbt() {
    for name in ["wsh-multi-2-3", "sh-wsh-sorted-2-3", "wsh-multi-3-5-hd"] {
        let wallet = named(name);
        let stations = stations(&wallet, 2);
        for missing in 1..wallet.threshold {
            let enough = wallet.threshold - missing;
            let SignedTransaction::BitcoinPart {
                psbt,
                signed,
                threshold,
            } = combine(&parts(&stations[..enough])).unwrap()
            else {
                panic!("{name}")
            };
            assert_eq!(usize::try_from(signed).unwrap(), enough);
            assert_eq!(usize::try_from(threshold).unwrap(), wallet.threshold);
            let psbt = Psbt::deserialize(&psbt).unwrap();
            assert!(
                psbt.inputs
                    .iter()
                    .all(|input| input.partial_sigs.len() == enough)
            );
            assert!(
                psbt.inputs
                    .iter()
                    .all(|input| input.witness_script.is_some())
            );
        }
    }
}

/// An independent finaliser makes of the parts what this crate makes of them.
#[test]
fn another_library_finishes_the_gathered_signatures_to_the_same_transaction() {
    use miniscript::psbt::PsbtExt as _;
    let wallet = named("wsh-sorted-2-3-hd");
    let stations = stations(&wallet, 2);
    let gathered = stations.iter().map(|station| {
        let SignedTransaction::BitcoinPart { psbt, .. } =
            combine(&parts(core::slice::from_ref(station))).unwrap()
        else {
            panic!("one of two")
        };
        Psbt::deserialize(&psbt).unwrap()
    });
    let whole = gathered.reduce(|mut all, part| {
        all.combine(part).unwrap();
        all
    });
    let finished = whole.unwrap().finalize(&super::wallets::secp()).unwrap();
    let ours = judge_by_consensus(&combine(&parts(&stations)).unwrap());
    assert_eq!(finished.extract_tx_unchecked_fee_rate(), ours);
}

#[test]
fn more_shares_than_needed_give_exactly_the_signatures_that_are_needed() {
    let wallet = named("wsh-multi-2-3");
    let request = wallet.ordinary(1);
    let stations: Vec<_> = (0..3)
        .map(|position| {
            let review = request.review_under(&wallet.policy(position)).unwrap();
            let signatures = wallet.sign(position, &review);
            (review, signatures)
        })
        .collect();
    let transaction = judge_by_consensus(&combine(&parts(&stations)).unwrap());
    // The empty item, two signatures, the script.
    assert_eq!(transaction.input[0].witness.len(), 4);
    let mut turned = stations;
    turned.reverse();
    assert_eq!(
        judge_by_consensus(&combine(&parts(&turned)).unwrap()),
        transaction
    );
}

#[test]
fn one_keys_signatures_count_once() {
    let wallet = named("wsh-multi-2-3");
    let stations = stations(&wallet, 1);
    let twice = [&stations[0], &stations[0]];
    let twice: Vec<Part<'_>> = twice
        .iter()
        .map(|(review, signatures)| Part { review, signatures })
        .collect();
    assert_eq!(combine(&twice), Err(AssembleError::Repeated { part: 2 }));
    assert_eq!(combine(&[]), Err(AssembleError::Missing { index: 0 }));
}

#[test]
fn shares_of_different_transactions_or_wallets_are_not_mixed() {
    let wallet = named("wsh-multi-2-3");
    let first = stations(&wallet, 1);
    let other = stations(&wallet, 2);
    let mixed = [first[0].clone(), other[1].clone()];
    assert_eq!(
        combine(&parts(&mixed)),
        Err(AssembleError::Mixed { part: 2 })
    );
    let foreign = stations(&named("wpkh"), 1);
    let mixed = [first[0].clone(), foreign[0].clone()];
    assert_eq!(
        combine(&parts(&mixed)),
        Err(AssembleError::Mixed { part: 2 })
    );
}

#[test]
fn a_share_signed_by_another_cosigner_is_refused() {
    let wallet = named("wsh-multi-2-3");
    let stations = stations(&wallet, 1);
    let swapped = [
        (stations[0].0.clone(), stations[1].1.clone()),
        stations[1].clone(),
    ];
    let refusal = SignatureError::Invalid { index: 0 };
    assert_eq!(combine(&parts(&swapped)), Err(refusal.into()));
}

#[test]
fn the_same_bytes_give_the_same_review_under_every_stations_policy_but_for_its_key() {
    let wallet = named("wsh-sorted-2-3-hd");
    let request = wallet.ordinary(2);
    let psbt = request.psbt.serialize();
    let reviews: Vec<Review> = (0..3)
        .map(|position| review_bitcoin(&wallet.policy(position), &psbt, &request.proofs()).unwrap())
        .collect();
    for review in &reviews[1..] {
        assert_eq!(review.payments(), reviews[0].payments());
        assert_eq!(review.fee(), reviews[0].fee());
        let digest = |review: &Review| review.digests()[0].digest;
        assert_eq!(digest(review), digest(&reviews[0]));
        let key = |review: &Review| review.digests()[0].public_key;
        assert_ne!(key(review), key(&reviews[0]));
    }
}
