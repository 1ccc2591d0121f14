//! Every reason code is reached by a refusal: a code that nothing can cause is a code that lies.
//! Knows the whole crate from outside.

use std::collections::BTreeSet;

use crate::ethereum::{Address, Transaction, U256};
use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, NOW, bitcoin_key, ordinary_ether, own_script, policy,
    policy_with, review_bitcoin, review_ethereum, script_of, sign, sign_digest,
};
use crate::{
    Code, History, Policy, Signature, Subject, TransactionKind, assemble, check_signature, judge,
    review,
};

/// Codes that only a fault of a library or of this program can cause.
const FAULTS: [Code; 2] = [Code::SignatureSplit, Code::ReviewInternal];
/// Reached only by a wallet of several keys: its own test reaches it.
const ELSEWHERE: [Code; 1] = [Code::ChangeGap];

#[test]
fn every_code_is_reached_by_some_refusal() {
    let mut reached: BTreeSet<Code> = FAULTS.into_iter().chain(ELSEWHERE).collect();
    reached.extend(policies());
    reached.extend(sources());
    reached.extend(bitcoin_requests());
    reached.extend(bitcoin_encodings());
    reached.extend(ethereum_requests());
    reached.extend(verdicts());
    reached.extend(crate::verdict::tests::vectors::codes());
    reached.extend(crate::verdict::tests::evm::codes());
    reached.extend(signatures());
    let missing: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| !reached.contains(code))
        .map(|code| code.as_str())
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

fn policies() -> Vec<Code> {
    let bent = [
        ("version = 1", "version ="),
        ("version = 1", "verzion = 1"),
        ("[[fee]]", "[[change]]\n[[fee]]"),
        ("version = 1", "version = 0"),
        ("25 BTC", "25"),
        ("to = [\"Example custodian\"]", "to = [\"any\"]"),
        ("id = \"op-b\"", "id = \"op-a\""),
        ("hr:1002", "hr:1001"),
    ];
    let codes = bent
        .iter()
        .map(|(from, to)| policy_with(from, to).unwrap_err().code());
    let others =
        [String::new(), "x".repeat(262_145)].map(|text| Policy::parse(&text).unwrap_err().code());
    codes.chain(others).collect()
}

fn sources() -> [Code; 2] {
    let policy = policy();
    let refusal = |wallet, now| {
        policy.sources()[0]
            .authorise(wallet, TransactionKind::BitcoinPsbt, now)
            .unwrap_err()
            .code()
    };
    [refusal("other", NOW), refusal("btc-cold", 0)]
}

fn bitcoin_requests() -> Vec<Code> {
    use bitcoin::psbt::PsbtSighashType;
    type Bend = fn(&mut BitcoinRequest);
    let bends: [Bend; 13] = [
        |r| r.psbt.inputs[0].redeem_script = Some(own_script()),
        |r| r.psbt.inputs[0].final_script_sig = Some(own_script()),
        |r| r.psbt.unsigned_tx.output.clear(),
        |r| r.psbt.unsigned_tx.version = bitcoin::transaction::Version(3),
        |r| r.psbt.unsigned_tx.input[1] = r.psbt.unsigned_tx.input[0].clone(),
        |r| r.previous[0].input[0].witness = bitcoin::Witness::from_slice(&[[1_u8]]),
        |r| r.previous.push(crate::fixture::funding(9, &[])),
        |r| drop(r.previous.pop()),
        |r| r.psbt.inputs[0].witness_utxo = Some(r.previous[1].output[0].clone()),
        |r| r.psbt.inputs[0].sighash_type = Some(PsbtSighashType::from_u32(2)),
        |r| r.psbt.unsigned_tx.output[0].value = bitcoin::Amount::MAX,
        |r| r.psbt.unsigned_tx.output[0].value = bitcoin::Amount::from_sat(15 * COIN),
        |r| r.psbt.unsigned_tx.input[0].script_sig = own_script(),
    ];
    let mut requests: Vec<BitcoinRequest> = bends
        .into_iter()
        .map(|bend| {
            let mut request = BitcoinRequest::ordinary();
            bend(&mut request);
            request
                .psbt
                .outputs
                .truncate(request.psbt.unsigned_tx.output.len());
            request
        })
        .collect();
    for (output, fingerprint) in [(0, [1; 4]), (1, [1; 4])] {
        let mut request = BitcoinRequest::ordinary();
        claim(&mut request, output, fingerprint);
        requests.push(request);
    }
    let foreign = crate::fixture::funding(1, &[(script_of(CUSTODIAN), COIN)]);
    requests.push(BitcoinRequest::spending(
        vec![foreign],
        &[(own_script(), COIN)],
    ));
    let taproot = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0";
    let taproot = crate::fixture::funding(1, &[(script_of(taproot), COIN)]);
    requests.push(BitcoinRequest::spending(
        vec![taproot],
        &[(own_script(), COIN)],
    ));
    let codes = requests
        .iter()
        .map(|request| request.review().unwrap_err().code());
    codes.chain(other_wallets()).collect()
}

/// A script that is not the wallet's, and lock times that no transaction has together.
fn other_wallets() -> [Code; 2] {
    let wallet = crate::bitcoin::tests::wallets::named("sh-wpkh");
    let mut request = wallet.ordinary(1);
    request.psbt.inputs[0].redeem_script = Some(own_script());
    let lying = request.review_under(&wallet.policy(0)).unwrap_err();
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/bip370");
    let mut files = std::fs::read_dir(format!("{vectors}/locktime-undetermined")).unwrap();
    let undetermined = std::fs::read(files.next().unwrap().unwrap().path()).unwrap();
    let undetermined = review_bitcoin(&policy(), &undetermined, &[]).unwrap_err();
    [lying.code(), undetermined.code()]
}

/// Lets an output claim to be the wallet's, at the origin of this fingerprint.
fn claim(request: &mut BitcoinRequest, output: usize, fingerprint: [u8; 4]) {
    let key = bitcoin::secp256k1::PublicKey::from_slice(&policy().wallets()[0].key().public_key);
    let source = (
        fingerprint.into(),
        bitcoin::bip32::DerivationPath::default(),
    );
    request.psbt.outputs[output]
        .bip32_derivation
        .insert(key.unwrap(), source);
}

fn bitcoin_encodings() -> Vec<Code> {
    let mut codes = Vec::new();
    let ordinary = BitcoinRequest::ordinary();
    let bytes = ordinary.psbt.serialize();
    let reversed: Vec<Vec<u8>> = ordinary.proofs().into_iter().rev().collect();
    let refusal =
        |bytes: &[u8], proofs: &[Vec<u8>]| review_bitcoin(&policy(), bytes, proofs).unwrap_err();
    codes.push(refusal(&bytes, &reversed).code());
    codes.push(refusal(&[&bytes[..], &[0]].concat(), &ordinary.proofs()).code());
    codes.push(refusal(&vec![0; 1_048_577], &[]).code());
    // PSBT_GLOBAL_VERSION 1 after the unsigned transaction.
    let after_transaction = 5 + 2 + 1 + usize::from(bytes[7]);
    let versioned = [
        &bytes[..after_transaction],
        &[1, 0xfb, 4, 1, 0, 0, 0],
        &bytes[after_transaction..],
    ]
    .concat();
    codes.push(refusal(&versioned, &ordinary.proofs()).code());
    codes
}

fn ethereum_requests() -> Vec<Code> {
    let ordinary = ordinary_ether().encode_unsigned();
    let splice = |at: usize, with: &[u8]| [&ordinary[..at], with, &ordinary[at + 1..]].concat();
    let last = ordinary.len() - 1;
    let longer = |mut bytes: Vec<u8>, by: u8| {
        bytes[1] += by;
        bytes
    };
    let creation = Transaction {
        to: Address::ZERO,
        ..ordinary_ether()
    }
    .encode_unsigned();
    let creation: Vec<u8> = {
        let at = creation
            .windows(21)
            .position(|window| window == [&[0x94][..], &[0; 20]].concat())
            .unwrap();
        [&creation[..at], &[0x80], &creation[at + 21..]].concat()
    };
    let mut creation = creation;
    creation[1] -= 20;
    let bytes = [
        vec![1],
        vec![0xc0],
        vec![2],
        [&ordinary[..], &[0]].concat(),
        longer(splice(last, &[0xc1, 0x80]), 1),
        longer(splice(last - 1, &[0x82, 1, 1]), 2),
        creation,
    ];
    let codes = bytes
        .iter()
        .map(|bytes| review_ethereum(&policy(), bytes).unwrap_err().code());
    let mut codes: Vec<Code> = codes.collect();
    for (wallet, kind) in [
        ("other", TransactionKind::BitcoinPsbt),
        ("btc-cold", TransactionKind::EthereumTransaction),
    ] {
        let subject = Subject {
            wallet,
            kind,
            transaction: &ordinary,
            previous_transactions: &[],
            reference: "INV-2291",
            replaces: None,
        };
        codes.push(review(&policy(), &subject).unwrap_err().code());
    }
    codes
}

/// What the policy's own test files do not reach.
fn verdicts() -> Vec<Code> {
    let mut codes = Vec::new();
    let mut failed = |policy: &Policy, review: &crate::Review, now| {
        codes.extend(
            judge(policy, review, &History::new(), now)
                .failed()
                .map(|check| check.code),
        );
    };
    let policy = policy();
    let ordinary = BitcoinRequest::ordinary().review().unwrap();
    failed(&policy, &ordinary, 0);
    failed(&policy, &ordinary, policy.expires());
    let tight = policy_with("max_inputs = 100", "max_inputs = 1").unwrap();
    failed(&tight, &ordinary, NOW);
    let pay = |outputs: &[_], coin| BitcoinRequest::new(&[coin], outputs).review().unwrap();
    failed(&policy, &pay(&[(script_of(CUSTODIAN), 1)], COIN), NOW);
    for transfer in strange_transfers() {
        let review = review_ethereum(&policy, &transfer.encode_unsigned()).unwrap();
        failed(&policy, &review, NOW);
    }
    codes.extend(without_rules_and_fees());
    codes
}

fn strange_transfers() -> [Transaction; 2] {
    let tip = Transaction {
        max_priority_fee_per_gas: u128::MAX,
        max_fee_per_gas: u128::MAX - 1,
        gas_limit: 30_000_000,
        to: Address::ZERO,
        value: U256::ZERO,
        ..ordinary_ether()
    };
    let chain = Transaction {
        chain_id: 5,
        gas_limit: 1,
        ..ordinary_ether()
    };
    [tip, chain]
}

fn without_rules_and_fees() -> Vec<Code> {
    let head = crate::fixture::POLICY.split("[[rule]]").next().unwrap();
    let policy = Policy::parse(head).unwrap();
    let review = BitcoinRequest::ordinary().review_under(&policy).unwrap();
    let verdict = judge(&policy, &review, &History::new(), NOW);
    verdict.failed().map(|check| check.code).collect()
}

fn signatures() -> Vec<Code> {
    let review = BitcoinRequest::ordinary().review().unwrap();
    let good = sign(&review, &bitcoin_key());
    let rs = *good[0].rs();
    let (r, s) = k256::ecdsa::Signature::from_slice(&rs)
        .unwrap()
        .split_scalars();
    let high = k256::ecdsa::Signature::from_scalars(r, -s)
        .unwrap()
        .to_bytes()
        .into();
    let other = sign_digest(&bitcoin_key(), &[9; 32]);
    let checked = [(7, rs), (0, [0; 64]), (0, high), (0, other)];
    let codes = checked
        .iter()
        .map(|(index, rs)| check_signature(&review, *index, rs).unwrap_err().code());
    let ether = Signature::Ethereum { rs, y_parity: 0 };
    let assembled = [vec![], vec![good[0], good[0]], vec![ether]];
    let others = assembled
        .iter()
        .map(|signatures| assemble(&review, signatures).unwrap_err().code());
    codes.chain(others).collect()
}
