//! What the fuzzer of PSBTs starts from beside the published ones: payments of the example wallet,
//! which a review accepts, in both versions.

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use bitcoin::{
    Amount, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, absolute,
    transaction,
};

use crate::seeds::Seed;

/// The script of `btc-cold` in the example policy.
const OWN: &str = "00141d0f172a0ecb48aee1be1f2687d2963ae33f71a1";
/// Somebody else's.
const OTHER: &str = "0014751e76e8199196d454941c45d1b3a323f1433bd6";

pub fn all() -> Vec<Seed> {
    let (one, two) = (payment(1), payment(2));
    vec![
        ("psbt", "one-input", one.serialize()),
        ("psbt", "two-inputs", two.serialize()),
        ("psbt", "version-two", version_two(&one)),
    ]
}

/// From so many coins, with their transactions inside and what is left as change.
fn payment(coins: u8) -> Psbt {
    let fundings: Vec<Transaction> = (0..coins)
        .map(|number| {
            let coin = OutPoint::new(Txid::from_byte_array([number; 32]), 0);
            transaction(vec![coin], &[(OWN, 100_000)])
        })
        .collect();
    let spent = fundings
        .iter()
        .map(|funding| OutPoint::new(funding.compute_txid(), 0));
    let unsigned = transaction(spent.collect(), &[(OTHER, 50_000), (OWN, 40_000)]);
    let mut psbt = Psbt::from_unsigned_tx(unsigned).expect("nothing is signed");
    for (map, funding) in psbt.inputs.iter_mut().zip(fundings) {
        map.non_witness_utxo = Some(funding);
    }
    psbt
}

fn transaction(spent: Vec<OutPoint>, outputs: &[(&str, u64)]) -> Transaction {
    let input = |previous_output| TxIn {
        previous_output,
        sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
        ..TxIn::default()
    };
    let output = |(script, sat): &(&str, u64)| TxOut {
        script_pubkey: ScriptBuf::from_hex(script).expect("digits"),
        value: Amount::from_sat(*sat),
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: spent.into_iter().map(input).collect(),
        output: outputs.iter().map(output).collect(),
    }
}

/// A payment of one coin as BIP-370 writes it, field by field.
fn version_two(psbt: &Psbt) -> Vec<u8> {
    let input = &psbt.unsigned_tx.input[0];
    let funding = psbt.inputs[0]
        .non_witness_utxo
        .as_ref()
        .expect("it is inside");
    let mut bytes = b"psbt\xff".to_vec();
    field(&mut bytes, 0x02, &2_u32.to_le_bytes());
    field(&mut bytes, 0x04, &[1]);
    field(&mut bytes, 0x05, &[2]);
    field(&mut bytes, 0xfb, &2_u32.to_le_bytes());
    bytes.push(0);
    field(&mut bytes, 0x00, &serialize(funding));
    field(
        &mut bytes,
        0x0e,
        &input.previous_output.txid.to_byte_array(),
    );
    field(&mut bytes, 0x0f, &input.previous_output.vout.to_le_bytes());
    field(&mut bytes, 0x10, &input.sequence.0.to_le_bytes());
    bytes.push(0);
    for output in &psbt.unsigned_tx.output {
        field(&mut bytes, 0x03, &output.value.to_sat().to_le_bytes());
        field(&mut bytes, 0x04, output.script_pubkey.as_bytes());
        bytes.push(0);
    }
    bytes
}

/// A key of one byte and a value that is short.
fn field(bytes: &mut Vec<u8>, key: u8, value: &[u8]) {
    bytes.extend([1, key, u8::try_from(value.len()).expect("a short value")]);
    bytes.extend(value);
}
