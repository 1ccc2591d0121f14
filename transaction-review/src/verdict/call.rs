//! Checks of calls: each one has a rule of its own, and every argument is within the rule's bounds.
//! Knows decoded arguments, nothing of how they were decoded.

use super::Check;
use crate::ethereum::{Action, Leaf, Reviewed, Value};
use crate::{ArgumentBound, CallRule, Code, Effect, Policy, Review};

/// The checks of every call that is neither a payment nor an approval.
pub(super) fn checks(policy: &Policy, review: &Review, reviewed: &Reviewed) -> Vec<Check> {
    let mut checks = Vec::new();
    for (rule, leaf) in called(policy, review, reviewed) {
        let Some(rule) = rule else {
            let limit = format!(
                "a rule of {} for this contract and function",
                review.wallet_id()
            );
            let measured = match &leaf.action {
                Action::Function { function, .. } => {
                    format!("{} of {}", function.signature(), leaf.to.to_checksum(None))
                }
                Action::Transfer => format!("a transfer to {}", leaf.to.to_checksum(None)),
            };
            let text = (leaf.path.as_str(), measured, limit);
            checks.push(Check::new(Code::CallDenied, "rule", text, false));
            continue;
        };
        checks.extend(bounded(policy, reviewed, rule, leaf));
    }
    checks
}

/// How many approvers the rules on these calls need by themselves.
pub(super) fn needs(policy: &Policy, review: &Review, reviewed: &Reviewed) -> Vec<Option<u32>> {
    let called = called(policy, review, reviewed).into_iter();
    called
        .filter_map(|(rule, _)| rule.map(CallRule::need))
        .collect()
}

/// Every call with its rule, if there is one.
fn called<'p, 'r>(
    policy: &'p Policy,
    review: &Review,
    reviewed: &'r Reviewed,
) -> Vec<(Option<&'p CallRule>, &'r Leaf)> {
    // Effects begin with one for each leaf, in their order.
    let leaves = reviewed.leaves.iter().zip(review.effects());
    let calls = leaves.filter(|(_, effect)| matches!(effect, Effect::Call { .. }));
    calls
        .map(|(leaf, _)| (rule_of(policy, review, reviewed, leaf), leaf))
        .collect()
}

fn rule_of<'p>(
    policy: &'p Policy,
    review: &Review,
    reviewed: &Reviewed,
    leaf: &Leaf,
) -> Option<&'p CallRule> {
    let Action::Function { function, .. } = &leaf.action else {
        return None;
    };
    policy.calls().iter().find(|rule| {
        rule.wallet() == review.wallet_id()
            && rule.chain_id() == reviewed.chain_id
            && rule.address() == leaf.to
            && rule.function().signature() == function.signature()
    })
}

fn bounded(policy: &Policy, reviewed: &Reviewed, rule: &CallRule, leaf: &Leaf) -> Vec<Check> {
    let name = format!("rule \"{}\"", rule.id());
    let Action::Function { values, .. } = &leaf.action else {
        return Vec::new();
    };
    let most = rule.max_value();
    let value = crate::Amount::new(most.asset(), leaf.value);
    let mut checks = vec![Check::new(
        Code::CallValue,
        name.clone(),
        (
            &leaf.path,
            format!("carries {}", value.short()),
            format!("at most {}", most.short()),
        ),
        leaf.value <= most.units(),
    )];
    let complete = values.len() == rule.arguments().len();
    let arguments = (0_usize..).zip(values.iter().zip(rule.arguments()));
    let broken = arguments
        .filter_map(|(index, (value, bound))| {
            broken(policy, reviewed, value, bound).map(|limit| (index, value, limit))
        })
        .map(|(index, value, limit)| {
            let measured = format!("argument {index} is {}", value.lines().join(" "));
            Check::new(
                Code::CallArgument,
                name.clone(),
                (leaf.path.as_str(), measured, limit),
                false,
            )
        });
    checks.extend(broken);
    if checks.iter().all(|check| check.pass) {
        let measured = format!("{} arguments", values.len());
        let limit = "every argument within its bounds";
        let text = (leaf.path.as_str(), measured, limit);
        checks.push(Check::new(Code::CallArgument, name, text, complete));
    }
    checks
}

/// What the bound needs, if the value breaks it.
fn broken(
    policy: &Policy,
    reviewed: &Reviewed,
    value: &Value,
    bound: &ArgumentBound,
) -> Option<String> {
    let (holds, limit) = match bound {
        ArgumentBound::Any => (true, "anything".to_owned()),
        ArgumentBound::InAddresses(names) => (
            named(policy, reviewed, value, names),
            format!("the address of {}", names.join(" or ")),
        ),
        ArgumentBound::Wallet => (
            *value == Value::Address(reviewed.account),
            "the wallet itself".to_owned(),
        ),
        ArgumentBound::Equals(text) => (value.lines() == [text.as_str()], text.clone()),
        ArgumentBound::Between { min, max } => (
            matches!(value, Value::Unsigned(number) if (min..=max).contains(&number)),
            format!("{min} to {max}"),
        ),
    };
    (!holds).then_some(limit)
}

/// Whether an address is that of one of these names on the chain.
fn named(policy: &Policy, reviewed: &Reviewed, value: &Value, names: &[String]) -> bool {
    let Value::Address(address) = value else {
        return false;
    };
    let chain_id = reviewed.chain_id;
    let text = address.to_checksum(None);
    let mut book = policy.addresses().iter();
    book.any(|entry| {
        let listed = names.iter().any(|name| name == entry.name());
        listed && entry.covers(crate::Asset::Ether { chain_id }) && entry.value() == text
    })
}
