//! Fees that are raised: the payments stay, the change pays.

use super::*;

fn bump(builder: &Builder, request: &Packet<Request>, rate: &str) -> Ended {
    let intent = request.intent().to_string();
    builder.run(&["--json", "bump", &intent, "--fee-rate", rate])
}

fn fee(request: &Packet<Request>, available: u64) -> u64 {
    let outputs = unsigned_of(request).output;
    let paid: u64 = outputs.iter().map(|output| output.value.to_sat()).sum();
    available - paid
}

#[test]
fn a_bump_keeps_coins_and_payments_and_takes_the_fee_from_the_change_btc_26() {
    let wallet = TestWallet::joint();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 400_000)]);
    let payment = pay("0.003 BTC");
    let built = build(
        &builder,
        &stations[..2],
        &coins,
        &ordered(&payment, "2 sat/vB", "INV-1"),
    );
    let first = requests(&builder, &built);
    let built = bump(&builder, &first[1], "20 sat/vB");
    let second = requests(&builder, &built);
    for (old, new) in first.iter().zip(&second) {
        assert_eq!(new.payload().replaces, Some(old.intent()));
        assert_eq!(new.payload().reference, "INV-1");
        assert_eq!(new.payload().audience, old.payload().audience);
        let (before, after) = (unsigned_of(old), unsigned_of(new));
        assert_eq!(before.input, after.input);
        assert_eq!(before.output[0], after.output[0]);
        assert_eq!(
            before.output[1].script_pubkey,
            after.output[1].script_pubkey
        );
        assert_eq!(fee(new, 400_000), fee(old, 400_000) * 10);
    }
    assert_eq!(second.len(), 2);
    let listed = builder.run(&["list"]).output;
    assert!(listed.contains("replaces request 1"), "{listed}");
    assert!(!listed.contains("CONFLICT"), "{listed}");
}

#[test]
fn the_newest_of_a_chain_is_raised_and_finishes_like_any_other_btc_26() {
    let wallet = TestWallet::joint();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 400_000)]);
    let payment = pay("0.003 BTC");
    let more = ordered(&payment, "2 sat/vB", "INV-1");
    let built = build(&builder, &stations[..2], &coins, &more);
    let first = requests(&builder, &built);
    let built = bump(&builder, &first[0], "20 sat/vB");
    let second = requests(&builder, &built);
    let ended = bump(&builder, &first[0], "25 sat/vB");
    assert_eq!(refusal(&ended), "REFUSED  E_REPLACES_UNKNOWN  (exit 12)");
    let built = bump(&builder, &second[0], "25 sat/vB");
    let third = requests(&builder, &built);
    let folder = received(&builder, &stations[..2], &third);
    accepted_by_consensus(&finished(&folder), &folder);
}

#[test]
fn a_bump_rises_by_a_satoshi_for_each_virtual_byte_at_least() {
    let wallet = TestWallet::account();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 400_000)]);
    let payment = pay("0.003 BTC");
    let built = build(
        &builder,
        &stations,
        &coins,
        &ordered(&payment, "10 sat/vB", "INV-1"),
    );
    let first = requests(&builder, &built).remove(0);
    let before = fee(&first, 400_000);
    for rate in ["9 sat/vB", "10 sat/vB"] {
        let ended = bump(&builder, &first, rate);
        assert_eq!(refusal(&ended), "REFUSED  E_FEE_NOT_MORE  (exit 2)");
    }
    let built = bump(&builder, &first, "10.1 sat/vB");
    let second = requests(&builder, &built).remove(0);
    // 141 virtual bytes.
    assert_eq!(fee(&second, 400_000), before + 141);
}

#[test]
fn change_that_does_not_suffice_goes_away_or_the_bump_is_refused() {
    let wallet = TestWallet::account();
    let payment = pay("0.003 BTC");
    // 141 virtual bytes at 2 sat/vB, and 1 000 sat of change.
    let with_change = || {
        let (builder, stations) = with_wallet(&wallet);
        let coins = wallet.coins(&[(0, 0, 300_000 + 282 + 1_000)]);
        let built = build(
            &builder,
            &stations,
            &coins,
            &ordered(&payment, "2 sat/vB", "INV-1"),
        );
        let request = requests(&builder, &built).remove(0);
        assert_eq!(unsigned_of(&request).output.len(), 2);
        (builder, request)
    };
    let (builder, request) = with_change();
    let built = bump(&builder, &request, "8 sat/vB");
    let raised = requests(&builder, &built).remove(0);
    assert_eq!(unsigned_of(&raised).output.len(), 1);
    assert_eq!(fee(&raised, 301_282), 1_282);
    // Without change: 110 virtual bytes, and 1 282 sat are 11.65 sat/vB.
    let (builder, request) = with_change();
    assert_eq!(bump(&builder, &request, "11.6 sat/vB").status, 0);
    let (builder, request) = with_change();
    let ended = bump(&builder, &request, "11.7 sat/vB");
    assert_eq!(refusal(&ended), "REFUSED  E_FUNDS  (exit 13)");
}

#[test]
fn a_replacement_from_coins_spends_the_old_ones_and_pays_the_same_btc_26() {
    let wallet = TestWallet::account();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 301_000), (0, 1, 250_000)]);
    let payment = pay("0.003 BTC");
    let built = build(
        &builder,
        &stations,
        &coins,
        &ordered(&payment, "2 sat/vB", "INV-1"),
    );
    let first = requests(&builder, &built).remove(0);
    assert_eq!(unsigned_of(&first).input.len(), 1);
    let intent = first.intent().to_string();
    let replace = |payment: &str| {
        let more = ["--replaces", &intent];
        let arguments = [&ordered(payment, "30 sat/vB", "INV-1")[..], &more].concat();
        build(&builder, &stations, &coins, &arguments)
    };
    let ended = replace(&pay("0.0031 BTC"));
    assert_eq!(refusal(&ended), "REFUSED  E_INTENT_CONFLICT  (exit 12)");
    let second = requests(&builder, &replace(&payment)).remove(0);
    assert_eq!(second.payload().replaces, Some(first.intent()));
    let (before, after) = (unsigned_of(&first), unsigned_of(&second));
    assert_eq!(after.input.len(), 2);
    assert!(after.input.contains(&before.input[0]));
    assert_eq!(before.output[0], after.output[0]);
}

#[test]
fn what_was_never_asked_of_the_station_is_not_replaced() {
    let wallet = TestWallet::account();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 400_000)]);
    let payment = pay("0.003 BTC");
    let built = build(
        &builder,
        &stations,
        &coins,
        &ordered(&payment, "2 sat/vB", "INV-1"),
    );
    let request = requests(&builder, &built).remove(0);
    let intent = request.intent().to_string();
    assert_eq!(builder.run(&["withdraw", "--request", &intent]).status, 0);
    let ended = bump(&builder, &request, "20 sat/vB");
    assert_eq!(refusal(&ended), "REFUSED  E_REPLACED_UNKNOWN  (exit 2)");
    let unknown = "0".repeat(64);
    let ended = builder.run(&["bump", &unknown, "--fee-rate", "20 sat/vB"]);
    assert_eq!(refusal(&ended), "REFUSED  E_REQUEST_UNKNOWN  (exit 2)");
    let transfer = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let ended = bump(&builder, &transfer, "20 sat/vB");
    assert_eq!(refusal(&ended), "REFUSED  E_KIND_MISMATCH  (exit 13)");
}
