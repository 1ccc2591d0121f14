//! Turns a wallet's PSBT into the form that crosses the gap: previous transactions beside it, once
//! each, without witnesses. Knows nothing of the policy; the review judges the outcome.

use std::collections::BTreeMap;

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use bitcoin::{Transaction, Witness};

use super::BitcoinError;
use super::psbt::Written;
use crate::limits::MAX_TRANSACTION_BYTES;

/// A PSBT ready for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The PSBT in its version, without `PSBT_IN_NON_WITNESS_UTXO`, in its canonical encoding.
    pub psbt: Vec<u8>,
    /// The previous transactions without witnesses, once each, sorted by txid bytes.
    pub previous_transactions: Vec<Vec<u8>>,
}

/// Why a PSBT cannot be prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// Not a PSBT (BIP-174, BIP-370).
    #[error(transparent)]
    Unreadable(#[from] BitcoinError),
    /// An input without its previous transaction.
    #[error(
        "input {input} has no previous transaction (PSBT_IN_NON_WITNESS_UTXO): let the wallet add it, for instance with utxoupdatepsbt and the full transactions"
    )]
    ProofMissing {
        /// Which, counted from 1.
        input: usize,
    },
    /// A previous transaction that is not the one the input spends from.
    #[error("input {input} spends from {spent}, but carries the transaction {found}")]
    ProofForeign {
        /// Which, counted from 1.
        input: usize,
        /// The transaction it spends from.
        spent: String,
        /// The one it carries.
        found: String,
    },
    /// More bytes than [`MAX_TRANSACTION_BYTES`].
    #[error(
        "the PSBT has {found} bytes without its previous transactions, the most is {limit}: split the payment"
    )]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// The cap.
        limit: usize,
    },
}

/// Moves the previous transactions out of a PSBT, strips their witnesses and sorts them. What only
/// wallets among themselves need goes too: `PSBT_GLOBAL_XPUB`, and in version 2 the leave to change
/// the transaction (`PSBT_GLOBAL_TX_MODIFIABLE`).
///
/// # Errors
/// [`PrepareError::Unreadable`] for bytes that are no PSBT, [`PrepareError::ProofMissing`] and
/// [`PrepareError::ProofForeign`] for an input whose amount cannot be proven,
/// [`PrepareError::TooLarge`] for what no request can carry.
pub fn prepare(psbt: &[u8]) -> Result<Prepared, PrepareError> {
    let mut written = Written::decode(psbt)?;
    let psbt = &mut written.psbt;
    let mut previous = BTreeMap::new();
    let inputs = psbt.unsigned_tx.input.iter().zip(&mut psbt.inputs);
    for (number, (input, map)) in (1_usize..).zip(inputs) {
        let missing = PrepareError::ProofMissing { input: number };
        let transaction = map.non_witness_utxo.take().ok_or(missing)?;
        let (spent, found) = (input.previous_output.txid, transaction.compute_txid());
        if spent != found {
            return Err(PrepareError::ProofForeign {
                input: number,
                spent: spent.to_string(),
                found: found.to_string(),
            });
        }
        previous.insert(found.to_byte_array(), without_witnesses(transaction));
    }
    psbt.xpub.clear();
    written.seal();
    let psbt = written.encode()?;
    if psbt.len() > MAX_TRANSACTION_BYTES {
        return Err(PrepareError::TooLarge {
            found: psbt.len(),
            limit: MAX_TRANSACTION_BYTES,
        });
    }
    Ok(Prepared {
        psbt,
        previous_transactions: previous.into_values().collect(),
    })
}

fn without_witnesses(mut transaction: Transaction) -> Vec<u8> {
    for input in &mut transaction.input {
        input.witness = Witness::new();
    }
    serialize(&transaction)
}
