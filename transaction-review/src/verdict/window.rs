//! Limits over sliding windows: what was committed to within a time, and this request on top.
//! Knows history in families, nothing of who approves.

use std::collections::BTreeSet;

use alloy_primitives::U256;

use super::{Check, Spent, counted};
use crate::history::{Family, Past, sum};
use crate::{Amount, Asset, Code, Limit, Policy, Review, instant};

/// One check for each bound of each limit of the wallet and its asset.
pub(super) fn checks(policy: &Policy, review: &Review, past: &Past<'_>, now: u64) -> Vec<Check> {
    let mut checks = Vec::new();
    for (index, limit) in policy.limits().iter().enumerate() {
        if limit.wallet() != review.wallet_id() || !review.assets().contains(&limit.asset()) {
            continue;
        }
        let rule = format!("limit[{index}] {}", limit.name());
        let scopes = if limit.per_destination() {
            destinations(review, limit.asset())
                .into_iter()
                .map(Some)
                .collect()
        } else {
            vec![None]
        };
        for scope in scopes {
            let held = Held::of(limit, review, past, (scope.as_deref(), now));
            if let Some(max) = limit.max() {
                checks.push(amount(&rule, limit, &held, max));
            }
            if let Some(most) = limit.max_count() {
                checks.push(count(&rule, limit, &held, most));
            }
        }
    }
    checks
}

/// Whom a review pays anything of an asset, once each.
pub(super) fn destinations(review: &Review, asset: Asset) -> BTreeSet<String> {
    let payments = review.payments().into_iter();
    let some = payments
        .filter(|payment| payment.amount.asset() == asset && !payment.amount.units().is_zero());
    some.map(|payment| payment.destination).collect()
}

/// What is paid within a window, before and with this request.
struct Held {
    destination: Option<String>,
    entries: Vec<Entry>,
    this: U256,
}

/// A family within the window.
struct Entry {
    time: u64,
    units: U256,
    records: Vec<u64>,
}

impl Held {
    fn of(
        limit: &Limit,
        review: &Review,
        past: &Past<'_>,
        (destination, now): (Option<&str>, u64),
    ) -> Self {
        let asset = limit.asset();
        let inside = |family: &&Family<'_>| {
            family.is_of(limit.wallet()) && within(family.time(), limit.window(), now)
        };
        let mut entries: Vec<Entry> = past
            .others()
            .filter(inside)
            .filter_map(|family| {
                Some(Entry {
                    time: family.time(),
                    units: family.paid(asset, destination)?,
                    records: family.records().collect(),
                })
            })
            .collect();
        entries.sort_by_key(|entry| entry.time);
        let replaced = past
            .own()
            .and_then(|family| family.paid(asset, destination));
        let this = sum(&review.payments(), asset, destination).unwrap_or_default();
        Self {
            destination: destination.map(str::to_owned),
            entries,
            this: this.max(replaced.unwrap_or_default()),
        }
    }

    fn before(&self) -> U256 {
        let units = self.entries.iter().map(|entry| entry.units);
        units.fold(U256::ZERO, U256::saturating_add)
    }

    fn path(&self) -> String {
        match &self.destination {
            Some(destination) => format!("to {destination}"),
            None => "transaction".to_owned(),
        }
    }

    /// The first second at which enough has left the window; `None` if it never will.
    fn earliest(&self, window: u64, fits: impl Fn(&[Entry]) -> bool) -> Option<u64> {
        let mut left = self.entries.as_slice();
        let mut earliest = 0;
        while !fits(left) {
            let (oldest, rest) = left.split_first()?;
            earliest = oldest.time.saturating_add(window);
            left = rest;
        }
        Some(earliest)
    }

    fn spent(
        &self,
        (before, this, together): (String, String, String),
        earliest: Option<u64>,
    ) -> Spent {
        let records = self.entries.iter().flat_map(|entry| entry.records.clone());
        Spent {
            before,
            records: records.collect(),
            since: self.entries.first().map(|entry| entry.time),
            this,
            together,
            earliest,
        }
    }
}

/// Whether a time is in the window that ends now: exactly as long ago as the window is long is
/// outside, and what a clock that went back has in its future is inside.
pub(super) const fn within(time: u64, window: u64, now: u64) -> bool {
    time.saturating_add(window) > now
}

fn total(units: &[Entry], this: U256) -> U256 {
    let units = units.iter().map(|entry| entry.units);
    units.fold(this, U256::saturating_add)
}

fn amount(rule: &str, limit: &Limit, held: &Held, max: &Amount) -> Check {
    let amount = |units| Amount::new(limit.asset(), units).short();
    let together = total(&held.entries, held.this);
    let pass = together <= max.units();
    let window = instant::duration_text(limit.window());
    let fits = |left: &[Entry]| total(left, held.this) <= max.units();
    let texts = (amount(held.before()), amount(held.this), amount(together));
    Check {
        code: match held.destination {
            Some(_) => Code::LimitDestination,
            None => Code::LimitWindow,
        },
        rule: rule.to_owned(),
        path: held.path(),
        measured: format!(
            "{} in {window}, {} before",
            amount(together),
            amount(held.before())
        ),
        limit: format!("at most {}", max.short()),
        pass,
        spent: (!pass).then(|| held.spent(texts, held.earliest(limit.window(), fits))),
    }
}

fn count(rule: &str, limit: &Limit, held: &Held, most: u64) -> Check {
    let number = |entries: usize| u64::try_from(entries).unwrap_or(u64::MAX).saturating_add(1);
    let together = number(held.entries.len());
    let pass = together <= most;
    let window = instant::duration_text(limit.window());
    let fits = |left: &[Entry]| number(left.len()) <= most;
    let texts = || {
        let before = counted(held.entries.len(), "payment");
        (
            before,
            "1 payment".to_owned(),
            counted(held.entries.len().saturating_add(1), "payment"),
        )
    };
    Check {
        code: Code::LimitCount,
        rule: rule.to_owned(),
        path: held.path(),
        measured: format!("{together} in {window}, with this one"),
        limit: format!("at most {most}"),
        pass,
        spent: (!pass).then(|| held.spent(texts(), held.earliest(limit.window(), fits))),
    }
}
