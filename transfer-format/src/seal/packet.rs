//! A packet whose seal was checked. There is no other way to get one.
//! Knows nothing of whether its author was allowed to make it.

use std::fmt;

use sha2::{Digest, Sha256};

use super::key::SealKey;
use crate::IntentDigest;
use crate::packet::{Payload, Request};

/// A sealed packet, its seal checked against [`Packet::key`].
#[derive(Clone, PartialEq, Eq)]
pub struct Packet<P> {
    bytes: Vec<u8>,
    payload_bytes: Vec<u8>,
    payload: P,
    key: SealKey,
}

impl<P: Payload> Packet<P> {
    pub(super) const fn verified(
        bytes: Vec<u8>,
        payload_bytes: Vec<u8>,
        payload: P,
        key: SealKey,
    ) -> Self {
        Self {
            bytes,
            payload_bytes,
            payload,
            key,
        }
    }

    /// The whole packet, as it crosses the gap.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The payload's bytes, as they were sealed.
    pub fn payload_bytes(&self) -> &[u8] {
        &self.payload_bytes
    }

    /// What it says.
    pub const fn payload(&self) -> &P {
        &self.payload
    }

    /// What it says, owned.
    pub fn into_payload(self) -> P {
        self.payload
    }

    /// The key that sealed it.
    pub const fn key(&self) -> &SealKey {
        &self.key
    }

    /// SHA-256 of the whole packet.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

impl Packet<Request> {
    /// The identity of the request: digest of its sealed payload bytes. The seal itself, and with
    /// it everything outside the payload, has no part in it.
    pub fn intent(&self) -> IntentDigest {
        IntentDigest::of(&self.payload_bytes)
    }
}

impl<P: Payload> fmt::Debug for Packet<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packet")
            .field("kind", &P::KIND)
            .field("bytes", &self.bytes.len())
            .field("key", &self.key.key_id())
            .finish_non_exhaustive()
    }
}
