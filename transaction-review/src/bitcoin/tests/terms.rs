//! Wallets of every script type under what a policy says: how far change may run ahead, and
//! examples that become their transactions. Knows nothing of parsing.

use super::wallets::{Out, TestWallet, all, named};
use crate::fixture::{CUSTODIAN, NOW, script_of};
use crate::{Code, Commitment, History, Policy, Review, judge};

/// Spends a coin of a place and sends change to another one.
fn changing(wallet: &TestWallet, from: (u32, u32), to: (u32, u32)) -> Review {
    let payment = Out::Pay(script_of(CUSTODIAN), 600_000);
    let change = Out::Back(to.0, to.1, 395_000);
    let request = wallet.request(&[(from.0, from.1, 1_000_000)], &[payment, change]);
    request.review_under(&wallet.policy(0)).unwrap()
}

fn code(wallet: &TestWallet, from: (u32, u32), to: (u32, u32), history: &History) -> Option<Code> {
    let review = changing(wallet, from, to);
    judge(&wallet.policy(0), &review, history, NOW).primary
}

#[test]
fn change_runs_ahead_as_far_as_the_gap_limit_btc_09() {
    // The policy of these wallets has a gap limit of 20.
    for name in ["wpkh-hd", "sh-wpkh-hd", "wsh-sorted-2-3-hd"] {
        let wallet = named(name);
        let none = History::new();
        assert_eq!(code(&wallet, (0, 900), (1, 20), &none), None, "{name}");
        let gap = Some(Code::ChangeGap);
        assert_eq!(code(&wallet, (0, 900), (1, 21), &none), gap, "{name}");
        assert_eq!(code(&wallet, (0, 900), (1, 2_147_483_000), &none), gap);
        // Whoever sends a coin to a far key of ours does not move the limit.
        assert_eq!(code(&wallet, (1, 50), (1, 20), &none), None, "{name}");
        assert_eq!(code(&wallet, (1, 50), (1, 21), &none), gap, "{name}");
        // Change that was recorded before does, and no coin that was.
        let mut history = History::new();
        let earlier = changing(&wallet, (1, 999), (1, 100));
        let mut earlier = Commitment::of(&earlier, [1; 32], 1, 0);
        earlier.reference = "another".to_owned();
        history.record(earlier);
        assert_eq!(code(&wallet, (0, 1), (1, 120), &history), None, "{name}");
        assert_eq!(code(&wallet, (0, 1), (1, 121), &history), gap, "{name}");
        // A key to receive on is no place for change at all: what goes there is a payment.
        let payment = Some(Code::DestinationUnlisted);
        assert_eq!(code(&wallet, (0, 1), (0, 2), &history), payment, "{name}");
    }
}

#[test]
fn an_example_becomes_a_transaction_of_every_script_type() {
    for wallet in all() {
        let example = "\n[[example]]\nname = \"a payment\"\nintent = { wallet = \"btc-cold\", asset = \"BTC\", \
                       to = \"Example custodian\", amount = \"1 BTC\", fee = \"8000 sat\" }\nexpect = \"OK\"\n";
        let text = format!("{}{example}", wallet.policy_text(0));
        let policy = Policy::parse(&text).map(drop);
        assert_eq!(policy, Ok(()), "{}", wallet.name);
    }
}
