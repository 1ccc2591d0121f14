//! The seal: COSE_Sign1 (RFC 9052 §4.2) with an embedded payload, one signer, one algorithm of a
//! closed list, low-S signatures only.
//!
//! Knows nothing of who may seal what: it says which key sealed a packet, its reader says whether
//! that key was allowed to.

mod draft;
mod envelope;
mod key;
mod packet;
mod software;
mod structure;

pub use draft::{Draft, DraftError};
pub use envelope::{Envelope, EnvelopeError, OpenError};
pub use key::{KeyId, SealAlgorithm, SealError, SealKey, SealKeyError};
pub use packet::Packet;
pub use software::{SecretError, SoftwareSealer};

#[cfg(test)]
mod tests;
