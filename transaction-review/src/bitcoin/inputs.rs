//! The coins that a PSBT spends: each proven by its previous transaction, each ours, each signed
//! for entirely. Knows one wallet, nothing of where the money goes.

use bitcoin::psbt::{self, PsbtSighashType};
use bitcoin::sighash::EcdsaSighashType;
use bitcoin::{OutPoint, Psbt, TxOut};

use super::BitcoinError;
use super::amount::in_range;
use super::ours::{Home, Ours, Stated};
use super::proof::Proofs;
use crate::excerpt::excerpt;

/// A coin as its previous transaction proves it, and our place that it lies at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coin {
    pub(super) proven: TxOut,
    pub(super) home: Home,
}

/// The coins in the order of the inputs.
pub(super) fn prove(
    psbt: &Psbt,
    ours: &mut Ours<'_>,
    previous_transactions: &[Vec<u8>],
) -> Result<Vec<Coin>, BitcoinError> {
    let mut proofs = Proofs::read(previous_transactions)?;
    let mut coins = Vec::new();
    let inputs = psbt.unsigned_tx.input.iter().zip(&psbt.inputs);
    for (number, (input, stated)) in (1_usize..).zip(inputs) {
        let proven = output(&mut proofs, number, &input.previous_output, stated)?;
        let home = home(ours, number, &proven, stated)?;
        coins.push(Coin { proven, home });
    }
    proofs.finish()?;
    Ok(coins)
}

/// The output that an input spends, which a stated one may not contradict.
fn output(
    proofs: &mut Proofs,
    number: usize,
    outpoint: &OutPoint,
    stated: &psbt::Input,
) -> Result<TxOut, BitcoinError> {
    let output = proofs.output(number, outpoint)?;
    let proven_sat = in_range(output.value.to_sat(), || format!("input {number}"))?;
    match stated.witness_utxo.as_ref().filter(|utxo| **utxo != output) {
        Some(utxo) => Err(BitcoinError::UtxoConflict {
            input: number,
            stated_sat: utxo.value.to_sat(),
            proven_sat,
        }),
        None => Ok(output),
    }
}

/// Our place that a coin lies at.
fn home(
    ours: &mut Ours<'_>,
    number: usize,
    proven: &TxOut,
    input: &psbt::Input,
) -> Result<Home, BitcoinError> {
    let script = || excerpt(&proven.script_pubkey.to_hex_string());
    if proven.script_pubkey.is_p2tr() {
        let script = script();
        return Err(BitcoinError::InputTaproot {
            input: number,
            script,
        });
    }
    let stated = stated(input);
    let home = ours.place(&stated).and_then(|place| ours.home(place));
    let Some(home) = home else {
        return Err(BitcoinError::InputPlace {
            input: number,
            script: script(),
        });
    };
    if proven.script_pubkey != home.derived.script_pubkey {
        return Err(BitcoinError::InputForeign {
            input: number,
            script: script(),
        });
    }
    let all = PsbtSighashType::from(EcdsaSighashType::All);
    if let Some(found) = input.sighash_type.filter(|sighash| *sighash != all) {
        return Err(BitcoinError::Sighash {
            input: number,
            found: found.to_u32(),
        });
    }
    ours.check(&home, &stated, &format!("input {number}"))?;
    Ok(home)
}

const fn stated(input: &psbt::Input) -> Stated<'_> {
    Stated {
        keys: &input.bip32_derivation,
        redeem_script: input.redeem_script.as_ref(),
        witness_script: input.witness_script.as_ref(),
        fields: ["PSBT_IN_REDEEM_SCRIPT", "PSBT_IN_WITNESS_SCRIPT"],
    }
}
