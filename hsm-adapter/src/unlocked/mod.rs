//! An unlocked token: the one thing that makes keys and signatures, until it is locked again.
//! It knows nothing of what is signed, and never hands out a signature it has not verified.

mod seeds;

use std::collections::BTreeMap;

use cryptoki::mechanism::Mechanism;
use cryptoki::object::ObjectHandle;
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use zeroize::Zeroizing;

use crate::credential::SecretPin;
use crate::device::DeviceError;
use crate::generation;
use crate::inventory::{Inventory, is_taken};
use crate::key::{KeyError, KeyId, KeyInfo, KeySpec};
use crate::module::Module;
use crate::nonces::NonceError;
use crate::public_key::PublicKey;
use crate::random::{self, RandomError};
use crate::registered::{self, ProvenKey};
use crate::signature::{self, Prehash, SignatureError, VerifiedSignature};
use crate::token::TokenIdentity;

/// A token whose user is logged in.
///
/// Dropping it logs out and closes its session; [`Unlocked::lock`] does the same and says whether
/// it worked.
pub struct Unlocked<'m> {
    module: &'m Module,
    slot: Slot,
    identity: TokenIdentity,
    inventory: Inventory,
    login: Login,
}

impl<'m> Unlocked<'m> {
    pub(crate) fn new(
        module: &'m Module,
        slot: Slot,
        identity: TokenIdentity,
        login: Login,
    ) -> Result<Self, DeviceError> {
        let session = module.pkcs11().open_ro_session(slot)?;
        let inventory = Inventory::read(&session)?;
        session.close()?;
        Ok(Self {
            module,
            slot,
            identity,
            inventory,
            login,
        })
    }

    /// Logs out and closes the session.
    ///
    /// # Errors
    ///
    /// [`LockError`]; the session is closed even so.
    pub fn lock(mut self) -> Result<(), LockError> {
        self.login.end().map_err(LockError::from)
    }

    /// Has a key pair born in the token: it signs and does nothing else, and can neither leave
    /// nor be changed, copied or destroyed.
    ///
    /// # Errors
    ///
    /// [`KeyError::IdInUse`]; [`KeyError::UnsafeAttributes`] if the token made something else than
    /// it was asked for, [`KeyError::WrongCurve`] likewise; [`KeyError::Device`].
    pub fn generate(&mut self, spec: &KeySpec) -> Result<KeyInfo, KeyError> {
        let session = self
            .module
            .pkcs11()
            .open_rw_session(self.slot)
            .map_err(DeviceError::from)?;
        if is_taken(&session, spec.id())? {
            return Err(KeyError::IdInUse {
                id: spec.id().clone(),
            });
        }
        generation::generate(&session, spec)?;
        self.inventory = Inventory::read(&session)?;
        session.close().map_err(DeviceError::from)?;
        let (born, _handle) = self.inventory.key(spec.id())?;
        let expected = PublicKey::clone(born.public_key());
        if born.curve() != spec.curve() {
            return Err(KeyError::WrongCurve {
                id: spec.id().clone(),
                expected: spec.curve(),
                found: born.curve(),
            });
        }
        registered::compare(born, &expected)?;
        Ok(born.clone())
    }

    /// Signs a digest with a key that was proven to be the registered one.
    ///
    /// Each signature has a session of its own, because a session in which `C_Sign` failed cannot
    /// be used again. There is no second try, whatever went wrong.
    ///
    /// # Errors
    ///
    /// [`SignError`]; no signature leaves with it.
    pub fn sign(
        &mut self,
        key: &ProvenKey,
        prehash: Prehash,
    ) -> Result<VerifiedSignature, SignError> {
        let (found, handle) =
            self.inventory
                .key(key.id())
                .map_err(|_unusable| SignError::OtherToken {
                    key: *key.public_key(),
                })?;
        if found != key.info() {
            return Err(SignError::OtherToken {
                key: *key.public_key(),
            });
        }
        self.signature(handle, key.public_key(), prehash)
    }

    /// Draws 1 to 1024 random bytes, from the token and the operating system together.
    ///
    /// # Errors
    ///
    /// [`RandomError`].
    pub fn random(&mut self, length: usize) -> Result<Zeroizing<Vec<u8>>, RandomError> {
        self.draw(length)
    }

    /// What the token is.
    pub const fn identity(&self) -> &TokenIdentity {
        &self.identity
    }

    /// The key pairs of the token, by id, as they were when it was unlocked or made one.
    pub fn keys(&self) -> &[KeyInfo] {
        self.inventory.keys()
    }

    /// The private keys that make no pair, by id, with the reason: for whoever examines a token.
    pub const fn unusable_keys(&self) -> &BTreeMap<KeyId, KeyError> {
        self.inventory.unusable()
    }

    /// Proves that the token holds the private half of a registered public key.
    ///
    /// The token's own word is not enough: it has to show the registered key under the id, its
    /// attributes have to be safe, and it has to sign a fresh random challenge so that the
    /// signature verifies under the *registered* key.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn registered(&self, id: &KeyId, public_key: &PublicKey) -> Result<ProvenKey, KeyError> {
        let (key, handle) = self.inventory.key(id)?;
        registered::compare(key, public_key)?;
        let challenge = registered::challenge(public_key, &self.draw(32)?);
        match self.signature(handle, public_key, challenge) {
            Ok(_proof) => Ok(ProvenKey::assertion(key.clone())),
            Err(SignError::Device(fault)) => Err(KeyError::Device(fault)),
            Err(SignError::Nonce(fault)) => Err(KeyError::Nonce(fault)),
            Err(SignError::OtherToken { .. }) => Err(KeyError::NotFound { id: id.clone() }),
            Err(SignError::Signature(fault)) => Err(KeyError::NotPossessed {
                id: id.clone(),
                fault,
            }),
        }
    }

    fn signature(
        &self,
        handle: ObjectHandle,
        key: &PublicKey,
        prehash: Prehash,
    ) -> Result<VerifiedSignature, SignError> {
        self.module.nonces().borrow().allow(key)?;
        let session = self.session()?;
        let returned = session
            .sign(&Mechanism::Ecdsa, handle, prehash.as_bytes())
            .map_err(DeviceError::from)?;
        session.close().map_err(DeviceError::from)?;
        let signature = signature::verified(&returned, key, prehash)?;
        self.module
            .nonces()
            .borrow_mut()
            .admit(key, prehash, &signature)?;
        Ok(signature)
    }

    fn session(&self) -> Result<Session, DeviceError> {
        let opened = self.module.pkcs11().open_ro_session(self.slot);
        opened.map_err(DeviceError::from)
    }

    fn draw(&self, length: usize) -> Result<Zeroizing<Vec<u8>>, RandomError> {
        let session = self.session()?;
        let drawn = random::draw(&session, length)?;
        session.close().map_err(DeviceError::from)?;
        Ok(drawn)
    }
}

/// The session that holds the login; it logs out on every path.
pub(crate) struct Login(Option<Session>);

impl Login {
    /// Calls `C_Login` once.
    ///
    /// # Errors
    ///
    /// [`DeviceError`]; nobody is logged in then who was not before.
    pub(crate) fn new(session: Session, pin: &SecretPin) -> Result<Self, DeviceError> {
        session.login(UserType::User, Some(pin.as_auth_pin()))?;
        Ok(Self(Some(session)))
    }

    fn end(&mut self) -> Result<(), DeviceError> {
        let Some(session) = self.0.take() else {
            return Ok(());
        };
        let logged_out = session.logout().map_err(DeviceError::from);
        let closed = session.close().map_err(DeviceError::from);
        logged_out.and(closed)
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        // Nobody is left to tell; closing the last session logs out as well (PKCS#11 3.0 §5.6.7).
        drop(self.end());
    }
}

/// Why a token could not be locked in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// `C_Logout` or `C_CloseSession` failed.
    #[error("the token may still be unlocked: {0}; unplug it")]
    Device(#[from] DeviceError),
}

/// Why there is no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The device failed; whether it made a signature is not known.
    #[error("{0}; stop here and have the device looked at")]
    Device(#[from] DeviceError),
    /// The signature is withheld because of its nonce.
    #[error(transparent)]
    Nonce(#[from] NonceError),
    /// The key was proven for another token, or for another state of this one.
    #[error("{key} was proven for another token than this one; prove it for this one first")]
    OtherToken {
        /// The registered key.
        key: PublicKey,
    },
    /// What the token returned is not a signature of the registered key over the digest.
    #[error("{0}; it is withheld: stop here and have the device looked at")]
    Signature(#[from] SignatureError),
}
