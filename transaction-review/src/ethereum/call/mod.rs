//! Contract calls: call data by the function signatures a policy names, and the calls inside it.
//! Knows the contract ABI and well-known batches, nothing of who may call what.

mod batch;
mod dangerous;
mod error;
mod expand;
mod function;
mod kind;
mod layout;
mod signature;
mod text;
mod value;

#[cfg(test)]
mod tests;

pub use batch::is_batch;
pub use dangerous::is_dangerous;
pub use error::{AbiFlaw, BatchFlaw, CallError, FunctionError};
pub use expand::{Action, Call, Leaf, expand};
pub use function::Function;
pub use value::Value;

pub(crate) use batch::EXEC_TRANSACTION;
pub(crate) use signature::with_selector;
pub(crate) use text::escaped;
