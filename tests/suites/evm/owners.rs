//! Owners with keys, and their signatures in the order and form a Safe takes.
//! It knows nothing of what they sign.

use integration_tests::evm::{Address, keccak256};
use k256::ecdsa::SigningKey;

/// An owner's key.
pub fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).unwrap()
}

/// The address of a key.
pub fn address(key: &SigningKey) -> Address {
    let point = key.verifying_key().to_sec1_point(false);
    Address::from_slice(&keccak256(&point.as_bytes()[1..])[12..])
}

/// r, s, v with v 27 or 28.
pub fn sign(key: &SigningKey, hash: [u8; 32]) -> [u8; 65] {
    let (signature, recovery) = key.sign_prehash_recoverable(&hash);
    let mut bytes = [0; 65];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = 27 + recovery.to_byte();
    bytes
}

/// Signatures of the keys, in ascending order of the signers' addresses.
pub fn signatures(keys: &[SigningKey], hash: [u8; 32]) -> Vec<u8> {
    let mut signers: Vec<_> = keys.iter().collect();
    signers.sort_by_key(|key| address(key));
    signers
        .into_iter()
        .flat_map(|key| sign(key, hash))
        .collect()
}
