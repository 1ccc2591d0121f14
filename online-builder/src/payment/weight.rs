//! What a transaction weighs once it is signed, at most (BIP-141).
//! Knows scripts and counts, nothing of amounts.

use bitcoin::{Amount, Script, ScriptBuf, Transaction, TxOut};
use transaction_review::bitcoin::Descriptor;

/// The parts of a transaction's weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Weights {
    /// Weight units of one signed input.
    pub(super) input: u64,
    /// Weight units of everything else but the counts, without change.
    pub(super) outputs: u64,
    /// Outputs without change.
    pub(super) output_count: usize,
    /// Weight units of the change output.
    pub(super) change: u64,
    /// The least that is worth sending to the change script, in satoshis (dust).
    pub(super) change_dust: u64,
    /// Whether the inputs have witnesses.
    pub(super) is_segwit: bool,
}

impl Weights {
    pub(super) fn of(descriptor: &Descriptor, outputs: &[TxOut], change: &Script) -> Self {
        let change_output = TxOut {
            value: Amount::ZERO,
            script_pubkey: ScriptBuf::from(change),
        };
        let weights = outputs.iter().map(|output| output.weight().to_wu());
        Self {
            input: INPUT.saturating_add(descriptor.satisfaction_weight()),
            outputs: weights.fold(0, u64::saturating_add),
            output_count: outputs.len(),
            change: change_output.weight().to_wu(),
            change_dust: change.minimal_non_dust().to_sat(),
            is_segwit: descriptor.script_type().is_segwit(),
        }
    }

    /// Virtual bytes of the signed transaction, at most.
    pub(super) fn virtual_bytes(&self, inputs: usize, with_change: bool) -> u64 {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let (change, outputs) = if with_change {
            (self.change, self.output_count.saturating_add(1))
        } else {
            (0, self.output_count)
        };
        let counts = compact_size(inputs).saturating_add(compact_size(outputs));
        let marker = if self.is_segwit { MARKER } else { 0 };
        let weight = FIXED
            .saturating_add(counts.saturating_mul(4))
            .saturating_add(marker)
            .saturating_add(self.input.saturating_mul(count(inputs)))
            .saturating_add(self.outputs)
            .saturating_add(change);
        weight.div_ceil(4)
    }
}

/// Version and lock time.
const FIXED: u64 = 8 * 4;

/// The two bytes that announce witnesses (BIP-144).
const MARKER: u64 = 2;

/// An input without script: coin, length of nothing, sequence.
const INPUT: u64 = 41 * 4;

/// Bytes of a count.
const fn compact_size(count: usize) -> u64 {
    match count {
        0..=0xfc => 1,
        0xfd..=0xffff => 3,
        _ => 5,
    }
}

/// Virtual bytes of a transaction once all of its inputs are signed, at most.
pub(super) fn signed_virtual_bytes(descriptor: &Descriptor, unsigned: &Transaction) -> u64 {
    let inputs = u64::try_from(unsigned.input.len()).unwrap_or(u64::MAX);
    let signing = descriptor.satisfaction_weight().saturating_mul(inputs);
    let is_segwit = descriptor.script_type().is_segwit();
    let marker = if is_segwit { MARKER } else { 0 };
    let base = u64::try_from(unsigned.base_size()).unwrap_or(u64::MAX);
    base.saturating_mul(4)
        .saturating_add(signing)
        .saturating_add(marker)
        .div_ceil(4)
}
