//! Wallets of every script type with the keys that a real one would keep apart, and requests of
//! them that other people's libraries make: `miniscript` derives and `bitcoin` signs for `bip32`.
//! Knows published constants as secrets.

use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint, Xpriv, Xpub};
use bitcoin::secp256k1::{All, Secp256k1};
use bitcoin::{NetworkKind, OutPoint, Psbt, ScriptBuf};
use k256::ecdsa::SigningKey;
use miniscript::psbt::{PsbtInputExt as _, PsbtOutputExt as _};
use miniscript::{DefiniteDescriptorKey, DescriptorPublicKey};

use crate::fixture::{BitcoinRequest, POLICY, funding, sign_digest, transaction_of};
use crate::{KeyPath, Policy, Review, Signature, check_signature};

/// The account of every test key (BIP-48, a script type of its own each).
const ACCOUNT: &str = "48'/0'/0'/2'";

/// Name, form with `@` for the keys, how many keys, how many sign, whether they have children.
const FORMS: [(&str, &str, u8, usize, bool); 12] = [
    ("pkh", "pkh(@)", 1, 1, false),
    ("wpkh", "wpkh(@)", 1, 1, false),
    ("sh-wpkh", "sh(wpkh(@))", 1, 1, false),
    ("wsh-multi-2-3", "wsh(multi(2,@))", 3, 2, false),
    (
        "sh-wsh-sorted-2-3",
        "sh(wsh(sortedmulti(2,@)))",
        3,
        2,
        false,
    ),
    ("pkh-hd", "pkh(@)", 1, 1, true),
    ("wpkh-hd", "wpkh(@)", 1, 1, true),
    ("sh-wpkh-hd", "sh(wpkh(@))", 1, 1, true),
    ("wsh-sorted-2-3-hd", "wsh(sortedmulti(2,@))", 3, 2, true),
    ("wsh-multi-3-5-hd", "wsh(multi(3,@))", 5, 3, true),
    ("sh-wsh-multi-2-2-hd", "sh(wsh(multi(2,@)))", 2, 2, true),
    (
        "wsh-sorted-15-15-hd",
        "wsh(sortedmulti(15,@))",
        15,
        15,
        true,
    ),
];

/// A wallet and all of its secrets.
pub(crate) struct TestWallet {
    pub(crate) name: &'static str,
    pub(crate) descriptor: String,
    pub(crate) threshold: usize,
    pub(crate) is_ranged: bool,
    keys: Vec<TestKey>,
    /// The descriptor as another library understands it: one for each branch.
    oracle: Vec<miniscript::Descriptor<DescriptorPublicKey>>,
}

enum TestKey {
    Single(SigningKey),
    Account(Xpriv, Fingerprint),
}

/// An output to make.
#[derive(Debug, Clone)]
pub(crate) enum Out {
    Pay(ScriptBuf, u64),
    Back(u32, u32, u64),
}

/// A place with an amount.
pub(crate) type Coin = (u32, u32, u64);

pub(crate) fn all() -> Vec<TestWallet> {
    FORMS.iter().map(|form| TestWallet::new(*form)).collect()
}

pub(crate) fn named(name: &str) -> TestWallet {
    let form = FORMS.iter().find(|form| form.0 == name).unwrap();
    TestWallet::new(*form)
}

pub(crate) fn secp() -> Secp256k1<All> {
    Secp256k1::new()
}

impl TestWallet {
    fn new(
        (name, form, count, threshold, is_ranged): (&'static str, &str, u8, usize, bool),
    ) -> Self {
        let keys: Vec<TestKey> = (0..count)
            .map(|number| TestKey::new(number, is_ranged))
            .collect();
        let texts: Vec<String> = keys.iter().map(TestKey::text).collect();
        let descriptor = form.replace('@', &texts.join(","));
        let parsed: miniscript::Descriptor<DescriptorPublicKey> = descriptor.parse().unwrap();
        let oracle = parsed.into_single_descriptors().unwrap();
        Self {
            name,
            descriptor,
            threshold,
            is_ranged,
            keys,
            oracle,
        }
    }

    pub(crate) const fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// The example policy with this wallet instead of its own; the station holds one of the keys.
    pub(crate) fn policy(&self, position: usize) -> Policy {
        Policy::parse(&self.policy_text(position)).unwrap()
    }

    pub(crate) fn policy_text(&self, position: usize) -> String {
        let lines = POLICY.lines().map(|line| {
            if line.starts_with("descriptor = ") {
                let gap = if self.is_ranged {
                    "\ngap_limit = 20"
                } else {
                    ""
                };
                format!("descriptor = \"{}\"{gap}", self.descriptor)
            } else if line.starts_with("key = ") && line.contains("\"01\"") {
                let key = self.keys[position].policy_text();
                format!("key = {{ token_serial = \"station-1\", cka_id = \"01\", {key} }}")
            } else {
                line.to_owned()
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The descriptor at a place, by the other library.
    pub(crate) fn at(
        &self,
        branch: u32,
        index: u32,
    ) -> miniscript::Descriptor<DefiniteDescriptorKey> {
        let branch = if self.is_ranged {
            usize::try_from(branch).unwrap()
        } else {
            0
        };
        self.oracle[branch].at_derivation_index(index).unwrap()
    }

    pub(crate) fn script(&self, branch: u32, index: u32) -> ScriptBuf {
        self.at(branch, index).script_pubkey()
    }

    /// Spends coins at these places to these outputs, with all that a wallet writes beside them.
    pub(crate) fn request(&self, coins: &[Coin], outputs: &[Out]) -> BitcoinRequest {
        let numbered = (0_u16..).zip(coins);
        let previous: Vec<_> = numbered
            .map(|(number, (branch, index, sat))| {
                funding(number, &[(self.script(*branch, *index), *sat)])
            })
            .collect();
        let spent = previous.iter().map(|funding| OutPoint {
            txid: funding.compute_txid(),
            vout: 0,
        });
        let scripts: Vec<(ScriptBuf, u64)> = outputs
            .iter()
            .map(|output| match output {
                Out::Pay(script, sat) => (script.clone(), *sat),
                Out::Back(branch, index, sat) => (self.script(*branch, *index), *sat),
            })
            .collect();
        let unsigned = transaction_of(spent.collect(), &scripts);
        let mut psbt = Psbt::from_unsigned_tx(unsigned).unwrap();
        for (map, (branch, index, _)) in psbt.inputs.iter_mut().zip(coins) {
            map.update_with_descriptor_unchecked(&self.at(*branch, *index))
                .unwrap();
        }
        for (map, output) in psbt.outputs.iter_mut().zip(outputs) {
            if let Out::Back(branch, index, _) = output {
                map.update_with_descriptor_unchecked(&self.at(*branch, *index))
                    .unwrap();
            }
        }
        BitcoinRequest { psbt, previous }
    }

    /// A payment from one coin, or from as many, with change.
    pub(crate) fn ordinary(&self, coins: u32) -> BitcoinRequest {
        let coins: Vec<Coin> = (0..coins).map(|index| (0, index, 1_000_000)).collect();
        let payment = Out::Pay(
            crate::fixture::script_of(crate::fixture::CUSTODIAN),
            600_000,
        );
        let sum = 1_000_000 * u64::try_from(coins.len()).unwrap();
        let fee = 20_000 * u64::try_from(coins.len()).unwrap();
        self.request(&coins, &[payment, Out::Back(1, 3, sum - 600_000 - fee)])
    }

    /// What the station with one of the keys signs.
    pub(crate) fn sign(&self, position: usize, review: &Review) -> Vec<Signature> {
        let asked = review.digests().iter().map(|asked| {
            let key = self.keys[position].at(asked.path);
            let rs = sign_digest(&key, &asked.digest);
            check_signature(review, asked.index, &rs).unwrap()
        });
        asked.collect()
    }
}

impl TestKey {
    fn new(number: u8, is_account: bool) -> Self {
        if !is_account {
            return Self::Single(SigningKey::from_slice(&[0x30 + number; 32]).unwrap());
        }
        let master = Xpriv::new_master(NetworkKind::Main, &[0x50 + number; 32]).unwrap();
        let path: DerivationPath = ACCOUNT.parse().unwrap();
        let account = master.derive_priv(&secp(), &path).unwrap();
        Self::Account(account, master.fingerprint(&secp()))
    }

    /// As the descriptor has it.
    fn text(&self) -> String {
        match self {
            Self::Single(_) => self.point(),
            Self::Account(..) => format!("{}/<0;1>/*", self.account()),
        }
    }

    fn policy_text(&self) -> String {
        match self {
            Self::Single(_) => format!("pubkey = \"es256k:{}\"", self.point()),
            Self::Account(..) => format!("xpub = \"{}\"", self.account()),
        }
    }

    fn point(&self) -> String {
        match self {
            Self::Single(key) => {
                data_encoding::HEXLOWER.encode(&key.verifying_key().to_sec1_point(true).to_bytes())
            }
            Self::Account(account, _) => Xpub::from_priv(&secp(), account).public_key.to_string(),
        }
    }

    fn account(&self) -> String {
        match self {
            Self::Single(_) => panic!("it has no children"),
            Self::Account(account, fingerprint) => {
                let xpub = Xpub::from_priv(&secp(), account);
                format!("[{fingerprint}/{ACCOUNT}]{xpub}")
            }
        }
    }

    fn at(&self, path: KeyPath) -> SigningKey {
        match (self, path) {
            (Self::Single(key), KeyPath::Own) => key.clone(),
            (Self::Account(account, _), KeyPath::Child { branch, index }) => {
                let steps = [branch, index].map(|step| ChildNumber::from_normal_idx(step).unwrap());
                let child = account.derive_priv(&secp(), &steps).unwrap();
                SigningKey::from_slice(&child.private_key.secret_bytes()).unwrap()
            }
            (Self::Single(_), KeyPath::Child { .. }) | (Self::Account(..), KeyPath::Own) => {
                panic!("the review asks for a key of another sort")
            }
        }
    }
}
