//! Accounts by their public halves: registered, read out of a seed, and proven.
//! It knows nothing of private keys.

use bip32::{ChildNumber, ExtendedKeyAttrs, Prefix, XPub};

use crate::key::KeyId;
use crate::origin::{OriginClass, OriginEvidence};
use crate::public_key::{Curve, PublicKey};
use crate::seed::error::{AccountMismatch, SeedError};
use crate::seed::path::{AccountPath, ChildPath};

/// An account as a policy registers it: an extended public key (BIP-32) and where it comes from
/// (BIP-380 "Key expressions").
///
/// ```
/// use hsm_adapter::{ChildPath, RegisteredAccount};
///
/// let account = RegisteredAccount {
///     path: "84h/0h/0h".parse()?,
///     fingerprint: [0x73, 0xc5, 0xda, 0x0a],
///     public_key:
///         "es256k:02707a62fdacc26ea9b63b1c197906f56ee0180d0bcf1966e1a2da34f5f3a09a9b".parse()?,
///     chain_code: [
///         0x4a, 0x53, 0xa0, 0xab, 0x21, 0xb9, 0xdc, 0x95, 0x86, 0x9c, 0x4e, 0x92, 0xa1, 0x61, 0x19,
///         0x4e, 0x03, 0xc0, 0xef, 0x3f, 0xf5, 0x01, 0x4a, 0xc6, 0x92, 0xf4, 0x33, 0xc4, 0x76, 0x54,
///         0x90, 0xfc,
///     ],
/// };
/// let first = account.child(ChildPath::new(0, 0)?)?;
/// assert_eq!(
///     first.to_string(),
///     "es256k:0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredAccount {
    /// From the master key to the account.
    pub path: AccountPath,
    /// The first 4 bytes of HASH160 of the master's public key (BIP-32 "Key identifiers").
    pub fingerprint: [u8; 4],
    /// The account's own public key, on secp256k1.
    pub public_key: PublicKey,
    /// The account's chain code.
    pub chain_code: [u8; 32],
}

impl RegisteredAccount {
    /// The public key of a child, from public halves alone (BIP-32 `CKDpub`, twice).
    ///
    /// # Errors
    ///
    /// [`SeedError::Derivation`], also if the account's key is not on secp256k1.
    pub fn child(&self, child: ChildPath) -> Result<PublicKey, SeedError> {
        let mut extended = self.extended([0; 4])?;
        for step in child.steps() {
            extended = extended
                .derive_child(ChildNumber(step))
                .map_err(|_no_detail| SeedError::Derivation)?;
        }
        public_key_of(&extended)
    }

    /// The extended public key with its parent's fingerprint, which derivation does not need.
    fn extended(&self, parent_fingerprint: [u8; 4]) -> Result<XPub, SeedError> {
        let steps = self.path.steps();
        let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(self.public_key.compressed())
            .map_err(|_no_detail| SeedError::Derivation)?;
        let attributes = ExtendedKeyAttrs {
            depth: u8::try_from(steps.len()).map_err(|_no_detail| SeedError::Derivation)?,
            parent_fingerprint,
            child_number: ChildNumber(steps.last().copied().unwrap_or_default()),
            chain_code: self.chain_code,
        };
        Ok(XPub::new(key, attributes))
    }

    /// What of `found` is not as it is registered here.
    pub(crate) fn mismatch(&self, found: &Self) -> Option<AccountMismatch> {
        if self.fingerprint != found.fingerprint {
            return Some(AccountMismatch::Fingerprint {
                expected: self.fingerprint,
                found: found.fingerprint,
            });
        }
        if self.public_key != found.public_key {
            return Some(AccountMismatch::PublicKey {
                expected: self.public_key,
                found: found.public_key,
            });
        }
        (self.chain_code != found.chain_code).then_some(AccountMismatch::ChainCode)
    }
}

/// For which networks an extended key is written (BIP-32 "Serialization format").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtendedKeyVersion {
    /// `xpub`: the main network.
    Main,
    /// `tpub`: every test network.
    Test,
}

/// An account as a seed has it: what a policy registers, and what its text needs besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPublic {
    account: RegisteredAccount,
    parent_fingerprint: [u8; 4],
}

impl AccountPublic {
    pub(crate) const fn new(account: RegisteredAccount, parent_fingerprint: [u8; 4]) -> Self {
        Self {
            account,
            parent_fingerprint,
        }
    }

    /// What a policy registers of it.
    pub const fn account(&self) -> &RegisteredAccount {
        &self.account
    }

    /// The key expression of BIP-380 with the origin before it, like
    /// `[73c5da0a/84h/0h/0h]xpub…`.
    ///
    /// # Errors
    ///
    /// [`SeedError::Derivation`] if the account's key is not on secp256k1.
    pub fn key_expression(&self, version: ExtendedKeyVersion) -> Result<String, SeedError> {
        let prefix = match version {
            ExtendedKeyVersion::Main => Prefix::XPUB,
            ExtendedKeyVersion::Test => Prefix::TPUB,
        };
        let extended = self.account.extended(self.parent_fingerprint)?;
        Ok(format!(
            "[{}/{}]{}",
            data_encoding::HEXLOWER.encode(&self.account.fingerprint),
            self.account.path,
            extended.to_extended_key(prefix)
        ))
    }
}

/// An account that the seed under this id is known to have: everything registered was derived from
/// the seed again, and a child of it has signed a fresh challenge in the token.
///
/// Only [`Unlocked::registered_account`](crate::Unlocked::registered_account) makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct ProvenAccount {
    id: KeyId,
    account: RegisteredAccount,
    evidence: OriginEvidence,
}

impl ProvenAccount {
    /// What keys of an account count as: brought in, and derived from a sealed seed.
    pub const CLASS: OriginClass = OriginClass::SealedSeed;

    /// Claims that the checks were made.
    pub(crate) const fn assertion(
        id: KeyId,
        account: RegisteredAccount,
        evidence: OriginEvidence,
    ) -> Self {
        Self {
            id,
            account,
            evidence,
        }
    }

    /// The identifier of the seed in its token.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The registered account.
    pub const fn account(&self) -> &RegisteredAccount {
        &self.account
    }

    /// What the token says of a derived key while it holds it.
    pub const fn evidence(&self) -> &OriginEvidence {
        &self.evidence
    }
}

/// The public key of an extended one.
pub(crate) fn public_key_of(extended: &XPub) -> Result<PublicKey, SeedError> {
    let point = extended.public_key().to_sec1_point(true);
    PublicKey::from_sec1(Curve::Secp256k1, point.as_bytes())
        .map_err(|_no_detail| SeedError::Derivation)
}
