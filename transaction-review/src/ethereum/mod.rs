//! Ethereum: value transfers as type 2 transactions (EIP-1559) in canonical RLP.
//! Knows the account that signs, nothing of limits, names of payees or screens.

mod account;
mod eip1559;
mod error;
mod reviewed;

#[cfg(test)]
mod tests;

pub use account::{address_of, parse_address};
pub use alloy_primitives::{Address, U256};
pub use eip1559::Eip1559;
pub use error::EthereumError;

pub(crate) use account::forbidden;
pub(crate) use reviewed::{Reviewed, review};
