//! Accounts of BIP-32 whose seed lies in the token, sealed under a key that never leaves it.
//! It knows nothing of addresses, descriptors and chains.
//!
//! No standard mechanism of PKCS#11 derives BIP-32 children inside a token. So the seed is opened
//! in this process, for one signature at a time: it is unsealed into locked memory, the child is
//! derived, brought into the token as a session object that can only sign, checked, used and
//! destroyed. Whoever can read this process at that moment can read the seed.

mod account;
mod child;
mod error;
mod master;
mod path;
mod sealed;
mod store;

use crate::key::{KeyId, KeySpecError, check_label};
use crate::origin::{OriginClass, UnsafeAttributes};

pub use account::{AccountPublic, ExtendedKeyVersion, ProvenAccount, RegisteredAccount};
pub use error::{AccountMismatch, SeedError};
pub use path::{AccountPath, ChildPath, PathError};

pub(crate) use child::ImportedChild;
pub(crate) use store::{create, list, unseal};

/// What a seed that is to be made shall be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedSpec {
    id: KeyId,
    label: String,
}

impl SeedSpec {
    /// Describes a seed that does not exist yet. The label is 1 to 64 printable ASCII characters.
    ///
    /// # Errors
    ///
    /// [`KeySpecError::LabelLength`] and [`KeySpecError::LabelCharacter`].
    pub fn new(id: KeyId, label: &str) -> Result<Self, KeySpecError> {
        check_label(label)?;
        Ok(Self {
            id,
            label: label.to_owned(),
        })
    }

    /// The identifier the seed shall have: `CKA_ID` of the key that seals it.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The label people shall see. The seal is bound to it.
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// A sealed seed of a token, and the key that seals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedInfo {
    pub(crate) id: KeyId,
    pub(crate) label: String,
    pub(crate) unsafe_attributes: UnsafeAttributes,
}

impl SeedInfo {
    /// What keys derived from a seed count as.
    pub const CLASS: OriginClass = OriginClass::SealedSeed;

    /// The identifier: `CKA_ID` of the key that seals it.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The label in printable ASCII; other characters are shown as `?`.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Attributes of the sealing key that forbid its use; empty for a seed that may be used.
    pub const fn unsafe_attributes(&self) -> &UnsafeAttributes {
        &self.unsafe_attributes
    }
}
