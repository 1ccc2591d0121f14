//! Families of intents: one, and what replaced it. They spend the same coins or the same nonce, so
//! at most one of a family can ever confirm, and its payments count once.
//! Knows nothing of limits.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::U256;

use super::{Commitment, History, Payment};
use crate::{Asset, Review, Spend};

/// What is used up, without the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Coin {
    Outpoint([u8; 32], u32),
    Nonce(u64, [u8; 20], u64),
    Permit(u64, [u8; 20], [u8; 32]),
}

impl Coin {
    pub(crate) const fn of(spend: &Spend) -> Self {
        match spend {
            Spend::Outpoint { txid, vout, .. } => Self::Outpoint(*txid, *vout),
            Spend::Nonce {
                chain_id,
                address,
                nonce,
            } => Self::Nonce(*chain_id, *address, *nonce),
            Spend::Permit {
                chain_id,
                contract,
                nonce,
            } => Self::Permit(*chain_id, *contract, *nonce),
        }
    }

    pub(crate) fn all(spends: &[Spend]) -> BTreeSet<Self> {
        spends.iter().map(Self::of).collect()
    }
}

/// Whether a commitment uses up one of these coins.
pub(crate) fn shares(commitment: &Commitment, coins: &BTreeSet<Coin>) -> bool {
    let mut spends = commitment.spends.iter();
    spends.any(|spend| coins.contains(&Coin::of(spend)))
}

/// One intent and everything that replaced it, oldest first.
#[derive(Debug, Clone)]
pub(crate) struct Family<'a> {
    members: Vec<&'a Commitment>,
}

impl<'a> Family<'a> {
    /// Its intents, oldest first.
    pub(crate) fn members(&self) -> &[&'a Commitment] {
        &self.members
    }

    /// The one that nothing replaced.
    pub(crate) fn newest(&self) -> Option<&'a Commitment> {
        self.members.last().copied()
    }

    /// When the family was last recorded: from then on its windows run.
    pub(crate) fn time(&self) -> u64 {
        let times = self.members.iter().map(|member| member.time);
        times.max().unwrap_or_default()
    }

    /// The numbers of its records.
    pub(crate) fn records(&self) -> impl Iterator<Item = u64> {
        self.members.iter().map(|member| member.sequence)
    }

    /// Whether the newest spends from this wallet.
    pub(crate) fn is_of(&self, wallet: &str) -> bool {
        self.newest().is_some_and(|newest| newest.wallet == wallet)
    }

    /// The most that one of them pays in an asset, to everybody or to one destination. `None` if
    /// none of them pays it at all.
    pub(crate) fn paid(&self, asset: Asset, destination: Option<&str>) -> Option<U256> {
        let members = self.members.iter();
        members
            .filter_map(|member| sum(&member.payments, asset, destination))
            .max()
    }

    /// Whether every one of them uses up one of these coins: then none of them can confirm beside a
    /// transaction that uses up all of these.
    fn conflicts_with(&self, coins: &BTreeSet<Coin>) -> bool {
        self.members.iter().all(|member| shares(member, coins))
    }
}

/// What these payments are together, in an asset and to one destination or to all.
pub(crate) fn sum(payments: &[Payment], asset: Asset, destination: Option<&str>) -> Option<U256> {
    let same = |payment: &&Payment| {
        let to = destination.is_none_or(|destination| payment.destination == destination);
        to && payment.amount.asset() == asset
    };
    let mut amounts = payments.iter().filter(same).map(|paid| paid.amount.units());
    let first = amounts.next()?;
    Some(amounts.fold(first, U256::saturating_add))
}

/// The history in families, and the one that a request replaces.
#[derive(Debug, Clone)]
pub(crate) struct Past<'a> {
    families: Vec<Family<'a>>,
    named: Option<usize>,
    own: Option<usize>,
}

impl<'a> Past<'a> {
    /// Orders a history by what replaced what. A replacement that could confirm beside what it
    /// claims to replace is counted by itself.
    pub(crate) fn of(history: &'a History, review: &Review) -> Self {
        let mut families: Vec<Family<'a>> = Vec::new();
        let mut places = BTreeMap::new();
        for commitment in history.commitments() {
            let named = commitment
                .replaces
                .and_then(|intent| places.get(&intent).copied());
            let coins = Coin::all(&commitment.spends);
            let family = named.filter(|place| {
                let family = families.get(*place);
                family.is_some_and(|family: &Family<'_>| family.conflicts_with(&coins))
            });
            let place = family.unwrap_or(families.len());
            match families.get_mut(place) {
                Some(family) => family.members.push(commitment),
                None => families.push(Family {
                    members: vec![commitment],
                }),
            }
            places.insert(commitment.intent, place);
        }
        let named = review
            .replaces()
            .and_then(|intent| places.get(&intent).copied());
        let coins = Coin::all(review.spends());
        let own = named.filter(|place| {
            let family = families.get(*place);
            family.is_some_and(|family| family.conflicts_with(&coins))
        });
        Self {
            families,
            named,
            own,
        }
    }

    /// The family of the intent that the request names in `replaces`.
    pub(crate) fn named(&self) -> Option<&Family<'a>> {
        self.families.get(self.named?)
    }

    /// The same, if the request can confirm beside none of it.
    pub(crate) fn own(&self) -> Option<&Family<'a>> {
        self.families.get(self.own?)
    }

    /// All families but the one that the request names.
    pub(crate) fn strangers(&self) -> impl Iterator<Item = &Family<'a>> {
        let families = self.families.iter().enumerate();
        let strangers = families.filter(|(place, _)| Some(*place) != self.named);
        strangers.map(|(_, family)| family)
    }

    /// All families but the one that the request can replace, oldest first.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Family<'a>> {
        let others = self.families.iter().enumerate();
        let others = others.filter(|(place, _)| Some(*place) != self.own);
        others.map(|(_, family)| family)
    }
}
