//! Why a seed cannot be made or used: one variant for each rule.
//! It draws no conclusion from them, and never carries anything of a seed.

use std::fmt;

use data_encoding::HEXLOWER;

use crate::device::DeviceError;
use crate::key::KeyId;
use crate::origin::UnsafeAttributes;
use crate::public_key::PublicKey;
use crate::random::RandomError;
use crate::seed::ChildPath;
use crate::unlocked::SignError;

/// Why a seed, or an account of it, cannot be made or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// More than one sealing key or sealed seed under the id.
    #[error(
        "the token holds {keys} sealing keys and {seeds} sealed seeds with id {id}, where one of \
         each is needed; do not use this token"
    )]
    Ambiguous {
        /// The identifier.
        id: KeyId,
        /// How many sealing keys have it.
        keys: usize,
        /// How many sealed seeds have it.
        seeds: usize,
    },
    /// A child's public key is not the one that was asked for.
    #[error(
        "child {child} of the account is {found}, asked for is {expected}; the request and the \
         token do not belong together"
    )]
    ChildMismatch {
        /// The child.
        child: ChildPath,
        /// The public key that was asked for.
        expected: PublicKey,
        /// The one that the account has.
        found: PublicKey,
    },
    /// Two steps of BIP-32 gave no key: once in 2^127 tries, or a fault.
    #[error("no key could be derived from the seed; take another path or a new seed")]
    Derivation,
    /// The device failed.
    #[error("{0}; stop here and have the device looked at")]
    Device(#[from] DeviceError),
    /// The id is taken, by an object of any class.
    #[error("the token already holds an object with id {id}; choose another id")]
    IdInUse {
        /// The identifier.
        id: KeyId,
    },
    /// What lies where the sealed seed should be is something else.
    #[error("{length} bytes with id {id} are no sealed seed of this version; restore the token")]
    Malformed {
        /// The identifier.
        id: KeyId,
        /// How many bytes there were.
        length: usize,
    },
    /// The system did not lock a page of memory.
    #[error(
        "the system does not lock memory, and a seed must not be swapped out; raise the limit for \
         locked memory (ulimit -l)"
    )]
    Memory,
    /// Neither a sealing key nor a sealed seed has the id.
    #[error("the token holds no seed with id {id}; is it the right token?")]
    NotFound {
        /// The identifier.
        id: KeyId,
    },
    /// The seed that was read back is not the one that was sealed.
    #[error("the token does not give back the seed that it sealed; do not use this token")]
    NotKept,
    /// No random bytes for the seed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// A child made no signature.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The token does not unseal the seed: the stored bytes, the label or the key are not those of
    /// the sealing, or the device failed. Tokens do not say which.
    #[error(
        "the seed with id {id} cannot be unsealed ({fault}): it was changed, or sealed by another \
         token; restore this token"
    )]
    NotUnsealed {
        /// The identifier.
        id: KeyId,
        /// What the token answered.
        fault: DeviceError,
    },
    /// A child that was brought into the token could leave it, stay in it, or do other things than
    /// sign.
    #[error(
        "the token keeps a derived key with attributes it must not have: {attributes}; do not use this token"
    )]
    UnsafeChild {
        /// Which attributes, and what they should be.
        attributes: UnsafeAttributes,
    },
    /// The sealing key could leave the token, or do other things than seal.
    #[error(
        "the sealing key with id {id} must not be used because of its attributes: {attributes}; \
         make a new seed"
    )]
    UnsafeSealingKey {
        /// The identifier.
        id: KeyId,
        /// Which attributes, and what they should be.
        attributes: UnsafeAttributes,
    },
    /// The seed has another account at this path than the registered one.
    #[error("the seed with id {id} is not the registered one: {mismatch}; is it the right token?")]
    WrongAccount {
        /// The identifier.
        id: KeyId,
        /// What differs.
        mismatch: AccountMismatch,
    },
}

/// What of an account differs from the registered one; all of it is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountMismatch {
    /// The fingerprint of the master key: it is another seed.
    Fingerprint {
        /// The registered one.
        expected: [u8; 4],
        /// The seed's.
        found: [u8; 4],
    },
    /// The account's public key.
    PublicKey {
        /// The registered one.
        expected: PublicKey,
        /// The seed's.
        found: PublicKey,
    },
    /// The account's chain code.
    ChainCode,
}

impl fmt::Display for AccountMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fingerprint { expected, found } => write!(
                f,
                "its fingerprint is {}, registered is {}",
                HEXLOWER.encode(found),
                HEXLOWER.encode(expected)
            ),
            Self::PublicKey { expected, found } => {
                write!(f, "its account's key is {found}, registered is {expected}")
            }
            Self::ChainCode => f.write_str("its account's chain code is another one"),
        }
    }
}
