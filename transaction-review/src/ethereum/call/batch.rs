//! Functions that carry calls: which argument is what. And functions that hand over control.
//! Knows shapes by full signature, nothing of who uses them.

use alloy_primitives::{Address, U256};

use super::{Call, CallError, Value};

/// What `execTransaction` of a Safe is called.
const SAFE_EXECUTION: &str =
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)";

/// How a function carries calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A list of data, each a call of the same contract, in the argument at this place.
    Own(usize),
    /// One call: address, value and data in the first three arguments.
    One,
    /// Three lists: addresses, values, data.
    Lists,
    /// A list of tuples (address, data).
    Pairs,
    /// A list of tuples (address, value, data).
    Triples,
    /// A Safe's transaction.
    Safe,
}

/// The shapes by full signature: Multicall, account contracts (ERC-4337, EIP-7702), `Governor` and
/// `TimelockController` of `OpenZeppelin`, Safe.
const SHAPES: [(&str, Shape); 12] = [
    ("multicall(bytes[])", Shape::Own(0)),
    ("multicall(uint256,bytes[])", Shape::Own(1)),
    ("aggregate((address,bytes)[])", Shape::Pairs),
    ("execute(address,uint256,bytes)", Shape::One),
    ("execute((address,uint256,bytes)[])", Shape::Triples),
    ("executeBatch((address,uint256,bytes)[])", Shape::Triples),
    ("propose(address[],uint256[],bytes[],string)", Shape::Lists),
    (
        "schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
        Shape::One,
    ),
    ("execute(address,uint256,bytes,bytes32,bytes32)", Shape::One),
    (
        "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
        Shape::Lists,
    ),
    (
        "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
        Shape::Lists,
    ),
    (SAFE_EXECUTION, Shape::Safe),
];

/// Whether a function carries calls that are decoded too.
pub fn is_batch(signature: &str) -> bool {
    shape(signature).is_some()
}

fn shape(signature: &str) -> Option<Shape> {
    let mut shapes = SHAPES.into_iter();
    let found = shapes.find(|(known, _)| *known == signature);
    found.map(|(_, shape)| shape)
}

/// The calls that a function carries, in their order; none of an ordinary function.
pub(super) fn inner(
    (path, this): (&str, Address),
    signature: &str,
    values: &[Value],
) -> Result<Vec<Call>, CallError> {
    let Some(shape) = shape(signature) else {
        return Ok(Vec::new());
    };
    let triples = match (shape, values) {
        (Shape::Own(place), values) => own(this, values.get(place)),
        (
            Shape::One,
            [
                Value::Address(to),
                Value::Unsigned(value),
                Value::Bytes(data),
                ..,
            ],
        ) => {
            vec![(*to, *value, data.clone())]
        }
        (Shape::Lists, [Value::List(to), Value::List(value), Value::List(data), ..]) => {
            if to.len() != value.len() || to.len() != data.len() {
                let path = path.to_owned();
                return Err(CallError::BatchLengths { path });
            }
            let lists = to.iter().zip(value).zip(data);
            lists
                .filter_map(|((to, value), data)| triple(to, Some(value), data))
                .collect()
        }
        (Shape::Pairs | Shape::Triples, [Value::List(tuples)]) => tuples_of(tuples),
        (Shape::Safe, values) => vec![safe_execution(path, values)?],
        (Shape::One | Shape::Lists | Shape::Pairs | Shape::Triples, _) => Vec::new(),
    };
    let single = matches!(shape, Shape::One | Shape::Safe);
    let calls = triples.into_iter().enumerate();
    Ok(calls
        .map(|(index, (to, value, data))| Call {
            path: if single {
                format!("{path}/call")
            } else {
                format!("{path}[{index}]")
            },
            from: this,
            to,
            value,
            data,
        })
        .collect())
}

type Triple = (Address, U256, Vec<u8>);

fn own(this: Address, list: Option<&Value>) -> Vec<Triple> {
    let Some(Value::List(calls)) = list else {
        return Vec::new();
    };
    let calls = calls.iter().filter_map(|data| match data {
        Value::Bytes(data) => Some((this, U256::ZERO, data.clone())),
        Value::Address(_)
        | Value::Bool(_)
        | Value::Unsigned(_)
        | Value::Signed(_)
        | Value::FixedBytes(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Tuple(_) => None,
    });
    calls.collect()
}

/// Calls from tuples of two or three members.
fn tuples_of(tuples: &[Value]) -> Vec<Triple> {
    let calls = tuples.iter().filter_map(|tuple| {
        let Value::Tuple(members) = tuple else {
            return None;
        };
        match members.as_slice() {
            [to, data] => triple(to, None, data),
            [to, value, data] => triple(to, Some(value), data),
            _ => None,
        }
    });
    calls.collect()
}

fn triple(to: &Value, value: Option<&Value>, data: &Value) -> Option<Triple> {
    match (to, value, data) {
        (Value::Address(to), None, Value::Bytes(data)) => Some((*to, U256::ZERO, data.clone())),
        (Value::Address(to), Some(Value::Unsigned(value)), Value::Bytes(data)) => {
            Some((*to, *value, data.clone()))
        }
        (_, _, _) => None,
    }
}

/// What a Safe executes: a plain call without refunds, or nothing that is understood.
fn safe_execution(path: &str, values: &[Value]) -> Result<Triple, CallError> {
    let [to, value, data, operation, fields @ .., _signatures] = values else {
        return Err(CallError::Unreadable {
            function: SAFE_EXECUTION.to_owned(),
        });
    };
    if *operation != Value::Unsigned(U256::ZERO) {
        return Err(CallError::DelegateCall {
            path: path.to_owned(),
            operation: operation.lines().join(" "),
        });
    }
    let zero = |field: &Value| match field {
        Value::Unsigned(number) => number.is_zero(),
        Value::Address(address) => address.is_zero(),
        Value::Bool(_)
        | Value::Signed(_)
        | Value::FixedBytes(_)
        | Value::Bytes(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Tuple(_) => false,
    };
    if !fields.iter().all(zero) {
        return Err(CallError::Refund {
            path: path.to_owned(),
        });
    }
    triple(to, Some(value), data).ok_or_else(|| CallError::Unreadable {
        function: SAFE_EXECUTION.to_owned(),
    })
}

/// Names of functions that hand a contract, or everything in it, to somebody.
const DANGEROUS: [&str; 18] = [
    "acceptOwnership",
    "approveHash",
    "changeAdmin",
    "changeProxyAdmin",
    "delegatecall",
    "enableModule",
    "execTransaction",
    "execTransactionFromModule",
    "grantRole",
    "renounceOwnership",
    "setApprovalForAll",
    "setFallbackHandler",
    "setGuard",
    "setImplementation",
    "setOwner",
    "transferOwnership",
    "upgrade",
    "updateAdmin",
];

/// Whether a function, by its signature, hands over control: a policy that names it deserves a look.
pub fn is_dangerous(signature: &str) -> bool {
    let name = signature
        .split_once('(')
        .map_or(signature, |(name, _)| name);
    DANGEROUS.contains(&name) || name.starts_with("upgradeTo") || name.starts_with("upgradeAndCall")
}
