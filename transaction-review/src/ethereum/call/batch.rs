//! Functions that carry other calls in their arguments, by full signature, and those calls.
//! Knows how each contract makes them, nothing of what they do.

use alloy_primitives::{Address, U256};

use super::{BatchFlaw, Call, CallError, Value};

/// How a batch holds its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list of call data to the contract itself, as the last argument. The contract delegates to
    /// itself: it sees the batch's own caller, and no further value moves (as
    /// `OpenZeppelin` and Uniswap write it).
    SameContract,
    /// A list of targets with call data.
    Pairs,
    /// A list of targets with value and call data.
    Triples,
    /// Target, value and call data as the first three arguments.
    One,
    /// Lists of targets, values and call data as the first three arguments.
    Lists,
    /// `execTransaction` of a Safe.
    Safe,
}

/// The function with which anybody executes what a Safe's owners have signed.
pub(crate) const EXEC_TRANSACTION: &str =
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)";

/// Every batch that is looked into. A name is not enough: `execute` is many functions.
const BATCHES: [(&str, Shape); 12] = [
    ("multicall(bytes[])", Shape::SameContract),
    ("multicall(uint256,bytes[])", Shape::SameContract),
    ("aggregate((address,bytes)[])", Shape::Pairs),
    ("execute(address,uint256,bytes)", Shape::One),
    ("execute((address,uint256,bytes)[])", Shape::Triples),
    ("executeBatch((address,uint256,bytes)[])", Shape::Triples),
    // OpenZeppelin Governor.
    ("propose(address[],uint256[],bytes[],string)", Shape::Lists),
    // OpenZeppelin TimelockController.
    (
        "schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
        Shape::One,
    ),
    (
        "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
        Shape::Lists,
    ),
    ("execute(address,uint256,bytes,bytes32,bytes32)", Shape::One),
    (
        "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
        Shape::Lists,
    ),
    (EXEC_TRANSACTION, Shape::Safe),
];

/// Whether a function carries calls that are decoded too.
pub fn is_batch(signature: &str) -> bool {
    shape(signature).is_some()
}

/// The shape of a function, if it is one of the known batches.
pub(super) fn shape(signature: &str) -> Option<Shape> {
    BATCHES
        .into_iter()
        .find(|(known, _)| *known == signature)
        .map(|(_, shape)| shape)
}

/// The calls that a batch carries, at least one.
///
/// # Errors
/// [`CallError::Batch`], [`CallError::ZeroDestination`]; for a Safe also
/// [`CallError::SafeDelegateCall`] and [`CallError::SafeRefund`]; [`CallError::Fallback`] for an
/// entry of a multicall without data.
pub(super) fn calls(
    shape: Shape,
    path: &str,
    outer: &Call,
    values: &[Value],
) -> Result<Vec<Call>, CallError> {
    let batch = Batch { path, outer };
    let calls = match shape {
        Shape::SameContract => batch.same_contract(values),
        Shape::Pairs | Shape::Triples => batch.tuples(values),
        Shape::One => batch.one(values),
        Shape::Lists => batch.lists(values),
        Shape::Safe => batch.safe(values),
    }?;
    if calls.is_empty() {
        return Err(batch.flaw(BatchFlaw::Empty));
    }
    Ok(calls)
}

#[derive(Clone, Copy)]
struct Batch<'a> {
    path: &'a str,
    outer: &'a Call,
}

impl Batch<'_> {
    fn same_contract(self, values: &[Value]) -> Result<Vec<Call>, CallError> {
        let entries = values.last().and_then(list);
        let entries = entries.ok_or_else(|| self.arguments())?;
        let calls = entries.iter().enumerate().map(|(index, entry)| {
            let path = format!("{}[{index}]", self.path);
            match entry {
                // Without data the contract would run its fallback, which moves the value again.
                Value::Bytes(data) if data.is_empty() => Err(CallError::Fallback {
                    path,
                    to: self.outer.to,
                    bytes: 0,
                }),
                Value::Bytes(data) => Ok(Call {
                    path,
                    from: self.outer.from,
                    to: self.outer.to,
                    value: U256::ZERO,
                    data: data.clone(),
                }),
                Value::Address(_)
                | Value::Bool(_)
                | Value::Unsigned(_)
                | Value::Signed(_)
                | Value::FixedBytes(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Tuple(_) => Err(self.arguments()),
            }
        });
        calls.collect()
    }

    fn tuples(self, values: &[Value]) -> Result<Vec<Call>, CallError> {
        let [Value::List(entries)] = values else {
            return Err(self.arguments());
        };
        let calls = entries.iter().enumerate().map(|(index, entry)| {
            let Value::Tuple(fields) = entry else {
                return Err(self.arguments());
            };
            match fields.as_slice() {
                [Value::Address(to), Value::Bytes(data)] => {
                    self.inner(index, *to, U256::ZERO, data)
                }
                [
                    Value::Address(to),
                    Value::Unsigned(value),
                    Value::Bytes(data),
                ] => self.inner(index, *to, *value, data),
                _ => Err(self.arguments()),
            }
        });
        calls.collect()
    }

    fn one(self, values: &[Value]) -> Result<Vec<Call>, CallError> {
        let [
            Value::Address(to),
            Value::Unsigned(value),
            Value::Bytes(data),
            ..,
        ] = values
        else {
            return Err(self.arguments());
        };
        Ok(vec![self.inner(0, *to, *value, data)?])
    }

    fn lists(self, values: &[Value]) -> Result<Vec<Call>, CallError> {
        let [
            Value::List(targets),
            Value::List(values),
            Value::List(data),
            ..,
        ] = values
        else {
            return Err(self.arguments());
        };
        if targets.len() != values.len() || targets.len() != data.len() {
            return Err(self.flaw(BatchFlaw::Lengths {
                targets: targets.len(),
                values: values.len(),
                data: data.len(),
            }));
        }
        let entries = targets.iter().zip(values).zip(data).enumerate();
        let calls = entries.map(|(index, entry)| match entry {
            ((Value::Address(to), Value::Unsigned(value)), Value::Bytes(data)) => {
                self.inner(index, *to, *value, data)
            }
            _ => Err(self.arguments()),
        });
        calls.collect()
    }

    /// `execTransaction(to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken,
    /// refundReceiver, signatures)`: a plain call without refund, or nothing (SAFE-01, SAFE-02).
    fn safe(self, values: &[Value]) -> Result<Vec<Call>, CallError> {
        let [
            _to,
            _value,
            _data,
            Value::Unsigned(operation),
            Value::Unsigned(safe_tx_gas),
            Value::Unsigned(base_gas),
            Value::Unsigned(gas_price),
            Value::Address(gas_token),
            Value::Address(refund_receiver),
            Value::Bytes(_signatures),
        ] = values
        else {
            return Err(self.arguments());
        };
        if !operation.is_zero() {
            return Err(CallError::SafeDelegateCall {
                path: self.path.to_owned(),
                operation: *operation,
            });
        }
        self.zero("safeTxGas", *safe_tx_gas)?;
        self.zero("baseGas", *base_gas)?;
        self.zero("gasPrice", *gas_price)?;
        self.nobody("gasToken", *gas_token)?;
        self.nobody("refundReceiver", *refund_receiver)?;
        self.one(values)
    }

    fn zero(self, field: &'static str, found: U256) -> Result<(), CallError> {
        if found.is_zero() {
            return Ok(());
        }
        Err(self.refund(field, found.to_string()))
    }

    fn nobody(self, field: &'static str, found: Address) -> Result<(), CallError> {
        if found.is_zero() {
            return Ok(());
        }
        Err(self.refund(field, found.to_checksum(None)))
    }

    fn refund(self, field: &'static str, found: String) -> CallError {
        CallError::SafeRefund {
            path: self.path.to_owned(),
            field,
            found,
        }
    }

    /// A call that the batch's contract makes. To the zero address it can be a call of the contract
    /// to itself (SAFE-04).
    fn inner(self, index: usize, to: Address, value: U256, data: &[u8]) -> Result<Call, CallError> {
        let path = format!("{}[{index}]", self.path);
        if to.is_zero() {
            return Err(CallError::ZeroDestination { path });
        }
        Ok(Call {
            path,
            from: self.outer.to,
            to,
            value,
            data: data.to_vec(),
        })
    }

    fn arguments(self) -> CallError {
        self.flaw(BatchFlaw::Arguments)
    }

    fn flaw(self, flaw: BatchFlaw) -> CallError {
        CallError::Batch {
            path: self.path.to_owned(),
            flaw,
        }
    }
}

fn list(value: &Value) -> Option<&[Value]> {
    let Value::List(entries) = value else {
        return None;
    };
    Some(entries)
}
