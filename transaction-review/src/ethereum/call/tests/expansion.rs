//! A call and what it carries: known, unknown, too deep, too many. Knows the caps.

use std::sync::Arc;

use alloy_primitives::U256;

use super::super::{Action, CallError, Leaf, Value, expand};
use super::{
    CONTRACT, OTHER, PAYEE, WALLET, bytes, call, data, expanded, function, number, paths, transfer,
};
use crate::Code;

const TRANSFER: &str = "transfer(address,uint256)";
const EXECUTE: &str = "execute(address,uint256,bytes)";
const TRIPLES: &str = "executeBatch((address,uint256,bytes)[])";

fn execute(inner: &[u8]) -> Vec<u8> {
    data(EXECUTE, &[Value::Address(OTHER), number(0), bytes(inner)])
}

fn batch(count: usize) -> Vec<u8> {
    let entry = Value::Tuple(vec![Value::Address(PAYEE), number(1), bytes(&[])]);
    data(TRIPLES, &[Value::List(vec![entry; count])])
}

#[test]
fn a_call_without_data_is_a_transfer() {
    let mut plain = call(Vec::new());
    plain.value = U256::from(9);
    assert_eq!(
        expanded(&plain, &[]),
        Ok(vec![Leaf {
            path: "call".to_owned(),
            depth: 0,
            from: WALLET,
            to: CONTRACT,
            value: U256::from(9),
            action: Action::Transfer,
        }])
    );
}

#[test]
fn a_function_that_the_policy_names_is_one_leaf() {
    assert_eq!(
        expanded(&call(transfer(5)), &[TRANSFER]),
        Ok(vec![Leaf {
            path: "call/transfer".to_owned(),
            depth: 0,
            from: WALLET,
            to: CONTRACT,
            value: U256::ZERO,
            action: Action::Function {
                function: Arc::new(function(TRANSFER)),
                values: vec![Value::Address(PAYEE), number(5)],
                inner: 0,
            },
        }])
    );
}

#[test]
fn an_unknown_selector_is_refused_with_what_was_called_eth_07() {
    let refusal = expanded(&call(transfer(5)), &["approve(address,uint256)"]).unwrap_err();
    assert_eq!(refusal.code(), Code::CallUnknown);
    assert_eq!(
        refusal,
        CallError::Unknown {
            path: "call".to_owned(),
            to: CONTRACT,
            selector: "0xa9059cbb".to_owned(),
            bytes: 68
        }
    );
    assert_eq!(
        refusal.to_string(),
        "call: the policy names no function 0xa9059cbb of \
         0x3333333333333333333333333333333333333333 (68 bytes of call data)"
    );
}

#[test]
fn one_to_three_bytes_of_data_are_refused_eth_07() {
    for bytes in 1..=3 {
        let refusal = expanded(&call(transfer(5)[..bytes].to_vec()), &[TRANSFER]).unwrap_err();
        assert_eq!(refusal.code(), Code::CallUnknown);
        assert_eq!(
            refusal,
            CallError::Fallback {
                path: "call".to_owned(),
                to: CONTRACT,
                bytes
            }
        );
    }
}

/// A contract has only the functions named for it, inside a batch as well.
#[test]
fn the_function_is_looked_up_for_the_contract_that_is_called_eth_07_eth_09() {
    let named = Arc::new(function(TRANSFER));
    let batch = Arc::new(function(EXECUTE));
    let functions = |contract, selector| {
        [(OTHER, &named), (CONTRACT, &batch)]
            .into_iter()
            .find(|(at, it)| *at == contract && it.selector() == selector)
            .map(|(_, it)| Arc::clone(it))
    };
    let leaves = expand(&call(execute(&transfer(5))), &functions).unwrap();
    assert_eq!(paths(&leaves), ["call/execute", "call/execute[0]/transfer"]);
    let refusal = expand(&call(transfer(5)), &functions).unwrap_err();
    assert_eq!(refusal.code(), Code::CallUnknown);
}

#[test]
fn a_lookup_that_gives_another_function_is_refused_eth_09() {
    let wrong = Arc::new(function("approve(address,uint256)"));
    let refusal = expand(&call(transfer(5)), &|_, _| Some(Arc::clone(&wrong))).unwrap_err();
    assert_eq!(
        refusal,
        CallError::Selector {
            path: "call/approve".to_owned(),
            found: "0xa9059cbb".to_owned(),
            expected: "0x095ea7b3".to_owned()
        }
    );
}

#[test]
fn an_unknown_call_inside_a_batch_refuses_all_of_it_eth_23() {
    let refusal = expanded(&call(execute(&transfer(5))), &[EXECUTE]).unwrap_err();
    assert_eq!(
        refusal,
        CallError::Unknown {
            path: "call/execute[0]".to_owned(),
            to: OTHER,
            selector: "0xa9059cbb".to_owned(),
            bytes: 68
        }
    );
}

#[test]
fn a_damaged_call_inside_a_batch_is_refused_with_its_path_eth_08_eth_23() {
    let damaged = [transfer(5), vec![0]].concat();
    let refusal = expanded(&call(execute(&damaged)), &[EXECUTE, TRANSFER]).unwrap_err();
    assert_eq!(refusal.code(), Code::AbiNotCanonical);
    assert_eq!(
        refusal.to_string(),
        "call/execute[0]/transfer: 1 bytes follow the last argument: build the call again with \
         another program"
    );
}

#[test]
fn three_levels_of_calls_are_followed_and_a_fourth_is_refused_eth_23() {
    let three = execute(&execute(&transfer(5)));
    let leaves = expanded(&call(three.clone()), &[EXECUTE, TRANSFER]).unwrap();
    assert_eq!(
        paths(&leaves),
        [
            "call/execute",
            "call/execute[0]/execute",
            "call/execute[0]/execute[0]/transfer"
        ]
    );
    let depths: Vec<usize> = leaves.iter().map(|leaf| leaf.depth).collect();
    assert_eq!(depths, [0, 1, 2]);
    let refusal = expanded(&call(execute(&three)), &[EXECUTE, TRANSFER]).unwrap_err();
    assert_eq!(refusal.code(), Code::CallTooDeep);
    assert_eq!(
        refusal,
        CallError::TooDeep {
            path: "call/execute[0]/execute[0]/execute[0]".to_owned(),
            limit: 3
        }
    );
}

#[test]
fn thirty_two_calls_are_followed_and_one_more_is_refused_eth_23() {
    let leaves = expanded(&call(batch(31)), &[TRIPLES]).unwrap();
    assert_eq!(leaves.len(), 32);
    assert_eq!(leaves[31].path, "call/executeBatch[30]");
    let refusal = expanded(&call(batch(32)), &[TRIPLES]).unwrap_err();
    assert_eq!(refusal.code(), Code::CallTooMany);
    assert_eq!(
        refusal,
        CallError::TooMany {
            path: "call/executeBatch[31]".to_owned(),
            limit: 32
        }
    );
}

/// The cap is one for all levels, not one for each batch.
#[test]
fn calls_of_two_batches_count_together_eth_23() {
    let outer = |counts: [usize; 2]| {
        let entry =
            |count| Value::Tuple(vec![Value::Address(OTHER), number(0), bytes(&batch(count))]);
        call(data(TRIPLES, &[Value::List(counts.map(entry).to_vec())]))
    };
    assert_eq!(expanded(&outer([15, 14]), &[TRIPLES]).unwrap().len(), 32);
    let refusal = expanded(&outer([15, 15]), &[TRIPLES]).unwrap_err();
    assert_eq!(refusal.code(), Code::CallTooMany);
}

#[test]
fn approve_hash_is_refused_wherever_it_stands_even_if_the_policy_names_it_eth_22() {
    let named = "approveHash(bytes32)";
    let approve = data(named, &[Value::FixedBytes(vec![7; 32])]);
    let cases = [
        (approve.clone(), "call"),
        (execute(&approve), "call/execute[0]"),
        (execute(&execute(&approve)), "call/execute[0]/execute[0]"),
        // Short or damaged arguments make no difference: the selector is enough.
        (approve[..4].to_vec(), "call"),
    ];
    for (data, path) in cases {
        for names in [&[EXECUTE, named][..], &[EXECUTE]] {
            let refusal = expanded(&call(data.clone()), names).unwrap_err();
            assert_eq!(refusal.code(), Code::ApproveHash);
            assert_eq!(
                refusal.to_string(),
                format!(
                    "{path}: approveHash approves a Safe transaction by its hash alone: sign the \
                     Safe transaction as an owner instead"
                )
            );
        }
    }
}
