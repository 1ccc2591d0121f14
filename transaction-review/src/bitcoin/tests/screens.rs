//! The screens of a Bitcoin transaction in every script type and with every kind of output, as the
//! operators see them. The verdict's own screen is shown elsewhere.

use insta::assert_snapshot;

use super::wallets::{Out, all, named};
use crate::fixture::{CUSTODIAN, NOW, script_of};
use crate::limits::SCREEN_COLUMNS;
use crate::{History, Policy, Review, judge};

/// The screens before the verdict, one below the other.
fn text(policy: &Policy, review: &Review) -> String {
    let verdict = judge(policy, review, &History::new(), NOW);
    let mut screens = review.screens(policy, &verdict);
    screens.pop();
    let pages = screens.iter().map(|screen| {
        let blocks: Vec<String> = screen.blocks.iter().map(|block| block.join("\n")).collect();
        assert!(
            blocks
                .iter()
                .flat_map(|block| block.lines())
                .all(|line| line.len() <= SCREEN_COLUMNS)
        );
        format!("{}\n\n{}\n", screen.heading, blocks.join("\n"))
    });
    pages
        .collect::<Vec<_>>()
        .join(&format!("{}\n", "-".repeat(SCREEN_COLUMNS)))
}

#[test]
fn every_script_type_says_which_keys_sign_and_where_they_are() {
    for wallet in all() {
        let policy = wallet.policy(wallet.key_count() - 1);
        let review = wallet.ordinary(2).review_under(&policy).unwrap();
        assert_snapshot!(format!("wallet_{}", wallet.name), text(&policy, &review));
    }
}

#[test]
fn every_kind_of_output_is_told_apart() {
    let wallet = named("wsh-sorted-2-3-hd");
    let data = bitcoin::ScriptBuf::from_bytes([&[0x6a, 0x14][..], &[0x41; 20]].concat());
    let anchor = bitcoin::ScriptBuf::from_bytes(vec![0x51, 0x02, 0x4e, 0x73]);
    let later = bitcoin::ScriptBuf::from_bytes([&[0x52, 0x20][..], &[7; 32]].concat());
    let bare = [&[0x51, 0x21][..], &[2; 33], &[0x51, 0xae]].concat();
    let pay = |address: &str| Out::Pay(script_of(address), 10_000);
    let outputs = [
        pay(CUSTODIAN),
        pay("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
        pay("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        pay("bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3"),
        pay("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
        Out::Pay(data, 0),
        Out::Pay(anchor, 240),
        Out::Pay(later, 10_000),
        Out::Pay(bitcoin::ScriptBuf::from_bytes(bare), 10_000),
        Out::Back(1, 9, 10_000),
        Out::Back(0, 9, 10_000),
    ];
    let policy = wallet.policy(0);
    let request = wallet.request(&[(0, 4, 200_000)], &outputs);
    assert_snapshot!(
        "every_output",
        text(&policy, &request.review_under(&policy).unwrap())
    );
}
