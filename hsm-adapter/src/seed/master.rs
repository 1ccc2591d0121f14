//! Private keys of BIP-32, derived from an unsealed seed and wiped after.
//! It knows nothing of tokens; nothing here can be shown, copied or written.

use bip32::{ChildNumber, XPrv};
use zeroize::Zeroizing;

use crate::locked::Locked;
use crate::public_key::PublicKey;
use crate::seed::account::{AccountPublic, RegisteredAccount, public_key_of};
use crate::seed::error::SeedError;
use crate::seed::path::{AccountPath, ChildPath};

/// A seed that was unsealed, for as long as this value lives.
pub(crate) struct Master(Locked);

/// A derived private key on its way into the token.
pub(crate) struct ChildKey {
    scalar: Zeroizing<[u8; 32]>,
    public_key: PublicKey,
}

impl Master {
    pub(crate) const fn new(seed: Locked) -> Self {
        Self(seed)
    }

    /// Whether it is this seed.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.as_bytes() == other.0.as_bytes()
    }

    /// The public half of an account.
    ///
    /// # Errors
    ///
    /// [`SeedError::Derivation`].
    pub(crate) fn account(&self, path: &AccountPath) -> Result<AccountPublic, SeedError> {
        let master = self.key()?;
        let fingerprint = master.public_key().fingerprint();
        let account = derive(master, path.steps())?;
        let registered = RegisteredAccount {
            path: path.clone(),
            fingerprint,
            public_key: public_key_of(&account.public_key())?,
            chain_code: account.attrs().chain_code,
        };
        let parent = account.attrs().parent_fingerprint;
        Ok(AccountPublic::new(registered, parent))
    }

    /// The private key of a child.
    ///
    /// # Errors
    ///
    /// [`SeedError::Derivation`].
    pub(crate) fn child(
        &self,
        path: &AccountPath,
        child: ChildPath,
    ) -> Result<ChildKey, SeedError> {
        let account = derive(self.key()?, path.steps())?;
        let key = derive(account, &child.steps())?;
        Ok(ChildKey {
            public_key: public_key_of(&key.public_key())?,
            scalar: Zeroizing::new(key.to_bytes()),
        })
    }

    fn key(&self) -> Result<XPrv, SeedError> {
        XPrv::new(self.0.as_bytes()).map_err(|_no_detail| SeedError::Derivation)
    }
}

impl ChildKey {
    /// The public half.
    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The private value, for the one place that hands it to the token.
    pub(crate) fn scalar(&self) -> &[u8; 32] {
        &self.scalar
    }
}

/// Follows the steps; each key on the way is wiped when the next one is there.
fn derive(key: XPrv, steps: &[u32]) -> Result<XPrv, SeedError> {
    steps.iter().try_fold(key, |key, step| {
        key.derive_child(ChildNumber(*step))
            .map_err(|_no_detail| SeedError::Derivation)
    })
}
