//! Each known batch: whom its calls go to, from whom, with what. Knows nothing of the Safe.

use alloy_primitives::{Address, U256};

use super::super::{Action, BatchFlaw, CallError, Leaf, Value};
use super::{
    CONTRACT, OTHER, PAYEE, WALLET, bytes, call, data, expanded, function, number, paths, transfer,
};
use crate::Code;

const TRANSFER: &str = "transfer(address,uint256)";
const PROPOSE: &str = "propose(address[],uint256[],bytes[],string)";

/// From, to and value of each call inside.
fn inside(leaves: &[Leaf]) -> Vec<(Address, Address, u64)> {
    leaves[1..]
        .iter()
        .map(|leaf| (leaf.from, leaf.to, leaf.value.to::<u64>()))
        .collect()
}

fn carried(leaf: &Leaf) -> usize {
    match &leaf.action {
        Action::Transfer => 0,
        Action::Function { inner, .. } => *inner,
    }
}

fn open(signature: &str, values: &[Value]) -> Result<Vec<Leaf>, CallError> {
    let mut outer = call(data(signature, values));
    outer.value = U256::from(100);
    expanded(&outer, &[signature, TRANSFER])
}

fn word(byte: u8) -> Value {
    Value::FixedBytes(vec![byte; 32])
}

fn list<T>(items: impl IntoIterator<Item = T>, value: impl Fn(T) -> Value) -> Value {
    Value::List(items.into_iter().map(value).collect())
}

fn targets(count: u32) -> Value {
    list(0..count, |_| Value::Address(OTHER))
}

fn amounts(count: u32) -> Value {
    list(0..count, |amount| number(amount.into()))
}

fn pieces(count: u32) -> Value {
    list(0..count, |amount| bytes(&transfer(amount.into())))
}

/// A multicall delegates to its own contract: the caller stays the caller and value moves once.
#[test]
fn a_multicall_calls_its_own_contract_for_its_own_caller_eth_23() {
    for (signature, values) in [
        ("multicall(bytes[])", vec![pieces(2)]),
        ("multicall(uint256,bytes[])", vec![number(9), pieces(2)]),
    ] {
        let leaves = open(signature, &values).unwrap();
        assert_eq!(
            paths(&leaves),
            [
                "call/multicall",
                "call/multicall[0]/transfer",
                "call/multicall[1]/transfer"
            ]
        );
        assert_eq!(
            inside(&leaves),
            [(WALLET, CONTRACT, 0), (WALLET, CONTRACT, 0)]
        );
        assert_eq!(leaves[0].value, U256::from(100));
        assert_eq!(carried(&leaves[0]), 2);
    }
}

#[test]
fn a_multicall_entry_without_data_is_refused_eth_07() {
    let entries = Value::List(vec![bytes(&transfer(1)), bytes(&[])]);
    assert_eq!(
        open("multicall(bytes[])", &[entries]),
        Err(CallError::Fallback {
            path: "call/multicall[1]".to_owned(),
            to: CONTRACT,
            bytes: 0
        })
    );
}

#[test]
fn batches_of_one_call_are_looked_into_eth_23() {
    let one = |rest: Vec<Value>| {
        let call = vec![Value::Address(OTHER), number(7), bytes(&transfer(5))];
        [call, rest].concat()
    };
    for (signature, values) in [
        ("execute(address,uint256,bytes)", one(vec![])),
        (
            "execute(address,uint256,bytes,bytes32,bytes32)",
            one(vec![word(1), word(2)]),
        ),
        (
            "schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
            one(vec![word(1), word(2), number(3)]),
        ),
    ] {
        let leaves = open(signature, &values).unwrap();
        let name = function(signature).name().to_owned();
        assert_eq!(
            paths(&leaves),
            [format!("call/{name}"), format!("call/{name}[0]/transfer")]
        );
        assert_eq!(inside(&leaves), [(CONTRACT, OTHER, 7)]);
        assert_eq!(carried(&leaves[0]), 1);
    }
}

#[test]
fn batches_of_tuples_are_looked_into_eth_23() {
    let pair = |amount| Value::Tuple(vec![Value::Address(OTHER), bytes(&transfer(amount))]);
    let leaves = open("aggregate((address,bytes)[])", &[list([1, 2], pair)]).unwrap();
    assert_eq!(
        inside(&leaves),
        [(CONTRACT, OTHER, 0), (CONTRACT, OTHER, 0)]
    );
    let triple = |amount| {
        Value::Tuple(vec![
            Value::Address(OTHER),
            number(amount),
            bytes(&transfer(amount)),
        ])
    };
    for signature in [
        "execute((address,uint256,bytes)[])",
        "executeBatch((address,uint256,bytes)[])",
    ] {
        let leaves = open(signature, &[list([1, 2], triple)]).unwrap();
        assert_eq!(
            inside(&leaves),
            [(CONTRACT, OTHER, 1), (CONTRACT, OTHER, 2)]
        );
    }
}

fn of_lists(signature: &str, three: &[Value; 3]) -> Result<Vec<Leaf>, CallError> {
    let rest = match function(signature).types().len() {
        4 => vec![Value::Text("Pay".to_owned())],
        5 => vec![word(1), word(2)],
        _ => vec![word(1), word(2), number(3)],
    };
    open(signature, &[three.to_vec(), rest].concat())
}

const OF_LISTS: [&str; 3] = [
    PROPOSE,
    "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
    "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
];

#[test]
fn batches_of_lists_are_looked_into_eth_23() {
    for signature in OF_LISTS {
        let leaves = of_lists(signature, &[targets(3), amounts(3), pieces(3)]).unwrap();
        assert_eq!(
            inside(&leaves),
            [
                (CONTRACT, OTHER, 0),
                (CONTRACT, OTHER, 1),
                (CONTRACT, OTHER, 2)
            ]
        );
        assert_eq!(carried(&leaves[0]), 3);
    }
    let leaves = of_lists(PROPOSE, &[targets(3), amounts(3), pieces(3)]).unwrap();
    assert_eq!(leaves[3].path, "call/propose[2]/transfer");
}

#[test]
fn lists_of_different_length_are_refused_eth_23() {
    for signature in OF_LISTS {
        for [t, v, d] in [[2, 1, 1], [1, 2, 1], [1, 1, 2], [0, 1, 1]] {
            let three = [targets(t), amounts(v), pieces(d)];
            let refusal = of_lists(signature, &three).unwrap_err();
            assert_eq!(refusal.code(), Code::CallBatch);
            assert_eq!(
                refusal,
                CallError::Batch {
                    path: format!("call/{}", function(signature).name()),
                    flaw: BatchFlaw::Lengths {
                        targets: usize::try_from(t).unwrap(),
                        values: usize::try_from(v).unwrap(),
                        data: usize::try_from(d).unwrap()
                    }
                }
            );
        }
    }
}

#[test]
fn a_batch_that_carries_nothing_is_refused_eth_23() {
    let nothing = || Value::List(Vec::new());
    for (signature, values) in [
        ("multicall(bytes[])", vec![nothing()]),
        ("aggregate((address,bytes)[])", vec![nothing()]),
        (
            PROPOSE,
            vec![nothing(), nothing(), nothing(), Value::Text(String::new())],
        ),
    ] {
        assert_eq!(
            open(signature, &values),
            Err(CallError::Batch {
                path: format!("call/{}", function(signature).name()),
                flaw: BatchFlaw::Empty
            })
        );
    }
}

#[test]
fn the_zero_address_inside_a_batch_is_refused_safe_04() {
    let zero = || Value::Address(Address::ZERO);
    let triple = |to| Value::Tuple(vec![to, number(1), bytes(&[])]);
    for (signature, values, path) in [
        (
            "execute(address,uint256,bytes)",
            vec![zero(), number(1), bytes(&[])],
            "call/execute[0]",
        ),
        (
            "executeBatch((address,uint256,bytes)[])",
            vec![Value::List(vec![
                triple(Value::Address(PAYEE)),
                triple(zero()),
            ])],
            "call/executeBatch[1]",
        ),
        (
            "aggregate((address,bytes)[])",
            vec![Value::List(vec![Value::Tuple(vec![
                zero(),
                bytes(&transfer(1)),
            ])])],
            "call/aggregate[0]",
        ),
        (
            PROPOSE,
            vec![
                Value::List(vec![zero()]),
                amounts(1),
                pieces(1),
                Value::Text("Pay".to_owned()),
            ],
            "call/propose[0]",
        ),
    ] {
        let refusal = open(signature, &values).unwrap_err();
        assert_eq!(refusal.code(), Code::DestinationForbidden);
        let path = path.to_owned();
        assert_eq!(refusal, CallError::ZeroDestination { path });
    }
}

/// A name says nothing: only the known signatures are batches.
#[test]
fn a_function_that_only_has_the_name_of_a_batch_carries_nothing() {
    let signature = "multicall(bytes32[],bytes)";
    let leaves = open(
        signature,
        &[Value::List(vec![word(1)]), bytes(&transfer(1))],
    )
    .unwrap();
    assert_eq!(paths(&leaves), ["call/multicall"]);
    assert_eq!(carried(&leaves[0]), 0);
}
