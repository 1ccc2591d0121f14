//! Keys, types and sizes. Knows nothing of what the values mean together.

use crate::fixture::{POLICY, policy, policy_with};
use crate::{Code, Policy, PolicyError};

#[test]
fn the_example_is_read_completely() {
    let policy = policy();
    assert_eq!(policy.operators().len(), 2);
    assert_eq!(policy.sources().len(), 1);
    assert_eq!(policy.wallets().len(), 2);
    assert_eq!(policy.addresses().len(), 2);
    assert_eq!((policy.rules().len(), policy.fees().len()), (2, 2));
    assert_eq!(
        (policy.max_clock_skew(), policy.max_request_lifetime()),
        (600, 259_200)
    );
    assert_eq!(policy.text(), POLICY);
    assert_eq!(
        policy.wallet("btc-cold").unwrap().address(),
        "bc1qr583w2swedy2acd7rung055k8t3n7udp7vyzyg"
    );
}

#[test]
fn the_hash_is_over_a_tag_and_every_byte() {
    use sha2::{Digest as _, Sha256};
    let expected: [u8; 32] =
        Sha256::digest([b"coldsign/policy/v1", POLICY.as_bytes()].concat()).into();
    assert_eq!(policy().hash(), expected);
    assert_ne!(
        Policy::parse(&format!("{POLICY}\n")).unwrap().hash(),
        expected
    );
}

#[test]
fn an_empty_policy_allows_nothing_pol_01() {
    for text in ["", " \n\t\n"] {
        let refusal = Policy::parse(text).unwrap_err();
        assert_eq!(refusal, PolicyError::Empty);
        assert_eq!(refusal.code(), Code::PolicyDenyAll);
        assert_eq!(refusal.class().exit_code(), 14);
    }
    assert_eq!(
        Policy::parse("# nothing\n"),
        Err(PolicyError::Missing {
            path: "policy".to_owned()
        })
    );
}

/// Every key of the example: as it is, with one letter changed, and without its line.
#[test]
fn every_misspelt_key_is_refused_pol_02() {
    let mut tried = 0;
    for (number, line) in POLICY.lines().enumerate() {
        let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let misspelt = line.replacen(key, &format!("{key}x"), 1);
        let refusal = Policy::parse(&replace_line(number, &misspelt)).unwrap_err();
        assert_eq!(refusal.code(), Code::PolicyUnknownKey, "{line}");
        assert_eq!(refusal.class().exit_code(), 2, "{line}");
        let refusal = Policy::parse(&replace_line(number, ""));
        let optional = key == "evidence" && refusal.is_ok();
        assert!(refusal.is_err() || optional, "{line}");
        tried += 1;
    }
    assert!(tried > 60);
}

fn replace_line(number: usize, text: &str) -> String {
    let lines = POLICY
        .lines()
        .enumerate()
        .map(|(at, line)| if at == number { text } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_unknown_key_is_named_with_its_place_pol_02() {
    let extra = "max_per_tx = \"25 BTC\"\nmax_ammount = \"1 BTC\"";
    let refusal = policy_with("max_per_tx = \"25 BTC\"", extra).unwrap_err();
    assert_eq!(
        refusal,
        PolicyError::UnknownKey {
            path: "rule[0].max_ammount".to_owned()
        }
    );
    assert_eq!(refusal.code(), Code::PolicyUnknownKey);
    let refusal = policy_with("max_bytes = 262144", "max_bytes = 262144, more = 1").unwrap_err();
    assert_eq!(
        refusal,
        PolicyError::UnknownKey {
            path: "policy.request.more".to_owned()
        }
    );
    let refusal = policy_with("[[fee]]", "[[rules]]\nid = \"x\"\n\n[[fee]]").unwrap_err();
    assert_eq!(
        refusal,
        PolicyError::UnknownKey {
            path: "rules".to_owned()
        }
    );
}

#[test]
fn sections_of_later_versions_are_refused_by_name_pol_02() {
    for section in ["change"] {
        for text in [
            format!("[[{section}]]\nx = 1\n\n[[fee]]"),
            format!("[{section}]\nx = 1\n\n[[fee]]"),
        ] {
            let refusal = policy_with("[[fee]]", &text).unwrap_err();
            let path = section.to_owned();
            assert_eq!(
                refusal,
                PolicyError::Unsupported {
                    found: path.clone(),
                    path
                }
            );
        }
    }
}

#[test]
fn kinds_that_are_not_evaluated_are_refused_by_name_pol_02() {
    let unsupported = |path: &str, found: &str| {
        Err(PolicyError::Unsupported {
            path: path.to_owned(),
            found: found.to_owned(),
        })
    };
    assert_eq!(
        policy_with("allow = \"transfer\"", "allow = \"delegate\""),
        unsupported("rule[0].allow", "delegate")
    );
    assert_eq!(
        policy_with("kind = \"bitcoin\"", "kind = \"solana\""),
        unsupported("wallet[0].kind", "solana")
    );
    assert_eq!(
        policy_with("tx_types = [2]", "tx_types = [2, 3]"),
        unsupported("wallet[1].tx_types", "3")
    );
}

#[test]
fn types_of_transaction_are_named_one_by_one_pol_03() {
    let none = "one of 0, 1, 2 and 4 at least, as in [2]";
    for (types, found, expected) in [("[]", "[]", none), ("[2, 2]", "2", "each type once")] {
        let value = PolicyError::Value {
            path: "wallet[1].tx_types".to_owned(),
            found: found.to_owned(),
            expected,
        };
        let text = format!("tx_types = {types}");
        assert_eq!(policy_with("tx_types = [2]", &text), Err(value));
    }
}

#[test]
fn a_payee_without_a_first_second_is_refused_pol_03() {
    let line = "effective_after = 2026-02-01T00:00:00Z\n";
    let missing = PolicyError::Missing {
        path: "address[0].effective_after".to_owned(),
    };
    assert_eq!(policy_with(line, ""), Err(missing));
}

#[test]
fn a_value_of_another_type_is_refused_pol_02() {
    let wrong = |path: &str, expected, found| {
        Err(PolicyError::WrongType {
            path: path.to_owned(),
            expected,
            found,
        })
    };
    assert_eq!(
        policy_with("max_inputs = 100", "max_inputs = \"100\""),
        wrong("wallet[0].max_inputs", "integer", "string")
    );
    assert_eq!(
        policy_with("max_inputs = 100", "max_inputs = 100.0"),
        wrong("wallet[0].max_inputs", "integer", "float")
    );
    assert_eq!(
        policy_with("max_inputs = 100", "max_inputs = true"),
        wrong("wallet[0].max_inputs", "integer", "boolean")
    );
    assert_eq!(
        policy_with("\"25 BTC\"", "25"),
        wrong("rule[0].max_per_tx", "string", "integer")
    );
    assert_eq!(
        policy_with("\"25 BTC\"", "1.1"),
        wrong("rule[0].max_per_tx", "string", "float")
    );
    assert_eq!(
        policy_with("to = [\"Example custodian\"]", "to = \"Example custodian\""),
        wrong("rule[0].to", "list", "string")
    );
    assert_eq!(
        policy_with(
            "expires = 2027-06-01T00:00:00Z",
            "expires = \"2027-06-01T00:00:00Z\""
        ),
        wrong("policy.expires", "date and time", "string")
    );
}

#[test]
fn counts_are_above_zero_and_fit_an_integer_of_toml() {
    let spelling = "a whole number above zero in plain decimal digits";
    for (number, expected) in [("0", "a whole number above zero"), ("-1", spelling)] {
        let value = PolicyError::Value {
            path: "wallet[0].max_inputs".to_owned(),
            found: number.to_owned(),
            expected,
        };
        assert_eq!(
            policy_with("max_inputs = 100", &format!("max_inputs = {number}")),
            Err(value)
        );
    }
    let refusal = policy_with("max_inputs = 100", "max_inputs = 10000000000000000000").unwrap_err();
    assert_eq!(refusal.code(), Code::PolicySyntax);
}

#[test]
fn a_key_twice_is_refused_with_its_line() {
    let refusal = policy_with("version = 1", "version = 1\nversion = 1").unwrap_err();
    assert!(
        matches!(refusal, PolicyError::Syntax { line: 7, .. }),
        "{refusal}"
    );
}

#[test]
fn anything_but_printable_ascii_is_refused_also_in_comments_and_escapes_pol_15() {
    let line = |line: usize| {
        Err(PolicyError::NotAscii {
            place: format!("line {line}"),
        })
    };
    assert_eq!(Policy::parse(&format!("# caf\u{e9}\n{POLICY}")), line(1));
    assert_eq!(
        Policy::parse(&format!("{POLICY}# \u{202e}tuo\n")),
        line(POLICY.lines().count() + 1)
    );
    for escape in [
        "Ex\\u0430mple",
        "Ex\\u001bmple",
        "Ex\\nmple",
        "Ex\\u202Emple",
    ] {
        let refusal = Policy::parse(&POLICY.replace("Example", escape)).unwrap_err();
        assert_eq!(
            refusal,
            PolicyError::NotAscii {
                place: "rule[0].to".to_owned()
            },
            "{escape}"
        );
    }
}

#[test]
fn a_policy_at_the_cap_is_read_and_one_byte_more_is_refused_pol_18() {
    let fill = 262_144 - POLICY.len() - 1;
    let at_cap = format!("{POLICY}#{}", "x".repeat(fill));
    assert!(Policy::parse(&at_cap).is_ok());
    let refusal = Policy::parse(&format!("{at_cap}x")).unwrap_err();
    assert_eq!(
        refusal,
        PolicyError::TooLarge {
            bytes: 262_145,
            limit: 262_144
        }
    );
    assert_eq!(refusal.class().exit_code(), 19);
}

#[test]
fn deep_tables_are_refused_and_exhaust_nothing_pol_18() {
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let deep = format!(
            "x = {}1{}\n{POLICY}",
            open.repeat(60_000),
            close.repeat(60_000)
        );
        assert!(Policy::parse(&deep).is_err());
    }
    let dotted = format!("{}a = 1\n{POLICY}", "a.".repeat(100_000));
    assert!(Policy::parse(&dotted).is_err());
}

#[test]
fn the_previous_policy_is_named_by_its_hash() {
    let hash = format!("sha256:{}", "5f".repeat(32));
    let with = |text: &str| {
        policy_with(
            "version = 1",
            &format!("version = 2\nprevious = \"{text}\""),
        )
    };
    assert_eq!(with(&hash).unwrap().previous(), Some(hash.as_str()));
    for text in [
        "",
        "5f",
        &hash.to_uppercase(),
        &hash.replace("sha256:", ""),
        &format!("{hash}5f"),
    ] {
        let refusal = with(text).unwrap_err();
        assert!(
            matches!(refusal, PolicyError::Value { ref path, .. } if path == "policy.previous"),
            "{text}"
        );
    }
}

#[test]
fn names_have_64_characters_at_most_and_no_hidden_spaces() {
    let name = |name: &str| Policy::parse(&POLICY.replace("Example custodian", name)).map(drop);
    assert!(name(&"x".repeat(64)).is_ok());
    for bad in [
        "",
        " Example",
        "Example ",
        "Example  custodian",
        &"x".repeat(65),
    ] {
        assert!(matches!(name(bad), Err(PolicyError::Value { .. })), "{bad}");
    }
}
