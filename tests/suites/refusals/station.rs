//! What is wrong with the station itself, or was done to it.

use std::fs;

use integration_tests::rehearsal::approve;
use integration_tests::requests::{arriving, sealed, source};
use offline_signer::journal::Entry;

use crate::room::{Room, TRUSTED};

#[test]
fn a_request_that_was_signed_is_never_signed_again_rpl_01() {
    let room = Room::new();
    let packet = sealed(room.bitcoin(), &source(TRUSTED));
    let from = arriving(&room.rehearsal, "first.cbor", &packet);
    room.rehearsal
        .sign(&from, &format!("file:{}", room.result().display()));
    let before = room.rehearsal.records();

    let refused = room.refuse(&packet);
    assert_eq!(refused.status, 12, "{}", refused.shown);
    assert!(refused.shown.contains("E_REPLAY"), "{}", refused.shown);
    // The sentence names the record of the first time.
    let intent = before
        .iter()
        .find(|record| matches!(record.entry, Entry::Intent(_)))
        .unwrap();
    assert!(
        refused
            .shown
            .contains(&format!("journal record {}", intent.sequence))
    );
    let after = room.rehearsal.records();
    assert_eq!(after[..before.len()], before);
    assert_eq!(after.len(), before.len() + 1);
    assert!(matches!(after.last().unwrap().entry, Entry::Refused(_)));
}

#[test]
fn an_edited_journal_stops_everything_jrn_07() {
    let room = Room::new();
    let path = room.rehearsal.journal();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let from = arriving(
        &room.rehearsal,
        "x.cbor",
        &sealed(room.bitcoin(), &source(TRUSTED)),
    );
    for arguments in [
        vec!["sign", "--from", &from, "--to", "file:/nowhere"],
        vec!["review", "--from", &from],
        vec!["journal", "verify"],
        vec!["journal", "show"],
    ] {
        let ended = room.rehearsal.signer_unattended(&arguments);
        assert_eq!(ended.code, 17, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("E_JOURNAL"), "{}", ended.stderr);
    }
    assert_eq!(
        fs::read(&path).unwrap(),
        bytes,
        "a journal that does not verify is not written to"
    );
}

#[test]
fn a_second_session_waits_until_the_first_is_over_rpl_15() {
    let room = Room::new();
    let packet = sealed(room.bitcoin(), &source(TRUSTED));
    let mut first = room.sign(&packet);
    first.expect("Your operator id > ");
    let from = arriving(&room.rehearsal, "second.cbor", &packet);
    let second = room
        .rehearsal
        .signer_unattended(&["review", "--from", &from]);
    assert_eq!(second.code, 23, "{}", second.stderr);
    assert!(second.stderr.contains("E_BUSY"), "{}", second.stderr);
    assert_eq!(first.close(), 21);
}

#[test]
fn a_token_that_was_taken_away_is_named() {
    let room = Room::new();
    let packet = sealed(room.bitcoin(), &source(TRUSTED));
    let mut pty = room.sign(&packet);
    approve(&mut pty, &room.rehearsal.alice);
    approve(&mut pty, &room.rehearsal.bob);
    pty.expect(&format!("serial {}", room.rehearsal.station.serial));
    pty.expect("not shown > ");
    // The station's token disappears while somebody looks for its PIN.
    for object in fs::read_dir(room.rehearsal.softhsm().token_folder()).unwrap() {
        let folder = object.unwrap().path();
        // SoftHSM names the folder by a UUID whose end is the serial's.
        let serial = room.rehearsal.station.serial.get(4..).unwrap();
        if folder.to_string_lossy().ends_with(serial) {
            fs::remove_dir_all(folder).unwrap();
        }
    }
    pty.send_line(&room.rehearsal.station.pin);
    assert_eq!(pty.wait(), 16, "{}", pty.shown());
    room.assert_nothing_signed();
}
