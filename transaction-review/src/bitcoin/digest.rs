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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bitcoin::consensus::encode::deserialize_hex;
    use bitcoin::sighash::SighashCache;
    use bitcoin::{Amount, ScriptBuf, Transaction, TxOut};
    use data_encoding::HEXLOWER;

    use super::digest;
    use crate::bitcoin::{Descriptor, Network};

    /// The digest that a signature with `SIGHASH_ALL` covers, from a file with the example.
    fn check(file: &str) {
        let lines = file.lines().filter(|line| !line.starts_with('#'));
        let vector: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once(' ')).collect();
        let transaction: Transaction = deserialize_hex(vector["unsigned_transaction"]).unwrap();
        let proven = TxOut {
            value: Amount::from_sat(vector["amount_sat"].parse().unwrap()),
            script_pubkey: ScriptBuf::from_hex(vector["script_pubkey"]).unwrap(),
        };
        let descriptor = Descriptor::parse(vector["descriptor"], Network::Mainnet).unwrap();
        let derived = descriptor.derived(0, 0).unwrap();
        assert_eq!(derived.script_pubkey, proven.script_pubkey);
        let index = vector["input"].parse().unwrap();
        let mut cache = SighashCache::new(&transaction);
        let digest = digest(
            &mut cache,
            index,
            &proven,
            descriptor.script_type(),
            &derived,
        );
        assert_eq!(HEXLOWER.encode(&digest.unwrap()), vector["digest"]);
    }

    #[test]
    fn the_digest_is_that_of_the_p2wpkh_example_in_bip_143() {
        check(include_str!("../../vectors/bip-143-p2wpkh.txt"));
    }

    #[test]
    fn the_digest_is_that_of_the_p2sh_p2wpkh_example_in_bip_143() {
        check(include_str!("../../vectors/bip-143-p2sh-p2wpkh.txt"));
    }

    #[test]
    fn the_digest_is_that_of_the_p2sh_p2wsh_example_in_bip_143() {
        check(include_str!("../../vectors/bip-143-p2sh-p2wsh.txt"));
    }
}
