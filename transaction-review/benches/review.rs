//! How long the review, the verdict and the digests of a Bitcoin transaction take, by its inputs.
//! `cargo bench -p transaction-review`; the time for one input shows whether the cost grows linearly.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "a benchmark prints, and its numbers are its own"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint};
use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use bitcoin::{
    Amount, OutPoint, Psbt, PublicKey, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    absolute, transaction,
};
use transaction_review::bitcoin::{Descriptor, Network};
use transaction_review::{History, Policy, Subject, TransactionKind, judge, review};

/// The account `m/0'` of the first vector of BIP-32.
const ACCOUNT: &str = "[3442193e/0']xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw";
/// That of the second, at `m/0`.
const COSIGNER: &str = "[bd16bee5/0]xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZb7ap6r1D3tgFxHmwMkQTPH";
const NOW: u64 = 1_790_000_000;
const COIN_SAT: u64 = 1_000_000;

fn main() {
    println!(
        "{:<10} {:>7} {:>12} {:>16}",
        "wallet", "inputs", "in all", "for one input"
    );
    for (name, descriptor) in [
        ("pkh", format!("pkh({ACCOUNT}/<0;1>/*)")),
        ("wpkh", format!("wpkh({ACCOUNT}/<0;1>/*)")),
        (
            "wsh 2-2",
            format!("wsh(sortedmulti(2,{ACCOUNT}/<0;1>/*,{COSIGNER}/<0;1>/*))"),
        ),
    ] {
        let policy = policy(&descriptor);
        for inputs in [1, 10, 100, 300, 500, 1_000] {
            measure(name, &policy, &descriptor, inputs);
        }
    }
}

fn policy(descriptor: &str) -> Policy {
    let lines = include_str!("../examples/policy.toml").lines().map(|line| {
        if line.starts_with("descriptor = ") {
            format!("descriptor = \"{descriptor}\"\ngap_limit = 1000")
        } else if line.starts_with("key = ") && line.contains("\"01\"") {
            format!(
                "key = {{ token_serial = \"station-1\", cka_id = \"01\", xpub = \"{ACCOUNT}\" }}"
            )
        } else {
            line.to_owned()
        }
    });
    Policy::parse(&lines.collect::<Vec<_>>().join("\n")).unwrap()
}

/// The best of some runs: what disturbs a run makes it longer, never shorter.
fn measure(name: &str, policy: &Policy, descriptor: &str, inputs: u32) {
    let (psbt, proofs) = request(descriptor, inputs);
    let subject = Subject {
        wallet: "btc-cold",
        kind: TransactionKind::BitcoinPsbt,
        transaction: &psbt,
        previous_transactions: &proofs,
        reference: "BENCH-1",
        replaces: None,
    };
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let Ok(review) = review(policy, &subject) else {
            println!("{name:<10} {inputs:>7} {:>12}", "refused");
            return;
        };
        black_box(judge(policy, &review, &History::new(), NOW));
        assert_eq!(review.digests().len(), usize::try_from(inputs).unwrap());
        best = best.min(start.elapsed());
    }
    println!(
        "{name:<10} {inputs:>7} {:>12.3?} {:>16.3?}",
        best,
        best / inputs
    );
}

/// Every input at a place of its own, from a transaction of its own.
fn request(descriptor: &str, inputs: u32) -> (Vec<u8>, Vec<Vec<u8>>) {
    let descriptor = Descriptor::parse(descriptor, Network::Mainnet).unwrap();
    let places: Vec<_> = (0..inputs)
        .map(|index| descriptor.derived(0, index).unwrap())
        .collect();
    let mut proofs: Vec<Transaction> = Vec::new();
    for (number, place) in (0_u32..).zip(&places) {
        let coin = OutPoint::new(Txid::all_zeros(), number);
        proofs.push(transaction(
            vec![coin],
            vec![(place.script_pubkey.clone(), COIN_SAT)],
        ));
    }
    let spent = proofs
        .iter()
        .map(|proof| OutPoint::new(proof.compute_txid(), 0));
    let change = descriptor.derived(1, 0).unwrap();
    let sum = u64::from(inputs) * COIN_SAT;
    let outputs = vec![(change.script_pubkey.clone(), sum - sum / 10)];
    let mut psbt = Psbt::from_unsigned_tx(transaction(spent.collect(), outputs)).unwrap();
    let maps = psbt.inputs.iter_mut().map(|map| &mut map.bip32_derivation);
    let maps = maps.chain(psbt.outputs.iter_mut().map(|map| &mut map.bip32_derivation));
    for (map, place) in maps.zip(places.iter().chain([&change])) {
        for key in &place.keys {
            let steps = key.path.iter().map(|step| ChildNumber::from(*step));
            let source = (
                Fingerprint::from(key.fingerprint),
                steps.collect::<DerivationPath>(),
            );
            map.insert(
                PublicKey::from_slice(&key.public_key).unwrap().inner,
                source,
            );
        }
    }
    proofs.sort_by_key(|proof| proof.compute_txid().to_byte_array());
    (psbt.serialize(), proofs.iter().map(serialize).collect())
}

fn transaction(spent: Vec<OutPoint>, outputs: Vec<(ScriptBuf, u64)>) -> Transaction {
    let input = |previous_output| TxIn {
        previous_output,
        sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
        ..TxIn::default()
    };
    let output = |(script_pubkey, sat)| TxOut {
        script_pubkey,
        value: Amount::from_sat(sat),
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: spent.into_iter().map(input).collect(),
        output: outputs.into_iter().map(output).collect(),
    }
}
