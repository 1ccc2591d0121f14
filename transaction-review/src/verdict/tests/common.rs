//! Default deny, validity, destinations and rules, on either chain.
//! Knows nothing of fees.

use super::failed;
use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, NOW, POLICY, ordinary_ether, own_script, policy, policy_with,
    review_ethereum, script_of,
};
use crate::{Amount, Check, Code, History, Policy, judge};

fn ordinary_under(policy: &Policy, now: u64) -> crate::Verdict {
    judge(
        policy,
        &BitcoinRequest::ordinary().review_under(policy).unwrap(),
        &History::new(),
        now,
    )
}

#[test]
fn ordinary_requests_are_permitted_and_every_check_is_listed() {
    let verdict = ordinary_under(&policy(), NOW);
    assert_eq!(
        (verdict.permitted, verdict.primary, verdict.code_text()),
        (true, None, "OK")
    );
    let codes: Vec<Code> = verdict.checks.iter().map(|check| check.code).collect();
    let expected = [
        Code::PolicyDenyAll,
        Code::PolicyNotEffective,
        Code::PolicyExpired,
        Code::ReviewPolicy,
        Code::AmountMemory,
        Code::IntentConflict,
        Code::DoublePay,
        Code::LimitInputs,
        Code::LimitOutputs,
        Code::LockTime,
        Code::RelativeLock,
        Code::PaymentNone,
        Code::DestinationUnlisted,
        Code::DestinationCoolDown,
        Code::RuleNone,
        Code::LimitTransaction,
        Code::FeeAbsolute,
        Code::FeeRate,
        Code::FeePercent,
    ];
    assert_eq!(codes, expected);
    let ether = review_ethereum(&policy(), &ordinary_ether().encode_unsigned()).unwrap();
    assert!(judge(&policy(), &ether, &History::new(), NOW).permitted);
}

#[test]
fn a_policy_without_rules_denies_everything_pol_01() {
    let head = POLICY.split("[[rule]]").next().unwrap();
    let fees = POLICY
        .split("[[fee]]")
        .skip(1)
        .map(|fee| format!("[[fee]]{fee}"));
    let text = format!("{head}{}", fees.collect::<String>());
    let policy = Policy::parse(&text).unwrap();
    assert!(policy.rules().is_empty());
    let verdict = ordinary_under(&policy, NOW);
    assert_eq!(
        (verdict.permitted, verdict.primary),
        (false, Some(Code::PolicyDenyAll))
    );
    let ether = review_ethereum(&policy, &ordinary_ether().encode_unsigned()).unwrap();
    assert_eq!(
        judge(&policy, &ether, &History::new(), NOW).primary,
        Some(Code::PolicyDenyAll)
    );
}

#[test]
fn an_empty_list_of_destinations_is_nobody_pol_03() {
    let policy = policy_with("to = [\"Example custodian\"]", "to = []").unwrap();
    let verdict = ordinary_under(&policy, NOW);
    assert_eq!(verdict.primary, Some(Code::RuleNone));
    let expected = Check {
        code: Code::RuleNone,
        rule: "rule".to_owned(),
        path: "output 1".to_owned(),
        measured: "no rule".to_owned(),
        limit: "a rule for btc-cold, BTC and Example custodian".to_owned(),
        pass: false,
        spent: None,
    };
    assert_eq!(failed(&verdict, Code::RuleNone), &expected);
}

#[test]
fn an_output_to_a_stranger_is_refused_wherever_it_stands() {
    let stranger = script_of("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2");
    for position in 0..3 {
        let mut outputs = vec![(script_of(CUSTODIAN), COIN), (own_script(), COIN)];
        outputs.insert(position, (stranger.clone(), 10_000));
        let review = BitcoinRequest::new(&[2 * COIN + 15_000], &outputs)
            .review()
            .unwrap();
        let verdict = judge(&policy(), &review, &History::new(), NOW);
        assert_eq!(verdict.primary, Some(Code::DestinationUnlisted));
        let check = failed(&verdict, Code::DestinationUnlisted);
        assert_eq!(check.path, format!("output {}", position + 1));
    }
}

#[test]
fn a_policy_is_in_force_from_its_first_second_to_the_one_before_it_expires() {
    // effective 2026-01-01, address effective 2026-02-01, expires 2027-06-01
    let policy = policy();
    let primary = |now| ordinary_under(&policy, now).primary;
    assert_eq!(
        primary(policy.effective_after() - 1),
        Some(Code::PolicyNotEffective)
    );
    assert_eq!(
        primary(policy.effective_after()),
        Some(Code::DestinationCoolDown)
    );
    let first = policy.addresses()[0].effective_after();
    assert_eq!(primary(first - 1), Some(Code::DestinationCoolDown));
    assert_eq!(primary(first), None);
    assert_eq!(primary(policy.expires() - 1), None);
    assert_eq!(primary(policy.expires()), Some(Code::PolicyExpired));
    assert_eq!(primary(u64::MAX), Some(Code::PolicyExpired));
    assert_eq!(primary(0), Some(Code::PolicyNotEffective));
}

#[test]
fn a_review_made_under_another_policy_is_refused_pol_19() {
    let review = BitcoinRequest::ordinary().review().unwrap();
    assert_eq!(review.policy_hash(), &policy().hash());
    // Another wallet; another name for the payee, whose book is not part of a wallet; other bytes.
    for other in [
        policy_with("max_inputs = 100", "max_inputs = 99").unwrap(),
        Policy::parse(&POLICY.replace("Example custodian", "Another name")).unwrap(),
        Policy::parse(&format!("{POLICY}\n")).unwrap(),
    ] {
        let verdict = judge(&other, &review, &History::new(), NOW);
        assert!(!verdict.permitted);
        let check = Check {
            code: Code::ReviewPolicy,
            rule: "always".to_owned(),
            path: "review".to_owned(),
            measured: "made under another policy".to_owned(),
            limit: "the policy that judges".to_owned(),
            pass: false,
            spent: None,
        };
        assert_eq!(failed(&verdict, Code::ReviewPolicy), &check);
        assert_eq!(verdict.primary, Some(Code::ReviewPolicy));
        assert!(ordinary_under(&other, NOW).permitted);
    }
}

#[test]
fn a_rule_of_one_wallet_allows_nothing_to_another_of_the_same_asset() {
    let key = k256::ecdsa::SigningKey::from_slice(&[0x44; 32]).unwrap();
    let point = k256::CompressedPoint::from(key.verifying_key());
    let digits = data_encoding::HEXLOWER.encode(&point);
    let own = "025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357";
    let wallet = POLICY.split("[[wallet]]").nth(1).unwrap();
    let warm = wallet
        .replace(own, &digits)
        .replace("btc-cold", "btc-warm")
        .replace("cka_id = \"01\"", "cka_id = \"03\"");
    let text = POLICY
        .replacen("[[wallet]]", &format!("[[wallet]]{warm}[[wallet]]"), 1)
        .replacen(
            "wallet = \"btc-cold\"\nallow",
            "wallet = \"btc-warm\"\nallow",
            1,
        );
    let policy = Policy::parse(&text).unwrap();
    assert_eq!(ordinary_under(&policy, NOW).primary, Some(Code::RuleNone));
}

#[test]
fn a_rule_of_another_wallet_or_chain_allows_nothing() {
    let policy = policy_with("asset = \"ETH@1\"\nto", "asset = \"ETH@11155111\"\nto");
    assert!(policy.is_err(), "the payee is in the book for chain 1 only");
    let mut transaction = ordinary_ether();
    transaction.chain_id = 11_155_111;
    let review =
        review_ethereum(&crate::fixture::policy(), &transaction.encode_unsigned()).unwrap();
    let verdict = judge(&crate::fixture::policy(), &review, &History::new(), NOW);
    assert_eq!(verdict.primary, Some(Code::DestinationUnlisted));
}

#[test]
fn the_limit_is_on_the_sum_so_that_splitting_gains_nothing_btc_18() {
    let pay = |parts: &[u64]| {
        let outputs: Vec<_> = parts
            .iter()
            .map(|sat| (script_of(CUSTODIAN), *sat))
            .collect();
        let coins = parts.iter().sum::<u64>() + 1_000;
        let review = BitcoinRequest::new(&[coins], &outputs).review().unwrap();
        judge(&policy(), &review, &History::new(), NOW)
    };
    assert!(pay(&[25 * COIN]).permitted);
    assert!(pay(&[COIN; 25]).permitted);
    for parts in [
        vec![25 * COIN + 1],
        vec![13 * COIN, 12 * COIN + 1],
        [vec![COIN; 25], vec![1_000]].concat(),
    ] {
        let verdict = pay(&parts);
        assert_eq!(verdict.primary, Some(Code::LimitTransaction));
    }
}

#[test]
fn every_matching_rule_limits_so_that_a_second_rule_never_loosens_pol_08() {
    for (limit, permitted) in [
        ("12.5 BTC", true),
        ("12.49999999 BTC", false),
        ("100 BTC", true),
    ] {
        let rule = format!(
            "[[rule]]\nid = \"second\"\nwallet = \"btc-cold\"\nallow = \"transfer\"\nasset = \"BTC\"\n\
             to = [\"Example custodian\"]\nmax_per_tx = \"{limit}\"\n\n[[rule]]"
        );
        let verdict = ordinary_under(&policy_with("[[rule]]", &rule).unwrap(), NOW);
        assert_eq!(verdict.permitted, permitted, "{limit}");
    }
}

#[test]
fn a_transaction_that_pays_nobody_is_refused() {
    let review = BitcoinRequest::new(&[COIN], &[(own_script(), COIN)])
        .review()
        .unwrap();
    assert_eq!(review.total_external(), Amount::satoshis(0));
    let verdict = judge(&policy(), &review, &History::new(), NOW);
    assert_eq!(verdict.primary, Some(Code::PaymentNone));
}

#[test]
fn a_refusal_names_its_primary_reason_first_and_then_every_failed_check() {
    let policy = policy_with("max_per_tx = \"25 BTC\"", "max_per_tx = \"1 BTC\"").unwrap();
    let verdict = ordinary_under(&policy, policy.expires());
    assert_eq!(verdict.primary, Some(Code::PolicyExpired));
    let expected = "REFUSED E_POLICY_EXPIRED (exit 14): The policy has expired.\n  \
        rule   policy\n  \
        found  policy: it is 2027-06-01T00:00:00Z\n  \
        needed before 2027-06-01T00:00:00Z\n  \
        also   E_LIMIT_TX transaction: pays 12.500 000 00 BTC; needed: at most 1.000 000 00 BTC (rule \"btc-custodian\")";
    assert_eq!(verdict.to_string(), expected);
}
