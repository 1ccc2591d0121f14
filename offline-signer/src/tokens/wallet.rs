//! A wallet's key: as a policy registers it, and as the station's token proves and uses it.
//! Knows nothing of requests; which child of an account signs is said by whoever asks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use hsm_adapter::{
    AccountPath, ChildPath, Curve, KeyId, OriginClass, OriginEvidence, Prehash, ProvenAccount,
    ProvenKey, PublicKey, RegisteredAccount, Unlocked, VerifiedSignature,
};
use transaction_review::{KeyPath, WalletKey};

use super::refusal::TokenRefusal;
use crate::ceremony::Authorised;

/// What a wallet signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisteredWallet {
    /// One key of the token.
    Key {
        /// Its id in the token.
        id: KeyId,
        /// Its public half.
        public_key: PublicKey,
    },
    /// Children of an account whose seed the token keeps sealed.
    Account {
        /// The seed's id in the token.
        id: KeyId,
        /// The account.
        account: RegisteredAccount,
    },
}

/// What a token has shown of a wallet's key.
#[derive(Debug, PartialEq, Eq)]
pub enum ProvenWallet {
    /// It holds the private half.
    Key(ProvenKey),
    /// Its seed has the account, and it signs with a child.
    Account(ProvenAccount),
}

impl TryFrom<&WalletKey> for RegisteredWallet {
    type Error = TokenRefusal;

    fn try_from(key: &WalletKey) -> Result<Self, TokenRefusal> {
        let id = KeyId::new(key.cka_id.clone())?;
        let public_key = PublicKey::from_sec1(Curve::Secp256k1, &key.public_key)?;
        Ok(match &key.account {
            None => Self::Key { id, public_key },
            Some(account) => Self::Account {
                id,
                account: RegisteredAccount {
                    path: AccountPath::new(&account.path)?,
                    fingerprint: account.fingerprint,
                    public_key,
                    chain_code: account.chain_code,
                },
            },
        })
    }
}

impl RegisteredWallet {
    /// Has the token prove that the wallet's keys are what is registered.
    ///
    /// # Errors
    /// [`TokenRefusal::Key`], [`TokenRefusal::Seed`].
    pub fn prove(&self, unlocked: &Unlocked<'_>) -> Result<ProvenWallet, TokenRefusal> {
        Ok(match self {
            Self::Key { id, public_key } => ProvenWallet::Key(unlocked.registered(id, public_key)?),
            Self::Account { id, account } => {
                ProvenWallet::Account(unlocked.registered_account(id, account)?)
            }
        })
    }

    /// Has the token sign with the key that the ceremony names. A key proves itself before each
    /// signature. An account does so once after unlocking and is kept in `accounts`: what signs is
    /// a child, which is derived from both its registered and its private half each time.
    ///
    /// # Errors
    /// [`TokenRefusal::NotOfWallet`] if the key that is asked for is not one of this wallet's;
    /// [`TokenRefusal::Key`], [`TokenRefusal::Seed`], [`TokenRefusal::Sign`].
    pub(super) fn sign(
        &self,
        unlocked: &mut Unlocked<'_>,
        accounts: &mut BTreeMap<String, ProvenAccount>,
        authorised: &Authorised,
    ) -> Result<VerifiedSignature, TokenRefusal> {
        let expected = PublicKey::from_sec1(Curve::Secp256k1, &authorised.public_key())?;
        let digest = Prehash::new(authorised.digest());
        match (self, authorised.path()) {
            (Self::Key { id, public_key }, KeyPath::Own) if *public_key == expected => {
                let key = unlocked.registered(id, public_key)?;
                Ok(unlocked.sign(&key, digest)?)
            }
            (Self::Account { id, account }, KeyPath::Child { branch, index }) => {
                let child = ChildPath::new(branch, index)?;
                let proven = match accounts.entry(authorised.wallet().to_owned()) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => place.insert(unlocked.registered_account(id, account)?),
                };
                Ok(unlocked.sign_child(proven, child, &expected, digest)?)
            }
            (Self::Key { .. }, KeyPath::Own | KeyPath::Child { .. })
            | (Self::Account { .. }, KeyPath::Own) => Err(TokenRefusal::NotOfWallet {
                wallet: authorised.wallet().to_owned(),
                key: expected.to_string(),
            }),
        }
    }
}

impl ProvenWallet {
    /// The registered public key; of an account, its own.
    pub const fn public_key(&self) -> &PublicKey {
        match self {
            Self::Key(key) => key.public_key(),
            Self::Account(account) => &account.account().public_key,
        }
    }

    /// What the token says of the key; of an account, of a child while the token holds it.
    pub const fn evidence(&self) -> &OriginEvidence {
        match self {
            Self::Key(key) => key.info().evidence(),
            Self::Account(account) => account.evidence(),
        }
    }

    /// What that amounts to.
    pub fn class(&self) -> OriginClass {
        match self {
            Self::Key(key) => key.info().class(),
            Self::Account(_) => ProvenAccount::CLASS,
        }
    }
}
