//! Strict reading of a PSBT: closed set of fields, one encoding, no signatures (BIP-174).
//! Knows nothing of who owns what: it only refuses what a request may not say at all.

use bitcoin::hashes::Hash as _;
use bitcoin::psbt::{Input, Output};
use bitcoin::{Psbt, Transaction};

use super::BitcoinError;
use crate::excerpt::excerpt;
use crate::limits::{MAX_INPUTS, MAX_OUTPUTS, MAX_TRANSACTION_BYTES};

/// Reads a PSBT that is fit for a request.
pub(super) fn read(bytes: &[u8]) -> Result<Psbt, BitcoinError> {
    cap("bytes", bytes.len(), MAX_TRANSACTION_BYTES)?;
    let psbt = Psbt::deserialize(bytes).map_err(|error| refusal(&error))?;
    if psbt.version != 0 {
        return Err(BitcoinError::Version);
    }
    check_global(&psbt)?;
    for (index, input) in psbt.inputs.iter().enumerate() {
        check_input(input, || format!("input {}", index.saturating_add(1)))?;
    }
    for (index, output) in psbt.outputs.iter().enumerate() {
        check_output(output, || format!("output {}", index.saturating_add(1)))?;
    }
    let canonical = psbt.serialize();
    if canonical != bytes {
        return Err(BitcoinError::NotCanonical {
            found: bytes.len(),
            canonical: canonical.len(),
        });
    }
    check_transaction(&psbt.unsigned_tx)?;
    Ok(psbt)
}

fn refusal(error: &bitcoin::psbt::Error) -> BitcoinError {
    if matches!(error, bitcoin::psbt::Error::Version(_)) {
        BitcoinError::Version
    } else {
        BitcoinError::Unreadable {
            reason: excerpt(&error.to_string()),
        }
    }
}

fn cap(what: &'static str, found: usize, limit: usize) -> Result<(), BitcoinError> {
    if found > limit {
        Err(BitcoinError::TooLarge { what, found, limit })
    } else {
        Ok(())
    }
}

fn check_global(psbt: &Psbt) -> Result<(), BitcoinError> {
    let fields = [
        (!psbt.xpub.is_empty(), "PSBT_GLOBAL_XPUB"),
        (!psbt.proprietary.is_empty(), "PSBT_GLOBAL_PROPRIETARY"),
        (!psbt.unknown.is_empty(), "unknown key"),
    ];
    refuse(&fields, || "the global map".to_owned())
}

fn check_input(input: &Input, place: impl Fn() -> String) -> Result<(), BitcoinError> {
    let signatures = [
        (!input.partial_sigs.is_empty(), "PSBT_IN_PARTIAL_SIG"),
        (input.final_script_sig.is_some(), "PSBT_IN_FINAL_SCRIPTSIG"),
        (
            input.final_script_witness.is_some(),
            "PSBT_IN_FINAL_SCRIPTWITNESS",
        ),
        (input.tap_key_sig.is_some(), "PSBT_IN_TAP_KEY_SIG"),
        (!input.tap_script_sigs.is_empty(), "PSBT_IN_TAP_SCRIPT_SIG"),
    ];
    if let Some((_, field)) = signatures.into_iter().find(|(present, _)| *present) {
        return Err(BitcoinError::Presigned {
            place: place(),
            field,
        });
    }
    let fields = [
        (
            input.non_witness_utxo.is_some(),
            "PSBT_IN_NON_WITNESS_UTXO (it travels beside the PSBT)",
        ),
        (input.redeem_script.is_some(), "PSBT_IN_REDEEM_SCRIPT"),
        (input.witness_script.is_some(), "PSBT_IN_WITNESS_SCRIPT"),
        (!input.ripemd160_preimages.is_empty(), "PSBT_IN_RIPEMD160"),
        (!input.sha256_preimages.is_empty(), "PSBT_IN_SHA256"),
        (!input.hash160_preimages.is_empty(), "PSBT_IN_HASH160"),
        (!input.hash256_preimages.is_empty(), "PSBT_IN_HASH256"),
        (!input.tap_scripts.is_empty(), "PSBT_IN_TAP_LEAF_SCRIPT"),
        (
            !input.tap_key_origins.is_empty(),
            "PSBT_IN_TAP_BIP32_DERIVATION",
        ),
        (input.tap_internal_key.is_some(), "PSBT_IN_TAP_INTERNAL_KEY"),
        (input.tap_merkle_root.is_some(), "PSBT_IN_TAP_MERKLE_ROOT"),
        (!input.proprietary.is_empty(), "PSBT_IN_PROPRIETARY"),
        (!input.unknown.is_empty(), "unknown key"),
    ];
    refuse(&fields, place)
}

fn check_output(output: &Output, place: impl Fn() -> String) -> Result<(), BitcoinError> {
    let fields = [
        (output.redeem_script.is_some(), "PSBT_OUT_REDEEM_SCRIPT"),
        (output.witness_script.is_some(), "PSBT_OUT_WITNESS_SCRIPT"),
        (
            output.tap_internal_key.is_some(),
            "PSBT_OUT_TAP_INTERNAL_KEY",
        ),
        (output.tap_tree.is_some(), "PSBT_OUT_TAP_TREE"),
        (
            !output.tap_key_origins.is_empty(),
            "PSBT_OUT_TAP_BIP32_DERIVATION",
        ),
        (!output.proprietary.is_empty(), "PSBT_OUT_PROPRIETARY"),
        (!output.unknown.is_empty(), "unknown key"),
    ];
    refuse(&fields, place)
}

fn refuse(fields: &[(bool, &'static str)], place: impl Fn() -> String) -> Result<(), BitcoinError> {
    match fields.iter().find(|(present, _)| *present) {
        Some((_, field)) => Err(BitcoinError::Field {
            place: place(),
            field,
        }),
        None => Ok(()),
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
