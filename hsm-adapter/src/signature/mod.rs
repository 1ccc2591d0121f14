//! Turns what a token calls a signature into one that is known to be right, or refuses it.
//! It knows nothing of tokens: bytes, a registered key and a digest in, a checked signature out.

use k256::ecdsa::signature::hazmat::PrehashVerifier;

use crate::public_key::{Curve, PublicKey};

/// A digest that is to be signed: 32 bytes, whoever made it.
///
/// The only thing `sign` takes. Tokens cut longer input silently and sign shorter input as it is,
/// so no other length can be expressed.
///
/// ```
/// use hsm_adapter::Prehash;
///
/// assert_eq!(Prehash::new([7; 32]).as_bytes(), &[7; 32]);
/// ```
///
/// ```compile_fail,E0308
/// # use hsm_adapter::Prehash;
/// Prehash::new([7; 33]); // a byte too many
/// ```
///
/// ```compile_fail,E0308
/// # use hsm_adapter::Prehash;
/// Prehash::new(b"a message of any length".as_slice()); // not a digest at all
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prehash([u8; 32]);

impl Prehash {
    /// Takes a digest.
    pub const fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A signature that has low S and verifies under the registered key over the given digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedSignature {
    rs: [u8; 64],
    r: [u8; 32],
    recovery_id: Option<u8>,
}

impl VerifiedSignature {
    /// r ‖ s, 32 big-endian bytes each.
    pub const fn rs(&self) -> &[u8; 64] {
        &self.rs
    }

    /// r, 32 big-endian bytes: what must never occur for two digests.
    pub const fn r(&self) -> &[u8; 32] {
        &self.r
    }

    /// For secp256k1: which of the candidates of SEC 1 §4.1.6 the public key is, 0 to 3.
    /// `None` for P-256.
    pub const fn recovery_id(&self) -> Option<u8> {
        self.recovery_id
    }
}

/// Why bytes are not a signature of the registered key over the digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not r ‖ s of 32 bytes each (PKCS#11 3.0 §2.3.1): DER, cut, or nothing at all.
    #[error("the token returned a signature of {found} bytes where 64 are expected")]
    Length {
        /// How many bytes there were.
        found: usize,
    },
    /// r or s is 0, or not smaller than the order of the curve (SEC 1 §4.1.4 step 1).
    #[error("the token returned a signature whose r or s is outside the range of {curve}")]
    OutOfRange {
        /// The curve of the registered key.
        curve: Curve,
    },
    /// The signature is of another key or over another digest.
    #[error("the token returned a signature that does not verify under the registered key {key}")]
    NotVerified {
        /// The registered key.
        key: PublicKey,
    },
}

/// Checks what the token returned: length, range, and the signature itself after S is made low
/// (BIP-62 rule 5, EIP-2).
///
/// # Errors
///
/// [`SignatureError`], one variant per check.
pub(crate) fn verified(
    returned: &[u8],
    key: &PublicKey,
    prehash: Prehash,
) -> Result<VerifiedSignature, SignatureError> {
    let bytes = <[u8; 64]>::try_from(returned).map_err(|_not_64| SignatureError::Length {
        found: returned.len(),
    })?;
    let (rs, recovery_id) = match key.curve() {
        Curve::P256 => (on_p256(&bytes, key, prehash)?, None),
        Curve::Secp256k1 => {
            let (rs, recovery_id) = on_secp256k1(&bytes, key, prehash)?;
            (rs, Some(recovery_id))
        }
    };
    let r = rs.first_chunk::<32>().copied().unwrap_or_default();
    Ok(VerifiedSignature { rs, r, recovery_id })
}

fn on_p256(
    bytes: &[u8; 64],
    key: &PublicKey,
    prehash: Prehash,
) -> Result<[u8; 64], SignatureError> {
    let signature = p256::ecdsa::Signature::from_slice(bytes)
        .map_err(|_no_detail| SignatureError::OutOfRange { curve: Curve::P256 })?
        .normalize_s();
    p256::ecdsa::VerifyingKey::from_sec1_bytes(key.compressed())
        .and_then(|verifier| verifier.verify_prehash(prehash.as_bytes(), &signature))
        .map_err(|_no_detail| SignatureError::NotVerified { key: *key })?;
    Ok(signature.to_bytes().into())
}

fn on_secp256k1(
    bytes: &[u8; 64],
    key: &PublicKey,
    prehash: Prehash,
) -> Result<([u8; 64], u8), SignatureError> {
    let signature = k256::ecdsa::Signature::from_slice(bytes)
        .map_err(|_no_detail| SignatureError::OutOfRange {
            curve: Curve::Secp256k1,
        })?
        .normalize_s();
    let not_verified = SignatureError::NotVerified { key: *key };
    let verifier = k256::ecdsa::VerifyingKey::from_sec1_bytes(key.compressed())
        .map_err(|_no_detail| not_verified)?;
    verifier
        .verify_prehash(prehash.as_bytes(), &signature)
        .map_err(|_no_detail| not_verified)?;
    let recovery_id = k256::ecdsa::RecoveryId::trial_recovery_from_prehash(
        &verifier,
        prehash.as_bytes(),
        &signature,
    )
    .map_err(|_no_detail| not_verified)?;
    Ok((signature.to_bytes().into(), recovery_id.to_byte()))
}

#[cfg(test)]
mod tests;
