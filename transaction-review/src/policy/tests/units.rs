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
