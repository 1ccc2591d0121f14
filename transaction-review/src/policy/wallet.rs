//! What the station signs for: a wallet binds an id to one key, one chain and its caps.
//! Knows nothing of rules and of who may ask.

use std::collections::BTreeSet;

use alloy_primitives::Address;
use data_encoding::HEXLOWER;

use super::section::Section;
use super::{DataOutputs, LockTimeRule, PolicyError};
use crate::bitcoin::{Descriptor, Network};
use crate::{Algorithm, Asset, TransactionKind, ethereum};

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
    fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&["token_serial", "cka_id", "pubkey"])?;
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
        let public_key = section.public_key("pubkey")?;
        if public_key.algorithm() != Algorithm::Es256k {
            return Err(section.value(
                "pubkey",
                &public_key.to_string(),
                "a key on secp256k1 (es256k:)",
            ));
        }
        section.finish()?;
        Ok(Self {
            token_serial,
            cka_id,
            public_key: *public_key.point(),
            account: None,
        })
    }
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

    /// The kind of transaction it signs.
    pub const fn kind(&self) -> TransactionKind {
        match self.chain {
            WalletChain::Bitcoin(_) => TransactionKind::BitcoinPsbt,
            WalletChain::Ethereum(_) => TransactionKind::EthereumTransaction,
        }
    }

    /// The wallet's own address: what to receive on.
    pub fn address(&self) -> String {
        match &self.chain {
            WalletChain::Bitcoin(wallet) => wallet.descriptor.address(wallet.network),
            WalletChain::Ethereum(wallet) => wallet.address.to_checksum(None),
        }
    }

    /// Whether the wallet can hold the asset.
    pub fn holds(&self, asset: Asset) -> bool {
        match (&self.chain, asset) {
            (WalletChain::Bitcoin(_), Asset::Bitcoin) => true,
            (WalletChain::Ethereum(wallet), Asset::Ether { chain_id }) => {
                wallet.chains.contains(&chain_id)
            }
            (WalletChain::Bitcoin(_), Asset::Ether { .. })
            | (WalletChain::Ethereum(_), Asset::Bitcoin) => false,
        }
    }

    /// What pays this wallet, in the form of [`AddressEntry::destination`](super::AddressEntry):
    /// the same on every network and every chain.
    pub(super) fn destination(&self) -> String {
        match &self.chain {
            WalletChain::Bitcoin(wallet) => wallet.descriptor.script().to_hex_string(),
            WalletChain::Ethereum(wallet) => wallet.address.to_checksum(None),
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
        ])?;
        let id = section.name("id")?;
        let kind = section.text("kind")?;
        let key = WalletKey::read(section.section("key")?)?;
        let chain = match kind.as_str() {
            "bitcoin" => WalletChain::Bitcoin(read_bitcoin(&mut section, &key)?),
            "ethereum" => WalletChain::Ethereum(read_ethereum(&mut section, &key)?),
            _ => {
                return Err(section.unsupported("kind", &kind));
            }
        };
        section.finish()?;
        Ok(Self { id, key, chain })
    }
}

fn read_bitcoin(section: &mut Section, key: &WalletKey) -> Result<BitcoinWallet, PolicyError> {
    let name = section.text("network")?;
    let unknown = || section.value("network", &name, "mainnet, testnet, signet or regtest");
    let network = Network::parse(&name).ok_or_else(unknown)?;
    let text = section.text("descriptor")?;
    let malformed = || {
        let expected = "wpkh([fingerprint/path]key) or wpkh(key) over key.pubkey, without checksum";
        section.value("descriptor", &text, expected)
    };
    let descriptor = Descriptor::parse(&text, &key.public_key).ok_or_else(malformed)?;
    let max_inputs = section.count("max_inputs")?;
    let max_outputs = section.count("max_outputs")?;
    Ok(BitcoinWallet {
        network,
        descriptor,
        max_inputs,
        max_outputs,
        gap_limit: section.optional_count("gap_limit")?.unwrap_or(0),
        data_outputs: DataOutputs::read(section)?,
        lock_time: LockTimeRule::read(section)?,
    })
}

fn read_ethereum(section: &mut Section, key: &WalletKey) -> Result<EthereumWallet, PolicyError> {
    let chains = read_chains(section)?;
    let text = section.text("address")?;
    let address = ethereum::parse_address(&text);
    let malformed = || section.value("address", &text, "an address with its EIP-55 capitals");
    let address = address.ok_or_else(malformed)?;
    if ethereum::address_of(&key.public_key) != Some(address) {
        return Err(section.value("address", &text, "the address of key.pubkey"));
    }
    let types = section.counts("tx_types")?;
    if let Some(other) = types.iter().find(|number| **number != 2) {
        return Err(section.unsupported("tx_types", &other.to_string()));
    }
    if types != [2] {
        return Err(section.value("tx_types", &format!("{types:?}"), "[2]"));
    }
    Ok(EthereumWallet { chains, address })
}

/// Chains on which gas limit times maximum fee per gas is all that a transfer can cost: Ethereum,
/// Gnosis, Holesky, a development chain, Hoodi and Sepolia. Rollups charge for the data that they
/// publish besides, and the transaction bounds that fee nowhere.
const CHAINS_WITHOUT_DATA_FEE: [u64; 6] = [1, 100, 17_000, 31_337, 560_048, 11_155_111];

fn read_chains(section: &mut Section) -> Result<BTreeSet<u64>, PolicyError> {
    let chains: BTreeSet<u64> = section.counts("chains")?.into_iter().collect();
    let other = chains
        .iter()
        .find(|chain| !CHAINS_WITHOUT_DATA_FEE.contains(chain));
    match other {
        Some(chain) => Err(PolicyError::DataFee {
            path: section.path("chains"),
            chain: *chain,
        }),
        None => Ok(chains),
    }
}
