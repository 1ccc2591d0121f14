//! What is refused because of what was signed before: the journal remembers, and so the station
//! does, in a process that was just started.

use std::fs;

use bitcoin::psbt::Psbt;
use integration_tests::rehearsal::{BITCOIN_PAYEE, Funding, STATION, fund};
use integration_tests::requests::{self, sealed, source};
use offline_signer::journal::Entry;
use transfer_format::IntentDigest;
use transfer_format::packet::{RefusalNotice, Request};
use transfer_format::seal::{Envelope, SealKey};

use crate::room::{Room, TRUSTED};

/// A room in which a payment of 0.4 BTC was signed.
struct Paid {
    room: Room,
    coins: Funding,
    request: Request,
    intent: IntentDigest,
}

fn paid() -> Paid {
    let room = Room::new();
    let coins = coins(&room, 21);
    let request = requests::bitcoin(&coins.psbt(BITCOIN_PAYEE, 40_000_000, 3_000));
    let bytes = sealed(request.clone(), &source(TRUSTED));
    let from = requests::arriving(&room.rehearsal, "first.cbor", &bytes);
    let first = room.rehearsal.folder().join("first-result.cbor");
    room.rehearsal
        .sign(&from, &format!("file:{}", first.display()));
    let intent = intents(&room).swap_remove(0);
    Paid {
        room,
        coins,
        request,
        intent,
    }
}

fn coins(room: &Room, salt: u8) -> Funding {
    fund(
        &room.rehearsal.plan.bitcoin.public_key,
        &[100_000_000],
        salt,
    )
}

fn intents(room: &Room) -> Vec<IntentDigest> {
    let intent = |entry: &Entry| match entry {
        Entry::Intent(intent) => Some(intent.digest),
        _ => None,
    };
    let records = room.rehearsal.records();
    records
        .iter()
        .filter_map(|record| intent(&record.entry))
        .collect()
}

/// The last record is this refusal, and there is still the one intent only.
fn assert_refused_again(room: &Room, request: Request, status: i32, code: &str) {
    let before = intents(room);
    let refused = room.refuse(&sealed(request, &source(TRUSTED)));
    assert_eq!(refused.status, status, "{}", refused.shown);
    let records = room.rehearsal.records();
    match &records.last().unwrap().entry {
        Entry::Refused(refused) => assert_eq!(refused.code, code, "{}", refused.sentence),
        other => panic!("the last record is {}", other.name()),
    }
    assert_eq!(intents(room), before);
    assert!(!room.result().exists());
}

#[test]
fn coins_of_an_earlier_intent_are_not_spent_by_another_rpl_02() {
    let paid = paid();
    let other = requests::bitcoin(&paid.coins.psbt(BITCOIN_PAYEE, 39_000_000, 4_000));
    assert_refused_again(&paid.room, other, 12, "E_INTENT_CONFLICT");
}

#[test]
fn please_sign_again_with_other_coins_is_a_double_payment_rpl_03() {
    let paid = paid();
    let coins = coins(&paid.room, 22);
    let mut again = requests::bitcoin(&coins.psbt(BITCOIN_PAYEE, 40_000_000, 3_000));
    again.reference.clone_from(&paid.request.reference);
    assert_refused_again(&paid.room, again, 12, "E_DOUBLE_PAY");
    // Under another reference it is the same payee and the same amount all the same.
    let renamed = requests::bitcoin(&coins.psbt(BITCOIN_PAYEE, 40_000_000, 3_000));
    assert_refused_again(&paid.room, renamed, 12, "E_DOUBLE_PAY");
}

#[test]
fn a_replacement_that_pays_more_than_a_higher_fee_is_refused_btc_26() {
    let paid = paid();
    let mut dearer = requests::bitcoin(&paid.coins.psbt(BITCOIN_PAYEE, 40_000_001, 9_000));
    dearer.replaces = Some(paid.intent);
    dearer.reference.clone_from(&paid.request.reference);
    assert_refused_again(&paid.room, dearer, 12, "E_INTENT_CONFLICT");
}

#[test]
fn a_replacement_with_the_same_payments_and_a_higher_fee_is_signed_btc_26() {
    let paid = paid();
    let mut bumped = requests::bitcoin(&paid.coins.psbt(BITCOIN_PAYEE, 40_000_000, 9_000));
    bumped.replaces = Some(paid.intent);
    bumped.reference.clone_from(&paid.request.reference);
    let bytes = sealed(bumped, &source(TRUSTED));
    let from = requests::arriving(&paid.room.rehearsal, "bumped.cbor", &bytes);
    let to = format!("file:{}", paid.room.result().display());
    paid.room.rehearsal.sign(&from, &to);
    assert_eq!(intents(&paid.room).len(), 2);
    // Both stand in the journal, and it still verifies.
    let verified = paid
        .room
        .rehearsal
        .signer_unattended(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
}

#[test]
fn an_intent_without_an_outcome_counts_as_spent_pol_11() {
    let paid = paid();
    // The power failed between the intent and its outcome: the journal ends there.
    let journal = paid.room.rehearsal.journal();
    let records = paid.room.rehearsal.records();
    let intent = records
        .iter()
        .position(|record| matches!(record.entry, Entry::Intent(_)))
        .unwrap();
    let kept: usize = records[..=intent]
        .iter()
        .map(|record| record.encode().len())
        .sum();
    let bytes = fs::read(&journal).unwrap();
    fs::write(&journal, &bytes[..kept]).unwrap();
    assert_eq!(intents(&paid.room), [paid.intent]);
    fs::remove_dir_all(paid.room.rehearsal.station_home().join("results")).unwrap();

    let other = requests::bitcoin(&paid.coins.psbt(BITCOIN_PAYEE, 39_000_000, 4_000));
    assert_refused_again(&paid.room, other, 12, "E_INTENT_CONFLICT");
    let same = sealed(paid.request.clone(), &source(TRUSTED));
    let refused = paid.room.refuse(&same);
    assert_eq!(refused.status, 12, "{}", refused.shown);
    assert!(refused.shown.contains("E_REPLAY"), "{}", refused.shown);
}

#[test]
fn a_notice_tells_the_builder_the_code_and_nothing_of_the_limits_pol_20() {
    let paid = paid();
    let other = requests::bitcoin(&paid.coins.psbt(BITCOIN_PAYEE, 39_000_000, 4_000));
    let bytes = sealed(other, &source(TRUSTED));
    let mut pty = paid.room.sign(&bytes);
    // The whole reason stands on the station's screen.
    let shown = pty.answer("Enter for none > ", "notice");
    assert!(shown.contains("is spent by record"), "{shown}");
    paid.room.rehearsal.station.type_pin(&mut pty);
    assert_eq!(pty.wait(), 12, "{}", pty.shown());
    let Entry::Genesis(genesis) = &paid.room.rehearsal.records()[0].entry else {
        panic!("a journal begins with its genesis")
    };
    let key: SealKey = genesis.facts.station_key.parse().unwrap();
    let envelope = Envelope::read(fs::read(paid.room.result()).unwrap()).unwrap();
    let notice = envelope.open::<RefusalNotice>(&key).unwrap();
    let asked = Envelope::read(bytes).unwrap();
    let expected = RefusalNotice {
        intent: asked
            .open::<Request>(&source(TRUSTED).public_key())
            .unwrap()
            .intent(),
        station: STATION.to_owned(),
        code: "E_INTENT_CONFLICT".to_owned(),
        policy_version: 1,
    };
    assert_eq!(*notice.payload(), expected);
}

#[test]
fn explaining_a_request_shows_every_check_and_records_nothing() {
    let paid = paid();
    let other = requests::bitcoin(&paid.coins.psbt(BITCOIN_PAYEE, 39_000_000, 4_000));
    let bytes = sealed(other, &source(TRUSTED));
    let from = requests::arriving(&paid.room.rehearsal, "explained.cbor", &bytes);
    let before = fs::read(paid.room.rehearsal.journal()).unwrap();
    let explained = paid
        .room
        .rehearsal
        .signer_unattended(&["policy", "explain", "--from", &from]);
    assert_eq!(explained.code, 12, "{}", explained.stderr);
    for expected in ["PASS", "FAIL E_INTENT_CONFLICT", "approvals needed: 2"] {
        assert!(explained.stdout.contains(expected), "{}", explained.stdout);
    }
    assert_eq!(fs::read(paid.room.rehearsal.journal()).unwrap(), before);
}

#[test]
fn a_stranger_s_request_is_not_explained_pkt_01() {
    let room = Room::new();
    let psbt: Psbt = coins(&room, 23).psbt(BITCOIN_PAYEE, 40_000_000, 3_000);
    let bytes = sealed(requests::bitcoin(&psbt), &source(crate::room::STRANGER));
    let from = requests::arriving(&room.rehearsal, "explained.cbor", &bytes);
    let explained = room
        .rehearsal
        .signer_unattended(&["policy", "explain", "--from", &from]);
    assert_eq!(explained.code, 11, "{}", explained.stderr);
    assert_eq!(explained.stdout, "");
}
