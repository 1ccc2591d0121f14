//! The verdict: a review held against the policy, check by check, none left out after the first
//! failure. Default deny. Knows policy, review, history and a time; no clock.

mod allowance;
mod bitcoin;
mod call;
mod common;
mod conflict;
mod ethereum;
mod example;
mod nonce;
mod safe;
mod statement;
mod terms;
mod text;
mod tier;
mod window;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;

pub(crate) use bitcoin::{percent_text, rate_text};
pub(crate) use common::counted;
pub(crate) use example::check as examples;
pub(crate) use terms::lock_time_text;

use crate::history::Past;
use crate::review::Details;
use crate::{Code, History, Policy, Review};

/// One check: what was measured against which limit of which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The reason code if it fails.
    pub code: Code,
    /// The rule, by its place in the policy, or `always` for what no policy can change.
    pub rule: String,
    /// The part of the transaction.
    pub path: String,
    /// What was found.
    pub measured: String,
    /// What is needed.
    pub limit: String,
    /// Whether it holds.
    pub pass: bool,
    /// For a limit over a window that does not hold: what fills it.
    pub spent: Option<Spent>,
}

/// What a window of a limit holds, when it holds too much: amounts with their unit, or payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// What was committed to within the window before.
    pub before: String,
    /// The journal's records of it.
    pub records: Vec<u64>,
    /// The time (seconds UTC) of the oldest of them.
    pub since: Option<u64>,
    /// What this request adds.
    pub this: String,
    /// Both together.
    pub together: String,
    /// The first second (UTC) at which this very request would keep the limit; `None` if it is too
    /// much by itself.
    pub earliest: Option<u64>,
}

/// What the policy says about a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether every check holds.
    pub permitted: bool,
    /// The least code among the failed checks.
    pub primary: Option<Code>,
    /// Every check, in a fixed order.
    pub checks: Vec<Check>,
    /// Who has to approve it.
    pub quorum: Quorum,
    /// Destinations that no recorded intent has paid.
    pub first_uses: Vec<String>,
}

/// Who has to approve: the most that any rule or tier demands, and never fewer than two people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// How many approvers, at least two.
    pub need: u32,
    /// The person who asked, if that person may not approve (`exclude_initiator`).
    pub excluded_person: Option<String>,
}

impl Quorum {
    /// Two people, whoever they are: what holds where the policy demands nothing more.
    pub const LEAST: Self = Self {
        need: 2,
        excluded_person: None,
    };
}

impl Verdict {
    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.pass)
    }

    /// Whether nothing but a cool-down is in the way: the request is carried to the station to wait
    /// there.
    pub fn only_waits(&self) -> bool {
        !self.permitted && self.failed().all(|check| check.code == Code::CoolDown)
    }

    /// What goes into packets: `OK` or the primary code.
    pub fn code_text(&self) -> &'static str {
        self.primary.map_or("OK", Code::as_str)
    }
}

/// Judges a review at a time (seconds UTC), after everything that was committed to before. A pure
/// function: the same arguments give the same verdict, whatever the machine.
///
/// Every check is made and listed; `primary` is the failed one that comes first in [`Code`]'s
/// order. Nothing is permitted unless a rule names wallet, asset and destination, and every limit
/// of every rule that matches holds, and every limit over time holds, and the fee caps are declared
/// and hold, and some tier covers the amount where there are tiers.
pub fn judge(policy: &Policy, review: &Review, history: &History, now: u64) -> Verdict {
    let past = Past::of(history, review);
    let mut checks = common::validity(policy, review, now);
    checks.extend(conflict::checks(policy, review, (history, &past), now));
    match review.details() {
        Details::Bitcoin(reviewed) => {
            checks.extend(bitcoin::checks(review, reviewed));
            checks.extend(terms::checks(review, reviewed, history, now));
        }
        Details::Ethereum(reviewed) => {
            checks.extend(ethereum::checks(policy, review, reviewed));
            checks.extend(nonce::checks(review, reviewed, (history, &past)));
        }
    }
    checks.extend(common::payments(policy, review, now));
    if let Details::Ethereum(reviewed) = review.details() {
        checks.extend(allowance::checks(policy, review, now));
        checks.extend(call::checks(policy, review, reviewed));
        checks.extend(statement::checks(policy, review, reviewed, now));
        checks.extend(safe::checks(policy, review, reviewed, (history, now)));
    }
    checks.extend(window::checks(policy, review, &past, now));
    checks.extend(match review.details() {
        Details::Bitcoin(reviewed) => bitcoin::fees(policy, review, reviewed),
        Details::Ethereum(reviewed) => ethereum::fees(policy, review, reviewed),
    });
    let (quorum, tiers) = tier::quorum(policy, review, &past, now);
    checks.extend(tiers);
    let failed = checks.iter().filter(|check| !check.pass);
    let primary = failed.map(|check| check.code).min();
    Verdict {
        permitted: primary.is_none(),
        primary,
        checks,
        quorum,
        first_uses: first_uses(review, history),
    }
}

/// Destinations that nothing was paid to before.
fn first_uses(review: &Review, history: &History) -> Vec<String> {
    let paid = history
        .commitments()
        .iter()
        .flat_map(|commitment| &commitment.payments);
    let paid: BTreeSet<&str> = paid.map(|payment| payment.destination.as_str()).collect();
    let assets = review.assets().into_iter();
    let destinations = assets.flat_map(|asset| window::destinations(review, asset));
    let destinations: BTreeSet<String> = destinations.collect();
    let destinations = destinations.into_iter();
    destinations
        .filter(|destination| !paid.contains(destination.as_str()))
        .collect()
}

/// The name of what no policy can change.
const ALWAYS: &str = "always";

impl Check {
    /// A check that is about no window.
    fn new(
        code: Code,
        rule: impl Into<String>,
        (path, measured, limit): (&str, impl Into<String>, impl Into<String>),
        pass: bool,
    ) -> Self {
        Self {
            code,
            rule: rule.into(),
            path: path.to_owned(),
            measured: measured.into(),
            limit: limit.into(),
            pass,
            spent: None,
        }
    }
}
