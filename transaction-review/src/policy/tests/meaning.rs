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
             value = \"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2\"\n\
             effective_after = 2026-02-01T00:00:00Z\n\n[[rule]]"
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
                 value = \"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4\"\n\
                 effective_after = 2026-02-01T00:00:00Z\n\n[[rule]]";
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

#[test]
fn people_tokens_and_ids_that_look_alike_are_refused_pol_15() {
    let separation = |what| {
        let (first, second) = ("operator op-a".to_owned(), "operator op-b".to_owned());
        Err(PolicyError::Separation {
            what,
            first,
            second,
        })
    };
    for twin in ["HR:1001", "hr-1001", "hr:lO0I", "hr1001"] {
        assert_eq!(replaced("hr:1002", twin), separation("person"), "{twin}");
    }
    for twin in ["Operator-A", "operatora", "0perator_a"] {
        let token = format!("token = \"{twin}\"");
        let refusal = replaced("token = \"operator-b\"", &token);
        assert_eq!(refusal, separation("token"), "{twin}");
    }
    let wallets = replaced("token = \"operator-a\"", "token = \"Stati0n-I\"");
    assert!(matches!(
        wallets,
        Err(PolicyError::Separation { what: "token", .. })
    ));
    let twin = PolicyError::Duplicate {
        path: "operator[1].id".to_owned(),
        found: "OP_A".to_owned(),
        earlier: "op-a".to_owned(),
    };
    assert_eq!(replaced("id = \"op-b\"", "id = \"OP_A\""), Err(twin));
    // The public key of the number 1, which the example policy does not have.
    let other = "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    let entry = POLICY.split("[[wallet]]").next().unwrap();
    let entry = entry.split("[[source]]").nth(1).unwrap();
    let own = policy().sources()[0].public_key().to_string();
    let second = entry
        .replace("builder-ops-1", "bui1der-ops-l")
        .replace(&own, other);
    let text = format!("[[source]]{entry}[[source]]{second}[[wallet]]");
    let twin = PolicyError::Duplicate {
        path: "source[1].id".to_owned(),
        found: "bui1der-ops-l".to_owned(),
        earlier: "builder-ops-1".to_owned(),
    };
    let refusal = policy_with(&format!("[[source]]{entry}[[wallet]]"), &text);
    assert_eq!(refusal, Err(twin));
}

#[test]
fn two_wallets_never_share_a_place_in_a_token() {
    let refusal = policy_with("cka_id = \"02\"", "cka_id = \"01\"");
    let twice = PolicyError::Duplicate {
        path: "wallet[1].key.cka_id".to_owned(),
        found: "01".to_owned(),
        earlier: "btc-cold".to_owned(),
    };
    assert_eq!(refusal, Err(twice));
}

#[test]
fn a_wallets_own_address_is_nobody_to_pay_btc_19() {
    let own = |path: &str, wallet: &str| {
        let (path, wallet) = (path.to_owned(), wallet.to_owned());
        Err(PolicyError::OwnAddress { path, wallet })
    };
    let book = "value = \"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\"";
    let address = policy().wallet("btc-cold").unwrap().address();
    for spelling in [address.clone(), address.to_uppercase()] {
        let refusal = policy_with(book, &format!("value = \"{spelling}\""));
        assert_eq!(refusal, own("address[0].value", "btc-cold"));
    }
    // The same script, as test networks write it.
    let script = crate::fixture::own_script();
    let address = crate::bitcoin::Network::Testnet
        .address_of(&script)
        .unwrap();
    let refusal = policy_with(book, &format!("value = \"{address}\""));
    assert_eq!(refusal, own("address[0].value", "btc-cold"));
    let account = policy().wallet("eth-cold").unwrap().address();
    let refusal = policy_with("0x2222222222222222222222222222222222222222", &account);
    assert_eq!(refusal, own("address[1].value", "eth-cold"));
}

#[test]
fn a_source_begins_before_it_ends() {
    let begins = "not_before = 2026-01-01T00:00:00Z\nnot_after = ";
    let ends = |text: &str| {
        let from = format!("{begins}2027-01-01T00:00:00Z");
        policy_with(&from, &format!("{begins}{text}")).map(drop)
    };
    assert_eq!(ends("2026-01-01T00:00:01Z"), Ok(()));
    for found in ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z"] {
        let value = PolicyError::Value {
            path: "source[0].not_after".to_owned(),
            found: found.to_owned(),
            expected: "later than not_before",
        };
        assert_eq!(ends(found), Err(value));
    }
}

#[test]
fn a_chain_that_may_charge_for_data_beside_gas_is_refused_with_the_reason_eth_28() {
    let all = "chains = [1, 100, 17000, 31337, 560048, 11155111]";
    assert!(policy_with("chains = [1, 11155111]", all).is_ok());
    for chain in [2, 10, 56, 137, 324, 8_453, 42_161, 59_144] {
        let text = format!("chains = [1, {chain}, 11155111]");
        let refusal = policy_with("chains = [1, 11155111]", &text).unwrap_err();
        let path = "wallet[1].chains".to_owned();
        assert_eq!(refusal, PolicyError::DataFee { path, chain });
        assert_eq!(refusal.code(), Code::PolicyUnsupported);
        assert!(refusal.to_string().contains("data beside gas"));
    }
}
