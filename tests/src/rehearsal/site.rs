//! One station as the people around it know it: a folder, a token, a policy, and two operators.
//! It knows the signer by its command line only, and nothing of other stations.

use std::fs;
use std::path::{Path, PathBuf};

use offline_signer::journal::{Record, verify};

use super::people::{Person, approve};
use crate::operator::{Pty, Size};
use crate::programs::{Ended, offline_signer, run};
use crate::softhsm::{SoftHsm, module_path};

/// A station and its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The station's id, one of the policy's signers.
    pub id: String,
    /// Its folder.
    pub home: PathBuf,
    /// The file of its policy.
    pub policy: PathBuf,
    /// Whoever knows the PIN of its token.
    pub token: Person,
    /// Who approves, in this order.
    pub operators: Vec<Person>,
}

impl Site {
    /// Starts the signer on a terminal of its own.
    pub fn signer(&self, softhsm: &SoftHsm, arguments: &[&str]) -> Pty {
        let home = self.home.to_str().expect("plain names");
        let arguments = [&["--home", home], arguments].concat();
        let environment = softhsm.environment();
        Pty::spawn(&offline_signer(), arguments, environment, Size::default())
    }

    /// Runs the signer without a terminal.
    pub fn unattended(&self, softhsm: &SoftHsm, arguments: &[&str]) -> Ended {
        let home = self.home.to_str().expect("plain names");
        let arguments = [&["--home", home], arguments].concat();
        run(&offline_signer(), arguments, softhsm.environment())
    }

    /// Has the first two operators found the station as a rehearsal.
    pub fn found(&self, softhsm: &SoftHsm) {
        let module = module_path();
        let mut pty = self.signer(
            softhsm,
            &[
                "init",
                "--station",
                &self.id,
                "--policy",
                self.policy.to_str().expect("plain names"),
                "--module",
                module.to_str().expect("plain names"),
                "--rehearsal",
            ],
        );
        self.token.type_pin(&mut pty);
        for founder in self.operators.iter().take(2) {
            approve(&mut pty, founder);
        }
        pty.expect("Station founded");
        assert_eq!(pty.wait(), 0, "{}", pty.shown());
    }

    /// Has the station show itself in a file, and returns the key that it reads out.
    pub fn enrol(&self, softhsm: &SoftHsm, file: &Path) -> String {
        let way = format!("file:{}", file.display());
        let mut pty = self.signer(softhsm, &["enrol", "--to", &way]);
        self.token.type_pin(&mut pty);
        pty.expect("es256k:");
        assert_eq!(pty.wait(), 0, "{}", pty.shown());
        let shown = pty.shown();
        let key = shown
            .split_whitespace()
            .rfind(|word| word.starts_with("es256k:"));
        key.expect("the station shows its key").to_owned()
    }

    /// Has every operator approve what comes `from`, and the result go `to`; returns what the first
    /// one read.
    pub fn sign(&self, softhsm: &SoftHsm, from: &str, to: &str) -> String {
        let mut pty = self.signer(softhsm, &["sign", "--from", from, "--to", to]);
        let mut read = Vec::new();
        for operator in &self.operators {
            read.push(approve(&mut pty, operator));
        }
        self.token.type_pin(&mut pty);
        pty.expect("Released");
        assert_eq!(pty.wait(), 0, "{}", pty.shown());
        read.swap_remove(0)
    }

    /// The journal.
    pub fn journal(&self) -> PathBuf {
        self.home.join("journal.cbor")
    }

    /// What the journal holds, verified.
    pub fn records(&self) -> Vec<Record> {
        let bytes = fs::read(self.journal()).expect("the station has a journal");
        let mut records = Vec::new();
        verify(&bytes, |record, _| records.push(record.clone())).expect("it verifies");
        records
    }
}
