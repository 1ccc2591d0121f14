//! Ethereum: transactions, the calls in them, transactions of a Safe, documents and messages.
//! Knows the account that signs, nothing of limits, names of payees or screens.

mod account;
mod call;
mod error;
mod message;
mod reviewed;
mod safe;
mod transaction;
mod typed;

#[cfg(test)]
mod tests;

pub use account::{address_of, parse_address};
pub use alloy_primitives::{Address, I256, U256};
pub use call::{
    AbiFlaw, Action, BatchFlaw, Call, CallError, Function, FunctionError, Leaf, Value, expand,
    is_batch, is_dangerous,
};
pub use error::EthereumError;
pub use message::Message;
pub use safe::{
    BatchedCall, Operation, OwnerSignature, SafeDomain, SafeError, SafeTransaction, SafeVersion,
    admin_signature, decode_multi_send, encode_multi_send, is_admin_signature,
    multi_send_call_only, safe_message_hash,
};
pub use transaction::{
    AccessListEntry, Authorization, SignedAuthorization, Transaction, TransactionType,
};
pub use typed::{
    BaseType, Grant, GrantKind, Member, MemberType, RawValue, Standard, Statement, TypedData,
    TypedDataError, TypedValue, Types,
};

pub(crate) use account::forbidden;
pub(crate) use call::{escaped, with_selector};
pub(crate) use reviewed::{
    Reviewed, SafeSignable, Signable, delegation, message, raw, safe_transaction, transaction,
    typed_data,
};

/// The functions of ERC-20 that move a token or let somebody move it: rules on payments and approvals
/// judge them, and no rule on calls can name them for a registered token.
pub(crate) const TOKEN_FUNCTIONS: [&str; 3] = [
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
    "approve(address,uint256)",
];
