//! Coins for a Bitcoin wallet: made-up previous transactions that pay it, and PSBTs that spend them.
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

/// Coins of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coins {
    /// Whose they are.
    pub script: ScriptBuf,
    /// The transactions that pay it, each with one output to it at index 1.
    pub previous: Vec<Transaction>,
}

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
    let Coins { previous, .. } = Coins::to(&script, amounts, salt);
    Funding { key, previous }
}

impl Coins {
    /// Pays each of `amounts` (satoshis) to this script, in transactions of their own. `salt` makes
    /// the coins different from any others.
    pub fn to(script: &ScriptBuf, amounts: &[u64], salt: u8) -> Self {
        let previous = amounts
            .iter()
            .zip(0_u16..)
            .map(|(satoshis, number)| paying(script, *satoshis, salt, number))
            .collect();
        Self {
            script: script.clone(),
            previous,
        }
    }

    /// A PSBT that spends every coin: `pay` satoshis to `address`, `fee` to the miner, the rest
    /// back to the script. Nothing is stated about keys.
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
                    script_pubkey: self.script.clone(),
                },
            ],
        };
        let mut psbt = Psbt::from_unsigned_tx(transaction).expect("it is unsigned");
        for (input, coin) in psbt.inputs.iter_mut().zip(&self.previous) {
            input.non_witness_utxo = Some(coin.clone());
            input.witness_utxo = Some(coin.output[1].clone());
        }
        psbt
    }
}

impl Funding {
    /// A PSBT that spends every coin: `pay` satoshis to `address`, `fee` to the miner, the rest
    /// back to the wallet, marked as change by its BIP-32 derivation.
    pub fn psbt(&self, address: &str, pay: u64, fee: u64) -> Psbt {
        let coins = Coins {
            script: ScriptBuf::new_p2wpkh(&self.key.wpubkey_hash()),
            previous: self.previous.clone(),
        };
        let mut psbt = coins.psbt(address, pay, fee);
        psbt.outputs[1]
            .bip32_derivation
            .insert(self.key.0, self.origin());
        psbt
    }

    /// The key's own fingerprint (BIP-32) and an empty path.
    pub fn origin(&self) -> (Fingerprint, DerivationPath) {
        (fingerprint(self.key.0), DerivationPath::default())
    }
}

/// A key's own fingerprint (BIP-32).
pub fn fingerprint(key: Point) -> Fingerprint {
    let hash = PublicKey::new(key).pubkey_hash();
    Fingerprint::from(*hash.as_byte_array().first_chunk().expect("20 bytes"))
}

fn paying(script: &ScriptBuf, satoshis: u64, salt: u8, number: u16) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::new(Txid::from_byte_array([salt; 32]), u32::from(number)),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[[salt; 71].as_slice(), &[2; 33]]),
        }],
        output: vec![
            TxOut {
                value: Amount::from_sat(7_777),
                script_pubkey: ScriptBuf::new_op_return(number.to_be_bytes()),
            },
            TxOut {
                value: Amount::from_sat(satoshis),
                script_pubkey: script.clone(),
            },
        ],
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
