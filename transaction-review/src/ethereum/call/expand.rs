//! A call and every call inside it, in order. Knows caps, nothing of rules.

use std::sync::Arc;

use alloy_primitives::{Address, U256, hex};

use super::{CallError, Function, Value, batch};
use crate::limits::{MAX_CALL_DEPTH, MAX_CALL_LEAVES};

/// The selector of `approveHash(bytes32)`, a function of the Safe.
const APPROVE_HASH: [u8; 4] = [0xd4, 0xd9, 0xbd, 0xcd];

/// A call before anybody looked into its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Where it stands, such as `call` or `call/propose[2]`; entries are counted from 0.
    pub path: String,
    /// Whom the called contract sees as its caller.
    pub from: Address,
    /// The contract, or whoever gets the value.
    pub to: Address,
    /// Wei.
    pub value: U256,
    /// Call data, its selector included.
    pub data: Vec<u8>,
}

/// A call that is understood. One that carries others stands before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where it stands, its function included: `call/propose[2]/transfer`.
    pub path: String,
    /// Calls that carry this one: 0 for the transaction's own.
    pub depth: usize,
    /// Whom the called contract sees as its caller.
    pub from: Address,
    /// The contract, or whoever gets the value.
    pub to: Address,
    /// Wei.
    pub value: U256,
    /// What it does.
    pub action: Action,
}

/// What a call does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It moves value and has no data.
    Transfer,
    /// It runs a function.
    Function {
        /// The function that the policy names.
        function: Arc<Function>,
        /// Its arguments.
        values: Vec<Value>,
        /// How many calls it carries directly; they follow. 0: an ordinary function.
        inner: usize,
    },
}

/// Looks into a call, and into the calls it carries, to the last byte. `functions` gives the
/// function that the policy names for a contract and a selector.
///
/// ```
/// use std::sync::Arc;
/// use transaction_review::ethereum::{Action, Address, Call, Function, U256, Value, expand};
///
/// let transfer = Arc::new(Function::parse("transfer(address,uint256)")?);
/// let payee = Value::Address(Address::repeat_byte(0x22));
/// let call = Call {
///     path: "call".to_owned(),
///     from: Address::repeat_byte(0x11),
///     to: Address::repeat_byte(0x33),
///     value: U256::ZERO,
///     data: transfer.encode(&[payee, Value::Unsigned(U256::from(5))]).unwrap(),
/// };
/// let leaves = expand(&call, &|_contract, _selector| Some(Arc::clone(&transfer))).unwrap();
/// assert_eq!(leaves[0].path, "call/transfer");
/// assert!(expand(&call, &|_contract, _selector| None).is_err());
/// # Ok::<(), transaction_review::ethereum::FunctionError>(())
/// ```
///
/// # Errors
/// Every [`CallError`].
pub fn expand(
    call: &Call,
    functions: &dyn Fn(Address, [u8; 4]) -> Option<Arc<Function>>,
) -> Result<Vec<Leaf>, CallError> {
    let mut expansion = Expansion {
        functions,
        leaves: Vec::new(),
    };
    expansion.add(call, 0)?;
    Ok(expansion.leaves)
}

struct Expansion<'a> {
    functions: &'a dyn Fn(Address, [u8; 4]) -> Option<Arc<Function>>,
    leaves: Vec<Leaf>,
}

impl Expansion<'_> {
    /// Recurses at most [`MAX_CALL_DEPTH`] deep.
    fn add(&mut self, call: &Call, depth: usize) -> Result<(), CallError> {
        if depth >= MAX_CALL_DEPTH {
            return Err(CallError::TooDeep {
                path: call.path.clone(),
                limit: MAX_CALL_DEPTH,
            });
        }
        if self.leaves.len() >= MAX_CALL_LEAVES {
            return Err(CallError::TooMany {
                path: call.path.clone(),
                limit: MAX_CALL_LEAVES,
            });
        }
        if call.data.is_empty() {
            self.leaves
                .push(leaf(call, call.path.clone(), depth, Action::Transfer));
            return Ok(());
        }
        let function = self.function(call)?;
        let path = format!("{}/{}", call.path, function.name());
        let values = function.decode_at(&path, &call.data)?;
        let inner = match batch::shape(function.signature()) {
            None => Vec::new(),
            Some(shape) => batch::calls(shape, &path, call, &values)?,
        };
        let action = Action::Function {
            function,
            values,
            inner: inner.len(),
        };
        self.leaves.push(leaf(call, path, depth, action));
        inner
            .iter()
            .try_for_each(|call| self.add(call, depth.saturating_add(1)))
    }

    /// The function that the policy names; `approveHash` even if it names that (ETH-22).
    fn function(&self, call: &Call) -> Result<Arc<Function>, CallError> {
        let Some((selector, _)) = call.data.split_first_chunk::<4>() else {
            return Err(CallError::Fallback {
                path: call.path.clone(),
                to: call.to,
                bytes: call.data.len(),
            });
        };
        if *selector == APPROVE_HASH {
            return Err(CallError::ApproveHash {
                path: call.path.clone(),
            });
        }
        (self.functions)(call.to, *selector).ok_or_else(|| CallError::Unknown {
            path: call.path.clone(),
            to: call.to,
            selector: hex::encode_prefixed(selector),
            bytes: call.data.len(),
        })
    }
}

const fn leaf(call: &Call, path: String, depth: usize, action: Action) -> Leaf {
    Leaf {
        path,
        depth,
        from: call.from,
        to: call.to,
        value: call.value,
        action,
    }
}
