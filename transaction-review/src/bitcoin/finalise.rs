//! Puts verified signatures into the transaction: witnesses, raw bytes, finalised PSBT (BIP-174).
//! Knows nothing of keys and verification: that was done before.

use bitcoin::consensus::encode::serialize;
use bitcoin::secp256k1::ecdsa::Signature;
use bitcoin::{CompressedPublicKey, Witness};

use super::Reviewed;
use crate::SignedTransaction;

/// A coin that a signed transaction spends: what a consensus library needs to judge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousOutput {
    /// The transaction's id as people write it, 64 digits.
    pub txid: String,
    /// The output's position.
    pub vout: u32,
    /// Its amount in satoshis.
    pub amount_sat: u64,
    /// Its script.
    pub script_pubkey: Vec<u8>,
}

/// Finalises; `signatures` are `r‖s` in the order of the inputs. `None` if the forms do not fit,
/// which verification has excluded.
pub(crate) fn finalise(
    reviewed: &Reviewed,
    public_key: &[u8; 33],
    signatures: &[[u8; 64]],
) -> Option<SignedTransaction> {
    let key = CompressedPublicKey::from_slice(public_key).ok()?;
    let mut psbt = reviewed.psbt.clone();
    let mut transaction = psbt.unsigned_tx.clone();
    let mut prevouts = Vec::new();
    let maps = psbt.inputs.iter_mut().zip(&mut transaction.input);
    for ((map, input), (reviewed, signature)) in maps.zip(reviewed.inputs.iter().zip(signatures)) {
        let signature =
            bitcoin::ecdsa::Signature::sighash_all(Signature::from_compact(signature).ok()?);
        let witness = Witness::p2wpkh(&signature, &key.0);
        input.witness = witness.clone();
        map.sighash_type = None;
        map.bip32_derivation.clear();
        map.witness_utxo = Some(reviewed.proven.clone());
        map.final_script_witness = Some(witness);
        prevouts.push(PreviousOutput {
            txid: input.previous_output.txid.to_string(),
            vout: input.previous_output.vout,
            amount_sat: reviewed.proven.value.to_sat(),
            script_pubkey: reviewed.proven.script_pubkey.to_bytes(),
        });
    }
    let txid = transaction.compute_txid().to_string();
    Some(SignedTransaction::Bitcoin {
        raw: serialize(&transaction),
        txid,
        psbt: psbt.serialize(),
        prevouts,
    })
}
