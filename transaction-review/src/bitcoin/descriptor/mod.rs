//! A wallet's descriptor (BIP-380 to BIP-383, BIP-389): which scripts are ours, derived and never
//! believed. Knows keys, origins and branches, nothing of transactions.

mod error;
mod key;
mod read;
mod script;

#[cfg(test)]
mod tests;

pub use error::DescriptorError;
pub use script::ScriptType;

pub(crate) use read::account;

use bitcoin::ScriptBuf;
use data_encoding::HEXLOWER;

use self::key::Key;
use self::script::Scripts;
use super::Network;
use crate::WalletKey;

/// A wallet: one kind of script over one key, or over several of which some have to sign.
///
/// ```
/// use transaction_review::bitcoin::{Descriptor, Network};
///
/// let text = "wpkh(025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357)";
/// let descriptor = Descriptor::parse(text, Network::Mainnet)?;
/// assert_eq!(descriptor.words(), "1 key, P2WPKH");
/// let address = descriptor.address(Network::Mainnet, 0, 0);
/// assert_eq!(address.as_deref(), Some("bc1qr583w2swedy2acd7rung055k8t3n7udp7vyzyg"));
/// # Ok::<(), transaction_review::bitcoin::DescriptorError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    text: String,
    script_type: ScriptType,
    sorted: bool,
    threshold: usize,
    keys: Vec<Key>,
}

/// What a descriptor has at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// The script that coins are locked by.
    pub script_pubkey: ScriptBuf,
    /// What a script hash hides (BIP-16).
    pub redeem_script: Option<ScriptBuf>,
    /// What a witness script hash hides (BIP-141).
    pub witness_script: Option<ScriptBuf>,
    /// The keys, in the order of the script.
    pub keys: Vec<DerivedKey>,
}

/// A key at one place, as `PSBT_IN_BIP32_DERIVATION` (BIP-174) states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedKey {
    /// The compressed point.
    pub public_key: [u8; 33],
    /// Of the master key.
    pub fingerprint: [u8; 4],
    /// From the master key, hardened steps with their high bit.
    pub path: Vec<u32>,
    /// Which key of the descriptor it comes from, counted from 0.
    pub position: usize,
}

impl Descriptor {
    /// Reads a descriptor for a network: `pkh`, `wpkh`, `sh(wpkh)`, and `multi` or `sortedmulti` in
    /// `wsh` or `sh(wsh)`, over compressed keys, or over extended keys with their origins and
    /// `/<0;1>/*`. A checksum is verified if there is one.
    ///
    /// # Errors
    /// [`DescriptorError`], one variant per rule.
    pub fn parse(text: &str, network: Network) -> Result<Self, DescriptorError> {
        read::descriptor(text, network)
    }

    /// The descriptor as the policy has it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind of script.
    pub const fn script_type(&self) -> ScriptType {
        self.script_type
    }

    /// Keys and script in words, such as `2 of 3 keys, P2WSH`.
    pub fn words(&self) -> String {
        let name = self.script_type.name();
        if self.script_type.is_multisig() {
            format!("{} of {} keys, {name}", self.threshold, self.keys.len())
        } else {
            format!("1 key, {name}")
        }
    }

    /// How many keys have to sign.
    pub const fn threshold(&self) -> usize {
        self.threshold
    }

    /// How many keys there are.
    pub const fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// Whether its keys have children: then every place of branches 0 and 1 has its own script.
    pub fn is_ranged(&self) -> bool {
        self.keys.iter().any(|key| key.account.is_some())
    }

    /// Its scripts and keys at a place: branch 0 to receive, 1 for change, and a position. Without
    /// ranges all places are the same. `None` for another branch or an index from 2³¹ on.
    pub fn derived(&self, branch: u32, index: u32) -> Option<Derived> {
        let mut keys = Vec::with_capacity(self.keys.len());
        for (position, key) in self.keys.iter().enumerate() {
            let (public_key, path) = key.at(branch, index)?;
            keys.push(DerivedKey {
                public_key,
                fingerprint: key.fingerprint,
                path,
                position,
            });
        }
        if self.sorted {
            keys.sort_by_key(|key| key.public_key);
        }
        let points: Vec<[u8; 33]> = keys.iter().map(|key| key.public_key).collect();
        let Scripts {
            script_pubkey,
            redeem_script,
            witness_script,
        } = self.script_type.of(self.threshold, &points)?;
        Some(Derived {
            script_pubkey,
            redeem_script,
            witness_script,
            keys,
        })
    }

    /// The address at a place, as [`derived`](Self::derived).
    pub fn address(&self, network: Network, branch: u32, index: u32) -> Option<String> {
        network.address_of(&self.derived(branch, index)?.script_pubkey)
    }

    /// Weight units (BIP-141) that signing adds to one input at most, beyond an input without
    /// script and witness. A transaction with witnesses weighs two units more.
    pub fn satisfaction_weight(&self) -> u64 {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let (threshold, keys) = (number(self.threshold), number(self.keys.len()));
        self.script_type.satisfaction_weight(threshold, keys)
    }

    /// Which of its keys a policy's key is, counted from 0.
    pub fn position_of(&self, key: &WalletKey) -> Option<usize> {
        self.keys.iter().position(|own| own.is(key))
    }

    /// The origin of one of its keys in the words of BIP-380: a master fingerprint and a path.
    pub fn origin(&self, position: usize) -> String {
        self.keys
            .get(position)
            .map_or_else(String::new, |key| origin_text(key.fingerprint, &key.path))
    }

    /// The place that an origin names, if it is one of a key of this wallet.
    pub(crate) fn place(&self, fingerprint: [u8; 4], path: &[u32]) -> Option<(u32, u32)> {
        let mut keys = self.keys.iter();
        keys.find_map(|key| key.place(fingerprint, path))
    }

    /// Whether a master fingerprint is that of a key of this wallet.
    pub(crate) fn has_fingerprint(&self, fingerprint: [u8; 4]) -> bool {
        self.keys.iter().any(|key| key.fingerprint == fingerprint)
    }
}

/// A fingerprint and the steps from its key, hardened ones with an apostrophe.
pub(crate) fn origin_text(fingerprint: [u8; 4], path: &[u32]) -> String {
    let mut steps = vec![HEXLOWER.encode(&fingerprint)];
    steps.extend(
        path.iter()
            .map(|step| bip32::ChildNumber(*step).to_string()),
    );
    steps.join("/")
}
