//! Keys that are born in tokens, by the signer's own command.
//! It knows nothing of what they are for.

use super::people::Person;
use crate::operator::{Pty, Size};
use crate::programs::offline_signer;
use crate::softhsm::{SoftHsm, module_path};

/// A key and what can be paid with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Born {
    /// `es256k:…` or `es256:…`.
    pub public_key: String,
    /// `CKA_ID` in hexadecimal digits.
    pub id: String,
    /// `wpkh(…)`, for a key on secp256k1.
    pub descriptor: String,
    /// The Ethereum address, for a key on secp256k1.
    pub address: String,
    /// Set if children sign: the id of the seed, and the account as a descriptor writes it.
    pub account: Option<(String, String)>,
}

/// Has a key born in a person's token.
pub fn born(softhsm: &SoftHsm, person: &Person, curve: &str, id: &str, label: &str) -> Born {
    let module = module_path();
    let module = module.to_str().expect("plain names");
    let arguments = [
        "key",
        "create",
        "--module",
        module,
        "--token",
        &person.serial,
        "--curve",
        curve,
        "--id",
        id,
        "--label",
        label,
    ];
    let mut pty = Pty::spawn(
        &offline_signer(),
        arguments,
        softhsm.environment(),
        Size::default(),
    );
    person.type_pin(&mut pty);
    pty.expect("origin");
    assert_eq!(pty.wait(), 0, "{}", pty.shown());
    let shown = pty.shown();
    let after = |name: &str| {
        let mut words = shown
            .split_whitespace()
            .skip_while(|word| *word != name)
            .skip(1);
        words.next().unwrap_or_default().to_owned()
    };
    Born {
        public_key: after("pubkey"),
        id: id.to_owned(),
        descriptor: after("descriptor"),
        address: after("address"),
        account: None,
    }
}
