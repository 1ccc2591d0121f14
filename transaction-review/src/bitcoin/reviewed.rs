//! What a PSBT would do: inputs with proven amounts, outputs told apart into payments and change,
//! the fee, the digests to sign. Knows one wallet, nothing of names and limits.

use bitcoin::sighash::SighashCache;
use bitcoin::{Psbt, Transaction, TxOut};

use super::amount::sum;
use super::descriptor::{Descriptor, ScriptType};
use super::digest::digest;
use super::inputs::Coin;
use super::ours::{Home, Ours};
use super::outputs::Output;
use super::{BitcoinError, inputs, outputs, psbt};
use crate::limits::MAX_TRANSACTION_WEIGHT;
use crate::{BitcoinWallet, WalletKey};

/// A PSBT that was understood to the last byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reviewed {
    /// In the form of version 0.
    pub(crate) psbt: Psbt,
    pub(crate) script_type: ScriptType,
    pub(crate) threshold: usize,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) fee_sat: u64,
    pub(crate) virtual_size: u64,
}

/// A coin that is spent, as its previous transaction proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) proven: TxOut,
    pub(crate) home: Home,
    pub(crate) digest: [u8; 32],
}

impl Reviewed {
    /// Whether another station, which holds another key, reviewed the same transaction of the same
    /// wallet: everything that signatures cover, and every script they have to satisfy. In which
    /// order a policy writes the keys, and with which origins, is no part of that.
    pub(crate) fn is_same_transaction(&self, other: &Self) -> bool {
        let scripts = |reviewed: &Self| {
            let derived = reviewed.inputs.iter().map(|input| &input.home.derived);
            let scripts = derived.map(|derived| {
                let keys: Vec<[u8; 33]> = derived.keys.iter().map(|key| key.public_key).collect();
                let redeem_script = derived.redeem_script.clone();
                (keys, redeem_script, derived.witness_script.clone())
            });
            scripts.collect::<Vec<_>>()
        };
        let proven = |reviewed: &Self| {
            let inputs = reviewed.inputs.iter();
            inputs.map(|input| input.proven.clone()).collect::<Vec<_>>()
        };
        self.psbt.unsigned_tx == other.psbt.unsigned_tx
            && (self.script_type, self.threshold) == (other.script_type, other.threshold)
            && proven(self) == proven(other)
            && scripts(self) == scripts(other)
    }
}

/// Reads, proves and classifies.
pub(crate) fn review(
    wallet: &BitcoinWallet,
    key: &WalletKey,
    bytes: &[u8],
    previous_transactions: &[Vec<u8>],
) -> Result<Reviewed, BitcoinError> {
    let psbt = psbt::read(bytes)?;
    let mut ours = Ours::new(wallet, key).ok_or(BitcoinError::Key)?;
    let weight = worst_weight(&psbt.unsigned_tx, ours.descriptor());
    if weight > MAX_TRANSACTION_WEIGHT {
        return Err(BitcoinError::TooHeavy {
            found: weight,
            limit: MAX_TRANSACTION_WEIGHT,
        });
    }
    let coins = inputs::prove(&psbt, &mut ours, previous_transactions)?;
    let outputs = outputs::classify(&psbt, &mut ours)?;
    let fee_sat = fee(&coins, &outputs)?;
    let descriptor = &wallet.descriptor;
    let inputs = digests(&psbt.unsigned_tx, descriptor.script_type(), coins)?;
    Ok(Reviewed {
        psbt,
        script_type: descriptor.script_type(),
        threshold: descriptor.threshold(),
        inputs,
        outputs,
        fee_sat,
        virtual_size: weight.div_ceil(4),
    })
}

/// What proven inputs are worth above the outputs.
fn fee(coins: &[Coin], outputs: &[Output]) -> Result<u64, BitcoinError> {
    let proven = coins.iter().map(|coin| coin.proven.value.to_sat());
    let inputs_sat = sum("the sum of the inputs", proven)?;
    let paid = outputs.iter().map(|output| output.amount_sat);
    let outputs_sat = sum("the sum of the outputs", paid)?;
    let negative = BitcoinError::FeeNegative {
        inputs_sat,
        outputs_sat,
    };
    inputs_sat.checked_sub(outputs_sat).ok_or(negative)
}

fn digests(
    transaction: &Transaction,
    script_type: ScriptType,
    coins: Vec<Coin>,
) -> Result<Vec<Input>, BitcoinError> {
    let mut cache = SighashCache::new(transaction);
    let mut inputs = Vec::new();
    for (index, Coin { proven, home }) in coins.into_iter().enumerate() {
        let fault = BitcoinError::Digest {
            input: index.saturating_add(1),
        };
        let digest = digest(&mut cache, index, &proven, script_type, &home.derived);
        inputs.push(Input {
            digest: digest.ok_or(fault)?,
            proven,
            home,
        });
    }
    Ok(inputs)
}

/// Weight units (BIP-141) with the longest signatures that can be.
fn worst_weight(transaction: &Transaction, descriptor: &Descriptor) -> u64 {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    // Marker and flag (BIP-144).
    let frame = if descriptor.script_type().is_segwit() {
        2
    } else {
        0
    };
    let inputs = number(transaction.input.len());
    let signatures = descriptor.satisfaction_weight().saturating_mul(inputs);
    // Without witnesses every byte weighs four units.
    let bytes = number(transaction.total_size()).saturating_mul(4);
    bytes.saturating_add(frame).saturating_add(signatures)
}
