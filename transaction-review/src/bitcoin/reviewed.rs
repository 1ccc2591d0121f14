//! What a PSBT would do: inputs with proven amounts, outputs told apart into payments and change,
//! the fee, and the digests to sign (BIP-143). Knows one wallet, nothing of names and limits.

use bitcoin::hashes::Hash as _;
use bitcoin::psbt::PsbtSighashType;
use bitcoin::secp256k1::PublicKey;
use bitcoin::sighash::{EcdsaSighashType, SighashCache};
use bitcoin::{Psbt, ScriptBuf, Transaction, TxOut};
use data_encoding::HEXLOWER;

use super::proof::Proofs;
use super::{BitcoinError, psbt};
use crate::excerpt::excerpt;
use crate::limits::MAX_SATOSHIS;
use crate::{BitcoinWallet, WalletKey};

/// A PSBT that was understood to the last byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reviewed {
    pub(crate) psbt: Psbt,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) fee_sat: u64,
    pub(crate) virtual_size: u64,
}

/// A coin that is spent, as its previous transaction proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) proven: TxOut,
    pub(crate) digest: [u8; 32],
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) kind: OutputKind,
    pub(crate) script: ScriptBuf,
    pub(crate) amount_sat: u64,
    pub(crate) is_dust: bool,
}

/// Whose an output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutputKind {
    /// The wallet's own script, derived anew.
    Change { address: String },
    /// Someone else's script of a standard kind; the address is derived from the script.
    Payment { address: String },
    /// A script that has no address: data, bare multisig, a later witness version.
    Other,
}

/// Reads, proves and classifies.
pub(crate) fn review(
    wallet: &BitcoinWallet,
    key: &WalletKey,
    bytes: &[u8],
    previous_transactions: &[Vec<u8>],
) -> Result<Reviewed, BitcoinError> {
    let psbt = psbt::read(bytes)?;
    let ours = Ours { wallet, key };
    let proven = prove(&psbt, &ours, previous_transactions)?;
    let outputs = classify(&psbt, &ours)?;
    let inputs_sat = sum(
        "the sum of the inputs",
        proven.iter().map(|output| output.value.to_sat()),
    )?;
    let outputs_sat = sum(
        "the sum of the outputs",
        outputs.iter().map(|output| output.amount_sat),
    )?;
    let negative = BitcoinError::FeeNegative {
        inputs_sat,
        outputs_sat,
    };
    let fee_sat = inputs_sat.checked_sub(outputs_sat).ok_or(negative)?;
    let virtual_size = worst_virtual_size(&psbt.unsigned_tx);
    let inputs = digests(&psbt.unsigned_tx, proven)?;
    Ok(Reviewed {
        psbt,
        inputs,
        outputs,
        fee_sat,
        virtual_size,
    })
}

/// The wallet's side of every comparison.
struct Ours<'a> {
    wallet: &'a BitcoinWallet,
    key: &'a WalletKey,
}

impl Ours<'_> {
    fn script(&self) -> &ScriptBuf {
        self.wallet.descriptor.script()
    }

    /// A stated key must be ours, at the origin that the policy declares.
    fn check_origin(
        &self,
        key: &PublicKey,
        source: &bitcoin::bip32::KeySource,
        place: impl Fn() -> String,
    ) -> Result<(), BitcoinError> {
        let (fingerprint, path) = source;
        let steps = path.to_u32_vec();
        let descriptor = &self.wallet.descriptor;
        let at_home =
            fingerprint.to_bytes() == descriptor.fingerprint() && steps == descriptor.steps();
        if self.is_own(key) && at_home {
            return Ok(());
        }
        let path = path.to_string();
        let slash = if path.is_empty() { "" } else { "/" };
        Err(BitcoinError::Derivation {
            place: place(),
            key: HEXLOWER.encode(&key.serialize()),
            found: excerpt(&format!("{fingerprint}{slash}{path}")),
            expected: descriptor.origin(),
        })
    }

    fn is_own(&self, key: &PublicKey) -> bool {
        key.serialize() == self.key.public_key
    }
}

/// The proven outputs that the inputs spend, each of them ours and signed for entirely.
fn prove(
    psbt: &Psbt,
    ours: &Ours<'_>,
    previous_transactions: &[Vec<u8>],
) -> Result<Vec<TxOut>, BitcoinError> {
    let mut proofs = Proofs::read(previous_transactions)?;
    let mut proven = Vec::new();
    for (position, (input, stated)) in psbt.unsigned_tx.input.iter().zip(&psbt.inputs).enumerate() {
        let number = position.saturating_add(1);
        let output = proofs.output(number, &input.previous_output)?;
        let proven_sat = in_range(output.value.to_sat(), || format!("input {number}"))?;
        if let Some(utxo) = stated.witness_utxo.as_ref().filter(|utxo| **utxo != output) {
            let stated_sat = utxo.value.to_sat();
            return Err(BitcoinError::UtxoConflict {
                input: number,
                stated_sat,
                proven_sat,
            });
        }
        if output.script_pubkey != *ours.script() {
            let script = excerpt(&output.script_pubkey.to_hex_string());
            return Err(BitcoinError::InputForeign {
                input: number,
                script,
            });
        }
        let all = PsbtSighashType::from(EcdsaSighashType::All);
        if let Some(found) = stated.sighash_type.filter(|sighash| *sighash != all) {
            return Err(BitcoinError::Sighash {
                input: number,
                found: found.to_u32(),
            });
        }
        for (key, source) in &stated.bip32_derivation {
            ours.check_origin(key, source, || format!("input {number}"))?;
        }
        proven.push(output);
    }
    proofs.finish()?;
    Ok(proven)
}

fn classify(psbt: &Psbt, ours: &Ours<'_>) -> Result<Vec<Output>, BitcoinError> {
    let mut outputs = Vec::new();
    for (position, (output, stated)) in psbt
        .unsigned_tx
        .output
        .iter()
        .zip(&psbt.outputs)
        .enumerate()
    {
        let number = position.saturating_add(1);
        let amount_sat = in_range(output.value.to_sat(), || format!("output {number}"))?;
        let script = output.script_pubkey.clone();
        let is_ours = script == *ours.script();
        for (key, source) in &stated.bip32_derivation {
            let claims =
                ours.is_own(key) || source.0.to_bytes() == ours.wallet.descriptor.fingerprint();
            if claims && !is_ours {
                return Err(BitcoinError::ChangeFraud {
                    output: number,
                    script: excerpt(&script.to_hex_string()),
                    expected: ours.script().to_hex_string(),
                });
            }
            ours.check_origin(key, source, || format!("output {number}"))?;
        }
        let kind = match ours.wallet.network.address_of(&script) {
            Some(address) if is_ours => OutputKind::Change { address },
            Some(address) => OutputKind::Payment { address },
            None => OutputKind::Other,
        };
        let is_dust = output.value < script.minimal_non_dust();
        outputs.push(Output {
            kind,
            script,
            amount_sat,
            is_dust,
        });
    }
    Ok(outputs)
}

fn digests(transaction: &Transaction, proven: Vec<TxOut>) -> Result<Vec<Input>, BitcoinError> {
    let mut cache = SighashCache::new(transaction);
    let mut inputs = Vec::new();
    for (index, proven) in proven.into_iter().enumerate() {
        let fault = BitcoinError::Digest {
            input: index.saturating_add(1),
        };
        inputs.push(Input {
            digest: digest(&mut cache, index, &proven).ok_or(fault)?,
            proven,
        });
    }
    Ok(inputs)
}

/// The digest of BIP-143 with `SIGHASH_ALL`; `None` unless the script is P2WPKH.
fn digest(
    cache: &mut SighashCache<&Transaction>,
    index: usize,
    proven: &TxOut,
) -> Option<[u8; 32]> {
    let all = EcdsaSighashType::All;
    let digest = cache.p2wpkh_signature_hash(index, &proven.script_pubkey, proven.value, all);
    Some(digest.ok()?.to_byte_array())
}

/// Virtual bytes (BIP-141) with the longest low-S signature, 72 bytes with its hash type, per input.
fn worst_virtual_size(transaction: &Transaction) -> u64 {
    let mut signed = transaction.clone();
    for input in &mut signed.input {
        input.witness = bitcoin::Witness::from_slice(&[&[0_u8; 72][..], &[0_u8; 33][..]]);
    }
    u64::try_from(signed.vsize()).unwrap_or(u64::MAX)
}

fn in_range(satoshis: u64, what: impl Fn() -> String) -> Result<u64, BitcoinError> {
    if satoshis > MAX_SATOSHIS {
        return Err(BitcoinError::AmountRange { what: what() });
    }
    Ok(satoshis)
}

fn sum(what: &str, mut amounts: impl Iterator<Item = u64>) -> Result<u64, BitcoinError> {
    let out_of_range = || BitcoinError::AmountRange {
        what: what.to_owned(),
    };
    let sum = amounts
        .try_fold(0_u64, u64::checked_add)
        .ok_or_else(out_of_range)?;
    in_range(sum, || what.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bitcoin::consensus::encode::deserialize_hex;
    use bitcoin::sighash::SighashCache;
    use bitcoin::{Amount, ScriptBuf, Transaction, TxOut};
    use data_encoding::HEXLOWER;

    #[test]
    fn the_digest_is_that_of_the_example_in_bip_143() {
        let file = include_str!("../../vectors/bip-143-p2wpkh.txt");
        let lines = file.lines().filter(|line| !line.starts_with('#'));
        let vector: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once(' ')).collect();
        let transaction: Transaction = deserialize_hex(vector["unsigned_transaction"]).unwrap();
        let proven = TxOut {
            value: Amount::from_sat(vector["amount_sat"].parse().unwrap()),
            script_pubkey: ScriptBuf::from_hex(vector["script_pubkey"]).unwrap(),
        };
        let index = vector["input"].parse().unwrap();
        let digest = super::digest(&mut SighashCache::new(&transaction), index, &proven);
        assert_eq!(HEXLOWER.encode(&digest.unwrap()), vector["digest"]);
    }

    #[test]
    fn the_size_is_that_of_the_longest_low_s_signature() {
        let file = include_str!("../../vectors/bip-143-p2wpkh.txt");
        let unsigned = file
            .lines()
            .find_map(|line| line.strip_prefix("unsigned_transaction "));
        let transaction: Transaction = deserialize_hex(unsigned.unwrap()).unwrap();
        // 160 bytes without witnesses, 2 for marker and flag, 108 for each of two inputs.
        assert_eq!(
            super::worst_virtual_size(&transaction),
            (160 * 4 + 2 + 2 * 108_u64).div_ceil(4)
        );
    }
}
