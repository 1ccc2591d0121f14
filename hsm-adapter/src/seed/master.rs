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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::ExtendedKeyVersion;

    /// Test vector 4 of BIP-32: the one with a seed of 32 bytes, and with leading zeros besides.
    const SEED: [u8; 32] = [
        0x3d, 0xdd, 0x56, 0x02, 0x28, 0x58, 0x99, 0xa9, 0x46, 0x11, 0x45, 0x06, 0x15, 0x7c, 0x79,
        0x97, 0xe5, 0x44, 0x45, 0x28, 0xf3, 0x00, 0x3f, 0x61, 0x34, 0x71, 0x21, 0x47, 0xdb, 0x19,
        0xb6, 0x78,
    ];

    fn master() -> Master {
        Master::new(Locked::new(&SEED).unwrap())
    }

    #[test]
    fn a_published_seed_gives_the_published_extended_keys_bip_32() {
        let vectors = [
            (
                "0h",
                "xpub69AUMk3qDBi3uW1sXgjCmVjJ2G6WQoYSnNHyzkmdCHEhSZ4tBok37xfFEqHd2AddP56Tqp4o56A\
                 ePAgCjYdvpW2PU2jbUPFKsav5ut6Ch1m",
            ),
            (
                "0h/1h",
                "xpub6BJA1jSqiukeaesWfxe6sNK9CCGaujFFSJLomWHprUL9DePQ4JDkM5d88n49sMGJxrhpjazuXYW\
                 dMf17C9T5XnxkopaeS7jGk1GyyVziaMt",
            ),
        ];
        for (path, extended) in vectors {
            let account = master().account(&path.parse().unwrap()).unwrap();
            assert_eq!(
                account.key_expression(ExtendedKeyVersion::Main),
                Ok(format!("[ad85d955/{path}]{extended}"))
            );
        }
    }

    #[test]
    fn a_test_networks_extended_key_is_a_tpub() {
        let account = master().account(&"0h".parse().unwrap()).unwrap();
        let text = account.key_expression(ExtendedKeyVersion::Test).unwrap();
        assert!(text.starts_with("[ad85d955/0h]tpub"), "{text}");
    }

    #[test]
    fn a_childs_private_key_belongs_to_the_public_key_that_the_account_derives() {
        let path = "0h/1h".parse().unwrap();
        let account = master().account(&path).unwrap();
        for (branch, index) in [(0, 0), (1, 0), (0, 0x7fff_ffff)] {
            let child = ChildPath::new(branch, index).unwrap();
            let key = master().child(&path, child).unwrap();
            assert_eq!(account.account().child(child), Ok(*key.public_key()));
            let signer = k256::ecdsa::SigningKey::from_slice(key.scalar()).unwrap();
            let point = signer.verifying_key().to_sec1_point(true);
            assert_eq!(point.as_bytes(), key.public_key().compressed());
        }
    }

    #[test]
    fn seeds_are_told_apart() {
        let other = Master::new(Locked::new(&[1; 32]).unwrap());
        assert!(master().is(&master()));
        assert!(!master().is(&other));
    }
}
