//! The people of a rehearsal, and how they answer the signer's questions.
//! It knows the questions' words, nothing of what is decided.

use std::fs::File;
use std::io::Read as _;

use data_encoding::BASE32_NOPAD;

use crate::operator::Pty;
use crate::softhsm::SoftHsm;

/// Somebody with a token and its PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The operator's id in the policy, or `station`.
    pub id: String,
    /// The serial of the token.
    pub serial: String,
    /// The token's user PIN.
    pub pin: String,
    /// The token's security officer PIN.
    pub so_pin: String,
}

impl Person {
    /// Somebody with a fresh token.
    pub fn with_token(id: &str, softhsm: &SoftHsm) -> Self {
        let (pin, so_pin) = (secret(), secret());
        let serial = softhsm.init_token(id, &so_pin, &pin);
        Self {
            id: id.to_owned(),
            serial,
            pin,
            so_pin,
        }
    }

    /// Types the PIN when this person's token is asked for.
    pub fn type_pin(&self, pty: &mut Pty) {
        pty.expect(&format!("serial {}", self.serial));
        pty.answer("not shown > ", &self.pin);
    }
}

/// Says who is there and turns every page; returns all that was shown.
pub fn read_all(pty: &mut Pty, person: &Person) -> String {
    pty.answer("Your operator id > ", &person.id);
    let mut shown = String::new();
    loop {
        let page = pty.answer("do not approve > ", "");
        let (number, count) = place(&page);
        shown.push_str(&page);
        if number == count {
            return shown;
        }
    }
}

/// Reads everything, approves, and signs with this person's token; returns all that was shown.
pub fn approve(pty: &mut Pty, person: &Person) -> String {
    let shown = read_all(pty, person);
    pty.answer("your reason > ", "approve");
    person.type_pin(pty);
    shown
}

/// The page and the number of pages in `page 2/7`.
fn place(page: &str) -> (usize, usize) {
    let place = page
        .rsplit("page ")
        .find(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let words = place
        .and_then(|rest| rest.split_whitespace().next())
        .expect("a page says its place");
    let (number, count) = words.split_once('/').expect("page n/m");
    (
        number.parse().expect("a number"),
        count.parse().expect("a number"),
    )
}

/// A fresh secret of 80 random bits, as people can type it.
fn secret() -> String {
    let mut bytes = [0; 10];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .expect("Linux has it");
    BASE32_NOPAD.encode(&bytes).to_lowercase()
}
