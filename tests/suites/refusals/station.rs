//! What is wrong with the station itself, or was done to it.

use std::fs;

use integration_tests::rehearsal::{approve, read_all};
use integration_tests::requests::{arriving, sealed, source};
use integration_tests::softhsm::module_path;
use offline_signer::journal::{Entry, Record};
use sha2::{Digest as _, Sha256};

use crate::room::{Room, STRANGER, TRUSTED};

#[test]
fn a_request_that_was_signed_is_never_signed_again_rpl_01() {
    let room = Room::new();
    let packet = sealed(room.bitcoin(), &source(TRUSTED));
    let from = arriving(&room.rehearsal, "first.cbor", &packet);
    let first = room.rehearsal.folder().join("first-result.cbor");
    room.rehearsal
        .sign(&from, &format!("file:{}", first.display()));
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

/// Writes records as a journal whose links hold, whatever they say.
fn chained(mut records: Vec<Record>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut head = [0; 32];
    for record in &mut records {
        record.previous = head;
        let encoded = record.encode();
        head = Sha256::new()
            .chain_update(b"coldsign/journal/v1")
            .chain_update(&encoded)
            .finalize()
            .into();
        bytes.extend(encoded);
    }
    bytes
}

#[test]
fn a_rewritten_journal_whose_links_hold_is_found_by_its_approvals_and_signatures_jrn_10() {
    let room = Room::new();
    let from = arriving(
        &room.rehearsal,
        "x.cbor",
        &sealed(room.bitcoin(), &source(TRUSTED)),
    );
    room.rehearsal
        .sign(&from, &format!("file:{}", room.result().display()));
    let honest = room.rehearsal.records();
    assert_eq!(
        chained(honest.clone()),
        fs::read(room.rehearsal.journal()).unwrap()
    );
    let verify = |records: Vec<Record>| {
        fs::write(room.rehearsal.journal(), chained(records)).unwrap();
        room.rehearsal.signer_unattended(&["journal", "verify"])
    };

    let mut other_request = honest.clone();
    let Entry::Intent(intent) = &mut other_request[2].entry else {
        panic!("no intent")
    };
    intent.request = sealed(room.bitcoin(), &source(STRANGER));
    let ended = verify(other_request);
    assert_eq!(ended.code, 17);
    assert!(
        ended.stderr.contains("E_JOURNAL_EVIDENCE"),
        "{}",
        ended.stderr
    );

    let mut other_signature = honest.clone();
    let Entry::Outcome(outcome) = &mut other_signature[3].entry else {
        panic!("no outcome")
    };
    outcome.signed.as_mut().unwrap()[0].1[40] ^= 1;
    let ended = verify(other_signature);
    assert_eq!(ended.code, 17);
    assert!(
        ended.stderr.contains("E_JOURNAL_EVIDENCE"),
        "{}",
        ended.stderr
    );

    let mut other_facts = honest.clone();
    let Entry::Genesis(genesis) = &mut other_facts[0].entry else {
        panic!("no genesis")
    };
    genesis.facts.rehearsal = false;
    let ended = verify(other_facts);
    assert_eq!(ended.code, 17);
    assert!(
        ended.stderr.contains("E_JOURNAL_APPROVAL"),
        "{}",
        ended.stderr
    );

    assert_eq!(verify(honest).code, 0);
}

#[test]
fn a_second_founding_over_the_same_token_tells_the_founders() {
    let room = Room::new();
    let rehearsal = &room.rehearsal;
    let (home, policy, module) = (
        rehearsal.folder().join("second"),
        rehearsal.policy_file(),
        module_path(),
    );
    let mut pty = rehearsal.signer_of(
        &home,
        &[
            "init",
            "--station",
            "signer-1",
            "--policy",
            policy.to_str().unwrap(),
            "--module",
            module.to_str().unwrap(),
            "--rehearsal",
        ],
    );
    rehearsal.station.type_pin(&mut pty);
    let shown = read_all(&mut pty, &rehearsal.alice);
    assert!(
        shown.contains("EARLIER STATION KEYS IN THIS TOKEN: 1"),
        "{shown}"
    );
    pty.answer("your reason > ", "refuse");
    assert_eq!(pty.wait(), 21, "{}", pty.shown());
    assert!(!home.join("journal.cbor").exists());
}

#[test]
fn a_destination_that_is_taken_is_refused_before_anybody_is_asked() {
    let room = Room::new();
    let packet = sealed(room.bitcoin(), &source(TRUSTED));
    fs::write(room.result(), b"something else").unwrap();
    let mut pty = room.sign(&packet);
    assert_eq!(pty.wait(), 20, "{}", pty.shown());
    assert_eq!(fs::read(room.result()).unwrap(), b"something else");
    fs::remove_file(room.result()).unwrap();
    room.assert_refused("E_FILE");
}

#[test]
fn a_wrong_pin_at_the_enrolment_leaves_a_record() {
    let room = Room::new();
    let to = format!("file:{}", room.result().display());
    let mut pty = room.rehearsal.signer(&["enrol", "--to", &to]);
    pty.answer("not shown > ", "not the pin");
    assert_eq!(pty.wait(), 15, "{}", pty.shown());
    room.assert_refused("E_PIN_INCORRECT");
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
