//! What was committed to before: every recorded intent counts as spent, whatever came of it.
//! Knows nothing of where that is kept; whoever keeps it hands it in, oldest first.

mod family;

use std::collections::{BTreeMap, BTreeSet};

use crate::{Amount, Asset, Effect, Review, Spend};

pub(crate) use family::{Coin, Family, Past, shares, sum};

/// One intent that was recorded: what it uses up and what it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// The intent digest.
    pub intent: [u8; 32],
    /// The number of its record in the journal.
    pub sequence: u64,
    /// When it was recorded, in seconds UTC.
    pub time: u64,
    /// The wallet's id.
    pub wallet: String,
    /// The business reference.
    pub reference: String,
    /// The intent that it replaces.
    pub replaces: Option<[u8; 32]>,
    /// The coins or the nonce that it uses up.
    pub spends: Vec<Spend>,
    /// What goes to others, in the order of the transaction, without the fee.
    pub payments: Vec<Payment>,
    /// What it does beside moving value, in the order of the transaction.
    pub acts: Vec<String>,
    /// The fee.
    pub fee: Amount,
    /// Where in the wallet its change goes: branch and index.
    pub change: Vec<(u32, u32)>,
}

/// What one effect pays to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The address, or the whole script in hexadecimal digits where there is no address.
    pub destination: String,
    /// How much.
    pub amount: Amount,
}

impl Commitment {
    /// What a review commits to once it is recorded as `intent` in record `sequence` at `time`
    /// (seconds UTC).
    pub fn of(review: &Review, intent: [u8; 32], sequence: u64, time: u64) -> Self {
        Self {
            intent,
            sequence,
            time,
            wallet: review.wallet_id().to_owned(),
            reference: review.reference().to_owned(),
            replaces: review.replaces(),
            spends: review.spends().to_vec(),
            payments: review.payments(),
            acts: review.acts(),
            fee: review.fee(),
            change: review
                .change_places()
                .iter()
                .map(|(_, branch, index)| (*branch, *index))
                .collect(),
        }
    }

    /// What it pays out in one asset, without the fee.
    pub fn paid(&self, asset: Asset) -> Amount {
        Amount::new(asset, sum(&self.payments, asset, None).unwrap_or_default())
    }
}

impl Payment {
    /// What an effect pays to somebody else, if it does.
    pub fn of(effect: &Effect) -> Option<Self> {
        let (destination, amount) = match effect {
            Effect::Pay {
                destination,
                amount,
                ..
            } => (destination, amount),
            Effect::PayScript { script, amount, .. } | Effect::Data { script, amount, .. } => {
                (script, amount)
            }
            // What a spender may take counts as taken.
            Effect::Approve {
                spender, amount, ..
            } => (spender, amount),
            Effect::Call {
                contract, amount, ..
            } if !amount.units().is_zero() => (contract, amount),
            Effect::Call { .. }
            | Effect::Change { .. }
            | Effect::Fee { .. }
            | Effect::Administer { .. }
            | Effect::Delegate { .. }
            | Effect::Declare { .. }
            | Effect::Cancel { .. } => return None,
        };
        Some(Self {
            destination: destination.clone(),
            amount: *amount,
        })
    }
}

/// Everything that was committed to, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    commitments: Vec<Commitment>,
    announced: BTreeMap<[u8; 32], u64>,
}

impl History {
    /// A history in which nothing happened yet.
    pub const fn new() -> Self {
        Self {
            commitments: Vec::new(),
            announced: BTreeMap::new(),
        }
    }

    /// Remembers that an intent was read, permitted but for its cool-down, and told to wait, at this
    /// time (seconds UTC). The first time counts.
    pub fn announce(&mut self, intent: [u8; 32], time: u64) {
        self.announced.entry(intent).or_insert(time);
    }

    /// When an intent was first told to wait, in seconds UTC.
    pub fn announced(&self, intent: &[u8; 32]) -> Option<u64> {
        self.announced.get(intent).copied()
    }

    /// The nonces of an account or a Safe that were committed to.
    pub(crate) fn nonces(&self, chain: u64, account: [u8; 20]) -> BTreeSet<u64> {
        let spends = self.commitments.iter().flat_map(|past| &past.spends);
        spends
            .filter_map(|spend| match spend {
                Spend::Nonce {
                    chain_id,
                    address,
                    nonce,
                } => (*chain_id == chain && *address == account).then_some(*nonce),
                Spend::Outpoint { .. } | Spend::Permit { .. } => None,
            })
            .collect()
    }

    /// Adds what was recorded after everything that is there.
    pub fn record(&mut self, commitment: Commitment) {
        self.commitments.push(commitment);
    }

    /// All of it, oldest first.
    pub fn commitments(&self) -> &[Commitment] {
        &self.commitments
    }
}
