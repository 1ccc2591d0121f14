//! Amounts, rates, percentages and times: strings with a strict form each.
//! Knows nothing of what the values mean together.

use crate::fixture::policy_with;
use crate::{AmountError, Asset, PolicyError};

#[test]
fn an_amount_without_its_unit_or_in_a_local_spelling_is_refused_pol_07() {
    let amount = |reason| {
        Err(PolicyError::Amount {
            path: "rule[0].max_per_tx".to_owned(),
            reason,
        })
    };
    for text in ["25", "25,0 BTC", "2.5e1 BTC", "1_000 BTC", "nan BTC"] {
        let reason = AmountError::Grammar {
            found: text.to_owned(),
        };
        assert_eq!(
            policy_with("\"25 BTC\"", &format!("\"{text}\"")),
            amount(reason)
        );
    }
    let reason = AmountError::Unit {
        found: "25 ETH".to_owned(),
        asset: Asset::Bitcoin,
    };
    assert_eq!(policy_with("\"25 BTC\"", "\"25 ETH\""), amount(reason));
}

#[test]
fn a_rate_or_a_percentage_in_another_spelling_is_refused_pol_07() {
    for text in [
        "80",
        "80 sat/vb",
        "80.5 sat/vB",
        "080 sat/vB",
        "-1 sat/vB",
        "+1 sat/vB",
        "80  sat/vB",
    ] {
        let refusal = policy_with("80 sat/vB", text).unwrap_err();
        assert!(
            matches!(refusal, PolicyError::Value { ref path, .. } if path == "fee[0].max_rate"),
            "{text}"
        );
    }
    for text in [
        "", "1.", ".5", "1,0", "1.00001", "01", "-1", "100.0001", "1 %", "1.+5",
    ] {
        let refusal = policy_with("\"1.0\"", &format!("\"{text}\"")).unwrap_err();
        assert!(
            matches!(refusal, PolicyError::Value { ref path, .. } if path == "fee[0].max_percent_of_external"),
            "{text}"
        );
    }
    assert!(policy_with("\"1.0\"", "\"100\"").is_ok());
    assert!(policy_with("\"1.0\"", "\"0.0001\"").is_ok());
}

#[test]
fn times_are_utc_and_whole_seconds_pol_17() {
    for text in [
        "2027-06-01T00:00:00+00:00",
        "2027-06-01T00:00:00",
        "2027-06-01",
        "2027-06-01T00:00:00.5Z",
        "2027-06-01T00:00:00.0Z",
        "2027-06-01T00:00:00-00:00",
        "2027-06-01t00:00:00Z",
        "2027-06-01T00:00:00z",
        "2027-06-01 00:00:00Z",
        "2027-06-01T00:00Z",
        "2027-06-01T23:59:60Z",
    ] {
        let refusal = policy_with(
            "expires = 2027-06-01T00:00:00Z",
            &format!("expires = {text}"),
        )
        .unwrap_err();
        assert!(
            matches!(refusal, PolicyError::Value { ref path, .. } if path == "policy.expires"),
            "{text}"
        );
    }
    let refusal = policy_with(
        "expires = 2027-06-01T00:00:00Z",
        "expires = 2026-01-01T00:00:00Z",
    )
    .unwrap_err();
    assert!(matches!(
        refusal,
        PolicyError::Value {
            expected: "later than effective_after",
            ..
        }
    ));
}

#[test]
fn a_whole_number_has_one_spelling_pol_07() {
    let expected = "a whole number above zero in plain decimal digits";
    for spelling in [
        "0x64",
        "0o144",
        "0b1100100",
        "1_00",
        "1_0_0",
        "+100",
        "-100",
        "+0",
        "-0",
    ] {
        let value = |path: &str| PolicyError::Value {
            path: path.to_owned(),
            found: spelling.to_owned(),
            expected,
        };
        for (from, path) in [
            ("max_inputs = 100", "wallet[0].max_inputs"),
            ("max_gas = 21000", "fee[1].max_gas"),
            ("version = 1", "policy.version"),
        ] {
            let key = from.split(" = ").next().unwrap();
            let text = format!("{key} = {spelling}");
            assert_eq!(policy_with(from, &text), Err(value(path)), "{text}");
        }
        for (from, to, path) in [
            (
                "max_bytes = 262144",
                "max_bytes = N",
                "policy.request.max_bytes",
            ),
            ("tx_types = [2]", "tx_types = [N]", "wallet[1].tx_types[0]"),
            ("[1, 11155111]", "[1, N]", "wallet[1].chains[1]"),
        ] {
            let text = to.replace('N', spelling);
            assert_eq!(policy_with(from, &text), Err(value(path)), "{text}");
        }
    }
    assert!(policy_with("max_inputs = 100", "max_inputs = 0100").is_err());
    assert!(policy_with("max_inputs = 100", "max_inputs =\t100 # most").is_ok());
}

#[test]
fn durations_hold_at_their_caps_and_are_refused_one_second_past_them() {
    let skew = |text: &str| policy_with("\"10m\"", &format!("\"{text}\"")).map(drop);
    let lifetime = |text: &str| policy_with("\"72h\"", &format!("\"{text}\"")).map(drop);
    let value = |path: &str, found: &str, expected| {
        let (path, found) = (path.to_owned(), found.to_owned());
        Err(PolicyError::Value {
            path,
            found,
            expected,
        })
    };
    assert_eq!((skew("1h"), skew("3600s")), (Ok(()), Ok(())));
    let past = value("policy.clock.max_skew", "3601 s", "at most 1h");
    assert_eq!(skew("3601s"), past);
    assert_eq!((lifetime("30d"), lifetime("720h")), (Ok(()), Ok(())));
    let past = value("policy.request.max_lifetime", "2592001 s", "at most 30d");
    assert_eq!(lifetime("2592001s"), past);
}
