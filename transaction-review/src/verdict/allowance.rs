//! Checks of what spenders may take: the spender, the rule and its cap.
//! Knows effects, nothing of whether a call or a document grants it.

use super::common::destination;
use super::{ALWAYS, Check};
use crate::{Amount, ApproveRule, Code, Effect, Policy, Review, TransactionKind};

/// The checks of every approval.
pub(super) fn checks(policy: &Policy, review: &Review, now: u64) -> Vec<Check> {
    let mut checks = Vec::new();
    for effect in review.effects() {
        if let Effect::Approve {
            path, name, amount, ..
        } = effect
        {
            checks.extend(destination(policy, now, (path, name.as_deref())));
            // What a document may grant, the rule on its standard says.
            if let (Some(name), false) = (name, is_document(review)) {
                checks.extend(capped(policy, review, (path, name), amount));
            }
        }
    }
    checks
}

fn is_document(review: &Review) -> bool {
    review.kind() == TransactionKind::TypedData
}

/// Every rule that names wallet, token and spender has to hold, and there has to be one.
fn capped(
    policy: &Policy,
    review: &Review,
    (path, name): (&str, &str),
    amount: &Amount,
) -> Vec<Check> {
    let matching = |rule: &&ApproveRule| {
        let same = rule.wallet() == review.wallet_id() && rule.asset() == amount.asset();
        same && rule.to().iter().any(|listed| listed == name)
    };
    let rules: Vec<&ApproveRule> = policy.approvals().iter().filter(matching).collect();
    let limit = format!(
        "a rule that approves {name} for {} and {}",
        review.wallet_id(),
        amount.asset()
    );
    let found = if rules.is_empty() {
        "no rule"
    } else {
        "a rule"
    };
    let known = Check::new(
        Code::RuleNone,
        ALWAYS,
        (path, found, limit),
        !rules.is_empty(),
    );
    let caps = rules.into_iter().map(|rule| {
        let most = rule.max_allowance();
        Check::new(
            Code::Allowance,
            format!("rule \"{}\"", rule.id()),
            (
                path,
                format!("may take {}", amount.short()),
                format!("at most {}", most.short()),
            ),
            amount.units() <= most.units(),
        )
    });
    [known].into_iter().chain(caps).collect()
}
