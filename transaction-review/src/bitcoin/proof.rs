//! Proofs of amounts: the previous transactions, without witnesses, that the inputs spend from.
//! Knows nothing of ownership; an amount and a script come from here or from nowhere.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::Hash as _;
use bitcoin::{OutPoint, Transaction, TxOut};

use super::BitcoinError;
use crate::excerpt::excerpt;
use crate::limits::MAX_PREVIOUS_TRANSACTION_BYTES;

/// Previous transactions by txid bytes; it remembers which of them were needed.
pub(super) struct Proofs {
    transactions: BTreeMap<[u8; 32], Transaction>,
    used: BTreeSet<[u8; 32]>,
}

impl Proofs {
    /// Reads them: canonical, without witnesses, strictly ascending by txid bytes.
    pub(super) fn read(encoded: &[Vec<u8>]) -> Result<Self, BitcoinError> {
        let mut transactions = BTreeMap::new();
        for (position, bytes) in encoded.iter().enumerate() {
            let index = position.saturating_add(1);
            let transaction =
                read(bytes).map_err(|reason| BitcoinError::ProofUnreadable { index, reason })?;
            let txid = transaction.compute_txid().to_byte_array();
            if transactions
                .last_key_value()
                .is_some_and(|(last, _)| *last >= txid)
            {
                return Err(BitcoinError::ProofOrder { index });
            }
            transactions.insert(txid, transaction);
        }
        Ok(Self {
            transactions,
            used: BTreeSet::new(),
        })
    }

    /// The output that an input spends.
    pub(super) fn output(
        &mut self,
        input: usize,
        outpoint: &OutPoint,
    ) -> Result<TxOut, BitcoinError> {
        let txid = outpoint.txid.to_byte_array();
        let Some(transaction) = self.transactions.get(&txid) else {
            return Err(BitcoinError::UtxoUnproven {
                input,
                outpoint: outpoint.to_string(),
            });
        };
        self.used.insert(txid);
        let output = usize::try_from(outpoint.vout)
            .ok()
            .and_then(|vout| transaction.output.get(vout));
        output.cloned().ok_or_else(|| BitcoinError::UtxoOutOfRange {
            input,
            outpoint: outpoint.to_string(),
            outputs: transaction.output.len(),
        })
    }

    /// Refuses previous transactions that nobody asked for.
    pub(super) fn finish(self) -> Result<(), BitcoinError> {
        let unused = self
            .transactions
            .iter()
            .find(|(txid, _)| !self.used.contains(*txid));
        match unused {
            Some((_, unused)) => Err(BitcoinError::ProofUnused {
                txid: unused.compute_txid().to_string(),
            }),
            None => Ok(()),
        }
    }
}

fn read(bytes: &[u8]) -> Result<Transaction, String> {
    if bytes.len() > MAX_PREVIOUS_TRANSACTION_BYTES {
        return Err(format!(
            "it has {} bytes, the most is {MAX_PREVIOUS_TRANSACTION_BYTES}",
            bytes.len()
        ));
    }
    let transaction: Transaction =
        deserialize(bytes).map_err(|error| excerpt(&error.to_string()))?;
    if transaction
        .input
        .iter()
        .any(|input| !input.witness.is_empty())
    {
        return Err("it has witnesses".to_owned());
    }
    if serialize(&transaction) != bytes {
        return Err("its canonical encoding differs".to_owned());
    }
    Ok(transaction)
}
