//! Remembers every r that a token has returned, and notices one that comes back.
//! It knows nothing of tokens, and nothing of what happened before this process.

use std::collections::{BTreeMap, BTreeSet};

use crate::public_key::PublicKey;
use crate::signature::{Prehash, VerifiedSignature};

/// The r values of this process, and the keys that must not be used any more.
///
/// Two signatures of one key with one r over two digests give the private key away to whoever
/// sees both (SEC 1 §4.1.3, "k" must be unpredictable and never repeat).
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    seen: BTreeMap<[u8; 32], (PublicKey, Prehash)>,
    quarantined: BTreeSet<PublicKey>,
}

impl Nonces {
    /// Takes note of a signature, or refuses it because its r was seen before. The same key may
    /// repeat its r over the same digest: deterministic tokens do (RFC 6979).
    ///
    /// # Errors
    ///
    /// [`NonceError::Reused`]; from then on the key is in quarantine.
    pub(crate) fn admit(
        &mut self,
        key: &PublicKey,
        prehash: Prehash,
        signature: &VerifiedSignature,
    ) -> Result<(), NonceError> {
        let earlier = *self.seen.entry(*signature.r()).or_insert((*key, prehash));
        if earlier == (*key, prehash) {
            return Ok(());
        }
        let (other, _digest) = earlier;
        self.quarantined.insert(*key);
        self.quarantined.insert(other);
        Err(NonceError::Reused { key: *key })
    }

    /// Refuses a key whose r came back earlier.
    ///
    /// # Errors
    ///
    /// [`NonceError::Quarantined`].
    pub(crate) fn allow(&self, key: &PublicKey) -> Result<(), NonceError> {
        if self.quarantined.contains(key) {
            return Err(NonceError::Quarantined { key: *key });
        }
        Ok(())
    }
}

/// Why a key's signatures must not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NonceError {
    /// The key's token repeated a nonce earlier in this process.
    #[error("{key} is in quarantine: its token repeated a nonce; move its funds to a new key")]
    Quarantined {
        /// The registered key.
        key: PublicKey,
    },
    /// The token used one nonce for two digests; this signature would reveal the private key.
    #[error(
        "the token repeated a nonce of {key}; the signature is withheld, for it would reveal the \
         private key; stop, and move the funds to a new key"
    )]
    Reused {
        /// The registered key.
        key: PublicKey,
    },
}

#[cfg(test)]
mod tests {
    use k256::ecdsa::signature::hazmat::PrehashSigner;

    use super::*;
    use crate::public_key::Curve;
    use crate::signature::verified;

    /// A key and its signature over a digest; RFC 6979 makes r differ between digests and keys.
    fn signed(secret: u8, digest: u8) -> (PublicKey, Prehash, VerifiedSignature) {
        let signer = k256::ecdsa::SigningKey::from_slice(&[secret; 32]).unwrap();
        let point = signer.verifying_key().to_sec1_point(true);
        let key = PublicKey::from_sec1(Curve::Secp256k1, point.as_bytes()).unwrap();
        let prehash = Prehash::new([digest; 32]);
        let returned: k256::ecdsa::Signature = signer.sign_prehash(prehash.as_bytes()).unwrap();
        (
            key,
            prehash,
            verified(&returned.to_bytes(), &key, prehash).unwrap(),
        )
    }

    #[test]
    fn an_r_that_comes_back_for_another_digest_is_refused_and_the_key_quarantined_hsm_05() {
        let (key, prehash, signature) = signed(1, 1);
        let mut nonces = Nonces::default();
        assert_eq!(nonces.admit(&key, prehash, &signature), Ok(()));
        assert_eq!(nonces.allow(&key), Ok(()));

        let other = Prehash::new([2; 32]);
        assert_eq!(
            nonces.admit(&key, other, &signature),
            Err(NonceError::Reused { key })
        );
        assert_eq!(nonces.allow(&key), Err(NonceError::Quarantined { key }));
    }

    #[test]
    fn an_r_that_two_keys_share_quarantines_both_hsm_05() {
        let (first, prehash, signature) = signed(1, 1);
        let (second, ..) = signed(2, 1);
        let mut nonces = Nonces::default();
        assert_eq!(nonces.admit(&first, prehash, &signature), Ok(()));
        assert_eq!(
            nonces.admit(&second, prehash, &signature),
            Err(NonceError::Reused { key: second })
        );
        for key in [first, second] {
            assert_eq!(nonces.allow(&key), Err(NonceError::Quarantined { key }));
        }
    }

    #[test]
    fn a_deterministic_token_may_repeat_a_signature_over_the_same_digest() {
        let (key, prehash, signature) = signed(1, 1);
        let mut nonces = Nonces::default();
        assert_eq!(nonces.admit(&key, prehash, &signature), Ok(()));
        assert_eq!(nonces.admit(&key, prehash, &signature), Ok(()));
        assert_eq!(nonces.allow(&key), Ok(()));
    }

    #[test]
    fn different_digests_with_different_nonces_are_let_through() {
        let mut nonces = Nonces::default();
        for digest in 1..=64 {
            let (key, prehash, signature) = signed(1, digest);
            assert_eq!(nonces.admit(&key, prehash, &signature), Ok(()));
        }
    }
}
