//! Reads an unsigned transaction: every byte is understood, or nothing is.
//! Knows the form of each type, nothing of whether it may be signed.

use alloy_rlp::Header;

use super::rlp::{address, canonical, capped, end, field, fixed, list, string};
use super::{AccessListEntry, SignedAuthorization, Transaction, TransactionType};
use crate::ethereum::EthereumError;
use crate::limits::{MAX_ACCESS_LIST_ENTRIES, MAX_AUTHORIZATIONS, MAX_STORAGE_KEYS};

/// Fields of an unsigned legacy transaction that is bound to a chain (EIP-155).
const LEGACY_FIELDS: usize = 9;

impl Transaction {
    /// Reads an unsigned transaction; encoding what was read gives the same bytes.
    ///
    /// # Errors
    /// [`EthereumError`]: too many bytes, entries or authorizations, a type that is not signed, no
    /// chain id, no recipient, a field that is malformed, bytes left over, an authorization that is
    /// valid on every chain or not signed by a single account, or an encoding that is not the
    /// shortest.
    pub fn decode_unsigned(bytes: &[u8]) -> Result<Self, EthereumError> {
        capped(bytes)?;
        let (found, after) = bytes.split_first().ok_or(EthereumError::Empty)?;
        let kind =
            TransactionType::of_first_byte(*found).ok_or(EthereumError::Type { found: *found })?;
        let transaction = if kind == TransactionType::Legacy {
            legacy(open(bytes)?)?
        } else {
            typed(kind, open(after)?)?
        };
        if transaction.chain_id == 0 {
            return Err(EthereumError::ChainIdMissing);
        }
        canonical(bytes, &transaction.encode_unsigned())?;
        Ok(transaction)
    }
}

/// The fields inside the outer list, behind which nothing follows.
fn open(mut body: &[u8]) -> Result<&[u8], EthereumError> {
    let fields = list("the transaction", &mut body)?;
    end("the transaction", body)?;
    Ok(fields)
}

/// Types 1, 2 and 4 (EIP-2930, EIP-1559, EIP-7702).
fn typed(kind: TransactionType, mut fields: &[u8]) -> Result<Transaction, EthereumError> {
    let chain_id = field("chain_id", &mut fields)?;
    let mut transaction = common(kind, chain_id, &mut fields)?;
    transaction.access_list = access_list(&mut fields)?;
    if kind == TransactionType::SetCode {
        transaction.authorizations = authorizations(&mut fields)?;
    }
    end("the last field", fields)?;
    Ok(transaction)
}

/// Six fields, then chain id, zero, zero. Without these three any chain would accept it, and with
/// two other numbers it is signed already.
fn legacy(mut fields: &[u8]) -> Result<Transaction, EthereumError> {
    if count(fields) < LEGACY_FIELDS {
        return Err(EthereumError::ChainIdMissing);
    }
    let mut transaction = common(TransactionType::Legacy, 0, &mut fields)?;
    transaction.chain_id = field("chain_id", &mut fields)?;
    let r = string("r", &mut fields)?;
    let s = string("s", &mut fields)?;
    if !r.is_empty() || !s.is_empty() {
        return Err(EthereumError::ChainIdMissing);
    }
    end("the last field", fields)?;
    Ok(transaction)
}

/// Strings at the beginning of the list, as many as matter.
fn count(mut fields: &[u8]) -> usize {
    let mut count = 0_usize;
    while count < LEGACY_FIELDS && Header::decode_bytes(&mut fields, false).is_ok() {
        count = count.saturating_add(1);
    }
    count
}

/// What every type has, in the same order.
fn common(
    kind: TransactionType,
    chain_id: u64,
    fields: &mut &[u8],
) -> Result<Transaction, EthereumError> {
    let nonce = field("nonce", fields)?;
    let (tip, price) = if kind.has_one_price() {
        let price = field("gas_price", fields)?;
        (price, price)
    } else {
        let tip = field("max_priority_fee_per_gas", fields)?;
        (tip, field("max_fee_per_gas", fields)?)
    };
    let gas_limit = field("gas_limit", fields)?;
    let to = string("destination", fields)?;
    if to.is_empty() {
        return Err(EthereumError::Creation);
    }
    let to = fixed("destination", to)?.into();
    let value = field("amount", fields)?;
    Ok(Transaction {
        kind,
        max_priority_fee_per_gas: tip,
        max_fee_per_gas: price,
        gas_limit,
        data: string("data", fields)?.to_vec(),
        ..Transaction::transfer(chain_id, nonce, to, value)
    })
}

fn access_list(fields: &mut &[u8]) -> Result<Vec<AccessListEntry>, EthereumError> {
    let mut rest = list("access_list", fields)?;
    let mut entries = Vec::new();
    let mut keys_left = MAX_STORAGE_KEYS;
    while !rest.is_empty() {
        cap(
            "access list entries",
            entries.len(),
            MAX_ACCESS_LIST_ENTRIES,
        )?;
        let mut entry = list("an entry of access_list", &mut rest)?;
        let address = address("the address of an access list entry", &mut entry)?;
        let mut keys = list("storage_keys", &mut entry)?;
        end("an entry of access_list", entry)?;
        let mut storage_keys = Vec::new();
        while !keys.is_empty() {
            keys_left = keys_left.checked_sub(1).ok_or(EthereumError::TooMany {
                of: "storage keys",
                limit: MAX_STORAGE_KEYS,
            })?;
            storage_keys.push(fixed("a storage key", string("a storage key", &mut keys)?)?);
        }
        entries.push(AccessListEntry {
            address,
            storage_keys,
        });
    }
    Ok(entries)
}

fn authorizations(fields: &mut &[u8]) -> Result<Vec<SignedAuthorization>, EthereumError> {
    let mut rest = list("authorization_list", fields)?;
    let mut authorizations = Vec::new();
    while !rest.is_empty() {
        let index = authorizations.len();
        cap("authorizations", index, MAX_AUTHORIZATIONS)?;
        let tuple = list("an authorization", &mut rest)?;
        authorizations.push(SignedAuthorization::decode_tuple(index, tuple)?);
    }
    if authorizations.is_empty() {
        return Err(EthereumError::AuthorizationsEmpty);
    }
    Ok(authorizations)
}

/// One more must still be within the limit.
const fn cap(of: &'static str, before: usize, limit: usize) -> Result<(), EthereumError> {
    if before < limit {
        return Ok(());
    }
    Err(EthereumError::TooMany { of, limit })
}
