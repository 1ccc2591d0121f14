//! A transaction with a higher fee: the same coins, the same payments, less change.
//! Knows nothing of requests.

use bitcoin::{Amount, Psbt};
use transaction_review::{BitcoinWallet, Effect, Review};

use super::{FeeRate, PaymentError, sum, weight};

/// Raises the fee of a transaction to a rate at the expense of its change. The PSBT is the one that
/// the request was made of, the review the request's own.
///
/// # Errors
/// [`PaymentError::NotMore`], [`PaymentError::Change`], [`PaymentError::NotRaised`],
/// [`PaymentError::Range`].
pub fn bumped(
    wallet: &BitcoinWallet,
    psbt: &[u8],
    review: &Review,
    rate: FeeRate,
) -> Result<Vec<u8>, PaymentError> {
    let version_2 = |_error| PaymentError::NotRaised {
        found: "a PSBT of version 2",
    };
    let mut psbt = Psbt::deserialize(psbt).map_err(version_2)?;
    let before = u64::try_from(review.fee().units()).map_err(|_larger| PaymentError::Range)?;
    let (asked, needed) = least_fee(wallet, &psbt, rate, before)?;
    if asked <= before {
        return Err(PaymentError::NotMore {
            rate,
            asked,
            before,
        });
    }
    let without = PaymentError::Change {
        needed,
        before,
        change: 0,
    };
    let position = change_position(review).ok_or(without)?;
    let output = psbt.unsigned_tx.output.get_mut(position);
    let output = output.ok_or(PaymentError::Internal)?;
    let change = output.value.to_sat();
    let left = sum([before, change])?.checked_sub(needed);
    let dust = output.script_pubkey.minimal_non_dust().to_sat();
    if let Some(left) = left.filter(|left| *left >= dust) {
        output.value = Amount::from_sat(left);
        return Ok(psbt.serialize());
    }
    // Without the output the transaction is smaller, and all of the change goes to the fee.
    psbt.unsigned_tx.output.remove(position);
    psbt.outputs.remove(position);
    let (_, needed) = least_fee(wallet, &psbt, rate, before)?;
    if psbt.outputs.is_empty() || sum([before, change])? < needed {
        return Err(PaymentError::Change {
            needed,
            before,
            change,
        });
    }
    Ok(psbt.serialize())
}

/// What the rate comes to, and what has to be paid, in satoshis: no less than nodes demand of a
/// replacement (BIP-125, rule 4).
fn least_fee(
    wallet: &BitcoinWallet,
    psbt: &Psbt,
    rate: FeeRate,
    before: u64,
) -> Result<(u64, u64), PaymentError> {
    let virtual_bytes = weight::signed_virtual_bytes(&wallet.descriptor, &psbt.unsigned_tx);
    let asked = rate.fee(virtual_bytes);
    let least = sum([before, FeeRate::INCREMENT.fee(virtual_bytes)])?;
    Ok((asked, asked.max(least)))
}

/// The last output that comes back, counted from 0: effects stand in the order of the outputs.
fn change_position(review: &Review) -> Option<usize> {
    let is_change = |effect: &Effect| matches!(effect, Effect::Change { .. });
    review.effects().iter().rposition(is_change)
}
