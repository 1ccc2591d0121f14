//! Reads transactions of an account and of a Safe, down to every call inside them.
//! Knows which functions may be decoded, nothing of what may be called.

use alloy_primitives::{Address, U256};

use super::{Known, Reviewed, SafeSignable, Signable};
use crate::ethereum::call::{Call, Leaf, expand};
use crate::ethereum::safe::{Operation, SafeTransaction, decode_multi_send};
use crate::ethereum::{EthereumError, Transaction};
use crate::limits::MAX_CALL_LEAVES;
use crate::{EthereumWallet, SafeWallet};

/// Reads a transaction of an account and computes what would be signed.
pub(crate) fn transaction(
    wallet: &EthereumWallet,
    bytes: &[u8],
    known: Known<'_>,
) -> Result<Reviewed, EthereumError> {
    let transaction = Transaction::decode_unsigned(bytes)?;
    let total = transaction.value.checked_add(transaction.max_gas_cost());
    total.ok_or(EthereumError::AmountRange)?;
    let leaves = expand(
        &Call {
            path: "transaction".to_owned(),
            from: wallet.address,
            to: transaction.to,
            value: transaction.value,
            data: transaction.data.clone(),
        },
        known,
    )?;
    Ok(Reviewed {
        chain_id: transaction.chain_id,
        account: wallet.address,
        signer: wallet.address,
        digest: transaction.digest(),
        signable: Signable::Transaction(transaction),
        leaves: in_range(leaves)?,
    })
}

/// Reads a transaction of a Safe, and the batch in it if it goes to the pinned contract.
pub(crate) fn safe_transaction(
    safe: &SafeWallet,
    bytes: &[u8],
    known: Known<'_>,
) -> Result<Reviewed, EthereumError> {
    let transaction = SafeTransaction::decode(bytes)?;
    let domain = safe.domain();
    let batch = is_batch(safe, &transaction);
    let leaves = match transaction.operation {
        Operation::DelegateCall if batch => batched(safe, &transaction, known)?,
        // Foreign code would run as the Safe itself. Nothing in it is a call, so nothing is decoded
        // as one: it is shown for what it is, and no rule allows it.
        Operation::DelegateCall => Vec::new(),
        Operation::Call => expand(
            &Call {
                path: "safe-tx".to_owned(),
                from: safe.address,
                to: transaction.to,
                value: transaction.value,
                data: transaction.data.clone(),
            },
            known,
        )?,
    };
    Ok(Reviewed {
        chain_id: safe.chain_id,
        account: safe.address,
        signer: safe.owner,
        digest: transaction.hash(&domain),
        leaves: in_range(leaves)?,
        signable: Signable::Safe(SafeSignable {
            transaction,
            domain,
            owners: safe.owners.clone(),
            threshold: safe.threshold,
            batch,
        }),
    })
}

/// A delegate call to the pinned `MultiSendCallOnly`, which carries no value of its own.
fn is_batch(safe: &SafeWallet, transaction: &SafeTransaction) -> bool {
    transaction.operation == Operation::DelegateCall
        && safe.multi_send_call_only == Some(transaction.to)
        && transaction.value.is_zero()
}

fn batched(
    safe: &SafeWallet,
    transaction: &SafeTransaction,
    known: Known<'_>,
) -> Result<Vec<Leaf>, EthereumError> {
    let mut leaves = Vec::new();
    let calls = decode_multi_send(&transaction.data)?;
    for (index, call) in (0_usize..).zip(calls) {
        let inner = expand(
            &Call {
                path: format!("safe-tx/multisend[{index}]"),
                from: safe.address,
                to: call.to,
                value: call.value,
                data: call.data,
            },
            known,
        )?;
        leaves.extend(inner);
        if leaves.len() > MAX_CALL_LEAVES {
            return Err(EthereumError::Leaves {
                limit: MAX_CALL_LEAVES,
            });
        }
    }
    Ok(leaves)
}

/// What all calls move together is a number of the chain: no sum of it can wrap.
fn in_range(leaves: Vec<Leaf>) -> Result<Vec<Leaf>, EthereumError> {
    let mut values = leaves.iter().map(|leaf: &Leaf| leaf.value);
    let sum = values.try_fold(U256::ZERO, U256::checked_add);
    sum.ok_or(EthereumError::AmountRange)?;
    Ok(leaves)
}

/// An address as a 20-byte array, the form in which history knows it.
pub(crate) const fn raw(address: Address) -> [u8; 20] {
    address.0.0
}
