//! One request for each code that only Ethereum has. Knows nothing of what is permitted.

use std::collections::BTreeMap;

use super::{
    Asked, BATCH, EXCHANGE, GOVERNOR, OWN, PAYROLL, SAFE, STRANGER, TEXT, USDC, WETH, account, at,
    call, pay, permit, policy, proposal, safe, safe_call, to, usdc,
};
use crate::ethereum::{
    AccessListEntry, Address, Authorization, BatchedCall, Operation, SafeTransaction, Transaction,
    TransactionType, TypedData, U256, Value, encode_multi_send,
};
use crate::fixture::NOW;
use crate::{Code, History, Policy, TransactionKind, judge};

/// The codes that refuse something that only Ethereum has.
pub(crate) fn codes() -> Vec<Code> {
    let mut reached = Vec::new();
    let mut reach = |asked: Asked| match asked.review(&policy()) {
        Err(refusal) => reached.push(refusal.code()),
        Ok(review) => {
            let verdict = judge(&policy(), &review, &History::new(), NOW);
            reached.extend(verdict.failed().map(|check| check.code));
        }
    };
    for asked in transactions()
        .into_iter()
        .chain(safes())
        .chain(statements())
    {
        reach(asked);
    }
    let without = TEXT.split("[[example]]").next().unwrap();
    let only_four = without.replace("tx_types = [0, 1, 2, 4]", "tx_types = [4]");
    let only_four = Policy::parse(&only_four).unwrap();
    let review = account(&to(USDC, pay(PAYROLL, 1)))
        .review(&only_four)
        .unwrap();
    let verdict = judge(&only_four, &review, &History::new(), NOW);
    reached.extend(verdict.failed().map(|check| check.code));
    let other = without.replace(
        "address spender,uint256 value",
        "address spender, uint256 value",
    );
    assert!(Policy::parse(&other).is_err(), "a type has one spelling");
    let unnamed = without.split("[[typed]]").next().unwrap().to_owned()
        + "[[fee]]"
        + without.split("[[fee]]").nth(1).unwrap();
    let unnamed = Policy::parse(&unnamed).unwrap();
    let document = permit("eth-cold", at(OWN), EXCHANGE, 1, NOW);
    let review = document.review(&unnamed).unwrap();
    let verdict = judge(&unnamed, &review, &History::new(), NOW);
    reached.extend(verdict.failed().map(|check| check.code));
    let fields = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
            .collect()
    };
    let domain = fields(&[("chainId", "uint256"), ("verifyingContract", "address")]);
    let note = fields(&[("x", "bool")]);
    let types = |domain: &[(String, String)]| {
        BTreeMap::from([
            ("EIP712Domain".to_owned(), domain.to_vec()),
            ("Note".to_owned(), note.clone()),
        ])
    };
    for domain in [&domain[..], &domain[..1]] {
        let document = TypedData::new(types(domain), "Note", BTreeMap::new(), BTreeMap::new());
        reached.push(document.unwrap_err().code());
    }
    reached
}

fn transactions() -> Vec<Asked> {
    let raw = |bytes: Vec<u8>| Asked {
        bytes,
        ..account(&to(USDC, Vec::new()))
    };
    let mut dirty = pay(PAYROLL, 1);
    dirty[4] = 1;
    let uneven = [
        Value::List(Vec::new()),
        Value::List(Vec::new()),
        Value::List(vec![Value::Bytes(Vec::new())]),
        Value::Text(String::new()),
    ];
    let uneven = call("propose(address[],uint256[],bytes[],string)", &uneven);
    let mut nested = pay(PAYROLL, 1);
    for target in [USDC, GOVERNOR, GOVERNOR] {
        nested = proposal(at(target), 0, nested);
    }
    let approved = [Value::Address(EXCHANGE), Value::Unsigned(U256::MAX)];
    let approved = call("approve(address,uint256)", &approved);
    let vote = [
        Value::Unsigned(U256::ONE),
        Value::Unsigned(U256::from(3_u8)),
    ];
    let owned = [Value::Address(STRANGER), Value::Address(PAYROLL), usdc(1)];
    let hash = call("approveHash(bytes32)", &[Value::FixedBytes(vec![7; 32])]);
    let ether = Transaction::transfer(1, 7, at(OWN), U256::ZERO);
    let transactions = [
        Transaction {
            chain_id: 0,
            ..to(USDC, Vec::new())
        },
        to(USDC, dirty),
        to(GOVERNOR, uneven),
        to(GOVERNOR, nested),
        to(USDC, approved),
        to(GOVERNOR, call("castVote(uint256,uint8)", &vote)),
        to(USDC, call("transferFrom(address,address,uint256)", &owned)),
        to(SAFE, hash),
        Transaction {
            value: U256::MAX >> 1,
            ..to(WETH, call("deposit()", &[]))
        },
        Transaction {
            access_list: vec![AccessListEntry {
                address: STRANGER,
                storage_keys: Vec::new(),
            }],
            ..ether.clone()
        },
        Transaction {
            kind: TransactionType::SetCode,
            ..ether.clone()
        },
        ether,
    ];
    let asked = transactions.iter().map(account);
    asked.chain([raw(vec![3])]).collect()
}

fn safes() -> Vec<Asked> {
    let plain = safe_call(USDC, pay(PAYROLL, 1));
    let bytes = plain.encode();
    let raw = |bytes: Vec<u8>| Asked {
        bytes,
        ..safe(&plain)
    };
    let place = bytes.windows(2).position(|pair| pair == [4, 0]).unwrap();
    let mut two = bytes.clone();
    two[place + 1] = 2;
    let batch = |calls: &[BatchedCall]| {
        safe(&SafeTransaction {
            operation: Operation::DelegateCall,
            ..safe_call(BATCH, encode_multi_send(calls))
        })
    };
    let token = BatchedCall {
        to: at(USDC),
        value: U256::ZERO,
        data: pay(PAYROLL, 1),
    };
    let admin = |signature: &str, values: &[Value]| safe(&safe_call(SAFE, call(signature, values)));
    let three = [Address::with_last_byte(1), STRANGER, PAYROLL].map(Value::Address);
    vec![
        raw(vec![7; 40]),
        raw([&bytes[..], &[0]].concat()),
        raw(two),
        batch(&[]),
        batch(&vec![token; 33]),
        safe(&SafeTransaction {
            operation: Operation::DelegateCall,
            ..plain.clone()
        }),
        safe(&SafeTransaction {
            gas_price: U256::ONE,
            ..plain.clone()
        }),
        admin("enableModule(address)", &[Value::Address(STRANGER)]),
        admin("swapOwner(address,address,address)", &three),
    ]
}

fn statements() -> Vec<Asked> {
    let asked = |kind, bytes: Vec<u8>| Asked {
        wallet: "eth-cold",
        kind,
        bytes,
        replaces: None,
    };
    let document = permit("eth-cold", at(OWN), EXCHANGE, 1, NOW).bytes;
    let replaced = |from: &[u8], to: &[u8]| {
        let place = document
            .windows(from.len())
            .position(|window| window == from)
            .unwrap();
        let bytes = [&document[..place], to, &document[place + from.len()..]].concat();
        asked(TransactionKind::TypedData, bytes)
    };
    let unlisted = Authorization {
        chain_id: 1,
        address: STRANGER,
        nonce: 7,
    };
    vec![
        asked(TransactionKind::TypedData, vec![0; 65_537]),
        asked(TransactionKind::TypedData, vec![7; 32]),
        asked(TransactionKind::TypedData, [&document[..], &[0]].concat()),
        replaced(b"uint256", b"uint257"),
        replaced(b"spender", b"spendor"),
        replaced(EXCHANGE.as_slice(), &[&[0x33; 19][..], &[0x34]].concat()),
        // Twenty bytes become a text: the type says address.
        replaced(
            &[&[0x54][..], EXCHANGE.as_slice()].concat(),
            &[&[0x74][..], &[b'a'; 20]].concat(),
        ),
        permit("eth-cold", at(OWN), EXCHANGE, 50_001, NOW + 99_999),
        asked(TransactionKind::Message, vec![7; 32]),
        asked(TransactionKind::Message, vec![b'a'; 65]),
        asked(TransactionKind::Delegation, unlisted.encode()),
    ]
}
