//! How many people a payment needs, and what was paid before counts: tiers and windows, with the
//! real program and a third operator.

use std::fs;
use std::path::Path;

use integration_tests::rehearsal::{BITCOIN_PAYEE, Person, Rehearsal, approve, born, fund};
use offline_signer::journal::Entry;

/// A station under which up to 1 BTC needs two people, up to 2 BTC three, none of whom asked for
/// it; and no more than 2 BTC leave within a day.
struct Bank {
    rehearsal: Rehearsal,
    carol: Person,
}

fn bank(folder: &Path) -> Bank {
    let mut third = None;
    let rehearsal = Rehearsal::found_among(folder, &mut |_| {}, |mut plan, softhsm, _| {
        let carol = Person::with_token("carol", softhsm);
        let key = born(softhsm, &carol, "p256", "01", "approver");
        plan.more = format!(
            r#"
[[operator]]
id = "carol"
person = "rehearsal:carol"
pubkey = "{}"
token = "{}"
roles = ["approver"]
not_after = 2036-01-01T00:00:00Z

[[tier]]
wallet = "btc-cold"
asset = "BTC"
up_to = "1 BTC"
quorum = {{ need = 2, role = "approver" }}

[[tier]]
wallet = "btc-cold"
asset = "BTC"
up_to = "2 BTC"
quorum = {{ need = 3, role = "approver" }}

[[limit]]
wallet = "btc-cold"
asset = "BTC"
window = "24h"
max = "2 BTC"
"#,
            key.public_key, carol.serial
        );
        third = Some(carol);
        plan
    });
    let carol = third.expect("the policy was written");
    Bank { rehearsal, carol }
}

/// Builds a payment of `satoshis`, whose coins `salt` makes different from others.
fn payment(bank: &Bank, satoshis: u64, salt: u8) -> String {
    let key = &bank.rehearsal.plan.bitcoin.public_key;
    let coins = fund(key, &[satoshis, 50_000], salt);
    let psbt = bank.rehearsal.folder().join(format!("{salt}.psbt"));
    let bytes = coins.psbt(BITCOIN_PAYEE, satoshis, 3_000).serialize();
    fs::write(&psbt, bytes).unwrap();
    let built = bank.rehearsal.build_bitcoin(&psbt, &format!("INV-{salt}"));
    format!("file:{}", built.packet.display())
}

#[test]
fn a_larger_payment_needs_a_third_person_and_structuring_does_not_help_pol_12() {
    let folder = tempfile::tempdir().unwrap();
    let bank = bank(folder.path());
    let to = format!("file:{}", folder.path().join("one.cbor").display());
    bank.rehearsal.sign(&payment(&bank, 60_000_000, 1), &to);

    // 0.6 BTC and another 0.6 BTC to the same payee within a day are 1.2 BTC: three people.
    let from = payment(&bank, 60_000_001, 2);
    let to = format!("file:{}", folder.path().join("two.cbor").display());
    let mut pty = bank
        .rehearsal
        .signer(&["sign", "--from", &from, "--to", &to]);
    let screens = approve(&mut pty, &bank.rehearsal.alice);
    assert!(screens.contains("3 approvals"), "{screens}");
    approve(&mut pty, &bank.rehearsal.bob);
    // The same person a second time is not the third.
    pty.answer(
        "The third operator alone at the keyboard. Your operator id > ",
        "alice",
    );
    pty.expect("E_NOT_DISTINCT");
    assert_eq!(pty.wait(), 15, "{}", pty.shown());

    let mut pty = bank
        .rehearsal
        .signer(&["sign", "--from", &from, "--to", &to]);
    approve(&mut pty, &bank.rehearsal.alice);
    approve(&mut pty, &bank.rehearsal.bob);
    approve(&mut pty, &bank.carol);
    bank.rehearsal.station.type_pin(&mut pty);
    pty.expect("Released");
    assert_eq!(pty.wait(), 0, "{}", pty.shown());
    let approvals: Vec<usize> = bank
        .rehearsal
        .records()
        .iter()
        .filter_map(|record| match &record.entry {
            Entry::Intent(intent) => Some(intent.approvals.len()),
            _ => None,
        })
        .collect();
    assert_eq!(approvals, [2, 3]);
    let verified = bank.rehearsal.signer_unattended(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
}

#[test]
fn a_limit_counts_what_an_earlier_process_signed_pol_09() {
    let folder = tempfile::tempdir().unwrap();
    let bank = bank(folder.path());
    let to = format!("file:{}", folder.path().join("one.cbor").display());
    let first = payment(&bank, 90_000_000, 1);
    bank.rehearsal.sign(&first, &to);
    // Built by hand, because the builder, which remembers too, would not seal it.
    let coins = fund(&bank.rehearsal.plan.bitcoin.public_key, &[200_000_000], 2);
    let psbt = folder.path().join("second.psbt");
    let bytes = coins.psbt(BITCOIN_PAYEE, 110_000_001, 3_000).serialize();
    fs::write(&psbt, bytes).unwrap();
    let refused = bank.rehearsal.builder(&[
        "build",
        "bitcoin",
        "--station",
        "signer-1",
        "--wallet",
        "btc-cold",
        "--psbt",
        psbt.to_str().unwrap(),
        "--reference",
        "INV-2",
    ]);
    assert_eq!(refused.code, 14, "{}{}", refused.stdout, refused.stderr);
    let said = [refused.stdout, refused.stderr].concat();
    assert!(said.contains("E_LIMIT_WINDOW"), "{said}");
    // At the limit it is allowed.
    let coins = fund(&bank.rehearsal.plan.bitcoin.public_key, &[200_000_000], 3);
    let bytes = coins.psbt(BITCOIN_PAYEE, 110_000_000, 3_000).serialize();
    fs::write(&psbt, bytes).unwrap();
    bank.rehearsal.build_bitcoin(&psbt, "INV-3");
}
