//! Checks that hold for every chain: the policy's validity, destinations, rules and their limits.
//! Knows effects, nothing of inputs, gas and scripts.

use super::{ALWAYS, Check};
use crate::{Asset, Code, Effect, Policy, Review, Rule, instant};

/// Whether the policy is in force and allows anything at all, at this hour.
pub(super) fn validity(policy: &Policy, review: &Review, now: u64) -> Vec<Check> {
    let mut checks = force(policy, review, now);
    if !policy.windows().is_empty() {
        let open = policy.windows().iter().any(|window| window.contains(now));
        let windows: Vec<String> = policy.windows().iter().map(ToString::to_string).collect();
        checks.push(Check {
            code: Code::TimeWindow,
            rule: "window".to_owned(),
            path: "policy".to_owned(),
            measured: at(now, open),
            limit: format!("{} UTC", windows.join("; ")),
            pass: open,
            spent: None,
        });
    }
    checks
}

fn force(policy: &Policy, review: &Review, now: u64) -> Vec<Check> {
    let head = "policy".to_owned();
    let rules = policy.rules_in_all();
    let same = policy.hash() == *review.policy_hash();
    vec![
        Check {
            code: Code::PolicyDenyAll,
            rule: head.clone(),
            path: "policy".to_owned(),
            measured: counted(rules, "rule"),
            limit: "one rule at least".to_owned(),
            pass: rules > 0,
            spent: None,
        },
        Check {
            code: Code::PolicyNotEffective,
            rule: head.clone(),
            path: "policy".to_owned(),
            measured: at(now, now >= policy.effective_after()),
            limit: format!("{} or later", instant::text(policy.effective_after())),
            pass: now >= policy.effective_after(),
            spent: None,
        },
        Check {
            code: Code::PolicyExpired,
            rule: head,
            path: "policy".to_owned(),
            measured: at(now, now < policy.expires()),
            limit: format!("before {}", instant::text(policy.expires())),
            pass: now < policy.expires(),
            spent: None,
        },
        // A review made under another policy has another policy's names, caps and keys.
        Check {
            code: Code::ReviewPolicy,
            rule: ALWAYS.to_owned(),
            path: "review".to_owned(),
            measured: if same {
                "made under this policy".to_owned()
            } else {
                "made under another policy".to_owned()
            },
            limit: "the policy that judges".to_owned(),
            pass: same,
            spent: None,
        },
    ]
}

/// Whether every payment has a known destination and a rule, and every matching rule's limit holds.
pub(super) fn payments(policy: &Policy, review: &Review, now: u64) -> Vec<Check> {
    let effects = review.effects().iter();
    let acts = effects.clone().filter(|effect| effect.acts()).count();
    let only_pays = effects.filter(|effect| effect.acts()).all(pays);
    let noun = if only_pays { "payment" } else { "effect" };
    let mut checks = vec![Check {
        code: Code::PaymentNone,
        rule: ALWAYS.to_owned(),
        path: "transaction".to_owned(),
        measured: counted(acts, noun),
        limit: "one at least".to_owned(),
        pass: acts > 0,
        spent: None,
    }];
    for effect in review.effects() {
        if let Effect::Pay {
            path, name, amount, ..
        } = effect
        {
            checks.extend(destination(policy, now, (path, name.as_deref())));
            if let Some(name) = name {
                checks.push(ruled(policy, review, (path, name), amount.asset()));
            }
        }
    }
    checks.extend(matching_rules(policy, review).map(|rule| limit(rule, review)));
    checks
}

/// Whether somebody gets something: data that nobody can spend is no payment.
const fn pays(effect: &Effect) -> bool {
    matches!(effect, Effect::Pay { .. } | Effect::PayScript { .. })
}

/// Whether somebody who gets or may take something is in the book and past its cool-down.
pub(super) fn destination(
    policy: &Policy,
    now: u64,
    (path, name): (&str, Option<&str>),
) -> Vec<Check> {
    let mut checks = vec![Check {
        code: Code::DestinationUnlisted,
        rule: "address".to_owned(),
        path: path.to_owned(),
        measured: name.unwrap_or("not in the address book").to_owned(),
        limit: "a name of the address book".to_owned(),
        pass: name.is_some(),
        spent: None,
    }];
    let Some(name) = name else { return checks };
    let entry = policy.addresses().iter().find(|entry| entry.name() == name);
    if let Some(from) = entry.map(crate::AddressEntry::effective_after) {
        checks.push(Check {
            code: Code::DestinationCoolDown,
            rule: format!("address \"{name}\""),
            path: path.to_owned(),
            measured: at(now, now >= from),
            limit: format!("{} or later", instant::text(from)),
            pass: now >= from,
            spent: None,
        });
    }
    checks
}

/// Whether a rule names wallet, asset and payee.
fn ruled(policy: &Policy, review: &Review, (path, name): (&str, &str), asset: Asset) -> Check {
    let rules = policy.rules().iter();
    let rules = rules.filter(|rule| allows(rule, review, (name, asset)));
    let ids: Vec<&str> = rules.map(Rule::id).collect();
    let pass = !ids.is_empty();
    let measured = if pass {
        ids.join(", ")
    } else {
        "no rule".to_owned()
    };
    let limit = format!("a rule for {}, {asset} and {name}", review.wallet_id());
    Check::new(Code::RuleNone, "rule", (path, measured, limit), pass)
}

/// A rule's limit is on everything the transaction pays out, so that splitting a payment over
/// outputs or rules gains nothing.
fn limit(rule: &Rule, review: &Review) -> Check {
    let (total, most) = (review.total_of(rule.asset()), rule.max_per_transaction());
    Check {
        code: Code::LimitTransaction,
        rule: format!("rule \"{}\"", rule.id()),
        path: "transaction".to_owned(),
        measured: format!("pays {}", total.short()),
        limit: format!("at most {}", most.short()),
        pass: total.units() <= most.units(),
        spent: None,
    }
}

fn matching_rules<'a>(policy: &'a Policy, review: &Review) -> impl Iterator<Item = &'a Rule> {
    policy.rules().iter().filter(move |rule| {
        review.effects().iter().any(|effect| {
            matches!(
                effect,
                Effect::Pay { name: Some(name), amount, .. }
                    if allows(rule, review, (name, amount.asset()))
            )
        })
    })
}

fn allows(rule: &Rule, review: &Review, (name, asset): (&str, Asset)) -> bool {
    let same = rule.wallet() == review.wallet_id() && rule.asset() == asset;
    same && rule.to().iter().any(|listed| listed == name)
}

/// A time that fails is named. One that holds is not: two operators who look at the same request a
/// minute apart see, and approve, the same screens.
pub(super) fn at(now: u64, holds: bool) -> String {
    if holds {
        "the time is right".to_owned()
    } else {
        format!("it is {}", instant::text(now))
    }
}

/// A number with its noun.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
