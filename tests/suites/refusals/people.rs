//! What people do wrong, and what is done to them.

use integration_tests::rehearsal::{approve, read_all};
use integration_tests::requests::{arriving, sealed, source};
use offline_signer::journal::Entry;

use crate::room::{Room, TRUSTED};

fn packet(room: &Room) -> Vec<u8> {
    sealed(room.bitcoin(), &source(TRUSTED))
}

#[test]
fn the_same_operator_cannot_approve_twice_dua_01() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    approve(&mut pty, &room.rehearsal.alice);
    pty.answer("Your operator id > ", "alice");
    assert_eq!(pty.wait(), 15, "{}", pty.shown());
    room.assert_refused("E_NOT_DISTINCT");
}

#[test]
fn somebody_whom_the_policy_does_not_know_cannot_approve() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    pty.answer("Your operator id > ", "mallory");
    assert_eq!(pty.wait(), 15, "{}", pty.shown());
    room.assert_refused("E_OPERATOR_UNKNOWN");
}

#[test]
fn an_operator_with_a_wrong_pin_cannot_approve() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    read_all(&mut pty, &room.rehearsal.alice);
    pty.answer("your reason > ", "approve");
    pty.answer("not shown > ", "not the pin");
    assert_eq!(pty.wait(), 15, "{}", pty.shown());
    assert!(!pty.shown().contains("not the pin"), "a PIN was echoed");
    room.assert_refused("E_PIN_INCORRECT");
}

#[test]
fn a_wrong_station_pin_signs_nothing_and_the_request_can_be_signed_afterwards() {
    let room = Room::new();
    let packet = packet(&room);
    let mut pty = room.sign(&packet);
    approve(&mut pty, &room.rehearsal.alice);
    approve(&mut pty, &room.rehearsal.bob);
    pty.answer("not shown > ", "not the pin");
    assert_eq!(pty.wait(), 15, "{}", pty.shown());
    room.assert_refused("E_PIN_INCORRECT");

    let from = arriving(&room.rehearsal, "again.cbor", &packet);
    room.rehearsal
        .sign(&from, &format!("file:{}", room.result().display()));
    assert!(room.result().is_file());
}

#[test]
fn an_operator_can_refuse_and_the_reason_is_kept() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    read_all(&mut pty, &room.rehearsal.alice);
    pty.answer("your reason > ", "refuse wrong invoice");
    pty.answer("Enter for none > ", "");
    assert_eq!(pty.wait(), 21, "{}", pty.shown());
    room.assert_refused("E_DECLINED");
    let records = room.rehearsal.records();
    let Entry::Refused(refused) = &records.last().unwrap().entry else {
        panic!("not refused")
    };
    assert!(
        refused.sentence.contains("wrong invoice"),
        "{}",
        refused.sentence
    );
}

#[test]
fn an_enter_approves_nothing() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    read_all(&mut pty, &room.rehearsal.alice);
    pty.answer("your reason > ", "");
    pty.answer("your reason > ", "yes");
    pty.answer("your reason > ", "refuse");
    pty.answer("Enter for none > ", "");
    assert_eq!(pty.wait(), 21, "{}", pty.shown());
    room.assert_refused("E_DECLINED");
}

#[test]
fn who_stops_reading_does_not_approve() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    pty.answer("Your operator id > ", "alice");
    pty.answer("do not approve > ", "stop");
    pty.answer("Enter for none > ", "");
    assert_eq!(pty.wait(), 21, "{}", pty.shown());
    room.assert_refused("E_NOT_READ");
}

#[test]
fn answers_typed_ahead_are_thrown_away_dua_11() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    // Everything an impatient operator would type, before a single question was asked.
    pty.send("alice\r\r\r\r\r\r\r\r\rapprove\r");
    let shown = pty.expect("Your operator id > ");
    assert!(!shown.contains("DECISION"), "{shown}");
    pty.send_line("mallory");
    assert_eq!(pty.wait(), 15, "{}", pty.shown());
    room.assert_refused("E_OPERATOR_UNKNOWN");
}

#[test]
fn answers_from_a_pipe_are_refused_dua_10() {
    let room = Room::new();
    let from = arriving(&room.rehearsal, "arriving.cbor", &packet(&room));
    let to = format!("file:{}", room.result().display());
    let ended = room
        .rehearsal
        .signer_unattended(&["sign", "--from", &from, "--to", &to]);
    assert_eq!(ended.code, 15, "{}", ended.stderr);
    assert!(ended.stderr.contains("E_NOT_TTY"), "{}", ended.stderr);
    room.assert_refused("E_NOT_TTY");
}

#[test]
fn no_flag_answers_for_an_operator_dua_10() {
    let room = Room::new();
    for flag in ["--yes", "--force", "--pin=1234", "--approve"] {
        let ended = room
            .rehearsal
            .signer_unattended(&["sign", "--from", "file:x", "--to", "file:y", flag]);
        assert_eq!(ended.code, 2, "{flag}: {}", ended.stderr);
    }
}

#[test]
fn a_terminal_that_is_closed_at_any_question_signs_nothing_cli_07() {
    let room = Room::new();
    let packet = packet(&room);
    for question in [
        "Your operator id > ",
        "do not approve > ",
        "your reason > ",
        "not shown > ",
    ] {
        let mut pty = room.sign(&packet);
        if question != "Your operator id > " {
            pty.answer("Your operator id > ", "alice");
        }
        if question == "your reason > " || question == "not shown > " {
            while pty
                .expect_any(&["do not approve > ", "your reason > "])
                .ends_with("approve > ")
            {
                pty.send_line("");
            }
        }
        if question == "not shown > " {
            pty.send_line("approve");
        }
        if question != "your reason > " {
            pty.expect(question);
        }
        assert_eq!(pty.close(), 21, "{question}: {}", pty.shown());
        room.assert_refused("E_TERMINAL_CLOSED");
    }
}

#[test]
fn an_interrupt_at_a_question_is_a_refusal_cli_07() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    pty.expect("Your operator id > ");
    pty.send("\x03");
    assert_eq!(pty.wait(), 21, "{}", pty.shown());
    room.assert_refused("E_INTERRUPTED");
}

#[test]
fn no_key_stops_or_quits_the_session_behind_the_journals_back_cli_07() {
    let room = Room::new();
    let mut pty = room.sign(&packet(&room));
    pty.expect("Your operator id > ");
    // Ctrl-\\ would write a core, Ctrl-Z would lend the session to a shell.
    pty.send("\x1c\x1a");
    assert_eq!(pty.close(), 21, "{}", pty.shown());
    room.assert_refused("E_TERMINAL_CLOSED");
}
