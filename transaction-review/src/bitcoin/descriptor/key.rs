//! One key of a descriptor: a single key, or an account whose children sign (BIP-32, BIP-44).
//! Knows its origin and its branches, nothing of scripts.

use bip32::{ChildNumber, ExtendedPublicKey, PublicKey as _};
use k256::ecdsa::VerifyingKey;
use miniscript::DescriptorPublicKey;
use miniscript::bitcoin::NetworkKind;
use miniscript::bitcoin::bip32::{DerivationPath, Fingerprint, Xpub};
use miniscript::descriptor::{DescriptorMultiXKey, SinglePub, SinglePubKey, Wildcard};

use super::DescriptorError;
use crate::bitcoin::Network;
use crate::{AccountKey, WalletKey};

/// A key with the place that its owner keeps it at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The key itself; of an account, the extended key's own.
    pub(super) public_key: [u8; 33],
    /// Of the master key; of a key without origin, its own.
    pub(super) fingerprint: [u8; 4],
    /// From the master key, hardened steps with their high bit.
    pub(super) path: Vec<u32>,
    /// What an account has.
    pub(super) account: Option<Account>,
}

/// An extended key and its two branches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    chain_code: [u8; 32],
    branches: [ExtendedPublicKey<VerifyingKey>; 2],
}

impl Key {
    /// Reads key `number` (counted from 1) of a descriptor.
    pub(super) fn read(
        key: &DescriptorPublicKey,
        number: usize,
        network: Network,
    ) -> Result<Self, DescriptorError> {
        match key {
            DescriptorPublicKey::Single(single) => Self::single(single, number),
            DescriptorPublicKey::MultiXPub(extended) => {
                check_branches(extended, number)?;
                let origin = extended.origin.as_ref();
                Self::account(&extended.xkey, origin, number, network)
            }
            DescriptorPublicKey::XPub(_) => Err(DescriptorError::Branches { key: number }),
        }
    }

    fn single(single: &SinglePub, number: usize) -> Result<Self, DescriptorError> {
        let malformed = DescriptorError::KeyForm { key: number };
        let SinglePubKey::FullKey(full) = single.key else {
            return Err(malformed);
        };
        if !full.compressed {
            return Err(malformed);
        }
        let public_key = full.inner.serialize();
        let own = VerifyingKey::from_sec1_bytes(&public_key).map_err(|_error| malformed)?;
        let (fingerprint, path) = match &single.origin {
            Some(origin) => read_origin(origin, number)?,
            None => (own.fingerprint(), Vec::new()),
        };
        Ok(Self {
            public_key,
            fingerprint,
            path,
            account: None,
        })
    }

    /// Reads an extended key with its origin.
    pub(super) fn account(
        xpub: &Xpub,
        origin: Option<&(Fingerprint, DerivationPath)>,
        number: usize,
        network: Network,
    ) -> Result<Self, DescriptorError> {
        let origin = origin.ok_or(DescriptorError::Origin { key: number })?;
        let (fingerprint, path) = read_origin(origin, number)?;
        let of_mainnet = xpub.network == NetworkKind::Main;
        if of_mainnet != (network == Network::Mainnet) {
            let network = network.name();
            return Err(DescriptorError::Network {
                key: number,
                network,
            });
        }
        let last = path.last().copied().unwrap_or(0);
        if usize::from(xpub.depth) != path.len() || u32::from(xpub.child_number) != last {
            return Err(DescriptorError::Depth {
                key: number,
                depth: xpub.depth,
                steps: path.len(),
            });
        }
        let public_key = xpub.public_key.serialize();
        let chain_code = xpub.chain_code.to_bytes();
        let branches = branches(&public_key, chain_code, xpub.depth);
        let branches = branches.ok_or(DescriptorError::KeyForm { key: number })?;
        Ok(Self {
            public_key,
            fingerprint,
            path,
            account: Some(Account {
                chain_code,
                branches,
            }),
        })
    }

    /// Whether it is this key of a policy: the same point, and with children the same account.
    pub(super) fn is(&self, key: &WalletKey) -> bool {
        let same_account = match (&self.account, &key.account) {
            (None, None) => true,
            (Some(_), Some(account)) => self.to_account().as_ref() == Some(account),
            (None, Some(_)) | (Some(_), None) => false,
        };
        self.public_key == key.public_key && same_account
    }

    /// In the form of a policy's key.
    pub(super) fn to_account(&self) -> Option<AccountKey> {
        let account = self.account.as_ref()?;
        Some(AccountKey {
            chain_code: account.chain_code,
            fingerprint: self.fingerprint,
            path: self.path.clone(),
        })
    }

    /// The key that signs at a place, with its path from the master key. A single key is the same
    /// everywhere. `None` for a branch above 1 or a hardened index.
    pub(super) fn at(&self, branch: u32, index: u32) -> Option<([u8; 33], Vec<u32>)> {
        let Some(account) = &self.account else {
            return Some((self.public_key, self.path.clone()));
        };
        let parent = account.branches.get(usize::try_from(branch).ok()?)?;
        let child = parent
            .derive_child(ChildNumber::new(index, false).ok()?)
            .ok()?;
        let mut path = self.path.clone();
        path.extend([branch, index]);
        Some((child.to_bytes(), path))
    }

    /// The place that an origin names, if it is a child of this account or this single key.
    pub(super) fn place(&self, fingerprint: [u8; 4], path: &[u32]) -> Option<(u32, u32)> {
        let rest = path.strip_prefix(self.path.as_slice())?;
        match (rest, &self.account) {
            (_, _) if fingerprint != self.fingerprint => None,
            ([], None) => Some((0, 0)),
            ([branch @ (0 | 1), index], Some(_)) if *index < HARDENED => Some((*branch, *index)),
            (_, _) => None,
        }
    }
}

/// The first index that is hardened (BIP-32).
const HARDENED: u32 = 0x8000_0000;

fn check_branches(
    extended: &DescriptorMultiXKey<Xpub>,
    number: usize,
) -> Result<(), DescriptorError> {
    let steps: Vec<Vec<u32>> = extended
        .derivation_paths
        .paths()
        .iter()
        .map(DerivationPath::to_u32_vec)
        .collect();
    if steps != [[0], [1]] || extended.wildcard != Wildcard::Unhardened {
        return Err(DescriptorError::Branches { key: number });
    }
    Ok(())
}

fn read_origin(
    (fingerprint, path): &(Fingerprint, DerivationPath),
    number: usize,
) -> Result<([u8; 4], Vec<u32>), DescriptorError> {
    if *fingerprint == Fingerprint::default() {
        return Err(DescriptorError::Origin { key: number });
    }
    Ok((fingerprint.to_bytes(), path.to_u32_vec()))
}

/// Branches 0 and 1 of an account (BIP-44). The parts of an extended key that say where it hangs
/// do not enter the derivation of its children.
fn branches(
    public_key: &[u8; 33],
    chain_code: [u8; 32],
    depth: u8,
) -> Option<[ExtendedPublicKey<VerifyingKey>; 2]> {
    let own = VerifyingKey::from_sec1_bytes(public_key).ok()?;
    let attributes = bip32::ExtendedKeyAttrs {
        depth,
        parent_fingerprint: [0; 4],
        child_number: ChildNumber(0),
        chain_code,
    };
    let account = ExtendedPublicKey::new(own, attributes);
    let branch = |number| account.derive_child(ChildNumber(number)).ok();
    Some([branch(0)?, branch(1)?])
}

#[cfg(test)]
mod tests {
    use bip32::XPub;

    use super::branches;

    /// The first and the second vector of BIP-32: a parent and its child of branch 1 and 0.
    #[test]
    fn branches_are_those_of_bip_32() {
        for (branch, parent, child) in [
            (
                1,
                "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw",
                "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ",
            ),
            (
                0,
                "xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6mr8BDzTJY47LJhkJ8UB7WEGuduB",
                "xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZb7ap6r1D3tgFxHmwMkQTPH",
            ),
        ] {
            let parent: XPub = parent.parse().unwrap();
            let attributes = parent.attrs();
            let found = branches(&parent.to_bytes(), attributes.chain_code, attributes.depth);
            let found: &XPub = &found.unwrap()[branch];
            let child: XPub = child.parse().unwrap();
            assert_eq!(found.public_key(), child.public_key());
            assert_eq!(found.attrs().chain_code, child.attrs().chain_code);
            assert_eq!(found.attrs().depth, child.attrs().depth);
        }
    }
}
