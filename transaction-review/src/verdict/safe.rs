//! Checks that only a Safe has: the operation first, no refunds, and its own settings as a class of
//! their own with the most approvers and a time to wait. Knows nothing of payments.

use super::common::at;
use super::{ALWAYS, Check};
use crate::ethereum::{Operation, Reviewed, SafeSignable, Signable};
use crate::{Code, Effect, History, Policy, Review, SafeAdminRule, instant};

/// The checks of a Safe's transaction.
pub(super) fn checks(
    policy: &Policy,
    review: &Review,
    reviewed: &Reviewed,
    (history, now): (&History, u64),
) -> Vec<Check> {
    let Signable::Safe(safe) = &reviewed.signable else {
        return Vec::new();
    };
    let mut checks = vec![operation(safe), refunds(safe)];
    for effect in review.effects() {
        if let Effect::Administer { path, function, .. } = effect {
            let rule = rule_of(policy, review, function);
            checks.push(allowed(rule, (path, function)));
            if let Some(rule) = rule {
                checks.push(waited(review, rule, history, now));
            }
        }
    }
    checks
}

/// How many approvers a change of the Safe's own settings needs: the most that its rule or any tier
/// of the wallet demands.
pub(super) fn needs(policy: &Policy, review: &Review) -> Vec<Option<u32>> {
    let mut needs = Vec::new();
    for effect in review.effects() {
        if let Effect::Administer { function, .. } = effect {
            needs.push(rule_of(policy, review, function).and_then(SafeAdminRule::need));
            let tiers = policy.tiers().iter();
            let own = tiers.filter(|tier| tier.wallet() == review.wallet_id());
            let highest = own.map(crate::Tier::need).max();
            needs.push(Some(highest.unwrap_or(super::Quorum::LEAST.need)));
        }
    }
    needs
}

fn operation(safe: &SafeSignable) -> Check {
    let (measured, pass) = match (safe.transaction.operation, safe.batch) {
        (Operation::Call, _) => ("CALL (0)".to_owned(), true),
        (Operation::DelegateCall, true) => (
            "DELEGATECALL (1) of the pinned MultiSendCallOnly".to_owned(),
            true,
        ),
        (Operation::DelegateCall, false) => {
            let to = safe.transaction.to.to_checksum(None);
            (format!("DELEGATECALL (1) of {to}"), false)
        }
    };
    let limit =
        "CALL, or a delegate call of the MultiSendCallOnly that the policy pins, without value";
    Check::new(
        Code::SafeDelegateCall,
        ALWAYS,
        ("safe-tx/operation", measured, limit),
        pass,
    )
}

/// A Safe pays its executor what these fields say, in any token (GHSA-style drains): all are zero.
fn refunds(safe: &SafeSignable) -> Check {
    let found = safe.transaction.refunds();
    let measured = if found.is_empty() {
        "all five are zero".to_owned()
    } else {
        format!("{} set", found.join(", "))
    };
    let limit = "safeTxGas, baseGas, gasPrice, gasToken and refundReceiver of zero";
    Check::new(
        Code::SafeRefund,
        ALWAYS,
        ("safe-tx/gas", measured, limit),
        found.is_empty(),
    )
}

fn rule_of<'p>(policy: &'p Policy, review: &Review, function: &str) -> Option<&'p SafeAdminRule> {
    policy.safe_admin().iter().find(|rule| {
        let named = rule.functions().iter().any(|listed| listed == function);
        rule.wallet() == review.wallet_id() && named
    })
}

fn allowed(rule: Option<&SafeAdminRule>, (path, function): (&str, &str)) -> Check {
    let name = rule.map_or("safe_admin", SafeAdminRule::id);
    let limit = "a [[safe_admin]] rule that names the function";
    let text = (path, function, limit);
    Check::new(Code::SafeAdmin, name, text, rule.is_some())
}

/// The first time that the station read the request, it told people to wait; that time is in the
/// journal and not in the request.
fn waited(review: &Review, rule: &SafeAdminRule, history: &History, now: u64) -> Check {
    let announced = review.intent().and_then(|intent| history.announced(intent));
    let from = announced.map(|time| time.saturating_add(rule.cool_down()));
    let pass = from.is_some_and(|from| now >= from);
    let wait = instant::duration_text(rule.cool_down());
    let limit = match from {
        Some(from) => format!(
            "{} or later, {wait} after it was first read",
            instant::text(from)
        ),
        None => format!("{wait} after the station has first read it: present it again then"),
    };
    let measured = match announced {
        Some(_) => at(now, pass),
        None => "read for the first time".to_owned(),
    };
    Check::new(
        Code::CoolDown,
        format!("safe_admin \"{}\"", rule.id()),
        ("safe-tx", measured, limit),
        pass,
    )
}
