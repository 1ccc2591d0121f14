//! Assembly: all signatures of a request, each verified again, become the transaction to broadcast.
//! Knows nothing of where signatures come from; it trusts none.

use std::collections::{BTreeMap, BTreeSet};

use crate::bitcoin::{PreviousOutput, Reviewed, Share, finalise};
use crate::ethereum::{self, OwnerSignature, Signable};
use crate::review::Details;
use crate::{Code, Review, Signature, SignatureError, check_signature};

/// A transaction that the network accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedTransaction {
    /// For Bitcoin.
    Bitcoin {
        /// The transaction with its witnesses (BIP-144).
        raw: Vec<u8>,
        /// Its id as people write it, 64 digits.
        txid: String,
        /// The finalised PSBT (BIP-174).
        psbt: Vec<u8>,
        /// The coins it spends, in the order of the inputs.
        prevouts: Vec<PreviousOutput>,
    },
    /// For Bitcoin, while signatures of other stations are missing.
    BitcoinPart {
        /// The PSBT with the signatures that are there (`PSBT_IN_PARTIAL_SIG`, BIP-174).
        psbt: Vec<u8>,
        /// How many keys have signed every input.
        signed: u32,
        /// How many have to.
        threshold: u32,
    },
    /// For Ethereum.
    Ethereum {
        /// The signed envelope (EIP-2718), or the signed list of a legacy transaction (EIP-155).
        raw: Vec<u8>,
        /// Keccak-256 of it: the transaction's hash.
        hash: [u8; 32],
    },
    /// For a Safe: what its owners have signed, and the call that executes it once enough have.
    Safe(SafeSignatures),
    /// For a document, a message or an authorization.
    EthereumStatement(EthereumSignature),
}

/// What owners of a Safe have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeSignatures {
    /// The Safe, with its EIP-55 capitals.
    pub safe: String,
    /// The chain (EIP-155).
    pub chain_id: u64,
    /// What the owners signed.
    pub safe_tx_hash: [u8; 32],
    /// The nonce of the Safe.
    pub nonce: u64,
    /// How many owners have signed.
    pub signed: u64,
    /// How many have to.
    pub threshold: u64,
    /// Who has signed, with EIP-55 capitals.
    pub owners: Vec<String>,
    /// Their signatures, 65 bytes each, in ascending order of the owners.
    pub signatures: Vec<u8>,
    /// The call data of `execTransaction`, once enough owners have signed.
    pub execution: Option<Vec<u8>>,
}

/// A signature that somebody else puts where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EthereumSignature {
    /// What was signed.
    pub digest: [u8; 32],
    /// Whose signature it is, with EIP-55 capitals.
    pub signer: String,
    /// `r ‖ s ‖ v` with `v` 27 or 28.
    pub signature: [u8; 65],
}

/// Why a transaction cannot be assembled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// A digest without signature.
    #[error("signature {index} is missing: the result is not complete")]
    Missing {
        /// The digest, counted from 0.
        index: u32,
    },
    /// A digest with two signatures.
    #[error("signature {index} is there twice: the result is not the station's")]
    Duplicate {
        /// The digest, counted from 0.
        index: u32,
    },
    /// A signature of the other chain's form, or with a parity that is not its own.
    #[error("signature {index} is not of the form that the chain needs")]
    Form {
        /// The digest, counted from 0.
        index: u32,
    },
    /// A signature that does not verify.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Parts that are not of one transaction.
    #[error("part {part} signs another transaction than part 1: combine results of one payment")]
    Mixed {
        /// Which, counted from 1.
        part: usize,
    },
    /// One key's signatures twice: they count once.
    #[error("part {part} is signed by the key of an earlier part: combine parts of different keys")]
    Repeated {
        /// Which, counted from 1.
        part: usize,
    },
    /// The verified signatures do not fit together: a fault of the program.
    #[error("the verified signatures do not fit the transaction: this is a fault of the program")]
    Internal,
}

impl AssembleError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Missing { .. } => Code::SignatureMissing,
            Self::Duplicate { .. } | Self::Repeated { .. } => Code::SignatureDuplicate,
            Self::Form { .. } => Code::SignatureRecovery,
            Self::Signature(error) => error.code(),
            Self::Mixed { .. } => Code::SignatureForeign,
            Self::Internal => Code::ReviewInternal,
        }
    }
}

/// One station's share of a transaction: its review, and its signatures.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// The request as reviewed under that station's policy.
    pub review: &'a Review,
    /// What it signed.
    pub signatures: &'a [Signature],
}

/// Whether there is exactly one valid signature for every digest, in any order: all that one
/// station can give.
///
/// # Errors
/// [`AssembleError`]: a signature missing, twice, of another form, or not valid.
pub fn check_complete(review: &Review, signatures: &[Signature]) -> Result<(), AssembleError> {
    complete(review, signatures).map(drop)
}

/// Assembles what one station signed. For a wallet of several keys that is a part:
/// [`combine`] puts parts together.
///
/// # Errors
/// As [`check_complete`].
pub fn assemble(
    review: &Review,
    signatures: &[Signature],
) -> Result<SignedTransaction, AssembleError> {
    combine(&[Part { review, signatures }])
}

/// Puts the shares of several stations together; with enough of them the transaction is finished,
/// with as many signatures as it needs. More shares than that do no harm.
///
/// # Errors
/// As [`check_complete`]; [`AssembleError::Mixed`] for shares of different transactions or wallets,
/// [`AssembleError::Repeated`] for two of one key.
pub fn combine(parts: &[Part<'_>]) -> Result<SignedTransaction, AssembleError> {
    let Some(first) = parts.first() else {
        return Err(AssembleError::Missing { index: 0 });
    };
    match first.review.details() {
        Details::Bitcoin(reviewed) => finalise(&shares(reviewed, parts)?),
        Details::Ethereum(reviewed) => match &reviewed.signable {
            Signable::Safe(safe) => {
                safe.finalise(&reviewed.digest, &owner_signatures(reviewed, parts)?)
            }
            Signable::Transaction(_)
            | Signable::TypedData { .. }
            | Signable::Message(_)
            | Signable::Delegation(_) => {
                if parts.len() > 1 {
                    return Err(AssembleError::Mixed { part: 2 });
                }
                let (rs, y_parity) = own_signature(first)?;
                reviewed.finalise(&rs, y_parity)
            }
        },
    }
    .ok_or(AssembleError::Internal)
}

/// The one verified signature of a part.
fn own_signature(part: &Part<'_>) -> Result<([u8; 64], u8), AssembleError> {
    match complete(part.review, part.signatures)?.get(&0) {
        Some(Signature::Ethereum { rs, y_parity }) => Ok((*rs, *y_parity)),
        Some(Signature::Bitcoin { .. }) | None => Err(AssembleError::Internal),
    }
}

/// Verified signatures of one Safe's transaction by different owners.
fn owner_signatures(
    first: &ethereum::Reviewed,
    parts: &[Part<'_>],
) -> Result<Vec<OwnerSignature>, AssembleError> {
    let mut signatures = Vec::new();
    let mut owners = BTreeSet::new();
    for (number, part) in (1_usize..).zip(parts) {
        let mixed = AssembleError::Mixed { part: number };
        let Details::Ethereum(reviewed) = part.review.details() else {
            return Err(mixed);
        };
        if reviewed.digest != first.digest || reviewed.account != first.account {
            return Err(mixed);
        }
        if !owners.insert(reviewed.signer) {
            return Err(AssembleError::Repeated { part: number });
        }
        let (rs, y_parity) = own_signature(part)?;
        signatures.push(reviewed.owner_signature(&rs, y_parity));
    }
    Ok(signatures)
}

/// Verified shares of one transaction by different keys.
fn shares<'a>(first: &Reviewed, parts: &[Part<'a>]) -> Result<Vec<Share<'a>>, AssembleError> {
    let mut shares = Vec::new();
    let mut keys = BTreeSet::new();
    for (part, Part { review, signatures }) in (1_usize..).zip(parts) {
        let mixed = AssembleError::Mixed { part };
        let Details::Bitcoin(reviewed) = review.details() else {
            return Err(mixed);
        };
        if !reviewed.is_same_transaction(first) {
            return Err(mixed);
        }
        if !keys.insert(review.key().public_key) {
            return Err(AssembleError::Repeated { part });
        }
        let verified = complete(review, signatures)?;
        shares.push(Share {
            reviewed,
            signatures: verified.values().map(|signature| *signature.rs()).collect(),
        });
    }
    Ok(shares)
}

fn complete(
    review: &Review,
    signatures: &[Signature],
) -> Result<BTreeMap<u32, Signature>, AssembleError> {
    let mut verified = BTreeMap::new();
    for signature in signatures {
        let index = signature.index();
        let checked = check_signature(review, index, signature.rs())?;
        if checked != *signature {
            return Err(AssembleError::Form { index });
        }
        if verified.insert(index, checked).is_some() {
            return Err(AssembleError::Duplicate { index });
        }
    }
    let mut digests = review.digests().iter().map(|digest| digest.index);
    match digests.find(|index| !verified.contains_key(index)) {
        Some(index) => Err(AssembleError::Missing { index }),
        None => Ok(verified),
    }
}
