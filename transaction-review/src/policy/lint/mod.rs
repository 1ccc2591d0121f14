//! What a policy may say and two people should still look at. A finding refuses nothing.
//! Knows nothing of any one transaction.

mod people;
mod sums;

#[cfg(test)]
mod tests;

use core::fmt;

use super::consistency::skeleton;
use super::{ArgumentBound, Policy, Rule};
use crate::History;
use crate::ethereum::is_dangerous;

/// Something to look at before a policy is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The lint, `L01` to `L12`: the manual lists them.
    pub id: &'static str,
    /// Where in the policy.
    pub path: String,
    /// What is there and why it matters.
    pub sentence: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.id, self.path, self.sentence)
    }
}

impl Finding {
    const fn new(id: &'static str, path: String, sentence: String) -> Self {
        Self { id, path, sentence }
    }
}

/// Seconds that a policy may be in force before L08 speaks: a year and a day.
const YEAR_SECONDS: u64 = 31_622_400;

impl Policy {
    /// What deserves a second look, in the order of the lints. `history` is what was committed to so
    /// far; with an empty one the lints that compare with it are silent.
    ///
    /// L10 (any destination) has nothing to look at: the language has no word for anybody.
    ///
    /// ```
    /// use transaction_review::{History, Policy};
    ///
    /// let policy = Policy::parse(include_str!("../../../examples/policy.toml"))?;
    /// for finding in policy.lint(&History::new()) {
    ///     assert!(finding.id.starts_with('L'));
    /// }
    /// # Ok::<(), transaction_review::PolicyError>(())
    /// ```
    pub fn lint(&self, history: &History) -> Vec<Finding> {
        let mut findings = sums::without_limit(self);
        findings.extend(overlapping(self));
        findings.extend(sums::tier_gaps(self));
        findings.extend(sums::loose_limits(self, history));
        findings.extend(unused_addresses(self, history));
        findings.extend(dangerous(self));
        findings.extend(people::one_pair_of_eyes(self));
        findings.extend(long_lived(self));
        findings.extend(confusable(self));
        findings.extend(people::all_kinds(self));
        findings.extend(sums::costly_fees(self));
        findings
    }
}

/// L02: all matching rules must hold, so that two for the same payee say less than they seem to.
fn overlapping(policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, rule) in policy.rules.iter().enumerate() {
        for (earlier, other) in policy.rules.iter().enumerate().take(index) {
            let Some(name) = common_payee(rule, other) else {
                continue;
            };
            let sentence = format!(
                "rule[{earlier}] \"{}\" is for {name} too: both limits must hold, the smaller one counts",
                other.id()
            );
            findings.push(Finding::new("L02", format!("rule[{index}]"), sentence));
        }
    }
    findings
}

fn common_payee<'a>(rule: &'a Rule, other: &Rule) -> Option<&'a String> {
    let same = rule.wallet() == other.wallet() && rule.asset() == other.asset();
    let mut names = rule.to().iter().filter(|_| same);
    names.find(|name| other.to().contains(name))
}

/// L06: functions that hand a contract, or everything in it, to somebody.
fn dangerous(policy: &Policy) -> Vec<Finding> {
    let rules = policy.calls.iter();
    let rules = rules.filter(|rule| is_dangerous(rule.function().signature()));
    rules
        .map(|rule| {
            let sentence = format!(
                "{} of {} hands over control: make sure that it has to be possible at all",
                rule.function().signature(),
                rule.contract()
            );
            Finding::new("L06", format!("rule \"{}\"", rule.id()), sentence)
        })
        .collect()
}

/// Every name of the address book that some rule of any kind uses.
fn names(policy: &Policy) -> impl Iterator<Item = &String> {
    let payments = policy.rules.iter().flat_map(Rule::to);
    let approvals = policy.approvals.iter().flat_map(super::ApproveRule::to);
    let typed = policy.typed.iter().flat_map(super::TypedRule::to);
    let bounds = policy.calls.iter().flat_map(super::CallRule::arguments);
    let calls = bounds.flat_map(ArgumentBound::names);
    payments.chain(approvals).chain(typed).chain(calls)
}

/// L05: an address that no rule names, or that was never paid, is one that nobody would miss.
fn unused_addresses(policy: &Policy, history: &History) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, entry) in policy.addresses.iter().enumerate() {
        let named = names(policy).any(|name| name == entry.name());
        let destination = entry.value();
        let mut paid = history.commitments().iter().flat_map(|past| &past.payments);
        let paid = paid.any(|payment| payment.destination.eq_ignore_ascii_case(destination));
        let sentence = if !named {
            "no rule names this address: nothing can be paid to it, remove it"
        } else if !paid && !history.commitments().is_empty() {
            "this address was never paid: make sure that it is still wanted"
        } else {
            continue;
        };
        let path = format!("address[{index}] \"{}\"", entry.name());
        findings.push(Finding::new("L05", path, sentence.to_owned()));
    }
    findings
}

/// L08: a policy that outlives the people who wrote it.
fn long_lived(policy: &Policy) -> Option<Finding> {
    let lives = policy.expires().saturating_sub(policy.effective_after());
    (lives > YEAR_SECONDS).then(|| {
        let days = lives.checked_div(86_400).unwrap_or_default();
        let sentence = format!("the policy is in force for {days} days: more than a year is long");
        Finding::new("L08", "policy.expires".to_owned(), sentence)
    })
}

/// L09: ids that look alike. Names of payees, people, tokens and sources never do: such a policy is
/// refused; wallets and rules are only told apart exactly.
fn confusable(policy: &Policy) -> Vec<Finding> {
    let wallets: Vec<&str> = policy.wallets.iter().map(super::Wallet::id).collect();
    let rules: Vec<&str> = policy.rules.iter().map(Rule::id).collect();
    let mut findings = alike("wallet", &wallets);
    findings.extend(alike("rule", &rules));
    findings
}

fn alike(section: &str, ids: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let mut earlier = ids.iter().take(index);
        if let Some(twin) = earlier.find(|other| skeleton(other) == skeleton(id)) {
            let sentence = format!("\"{id}\" looks like \"{twin}\": people will confuse them");
            findings.push(Finding::new(
                "L09",
                format!("{section}[{index}].id"),
                sentence,
            ));
        }
    }
    findings
}
