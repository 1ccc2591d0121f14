//! Calls, tokens, Safes, documents and statements held against `examples/ethereum-policy.toml`.
//! Knows the catalogue by its ids, nothing of Bitcoin.

#![expect(
    clippy::too_many_lines,
    reason = "a list of cases of one rule reads best in one place"
)]

mod calls;
mod codes;
mod safes;
mod sections;
mod statements;
mod transactions;

pub(crate) use codes::codes;

use std::collections::BTreeMap;

use crate::ethereum::{
    Address, Function, RawValue, SafeTransaction, Transaction, TypedData, U256, Value,
    parse_address,
};
use crate::fixture::NOW;
use crate::{
    Code, History, Policy, Review, ReviewError, Subject, TransactionKind, Verdict, judge, review,
};

const TEXT: &str = include_str!("../../../../examples/ethereum-policy.toml");
const USDC: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const WETH: &str = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
const GOVERNOR: &str = "0x6666666666666666666666666666666666666666";
const SAFE: &str = "0x1111111111111111111111111111111111111111";
const BATCH: &str = "0x9641d764fc13c8B624c04430C7356C1C7C8102e2";
const OWN: &str = "0x1563915e194D8CfBA1943570603F7606A3115508";
const PAYROLL: Address = Address::repeat_byte(0x22);
const EXCHANGE: Address = Address::repeat_byte(0x33);
const STRANGER: Address = Address::repeat_byte(0x88);

fn policy() -> Policy {
    Policy::parse(TEXT).unwrap()
}

fn at(text: &str) -> Address {
    parse_address(text).unwrap()
}

fn call(signature: &str, values: &[Value]) -> Vec<u8> {
    Function::parse(signature).unwrap().encode(values).unwrap()
}

fn usdc(units: u64) -> Value {
    Value::Unsigned(U256::from(units) * U256::from(1_000_000_u64))
}

fn pay(to: Address, units: u64) -> Vec<u8> {
    call(
        "transfer(address,uint256)",
        &[Value::Address(to), usdc(units)],
    )
}

/// A transaction of the account with this data.
fn to(contract: &str, data: Vec<u8>) -> Transaction {
    Transaction {
        max_fee_per_gas: 30_000_000_000,
        gas_limit: 500_000,
        data,
        ..Transaction::transfer(1, 7, at(contract), U256::ZERO)
    }
}

struct Asked {
    wallet: &'static str,
    kind: TransactionKind,
    bytes: Vec<u8>,
    replaces: Option<[u8; 32]>,
}

impl Asked {
    fn review(&self, policy: &Policy) -> Result<Review, ReviewError> {
        let subject = Subject {
            wallet: self.wallet,
            kind: self.kind,
            transaction: &self.bytes,
            previous_transactions: &[],
            reference: "INV-1",
            replaces: self.replaces,
        };
        let review = review(policy, &subject)?.of_intent([9; 32]);
        Ok(review.asked_by(&policy.sources()[0]))
    }

    fn verdict(&self, history: &History, now: u64) -> Verdict {
        let policy = policy();
        judge(&policy, &self.review(&policy).unwrap(), history, now)
    }

    fn code(&self) -> Option<Code> {
        match self.review(&policy()) {
            Ok(review) => judge(&policy(), &review, &History::new(), NOW).primary,
            Err(refusal) => Some(refusal.code()),
        }
    }
}

fn account(transaction: &Transaction) -> Asked {
    Asked {
        wallet: "eth-cold",
        kind: TransactionKind::EthereumTransaction,
        bytes: transaction.encode_unsigned(),
        replaces: None,
    }
}

fn safe(transaction: &SafeTransaction) -> Asked {
    Asked {
        wallet: "safe-main",
        kind: TransactionKind::SafeTransaction,
        bytes: transaction.encode(),
        replaces: None,
    }
}

fn safe_call(to: &str, data: Vec<u8>) -> SafeTransaction {
    SafeTransaction::call(at(to), U256::ZERO, data, 0)
}

fn code(transaction: &Transaction) -> Option<Code> {
    account(transaction).code()
}

/// A proposal of one call.
fn proposal(target: Address, value: u64, data: Vec<u8>) -> Vec<u8> {
    let values = [
        Value::List(vec![Value::Address(target)]),
        Value::List(vec![Value::Unsigned(U256::from(value))]),
        Value::List(vec![Value::Bytes(data)]),
        Value::Text("pay \u{202e}llorayp".to_owned()),
    ];
    call("propose(address[],uint256[],bytes[],string)", &values)
}

/// A permit of USDC with these values, for the account or the Safe.
fn permit(
    wallet: &'static str,
    owner: Address,
    spender: Address,
    units: u64,
    deadline: u64,
) -> Asked {
    let types = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
            .collect()
    };
    let domain = types(&[
        ("name", "string"),
        ("version", "string"),
        ("chainId", "uint256"),
        ("verifyingContract", "address"),
    ]);
    let fields = types(&[
        ("owner", "address"),
        ("spender", "address"),
        ("value", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ]);
    let structs = BTreeMap::from([
        ("EIP712Domain".to_owned(), domain),
        ("Permit".to_owned(), fields),
    ]);
    let address = |address: Address| RawValue::Bytes(address.to_vec());
    let number = |number: u64| RawValue::number(U256::from(number));
    let named = |pairs: Vec<(&str, RawValue)>| -> BTreeMap<String, RawValue> {
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    };
    let document = TypedData::new(
        structs,
        "Permit",
        named(vec![
            ("name", RawValue::Text("USD Coin".to_owned())),
            ("version", RawValue::Text("2".to_owned())),
            ("chainId", number(1)),
            ("verifyingContract", address(at(USDC))),
        ]),
        named(vec![
            ("owner", address(owner)),
            ("spender", address(spender)),
            (
                "value",
                RawValue::number(U256::from(units) * U256::from(1_000_000_u64)),
            ),
            ("nonce", number(3)),
            ("deadline", number(deadline)),
        ]),
    );
    Asked {
        wallet,
        kind: TransactionKind::TypedData,
        bytes: document.unwrap().encode(),
        replaces: None,
    }
}
