//! The PSBT of a payment: the unsigned transaction with everything that a reviewer needs to prove
//! it. Knows nothing of how coins were chosen.

use std::collections::BTreeMap;

use bitcoin::absolute::LockTime;
use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint, KeySource};
use bitcoin::secp256k1::PublicKey;
use bitcoin::transaction::Version;
use bitcoin::{Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness};
use transaction_review::bitcoin::{Derived, DerivedKey};

use super::{Coin, PaymentError};

/// A coin that is spent, and what the wallet has at its place.
pub(super) struct Input<'a> {
    pub(super) coin: &'a Coin,
    pub(super) derived: Derived,
}

/// Makes the PSBT. An output with a place is the wallet's own.
pub(super) fn unsigned(
    inputs: &[Input<'_>],
    outputs: &[(TxOut, Option<Derived>)],
    lock_time: u32,
) -> Result<Vec<u8>, PaymentError> {
    let transaction = Transaction {
        version: Version::TWO,
        lock_time: LockTime::from_consensus(lock_time),
        input: inputs.iter().map(|input| input_of(input.coin)).collect(),
        output: outputs.iter().map(|(output, _)| output.clone()).collect(),
    };
    let internal = |_error| PaymentError::Internal;
    let mut psbt = Psbt::from_unsigned_tx(transaction).map_err(internal)?;
    for (map, Input { coin, derived }) in psbt.inputs.iter_mut().zip(inputs) {
        if derived.script_pubkey.is_p2wpkh()
            || derived.witness_script.is_some()
            || derived.redeem_script.is_some()
        {
            map.witness_utxo = Some(coin.output());
        }
        map.non_witness_utxo = Some(coin.previous.clone());
        map.redeem_script.clone_from(&derived.redeem_script);
        map.witness_script.clone_from(&derived.witness_script);
        map.bip32_derivation = keys(&derived.keys)?;
    }
    for (map, (_, derived)) in psbt.outputs.iter_mut().zip(outputs) {
        if let Some(derived) = derived {
            map.redeem_script.clone_from(&derived.redeem_script);
            map.witness_script.clone_from(&derived.witness_script);
            map.bip32_derivation = keys(&derived.keys)?;
        }
    }
    Ok(psbt.serialize())
}

/// Replaceable (BIP-125), so that a fee that proves too low can be raised.
fn input_of(coin: &Coin) -> TxIn {
    TxIn {
        previous_output: coin.outpoint,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
        witness: Witness::new(),
    }
}

fn keys(derived: &[DerivedKey]) -> Result<BTreeMap<PublicKey, KeySource>, PaymentError> {
    let mut keys = BTreeMap::new();
    for key in derived {
        let point = PublicKey::from_slice(&key.public_key);
        let point = point.map_err(|_error| PaymentError::Internal)?;
        let steps: DerivationPath = key.path.iter().copied().map(ChildNumber::from).collect();
        keys.insert(point, (Fingerprint::from(key.fingerprint), steps));
    }
    Ok(keys)
}
