//! Makes a Bitcoin transaction of a wallet's coins and the payments that were ordered: which coins
//! are spent, what comes back, what it costs. Knows nothing of requests, and signs nothing.
//!
//! The library that selects coins counts in floating point; what it selects is only a proposal, and
//! every sum and every fee is worked out here anew in whole satoshis.

mod bump;
mod coins;
mod error;
mod fee_rate;
mod outputs;
mod selection;
mod unsigned;
mod weight;

use std::collections::BTreeSet;

use bitcoin::{Amount, OutPoint, TxOut};
use transaction_review::{BitcoinWallet, Wallet, WalletChain};

pub use self::bump::bumped;
pub use self::coins::{Coin, MAX_COINS, read_coins};
pub use self::error::PaymentError;
pub use self::fee_rate::FeeRate;
pub use self::outputs::{data_output, payment_output};

use self::selection::{Candidate, Selection, Target};
use self::unsigned::{Input, unsigned};
use self::weight::Weights;

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What others get, in the order of the transaction.
    pub outputs: Vec<TxOut>,
    /// What a virtual byte costs.
    pub fee_rate: FeeRate,
    /// The index on the change branch (1) where change goes.
    pub change_index: u32,
    /// The lock time (BIP-65's reading: a height below 500 000 000, else seconds UTC).
    pub lock_time: u32,
    /// Coins that may not be spent, for other requests spend them.
    pub taken: BTreeSet<OutPoint>,
    /// What is replaced, if something is.
    pub replaced: Option<Replaced>,
}

/// A transaction that is replaced: it spends some of the same coins, and pays less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The coins it spends.
    pub coins: BTreeSet<OutPoint>,
    /// Its fee in satoshis.
    pub fee_sat: u64,
}

/// The Bitcoin side of a wallet.
///
/// # Errors
/// [`PaymentError::NotBitcoin`].
pub fn bitcoin_wallet(wallet: &Wallet) -> Result<&BitcoinWallet, PaymentError> {
    match wallet.chain() {
        WalletChain::Bitcoin(chain) => Ok(chain),
        WalletChain::Ethereum(_) | WalletChain::Safe(_) => Err(PaymentError::NotBitcoin {
            wallet: wallet.id().to_owned(),
        }),
    }
}

/// Makes the PSBT (version 0, BIP-174) of a payment: coins selected by branch and bound for the
/// lowest fee now and when the change is spent, change only where it is worth spending. The same
/// coins and terms give the same PSBT.
///
/// # Errors
/// [`PaymentError::Nothing`], [`PaymentError::Funds`], [`PaymentError::ChangeIndex`],
/// [`PaymentError::Range`]. Coins are believed to be checked: see [`Coin::check`].
pub fn compose(
    wallet: &BitcoinWallet,
    coins: &[Coin],
    terms: &Terms,
) -> Result<Vec<u8>, PaymentError> {
    let descriptor = &wallet.descriptor;
    let change = descriptor.derived(1, terms.change_index);
    let change = change.ok_or(PaymentError::ChangeIndex {
        found: terms.change_index,
    })?;
    if terms.outputs.is_empty() {
        return Err(PaymentError::Nothing);
    }
    let mut free: Vec<&Coin> = coins
        .iter()
        .filter(|coin| !terms.taken.contains(&coin.outpoint))
        .collect();
    free.sort_by_key(|coin| coin.outpoint);
    let weights = Weights::of(descriptor, &terms.outputs, &change.script_pubkey);
    let required = |coin: &Coin| {
        let replaced = terms.replaced.as_ref();
        replaced.is_some_and(|replaced| replaced.coins.contains(&coin.outpoint))
    };
    let candidates: Vec<Candidate> = free
        .iter()
        .map(|coin| Candidate {
            value: coin.value,
            required: required(coin),
        })
        .collect();
    let target = Target {
        weights: &weights,
        outputs: sum(terms.outputs.iter().map(|output| output.value.to_sat()))?,
        rate: terms.fee_rate,
        replaced_fee: terms.replaced.as_ref().map(|replaced| replaced.fee_sat),
        max_inputs: usize::try_from(wallet.max_inputs).unwrap_or(usize::MAX),
    };
    let Selection { chosen, change_sat } = target.select(&candidates)?;
    let chosen = chosen.iter().filter_map(|position| free.get(*position));
    let mut inputs = Vec::new();
    for coin in chosen {
        inputs.push(Input {
            coin,
            derived: coin.derived(descriptor)?,
        });
    }
    let mut outputs: Vec<(TxOut, Option<_>)> = Vec::new();
    outputs.extend(terms.outputs.iter().cloned().map(|output| (output, None)));
    if let Some(satoshis) = change_sat {
        let output = TxOut {
            value: Amount::from_sat(satoshis),
            script_pubkey: change.script_pubkey.clone(),
        };
        outputs.push((output, Some(change)));
    }
    unsigned(&inputs, &outputs, terms.lock_time)
}

/// A sum that can exist.
fn sum(satoshis: impl IntoIterator<Item = u64>) -> Result<u64, PaymentError> {
    let mut sum: u64 = 0;
    for part in satoshis {
        sum = sum.checked_add(part).ok_or(PaymentError::Range)?;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests;
