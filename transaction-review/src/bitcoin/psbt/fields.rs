//! The closed set of fields that a request's PSBT may have (BIP-174, BIP-371).
//! Knows what may be said at all, nothing of whether it is true.

use bitcoin::Psbt;
use bitcoin::psbt::{Input, Output};

use crate::BitcoinError;

/// Refuses a PSBT with signatures, or with a field that a request must not have.
pub(super) fn check(psbt: &Psbt) -> Result<(), BitcoinError> {
    check_global(psbt)?;
    for (number, input) in (1_usize..).zip(&psbt.inputs) {
        check_input(input, || format!("input {number}"))?;
    }
    for (number, output) in (1_usize..).zip(&psbt.outputs) {
        check_output(output, || format!("output {number}"))?;
    }
    Ok(())
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
