//! What the worst request at each cap costs: review, verdict and screens, and the memory of all of it.
//! `cargo bench -p transaction-review --bench ethereum`; no test asserts these figures.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a benchmark prints, and its numbers are its own"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use transaction_review::ethereum::{
    Address, BatchedCall, Function, Operation, RawValue, SafeTransaction, Transaction, TypedData,
    U256, Value, encode_multi_send, parse_address,
};
use transaction_review::limits::{MAX_CALL_DATA_BYTES, MAX_TYPED_ELEMENTS};
use transaction_review::{History, Policy, Subject, TransactionKind, judge, review};

const NOW: u64 = 1_790_000_000;
const USDC: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const GOVERNOR: &str = "0x6666666666666666666666666666666666666666";
const BATCH: &str = "0x9641d764fc13c8B624c04430C7356C1C7C8102e2";

fn main() {
    let policy = Policy::parse(include_str!("../examples/ethereum-policy.toml")).unwrap();
    println!("{:<44} {:>8} {:>10}  outcome", "request", "bytes", "time");
    let account = TransactionKind::EthereumTransaction;
    let safe = TransactionKind::SafeTransaction;
    measure(&policy, "batch of 32 token payments", (safe, &batch(32)));
    measure(
        &policy,
        "proposal of 30 token payments",
        (account, &proposal(30, 68)),
    );
    measure(
        &policy,
        "proposal, call data at its cap",
        (account, &proposal(2, 15_000)),
    );
    measure(
        &policy,
        "proposal, every offset to one blob",
        (account, &blob()),
    );
    measure(
        &policy,
        "document of 1024 values",
        (TransactionKind::TypedData, &document()),
    );
    measure(&policy, "one MiB of zeros", (account, &vec![0; 1 << 20]));
    println!("most memory of the whole process: {}", peak());
}

/// The largest resident size so far, as the kernel counts it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut sizes = status
        .lines()
        .filter_map(|line| line.strip_prefix("VmHWM:"));
    let size = sizes.next().unwrap_or("unknown");
    size.trim().to_owned()
}

fn measure(policy: &Policy, name: &str, (kind, bytes): (TransactionKind, &[u8])) {
    let wallet = match kind {
        TransactionKind::SafeTransaction => "safe-main",
        TransactionKind::BitcoinPsbt
        | TransactionKind::EthereumTransaction
        | TransactionKind::TypedData
        | TransactionKind::Message
        | TransactionKind::Delegation => "eth-cold",
    };
    let subject = Subject {
        wallet,
        kind,
        transaction: bytes,
        previous_transactions: &[],
        reference: "BENCH-1",
        replaces: None,
    };
    let mut longest = Duration::ZERO;
    let mut outcome = String::new();
    for _ in 0..5 {
        let start = Instant::now();
        outcome = match review(policy, &subject) {
            Err(refusal) => refusal.code().to_string(),
            Ok(review) => {
                let verdict = judge(policy, &review, &History::new(), NOW);
                let screens = review.screens(policy, &verdict).len();
                format!("{}, {screens} screens", verdict.code_text())
            }
        };
        longest = longest.max(start.elapsed());
    }
    println!(
        "{name:<44} {:>8} {:>7} us  {outcome}",
        bytes.len(),
        longest.as_micros()
    );
}

fn call(signature: &str, values: &[Value]) -> Vec<u8> {
    Function::parse(signature).unwrap().encode(values).unwrap()
}

fn pay() -> Vec<u8> {
    let payroll = Value::Address(Address::repeat_byte(0x22));
    call(
        "transfer(address,uint256)",
        &[payroll, Value::Unsigned(U256::from(1_u8))],
    )
}

fn batch(calls: usize) -> Vec<u8> {
    let one = BatchedCall {
        to: parse_address(USDC).unwrap(),
        value: U256::ZERO,
        data: pay(),
    };
    let data = encode_multi_send(&vec![one; calls]);
    let to = parse_address(BATCH).unwrap();
    let plain = SafeTransaction::call(to, U256::ZERO, data, 0);
    let delegated = SafeTransaction {
        operation: Operation::DelegateCall,
        ..plain
    };
    delegated.encode()
}

fn transaction(data: Vec<u8>) -> Vec<u8> {
    let to = parse_address(GOVERNOR).unwrap();
    let plain = Transaction::transfer(1, 7, to, U256::ZERO);
    let called = Transaction {
        gas_limit: 1_000_000,
        data,
        ..plain
    };
    called.encode_unsigned()
}

const PROPOSE: &str = "propose(address[],uint256[],bytes[],string)";

/// A proposal of calls with so many bytes of data each.
fn proposal(calls: usize, bytes: usize) -> Vec<u8> {
    let mut data = pay();
    data.resize(bytes.max(data.len()), 0);
    let target = Value::Address(parse_address(USDC).unwrap());
    transaction(call(
        PROPOSE,
        &[
            Value::List(vec![target; calls]),
            Value::List(vec![Value::Unsigned(U256::ZERO); calls]),
            Value::List(vec![Value::Bytes(data); calls]),
            Value::Text("payroll".to_owned()),
        ],
    ))
}

/// `bytes[]` whose five hundred offsets all lead to one blob of half the data.
fn blob() -> Vec<u8> {
    let word = |number: usize| U256::from(number).to_be_bytes::<32>();
    let mut data = Function::parse(PROPOSE).unwrap().selector().to_vec();
    let lists = 500;
    for number in [0x80, 0xa0, 0xc0, 0xe0] {
        data.extend(word(number));
    }
    data.extend(word(0));
    data.extend(word(0));
    data.extend(word(lists));
    for _ in 0..lists {
        data.extend(word(32 * lists));
    }
    data.extend(word(MAX_CALL_DATA_BYTES - data.len() - 64));
    data.resize(MAX_CALL_DATA_BYTES, 0xab);
    transaction(data)
}

fn document() -> Vec<u8> {
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
            .collect()
    };
    let types = BTreeMap::from([
        (
            "EIP712Domain".to_owned(),
            pairs(&[("chainId", "uint256"), ("verifyingContract", "address")]),
        ),
        ("Note".to_owned(), pairs(&[("list", "uint256[]")])),
    ]);
    let domain = BTreeMap::from([
        ("chainId".to_owned(), RawValue::number(U256::from(1_u8))),
        ("verifyingContract".to_owned(), RawValue::Bytes(vec![7; 20])),
    ]);
    let list = vec![RawValue::number(U256::MAX); MAX_TYPED_ELEMENTS - 10];
    let message = BTreeMap::from([("list".to_owned(), RawValue::List(list))]);
    let document = TypedData::new(types, "Note", domain, message).unwrap();
    document.encode()
}
