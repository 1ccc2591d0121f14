//! Strict reading of a PSBT: closed set of fields, one encoding, no signatures (BIP-174, BIP-370).
//! Knows nothing of who owns what: it only refuses what a request may not say at all.

mod fields;
mod map;
mod version_two;

use bitcoin::hashes::Hash as _;
use bitcoin::{Psbt, Transaction};

use self::map::Map;
use self::version_two::Extra;
use super::BitcoinError;
use crate::excerpt::excerpt;
use crate::limits::{MAX_INPUTS, MAX_OUTPUTS, MAX_TRANSACTION_BYTES};

/// A PSBT of either version, as its wallet wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// In the form of version 0; of version 2 the transaction is made from its fields.
    pub(super) psbt: Psbt,
    /// What only version 2 says; `None` for version 0.
    extra: Option<Extra>,
}

impl Written {
    /// Reads either version, whatever it says and in whatever order.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, BitcoinError> {
        let maps = map::decode(bytes).map_err(unreadable)?;
        refuse_trees(&maps)?;
        if version_two::is_claimed(&maps) {
            let (psbt, extra) = version_two::decode(maps)?;
            let extra = Some(extra);
            return Ok(Self { psbt, extra });
        }
        let psbt = Psbt::deserialize(bytes).map_err(|error| refusal(&error))?;
        if psbt.version != 0 {
            return Err(BitcoinError::Version);
        }
        Ok(Self { psbt, extra: None })
    }

    /// Writes it in the version that it was, in its one canonical encoding.
    pub(super) fn encode(&self) -> Result<Vec<u8>, BitcoinError> {
        match &self.extra {
            Some(extra) => version_two::encode(&self.psbt, extra),
            None => Ok(self.psbt.serialize()),
        }
    }

    /// Says, in version 2, that the transaction is complete and may not be changed any more.
    pub(super) const fn seal(&mut self) {
        if let Some(extra) = &mut self.extra {
            extra.seal();
        }
    }
}

/// Reads a PSBT that is fit for a request.
pub(super) fn read(bytes: &[u8]) -> Result<Psbt, BitcoinError> {
    cap("bytes", bytes.len(), MAX_TRANSACTION_BYTES)?;
    let written = Written::decode(bytes)?;
    if written.extra.as_ref().is_some_and(Extra::is_modifiable) {
        return Err(BitcoinError::Field {
            place: "the global map".to_owned(),
            field: "PSBT_GLOBAL_TX_MODIFIABLE (the transaction may still change)",
        });
    }
    fields::check(&written.psbt)?;
    let canonical = written.encode()?;
    if canonical != bytes {
        return Err(BitcoinError::NotCanonical {
            found: bytes.len(),
            canonical: canonical.len(),
        });
    }
    check_transaction(&written.psbt.unsigned_tx)?;
    Ok(written.psbt)
}

/// No PSBT with a taproot tree is even parsed: the parser keeps a path of up to 128 hashes for each
/// leaf, and a leaf takes three bytes (BIP-371). A megabyte would become a gigabyte.
fn refuse_trees(maps: &[Map]) -> Result<(), BitcoinError> {
    const TAP_TREE: &[u8] = &[0x06];
    // In the global map this is another field. In an input's map it is none at all.
    match maps.iter().skip(1).find(|map| map.contains_key(TAP_TREE)) {
        Some(_) => Err(BitcoinError::Field {
            place: "an output".to_owned(),
            field: "PSBT_OUT_TAP_TREE",
        }),
        None => Ok(()),
    }
}

fn unreadable(reason: &str) -> BitcoinError {
    BitcoinError::Unreadable {
        reason: excerpt(reason),
    }
}

fn refusal(error: &bitcoin::psbt::Error) -> BitcoinError {
    if matches!(error, bitcoin::psbt::Error::Version(_)) {
        BitcoinError::Version
    } else {
        unreadable(&error.to_string())
    }
}

fn cap(what: &'static str, found: usize, limit: usize) -> Result<(), BitcoinError> {
    if found > limit {
        Err(BitcoinError::TooLarge { what, found, limit })
    } else {
        Ok(())
    }
}

fn check_transaction(transaction: &Transaction) -> Result<(), BitcoinError> {
    let (inputs, outputs) = (transaction.input.len(), transaction.output.len());
    if inputs == 0 || outputs == 0 {
        return Err(BitcoinError::Empty { inputs, outputs });
    }
    cap("inputs", inputs, MAX_INPUTS)?;
    cap("outputs", outputs, MAX_OUTPUTS)?;
    if !(1..=2).contains(&transaction.version.0) {
        return Err(BitcoinError::TransactionVersion {
            found: transaction.version.0,
        });
    }
    let mut seen = std::collections::BTreeMap::new();
    for (index, input) in transaction.input.iter().enumerate() {
        let outpoint = input.previous_output;
        let place = (outpoint.txid.to_byte_array(), outpoint.vout);
        let second = index.saturating_add(1);
        if let Some(first) = seen.insert(place, second) {
            return Err(BitcoinError::InputDuplicate {
                first,
                second,
                outpoint: outpoint.to_string(),
            });
        }
    }
    Ok(())
}
