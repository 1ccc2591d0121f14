//! A Safe: a contract that several owners sign for, of which the station holds one owner's key.
//! Knows what is registered of it, nothing of its transactions.

use super::section::Section;
use super::{PolicyError, WalletKey};
use crate::ethereum::{Address, SafeDomain, SafeVersion, address_of};

/// A registered Safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeWallet {
    /// The chain (EIP-155).
    pub chain_id: u64,
    /// The Safe.
    pub address: Address,
    /// The version of its contract.
    pub version: SafeVersion,
    /// Its owners, in the order of the policy.
    pub owners: Vec<Address>,
    /// How many owners have to sign.
    pub threshold: u64,
    /// The owner whose key this station has.
    pub owner: Address,
    /// The one contract that a delegate call may go to (`MultiSendCallOnly`); `None` allows none.
    pub multi_send_call_only: Option<Address>,
    /// The first nonce that this station signs; `None` takes the first that comes.
    pub first_nonce: Option<u64>,
}

impl SafeWallet {
    /// What every hash of the Safe is bound to.
    pub const fn domain(&self) -> SafeDomain {
        SafeDomain {
            chain_id: self.chain_id,
            safe: self.address,
        }
    }

    /// The most owners that a registered Safe may have.
    const MAX_OWNERS: usize = 64;

    pub(super) fn read(section: &mut Section, key: &WalletKey) -> Result<Self, PolicyError> {
        let chain_id = section.count("chain")?;
        super::account::check_chain(section, "chain", chain_id)?;
        let address = section.address("address")?;
        let text = section.text("safe_version")?;
        let version = SafeVersion::parse(&text);
        let version = version.ok_or_else(|| section.unsupported("safe_version", &text))?;
        let owners = section.addresses("owners")?;
        let owner = Self::check_owners(section, &owners, key)?;
        let threshold = section.count("threshold")?;
        let enough = usize::try_from(threshold).is_ok_and(|needed| needed <= owners.len());
        if !enough {
            let found = threshold.to_string();
            return Err(section.value("threshold", &found, "no more than there are owners"));
        }
        let multi_send_call_only = section
            .has("multisend_call_only")
            .then(|| section.address("multisend_call_only"))
            .transpose()?;
        if let Some(pinned) = multi_send_call_only
            && !crate::ethereum::multi_send_call_only(version).contains(&pinned)
        {
            let expected = "the published address of MultiSendCallOnly of this version";
            let found = pinned.to_checksum(None);
            return Err(section.value("multisend_call_only", &found, expected));
        }
        let first_nonce = section
            .has("first_nonce")
            .then(|| section.count_or_zero("first_nonce"))
            .transpose()?;
        Ok(Self {
            chain_id,
            address,
            version,
            owners,
            threshold,
            owner,
            multi_send_call_only,
            first_nonce,
        })
    }

    /// Distinct owners, one of which is the address of the wallet's key.
    fn check_owners(
        section: &Section,
        owners: &[Address],
        key: &WalletKey,
    ) -> Result<Address, PolicyError> {
        let wrong = |found: &str, expected| Err(section.value("owners", found, expected));
        if owners.is_empty() || owners.len() > Self::MAX_OWNERS {
            return wrong(&owners.len().to_string(), "1 to 64 owners");
        }
        let mut seen = std::collections::BTreeSet::new();
        if let Some(twice) = owners.iter().find(|owner| !seen.insert(**owner)) {
            return wrong(&twice.to_checksum(None), "each owner once");
        }
        let own = address_of(&key.public_key).filter(|own| owners.contains(own));
        own.map_or_else(
            || {
                let expected =
                    "a list with the address of key.pubkey: the station signs as that owner";
                wrong(&owners.len().to_string(), expected)
            },
            Ok,
        )
    }
}
