//! Signing digests with `SIGHASH_ALL`: BIP-143 for witness scripts, the first rules for P2PKH.
//! Knows scripts and amounts, nothing of keys.

use bitcoin::hashes::Hash as _;
use bitcoin::sighash::{EcdsaSighashType, SighashCache};
use bitcoin::{Transaction, TxOut};

use super::descriptor::{Derived, ScriptType};

/// The digest of one input; `None` unless the scripts are of the type. The parts that all inputs
/// share are hashed once in `cache`.
pub(super) fn digest(
    cache: &mut SighashCache<&Transaction>,
    index: usize,
    proven: &TxOut,
    script_type: ScriptType,
    derived: &Derived,
) -> Option<[u8; 32]> {
    let all = EcdsaSighashType::All;
    let value = proven.value;
    Some(match script_type {
        ScriptType::P2pkh => {
            let script = &derived.script_pubkey;
            let digest = cache.legacy_signature_hash(index, script, all.to_u32());
            digest.ok()?.to_byte_array()
        }
        ScriptType::P2wpkh => {
            let program = &derived.script_pubkey;
            let digest = cache.p2wpkh_signature_hash(index, program, value, all);
            digest.ok()?.to_byte_array()
        }
        ScriptType::P2shP2wpkh => {
            let program = derived.redeem_script.as_ref()?;
            let digest = cache.p2wpkh_signature_hash(index, program, value, all);
            digest.ok()?.to_byte_array()
        }
        ScriptType::P2wsh | ScriptType::P2shP2wsh => {
            let script = derived.witness_script.as_ref()?;
            let digest = cache.p2wsh_signature_hash(index, script, value, all);
            digest.ok()?.to_byte_array()
        }
    })
}
