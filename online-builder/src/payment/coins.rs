//! The wallet's coins, as a JSON file lists them. What a coin is worth is read from the transaction
//! that made it and never believed. Knows nothing of what is paid.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::consensus::encode::deserialize;
use bitcoin::{OutPoint, ScriptBuf, Transaction, TxOut, Txid};
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Deserialize;
use transaction_review::bitcoin::{Derived, Descriptor};
use transaction_review::{Amount, Asset};

use super::PaymentError;

/// A coin whose amount its transaction proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coin {
    /// Which output of which transaction it is.
    pub outpoint: OutPoint,
    /// The branch and the index that its script is said to be derived at.
    pub place: Option<(u32, u32)>,
    /// What it is worth, in satoshis.
    pub value: u64,
    /// The script that locks it.
    pub script: ScriptBuf,
    /// The transaction that made it.
    pub previous: Transaction,
}

impl Coin {
    /// Makes sure that the wallet can spend the coin: its script is the one that the descriptor has
    /// at the coin's place.
    ///
    /// # Errors
    /// [`PaymentError::CoinPlace`], [`PaymentError::CoinIndex`], [`PaymentError::CoinForeign`].
    pub fn check(&self, descriptor: &Descriptor) -> Result<(), PaymentError> {
        let coin = self.outpoint.to_string();
        if descriptor.is_ranged() && self.place.is_none() {
            return Err(PaymentError::CoinPlace { coin });
        }
        let (branch, index) = self.place.unwrap_or_default();
        let derived = self.derived(descriptor)?;
        if derived.script_pubkey == self.script {
            return Ok(());
        }
        Err(PaymentError::CoinForeign {
            coin,
            branch,
            index,
            found: self.script.to_hex_string(),
            expected: derived.script_pubkey.to_hex_string(),
        })
    }

    /// What the descriptor has at the coin's place.
    pub(super) fn derived(&self, descriptor: &Descriptor) -> Result<Derived, PaymentError> {
        let (branch, index) = self.place.unwrap_or_default();
        let derived = descriptor.derived(branch, index);
        derived.ok_or_else(|| PaymentError::CoinIndex {
            coin: self.outpoint.to_string(),
            branch,
            index,
        })
    }

    pub(super) fn output(&self) -> TxOut {
        TxOut {
            value: bitcoin::Amount::from_sat(self.value),
            script_pubkey: self.script.clone(),
        }
    }
}

/// Coins that one file lists, at most.
pub const MAX_COINS: usize = 10_000;

/// The file: `{"schema": "coins/1", "coins": [...]}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedCoins {
    schema: String,
    coins: Vec<ListedCoin>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedCoin {
    txid: String,
    vout: u32,
    branch: Option<u32>,
    index: Option<u32>,
    transaction: Option<String>,
    amount: Option<String>,
}

/// Reads a coins file. A transaction that made several coins is given with one of them at least.
///
/// ```
/// use online_builder::payment::{PaymentError, read_coins};
///
/// assert_eq!(read_coins(br#"{"schema": "coins/1", "coins": []}"#), Ok(Vec::new()));
/// let no_coins = read_coins(b"[]").map_err(|error| error.code());
/// assert_eq!(no_coins, Err("E_COINS"));
/// ```
///
/// # Errors
/// [`PaymentError::Coins`], [`PaymentError::CoinCount`], [`PaymentError::CoinTwice`],
/// [`PaymentError::CoinUnproven`], [`PaymentError::CoinAmount`].
pub fn read_coins(file: &[u8]) -> Result<Vec<Coin>, PaymentError> {
    let malformed = |reason: String| PaymentError::Coins { reason };
    let listed: ListedCoins =
        serde_json::from_slice(file).map_err(|error| malformed(error.to_string()))?;
    if listed.schema != SCHEMA {
        let reason = format!("its schema is \"{}\" and not \"{SCHEMA}\"", listed.schema);
        return Err(malformed(reason));
    }
    let found = listed.coins.len();
    if found > MAX_COINS {
        return Err(PaymentError::CoinCount {
            found,
            limit: MAX_COINS,
        });
    }
    let mut coins = Vec::new();
    let transactions = transactions(&listed.coins)?;
    let mut seen = BTreeSet::new();
    for listed in &listed.coins {
        let coin = read(listed, &transactions)?;
        if !seen.insert(coin.outpoint) {
            return Err(PaymentError::CoinTwice {
                coin: coin.outpoint.to_string(),
            });
        }
        coins.push(coin);
    }
    Ok(coins)
}

const SCHEMA: &str = "coins/1";

/// The transactions of the file, by the id that each of them really has.
fn transactions(listed: &[ListedCoin]) -> Result<BTreeMap<Txid, Transaction>, PaymentError> {
    let mut transactions = BTreeMap::new();
    for coin in listed {
        let Some(digits) = &coin.transaction else {
            continue;
        };
        let unproven = |reason: &str| PaymentError::CoinUnproven {
            coin: format!("{}:{}", coin.txid, coin.vout),
            reason: reason.to_owned(),
        };
        let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes());
        let bytes = bytes.map_err(|_digits| unproven("its transaction is not hexadecimal"))?;
        let transaction: Result<Transaction, _> = deserialize(&bytes);
        let transaction = transaction.map_err(|_error| unproven("its transaction is none"))?;
        let found = transaction.compute_txid();
        if found != txid(coin)? {
            return Err(unproven(&format!("its transaction is {found}")));
        }
        transactions.insert(found, transaction);
    }
    Ok(transactions)
}

fn txid(coin: &ListedCoin) -> Result<Txid, PaymentError> {
    let plain = coin
        .txid
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let txid = coin.txid.parse().ok().filter(|_| plain);
    txid.ok_or_else(|| PaymentError::Coins {
        reason: format!(
            "\"{}\" is no transaction's id, 64 digits of 0-9 and a-f",
            coin.txid
        ),
    })
}

fn read(
    listed: &ListedCoin,
    transactions: &BTreeMap<Txid, Transaction>,
) -> Result<Coin, PaymentError> {
    let outpoint = OutPoint::new(txid(listed)?, listed.vout);
    let coin = outpoint.to_string();
    let unproven = |reason: &str| PaymentError::CoinUnproven {
        coin: coin.clone(),
        reason: reason.to_owned(),
    };
    let previous = transactions.get(&outpoint.txid);
    let previous = previous.ok_or_else(|| unproven("its transaction is not in the file"))?;
    let position = usize::try_from(outpoint.vout).unwrap_or(usize::MAX);
    let output = previous.output.get(position);
    let output = output.ok_or_else(|| unproven("its transaction has no such output"))?;
    let place = match (listed.branch, listed.index) {
        (Some(branch), Some(index)) => Some((branch, index)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(PaymentError::CoinPlace { coin }),
    };
    let proven = Amount::satoshis(output.value.to_sat());
    if let Some(stated) = &listed.amount {
        let amount = Amount::parse(Asset::Bitcoin, stated);
        let amount = amount.map_err(|cause| PaymentError::Coins {
            reason: format!("the amount of {coin}: {cause}"),
        })?;
        if amount != proven {
            return Err(PaymentError::CoinAmount {
                coin,
                stated: amount.to_string(),
                proven: proven.to_string(),
            });
        }
    }
    Ok(Coin {
        outpoint,
        place,
        value: output.value.to_sat(),
        script: output.script_pubkey.clone(),
        previous: previous.clone(),
    })
}
