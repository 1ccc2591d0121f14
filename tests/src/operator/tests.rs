//! The operator against the smallest program there is on a terminal: a shell.

use super::*;

fn shell(script: &str) -> Pty {
    Pty::spawn(
        Path::new("/bin/sh"),
        ["-c", script],
        [("PATH", "/usr/bin:/bin")],
        Size::default(),
    )
}

#[test]
fn an_operator_waits_for_a_question_answers_it_and_reads_on() {
    let mut pty = shell("printf 'Name? '; read name; echo \"Hello $name\"; exit 3");
    assert_eq!(pty.answer("Name? ", "Ada"), "Name? ");
    assert_eq!(pty.expect("Hello Ada"), "Ada\nHello Ada");
    assert_eq!(pty.wait(), 3);
    assert_eq!(pty.transcript(), b"Name? Ada\r\nHello Ada\r\n");
}

#[test]
fn the_program_has_the_terminal_as_its_controlling_one_and_its_size() {
    let mut pty = shell("exec < /dev/tty && stty size");
    pty.expect("50 120");
    assert_eq!(pty.wait(), 0);
}

#[test]
fn what_is_typed_without_echo_is_not_in_the_transcript() {
    let mut pty = shell("stty -echo; printf 'PIN: '; read pin; echo; echo length ${#pin}");
    pty.answer("PIN: ", "918273");
    pty.expect("length 6");
    assert_eq!(pty.wait(), 0);
    assert!(!pty.shown().contains("918273"), "{}", pty.shown());
}

#[test]
fn a_closed_terminal_hangs_the_program_up() {
    let mut pty = shell("echo ready; read never");
    pty.expect("ready");
    // SIGHUP is 1; a shell may also see the end of its input first, and end with 1.
    assert!(matches!(pty.close(), 129 | 1));
}

#[test]
#[should_panic(expected = "the program ended before it showed \"two\"")]
fn a_program_that_ends_too_early_fails_the_test_at_once() {
    shell("echo one").expect("two");
}

#[test]
fn a_program_that_a_signal_ends_is_told_from_one_that_exits() {
    assert_eq!(shell("kill -TERM $$").wait(), 143);
}
