//! The proof that a token holds the private half of a registered public key.
//! It knows nothing of who registered the key, or where.

use sha2::{Digest, Sha256};

use crate::key::{KeyError, KeyId, KeyInfo};
use crate::public_key::PublicKey;
use crate::signature::Prehash;

/// Goes before every challenge, so that its digest can be nothing else: no chain, no seal and no
/// journal hashes data that begins so.
const DOMAIN: &[u8] = b"coldsign/possession/v1";

/// A key that may sign: its public half is the registered one, its attributes are safe, and the
/// token has signed a fresh challenge with it.
///
/// Only [`Unlocked::registered`](crate::Unlocked::registered) makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct ProvenKey(KeyInfo);

impl ProvenKey {
    /// Claims that the checks were made.
    pub(crate) const fn assertion(key: KeyInfo) -> Self {
        Self(key)
    }

    /// The identifier of the key in its token.
    pub const fn id(&self) -> &KeyId {
        self.0.id()
    }

    /// The registered public key.
    pub const fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    /// Everything the token says about the key.
    pub const fn info(&self) -> &KeyInfo {
        &self.0
    }
}

/// Holds what the token shows against what is registered.
///
/// # Errors
///
/// [`KeyError::WrongCurve`], [`KeyError::WrongPublicKey`], [`KeyError::UnsafeAttributes`].
pub(crate) fn compare(key: &KeyInfo, registered: &PublicKey) -> Result<(), KeyError> {
    let id = key.id().clone();
    let (expected, found) = (registered.curve(), key.curve());
    if expected != found {
        return Err(KeyError::WrongCurve {
            id,
            expected,
            found,
        });
    }
    let (expected, found) = (*registered, *key.public_key());
    if expected != found {
        return Err(KeyError::WrongPublicKey {
            id,
            expected,
            found,
        });
    }
    if !key.unsafe_attributes().is_empty() {
        return Err(KeyError::UnsafeAttributes {
            id,
            attributes: key.unsafe_attributes().clone(),
        });
    }
    Ok(())
}

/// The digest that the token has to sign.
pub(crate) fn challenge(registered: &PublicKey, random: &[u8]) -> Prehash {
    let digest = Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(registered.to_string())
        .chain_update(random)
        .finalize();
    Prehash::new(digest.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PublicKey {
        "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
            .parse()
            .unwrap()
    }

    #[test]
    fn a_challenge_depends_on_the_key_and_on_the_random_bytes() {
        let other: PublicKey =
            "es256k:03c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
                .parse()
                .unwrap();
        let first = challenge(&key(), &[1; 32]);
        assert_ne!(first, challenge(&key(), &[2; 32]));
        assert_ne!(first, challenge(&other, &[1; 32]));
        assert_eq!(first, challenge(&key(), &[1; 32]));
    }
}
