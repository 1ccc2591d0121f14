//! What crosses the air gap: sealed packets, the animated codes that show them, and the medium
//! that carries them.
//!
//! Knows nothing of chains, hardware modules, policy or clocks: a packet's transaction is opaque
//! bytes here, and whether a packet is wanted, fresh or allowed is for its reader to say.
//!
//! The order of work on the way in never changes: size cap, canonical scan, seal over the raw
//! bytes, closed schema, and re-encoding that must give the same bytes back.
//!
//! ```
//! use transfer_format::packet::{Approval, RefusalNotice};
//! use transfer_format::seal::{Draft, Envelope, SoftwareSealer};
//! use transfer_format::IntentDigest;
//!
//! let sealer = SoftwareSealer::from_bytes(&[7; 32])?;
//! let refusal = RefusalNotice {
//!     intent: IntentDigest::of(b"payload"),
//!     station: "vault-1".to_owned(),
//!     code: "E_LIMIT_TX".to_owned(),
//!     policy_version: 3,
//! };
//! let packet = sealer.seal(Draft::new(refusal, sealer.public_key())?)?;
//!
//! // The reader finds the key by its id, then opens the envelope with it.
//! let envelope = Envelope::read(packet.bytes().to_vec())?;
//! assert_eq!(envelope.key_id(), sealer.public_key().key_id());
//! let opened = envelope.open::<RefusalNotice>(&sealer.public_key())?;
//! assert_eq!(opened.payload().code, "E_LIMIT_TX");
//!
//! // A packet of one kind is never taken for another.
//! let envelope = Envelope::read(packet.bytes().to_vec())?;
//! assert!(envelope.open::<Approval>(&sealer.public_key()).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod camera_test;
pub mod cbor;
pub mod durable;
pub mod input;
pub mod intent;
pub mod limits;
pub mod medium;
pub mod optical;
pub mod packet;
pub mod printable;
pub mod route;
pub mod scanner;
pub mod seal;

pub use intent::{DigestWords, IntentDigest};
