//! A wallet of three keys of which two have to sign, in two stations with people of their own.
//! It knows the programs only by their command lines, and the keys only by what they show.

use std::fs;
use std::path::{Path, PathBuf};

use bitcoin::bip32::DerivationPath;
use bitcoin::opcodes::all::OP_CHECKMULTISIG;
use bitcoin::psbt::Psbt;
use bitcoin::script::Builder;
use bitcoin::secp256k1::PublicKey as Point;
use bitcoin::{PublicKey, ScriptBuf};
use data_encoding::HEXLOWER;
use transfer_format::seal::SoftwareSealer;

use super::coins::{Coins, fingerprint};
use super::keys::{self, Born};
use super::office::{self, Office};
use super::people::Person;
use super::policy::BITCOIN_PAYEE;
use super::shared_policy::{self, SAFE_WALLET, WALLET};
use super::site::Site;
use crate::softhsm::SoftHsm;

/// The file of the builder's key.
const SOURCE_KEY_FILE: &str = "source-key";

/// Two stations, the builder that knows both, and the wallet whose keys they share.
pub struct Vault {
    folder: PathBuf,
    softhsm: SoftHsm,
    office: Office,
    sites: [Site; 2],
    points: Vec<Point>,
    owners: Vec<String>,
}

impl Vault {
    /// Sets everything up in `folder`, which must not exist: a token for each of two stations, one
    /// for the spare key, one for each of four operators; a policy for each station; a builder that
    /// has pinned both.
    pub fn found(folder: &Path) -> Self {
        let tokens = folder.join("tokens");
        fs::create_dir_all(&tokens).expect("the folder of the rehearsal can be made");
        let softhsm = SoftHsm::in_folder(&tokens);
        let person = |id: &str| Person::with_token(id, &softhsm);
        let [first, second, spare] = ["signer-a", "signer-b", "spare"].map(person);
        let cosigner = |holder: &Person| keys::born(&softhsm, holder, "secp256k1", "01", WALLET);
        let keys = [&first, &second, &spare].map(cosigner);
        let points = keys.each_ref().map(|key| point(&key.public_key)).to_vec();
        let owner = |holder: &Person| keys::born(&softhsm, holder, "secp256k1", "02", SAFE_WALLET);
        let safe_keys = [&first, &second, &spare].map(owner);
        let owners: Vec<String> = safe_keys.iter().map(|key| key.address.clone()).collect();
        let (office, source) = Office::found(folder.join("builder"));
        let descriptor = descriptor(&points);
        let site = |token: &Person, (key, safe_key): (&Born, &Born), operators: [&str; 2]| {
            let operators = operators.map(person).to_vec();
            let policy = folder.join(format!("policy-{}.toml", token.id));
            let approvers = operators.iter().map(|operator| {
                let key = keys::born(&softhsm, operator, "p256", "01", "approver");
                (operator, key.public_key)
            });
            let text = [
                shared_policy::head(&token.id),
                approvers
                    .map(|(operator, key)| shared_policy::operator(operator, &key))
                    .collect(),
                shared_policy::source(&source),
                shared_policy::wallet(&descriptor, token, key),
                shared_policy::safe(&owners, token, safe_key),
            ];
            fs::write(&policy, text.concat()).expect("the folder is ours");
            Site {
                id: token.id.clone(),
                home: folder.join(&token.id),
                policy,
                token: token.clone(),
                operators,
            }
        };
        let ([one, two, _], [safe_one, safe_two, _]) = (&keys, &safe_keys);
        let sites = [
            site(&first, (one, safe_one), ["alice", "bob"]),
            site(&second, (two, safe_two), ["carol", "dave"]),
        ];
        for site in &sites {
            site.found(&softhsm);
            let file = folder.join(format!("enrolment-{}.cbor", site.id));
            office.enrol(site, &softhsm, &file);
        }
        Self {
            folder: folder.to_path_buf(),
            softhsm,
            office,
            sites,
            points,
            owners,
        }
    }

    /// The folder of it all.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The builder.
    pub const fn office(&self) -> &Office {
        &self.office
    }

    /// The stations.
    pub const fn sites(&self) -> &[Site; 2] {
        &self.sites
    }

    /// The tokens.
    pub const fn softhsm(&self) -> &SoftHsm {
        &self.softhsm
    }

    /// The script that two of the keys open (BIP-67's order).
    pub fn witness_script(&self) -> ScriptBuf {
        witness_script(&self.points)
    }

    /// Coins of the wallet, in satoshis each.
    pub fn coins(&self, amounts: &[u64], salt: u8) -> Coins {
        Coins::to(&self.witness_script().to_p2wsh(), amounts, salt)
    }

    /// A PSBT that pays `pay` satoshis of these coins to the payee of the address book, made by the
    /// `bitcoin` library with all that a wallet states.
    pub fn psbt(&self, coins: &Coins, pay: u64, fee: u64) -> Psbt {
        let mut psbt = coins.psbt(BITCOIN_PAYEE, pay, fee);
        let origins = || {
            let own = |point: &Point| (*point, (fingerprint(*point), DerivationPath::default()));
            self.points.iter().map(own)
        };
        for input in &mut psbt.inputs {
            input.witness_script = Some(self.witness_script());
            input.bip32_derivation = origins().collect();
        }
        psbt.outputs[1].witness_script = Some(self.witness_script());
        psbt.outputs[1].bip32_derivation = origins().collect();
        psbt
    }

    /// Has the builder ask each station for its part of the payment in this file; returns the
    /// intents in the order of the stations.
    pub fn build(&self, psbt: &Path, reference: &str) -> Vec<String> {
        let psbt = psbt.to_str().expect("plain names");
        let [one, two] = &self.sites;
        let mut arguments = vec!["--json", "build", "bitcoin"];
        arguments.extend(["--station", &one.id, "--station", &two.id]);
        arguments.extend(["--wallet", WALLET, "--psbt", psbt, "--reference", reference]);
        office::intents(&self.office.built(&arguments))
    }

    /// The key with which the builder seals: what whoever owns the builder's machine has.
    pub fn source(&self) -> SoftwareSealer {
        let file = self.folder.join("builder").join(SOURCE_KEY_FILE);
        let digits = fs::read_to_string(file).expect("the builder has a key");
        let bytes = HEXLOWER.decode(digits.trim().as_bytes()).expect("digits");
        let bytes: [u8; 32] = bytes.try_into().expect("32 bytes");
        SoftwareSealer::from_bytes(&bytes).expect("a key")
    }

    /// The owners of the Safe, whose first two keys the stations have.
    pub fn owners(&self) -> &[String] {
        &self.owners
    }

    /// Has the builder ask each station for its owner's signature of a Safe's transaction; `source` is
    /// where it comes from, in the words of `build safe`. Returns the intents in the order of the
    /// stations.
    pub fn build_safe(&self, source: &[&str], reference: &str) -> Vec<String> {
        let [one, two] = &self.sites;
        let mut arguments = vec!["--json", "build", "safe"];
        arguments.extend(["--station", &one.id, "--station", &two.id]);
        arguments.extend(["--wallet", SAFE_WALLET, "--reference", reference]);
        arguments.extend(source);
        office::intents(&self.office.built(&arguments))
    }

    /// Has one station sign what the builder asked it for, and the builder take the result; with
    /// enough results there is a transaction in `out`. Returns what the first operator read.
    pub fn sign(&self, site: usize, intent: &str, out: &Path) -> String {
        let way = |name: &str| format!("file:{}", self.folder.join(name).display());
        let there = way(&format!("{intent}.request"));
        let back = way(&format!("{intent}.result"));
        self.office
            .built(&["send", "--request", intent, "--to", &there]);
        let read = self.sites[site].sign(&self.softhsm, &there, &back);
        let out = out.to_str().expect("plain names");
        self.office
            .built(&["receive", "--from", &back, "--out", out]);
        read
    }
}

fn point(public_key: &str) -> Point {
    let digits = public_key.split_once(':').expect("es256k:…").1;
    let bytes = HEXLOWER
        .decode(digits.as_bytes())
        .expect("hexadecimal digits");
    Point::from_slice(&bytes).expect("a point")
}

fn descriptor(points: &[Point]) -> String {
    let keys: Vec<String> = points.iter().map(Point::to_string).collect();
    format!("wsh(sortedmulti(2,{}))", keys.join(","))
}

/// Two of these keys, sorted as BIP-67 says; written without our own code.
fn witness_script(points: &[Point]) -> ScriptBuf {
    let mut sorted = points.to_vec();
    sorted.sort_by_key(Point::serialize);
    let script = Builder::new().push_int(2);
    let script = sorted
        .iter()
        .fold(script, |script, key| script.push_key(&PublicKey::new(*key)));
    script
        .push_int(3)
        .push_opcode(OP_CHECKMULTISIG)
        .into_script()
}
