//! One whole rehearsal: tokens, keys, a policy, a station, a builder, and the requests between them.
//! It knows the two programs only by their command lines, as an operator does.

mod coins;
mod keys;
mod people;
mod policy;
mod report;

use std::fs;
use std::path::{Path, PathBuf};

pub use coins::{Funding, fund};
pub use keys::Born;
pub use people::{Person, approve, read_all};
pub use policy::{BITCOIN_PAYEE, ETHEREUM_PAYEE, PolicyPlan};

use offline_signer::journal::{Record, verify};

use crate::operator::{Pty, Size};
use crate::programs::{Ended, offline_signer, online_builder, run};
use crate::softhsm::{SoftHsm, module_path};

/// The chain id of the rehearsed Ethereum account: a development chain, nobody's money.
pub const CHAIN: u64 = 31_337;

/// The station's id.
pub const STATION: &str = "signer-1";

/// A station and a builder that know each other, with everybody's PINs.
pub struct Rehearsal {
    folder: PathBuf,
    softhsm: SoftHsm,
    /// The first operator.
    pub alice: Person,
    /// The second operator.
    pub bob: Person,
    /// Whoever knows the PIN of the station's token.
    pub station: Person,
    /// What the policy is made of.
    pub plan: PolicyPlan,
}

/// A request that the builder made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The intent digest in hex.
    pub intent: String,
    /// The sealed request.
    pub packet: PathBuf,
}

impl Rehearsal {
    /// Sets everything up in `folder`, which is made and must be empty: three tokens with fresh
    /// PINs, keys born in them, a builder, a policy, a founded station, and the builder's
    /// enrolment of it. `say` is told each step.
    pub fn found(folder: &Path, say: &mut dyn FnMut(&str)) -> Self {
        Self::found_with(folder, say, |plan| plan)
    }

    /// As [`Rehearsal::found`], with a policy that `change` has the last word on.
    pub fn found_with(
        folder: &Path,
        say: &mut dyn FnMut(&str),
        change: impl FnOnce(PolicyPlan) -> PolicyPlan,
    ) -> Self {
        let tokens = folder.join("tokens");
        fs::create_dir_all(&tokens).expect("the folder of the rehearsal can be made");
        let softhsm = SoftHsm::in_folder(&tokens);
        say("Three SoftHSM tokens: the station's, and one for each of two operators.");
        let person = |id: &str| Person::with_token(id, &softhsm);
        let (station, alice, bob) = (person("station"), person("alice"), person("bob"));
        say("Keys are born in the tokens; none of them can leave.");
        let plan = PolicyPlan {
            bitcoin: keys::born(&softhsm, &station, "secp256k1", "01", "btc-cold"),
            ethereum: keys::born(&softhsm, &station, "secp256k1", "02", "eth-cold"),
            alice: keys::born(&softhsm, &alice, "p256", "01", "approver"),
            bob: keys::born(&softhsm, &bob, "p256", "01", "approver"),
            alice_token: alice.serial.clone(),
            bob_token: bob.serial.clone(),
            station_token: station.serial.clone(),
            ..PolicyPlan::default()
        };
        let mut rehearsal = Self {
            folder: folder.to_path_buf(),
            softhsm,
            alice,
            bob,
            station,
            plan,
        };
        say("The builder makes the key with which it seals its requests.");
        rehearsal.plan.source = rehearsal.init_builder();
        rehearsal.plan = change(rehearsal.plan.clone());
        fs::write(rehearsal.policy_file(), rehearsal.plan.text()).expect("the folder is ours");
        say("Both operators read the policy and found the station; its journal begins.");
        rehearsal.found_station();
        say("The station shows its keys to the builder, which pins them.");
        rehearsal.enrol();
        rehearsal
    }

    /// The same rehearsal once more, in a new folder: what happens in one is not known in the
    /// other.
    #[must_use]
    pub fn copy(&self, folder: &Path) -> Self {
        copy_tree(&self.folder, folder);
        Self {
            folder: folder.to_path_buf(),
            softhsm: SoftHsm::copied_to(&folder.join("tokens")),
            alice: self.alice.clone(),
            bob: self.bob.clone(),
            station: self.station.clone(),
            plan: self.plan.clone(),
        }
    }

    /// The folder of the rehearsal.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The station's folder.
    pub fn station_home(&self) -> PathBuf {
        self.folder.join("station")
    }

    /// The builder's folder.
    pub fn builder_home(&self) -> PathBuf {
        self.folder.join("builder")
    }

    /// The station's journal.
    pub fn journal(&self) -> PathBuf {
        self.station_home().join("journal.cbor")
    }

    /// The policy's file.
    pub fn policy_file(&self) -> PathBuf {
        self.folder.join("policy.toml")
    }

    /// The tokens.
    pub const fn softhsm(&self) -> &SoftHsm {
        &self.softhsm
    }

    /// Starts the signer on a terminal of its own.
    pub fn signer(&self, arguments: &[&str]) -> Pty {
        self.signer_of(&self.station_home(), arguments)
    }

    /// Starts the signer of another station that has the same tokens.
    pub fn signer_of(&self, home: &Path, arguments: &[&str]) -> Pty {
        let home = home.to_str().expect("plain names");
        let arguments = [&["--home", home], arguments].concat();
        Pty::spawn(
            &offline_signer(),
            arguments,
            self.softhsm.environment(),
            Size::default(),
        )
    }

    /// Runs the signer without a terminal.
    pub fn signer_unattended(&self, arguments: &[&str]) -> Ended {
        let home = self.station_home();
        let home = home.to_str().expect("plain names");
        let arguments = [&["--home", home], arguments].concat();
        run(&offline_signer(), arguments, self.softhsm.environment())
    }

    /// Runs the builder, whatever comes of it.
    pub fn builder(&self, arguments: &[&str]) -> Ended {
        let home = self.builder_home();
        let home = home.to_str().expect("plain names");
        let arguments = [&["--home", home], arguments].concat();
        run(&online_builder(), arguments, [("TERM", "dumb")])
    }

    /// Runs the builder, which must succeed, and returns what it printed.
    pub fn built(&self, arguments: &[&str]) -> String {
        let ended = self.builder(arguments);
        assert_eq!(
            ended.code, 0,
            "online-builder {arguments:?}\n{}{}",
            ended.stdout, ended.stderr
        );
        ended.stdout
    }

    /// Builds a Bitcoin request from a PSBT file.
    pub fn build_bitcoin(&self, psbt: &Path, reference: &str) -> Built {
        let psbt = psbt.to_str().expect("plain names");
        let output = self.built(&[
            "--json",
            "build",
            "bitcoin",
            "--station",
            STATION,
            "--wallet",
            "btc-cold",
            "--psbt",
            psbt,
            "--reference",
            reference,
        ]);
        built(&output)
    }

    /// Builds an Ethereum request: `value` with its unit, to the payee of the address book.
    pub fn build_ethereum(&self, nonce: &str, value: &str, reference: &str) -> Built {
        let chain = CHAIN.to_string();
        let output = self.built(&[
            "--json",
            "build",
            "ethereum",
            "--station",
            STATION,
            "--wallet",
            "eth-cold",
            "--chain",
            &chain,
            "--nonce",
            nonce,
            "--to",
            policy::ETHEREUM_PAYEE,
            "--value",
            value,
            "--gas-limit",
            "21000",
            "--max-fee",
            "30 gwei",
            "--tip",
            "1 gwei",
            "--reference",
            reference,
        ]);
        built(&output)
    }

    /// Has both operators approve what comes `from`, and the station's result go `to`.
    pub fn sign(&self, from: &str, to: &str) {
        let mut pty = self.signer(&["sign", "--from", from, "--to", to]);
        approve(&mut pty, &self.alice);
        approve(&mut pty, &self.bob);
        self.station.type_pin(&mut pty);
        pty.expect("Released");
        assert_eq!(pty.wait(), 0, "{}", pty.shown());
    }

    /// What the station's journal holds, verified.
    pub fn records(&self) -> Vec<Record> {
        let bytes = fs::read(self.journal()).expect("the station has a journal");
        let mut records = Vec::new();
        verify(&bytes, |record, _| records.push(record.clone())).expect("it verifies");
        records
    }

    fn init_builder(&self) -> String {
        let output = self.built(&["init"]);
        let key = output
            .split_whitespace()
            .find(|word| word.starts_with("es256k:"));
        key.expect("the builder prints its key").to_owned()
    }

    fn found_station(&self) {
        let policy = self.policy_file();
        let module = module_path();
        let mut pty = self.signer(&[
            "init",
            "--station",
            STATION,
            "--policy",
            policy.to_str().expect("plain names"),
            "--module",
            module.to_str().expect("plain names"),
            "--rehearsal",
        ]);
        self.station.type_pin(&mut pty);
        approve(&mut pty, &self.alice);
        approve(&mut pty, &self.bob);
        pty.expect("Station founded");
        assert_eq!(pty.wait(), 0, "{}", pty.shown());
    }

    fn enrol(&self) {
        let file = self.folder.join("enrolment.cbor");
        let way = format!("file:{}", file.display());
        let mut pty = self.signer(&["enrol", "--to", &way]);
        self.station.type_pin(&mut pty);
        pty.expect("es256k:");
        assert_eq!(pty.wait(), 0, "{}", pty.shown());
        let shown = pty.shown();
        let key = shown
            .split_whitespace()
            .rfind(|word| word.starts_with("es256k:"));
        let policy = self.policy_file();
        self.built(&[
            "enrol",
            "--from",
            &way,
            "--policy",
            policy.to_str().expect("plain names"),
            "--station-key",
            key.expect("the station shows its key"),
        ]);
    }

    /// Writes down who is who and how to go on by hand.
    pub fn write_report(&self, repository: &Path) {
        let text = report::text(self, repository);
        fs::write(self.folder.join("rehearsal.md"), text).expect("the folder is ours");
    }
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}

fn built(output: &str) -> Built {
    let said: serde_json::Value = serde_json::from_str(output).expect("--json prints an object");
    let text = |key: &str| {
        said[key]
            .as_str()
            .unwrap_or_else(|| panic!("{key} in {said}"))
            .to_owned()
    };
    Built {
        intent: text("intent"),
        packet: text("path").into(),
    }
}
