//! Signatures that may leave: low-S, and verified by two independent libraries under the key that
//! the policy registers. Knows nothing of the device that made them. The only user of libsecp256k1.

use bitcoin::secp256k1::{self, Message, Secp256k1};
use k256::ecdsa::signature::hazmat::PrehashVerifier as _;
use k256::ecdsa::{RecoveryId, VerifyingKey};

use crate::{Code, Review, SigningDigest, TransactionKind};

/// A verified signature, or one that claims to be: [`assemble`](crate::assemble()) verifies it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// For one input of a Bitcoin transaction; `SIGHASH_ALL` is implied.
    Bitcoin {
        /// The input, counted from 0.
        input: u32,
        /// `r‖s`, each 32 bytes, big-endian.
        rs: [u8; 64],
    },
    /// For what an Ethereum key signs.
    Ethereum {
        /// `r‖s`, each 32 bytes, big-endian.
        rs: [u8; 64],
        /// The parity of y (EIP-1559): 0 or 1.
        y_parity: u8,
    },
}

impl Signature {
    /// The digest it is for, counted from 0.
    pub const fn index(&self) -> u32 {
        match self {
            Self::Bitcoin { input, .. } => *input,
            Self::Ethereum { .. } => 0,
        }
    }

    /// `r‖s`.
    pub const fn rs(&self) -> &[u8; 64] {
        match self {
            Self::Bitcoin { rs, .. } | Self::Ethereum { rs, .. } => rs,
        }
    }

    /// The bytes that a result carries: `r‖s`, and for Ethereum the parity behind it.
    pub fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Bitcoin { rs, .. } => rs.to_vec(),
            Self::Ethereum { rs, y_parity } => [rs.as_slice(), &[y_parity]].concat(),
        }
    }

    /// Reads what [`Signature::to_bytes`] writes; `None` for another length, index or parity.
    pub fn from_bytes(kind: TransactionKind, index: u32, bytes: &[u8]) -> Option<Self> {
        match kind {
            TransactionKind::BitcoinPsbt => Some(Self::Bitcoin {
                input: index,
                rs: <[u8; 64]>::try_from(bytes).ok()?,
            }),
            TransactionKind::EthereumTransaction
            | TransactionKind::SafeTransaction
            | TransactionKind::TypedData
            | TransactionKind::Message
            | TransactionKind::Delegation => {
                let (rs, rest) = bytes.split_first_chunk::<64>()?;
                match (index, rest) {
                    (0, [y_parity @ (0 | 1)]) => Some(Self::Ethereum {
                        rs: *rs,
                        y_parity: *y_parity,
                    }),
                    _ => None,
                }
            }
        }
    }
}

/// Why a signature does not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No such digest.
    #[error(
        "there is no digest {index}, the request has {digests}: the device was asked something else"
    )]
    Foreign {
        /// The index, counted from 0.
        index: u32,
        /// How many digests there are.
        digests: usize,
    },
    /// `r` or `s` is zero or not below the order of the curve.
    #[error("signature {index} has an r or an s that no signature has: stop using the device")]
    Format {
        /// The index, counted from 0.
        index: u32,
    },
    /// `s` above half the order (BIP-146, EIP-2).
    #[error("signature {index} is not in its low-S form: normalise it before it leaves")]
    HighS {
        /// The index, counted from 0.
        index: u32,
    },
    /// Neither library verifies it under the registered key.
    #[error(
        "signature {index} does not verify under the wallet's registered key: stop using the device"
    )]
    Invalid {
        /// The index, counted from 0.
        index: u32,
    },
    /// One library verifies it and the other does not.
    #[error(
        "signature {index}: k256 says {k256}, libsecp256k1 says {libsecp256k1}: stop, and report it"
    )]
    Split {
        /// The index, counted from 0.
        index: u32,
        /// What `k256` says.
        k256: bool,
        /// What libsecp256k1 says.
        libsecp256k1: bool,
    },
    /// The stated parity, or any, does not lead to the registered key.
    #[error("signature {index} does not recover to the wallet's address: stop using the device")]
    Recovery {
        /// The index, counted from 0.
        index: u32,
    },
}

impl SignatureError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Foreign { .. } => Code::SignatureForeign,
            Self::Format { .. } => Code::SignatureFormat,
            Self::HighS { .. } => Code::SignatureHighS,
            Self::Invalid { .. } => Code::SignatureInvalid,
            Self::Split { .. } => Code::SignatureSplit,
            Self::Recovery { .. } => Code::SignatureRecovery,
        }
    }
}

/// Checks `r‖s` for the digest of this index, and finds the parity where the chain needs it.
///
/// # Errors
/// [`SignatureError`]: no such digest, malformed, high S, not by the registered key.
pub fn check_signature(
    review: &Review,
    index: u32,
    rs: &[u8; 64],
) -> Result<Signature, SignatureError> {
    let digests = review.digests();
    let foreign = SignatureError::Foreign {
        index,
        digests: digests.len(),
    };
    let wanted = digests.iter().find(|digest| digest.index == index);
    let SigningDigest {
        digest, public_key, ..
    } = wanted.ok_or(foreign)?;
    verify(public_key, index, digest, rs)?;
    match review.kind() {
        TransactionKind::BitcoinPsbt => Ok(Signature::Bitcoin {
            input: index,
            rs: *rs,
        }),
        TransactionKind::EthereumTransaction
        | TransactionKind::SafeTransaction
        | TransactionKind::TypedData
        | TransactionKind::Message
        | TransactionKind::Delegation => {
            let y_parity =
                parity(public_key, digest, rs).ok_or(SignatureError::Recovery { index })?;
            Ok(Signature::Ethereum { rs: *rs, y_parity })
        }
    }
}

/// Low-S, and yes from both libraries.
fn verify(
    public_key: &[u8; 33],
    index: u32,
    digest: &[u8; 32],
    rs: &[u8; 64],
) -> Result<(), SignatureError> {
    let signature = k256::ecdsa::Signature::from_slice(rs)
        .ok()
        .ok_or(SignatureError::Format { index })?;
    if signature.normalize_s() != signature {
        return Err(SignatureError::HighS { index });
    }
    let k256 = VerifyingKey::from_sec1_bytes(public_key)
        .is_ok_and(|key| key.verify_prehash(digest, &signature).is_ok());
    let libsecp256k1 = verify_with_libsecp256k1(public_key, digest, rs).is_ok();
    match (k256, libsecp256k1) {
        (true, true) => Ok(()),
        (false, false) => Err(SignatureError::Invalid { index }),
        (k256, libsecp256k1) => Err(SignatureError::Split {
            index,
            k256,
            libsecp256k1,
        }),
    }
}

fn verify_with_libsecp256k1(
    public_key: &[u8; 33],
    digest: &[u8; 32],
    rs: &[u8; 64],
) -> Result<(), secp256k1::Error> {
    let key = secp256k1::PublicKey::from_slice(public_key)?;
    let signature = secp256k1::ecdsa::Signature::from_compact(rs)?;
    Secp256k1::verification_only().verify_ecdsa(&Message::from_digest(*digest), &signature, &key)
}

/// The parity of y with which the signature recovers to the key, tried both ways.
fn parity(public_key: &[u8; 33], digest: &[u8; 32], rs: &[u8; 64]) -> Option<u8> {
    let signature = k256::ecdsa::Signature::from_slice(rs).ok()?;
    let key = VerifyingKey::from_sec1_bytes(public_key).ok()?;
    [0_u8, 1].into_iter().find(|parity| {
        let id = RecoveryId::new(*parity == 1, false);
        VerifyingKey::recover_from_prehash(digest, &signature, id).is_ok_and(|found| found == key)
    })
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::{SignatureError, verify};

    /// What Wycheproof calls valid verifies, unless its `s` is high; nothing else does.
    #[test]
    fn every_case_of_wycheproof_is_judged_right() {
        let file = include_str!("../vectors/wycheproof-secp256k1.txt");
        let (mut valid, mut high, mut invalid) = (0, 0, 0);
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let [number, result, key, digest, rs] =
                <[&str; 5]>::try_from(line.split(' ').collect::<Vec<_>>()).unwrap();
            let bytes = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
            let key: [u8; 33] = bytes(key).try_into().unwrap();
            let digest: [u8; 32] = bytes(digest).try_into().unwrap();
            let rs: [u8; 64] = bytes(rs).try_into().unwrap();
            match (result, verify(&key, 0, &digest, &rs)) {
                ("valid", Ok(())) => valid += 1,
                ("valid", Err(SignatureError::HighS { .. })) => high += 1,
                ("invalid", Err(refusal)) => {
                    let split = matches!(refusal, SignatureError::Split { .. });
                    assert!(!split, "case {number}: {refusal}");
                    invalid += 1;
                }
                (_, outcome) => panic!("case {number} is {result}: {outcome:?}"),
            }
        }
        assert_eq!(valid + high + invalid, 234);
        assert_eq!(invalid, 67);
        assert!(valid > 0 && high > 0, "{valid} {high}");
    }
}
