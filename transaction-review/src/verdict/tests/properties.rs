//! What holds for every history: windows against plain sums, limits that only tighten, and never
//! two signatures that could both pay one reference. Knows nothing of texts.

use alloy_primitives::U256;
use proptest::prelude::*;

use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, NOW, POLICY, funding, own_script, policy, script_of,
};
use crate::history::{Coin, shares};
use crate::{
    Amount, Code, Commitment, History, Payment, Policy, Quorum, Review, Spend, Subject,
    TransactionKind, judge, review,
};

/// A payment of so many satoshis, so many seconds ago, with a coin of its own.
fn past(number: u8, ago: u64, satoshis: u64) -> Commitment {
    Commitment {
        intent: [number; 32],
        sequence: u64::from(number),
        time: NOW - ago,
        wallet: "btc-cold".to_owned(),
        reference: format!("PAST-{number}"),
        replaces: None,
        spends: vec![Spend::Outpoint {
            txid: [number; 32],
            vout: 0,
            amount_sat: 1,
        }],
        payments: vec![Payment {
            destination: CUSTODIAN.to_owned(),
            amount: Amount::satoshis(satoshis),
        }],
        acts: Vec::new(),
        fee: Amount::satoshis(1),
        change: Vec::new(),
    }
}

fn history(payments: &[(u64, u64)]) -> History {
    let mut ordered = payments.to_vec();
    ordered.sort_unstable_by(|one, other| other.cmp(one));
    let mut history = History::new();
    for (number, (ago, satoshis)) in (1..).zip(ordered) {
        history.record(past(number, ago, satoshis));
    }
    history
}

/// Pays more than any payment of these histories, so that nothing is paid twice.
fn paying(policy: &Policy, satoshis: u64) -> Review {
    let outputs = [(script_of(CUSTODIAN), satoshis)];
    let request = BitcoinRequest::new(&[satoshis + 1_000], &outputs);
    request.review_under(policy).unwrap()
}

fn limit(window: u64, max: u64) -> String {
    format!(
        "\n[[limit]]\nwallet = \"btc-cold\"\nasset = \"BTC\"\nwindow = \"{window}s\"\nmax = \"{max} sat\"\n"
    )
}

fn payments() -> impl Strategy<Value = Vec<(u64, u64)>> {
    proptest::collection::vec((0_u64..5_000, 1_u64..1_000_000), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_window_is_the_plain_sum_of_what_is_younger_pol_10(
        earlier in payments(),
        window in 1_u64..5_000,
        spare in -2_i64..3,
        this in 1_000_001_u64..2_000_000,
    ) {
        let inside = earlier.iter().filter(|(ago, _)| *ago < window);
        let sum = inside.map(|(_, satoshis)| satoshis).sum::<u64>() + this;
        let max = sum.checked_add_signed(spare).unwrap();
        let policy = Policy::parse(&format!("{POLICY}{}", limit(window, max))).unwrap();
        let verdict = judge(&policy, &paying(&policy, this), &history(&earlier), NOW);
        prop_assert_eq!(verdict.permitted, sum <= max, "{}", verdict);
        if spare < 0 {
            prop_assert_eq!(verdict.primary, Some(Code::LimitWindow));
        }
    }

    /// The time that a refusal names is the first second at which the same request keeps the limit.
    #[test]
    fn the_time_that_is_named_is_the_first_that_fits(
        earlier in payments(),
        window in 1_u64..5_000,
        max in 1_000_001_u64..6_000_000,
        this in 1_000_001_u64..2_000_000,
    ) {
        let policy = Policy::parse(&format!("{POLICY}{}", limit(window, max))).unwrap();
        let (review, history) = (paying(&policy, this), history(&earlier));
        let verdict = judge(&policy, &review, &history, NOW);
        let failed = verdict.checks.iter().find(|check| check.code == Code::LimitWindow && !check.pass);
        let spent = failed.map(|check| check.spent.clone().unwrap());
        match spent.map(|spent| spent.earliest) {
            None => prop_assert!(verdict.permitted, "{}", verdict),
            Some(None) => prop_assert!(this > max),
            Some(Some(earliest)) => {
                prop_assert!(earliest > NOW);
                prop_assert!(judge(&policy, &review, &history, earliest).permitted);
                prop_assert!(!judge(&policy, &review, &history, earliest - 1).permitted);
            }
        }
    }

    #[test]
    fn another_limit_never_loosens_a_verdict_pol_08(
        earlier in payments(),
        limits in proptest::collection::btree_map(1_u64..5_000, 1_000_000_u64..8_000_000, 1..4),
        this in 1_000_001_u64..2_000_000,
    ) {
        let mut text = POLICY.to_owned();
        let mut permitted = true;
        for (window, max) in limits {
            text.push_str(&limit(window, max));
            let policy = Policy::parse(&text).unwrap();
            let verdict = judge(&policy, &paying(&policy, this), &history(&earlier), NOW);
            prop_assert!(permitted || !verdict.permitted);
            permitted = verdict.permitted;
        }
    }

    #[test]
    fn the_tier_is_that_of_the_larger_sum_pol_12(
        earlier in proptest::collection::vec((0_u64..100_000, 1_u64..1_000_000), 0..8),
        this in 1_000_001_u64..2_000_000,
    ) {
        let tier = |up_to: u64, need| format!(
            "\n[[tier]]\nwallet = \"btc-cold\"\nasset = \"BTC\"\nup_to = \"{up_to} sat\"\n\
             quorum = {{ need = {need}, role = \"approver\" }}\n"
        );
        let policy = Policy::parse(&format!("{POLICY}{}", tier(3_000_000, 2))).unwrap();
        let verdict = judge(&policy, &paying(&policy, this), &history(&earlier), NOW);
        let day = earlier.iter().filter(|(ago, _)| *ago < 86_400);
        let sum = day.map(|(_, satoshis)| satoshis).sum::<u64>() + this;
        prop_assert_eq!(verdict.permitted, sum <= 3_000_000, "{}", verdict);
        prop_assert_eq!(verdict.quorum, Quorum::LEAST);
    }

    /// Whatever is asked in whatever order: of two permitted requests for one reference at most one
    /// can confirm, and a coin is never spent by two that do not replace each other.
    #[test]
    fn never_two_signatures_that_could_both_pay_one_reference_rpl_03(
        asked in proptest::collection::vec((1_u8..8, 0_u8..2, proptest::option::of(0_u8..6), 0_u64..3), 1..10),
    ) {
        let policy = policy();
        let mut history = History::new();
        for (number, (coins, reference, replaces, bump)) in (0_u8..).zip(asked) {
            let review = ask(&policy, coins, reference, (replaces, bump));
            if judge(&policy, &review, &history, NOW).permitted {
                history.record(Commitment::of(&review, [number; 32], u64::from(number), NOW));
            }
        }
        let commitments = history.commitments();
        for (place, later) in commitments.iter().enumerate() {
            for earlier in &commitments[..place] {
                let share = shares(earlier, &Coin::all(&later.spends));
                prop_assert!(share || earlier.reference != later.reference);
                prop_assert!(!share || earlier.payments == later.payments);
                prop_assert!(!share || earlier.fee.units() < later.fee.units());
            }
        }
    }
}

/// Spends the coins whose bits are set; the payment belongs to the reference.
fn ask(policy: &Policy, coins: u8, reference: u8, terms: (Option<u8>, u64)) -> Review {
    let (replaces, bump) = terms;
    let numbers = (0..3_u16).filter(|bit| coins & (1 << bit) != 0);
    let previous: Vec<_> = numbers
        .map(|number| funding(number, &[(own_script(), 2 * COIN)]))
        .collect();
    let held = 2 * COIN * u64::try_from(previous.len()).unwrap();
    let paid = COIN + u64::from(reference);
    let outputs = [
        (script_of(CUSTODIAN), paid),
        (own_script(), held - paid - 1_000 - bump),
    ];
    let request = BitcoinRequest::spending(previous, &outputs);
    let subject = Subject {
        wallet: "btc-cold",
        kind: TransactionKind::BitcoinPsbt,
        transaction: &request.psbt.serialize(),
        previous_transactions: &request.proofs(),
        reference: &format!("INV-{reference}"),
        replaces: replaces.map(|number| [number; 32]),
    };
    review(policy, &subject).unwrap()
}

#[test]
fn sums_that_no_number_holds_stay_too_large() {
    let mut largest = past(1, 1, 1);
    largest.payments = vec![
        Payment {
            destination: CUSTODIAN.to_owned(),
            amount: Amount::new(crate::Asset::Bitcoin, U256::MAX),
        };
        2
    ];
    let mut history = History::new();
    history.record(largest);
    let policy = Policy::parse(&format!("{POLICY}{}", limit(60, 2_000_000))).unwrap();
    let verdict = judge(&policy, &paying(&policy, 1_000_001), &history, NOW);
    assert_eq!(verdict.primary, Some(Code::LimitWindow));
}

#[test]
fn a_hundred_thousand_intents_are_judged_in_linear_time_rpl_09() {
    let mut history = History::new();
    for number in 0..100_000_u32 {
        let mut commitment = past(1, u64::from(100_000 - number), 1);
        commitment.intent[..4].copy_from_slice(&number.to_be_bytes());
        commitment.reference = format!("PAST-{number}");
        let mut txid = [9; 32];
        txid[..4].copy_from_slice(&number.to_be_bytes());
        commitment.spends = vec![Spend::Outpoint {
            txid,
            vout: 0,
            amount_sat: 1,
        }];
        history.record(commitment);
    }
    let policy = Policy::parse(&format!("{POLICY}{}", limit(50_000, 2_000_000))).unwrap();
    let verdict = judge(&policy, &paying(&policy, 1_950_001), &history, NOW);
    let check = verdict
        .checks
        .iter()
        .find(|check| check.code == Code::LimitWindow)
        .unwrap();
    assert_eq!(
        check.measured,
        "0.020 000 00 BTC in 50000s, 0.000 499 99 BTC before"
    );
    assert!(verdict.permitted, "{verdict}");
}
