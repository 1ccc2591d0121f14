//! The scripts that a wallet can have, and what it takes at most to spend them.
//! Knows keys as bytes, nothing of who holds them.

use bitcoin::script::Builder;
use bitcoin::{CompressedPublicKey, PublicKey, ScriptBuf, opcodes};

/// A kind of script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScriptType {
    /// Pay to public key hash.
    P2pkh,
    /// Pay to witness public key hash (BIP-141).
    P2wpkh,
    /// The same inside pay to script hash (BIP-16, BIP-141).
    P2shP2wpkh,
    /// Several keys, pay to witness script hash (BIP-141).
    P2wsh,
    /// The same inside pay to script hash.
    P2shP2wsh,
}

/// A script with all that its hashes hide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scripts {
    pub(super) script_pubkey: ScriptBuf,
    pub(super) redeem_script: Option<ScriptBuf>,
    pub(super) witness_script: Option<ScriptBuf>,
}

impl ScriptType {
    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P2pkh => "P2PKH",
            Self::P2wpkh => "P2WPKH",
            Self::P2shP2wpkh => "P2SH-P2WPKH",
            Self::P2wsh => "P2WSH",
            Self::P2shP2wsh => "P2SH-P2WSH",
        }
    }

    /// Whether signatures go into the witness (BIP-141).
    pub const fn is_segwit(self) -> bool {
        !matches!(self, Self::P2pkh)
    }

    /// Whether several keys share it.
    pub(super) const fn is_multisig(self) -> bool {
        matches!(self, Self::P2wsh | Self::P2shP2wsh)
    }

    /// The script of keys in their order; `None` if they are no keys or not the right number.
    pub(super) fn of(self, threshold: usize, keys: &[[u8; 33]]) -> Option<Scripts> {
        let redeeming = |inner: ScriptBuf| Scripts {
            script_pubkey: inner.to_p2sh(),
            redeem_script: Some(inner),
            witness_script: None,
        };
        let plain = |script_pubkey| Scripts {
            script_pubkey,
            redeem_script: None,
            witness_script: None,
        };
        if self.is_multisig() {
            let witness_script = multisig(threshold, keys)?;
            let inner = witness_script.to_p2wsh();
            let scripts = match self {
                Self::P2shP2wsh => redeeming(inner),
                Self::P2wsh | Self::P2pkh | Self::P2wpkh | Self::P2shP2wpkh => plain(inner),
            };
            return Some(Scripts {
                witness_script: Some(witness_script),
                ..scripts
            });
        }
        let [key] = keys else { return None };
        let key = CompressedPublicKey::from_slice(key).ok()?;
        let witness = ScriptBuf::new_p2wpkh(&key.wpubkey_hash());
        Some(match self {
            Self::P2pkh => plain(ScriptBuf::new_p2pkh(&key.pubkey_hash())),
            Self::P2shP2wpkh => redeeming(witness),
            Self::P2wpkh | Self::P2wsh | Self::P2shP2wsh => plain(witness),
        })
    }

    /// Weight units (BIP-141) that signing adds to one input at most. A signature has at most 72
    /// bytes with its hash type, for `s` is low (BIP-146).
    pub(super) const fn satisfaction_weight(self, threshold: u64, keys: u64) -> u64 {
        // A count of witness items, and a signature and a key with their lengths.
        const KEY_WITNESS: u64 = 1 + 73 + 34;
        const WITNESS_SCALE: u64 = 4;
        // The pushes of a 22-byte and a 34-byte redeem script.
        const REDEEM_KEY_HASH: u64 = 23 * WITNESS_SCALE;
        const REDEEM_SCRIPT_HASH: u64 = 35 * WITNESS_SCALE;
        let multisig = {
            let script = keys.saturating_mul(34).saturating_add(3);
            let length = if script < 0xfd { 1 } else { 3 };
            // A count of witness items, the empty one that CHECKMULTISIG eats, then the rest.
            let fixed = script.saturating_add(length).saturating_add(2);
            threshold.saturating_mul(73).saturating_add(fixed)
        };
        match self {
            Self::P2pkh => (73 + 34) * WITNESS_SCALE,
            Self::P2wpkh => KEY_WITNESS,
            Self::P2shP2wpkh => KEY_WITNESS + REDEEM_KEY_HASH,
            Self::P2wsh => multisig,
            Self::P2shP2wsh => multisig.saturating_add(REDEEM_SCRIPT_HASH),
        }
    }
}

/// `threshold key… n CHECKMULTISIG`.
fn multisig(threshold: usize, keys: &[[u8; 33]]) -> Option<ScriptBuf> {
    let number = |count: usize| i64::try_from(count).ok();
    let mut builder = Builder::new().push_int(number(threshold)?);
    for key in keys {
        builder = builder.push_key(&PublicKey::from_slice(key).ok()?);
    }
    let all = number(keys.len())?;
    Some(
        builder
            .push_int(all)
            .push_opcode(opcodes::all::OP_CHECKMULTISIG)
            .into_script(),
    )
}
