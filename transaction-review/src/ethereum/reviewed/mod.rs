//! What an account or a Safe is asked to sign, read to the last byte, and what comes of it once it is
//! signed. Knows who signs and which functions the policy names, nothing of limits.

mod statement;
mod transaction;

use std::sync::Arc;

use alloy_primitives::{Address, U256, keccak256};

pub(crate) use self::statement::{delegation, message, typed_data};
pub(crate) use self::transaction::{raw, safe_transaction, transaction};

use super::call::{Function, Leaf};
use super::safe::{SafeDomain, SafeTransaction};
use super::transaction::{Authorization, Transaction};
use super::typed::TypedData;
use super::{Message, OwnerSignature};
use crate::{EthereumSignature, SafeSignatures, SignedTransaction};

/// The functions that may be decoded, by contract and selector: those that the policy names.
pub(crate) type Known<'a> = &'a dyn Fn(Address, [u8; 4]) -> Option<Arc<Function>>;

/// Something that was understood to the last byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reviewed {
    /// The chain (EIP-155); of a message the lowest that the account is on.
    pub(crate) chain_id: u64,
    /// The account that acts: the key's own, or the Safe.
    pub(crate) account: Address,
    /// The address whose key signs.
    pub(crate) signer: Address,
    /// What is signed.
    pub(crate) signable: Signable,
    /// Its digest.
    pub(crate) digest: [u8; 32],
    /// Every transfer and every call in it, in order.
    pub(crate) leaves: Vec<Leaf>,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signable {
    /// A transaction of the account.
    Transaction(Transaction),
    /// A transaction of a Safe.
    Safe(SafeSignable),
    /// A document, for the account itself or, wrapped, for a Safe.
    TypedData {
        /// The document.
        document: TypedData,
        /// The Safe whose message it is.
        safe: Option<SafeDomain>,
    },
    /// A text.
    Message(Message),
    /// An authorization to delegate.
    Delegation(Authorization),
}

/// A transaction of a Safe with what its hash is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SafeSignable {
    pub(crate) transaction: SafeTransaction,
    pub(crate) domain: SafeDomain,
    /// The owners that the policy registers.
    pub(crate) owners: Vec<Address>,
    /// How many of them have to sign.
    pub(crate) threshold: u64,
    /// Whether the delegate call goes to the pinned `MultiSendCallOnly` and was read as a batch.
    pub(crate) batch: bool,
}

impl Reviewed {
    /// The nonce of the account or the Safe, if it uses one up.
    pub(crate) const fn nonce(&self) -> Option<u64> {
        match &self.signable {
            Signable::Transaction(transaction) => Some(transaction.nonce),
            Signable::Safe(safe) => Some(safe.transaction.nonce),
            Signable::Delegation(authorization) => Some(authorization.nonce),
            Signable::TypedData { .. } | Signable::Message(_) => None,
        }
    }

    /// The most that gas can cost the account, in wei: only its own transactions cost it any.
    pub(crate) fn max_gas_cost(&self) -> U256 {
        match &self.signable {
            Signable::Transaction(transaction) => transaction.max_gas_cost(),
            Signable::Safe(_)
            | Signable::TypedData { .. }
            | Signable::Message(_)
            | Signable::Delegation(_) => U256::ZERO,
        }
    }

    /// What comes of it; verification has been done before. `None` where signatures cannot be what
    /// they seem to be.
    pub(crate) fn finalise(&self, rs: &[u8; 64], y_parity: u8) -> Option<SignedTransaction> {
        let (r, s) = rs.split_at(32);
        match &self.signable {
            Signable::Transaction(transaction) => {
                let (r, s) = (U256::from_be_slice(r), U256::from_be_slice(s));
                let raw = transaction.encode_signed(y_parity, r, s);
                let hash = keccak256(&raw).0;
                Some(SignedTransaction::Ethereum { raw, hash })
            }
            Signable::Safe(safe) => {
                safe.finalise(&self.digest, &[self.owner_signature(rs, y_parity)])
            }
            Signable::TypedData { .. } | Signable::Message(_) | Signable::Delegation(_) => {
                Some(SignedTransaction::EthereumStatement(EthereumSignature {
                    digest: self.digest,
                    signer: self.signer.to_checksum(None),
                    signature: self.owner_signature(rs, y_parity).to_bytes(),
                }))
            }
        }
    }

    /// The signature as a Safe's owner gives it: `r ‖ s ‖ v`.
    pub(crate) const fn owner_signature(&self, rs: &[u8; 64], y_parity: u8) -> OwnerSignature {
        OwnerSignature {
            owner: self.signer,
            rs: *rs,
            y_parity,
        }
    }
}

impl SafeSignable {
    /// What several owners' signatures make: enough of them, sorted, are what the Safe executes.
    pub(crate) fn finalise(
        &self,
        digest: &[u8; 32],
        signatures: &[OwnerSignature],
    ) -> Option<SignedTransaction> {
        let merged = super::safe::merge(signatures, digest, &self.owners).ok()?;
        let signed = u64::try_from(signatures.len()).ok()?;
        let complete = signed >= self.threshold;
        Some(SignedTransaction::Safe(SafeSignatures {
            safe: self.domain.safe.to_checksum(None),
            chain_id: self.domain.chain_id,
            safe_tx_hash: *digest,
            nonce: self.transaction.nonce,
            signed,
            threshold: self.threshold,
            owners: signatures
                .iter()
                .map(|signature| signature.owner.to_checksum(None))
                .collect(),
            execution: complete.then(|| self.transaction.execution_call(&merged)),
            signatures: merged,
        }))
    }
}
