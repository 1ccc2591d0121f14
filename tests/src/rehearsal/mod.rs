//! One whole rehearsal: tokens, keys, a policy, a station, a builder, and the requests between them.
//! It knows the two programs only by their command lines, as an operator does.

mod coins;
mod keys;
mod office;
mod people;
mod policy;
mod report;
mod shared_policy;
mod site;
mod vault;

use std::fs;
use std::path::{Path, PathBuf};

pub use coins::{Coins, Funding, fund};
pub use keys::{Born, born};
pub use office::{Built, Office};
pub use people::{Person, approve, read_all};
pub use policy::{BITCOIN_PAYEE, ETHEREUM_PAYEE, PolicyPlan, TOKEN, TOKEN_SYMBOL};
pub use shared_policy::SAFE_WALLET;
pub use site::Site;
pub use vault::Vault;

use offline_signer::journal::Record;

use crate::operator::Pty;
use crate::programs::Ended;
use crate::softhsm::SoftHsm;

/// The chain id of the rehearsed Ethereum account: a development chain, nobody's money.
pub const CHAIN: u64 = 31_337;

/// The rehearsed Safe (a contract that the judge puts there).
pub const SAFE: &str = "0x4444444444444444444444444444444444444444";

/// Where `MultiSendCallOnly` 1.4.1 is on every chain.
pub const MULTI_SEND_CALL_ONLY: &str = "0x9641d764fc13c8B624c04430C7356C1C7C8102e2";

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
        Self::found_among(folder, say, |plan, _, _| change(plan))
    }

    /// As [`Rehearsal::found_with`], where `change` may make more tokens and keys; the last it is
    /// given is the station's token.
    pub fn found_among(
        folder: &Path,
        say: &mut dyn FnMut(&str),
        change: impl FnOnce(PolicyPlan, &SoftHsm, &Person) -> PolicyPlan,
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
        rehearsal.plan.source = Office::found(rehearsal.builder_home()).1;
        let plan = rehearsal.plan.clone();
        rehearsal.plan = change(plan, &rehearsal.softhsm, &rehearsal.station);
        fs::write(rehearsal.policy_file(), rehearsal.plan.text()).expect("the folder is ours");
        say("Both operators read the policy and found the station; its journal begins.");
        let site = rehearsal.site();
        site.found(&rehearsal.softhsm);
        say("The station shows its keys to the builder, which pins them.");
        let file = folder.join("enrolment.cbor");
        rehearsal.office().enrol(&site, &rehearsal.softhsm, &file);
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

    /// The station and its people.
    pub fn site(&self) -> Site {
        Site {
            id: STATION.to_owned(),
            home: self.station_home(),
            policy: self.policy_file(),
            token: self.station.clone(),
            operators: vec![self.alice.clone(), self.bob.clone()],
        }
    }

    /// The builder.
    pub fn office(&self) -> Office {
        Office {
            home: self.builder_home(),
        }
    }

    /// Starts the signer on a terminal of its own.
    pub fn signer(&self, arguments: &[&str]) -> Pty {
        self.site().signer(&self.softhsm, arguments)
    }

    /// Starts the signer of another station that has the same tokens.
    pub fn signer_of(&self, home: &Path, arguments: &[&str]) -> Pty {
        let home = home.to_path_buf();
        let other = Site {
            home,
            ..self.site()
        };
        other.signer(&self.softhsm, arguments)
    }

    /// Runs the signer without a terminal.
    pub fn signer_unattended(&self, arguments: &[&str]) -> Ended {
        self.site().unattended(&self.softhsm, arguments)
    }

    /// Runs the builder, whatever comes of it.
    pub fn builder(&self, arguments: &[&str]) -> Ended {
        self.office().run(arguments)
    }

    /// Runs the builder, which must succeed, and returns what it printed.
    pub fn built(&self, arguments: &[&str]) -> String {
        self.office().built(arguments)
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
        office::built(&output)
    }

    /// Builds an Ethereum request: `value` with its unit (`ETH` or a token's id), to the payee of the address book.
    pub fn build_ethereum(&self, nonce: &str, value: &str, reference: &str) -> Built {
        let chain = CHAIN.to_string();
        // A transfer of a token is a call of its contract.
        let gas = if value.ends_with(" ETH") {
            "21000"
        } else {
            "65000"
        };
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
            gas,
            "--max-fee",
            "30 gwei",
            "--tip",
            "1 gwei",
            "--reference",
            reference,
        ]);
        office::built(&output)
    }

    /// Has both operators approve what comes `from`, and the station's result go `to`.
    pub fn sign(&self, from: &str, to: &str) {
        self.site().sign(&self.softhsm, from, to);
    }

    /// What the station's journal holds, verified.
    pub fn records(&self) -> Vec<Record> {
        self.site().records()
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
