//! Coins for a Bitcoin wallet: a made-up previous transaction that pays it, and PSBTs that spend it.
//! It knows nothing of the programs under test; the `bitcoin` library makes the requests.

use std::str::FromStr as _;

use bitcoin::absolute::LockTime;
use bitcoin::bip32::{DerivationPath, Fingerprint};
use bitcoin::hashes::Hash as _;
use bitcoin::psbt::Psbt;
use bitcoin::secp256k1::PublicKey as Point;
use bitcoin::transaction::Version;
use bitcoin::{
    Address, Amount, CompressedPublicKey, OutPoint, PublicKey, ScriptBuf, Sequence, Transaction,
    TxIn, TxOut, Txid, Witness,
};
use data_encoding::HEXLOWER;

/// Coins of a wallet of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funding {
    /// The wallet's key.
    pub key: CompressedPublicKey,
    /// The transactions that pay the wallet, each with one output to it at index 1.
    pub previous: Vec<Transaction>,
}

/// Pays each of `amounts` (satoshis) to the wallet of this key (`es256k:…`), in transactions of
/// their own. `salt` makes the coins different from any others.
pub fn fund(public_key: &str, amounts: &[u64], salt: u8) -> Funding {
    let digits = public_key.split_once(':').expect("es256k:…").1;
    let point = HEXLOWER
        .decode(digits.as_bytes())
        .expect("hexadecimal digits");
    let key = CompressedPublicKey(Point::from_slice(&point).expect("a point"));
    let script = ScriptBuf::new_p2wpkh(&key.wpubkey_hash());
    let previous = amounts
        .iter()
        .zip(0_u8..)
        .map(|(satoshis, number)| Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: vec![TxIn {
                previous_output: OutPoint::new(
                    Txid::from_byte_array([salt; 32]),
                    u32::from(number),
                ),
                script_sig: ScriptBuf::new(),
                sequence: Sequence::MAX,
                witness: Witness::from_slice(&[[number; 71].as_slice(), &point]),
            }],
            output: vec![
                TxOut {
                    value: Amount::from_sat(7_777),
                    script_pubkey: ScriptBuf::new_op_return([number]),
                },
                TxOut {
                    value: Amount::from_sat(*satoshis),
                    script_pubkey: script.clone(),
                },
            ],
        })
        .collect();
    Funding { key, previous }
}

impl Funding {
    /// A PSBT that spends every coin: `pay` satoshis to `address`, `fee` to the miner, the rest
    /// back to the wallet, marked as change by its BIP-32 derivation.
    pub fn psbt(&self, address: &str, pay: u64, fee: u64) -> Psbt {
        let total: u64 = self
            .previous
            .iter()
            .map(|coin| coin.output[1].value.to_sat())
            .sum();
        let payee = Address::from_str(address)
            .expect("an address")
            .assume_checked();
        let transaction = Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: self.previous.iter().map(spending).collect(),
            output: vec![
                TxOut {
                    value: Amount::from_sat(pay),
                    script_pubkey: payee.script_pubkey(),
                },
                TxOut {
                    value: Amount::from_sat(total - pay - fee),
                    script_pubkey: ScriptBuf::new_p2wpkh(&self.key.wpubkey_hash()),
                },
            ],
        };
        let mut psbt = Psbt::from_unsigned_tx(transaction).expect("it is unsigned");
        for (input, coin) in psbt.inputs.iter_mut().zip(&self.previous) {
            input.non_witness_utxo = Some(coin.clone());
            input.witness_utxo = Some(coin.output[1].clone());
        }
        psbt.outputs[1]
            .bip32_derivation
            .insert(self.key.0, self.origin());
        psbt
    }

    /// The key's own fingerprint (BIP-32) and an empty path.
    pub fn origin(&self) -> (Fingerprint, DerivationPath) {
        let hash = PublicKey::new(self.key.0).pubkey_hash();
        let first = *hash.as_byte_array().first_chunk().expect("20 bytes");
        (Fingerprint::from(first), DerivationPath::default())
    }
}

fn spending(coin: &Transaction) -> TxIn {
    TxIn {
        previous_output: OutPoint::new(coin.compute_txid(), 1),
        script_sig: ScriptBuf::new(),
        sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
        witness: Witness::new(),
    }
}
