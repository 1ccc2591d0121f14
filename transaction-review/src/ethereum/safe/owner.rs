//! Owners' signatures: one plain form, each recovered to its owner, in the order the contract demands.
//! Knows nothing of who has to sign.

use std::collections::BTreeMap;

use alloy_primitives::Address;
use k256::ecdsa::Signature;

use super::SafeError;
use crate::ethereum::account::recover;

/// A signature of one owner over `safeTxHash`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerSignature {
    /// The owner.
    pub owner: Address,
    /// `r ‖ s`, each 32 bytes, big-endian.
    pub rs: [u8; 64],
    /// The parity of y: 0 or 1.
    pub y_parity: u8,
}

impl OwnerSignature {
    /// `r ‖ s ‖ v` with `v` 27 or 28. The contract's other forms (`v` above 30 for `eth_sign`, 0 for a
    /// contract's, 1 for an approved hash) are never made.
    pub fn to_bytes(&self) -> [u8; 65] {
        let mut bytes = [0; 65];
        let v = 27_u8.saturating_add(self.y_parity);
        let parts = self.rs.iter().chain([&v]);
        for (place, byte) in bytes.iter_mut().zip(parts) {
            *place = *byte;
        }
        bytes
    }

    /// Whose signature over this digest it is; only the low form of `s` counts.
    fn signer(&self, digest: &[u8; 32]) -> Option<Address> {
        let signature = Signature::from_slice(&self.rs).ok()?;
        recover(digest, &signature, self.y_parity)
    }
}

/// Puts signatures of several owners together, ascending by owner as `checkSignatures` demands.
///
/// # Errors
/// [`SafeError::NotOwner`], [`SafeError::Signature`], [`SafeError::Repeated`].
pub(crate) fn merge(
    signatures: &[OwnerSignature],
    digest: &[u8; 32],
    owners: &[Address],
) -> Result<Vec<u8>, SafeError> {
    let mut sorted = BTreeMap::new();
    for signature in signatures {
        let owner = signature.owner;
        if !owners.contains(&owner) {
            return Err(SafeError::NotOwner { owner });
        }
        if signature.signer(digest) != Some(owner) {
            return Err(SafeError::Signature { owner });
        }
        if sorted.insert(owner, signature.to_bytes()).is_some() {
            return Err(SafeError::Repeated { owner });
        }
    }
    Ok(sorted.into_values().flatten().collect())
}
