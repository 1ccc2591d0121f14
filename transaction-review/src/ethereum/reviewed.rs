//! What an Ethereum transaction would do, and its final form once it is signed.
//! Knows the account that signs, nothing of limits and names.

use alloy_primitives::{Address, U256, keccak256};

use super::{Eip1559, EthereumError};
use crate::{EthereumWallet, SignedTransaction};

/// A transaction that was understood to the last byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reviewed {
    pub(crate) transaction: Eip1559,
    pub(crate) from: Address,
    pub(crate) digest: [u8; 32],
}

/// Reads the transaction and computes what would be signed.
pub(crate) fn review(wallet: &EthereumWallet, bytes: &[u8]) -> Result<Reviewed, EthereumError> {
    let transaction = Eip1559::decode_unsigned(bytes)?;
    let total = transaction.value.checked_add(transaction.max_gas_cost());
    total.ok_or(EthereumError::AmountRange)?;
    let digest = transaction.digest();
    Ok(Reviewed {
        transaction,
        from: wallet.address,
        digest,
    })
}

impl Reviewed {
    /// The signed transaction; verification has been done before.
    pub(crate) fn finalise(&self, rs: &[u8; 64], y_parity: u8) -> SignedTransaction {
        let (r, s) = rs.split_at(32);
        let (r, s) = (U256::from_be_slice(r), U256::from_be_slice(s));
        let raw = self.transaction.encode_signed(y_parity, r, s);
        let hash = keccak256(&raw).0;
        SignedTransaction::Ethereum { raw, hash }
    }
}
