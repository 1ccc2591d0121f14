//! The commands that make and show seeds, typed on a terminal: what they print, and what they never
//! print. It reads the program's words only.

use std::str::FromStr;

use bitcoin::bip32::Xpub;
use integration_tests::operator::{Pty, Size};
use integration_tests::programs::{offline_signer, run};
use integration_tests::rehearsal::Person;
use offline_signer::isolation::Isolated;

use super::raw::Reader;
use super::*;

/// Runs `key` with these arguments at a terminal, types the PIN, and returns what was shown.
fn key(softhsm: &SoftHsm, person: &Person, arguments: &str) -> String {
    let module = module_path();
    let module = module.to_str().unwrap();
    let mut words = arguments.split(' ');
    let command = words.next().unwrap();
    let fixed = [
        "key",
        command,
        "--module",
        module,
        "--token",
        &person.serial,
    ];
    let mut pty = Pty::spawn(
        &offline_signer(),
        fixed.into_iter().chain(words),
        softhsm.environment(),
        Size::default(),
    );
    person.type_pin(&mut pty);
    assert_eq!(pty.wait(), 0, "{}", pty.shown());
    pty.shown()
}

/// What stands after a word, up to the end of the line.
fn after<'s>(shown: &'s str, words: &str) -> &'s str {
    let line = shown.lines().find_map(|line| line.strip_prefix(words));
    line.unwrap_or_else(|| panic!("{words}: {shown}")).trim()
}

#[test]
fn a_seed_is_made_and_shown_again_by_its_public_halves_only_btc_33() {
    in_own_process(|softhsm| {
        let person = Person::with_token("station", softhsm);
        let named = "--id 01 --path 84h/0h/0h --rehearsal";
        let made = key(
            softhsm,
            &person,
            &format!("create-seed --label treasury {named}"),
        );
        assert_eq!(after(&made, "seed "), "treasury");
        assert_eq!(after(&made, "origin "), "sealed-seed");
        let descriptor = after(&made, "descriptor = ");
        let policy_line = after(&made, "key = ");
        let expression = descriptor
            .strip_prefix("\"wpkh(")
            .and_then(|rest| rest.strip_suffix("/<0;1>/*)\""))
            .unwrap();
        let (origin, extended) = expression[1..].split_once(']').unwrap();
        assert!(origin.ends_with("/84h/0h/0h"), "{origin}");
        assert_eq!(Xpub::from_str(extended).unwrap().depth, 3);
        assert_eq!(
            policy_line,
            format!(
                "{{ token_serial = \"{}\", cka_id = \"01\", xpub = \"{expression}\" }}",
                person.serial
            )
        );
        assert_eq!(after(&made, "cosigner "), format!("{expression}/<0;1>/*"));

        let shown = key(softhsm, &person, &format!("account {named}"));
        assert_eq!(after(&shown, "key = "), policy_line);
        let listed = key(softhsm, &person, "list");
        assert_eq!(after(&listed, "seed "), "treasury");
        let test = "account --id 01 --path 48h/1h/0h/2h --network signet --rehearsal";
        let test = key(softhsm, &person, test);
        assert!(after(&test, "cosigner ").contains("/48h/1h/0h/2h]tpub"));
        assert!(!test.contains("descriptor"), "{test}");
        for text in [made, shown, listed, test] {
            assert!(!text.contains("prv"), "{text}");
        }
    });
}

#[test]
fn nothing_that_a_command_prints_holds_the_seed_btc_33() {
    in_own_process(|softhsm| {
        let person = Person::with_token("station", softhsm);
        let seed: Vec<u8> = (0x40..0x60).collect();
        let module = load();
        let pin = credential(&person.pin);
        let token = module.token(&selector(&person.serial)).unwrap();
        let unlocked = token.unlock(pin).unwrap();
        let reader = Reader::new(&person.serial);
        let sealing = reader.sealing_key(1, "treasury", &[]);
        let bound_to = b"coldsign/sealed-seed/v1\x01\x01\x08treasury\0\0\0\x01";
        reader.store(1, &reader.seal(sealing, &seed, bound_to));
        unlocked.lock().unwrap();

        let account = "account --id 01 --path 84h/0h/0h --rehearsal";
        let shown = key(softhsm, &person, account);
        let listed = key(softhsm, &person, "list");
        let hex = data_encoding::HEXLOWER.encode(&seed);
        for text in [shown, listed] {
            let lower = text.to_lowercase();
            assert!(
                lower.contains("treasury") || lower.contains("xpub"),
                "{text}"
            );
            assert!(!lower.contains(&hex), "{text}");
            assert!(!lower.contains(&hex[..16]), "{text}");
        }
    });
}

#[test]
fn no_command_takes_a_key_or_a_seed_out_of_a_token_btc_33() {
    let help = |arguments: &[&str]| {
        let nothing: [(&str, &str); 0] = [];
        run(&offline_signer(), arguments, nothing).stdout
    };
    let words = |text: &str| -> Vec<String> {
        let commands = text.split_once("Commands:").unwrap().1;
        let commands = commands.split_once("Options:").unwrap().0;
        let names = commands.lines().filter(|line| line.starts_with("  "));
        names
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        words(&help(&["key", "--help"])),
        ["create", "create-seed", "account", "list", "help"]
    );
    for command in words(&help(&["--help"])) {
        for word in ["export", "backup", "reveal", "mnemonic", "dump"] {
            assert!(!command.contains(word), "{command}");
        }
    }
}

#[test]
fn a_machine_with_a_network_opens_no_seed_iso_01() {
    in_own_process(|softhsm| {
        let person = Person::with_token("station", softhsm);
        let module = module_path();
        let module = module.to_str().unwrap();
        let named = [
            "key",
            "account",
            "--module",
            module,
            "--token",
            &person.serial,
        ];
        let mut pty = Pty::spawn(
            &offline_signer(),
            named.iter().chain(&["--id", "01", "--path", "84h/0h/0h"]),
            softhsm.environment(),
            Size::default(),
        );
        match Isolated::prove(Path::new("/"), false) {
            Ok(_isolated) => drop(pty.expect("not shown > ")),
            Err(error) => {
                assert_eq!(pty.wait(), 18, "{}", pty.shown());
                assert!(!pty.shown().contains("not shown"), "{error}");
            }
        }
    });
}
