//! What must hold between the parts of a policy. Knows nothing of TOML.

use crate::fixture::{NOW, POLICY, policy, policy_with};
use crate::{Code, Policy, PolicyError, Role, SourceError, TransactionKind};

fn replaced(from: &str, to: &str) -> Result<Policy, PolicyError> {
    Policy::parse(&crate::fixture::text_with(from, to, usize::MAX))
}

#[test]
fn two_operators_never_share_person_key_or_token() {
    let separation = |what| {
        let (first, second) = ("operator op-a".to_owned(), "operator op-b".to_owned());
        Err(PolicyError::Separation {
            what,
            first,
            second,
        })
    };
    assert_eq!(replaced("hr:1002", "hr:1001"), separation("person"));
    assert_eq!(
        replaced("token = \"operator-b\"", "token = \"operator-a\""),
        separation("token")
    );
    let policy = policy();
    let [a, b] = [0, 1].map(|index| policy.operators()[index].public_key().to_string());
    assert_eq!(replaced(&b, &a), separation("key"));
}

#[test]
fn the_same_key_with_the_other_sign_is_the_same_key() {
    let a = policy().operators()[0].public_key().to_string();
    let b = policy().operators()[1].public_key().to_string();
    let sign = if a.contains(":02") {
        a.replace(":02", ":03")
    } else {
        a.replace(":03", ":02")
    };
    assert!(matches!(
        replaced(&b, &sign),
        Err(PolicyError::Separation { what: "key", .. })
    ));
}

#[test]
fn a_source_or_a_wallet_never_has_an_operators_key_or_token() {
    let policy = policy();
    let source = policy.sources()[0].public_key().to_string();
    let operator = policy.operators()[1].public_key().to_string();
    assert!(matches!(
        replaced(&source, &operator),
        Err(PolicyError::Separation { what: "key", .. })
    ));
    let separation = PolicyError::Separation {
        what: "token",
        first: "wallet eth-cold".to_owned(),
        second: "operator op-a".to_owned(),
    };
    assert_eq!(
        replaced("token = \"operator-a\"", "token = \"station-1\""),
        Err(separation)
    );
}

#[test]
fn one_approver_is_not_enough() {
    let refusal = policy_with("roles = [\"approver\"]", "roles = [\"maintenance\"]").unwrap_err();
    assert_eq!(refusal, PolicyError::TooFewApprovers { found: 1 });
    assert!(matches!(
        policy_with("roles = [\"approver\"]", "roles = [\"root\"]"),
        Err(PolicyError::Value { .. })
    ));
}

#[test]
fn ids_come_once() {
    let twice = |from: &str, to: &str, path: &str, found: &str| {
        let (found, earlier) = (found.to_owned(), found.to_owned());
        assert_eq!(
            replaced(from, to),
            Err(PolicyError::Duplicate {
                path: path.to_owned(),
                found,
                earlier
            })
        );
    };
    twice("id = \"op-b\"", "id = \"op-a\"", "operator[1].id", "op-a");
    twice(
        "id = \"eth-payroll\"",
        "id = \"btc-custodian\"",
        "rule[1].id",
        "btc-custodian",
    );
    let fee = POLICY.split("[[fee]]").nth(1).unwrap();
    let refusal = policy_with("[[fee]]", &format!("[[fee]]{fee}[[fee]]")).unwrap_err();
    assert!(matches!(refusal, PolicyError::Duplicate { path, .. } if path == "fee[1].wallet"));
}

#[test]
fn names_that_look_alike_are_refused_pol_15() {
    for twin in [
        "Example custodian",
        "example custodian",
        "Examp1e custodian",
        "Example_custodian",
        "ExampIe custodian",
    ] {
        let entry = format!(
            "[[address]]\nname = \"{twin}\"\nasset = \"BTC\"\n\
             value = \"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2\"\n\n[[rule]]"
        );
        let refusal = policy_with("[[rule]]", &entry).unwrap_err();
        let expected = PolicyError::Duplicate {
            path: "address[2].name".to_owned(),
            found: twin.to_owned(),
            earlier: "Example custodian".to_owned(),
        };
        assert_eq!(refusal, expected);
    }
}

#[test]
fn a_name_that_is_an_address_or_an_address_under_two_names_is_refused_pol_15() {
    let refusal = replaced(
        "Example custodian",
        "0x2222222222222222222222222222222222222222",
    );
    assert!(matches!(refusal, Err(PolicyError::Duplicate { .. })));
    let entry = "[[address]]\nname = \"Somebody\"\nasset = \"BTC\"\n\
                 value = \"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4\"\n\n[[rule]]";
    let refusal = policy_with("[[rule]]", entry).unwrap_err();
    assert!(matches!(refusal, PolicyError::Duplicate { path, .. } if path == "address[2].value"));
}

#[test]
fn addresses_have_a_correct_checksum() {
    for (from, to) in [
        (
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        ),
        (
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "0x2222222222222222222222222222222222222222",
        ),
        (
            "0x2222222222222222222222222222222222222222",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        ),
    ] {
        assert!(
            matches!(replaced(from, to), Err(PolicyError::Value { .. })),
            "{to}"
        );
    }
}

#[test]
fn the_account_and_the_descriptor_are_those_of_the_registered_key() {
    let address = "0x1563915e194D8CfBA1943570603F7606A3115508";
    let refusal = replaced(address, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").unwrap_err();
    assert!(matches!(
        refusal,
        PolicyError::Value {
            expected: "the address of key.pubkey",
            ..
        }
    ));
    let refusal = replaced("descriptor = \"wpkh(02", "descriptor = \"wpkh(03").unwrap_err();
    assert!(matches!(refusal, PolicyError::Value { path, .. } if path == "wallet[0].descriptor"));
    let key = policy().operators()[0].public_key().to_string();
    let wallet =
        "pubkey = \"es256k:02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27\"";
    let refusal = replaced(wallet, &format!("pubkey = \"{key}\"")).unwrap_err();
    assert!(matches!(refusal, PolicyError::Value { path, .. } if path == "wallet[1].key.pubkey"));
}

#[test]
fn references_lead_somewhere() {
    let reference = |path: &str, found: &str, expected| {
        Err(PolicyError::Reference {
            path: path.to_owned(),
            found: found.to_owned(),
            expected,
        })
    };
    let wallet = "a wallet of this policy";
    assert_eq!(
        policy_with("wallet = \"btc-cold\"", "wallet = \"btc-hot\""),
        reference("rule[0]", "btc-hot", wallet)
    );
    assert_eq!(
        policy_with(
            "wallets = [\"btc-cold\", \"eth-cold\"]",
            "wallets = [\"btc-hot\"]"
        ),
        reference("source[0].wallets", "btc-hot", wallet)
    );
    assert_eq!(
        policy_with(
            "wallet = \"btc-cold\"\nmax_absolute",
            "wallet = \"eth-cold\"\nmax_absolute"
        ),
        reference("fee[0]", "BTC", "an asset that the wallet holds")
    );
    let name = "a name of the address book for the rule's asset";
    assert_eq!(
        policy_with(
            "to = [\"Example custodian\"]",
            "to = [\"Payroll hot wallet\"]"
        ),
        reference("rule[0].to", "Payroll hot wallet", name)
    );
    assert_eq!(
        policy_with("to = [\"Example custodian\"]", "to = [\"*\"]"),
        reference("rule[0].to", "*", name)
    );
}

#[test]
fn a_source_asks_for_its_wallets_and_kinds_in_its_time() {
    let policy = policy();
    let source = &policy.sources()[0];
    let kind = TransactionKind::BitcoinPsbt;
    let id = || source.id().to_owned();
    assert_eq!(source.authorise("btc-cold", kind, NOW), Ok(()));
    let wallet = SourceError::Wallet {
        id: id(),
        wallet: "safe".to_owned(),
    };
    assert_eq!(source.authorise("safe", kind, NOW), Err(wallet));
    let (not_before, not_after) = (source.not_before(), source.not_after());
    assert_eq!(source.authorise("btc-cold", kind, not_before), Ok(()));
    assert_eq!(source.authorise("btc-cold", kind, not_after), Ok(()));
    for now in [not_before - 1, not_after + 1] {
        let refusal = SourceError::Validity {
            id: id(),
            not_before,
            not_after,
            now,
        };
        assert_eq!(refusal.code(), Code::SourceValidity);
        assert_eq!(source.authorise("btc-cold", kind, now), Err(refusal));
    }
    let narrow = replaced(
        "kinds = [\"bitcoin-psbt\", \"ethereum-transaction\"]",
        "kinds = [\"ethereum-transaction\"]",
    );
    let refusal = narrow.unwrap().sources()[0].authorise("btc-cold", kind, NOW);
    assert_eq!(refusal, Err(SourceError::Kind { id: id(), kind }));
}

#[test]
fn an_operator_acts_in_its_roles_to_its_last_second() {
    let policy = policy();
    let operator = policy.operator("op-a").unwrap();
    assert!(operator.may_act(Role::Approver, operator.not_after()));
    assert!(!operator.may_act(Role::Approver, operator.not_after() + 1));
    assert!(!operator.may_act(Role::PolicyAdmin, NOW));
}
