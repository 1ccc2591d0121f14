//! What an unlocked token does with seeds: makes them, shows accounts, signs with children.
//! It knows nothing of what is signed; a seed is open only inside of one call.

use super::Unlocked;
use crate::device::DeviceError;
use crate::key::KeyId;
use crate::public_key::PublicKey;
use crate::registered;
use crate::seed::{
    self, AccountPath, AccountPublic, ChildPath, ImportedChild, ProvenAccount, RegisteredAccount,
    SeedError, SeedInfo, SeedSpec,
};
use crate::signature::{Prehash, VerifiedSignature};

impl Unlocked<'_> {
    /// Makes a seed of 256 bits for BIP-32 and leaves it in the token, sealed under an AES-256 key
    /// that is born there, never leaves it, and does nothing else. There is no way to get the
    /// seed out; the backup is that of the token.
    ///
    /// # Errors
    ///
    /// [`SeedError::IdInUse`], [`SeedError::Random`], [`SeedError::Memory`],
    /// [`SeedError::UnsafeSealingKey`] if the token made something else than it was asked for,
    /// [`SeedError::NotKept`], [`SeedError::Device`].
    pub fn create_seed(&mut self, spec: &SeedSpec) -> Result<SeedInfo, SeedError> {
        let session = self
            .module
            .pkcs11()
            .open_rw_session(self.slot)
            .map_err(DeviceError::from)?;
        let made = seed::create(&session, spec)?;
        session.close().map_err(DeviceError::from)?;
        Ok(made)
    }

    /// The seeds that lie sealed in the token, by id. None of them is opened.
    ///
    /// # Errors
    ///
    /// [`SeedError::Ambiguous`], [`SeedError::Device`].
    pub fn seeds(&self) -> Result<Vec<SeedInfo>, SeedError> {
        let session = self.session()?;
        let seeds = seed::list(&session)?;
        session.close().map_err(DeviceError::from)?;
        Ok(seeds)
    }

    /// The public half of an account of the seed with this id.
    ///
    /// # Errors
    ///
    /// [`SeedError`].
    pub fn account(&self, id: &KeyId, path: &AccountPath) -> Result<AccountPublic, SeedError> {
        let session = self.session()?;
        let account = seed::unseal(&session, id)?.account(path)?;
        session.close().map_err(DeviceError::from)?;
        Ok(account)
    }

    /// Proves that the seed with this id has a registered account, and that the token signs with
    /// its children: the account is derived again and held against the registered one, and its
    /// first child signs a fresh random challenge.
    ///
    /// # Errors
    ///
    /// [`SeedError::WrongAccount`], and every other [`SeedError`] of unsealing and signing.
    pub fn registered_account(
        &self,
        id: &KeyId,
        registered: &RegisteredAccount,
    ) -> Result<ProvenAccount, SeedError> {
        let found = self.account(id, &registered.path)?;
        if let Some(mismatch) = registered.mismatch(found.account()) {
            let id = id.clone();
            return Err(SeedError::WrongAccount { id, mismatch });
        }
        let first = registered.child(ChildPath::FIRST)?;
        let challenge = registered::challenge(&first, &self.draw(32)?);
        let child = self.imported((id, registered), ChildPath::FIRST, &first)?;
        let proof = self.signature(child.handle(), &first, challenge);
        let evidence = child.evidence();
        child.destroy()?;
        proof?;
        Ok(ProvenAccount::assertion(
            id.clone(),
            registered.clone(),
            evidence,
        ))
    }

    /// Signs a digest with a child of a proven account.
    ///
    /// The child's public key is derived twice, from the registered extended key and from the seed;
    /// both must be `expected`, and so must the key under which the signature verifies. The child
    /// is in the token for this one signature, as a session object that is destroyed after it.
    ///
    /// # Errors
    ///
    /// [`SeedError::ChildMismatch`], [`SeedError::Sign`], and every other [`SeedError`] of
    /// unsealing; no signature leaves with it.
    pub fn sign_child(
        &mut self,
        account: &ProvenAccount,
        child: ChildPath,
        expected: &PublicKey,
        prehash: Prehash,
    ) -> Result<VerifiedSignature, SeedError> {
        let imported = self.imported((account.id(), account.account()), child, expected)?;
        let signature = self.signature(imported.handle(), expected, prehash);
        imported.destroy()?;
        Ok(signature?)
    }

    /// Opens the seed, derives the child, wipes the seed and brings the child into the token.
    fn imported(
        &self,
        (id, account): (&KeyId, &RegisteredAccount),
        child: ChildPath,
        expected: &PublicKey,
    ) -> Result<ImportedChild, SeedError> {
        agree(child, expected, account.child(child)?)?;
        let session = self.session()?;
        let key = seed::unseal(&session, id)?.child(&account.path, child)?;
        agree(child, expected, *key.public_key())?;
        ImportedChild::new(session, &key)
    }
}

fn agree(child: ChildPath, expected: &PublicKey, found: PublicKey) -> Result<(), SeedError> {
    if *expected == found {
        return Ok(());
    }
    let expected = *expected;
    Err(SeedError::ChildMismatch {
        child,
        expected,
        found,
    })
}
