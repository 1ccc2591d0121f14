//! Talks to PKCS#11 tokens: keys by handle, one digest in, one checked signature out.
//! It knows nothing of chains, policies, packets or people.
//!
//! The order of the types is the order of work, and each step consumes the one before:
//!
//! | type | what has been established |
//! |---|---|
//! | [`Module`] | the library is loaded, hashed and initialised, once |
//! | [`Token`] | exactly one token has the wanted manufacturer, model and serial |
//! | [`Unlocked`] | the user PIN was right; the token's keys have been listed |
//! | [`ProvenKey`] | the token showed that it holds the private half of a *registered* key |
//! | [`ProvenAccount`] | the token's sealed seed has a *registered* account, and its children sign |
//! | [`VerifiedSignature`] | 64 bytes, low S, verified under that registered key |
//!
//! There is no way to a signature around these steps: a locked token has no `sign`, and `sign`
//! takes a [`ProvenKey`] and a [`Prehash`] of exactly 32 bytes. Keys born in a token never leave it.
//! The keys of an account (BIP-32) are derived in this process from a seed that the token unseals,
//! for one signature at a time: see [`Unlocked::sign_child`].
//!
//! ```no_run
//! use hsm_adapter::{Credential, KeyId, Module, Prehash, PublicKey, SecretPin, TokenSelector};
//! use zeroize::Zeroizing;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let path = Module::find_softhsm().ok_or("install SoftHSM first: apt-get install softhsm2")?;
//! let module = Module::load(&path)?;
//! let token = module.token(&TokenSelector {
//!     manufacturer: "SoftHSM project".into(),
//!     model: "SoftHSM v2".into(),
//!     serial: "0123456789abcdef".into(),
//! })?;
//!
//! let pin = SecretPin::new(Zeroizing::new("typed at a prompt".into()))?;
//! let mut unlocked = token.unlock(Credential::Pin(pin))?;
//!
//! let registered: PublicKey =
//!     "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798".parse()?;
//! let key = unlocked.registered(&KeyId::new(vec![1])?, &registered)?;
//! let signature = unlocked.sign(&key, Prehash::new([7; 32]))?;
//! assert_eq!(signature.rs().len(), 64);
//!
//! unlocked.lock()?;
//! module.close()?;
//! # Ok(())
//! # }
//! ```

mod attributes;
mod credential;
mod device;
mod generation;
mod inventory;
mod key;
mod locked;
mod module;
mod nonces;
mod origin;
mod public_key;
mod random;
mod registered;
mod seed;
#[cfg(test)]
mod sentences;
mod signature;
mod softhsm;
mod token;
mod unlocked;

pub use credential::{Credential, PinError, SecretPin};
pub use device::{DeviceError, ReturnCode};
pub use key::{KeyError, KeyId, KeyIdError, KeyInfo, KeySpec, KeySpecError};
pub use module::{Module, ModuleError, ModuleIdentity};
pub use nonces::NonceError;
pub use origin::{OriginClass, OriginEvidence, UnsafeAttribute, UnsafeAttributes};
pub use public_key::{Curve, PublicKey, PublicKeyError};
pub use random::RandomError;
pub use registered::ProvenKey;
pub use seed::{
    AccountMismatch, AccountPath, AccountPublic, ChildPath, ExtendedKeyVersion, PathError,
    ProvenAccount, RegisteredAccount, SeedError, SeedInfo, SeedSpec,
};
pub use signature::{Prehash, SignatureError, VerifiedSignature};
pub use token::{PinState, Token, TokenError, TokenIdentity, TokenSelector, UnlockError};
pub use unlocked::{LockError, SignError, Unlocked};
