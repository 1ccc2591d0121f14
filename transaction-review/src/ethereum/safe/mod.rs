//! Safes: contracts that several owners sign for. Their transactions, hashes, batches and signatures.
//! Knows nothing of which Safes are registered and what they may do.

mod admin;
mod error;
mod hash;
mod multi_send;
mod owner;
mod transaction;
mod version;

#[cfg(test)]
mod tests;

pub use admin::{admin_signature, is_admin_signature};
pub use error::SafeError;
pub use hash::{SafeDomain, safe_message_hash};
pub use multi_send::{BatchedCall, decode_multi_send, encode_multi_send};
pub use owner::OwnerSignature;
pub use transaction::{Operation, SafeTransaction};
pub use version::{SafeVersion, multi_send_call_only};

pub(crate) use owner::merge;
