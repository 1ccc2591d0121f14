//! How much of a policy its refusals repeat. Knows nothing of the rules that refuse.

use crate::fixture::policy_with;

/// 80 characters at most of whatever is wrong, wherever it stands.
#[test]
fn no_refusal_repeats_more_than_eighty_characters_of_the_policy_cli_01() {
    let long = "Q".repeat(5_000);
    let quoted = format!("\"{long}\"");
    for from in [
        "\"es256:039d346aabe1466db5006749ae5251f75912a2336b5022540f29f1dbdc98ea3236\"",
        "\"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\"",
        "\"0x1563915e194D8CfBA1943570603F7606A3115508\"",
        "\"wpkh(025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357)\"",
        "\"bitcoin\"",
        "\"mainnet\"",
        "\"transfer\"",
        "\"btc-cold\"\nallow",
        "\"btc-cold\"\nmax_absolute",
        "\"BTC\"",
        "[\"Example custodian\"]",
        "\"Example custodian\"",
        "[\"bitcoin-psbt\", \"ethereum-transaction\"]",
        "[\"btc-cold\", \"eth-cold\"]",
        "[\"approver\"]",
        "\"25 BTC\"",
        "\"80 sat/vB\"",
        "\"1.0\"",
        "\"72h\"",
        "\"01\"",
        "\"hr:1001\"",
        "100",
        "2027-06-01T00:00:00Z",
        "version",
        "version = 1",
        "[[fee]]",
    ] {
        let to = match from.split_once('\n') {
            Some((_, key)) => format!("{quoted}\n{key}"),
            None if from.starts_with('[') && !from.starts_with("[[") => format!("[{quoted}]"),
            None if from == "100" => "1".repeat(19) + &"_1".repeat(2_000),
            None if from == "2027-06-01T00:00:00Z" => {
                format!("2027-06-01T00:00:00.{}Z", "1".repeat(900))
            }
            None if from == "version" => long.clone(),
            None if from == "version = 1" => format!("{long} = 1\n{long} = 1"),
            None if from == "[[fee]]" => format!("[{long}]\n[[fee]]"),
            None => quoted.clone(),
        };
        let refusal = policy_with(from, &to).unwrap_err().to_string();
        assert!(!refusal.contains(&"Q".repeat(81)), "{refusal}");
        assert!(
            !refusal.contains(&"1".repeat(81)) && refusal.len() < 400,
            "{refusal}"
        );
    }
}
