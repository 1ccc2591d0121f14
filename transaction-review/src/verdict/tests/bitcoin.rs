//! Fee caps, counts and dust. Knows nothing of destinations.

use bitcoin::Sequence;
use bitcoin::absolute::LockTime;
use proptest::prelude::*;

use super::failed;
use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, NOW, own_script, policy, policy_with, script_of,
};
use crate::{Code, History, Policy, Verdict, judge};

/// Pays, keeps change, and spends the rest on the fee.
fn paying(policy: &Policy, payment: u64, change: u64, fee: u64) -> Verdict {
    let outputs = [(script_of(CUSTODIAN), payment), (own_script(), change)];
    let request = BitcoinRequest::new(&[payment + change + fee], &outputs);
    judge(
        policy,
        &request.review_under(policy).unwrap(),
        &History::new(),
        NOW,
    )
}

fn total(number: usize) -> u64 {
    COIN * u64::try_from(number).unwrap()
}

/// Virtual bytes of one input and two P2WPKH outputs with the longest low-S signature.
const SIZE: u64 = 141;

#[test]
fn each_fee_cap_holds_to_its_last_satoshi_btc_12() {
    let loose = policy_with("max_rate = \"80 sat/vB\"", "max_rate = \"1000000 sat/vB\"").unwrap();
    assert!(paying(&loose, 20 * COIN, COIN, COIN / 100).permitted);
    let verdict = paying(&loose, 20 * COIN, COIN, COIN / 100 + 1);
    assert_eq!(verdict.primary, Some(Code::FeeAbsolute));

    let strict = policy();
    assert!(paying(&strict, 20 * COIN, COIN, 80 * SIZE).permitted);
    let verdict = paying(&strict, 20 * COIN, COIN, 80 * SIZE + 1);
    assert_eq!(verdict.primary, Some(Code::FeeRate));
    assert_eq!(
        failed(&verdict, Code::FeeRate).measured,
        "80.008 sat/vB x 141 vB"
    );

    assert!(paying(&strict, 500_000, COIN, 5_000).permitted);
    let verdict = paying(&strict, 500_000, COIN, 5_001);
    assert_eq!(verdict.primary, Some(Code::FeePercent));
    assert_eq!(
        failed(&verdict, Code::FeePercent).measured,
        "1.0002 % of 0.005 000 00 BTC"
    );
}

#[test]
fn a_large_fee_on_a_small_payment_is_refused_however_large_the_change_btc_13() {
    for change in [COIN, 1_000 * COIN, 1_000_000 * COIN] {
        let verdict = paying(&policy(), 100_000, change, 1_001);
        assert_eq!(verdict.primary, Some(Code::FeePercent));
    }
}

#[test]
fn a_wallet_without_fee_caps_pays_nothing() {
    let other = "[[wallet]]\nid = \"other\"\nkind = \"ethereum\"\nchains = [1]\ntx_types = [2]\n";
    assert!(policy_with("[[wallet]]", &format!("{other}[[wallet]]")).is_err());
    let fee = crate::fixture::POLICY.split("[[fee]]").nth(1).unwrap();
    let policy = policy_with(&format!("[[fee]]{fee}"), "").unwrap();
    let verdict = paying(&policy, COIN, COIN, 1_000);
    assert_eq!(verdict.primary, Some(Code::FeeUndeclared));
}

#[test]
fn counts_hold_at_the_cap_and_fail_at_the_next_one() {
    let inputs = |number: usize| {
        let request = BitcoinRequest::new(
            &vec![COIN; number],
            &[(script_of(CUSTODIAN), total(number) - 9_000)],
        );
        let policy = policy_with("max_inputs = 100", "max_inputs = 3").unwrap();
        judge(
            &policy,
            &request.review_under(&policy).unwrap(),
            &History::new(),
            NOW,
        )
        .primary
    };
    assert_eq!((inputs(3), inputs(4)), (None, Some(Code::LimitInputs)));
    let outputs = |number: usize| {
        let outputs = vec![(script_of(CUSTODIAN), COIN); number];
        let request = BitcoinRequest::new(&[total(number) + 9_000], &outputs);
        let policy = policy_with("max_outputs = 40", "max_outputs = 3").unwrap();
        judge(
            &policy,
            &request.review_under(&policy).unwrap(),
            &History::new(),
            NOW,
        )
        .primary
    };
    assert_eq!((outputs(3), outputs(4)), (None, Some(Code::LimitOutputs)));
}

#[test]
fn dust_and_empty_outputs_are_refused_also_as_change_btc_16() {
    let least = own_script().minimal_non_dust().to_sat();
    assert_eq!(paying(&policy(), COIN, least, 1_000).primary, None);
    for sat in [0, least - 1] {
        assert_eq!(
            paying(&policy(), COIN, sat, 1_000).primary,
            Some(Code::AmountDust)
        );
        assert_eq!(
            paying(&policy(), sat, COIN, 0).primary,
            Some(Code::AmountDust)
        );
    }
}

#[test]
fn a_lock_time_is_refused_in_words_whatever_waives_it_btc_25() {
    for (lock_time, measured) in [
        (1, "not before block 1"),
        (982_114, "not before block 982114"),
        (499_999_999, "not before block 499999999"),
        (500_000_000, "not before 1985-11-05T00:53:20Z"),
        (u32::MAX, "not before 2106-02-07T06:28:15Z"),
    ] {
        for sequence in [Sequence::MAX, Sequence::ENABLE_RBF_NO_LOCKTIME] {
            let mut request = BitcoinRequest::ordinary();
            let transaction = &mut request.psbt.unsigned_tx;
            transaction.lock_time = LockTime::from_consensus(lock_time);
            transaction.input[0].sequence = sequence;
            transaction.input[1].sequence = sequence;
            let verdict = judge(&policy(), &request.review().unwrap(), &History::new(), NOW);
            assert_eq!(verdict.primary, Some(Code::LockTime));
            assert_eq!(Code::LockTime.class().exit_code(), 14);
            assert_eq!(failed(&verdict, Code::LockTime).measured, measured);
        }
    }
    let without = BitcoinRequest::ordinary().review().unwrap();
    assert!(judge(&policy(), &without, &History::new(), NOW).permitted);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Subzero's bug was an OR between its fee limits: whatever is permitted here keeps every bound.
    #[test]
    fn what_is_permitted_keeps_every_bound_btc_12(
        payment in prop_oneof![1_000_u64..COIN, COIN..30 * COIN],
        change in 1_000_u64..100 * COIN,
        fee in prop_oneof![0_u64..20_000, 0..2_000_000_u64],
        rate in 1_u64..200,
        absolute in 1_u64..2_000_000,
        hundredths in 1_u64..500,
    ) {
        let text = crate::fixture::POLICY
            .replace("80 sat/vB", &format!("{rate} sat/vB"))
            .replace("0.01 BTC", &format!("{absolute} sat"))
            .replace("\"1.0\"", &format!("\"{}.{:02}\"", hundredths / 100, hundredths % 100));
        let verdict = paying(&Policy::parse(&text).unwrap(), payment, change, fee);
        let bounds = [
            payment <= 25 * COIN,
            fee <= absolute,
            fee <= rate * SIZE,
            u128::from(fee) * 10_000 <= u128::from(payment) * u128::from(hundredths),
        ];
        prop_assert_eq!(verdict.permitted, bounds.iter().all(|holds| *holds), "{}", verdict);
    }
}
