//! Calls of contracts: decoded by named functions only, down to every call inside them.
//! Knows the ABI and the shapes of batches, nothing of what may be called.

mod batch;
mod error;
mod expand;
mod function;
mod text;
mod value;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use alloy_primitives::{Address, U256};

pub use batch::{is_batch, is_dangerous};
pub use error::{CallError, FunctionError};
pub use expand::expand;
pub use function::Function;
pub use value::Value;

pub(crate) use text::escaped;

/// A call as it stands in a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Where it is: `transaction`, `safe-tx/multisend[2]`.
    pub path: String,
    /// Who calls.
    pub from: Address,
    /// What is called.
    pub to: Address,
    /// Wei that goes with it.
    pub value: U256,
    /// Call data.
    pub data: Vec<u8>,
}

/// One transfer or one call, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where it is: `transaction/propose[2]`.
    pub path: String,
    /// How many calls it is inside of.
    pub depth: usize,
    /// Who calls.
    pub from: Address,
    /// What is called.
    pub to: Address,
    /// Wei that goes with it.
    pub value: U256,
    /// What it does.
    pub action: Action,
}

/// What a leaf does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Value goes to an account, with no data.
    Transfer,
    /// A function is called.
    Function {
        /// The function.
        function: Arc<Function>,
        /// Its arguments.
        values: Vec<Value>,
        /// How many calls it carries directly; they follow it. 0 of an ordinary function.
        inner: usize,
    },
}
