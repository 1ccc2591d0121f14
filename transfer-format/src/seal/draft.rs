//! A payload about to be sealed: it says what to sign and takes the signature back.
//! Knows nothing of how the signature is made: a token, a file or a person may do it.

use super::key::{SealError, SealKey};
use super::packet::Packet;
use super::structure::{protected_header, sealed, signing_digest};
use crate::limits::MAX_PACKET_BYTES;
use crate::packet::{Payload, PayloadError};

/// Why a payload cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The payload breaks its own schema.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The packet would be larger than [`MAX_PACKET_BYTES`].
    #[error("the packet would be {found} bytes long and {limit} may cross; split the payment")]
    TooLarge {
        /// Bytes of the packet.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
}

/// A payload with the key that is to seal it.
pub struct Draft<P> {
    payload: P,
    encoded: Vec<u8>,
    protected: Vec<u8>,
    key: SealKey,
    digest: [u8; 32],
}

impl<P: Payload> Draft<P> {
    /// A draft of `payload`, to be sealed by the owner of `key`.
    ///
    /// # Errors
    /// [`DraftError::Payload`], [`DraftError::TooLarge`].
    pub fn new(payload: P, key: SealKey) -> Result<Self, DraftError> {
        let encoded = payload.encode()?;
        let protected = protected_header(key.algorithm(), P::KIND, key.key_id());
        let found = sealed(&protected, &encoded, &[0; 64]).len();
        if found > MAX_PACKET_BYTES {
            return Err(DraftError::TooLarge {
                found,
                limit: MAX_PACKET_BYTES,
            });
        }
        let digest = signing_digest(P::KIND, &protected, &encoded);
        Ok(Self {
            payload,
            encoded,
            protected,
            key,
            digest,
        })
    }

    /// The 32 bytes to be signed: SHA-256 of the `Sig_structure`.
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The payload.
    pub const fn payload(&self) -> &P {
        &self.payload
    }

    /// The payload's canonical encoding: what an intent digest is taken of.
    pub fn payload_bytes(&self) -> &[u8] {
        &self.encoded
    }

    /// The packet, sealed with `signature` (r‖s, low s) by the key of the draft.
    ///
    /// # Errors
    /// [`SealError`] if the signature is not the key's over [`Draft::digest`].
    pub fn seal(self, signature: [u8; 64]) -> Result<Packet<P>, SealError> {
        self.key.verify_prehash(&self.digest, &signature)?;
        let bytes = sealed(&self.protected, &self.encoded, &signature);
        Ok(Packet::verified(
            bytes,
            self.encoded,
            self.payload,
            self.key,
        ))
    }
}
