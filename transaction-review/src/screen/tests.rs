//! The screens as the operators see them. Their snapshots are the review of this module.
//! Knows nothing of terminals.

use bitcoin::Sequence;
use bitcoin::transaction::Version;
use insta::assert_snapshot;
use proptest::prelude::*;

use super::text::{groups_of_four, wrap};
use super::{Screen, screens_digest};
use crate::ethereum::{Transaction, U256};
use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, NOW, ordinary_ether, own_script, policy, review_ethereum,
    script_of,
};
use crate::limits::SCREEN_COLUMNS;
use crate::{History, Review, judge};

fn screens(review: &Review) -> Vec<Screen> {
    review.screens(&policy(), &judge(&policy(), review, &History::new(), NOW))
}

/// The screens one below the other, with a rule between them.
fn text(review: &Review) -> String {
    let screens = screens(review);
    let pages = screens.iter().map(|screen| {
        let blocks: Vec<String> = screen.blocks.iter().map(|block| block.join("\n")).collect();
        format!("{}\n\n{}\n", screen.heading, blocks.join("\n"))
    });
    pages
        .collect::<Vec<_>>()
        .join(&format!("{}\n", "-".repeat(SCREEN_COLUMNS)))
}

#[test]
fn a_bitcoin_payment_is_shown_completely() {
    assert_snapshot!(
        "bitcoin_payment",
        text(&BitcoinRequest::ordinary().review().unwrap())
    );
}

#[test]
fn a_bitcoin_payment_to_strangers_is_shown_with_every_failed_check() {
    let taproot = script_of("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0");
    let note = bitcoin::ScriptBuf::from_bytes([&[0x6a, 0x14][..], &[0x41; 20]].concat());
    let outputs = [(taproot, 30 * COIN), (note, 0), (own_script(), COIN)];
    let mut request = BitcoinRequest::new(&[32 * COIN], &outputs);
    request.psbt.unsigned_tx.lock_time = bitcoin::absolute::LockTime::from_consensus(982_114);
    request.psbt.unsigned_tx.input[0].sequence = Sequence::from_height(144);
    assert_snapshot!("bitcoin_refused", text(&request.review().unwrap()));
}

#[test]
fn a_wait_is_shown_from_version_2_on_only_btc_25() {
    let line = |version: i32, sequence: Sequence| {
        let mut request = BitcoinRequest::ordinary();
        request.psbt.unsigned_tx.version = Version(version);
        request.psbt.unsigned_tx.input[0].sequence = sequence;
        let screens = screens(&request.review().unwrap());
        let lines = screens[1].blocks[0].join(" ");
        let words: Vec<&str> = lines.split_whitespace().collect();
        words.join(" ").split(": ").last().unwrap().to_owned()
    };
    let (blocks, time) = (
        Sequence::from_height(144),
        Sequence::from_512_second_intervals(7),
    );
    assert_eq!(
        line(2, blocks),
        "waits 144 blocks after the coin's block (BIP-68)"
    );
    assert_eq!(
        line(2, time),
        "waits 7 times 512 seconds after the coin's block (BIP-68)"
    );
    for waiting in [blocks, time] {
        assert_eq!(line(1, waiting), "replaceable, no wait (version 1)");
    }
    for version in [1, 2] {
        assert_eq!(line(version, Sequence::ZERO), "replaceable, no wait");
        assert_eq!(line(version, Sequence::MAX), "final, lock time waived");
    }
}

#[test]
fn an_ether_transfer_is_shown_completely() {
    let review = review_ethereum(&policy(), &ordinary_ether().encode_unsigned()).unwrap();
    assert_snapshot!("ether_transfer", text(&review));
}

#[test]
fn the_largest_numbers_are_shown_to_the_last_digit() {
    let transaction = Transaction {
        chain_id: u64::MAX,
        nonce: u64::MAX,
        max_priority_fee_per_gas: u128::MAX,
        max_fee_per_gas: u128::MAX,
        gas_limit: u64::MAX,
        // The largest value that still fits together with the gas it could cost.
        value: U256::MAX - U256::from(u64::MAX) * U256::from(u128::MAX),
        ..ordinary_ether()
    };
    let review = review_ethereum(&policy(), &transaction.encode_unsigned()).unwrap();
    assert_snapshot!("ether_largest", text(&review));
    fits(&screens(&review));
}

#[test]
fn every_external_address_and_amount_is_on_the_first_and_on_the_last_screen() {
    let review = BitcoinRequest::ordinary().review().unwrap();
    let screens = screens(&review);
    for screen in [screens.first(), screens.last()] {
        let text = screen.unwrap().blocks.concat().join("\n");
        assert!(text.contains(&groups_of_four(CUSTODIAN)));
        assert!(text.contains("12.500 000 00 BTC (1 250 000 000 sat)"));
        assert!(text.contains("12.500 052 92 BTC (1 250 005 292 sat) leaves the wallet"));
    }
}

#[test]
fn two_operators_at_different_times_see_the_same_screens() {
    let review = BitcoinRequest::ordinary().review().unwrap();
    let at = |now| review.screens(&policy(), &judge(&policy(), &review, &History::new(), now));
    assert_eq!(at(NOW), at(NOW + 1_800));
    assert_ne!(at(NOW), at(policy().expires()));
}

#[test]
fn a_thousand_outputs_and_inputs_are_all_shown() {
    let outputs = vec![(script_of(CUSTODIAN), 2_000); 1_000];
    let review = BitcoinRequest::new(&vec![COIN; 1_000], &outputs)
        .review()
        .unwrap();
    let screens = screens(&review);
    fits(&screens);
    let blocks = |index: usize, label: &str| {
        screens[index]
            .blocks
            .iter()
            .filter(|block| block[0].starts_with(label))
            .count()
    };
    assert_eq!(
        (blocks(0, "TO "), blocks(1, "INPUT "), blocks(2, "PAYS ")),
        (1_000, 1_000, 1_000)
    );
}

#[test]
fn the_digest_changes_with_every_letter_line_and_border() {
    let screen = |heading: &str, blocks: &[&[&str]]| Screen {
        heading: heading.to_owned(),
        blocks: blocks
            .iter()
            .map(|block| block.iter().map(|line| (*line).to_owned()).collect())
            .collect(),
    };
    let variants = [
        vec![],
        vec![screen("", &[])],
        vec![screen("a", &[&["b", "c"]])],
        vec![screen("a", &[&["b"], &["c"]])],
        vec![screen("a", &[&["bc"]])],
        vec![screen("ab", &[&["c"]])],
        vec![screen("a", &[&["b"]]), screen("c", &[])],
        vec![screen("a", &[&["b", "C"]])],
    ];
    let digests: std::collections::BTreeSet<[u8; 32]> =
        variants.iter().map(|v| screens_digest(v)).collect();
    assert_eq!(digests.len(), variants.len());
}

fn fits(screens: &[Screen]) {
    for line in screens
        .iter()
        .flat_map(|screen| screen.blocks.iter().flatten().chain([&screen.heading]))
    {
        assert!(line.len() <= SCREEN_COLUMNS, "{line}");
        assert!(
            line.bytes().all(|byte| (b' '..=b'~').contains(&byte)),
            "{line}"
        );
    }
}

proptest! {
    #[test]
    fn wrapping_loses_nothing_but_the_spaces_it_breaks_at(line in "[ -~]{0,300}", width in 1_usize..90) {
        let wrapped = wrap(&line, width);
        prop_assert!(wrapped.iter().all(|line| line.len() <= width));
        prop_assert_eq!(wrapped.concat().replace(' ', ""), line.replace(' ', ""));
    }

    #[test]
    fn every_line_fits_and_is_printable(value: [u64; 4], nonce: u64, gas_limit: u64, price: u128, to: [u8; 20]) {
        let transaction = Transaction {
            nonce, gas_limit, max_fee_per_gas: price, to: to.into(), value: U256::from_limbs(value),
            ..ordinary_ether()
        };
        let review = review_ethereum(&policy(), &transaction.encode_unsigned()).unwrap();
        fits(&screens(&review));
    }
}
