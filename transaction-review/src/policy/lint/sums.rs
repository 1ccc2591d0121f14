//! Lints about amounts: rules without limits, tiers with gaps, limits nobody needs, fees that are
//! too much. Knows nothing of people.

use std::collections::{BTreeSet, VecDeque};

use alloy_primitives::U256;

use super::Finding;
use crate::policy::{FeeCap, Limit, Policy, Rule, Tier};
use crate::{Amount, Asset, History};

/// L01: what one transaction may not pay, ten may.
pub(super) fn without_limit(policy: &Policy) -> Vec<Finding> {
    let limited = |rule: &Rule| {
        let mut limits = policy.limits.iter();
        limits.any(|limit| {
            limit.wallet() == rule.wallet()
                && limit.asset() == rule.asset()
                && limit.max().is_some()
        })
    };
    let rules = policy.rules.iter().enumerate();
    rules
        .filter(|(_, rule)| !limited(rule))
        .map(|(index, rule)| {
            let sentence = format!(
                "no [[limit]] bounds what {} pays in {} over time: max_per_tx holds for each transaction alone",
                rule.wallet(),
                rule.asset()
            );
            Finding::new("L01", format!("rule[{index}] \"{}\"", rule.id()), sentence)
        })
        .collect()
}

/// L03: amounts that a rule allows and no tier covers, and wallets without tiers beside ones that
/// have some.
pub(super) fn tier_gaps(policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, rule) in policy.rules.iter().enumerate() {
        let last = tiers(policy, rule.wallet(), rule.asset()).last();
        let most = rule.max_per_transaction();
        let sentence = match last {
            Some(last) if last.up_to().units() < most.units() => format!(
                "the rule allows {}, the last tier ends at {}: nothing above that is ever approved",
                most.short(),
                last.up_to().short()
            ),
            None if !policy.tiers.is_empty() => format!(
                "{} has no tier in {}, other wallets have: two approvers suffice for any amount",
                rule.wallet(),
                rule.asset()
            ),
            Some(_) | None => continue,
        };
        let path = format!("rule[{index}] \"{}\"", rule.id());
        findings.push(Finding::new("L03", path, sentence));
    }
    findings
}

fn tiers<'a>(policy: &'a Policy, wallet: &'a str, asset: Asset) -> impl Iterator<Item = &'a Tier> {
    let tiers = policy.tiers.iter();
    tiers.filter(move |tier| tier.wallet() == wallet && tier.asset() == asset)
}

/// L04: a limit more than ten times above everything that was ever paid within its window.
pub(super) fn loose_limits(policy: &Policy, history: &History) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, limit) in policy.limits.iter().enumerate() {
        let (Some(max), Some(busiest)) = (limit.max(), busiest(limit, history)) else {
            continue;
        };
        if busiest.saturating_mul(U256::from(10_u8)) < max.units() {
            let sentence = format!(
                "{} is more than ten times what any such time has seen: {}",
                max.short(),
                Amount::new(limit.asset(), busiest).short()
            );
            findings.push(Finding::new("L04", format!("limit[{index}].max"), sentence));
        }
    }
    findings
}

/// The most that was paid within one window; `None` if the wallet never paid this asset. What was
/// replaced counts where its replacement stands.
fn busiest(limit: &Limit, history: &History) -> Option<U256> {
    let commitments = history.commitments();
    let replaced: BTreeSet<[u8; 32]> = commitments
        .iter()
        .filter_map(|past| past.replaces)
        .collect();
    let counted = commitments
        .iter()
        .filter(|past| past.wallet == limit.wallet() && !replaced.contains(&past.intent));
    let (mut inside, mut sum, mut most) = (VecDeque::new(), U256::ZERO, U256::ZERO);
    for past in counted {
        let paid = past.paid(limit.asset()).units();
        inside.push_back((past.time, paid));
        sum = sum.saturating_add(paid);
        let left = |(time, _): &mut (u64, U256)| time.saturating_add(limit.window()) <= past.time;
        while let Some((_, old)) = inside.pop_front_if(left) {
            sum = sum.saturating_sub(old);
        }
        most = most.max(sum);
    }
    (!most.is_zero()).then_some(most)
}

/// L12: a fee cap that lets the miner have more than a fiftieth of what the smallest tier is for.
pub(super) fn costly_fees(policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, fee) in policy.fees.iter().enumerate() {
        let Some(smallest) = tiers(policy, fee.wallet(), fee.asset()).next() else {
            continue;
        };
        let (key, cap) = match fee.caps() {
            FeeCap::Bitcoin { max_absolute, .. } => ("max_absolute", max_absolute),
            FeeCap::Ethereum { max_native, .. } => ("max_native", max_native),
        };
        if cap.units().saturating_mul(U256::from(50_u8)) > smallest.up_to().units() {
            let sentence = format!(
                "{} is more than 2 % of the smallest tier, {}",
                cap.short(),
                smallest.up_to().short()
            );
            findings.push(Finding::new("L12", format!("fee[{index}].{key}"), sentence));
        }
    }
    findings
}
