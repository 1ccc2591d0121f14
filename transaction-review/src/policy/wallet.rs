//! What the station signs for: a wallet binds an id to one key, one chain and its caps.
//! Knows nothing of rules and of who may ask.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::Address;
use data_encoding::HEXLOWER;

use super::section::Section;
use super::{DataOutputs, LockTimeRule, PolicyError, SafeWallet, account};
use crate::bitcoin::{Descriptor, Network};
use crate::ethereum::TransactionType;
use crate::excerpt::excerpt;
use crate::{Algorithm, Asset, TransactionKind, bitcoin};

/// The key of a wallet and where the HSM keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletKey {
    /// The serial of the token.
    pub token_serial: String,
    /// `CKA_ID` of the key in the token.
    pub cka_id: Vec<u8>,
    /// The registered public key, a compressed secp256k1 point (SEC 1 §2.3.3); of an account, the
    /// extended key's own.
    pub public_key: [u8; 33],
    /// Set if children of the key sign (BIP-32), and not the key itself.
    pub account: Option<AccountKey>,
}

/// What makes a registered public key an extended one (BIP-32).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    /// The chain code.
    pub chain_code: [u8; 32],
    /// The fingerprint of the master key.
    pub fingerprint: [u8; 4],
    /// The steps from the master key to the account, hardened ones with their high bit.
    pub path: Vec<u32>,
}

impl WalletKey {
    /// Reads a key; only a Bitcoin wallet, which has a network, may have an extended one.
    fn read(section: Section, network: Option<Network>) -> Result<Self, PolicyError> {
        let mut section = section.only(&["token_serial", "cka_id", "pubkey", "xpub"])?;
        let token_serial = section.name("token_serial")?;
        let digits = section.text("cka_id")?;
        let cka_id = HEXLOWER
            .decode(digits.as_bytes())
            .ok()
            .filter(|id| (1..=32).contains(&id.len()));
        let malformed = || {
            section.value(
                "cka_id",
                &digits,
                "1 to 32 bytes in lower-case hexadecimal digits",
            )
        };
        let cka_id = cka_id.ok_or_else(malformed)?;
        let (public_key, account) = match network.filter(|_| section.has("xpub")) {
            Some(network) => read_account(&mut section, network)?,
            None => (read_point(&mut section)?, None),
        };
        section.finish()?;
        Ok(Self {
            token_serial,
            cka_id,
            public_key,
            account,
        })
    }
}

fn read_point(section: &mut Section) -> Result<[u8; 33], PolicyError> {
    let key = section.public_key("pubkey")?;
    if key.algorithm() != Algorithm::Es256k {
        let expected = "a key on secp256k1 (es256k:)";
        return Err(section.value("pubkey", &key.to_string(), expected));
    }
    Ok(*key.point())
}

fn read_account(
    section: &mut Section,
    network: Network,
) -> Result<([u8; 33], Option<AccountKey>), PolicyError> {
    let text = section.text("xpub")?;
    let refused = |reason| PolicyError::Descriptor {
        path: section.path("xpub"),
        found: excerpt(&text),
        reason,
    };
    let (public_key, account) = bitcoin::account(&text, network).map_err(refused)?;
    Ok((public_key, Some(account)))
}

/// A wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    id: String,
    key: WalletKey,
    chain: WalletChain,
}

/// What is particular to the wallet's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WalletChain {
    /// A Bitcoin wallet.
    Bitcoin(BitcoinWallet),
    /// An Ethereum account.
    Ethereum(EthereumWallet),
    /// A Safe, of which the key is one owner's.
    Safe(SafeWallet),
}

/// A Bitcoin wallet of one descriptor (BIP-380) on one network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BitcoinWallet {
    /// The network, whose addresses it pays.
    pub network: Network,
    /// The descriptor from which its script is derived.
    pub descriptor: Descriptor,
    /// The most inputs of one transaction.
    pub max_inputs: u64,
    /// The most outputs of one transaction.
    pub max_outputs: u64,
    /// How many addresses beyond the last one in use are looked at; 0 without ranges.
    pub gap_limit: u64,
    /// Whether data outputs are allowed.
    pub data_outputs: DataOutputs,
    /// What its lock times may be.
    pub lock_time: LockTimeRule,
}

/// An Ethereum account on some chains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EthereumWallet {
    /// The chains (EIP-155) it may sign for.
    pub chains: BTreeSet<u64>,
    /// The account's address, which is that of its key.
    pub address: Address,
    /// The types of transaction that it signs.
    pub types: BTreeSet<TransactionType>,
    /// Whether transactions may have an access list (EIP-2930).
    pub access_lists: bool,
    /// The contracts that the account may delegate to (EIP-7702); none of them: no delegation.
    pub delegates: Vec<Address>,
    /// The first nonce that this station signs on a chain; without one it takes the first that comes.
    pub first_nonces: BTreeMap<u64, u64>,
}

impl Wallet {
    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key.
    pub const fn key(&self) -> &WalletKey {
        &self.key
    }

    /// What is particular to the chain.
    pub const fn chain(&self) -> &WalletChain {
        &self.chain
    }

    /// The kind of transaction that the wallet is for; an Ethereum account and a Safe sign statements
    /// beside it.
    pub const fn kind(&self) -> TransactionKind {
        match self.chain {
            WalletChain::Bitcoin(_) => TransactionKind::BitcoinPsbt,
            WalletChain::Ethereum(_) => TransactionKind::EthereumTransaction,
            WalletChain::Safe(_) => TransactionKind::SafeTransaction,
        }
    }

    /// Whether the wallet can sign this kind at all; the policy's rules say whether it may.
    pub fn signs(&self, kind: TransactionKind) -> bool {
        match (&self.chain, kind) {
            (WalletChain::Ethereum(_), TransactionKind::Message | TransactionKind::Delegation)
            | (WalletChain::Ethereum(_) | WalletChain::Safe(_), TransactionKind::TypedData) => true,
            (WalletChain::Bitcoin(_) | WalletChain::Ethereum(_) | WalletChain::Safe(_), kind) => {
                kind == self.kind()
            }
        }
    }

    /// Whether the policy lets the account delegate to something.
    pub(crate) fn delegates(&self) -> bool {
        match &self.chain {
            WalletChain::Ethereum(wallet) => !wallet.delegates.is_empty(),
            WalletChain::Bitcoin(_) | WalletChain::Safe(_) => false,
        }
    }

    /// The account that acts on Ethereum: the key's own, or the Safe.
    pub(crate) const fn account(&self) -> Option<Address> {
        match &self.chain {
            WalletChain::Bitcoin(_) => None,
            WalletChain::Ethereum(wallet) => Some(wallet.address),
            WalletChain::Safe(safe) => Some(safe.address),
        }
    }

    /// The chains (EIP-155) on which it acts.
    pub(crate) fn is_on(&self, chain_id: u64) -> bool {
        match &self.chain {
            WalletChain::Bitcoin(_) => false,
            WalletChain::Ethereum(wallet) => wallet.chains.contains(&chain_id),
            WalletChain::Safe(safe) => safe.chain_id == chain_id,
        }
    }

    /// The wallet's own address, what to receive on; of a wallet with many, the first.
    pub fn address(&self) -> String {
        match &self.chain {
            WalletChain::Bitcoin(wallet) => {
                let first = wallet.descriptor.address(wallet.network, 0, 0);
                first.unwrap_or_default()
            }
            WalletChain::Ethereum(wallet) => wallet.address.to_checksum(None),
            WalletChain::Safe(safe) => safe.address.to_checksum(None),
        }
    }

    /// Whether the wallet can hold the asset.
    pub fn holds(&self, asset: Asset) -> bool {
        match (&self.chain, asset.chain_id()) {
            (WalletChain::Bitcoin(_), None) => true,
            (_, Some(chain_id)) => self.is_on(chain_id),
            (WalletChain::Ethereum(_) | WalletChain::Safe(_), None) => false,
        }
    }

    /// What pays this wallet, in the form of [`AddressEntry::destination`](super::AddressEntry):
    /// the same on every network and every chain. Of a wallet with many addresses, the first.
    pub(super) fn destination(&self) -> String {
        match &self.chain {
            WalletChain::Bitcoin(wallet) => {
                let first = wallet.descriptor.derived(0, 0);
                first.map_or_else(String::new, |first| first.script_pubkey.to_hex_string())
            }
            WalletChain::Ethereum(wallet) => wallet.address.to_checksum(None),
            WalletChain::Safe(safe) => safe.address.to_checksum(None),
        }
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&[
            "id",
            "kind",
            "key",
            "network",
            "descriptor",
            "max_inputs",
            "max_outputs",
            "gap_limit",
            "op_return",
            "lock_time",
            "chains",
            "address",
            "tx_types",
            "access_lists",
            "eip7702_delegates",
            "nonces",
            "chain",
            "safe_version",
            "owners",
            "threshold",
            "multisend_call_only",
            "first_nonce",
        ])?;
        let id = section.name("id")?;
        let kind = section.text("kind")?;
        let key = section.section("key")?;
        let (key, chain) = match kind.as_str() {
            "bitcoin" => {
                let network = read_network(&mut section)?;
                let key = WalletKey::read(key, Some(network))?;
                let wallet = read_bitcoin(&mut section, network, &key)?;
                (key, WalletChain::Bitcoin(wallet))
            }
            "ethereum" => {
                let key = WalletKey::read(key, None)?;
                let wallet = account::read(&mut section, &key)?;
                (key, WalletChain::Ethereum(wallet))
            }
            "safe" => {
                let key = WalletKey::read(key, None)?;
                let safe = SafeWallet::read(&mut section, &key)?;
                (key, WalletChain::Safe(safe))
            }
            _ => {
                return Err(section.unsupported("kind", &kind));
            }
        };
        section.finish()?;
        Ok(Self { id, key, chain })
    }
}

fn read_network(section: &mut Section) -> Result<Network, PolicyError> {
    let name = section.text("network")?;
    let unknown = || section.value("network", &name, "mainnet, testnet, signet or regtest");
    Network::parse(&name).ok_or_else(unknown)
}

fn read_bitcoin(
    section: &mut Section,
    network: Network,
    key: &WalletKey,
) -> Result<BitcoinWallet, PolicyError> {
    let text = section.text("descriptor")?;
    let refused = |reason| PolicyError::Descriptor {
        path: section.path("descriptor"),
        found: excerpt(&text),
        reason,
    };
    let descriptor = Descriptor::parse(&text, network).map_err(refused)?;
    if descriptor.position_of(key).is_none() {
        let expected = "a descriptor that has the wallet's key (key.pubkey or key.xpub)";
        return Err(section.value("descriptor", &text, expected));
    }
    let gap_limit = read_gap_limit(section, &descriptor)?;
    let max_inputs = section.count("max_inputs")?;
    let max_outputs = section.count("max_outputs")?;
    Ok(BitcoinWallet {
        network,
        descriptor,
        max_inputs,
        max_outputs,
        gap_limit,
        data_outputs: DataOutputs::read(section)?,
        lock_time: LockTimeRule::read(section)?,
    })
}

/// The highest gap limit: nobody scans more addresses for coins.
const MAX_GAP_LIMIT: u64 = 10_000;

/// A wallet with ranges says how far change may run ahead; another one has nothing to say.
fn read_gap_limit(section: &mut Section, descriptor: &Descriptor) -> Result<u64, PolicyError> {
    const KEY: &str = "gap_limit";
    if !descriptor.is_ranged() {
        return match section.optional_count(KEY)? {
            None => Ok(0),
            Some(found) => {
                let expected = "left out: the descriptor has one address only";
                Err(section.value(KEY, &found.to_string(), expected))
            }
        };
    }
    let gap_limit = section.count(KEY)?;
    if (1..=MAX_GAP_LIMIT).contains(&gap_limit) {
        return Ok(gap_limit);
    }
    Err(section.value(KEY, &gap_limit.to_string(), "1 to 10000"))
}
