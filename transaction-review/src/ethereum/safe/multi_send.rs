//! Batches: the packed calls that `MultiSend`'s loop runs, read to the last byte.
//! Knows the packing, nothing of what the calls do.

use alloy_primitives::{Address, U256};

use super::SafeError;
use crate::ethereum::{Function, Value};
use crate::limits::MAX_BATCHED_CALLS;

/// `multiSend(bytes)`.
const MULTI_SEND: &str = "multiSend(bytes)";
/// Its selector.
const SELECTOR: [u8; 4] = [0x8d, 0x80, 0xff, 0x0a];
/// Bytes before a call's data: operation, address, value and length.
const HEAD_BYTES: usize = 85;

/// One call of a batch; each is a plain call (operation 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchedCall {
    /// What is called.
    pub to: Address,
    /// Wei that goes with the call, from the Safe: a batch by delegate call spends the Safe's own.
    pub value: U256,
    /// Call data.
    pub data: Vec<u8>,
}

/// Reads the whole call data of `multiSend(bytes)`. The contract's loop starts at the first byte and
/// goes on while its place is below the length; so do we, and nothing is left over.
///
/// # Errors
/// [`SafeError::BatchWrapping`], [`SafeError::BatchEmpty`], [`SafeError::BatchCut`],
/// [`SafeError::BatchLong`], [`SafeError::InnerDelegateCall`], [`SafeError::InnerZero`],
/// [`SafeError::InnerBatch`].
pub fn decode_multi_send(data: &[u8]) -> Result<Vec<BatchedCall>, SafeError> {
    let function = Function::parse(MULTI_SEND).ok();
    let values = function.and_then(|function| function.decode(data).ok());
    let Some([Value::Bytes(packed)]) = values.as_deref() else {
        return Err(SafeError::BatchWrapping);
    };
    let mut rest = packed.as_slice();
    let mut calls = Vec::new();
    while !rest.is_empty() {
        if calls.len() >= MAX_BATCHED_CALLS {
            return Err(SafeError::BatchLong {
                limit: MAX_BATCHED_CALLS,
            });
        }
        calls.push(next(calls.len(), &mut rest)?);
    }
    if calls.is_empty() {
        return Err(SafeError::BatchEmpty);
    }
    Ok(calls)
}

/// The next call.
fn next(index: usize, rest: &mut &[u8]) -> Result<BatchedCall, SafeError> {
    let missing = HEAD_BYTES.saturating_sub(rest.len());
    let cut = SafeError::BatchCut { index, missing };
    let (head, body) = rest.split_first_chunk::<HEAD_BYTES>().ok_or(cut)?;
    let [operation, head @ ..] = head;
    if *operation != 0 {
        return Err(SafeError::InnerDelegateCall {
            index,
            operation: *operation,
        });
    }
    let (to, numbers) = head.split_at(20);
    let (value, length) = numbers.split_at(32);
    let to = Address::from_slice(to);
    if to.is_zero() {
        return Err(SafeError::InnerZero { index });
    }
    let length = U256::from_be_slice(length);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let missing = length.saturating_sub(body.len());
    let cut = SafeError::BatchCut { index, missing };
    let (data, after) = body.split_at_checked(length).ok_or(cut)?;
    if data.starts_with(&SELECTOR) {
        return Err(SafeError::InnerBatch { index });
    }
    *rest = after;
    Ok(BatchedCall {
        to,
        value: U256::from_be_slice(value),
        data: data.to_vec(),
    })
}

/// The call data of `multiSend(bytes)` for these calls.
pub fn encode_multi_send(calls: &[BatchedCall]) -> Vec<u8> {
    let mut packed = Vec::new();
    for call in calls {
        packed.push(0);
        packed.extend_from_slice(call.to.as_slice());
        packed.extend_from_slice(&call.value.to_be_bytes::<32>());
        packed.extend_from_slice(&U256::from(call.data.len()).to_be_bytes::<32>());
        packed.extend_from_slice(&call.data);
    }
    let function = Function::parse(MULTI_SEND).ok();
    let call = function.and_then(|function| function.encode(&[Value::Bytes(packed)]));
    call.unwrap_or_default()
}
