//! Each lint, silent and speaking. Knows nothing of TOML.

use super::Finding;
use crate::fixture::{CUSTODIAN, NOW, POLICY};
use crate::{Amount, Commitment, History, Payment, Policy};

/// The example policy, which two findings of each kind would make noisy, made quiet.
fn quiet() -> String {
    let text = POLICY
        .replace(
            "kinds = [\"bitcoin-psbt\", \"ethereum-transaction\"]",
            "kinds = [\"bitcoin-psbt\"]",
        )
        .replace(
            "id = \"builder-ops-1\"",
            "id = \"builder-ops-1\"\nperson = \"hr:2001\"",
        )
        .replace("expires = 2027-06-01", "expires = 2026-12-31")
        .replace("max_native = \"0.05 ETH\"", "max_native = \"0.02 ETH\"");
    format!("{text}{LIMITS}{TIERS}")
}

const LIMITS: &str = r#"
[[limit]]
wallet = "btc-cold"
asset = "BTC"
window = "24h"
max = "40 BTC"

[[limit]]
wallet = "eth-cold"
asset = "ETH@1"
window = "24h"
max = "20 ETH"
"#;

const TIERS: &str = r#"
[[tier]]
wallet = "btc-cold"
asset = "BTC"
up_to = "25 BTC"
quorum = { need = 2, role = "approver" }

[[tier]]
wallet = "eth-cold"
asset = "ETH@1"
up_to = "10 ETH"
quorum = { need = 2, role = "approver" }
"#;

fn found(text: &str, history: &History) -> Vec<String> {
    let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let findings = policy.lint(history);
    findings.iter().map(Finding::to_string).collect()
}

/// What the quiet policy says once a text is another one.
fn with(from: &str, to: &str) -> Vec<String> {
    assert!(quiet().contains(from), "{from}");
    found(&quiet().replace(from, to), &History::new())
}

fn paid(satoshis: &[u64]) -> History {
    let mut history = History::new();
    for (number, satoshis) in (0_u8..).zip(satoshis) {
        history.record(Commitment {
            intent: [number; 32],
            sequence: u64::from(number),
            time: NOW + u64::from(number) * 50_000,
            wallet: "btc-cold".to_owned(),
            reference: format!("REF-{number}"),
            replaces: None,
            spends: Vec::new(),
            payments: vec![Payment {
                destination: CUSTODIAN.to_owned(),
                amount: Amount::satoshis(*satoshis),
            }],
            acts: Vec::new(),
            fee: Amount::satoshis(0),
            change: Vec::new(),
        });
    }
    history
}

#[test]
fn a_quiet_policy_has_no_findings() {
    assert_eq!(found(&quiet(), &History::new()), Vec::<String>::new());
}

#[test]
fn a_rule_without_limit_over_time_is_found_l01() {
    let expected = "L01 rule[0] \"btc-custodian\": no [[limit]] bounds what btc-cold pays in BTC over time: max_per_tx holds for each transaction alone";
    assert_eq!(with("max = \"40 BTC\"", "max_count = 4"), [expected]);
}

#[test]
fn two_rules_for_one_payee_are_found_l02() {
    let rule = "[[rule]]\nid = \"second\"\nwallet = \"btc-cold\"\nallow = \"transfer\"\nasset = \"BTC\"\n\
                to = [\"Example custodian\"]\nmax_per_tx = \"1 BTC\"\n\n[[rule]]\nid = \"eth-payroll\"";
    let expected = "L02 rule[1]: rule[0] \"btc-custodian\" is for Example custodian too: both limits must hold, the smaller one counts";
    assert_eq!(with("[[rule]]\nid = \"eth-payroll\"", rule), [expected]);
}

#[test]
fn an_amount_beyond_the_last_tier_and_a_wallet_without_tiers_are_found_l03() {
    let expected = "L03 rule[0] \"btc-custodian\": the rule allows 25.000 000 00 BTC, the last tier ends at 24.000 000 00 BTC: nothing above that is ever approved";
    assert_eq!(with("up_to = \"25 BTC\"", "up_to = \"24 BTC\""), [expected]);
    let ether = TIERS.split("[[tier]]").nth(2).unwrap();
    let expected = "L03 rule[1] \"eth-payroll\": eth-cold has no tier in ETH@1, other wallets have: two approvers suffice for any amount";
    assert_eq!(with(&format!("[[tier]]{ether}"), ""), [expected]);
}

#[test]
fn a_limit_ten_times_above_what_was_ever_paid_is_found_l04() {
    // Within 24 hours of each other, together 4 BTC: exactly a tenth of the limit.
    let only = |history| {
        let all = found(&quiet(), &history);
        all.into_iter()
            .filter(|finding| finding.starts_with("L04"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        only(paid(&[100_000_000, 300_000_000])),
        Vec::<String>::new()
    );
    let expected = "L04 limit[0].max: 40.000 000 00 BTC is more than ten times what any such time has seen: 3.999 999 99 BTC";
    assert_eq!(only(paid(&[100_000_000, 299_999_999])), [expected]);
    // 100 000 s apart they were never in one window.
    assert_eq!(only(paid(&[300_000_000, 0, 399_999_999])).len(), 1);
    assert_eq!(only(paid(&[0, 0, 400_000_000])).len(), 0);
}

#[test]
fn an_address_that_nobody_pays_is_found_l05() {
    let expected = "L05 address[0] \"Example custodian\": no rule names this address: nothing can be paid to it, remove it";
    assert_eq!(with("to = [\"Example custodian\"]", "to = []"), [expected]);
    let never = "L05 address[1] \"Payroll hot wallet\": this address was never paid: make sure that it is still wanted";
    assert_eq!(found(&quiet(), &paid(&[500_000_000])), [never]);
}

#[test]
fn whoever_asks_and_approves_is_found_l07() {
    let expected = "L07 source[0]: hr:1001 asks, and approves as op-a, and btc-cold has no tiers that all set exclude_initiator: two approvers can be one other person than whoever asked";
    assert_eq!(with("hr:2001", "hr:1001"), [expected]);
    let silent = "L07 source[0]: it does not say which person asks, and btc-cold has no tiers that all set exclude_initiator: two approvers can be one other person than whoever asked";
    assert_eq!(with("person = \"hr:2001\"\n", ""), [silent]);
}

#[test]
fn a_policy_for_more_than_a_year_is_found_l08() {
    let begins = "effective_after = 2026-01-01T00:00:00Z\nexpires = 2026-12-31";
    let day = |text: &str| {
        with(
            begins,
            &format!("effective_after = 2026-01-01T00:00:00Z\nexpires = {text}"),
        )
    };
    assert_eq!(day("2027-01-02"), Vec::<String>::new());
    let expected =
        "L08 policy.expires: the policy is in force for 367 days: more than a year is long";
    assert_eq!(day("2027-01-03"), [expected]);
}

#[test]
fn rules_that_look_alike_are_found_l09() {
    let expected =
        "L09 rule[1].id: \"BTC-custodlan\" looks like \"btc-custodian\": people will confuse them";
    assert_eq!(
        with("id = \"eth-payroll\"", "id = \"BTC-custodlan\""),
        [expected]
    );
}

#[test]
fn a_source_of_every_kind_is_found_l11() {
    let expected = "L11 source[0].kinds: builder-ops-1 may ask for every kind of transaction: a source for each chain is safer";
    let kinds = "kinds = [\"bitcoin-psbt\", \"ethereum-transaction\"]";
    assert_eq!(with("kinds = [\"bitcoin-psbt\"]", kinds), [expected]);
}

#[test]
fn a_fee_above_a_fiftieth_of_the_smallest_tier_is_found_l12() {
    assert_eq!(
        with("max_absolute = \"0.01 BTC\"", "max_absolute = \"0.5 BTC\""),
        Vec::<String>::new()
    );
    let expected = "L12 fee[0].max_absolute: 0.500 000 01 BTC is more than 2 % of the smallest tier, 25.000 000 00 BTC";
    assert_eq!(
        with(
            "max_absolute = \"0.01 BTC\"",
            "max_absolute = \"0.50000001 BTC\""
        ),
        [expected]
    );
}
