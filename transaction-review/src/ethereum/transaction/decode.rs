//! Reads the fields of a transaction in the order of its type.
//! Knows RLP, nothing of what the fields are for.

use alloy_primitives::Address;

use super::{Transaction, TransactionType, access_list, authorization};
use crate::ethereum::EthereumError;
use crate::ethereum::rlp::{address, end, field, list, string};
use crate::limits::MAX_ETHEREUM_TRANSACTION_BYTES;

/// One transaction and nothing after it. Whether its encoding is the canonical one is not known yet.
pub(super) fn transaction(bytes: &[u8]) -> Result<Transaction, EthereumError> {
    if bytes.len() > MAX_ETHEREUM_TRANSACTION_BYTES {
        return Err(EthereumError::TooLarge {
            found: bytes.len(),
            limit: MAX_ETHEREUM_TRANSACTION_BYTES,
        });
    }
    let (first, rest) = bytes.split_first().ok_or(EthereumError::Empty)?;
    let (kind, mut body) = match *first {
        0xc0..=0xff => (TransactionType::Legacy, bytes),
        1 => (TransactionType::AccessList, rest),
        2 => (TransactionType::DynamicFee, rest),
        4 => (TransactionType::SetCode, rest),
        found => return Err(EthereumError::Type { found }),
    };
    let mut fields = list("the transaction", &mut body)?;
    end("the transaction", body)?;
    let transaction = read(kind, &mut fields)?;
    end("the last field", fields)?;
    Ok(transaction)
}

fn read(kind: TransactionType, fields: &mut &[u8]) -> Result<Transaction, EthereumError> {
    let typed = kind != TransactionType::Legacy;
    let mut chain_id = if typed { field("chain_id", fields)? } else { 0 };
    let nonce = field("nonce", fields)?;
    let tip = if kind.has_tip() {
        Some(field("max_priority_fee_per_gas", fields)?)
    } else {
        None
    };
    let max_fee_per_gas = field("max_fee_per_gas", fields)?;
    let gas_limit = field("gas_limit", fields)?;
    let to: Option<Address> = address("destination", fields)?;
    let value = field("amount", fields)?;
    let data = string("data", fields)?.to_vec();
    let access_list = if typed {
        access_list::decode(fields)?
    } else {
        Vec::new()
    };
    let authorizations = if kind == TransactionType::SetCode {
        authorization::decode_list(fields)?
    } else {
        Vec::new()
    };
    if !typed {
        chain_id = replay_protection(fields)?;
    }
    Ok(Transaction {
        kind,
        chain_id,
        nonce,
        max_priority_fee_per_gas: tip.unwrap_or(max_fee_per_gas),
        max_fee_per_gas,
        gas_limit,
        to: to.ok_or(EthereumError::Creation)?,
        value,
        data,
        access_list,
        authorizations,
    })
}

/// The last three fields of a legacy transaction: the chain, and two zeros where the signature will be
/// (EIP-155). Without them it would be valid on every chain.
fn replay_protection(fields: &mut &[u8]) -> Result<u64, EthereumError> {
    if fields.is_empty() {
        return Err(EthereumError::ChainIdMissing);
    }
    let chain_id = field("chain_id", fields)?;
    for zero in ["r", "s"] {
        let found: u64 = field(zero, fields)?;
        if found != 0 {
            return Err(EthereumError::Presigned);
        }
    }
    Ok(chain_id)
}
