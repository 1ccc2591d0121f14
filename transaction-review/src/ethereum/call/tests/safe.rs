//! `execTransaction` of a Safe: a plain call and no refund, or nothing. Knows its ten arguments.

use alloy_primitives::{Address, U256};

use super::super::{CallError, Leaf, Value};
use super::{CONTRACT, OTHER, PAYEE, bytes, call, data, expanded, number, paths, transfer};
use crate::Code;

const EXEC: &str =
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)";
const EXECUTE: &str = "execute(address,uint256,bytes)";

fn honest() -> Vec<Value> {
    vec![
        Value::Address(OTHER),
        number(7),
        bytes(&transfer(5)),
        number(0),
        number(0),
        number(0),
        number(0),
        Value::Address(Address::ZERO),
        Value::Address(Address::ZERO),
        bytes(&[0x1b; 65]),
    ]
}

fn with(index: usize, value: Value) -> Vec<Value> {
    let mut values = honest();
    values[index] = value;
    values
}

/// The Safe's transaction alone, and inside another batch.
fn open(values: &[Value]) -> [Result<Vec<Leaf>, CallError>; 2] {
    let alone = data(EXEC, values);
    let inside = data(EXECUTE, &[Value::Address(OTHER), number(0), bytes(&alone)]);
    let names = [EXEC, EXECUTE, "transfer(address,uint256)"];
    [alone, inside].map(|data| expanded(&call(data), &names))
}

const PATHS: [&str; 2] = ["call/execTransaction", "call/execute[0]/execTransaction"];

#[test]
fn a_plain_call_of_a_safe_is_looked_into() {
    let [alone, inside] = open(&honest());
    let alone = alone.unwrap();
    assert_eq!(
        paths(&alone),
        ["call/execTransaction", "call/execTransaction[0]/transfer"]
    );
    assert_eq!((alone[1].from, alone[1].to), (CONTRACT, OTHER));
    assert_eq!(alone[1].value, U256::from(7));
    assert_eq!(
        inside.unwrap()[2].path,
        "call/execute[0]/execTransaction[0]/transfer"
    );
}

/// The shape of the Bybit theft of 2025-02-21: a transfer to look at, run as the Safe.
#[test]
fn a_delegate_call_of_a_safe_is_refused_safe_01() {
    for operation in [1, 2, 255] {
        for (result, path) in open(&with(3, number(operation))).into_iter().zip(PATHS) {
            let refusal = result.unwrap_err();
            assert_eq!(refusal.code().as_str(), "E_SAFE_DELEGATECALL");
            assert_eq!(
                refusal,
                CallError::SafeDelegateCall {
                    path: path.to_owned(),
                    operation: U256::from(operation)
                }
            );
        }
    }
}

#[test]
fn every_gas_and_refund_parameter_of_a_safe_must_be_zero_safe_02() {
    let payee = PAYEE.to_checksum(None);
    for (index, field, value, found) in [
        (4, "safeTxGas", number(1), "1"),
        (5, "baseGas", number(1), "1"),
        (6, "gasPrice", number(1), "1"),
        (7, "gasToken", Value::Address(PAYEE), payee.as_str()),
        (8, "refundReceiver", Value::Address(PAYEE), payee.as_str()),
    ] {
        for (result, path) in open(&with(index, value)).into_iter().zip(PATHS) {
            let refusal = result.unwrap_err();
            assert_eq!(refusal.code().as_str(), "E_SAFE_REFUND");
            assert_eq!(
                refusal,
                CallError::SafeRefund {
                    path: path.to_owned(),
                    field,
                    found: found.to_owned()
                }
            );
        }
    }
}

#[test]
fn a_call_of_a_safe_to_the_zero_address_is_refused_safe_04() {
    for (result, path) in open(&with(0, Value::Address(Address::ZERO)))
        .into_iter()
        .zip(PATHS)
    {
        let refusal = result.unwrap_err();
        assert_eq!(refusal.code(), Code::DestinationForbidden);
        let path = format!("{path}[0]");
        assert_eq!(refusal, CallError::ZeroDestination { path });
    }
}
