//! Limits, tiers, hours and examples: their keys, their spelling, and what they must fit.
//! Knows nothing of a history.

use crate::fixture::POLICY;
use crate::limits::MAX_EXAMPLES;
use crate::{Policy, PolicyError};

const LIMIT: &str = r#"
[[limit]]
wallet = "btc-cold"
asset = "BTC"
window = "24h"
max = "40 BTC"
max_count = 6
per = "destination"
"#;

const TIERS: &str = r#"
[[tier]]
wallet = "btc-cold"
asset = "BTC"
up_to = "1 BTC"
quorum = { need = 2, role = "approver", exclude_initiator = false }

[[tier]]
wallet = "btc-cold"
asset = "BTC"
up_to = "25 BTC"
quorum = { need = 2, role = "approver" }
"#;

const WINDOW: &str = r#"
[[window]]
days = ["mon", "sun"]
from = "07:00"
to = "24:00"
"#;

const EXAMPLE: &str = r#"
[[example]]
name = "26 BTC is refused"
intent = { wallet = "btc-cold", asset = "BTC", to = "Example custodian", amount = "26 BTC", fee = "0.00005 BTC" }
expect = "E_LIMIT_TX"
"#;

fn with(section: &str) -> Result<Policy, PolicyError> {
    Policy::parse(&format!("{POLICY}{section}"))
}

fn bent(section: &str, from: &str, to: &str) -> PolicyError {
    assert!(section.contains(from), "{from}");
    with(&section.replace(from, to)).unwrap_err()
}

fn value(path: &str, found: &str, expected: &'static str) -> PolicyError {
    PolicyError::Value {
        path: path.to_owned(),
        found: found.to_owned(),
        expected,
    }
}

#[test]
fn the_sections_are_read_completely() {
    let policy = with(&[LIMIT, TIERS, WINDOW, EXAMPLE].concat()).unwrap();
    let limit = &policy.limits()[0];
    assert_eq!((limit.wallet(), limit.window()), ("btc-cold", 86_400));
    assert_eq!(limit.max().unwrap().short(), "40.000 000 00 BTC");
    assert_eq!(
        (limit.max_count(), limit.per_destination()),
        (Some(6), true)
    );
    let needs: Vec<u32> = policy.tiers().iter().map(crate::Tier::need).collect();
    assert_eq!(needs, [2, 2]);
    assert_eq!(policy.windows()[0].to_string(), "mon, sun 07:00 to 24:00");
    let example = &policy.examples()[0];
    assert_eq!(
        (example.name(), example.to()),
        ("26 BTC is refused", "Example custodian")
    );
    assert_eq!(example.expect(), Some(crate::Code::LimitTransaction));
}

#[test]
fn every_misspelt_or_missing_key_is_refused_pol_02() {
    for section in [LIMIT, TIERS, WINDOW, EXAMPLE] {
        for line in section.lines() {
            let Some((key, _)) = line.split_once(" = ") else {
                continue;
            };
            let misspelt = section.replacen(line, &format!("x{line}"), 1);
            let refusal = with(&misspelt).unwrap_err();
            assert!(
                matches!(refusal, PolicyError::UnknownKey { .. }),
                "{refusal}"
            );
            let left_out = with(&section.replacen(line, "", 1));
            let optional = matches!(key, "max" | "max_count" | "per");
            assert_eq!(left_out.is_ok(), optional, "{line}");
        }
    }
    let unknown = bent(TIERS, "role =", "roll =");
    let path = "tier[0].quorum.roll".to_owned();
    assert_eq!(unknown, PolicyError::UnknownKey { path });
}

#[test]
fn a_limit_bounds_something_over_a_year_at_most() {
    let without = LIMIT.replace("max = \"40 BTC\"\nmax_count = 6\n", "");
    let path = "limit[0].max".to_owned();
    assert_eq!(with(&without).unwrap_err(), PolicyError::Missing { path });
    assert!(with(&LIMIT.replace("24h", "366d")).is_ok());
    let long = value("limit[0].window", "367d", "at most 366d");
    assert_eq!(bent(LIMIT, "24h", "367d"), long);
    let per = value("limit[0].per", "wallet", "\"destination\", or no such key");
    assert_eq!(bent(LIMIT, "\"destination\"", "\"wallet\""), per);
}

#[test]
fn limits_and_tiers_name_a_wallet_and_an_asset_that_it_holds() {
    for (section, path) in [(LIMIT, "limit[0]"), (TIERS, "tier[0]")] {
        let unknown = bent(section, "\"btc-cold\"", "\"btc-hot\"");
        assert!(matches!(unknown, PolicyError::Reference { path: found, .. } if found == path));
        let other = section.replace("\"btc-cold\"", "\"eth-cold\"");
        let other = with(&other).unwrap_err();
        assert!(matches!(other, PolicyError::Reference { path: found, .. } if found == path));
    }
}

#[test]
fn tiers_ascend_and_never_ask_for_less() {
    let expected = "more than in the tier before it of this wallet and asset";
    for (amount, found) in [
        ("1 BTC", "1.000 000 00 BTC"),
        ("0.5 BTC", "0.500 000 00 BTC"),
    ] {
        let refusal = bent(TIERS, "25 BTC", amount);
        assert_eq!(refusal, value("tier[1].up_to", found, expected));
    }
    let excluded = TIERS.replace("exclude_initiator = false", "exclude_initiator = true");
    let text = POLICY.replace(
        "id = \"builder-ops-1\"",
        "id = \"builder-ops-1\"\nperson = \"hr:9\"",
    );
    let refusal = Policy::parse(&format!("{text}{excluded}")).unwrap_err();
    let path = "tier[1].quorum.exclude_initiator";
    assert_eq!(refusal, value(path, "false", "true, as in a lower tier"));
    let missing = PolicyError::Missing {
        path: "source[0].person".to_owned(),
    };
    let all = excluded.replace(
        "role = \"approver\" }",
        "role = \"approver\", exclude_initiator = true }",
    );
    assert_eq!(with(&all).unwrap_err(), missing);
}

#[test]
fn a_tier_needs_people_who_are_there() {
    let refusal = bent(
        TIERS,
        "need = 2, role = \"approver\" }",
        "need = 3, role = \"approver\" }",
    );
    let quorum = PolicyError::Quorum {
        path: "tier[1].quorum.need".to_owned(),
        need: 3,
        found: 2,
    };
    assert_eq!(refusal, quorum);
    let all = TIERS.replace(", exclude_initiator = false", "").replace(
        "role = \"approver\"",
        "role = \"approver\", exclude_initiator = true",
    );
    let own = POLICY.replace(
        "id = \"builder-ops-1\"",
        "id = \"builder-ops-1\"\nperson = \"hr:1001\"",
    );
    let refusal = Policy::parse(&format!("{own}{all}")).unwrap_err();
    let path = "tier[0].quorum.need".to_owned();
    assert_eq!(
        refusal,
        PolicyError::Quorum {
            path,
            need: 2,
            found: 1
        }
    );
    let role = value("tier[1].quorum.role", "policy-admin", "\"approver\"");
    let refusal = bent(TIERS, "role = \"approver\" }", "role = \"policy-admin\" }");
    assert_eq!(refusal, role);
}

#[test]
fn a_source_is_spelled_as_the_operator_that_it_is_pol_15() {
    let text = |person: &str| {
        let person = format!("id = \"builder-ops-1\"\nperson = \"{person}\"");
        Policy::parse(&POLICY.replace("id = \"builder-ops-1\"", &person)).map(drop)
    };
    assert_eq!(text("hr:1001"), Ok(()));
    let alike = PolicyError::Duplicate {
        path: "source[0].person".to_owned(),
        found: "HR:lOO1".to_owned(),
        earlier: "hr:1001".to_owned(),
    };
    assert_eq!(text("HR:lOO1"), Err(alike));
}

#[test]
fn hours_are_two_digits_and_begin_before_they_end_pol_17() {
    let form = "a time of day in UTC, as in \"07:00\"";
    for hour in [
        "7:00", "07:60", "24:01", "07", "07:0", "+7:00", "07:00:00", "25:00",
    ] {
        let refusal = bent(WINDOW, "07:00", hour);
        assert_eq!(refusal, value("window[0].from", hour, form));
    }
    let order = "later than from: a window over midnight is written as two";
    for to in ["07:00", "06:59"] {
        assert_eq!(bent(WINDOW, "24:00", to), value("window[0].to", to, order));
    }
    assert!(with(&WINDOW.replace("24:00", "07:01")).is_ok());
    let day = "mon, tue, wed, thu, fri, sat or sun";
    assert_eq!(
        bent(WINDOW, "sun", "Sun"),
        value("window[0].days", "Sun", day)
    );
    let twice = value("window[0].days", "mon", "a day that is listed once");
    assert_eq!(bent(WINDOW, "sun", "mon"), twice);
    let none = value("window[0].days", "", "one day at least");
    assert_eq!(bent(WINDOW, "\"mon\", \"sun\"", ""), none);
}

#[test]
fn examples_are_tried_when_the_policy_and_all_addresses_are_in_force_and_it_is_open() {
    // The last address comes into force on Sunday 2026-02-01; the next open hour is Monday's.
    let policy = with(&WINDOW.replace("\"mon\", \"sun\"", "\"mon\"")).unwrap();
    let monday = crate::instant::parse("2026-02-02T07:00:00Z").unwrap();
    assert_eq!(policy.first_open_second(), monday);
    let sunday = crate::instant::parse("2026-02-01T07:00:00Z").unwrap();
    assert_eq!(with(WINDOW).unwrap().first_open_second(), sunday);
    let start = crate::instant::parse("2026-02-01T00:00:00Z").unwrap();
    assert_eq!(crate::fixture::policy().first_open_second(), start);
}

#[test]
fn an_example_that_does_not_hold_names_both_codes() {
    let wrong = |expected, found| PolicyError::Example {
        path: "example[0]".to_owned(),
        name: "26 BTC is refused".to_owned(),
        expected,
        found,
    };
    let refusal = bent(EXAMPLE, "E_LIMIT_TX", "OK");
    assert_eq!(refusal, wrong("OK", "E_LIMIT_TX"));
    assert_eq!(
        refusal.to_string(),
        "example[0] in the policy, \"26 BTC is refused\", says OK, but the policy's verdict is E_LIMIT_TX: correct the policy or the example"
    );
    assert_eq!(
        bent(EXAMPLE, "\"26 BTC\"", "\"25 BTC\""),
        wrong("E_LIMIT_TX", "OK")
    );
    let stranger = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
    let unlisted = wrong("E_LIMIT_TX", "E_DESTINATION_UNLISTED");
    assert_eq!(bent(EXAMPLE, "Example custodian", stranger), unlisted);
    let much = wrong("E_LIMIT_TX", "E_AMOUNT_RANGE");
    assert_eq!(bent(EXAMPLE, "\"26 BTC\"", "\"21000000 BTC\""), much);
}

#[test]
fn an_example_of_what_nobody_may_ask_for_is_not_permitted() {
    let text = format!("{POLICY}{EXAMPLE}").replace(
        "wallets = [\"btc-cold\", \"eth-cold\"]",
        "wallets = [\"eth-cold\"]",
    );
    let refusal = PolicyError::Example {
        path: "example[0]".to_owned(),
        name: "26 BTC is refused".to_owned(),
        expected: "E_LIMIT_TX",
        found: "E_SOURCE_SCOPE",
    };
    assert_eq!(Policy::parse(&text), Err(refusal));
}

#[test]
fn an_example_pays_somebody_at_a_price_that_can_be() {
    let refusal = bent(EXAMPLE, "Example custodian", "Nobody");
    assert!(
        matches!(refusal, PolicyError::Reference { path, .. } if path == "example[0].intent.to")
    );
    let unknown = value("example[0].expect", "E_LIMIT", "OK or a reason code");
    assert_eq!(bent(EXAMPLE, "E_LIMIT_TX", "E_LIMIT"), unknown);
    let ether = EXAMPLE
        .replace("btc-cold", "eth-cold")
        .replace("BTC\"", "ETH\"")
        .replace("asset = \"ETH\"", "asset = \"ETH@1\"")
        .replace("Example custodian", "Payroll hot wallet");
    let expected = "a multiple of the gas of a transfer: 21 000 wei, of a token 65 000";
    let odd = value(
        "example[0].intent.fee",
        "0.000 050 000 000 000 000 ETH",
        expected,
    );
    assert_eq!(with(&ether).unwrap_err(), odd);
    assert!(with(&ether.replace("0.00005 ETH", "0.00021 ETH")).is_ok());
}

#[test]
fn a_policy_has_a_hundred_examples_at_most_pol_18() {
    let examples = |number: usize| {
        let examples =
            (0..number).map(|number| EXAMPLE.replace("26 BTC is", &format!("{number} is")));
        with(&examples.collect::<String>()).map(drop)
    };
    assert_eq!(examples(MAX_EXAMPLES), Ok(()));
    let refusal = value("example", "101", "at most 100 examples");
    assert_eq!(examples(MAX_EXAMPLES + 1), Err(refusal));
}

#[test]
fn a_wallets_terms_have_one_form_btc_16_btc_25() {
    let terms = |text: &str| {
        let text = format!("max_outputs = 40\n{text}");
        crate::fixture::policy_with("max_outputs = 40", &text).map(drop)
    };
    for good in [
        "op_return = \"deny\"",
        "op_return = { max_bytes = 10000 }",
        "lock_time = { max_height = 499999999 }",
        "lock_time = { max_ahead = \"24h\" }",
        "lock_time = { max_height = 1, max_ahead = \"1s\" }",
    ] {
        assert_eq!(terms(good), Ok(()), "{good}");
    }
    let height = value(
        "wallet[0].lock_time.max_height",
        "500000000",
        "a height below 500000000",
    );
    assert_eq!(terms("lock_time = { max_height = 500000000 }"), Err(height));
    let path = "wallet[0].lock_time.max_height".to_owned();
    assert_eq!(terms("lock_time = {}"), Err(PolicyError::Missing { path }));
    let bytes = value("wallet[0].op_return.max_bytes", "10001", "at most 10000");
    assert_eq!(terms("op_return = { max_bytes = 10001 }"), Err(bytes));
    let word = value(
        "wallet[0].op_return",
        "allow",
        "\"deny\" or { max_bytes = ... }",
    );
    assert_eq!(terms("op_return = \"allow\""), Err(word));
    let path = "wallet[0].lock_time.max_blocks_ahead".to_owned();
    let unknown = PolicyError::UnknownKey { path };
    assert_eq!(terms("lock_time = { max_blocks_ahead = 1 }"), Err(unknown));
}

#[test]
fn the_treasury_example_is_accepted_and_says_what_deserves_a_second_look() {
    let policy = Policy::parse(include_str!("../../../examples/treasury-policy.toml")).unwrap();
    assert_eq!((policy.limits().len(), policy.tiers().len()), (4, 4));
    assert_eq!((policy.windows().len(), policy.examples().len()), (1, 5));
    let findings = policy.lint(&crate::History::new());
    let findings: Vec<&str> = findings.iter().map(|finding| finding.id).collect();
    assert_eq!(findings, ["L07", "L07"]);
}
