//! Puts verified signatures into the transaction: partial signatures while some are missing, then
//! scripts and witnesses, raw bytes, finalised PSBT (BIP-174). Trusts what verification has shown.

use std::collections::BTreeMap;

use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint};
use bitcoin::consensus::encode::serialize;
use bitcoin::ecdsa::Signature;
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{PublicKey, ScriptBuf, Witness, psbt};

use super::descriptor::{DerivedKey, ScriptType};
use super::reviewed::{Input, Reviewed};
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

/// One station's signatures under its own review of the transaction: `r‖s`, one for each input.
pub(crate) struct Share<'a> {
    pub(crate) reviewed: &'a Reviewed,
    pub(crate) signatures: Vec<[u8; 64]>,
}

/// The signatures of one input by the key they verify under.
type ByKey = BTreeMap<[u8; 33], Signature>;

/// Finishes the transaction if there are shares enough, or else gathers them in its PSBT. `None` if
/// the forms do not fit, which verification has excluded.
pub(crate) fn finalise(shares: &[Share<'_>]) -> Option<SignedTransaction> {
    let reviewed = shares.first()?.reviewed;
    let signatures = by_input(shares)?;
    if shares.len() < reviewed.threshold {
        part(reviewed, &signatures, shares.len())
    } else {
        whole(reviewed, &signatures)
    }
}

fn by_input(shares: &[Share<'_>]) -> Option<Vec<ByKey>> {
    let inputs = shares.first()?.reviewed.inputs.len();
    let mut signatures = vec![ByKey::new(); inputs];
    for Share {
        reviewed,
        signatures: own,
    } in shares
    {
        if own.len() != inputs || reviewed.inputs.len() != inputs {
            return None;
        }
        for ((keys, input), rs) in signatures.iter_mut().zip(&reviewed.inputs).zip(own) {
            let signature = bitcoin::secp256k1::ecdsa::Signature::from_compact(rs).ok()?;
            keys.insert(input.home.key.public_key, Signature::sighash_all(signature));
        }
    }
    Some(signatures)
}

/// A PSBT with the signatures that are there, and all that the next signer has to know.
fn part(reviewed: &Reviewed, signatures: &[ByKey], signed: usize) -> Option<SignedTransaction> {
    let mut psbt = reviewed.psbt.clone();
    let inputs = reviewed.inputs.iter().zip(signatures);
    for (map, (input, keys)) in psbt.inputs.iter_mut().zip(inputs) {
        let derived = &input.home.derived;
        map.witness_utxo = reviewed
            .script_type
            .is_segwit()
            .then(|| input.proven.clone());
        map.redeem_script.clone_from(&derived.redeem_script);
        map.witness_script.clone_from(&derived.witness_script);
        for key in &derived.keys {
            let public_key = PublicKey::from_slice(&key.public_key).ok()?;
            map.bip32_derivation.insert(public_key.inner, source(key));
            if let Some(signature) = keys.get(&key.public_key) {
                map.partial_sigs.insert(public_key, *signature);
            }
        }
    }
    Some(SignedTransaction::BitcoinPart {
        psbt: psbt.serialize(),
        signed: u32::try_from(signed).ok()?,
        threshold: u32::try_from(reviewed.threshold).ok()?,
    })
}

fn source(key: &DerivedKey) -> (Fingerprint, DerivationPath) {
    let steps = key.path.iter().map(|step| ChildNumber::from(*step));
    (Fingerprint::from(key.fingerprint), steps.collect())
}

fn whole(reviewed: &Reviewed, signatures: &[ByKey]) -> Option<SignedTransaction> {
    let mut psbt = reviewed.psbt.clone();
    let mut transaction = psbt.unsigned_tx.clone();
    let mut prevouts = Vec::new();
    let maps = psbt.inputs.iter_mut().zip(&mut transaction.input);
    for ((map, spent), (input, keys)) in maps.zip(reviewed.inputs.iter().zip(signatures)) {
        let (script_sig, witness) = satisfy(reviewed, input, keys)?;
        spent.script_sig = script_sig.clone();
        spent.witness = witness.clone();
        let is_segwit = reviewed.script_type.is_segwit();
        *map = psbt::Input {
            witness_utxo: is_segwit.then(|| input.proven.clone()),
            final_script_sig: (!script_sig.is_empty()).then_some(script_sig),
            final_script_witness: (!witness.is_empty()).then_some(witness),
            ..psbt::Input::default()
        };
        prevouts.push(PreviousOutput {
            txid: spent.previous_output.txid.to_string(),
            vout: spent.previous_output.vout,
            amount_sat: input.proven.value.to_sat(),
            script_pubkey: input.proven.script_pubkey.to_bytes(),
        });
    }
    Some(SignedTransaction::Bitcoin {
        raw: serialize(&transaction),
        txid: transaction.compute_txid().to_string(),
        psbt: psbt.serialize(),
        prevouts,
    })
}

/// Script and witness of an input: exactly as many signatures as are needed, in the order of the
/// keys in the script (BIP-141, BIP-147).
fn satisfy(reviewed: &Reviewed, input: &Input, keys: &ByKey) -> Option<(ScriptBuf, Witness)> {
    let derived = &input.home.derived;
    let in_order = derived.keys.iter();
    let signed: Vec<(&DerivedKey, &Signature)> = in_order
        .filter_map(|key| Some((key, keys.get(&key.public_key)?)))
        .take(reviewed.threshold)
        .collect();
    let (key, signature) = signed.first()?;
    let key = PublicKey::from_slice(&key.public_key).ok()?;
    let redeem = redeem_script_sig(input)?;
    Some(match reviewed.script_type {
        ScriptType::P2pkh => {
            let builder = Builder::new().push_slice(signature.serialize());
            (builder.push_key(&key).into_script(), Witness::new())
        }
        ScriptType::P2wpkh | ScriptType::P2shP2wpkh => {
            (redeem, Witness::p2wpkh(signature, &key.inner))
        }
        ScriptType::P2wsh | ScriptType::P2shP2wsh => {
            let mut witness = Witness::new();
            witness.push([]);
            for (_, signature) in &signed {
                witness.push(signature.serialize());
            }
            witness.push(derived.witness_script.as_ref()?);
            (redeem, witness)
        }
    })
}

/// What a script of P2SH needs besides the witness: its redeem script pushed (BIP-141).
fn redeem_script_sig(input: &Input) -> Option<ScriptBuf> {
    let Some(script) = &input.home.derived.redeem_script else {
        return Some(ScriptBuf::new());
    };
    let pushed = PushBytesBuf::try_from(script.to_bytes()).ok()?;
    Some(Builder::new().push_slice(pushed).into_script())
}

/// The id that the transaction will have, if it is known before it is signed: signatures of P2PKH
/// are a part of it, witnesses are not (BIP-141).
pub(crate) fn txid(reviewed: &Reviewed) -> Option<String> {
    if !reviewed.script_type.is_segwit() {
        return None;
    }
    let mut transaction = reviewed.psbt.unsigned_tx.clone();
    for (spent, input) in transaction.input.iter_mut().zip(&reviewed.inputs) {
        spent.script_sig = redeem_script_sig(input)?;
    }
    Some(transaction.compute_txid().to_string())
}
