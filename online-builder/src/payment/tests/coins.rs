//! Coins that are refused, each for its own reason, and figures that say why.

use super::*;

/// A coins file with one coin, changed.
fn changed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let file = TestWallet::account().coins(&[(0, 4, 200_000)]);
    let mut file: Value = serde_json::from_slice(&file).unwrap();
    change(&mut file["coins"][0]);
    file.to_string().into_bytes()
}

fn refused(file: &[u8]) -> String {
    let wallet = TestWallet::account();
    let (builder, stations) = with_wallet(&wallet);
    let payment = pay("0.001 BTC");
    let ended = build(
        &builder,
        &stations,
        file,
        &ordered(&payment, "2 sat/vB", "INV-1"),
    );
    assert_eq!(builder.run(&["list"]).output, "0 requests\n");
    refusal(&ended).to_owned()
}

#[test]
fn a_coin_that_is_not_at_its_place_is_refused_btc_05() {
    for change in [("index", 5), ("branch", 1)] {
        let file = changed(|coin| coin[change.0] = change.1.into());
        assert_eq!(refused(&file), "REFUSED  E_INPUT_FOREIGN  (exit 13)");
    }
    let other = TestWallet::of("wpkh(@0)", &[Secret::Account(0x72)]);
    let file = other.coins(&[(0, 4, 200_000)]);
    assert_eq!(refused(&file), "REFUSED  E_INPUT_FOREIGN  (exit 13)");
}

#[test]
fn a_place_that_no_descriptor_has_is_refused() {
    for change in [("index", 2_147_483_648_u64), ("branch", 2)] {
        let file = changed(|coin| coin[change.0] = change.1.into());
        assert_eq!(refused(&file), "REFUSED  E_COINS  (exit 10)");
    }
    let file = changed(|coin| {
        coin.as_object_mut().unwrap().remove("branch");
        coin.as_object_mut().unwrap().remove("index");
    });
    assert_eq!(refused(&file), "REFUSED  E_COINS  (exit 10)");
}

#[test]
fn an_amount_is_read_from_the_transaction_and_a_stated_one_must_agree_btc_02() {
    let agrees = changed(|coin| coin["amount"] = "0.002 BTC".into());
    let coins = read_coins(&agrees).unwrap();
    assert_eq!(coins[0].value, 200_000);
    let file = changed(|coin| coin["amount"] = "200001 sat".into());
    assert_eq!(refused(&file), "REFUSED  E_UTXO_CONFLICT  (exit 13)");
    for amount in ["0.002", "200000"] {
        let file = changed(|coin| coin["amount"] = amount.into());
        assert_eq!(refused(&file), "REFUSED  E_COINS  (exit 10)");
    }
}

#[test]
fn a_coin_without_its_own_transaction_is_refused_btc_01_btc_03() {
    let other = TestWallet::account().previous((0, 4, 200_000), 9);
    let other = bitcoin::consensus::encode::serialize_hex(&other);
    let unproven: [fn(&mut Value, &str); 5] = [
        |coin, _| drop(coin.as_object_mut().unwrap().remove("transaction")),
        |coin, other| coin["transaction"] = other.into(),
        |coin, _| coin["transaction"] = "00".into(),
        |coin, _| coin["transaction"] = "xy".into(),
        |coin, _| coin["vout"] = 1.into(),
    ];
    for change in unproven {
        let file = changed(|coin| change(coin, &other));
        assert_eq!(refused(&file), "REFUSED  E_UTXO_UNPROVEN  (exit 13)");
    }
}

#[test]
fn a_file_of_another_form_is_refused() {
    let twice = {
        let file = changed(|_| ());
        let mut file: Value = serde_json::from_slice(&file).unwrap();
        let coin = file["coins"][0].clone();
        file["coins"].as_array_mut().unwrap().push(coin);
        file.to_string().into_bytes()
    };
    for file in [
        b"".to_vec(),
        b"[]".to_vec(),
        b"{\"schema\": \"coins/2\", \"coins\": []}".to_vec(),
        b"{\"schema\": \"coins/1\", \"coins\": [], \"more\": 1}".to_vec(),
        b"{\"schema\": \"coins/1\", \"schema\": \"coins/1\", \"coins\": []}".to_vec(),
        changed(|coin| coin["label"] = "mine".into()),
        changed(|coin| coin["txid"] = "00".into()),
        changed(|coin| coin["vout"] = (-1).into()),
        changed(|coin| drop(coin.as_object_mut().unwrap().remove("index"))),
        twice,
    ] {
        assert_eq!(read_coins(&file).unwrap_err().code(), "E_COINS");
    }
}

#[test]
fn as_many_coins_as_are_read_are_taken_and_one_more_is_refused() {
    let coin = r#"{"txid": "00", "vout": 0}"#;
    let file = |count: usize| {
        let coins = vec![coin; count].join(",");
        format!("{{\"schema\": \"coins/1\", \"coins\": [{coins}]}}").into_bytes()
    };
    let error = read_coins(&file(MAX_COINS)).unwrap_err();
    assert_eq!(
        error.code(),
        "E_COINS",
        "the ids are none, the count is fine"
    );
    let (found, limit) = (MAX_COINS + 1, MAX_COINS);
    let error = PaymentError::CoinCount { found, limit };
    assert_eq!(read_coins(&file(found)), Err(error));
}

#[test]
fn what_is_typed_wrong_is_named() {
    let wallet = TestWallet::account();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 4, 200_000)]);
    let mainnet = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4=0.001 BTC";
    let good = pay("0.001 BTC");
    for (payment, rate, more, expected) in [
        (mainnet, "2 sat/vB", None, "E_ADDRESS  (exit 2)"),
        ("nobody", "2 sat/vB", None, "E_ADDRESS  (exit 2)"),
        (&pay("0.001"), "2 sat/vB", None, "E_AMOUNT  (exit 2)"),
        (&good, "2", None, "E_AMOUNT  (exit 2)"),
        (
            &good,
            "2 sat/vB",
            Some(["--op-return", "x"]),
            "E_DATA  (exit 2)",
        ),
        (
            &good,
            "2 sat/vB",
            Some(["--change-index", "2147483648"]),
            "E_CHANGE_INDEX  (exit 2)",
        ),
        (&pay("0.1 BTC"), "2 sat/vB", None, "E_FUNDS  (exit 13)"),
        (
            &good,
            "2 sat/vB",
            Some(["--change-index", "100"]),
            "E_CHANGE_GAP  (exit 13)",
        ),
    ] {
        let mut arguments = ordered(payment, rate, "INV-1").to_vec();
        arguments.extend(more.into_iter().flatten());
        let ended = build(&builder, &stations, &coins, &arguments);
        assert_eq!(refusal(&ended), format!("REFUSED  {expected}"), "{payment}");
    }
    let ended = build(
        &builder,
        &stations,
        &coins,
        &["--fee-rate", "2 sat/vB", "--reference", "x"],
    );
    assert_eq!(refusal(&ended), "REFUSED  E_PAYMENT_NONE  (exit 14)");
}
