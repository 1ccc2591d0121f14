//! Takes a call apart: itself, the calls it carries, and the calls in those, to a fixed depth.
//! Knows decoding, nothing of what may be called.

use std::sync::Arc;

use alloy_primitives::Address;
use data_encoding::HEXLOWER;

use super::batch::inner;
use super::{Action, Call, CallError, Function, Leaf};
use crate::limits::{MAX_CALL_DATA_BYTES, MAX_CALL_DEPTH, MAX_CALL_LEAVES};

/// `approveHash(bytes32)` of a Safe.
const APPROVE_HASH: [u8; 4] = [0xd4, 0xd9, 0xbd, 0xcd];

/// Every transfer and call in a call, in order: whatever carries calls stands before them.
/// `functions` gives the function that the policy names for a contract and a selector.
///
/// # Errors
/// [`CallError`]: anything in it that is not understood to the last byte, or beyond a cap.
pub fn expand(
    call: &Call,
    functions: &dyn Fn(Address, [u8; 4]) -> Option<Arc<Function>>,
) -> Result<Vec<Leaf>, CallError> {
    let mut leaves = Vec::new();
    // Calls that are still to be read, the next one last; each with how many it is inside of.
    let mut open = vec![(call.clone(), 0_usize)];
    while let Some((call, depth)) = open.pop() {
        if leaves.len() >= MAX_CALL_LEAVES {
            return Err(CallError::Many {
                limit: MAX_CALL_LEAVES,
            });
        }
        if depth > MAX_CALL_DEPTH {
            return Err(CallError::Deep {
                path: call.path,
                limit: MAX_CALL_DEPTH,
            });
        }
        if depth > 0 && call.to.is_zero() {
            return Err(CallError::Zero { path: call.path });
        }
        let (action, carried) = read(&call, functions)?;
        let deeper = depth.saturating_add(1);
        if carried.len() > MAX_CALL_LEAVES {
            return Err(CallError::Many {
                limit: MAX_CALL_LEAVES,
            });
        }
        open.extend(carried.into_iter().rev().map(|call| (call, deeper)));
        leaves.push(Leaf {
            path: call.path,
            depth,
            from: call.from,
            to: call.to,
            value: call.value,
            action,
        });
    }
    Ok(leaves)
}

/// What one call does, and the calls it carries.
fn read(
    call: &Call,
    functions: &dyn Fn(Address, [u8; 4]) -> Option<Arc<Function>>,
) -> Result<(Action, Vec<Call>), CallError> {
    let path = || call.path.clone();
    let found = call.data.len();
    if found == 0 {
        return Ok((Action::Transfer, Vec::new()));
    }
    if found > MAX_CALL_DATA_BYTES {
        return Err(CallError::TooLarge {
            path: path(),
            found,
            limit: MAX_CALL_DATA_BYTES,
        });
    }
    let selector = call.data.first_chunk::<4>().copied();
    let selector = selector.ok_or_else(|| CallError::Fallback {
        path: path(),
        found,
    })?;
    if selector == APPROVE_HASH {
        return Err(CallError::ApproveHash { path: path() });
    }
    let function = functions(call.to, selector).ok_or_else(|| CallError::Unknown {
        path: path(),
        to: call.to.to_checksum(None),
        selector: HEXLOWER.encode(&selector),
        bytes: found,
    })?;
    let values = function.decode(&call.data)?;
    let place = format!("{}/{}", call.path, function.name());
    let carried = inner((&place, call.to), function.signature(), &values)?;
    let inner = carried.len();
    let action = Action::Function {
        function,
        values,
        inner,
    };
    Ok((action, carried))
}
