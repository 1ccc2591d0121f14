//! An Ethereum account: its chains, its types of transaction, whom it may delegate to.
//! Knows nothing of its key but the address.

use std::collections::{BTreeMap, BTreeSet};

use super::section::Section;
use super::{EthereumWallet, PolicyError, WalletKey};
use crate::ethereum::{TransactionType, address_of};

/// Reads what is particular to an account.
pub(super) fn read(section: &mut Section, key: &WalletKey) -> Result<EthereumWallet, PolicyError> {
    let chains = read_chains(section)?;
    let address = section.address("address")?;
    if address_of(&key.public_key) != Some(address) {
        let found = address.to_checksum(None);
        return Err(section.value("address", &found, "the address of key.pubkey"));
    }
    let types = read_types(section)?;
    let delegates = if section.has("eip7702_delegates") {
        section.addresses("eip7702_delegates")?
    } else {
        Vec::new()
    };
    Ok(EthereumWallet {
        access_lists: section.has("access_lists") && section.flag("access_lists")?,
        first_nonces: read_first_nonces(section, &chains)?,
        chains,
        address,
        types,
        delegates,
    })
}

fn read_types(section: &mut Section) -> Result<BTreeSet<TransactionType>, PolicyError> {
    const KEY: &str = "tx_types";
    let numbers = section.counts_or_zero(KEY)?;
    let mut types = BTreeSet::new();
    for number in &numbers {
        let kind = TransactionType::ALL
            .into_iter()
            .find(|kind| u64::from(kind.number()) == *number);
        let kind = kind.ok_or_else(|| section.unsupported(KEY, &number.to_string()))?;
        if !types.insert(kind) {
            return Err(section.value(KEY, &number.to_string(), "each type once"));
        }
    }
    if types.is_empty() {
        return Err(section.value(KEY, "[]", "one of 0, 1, 2 and 4 at least, as in [2]"));
    }
    Ok(types)
}

/// Reads `nonces`: `[{ chain = 1, first = 7 }]`.
fn read_first_nonces(
    section: &mut Section,
    chains: &BTreeSet<u64>,
) -> Result<BTreeMap<u64, u64>, PolicyError> {
    let mut first_nonces = BTreeMap::new();
    for entry in section.sections("nonces")? {
        let mut entry = entry.only(&["chain", "first"])?;
        let chain_id = entry.count("chain")?;
        let first = entry.count_or_zero("first")?;
        let known = chains.contains(&chain_id);
        if !known || first_nonces.insert(chain_id, first).is_some() {
            let expected = "a chain of the wallet, once";
            return Err(entry.value("chain", &chain_id.to_string(), expected));
        }
        entry.finish()?;
    }
    Ok(first_nonces)
}

/// Chains on which gas limit times maximum fee per gas is all that a transfer can cost: Ethereum,
/// Gnosis, Holesky, a development chain, Hoodi and Sepolia. Rollups charge for the data that they
/// publish besides, and the transaction bounds that fee nowhere.
const CHAINS_WITHOUT_DATA_FEE: [u64; 6] = [1, 100, 17_000, 31_337, 560_048, 11_155_111];

fn read_chains(section: &mut Section) -> Result<BTreeSet<u64>, PolicyError> {
    let chains: BTreeSet<u64> = section.counts("chains")?.into_iter().collect();
    for chain in &chains {
        check_chain(section, "chains", *chain)?;
    }
    Ok(chains)
}

/// A chain whose fees gas alone decides.
pub(super) fn check_chain(section: &Section, key: &str, chain: u64) -> Result<(), PolicyError> {
    if CHAINS_WITHOUT_DATA_FEE.contains(&chain) {
        return Ok(());
    }
    Err(PolicyError::DataFee {
        path: section.path(key),
        chain,
    })
}
