//! A sealing key in memory, for builders' sources.
//! Knows nothing of files: it is given its 32 bytes, and wipes them when it is dropped.

use k256::ecdsa::SigningKey;
use k256::ecdsa::signature::hazmat::PrehashSigner as _;

use super::draft::Draft;
use super::key::{SealAlgorithm, SealError, SealKey};
use super::packet::Packet;
use crate::packet::Payload;

/// Bytes that are no secp256k1 secret key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the 32 bytes are zero or not below the order of secp256k1; draw other random bytes")]
pub struct SecretError;

/// A secp256k1 secret key that seals packets with ES256K, nonces after RFC 6979.
///
/// It has no `Debug`, `Clone` or `Display`, and `k256` wipes it when it is dropped. The caller
/// wipes the bytes it was made from.
pub struct SoftwareSealer {
    secret: SigningKey,
    public: SealKey,
}

impl SoftwareSealer {
    /// The sealer of 32 secret bytes: random ones for a new key, or those of an old one.
    ///
    /// # Errors
    /// [`SecretError`]; of random bytes it has a chance of about 2⁻¹²⁸.
    pub fn from_bytes(secret: &[u8; 32]) -> Result<Self, SecretError> {
        let secret = SigningKey::from_slice(secret).ok().ok_or(SecretError)?;
        let point = secret.verifying_key().to_sec1_point(true);
        let public = SealKey::from_point(SealAlgorithm::Es256k, point.as_bytes());
        Ok(Self {
            public: public.ok().ok_or(SecretError)?,
            secret,
        })
    }

    /// The public half.
    pub const fn public_key(&self) -> SealKey {
        self.public
    }

    /// Seals `draft`, which must name [`Self::public_key`].
    ///
    /// # Errors
    /// [`SealError::WrongSignature`] if the draft names another key.
    pub fn seal<P: Payload>(&self, draft: Draft<P>) -> Result<Packet<P>, SealError> {
        let signature: k256::ecdsa::Signature = self
            .secret
            .sign_prehash(&draft.digest())
            .ok()
            .ok_or(SealError::Malformed)?;
        draft.seal(signature.normalize_s().to_bytes().into())
    }
}
