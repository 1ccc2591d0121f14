//! The verdict: a review held against the policy, check by check, none left out after the first
//! failure. Default deny. Knows policy, review, history and a time; no clock.

mod bitcoin;
mod common;
mod ethereum;

#[cfg(test)]
mod tests;

use core::fmt;

pub(crate) use bitcoin::{lock_time_text, percent_text, rate_text};
pub(crate) use common::counted;

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
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            rule,
            path,
            measured,
            limit,
            pass,
        } = self;
        let outcome = if *pass { "PASS" } else { "FAIL" };
        write!(
            f,
            "{outcome} {code} {path}: {measured}; needed: {limit} ({rule})"
        )
    }
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

    /// What goes into packets: `OK` or the primary code.
    pub fn code_text(&self) -> &'static str {
        self.primary.map_or("OK", Code::as_str)
    }
}

impl fmt::Display for Verdict {
    /// The verdict as people read it: the primary reason, then every failed check.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(code) = self.primary else {
            return write!(f, "PERMITTED: all {} checks hold", self.checks.len());
        };
        write!(
            f,
            "REFUSED {code} (exit {}): {}",
            code.class().exit_code(),
            code.sentence()
        )?;
        for check in self.failed() {
            write!(f, "\n  {check}")?;
        }
        Ok(())
    }
}

/// Judges a review at a time (seconds UTC). A pure function: the same arguments give the same
/// verdict, whatever the machine.
///
/// Every check is made and listed; `primary` is the failed one that comes first in [`Code`]'s
/// order. Nothing is permitted unless a rule names wallet, asset and destination, and every limit
/// of every rule that matches holds, and the fee caps are declared and hold.
pub fn judge(policy: &Policy, review: &Review, history: &History, now: u64) -> Verdict {
    let _ = history;
    let mut checks = common::validity(policy, review, now);
    match review.details() {
        Details::Bitcoin(reviewed) => checks.extend(bitcoin::checks(review, reviewed)),
        Details::Ethereum(reviewed) => checks.extend(ethereum::checks(review, reviewed)),
    }
    checks.extend(common::payments(policy, review, now));
    checks.extend(match review.details() {
        Details::Bitcoin(reviewed) => bitcoin::fees(policy, review, reviewed),
        Details::Ethereum(reviewed) => ethereum::fees(policy, review, reviewed),
    });
    let primary = checks
        .iter()
        .filter(|check| !check.pass)
        .map(|check| check.code)
        .min();
    Verdict {
        permitted: primary.is_none(),
        primary,
        checks,
        quorum: Quorum::LEAST,
    }
}

/// The name of what no policy can change.
const ALWAYS: &str = "always";
