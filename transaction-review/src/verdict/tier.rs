//! Tiers: how many people approve, by the larger of this transaction and what a destination gets
//! within a day. Knows nothing of who they are.

use alloy_primitives::U256;

use super::window::{destinations, within};
use super::{Check, Quorum, call, safe, statement};
use crate::history::{Family, Past, sum};
use crate::review::Details;
use crate::{Amount, Asset, Code, Effect, Policy, Review, Tier};

/// The time over which payments to one destination count together: many small ones need the people
/// that one large one needs.
const TRAILING_SECONDS: u64 = 86_400;

/// The quorum, and the checks that found it: the most that any asset's tier or any rule by itself
/// demands. In a policy without tiers it is [`Quorum::LEAST`] where no rule wants more; in one with
/// tiers, what no tier covers is not approved.
pub(super) fn quorum(
    policy: &Policy,
    review: &Review,
    past: &Past<'_>,
    now: u64,
) -> (Quorum, Vec<Check>) {
    let rules = rule_need(policy, review);
    let mut quorum = Quorum {
        need: rules.unwrap_or_default().max(Quorum::LEAST.need),
        excluded_person: None,
    };
    let mut checks = Vec::new();
    if let Some(need) = rules {
        checks.push(Check::new(
            Code::TierNone,
            "rule",
            (
                "quorum",
                "what the rules need by themselves",
                format!("{need} approvers"),
            ),
            true,
        ));
    }
    let moves = review.effects().iter().filter_map(Effect::external);
    let moves = moves.filter(|amount| !amount.units().is_zero()).count() > 0;
    // What only uses up a nonce moves nothing, and no amount has a tier for it.
    let unmoved = !moves && (rules.is_some() || review.cancels());
    if policy.tiers().is_empty() || unmoved {
        return (quorum, checks);
    }
    for asset in review.assets() {
        let (found, more) = of_asset(policy, review, asset, (past, now));
        quorum.need = quorum.need.max(found.need);
        quorum.excluded_person = quorum.excluded_person.or(found.excluded_person);
        checks.extend(more);
    }
    (quorum, checks)
}

/// The most that a rule on a call, a document, a message or a Safe's settings needs by itself; `None`
/// if none of them says anything.
fn rule_need(policy: &Policy, review: &Review) -> Option<u32> {
    let Details::Ethereum(reviewed) = review.details() else {
        return None;
    };
    let mut needs = call::needs(policy, review, reviewed);
    needs.push(statement::need(policy, review, reviewed));
    needs.extend(safe::needs(policy, review));
    needs.into_iter().flatten().max()
}

/// The quorum by one asset's tiers.
fn of_asset(
    policy: &Policy,
    review: &Review,
    asset: Asset,
    (past, now): (&Past<'_>, u64),
) -> (Quorum, Vec<Check>) {
    let tiers = || {
        let tiers = policy.tiers().iter().enumerate();
        tiers.filter(|(_, tier)| tier.wallet() == review.wallet_id() && tier.asset() == asset)
    };
    let (units, measured) = measured(review, asset, past, now);
    let last = tiers().next_back();
    let found = tiers().find(|(_, tier)| tier.up_to().units() >= units);
    let Some((index, tier)) = found else {
        let limit = last.map_or_else(
            || "a tier for this wallet and asset".to_owned(),
            |(_, last)| format!("at most {}, the last tier", last.up_to().short()),
        );
        let rule = format!("tier {} / {asset}", review.wallet_id());
        let missing = Check::new(Code::TierNone, rule, ("quorum", measured, limit), false);
        return (Quorum::LEAST, vec![missing]);
    };
    let quorum = Quorum {
        need: tier.need().max(Quorum::LEAST.need),
        excluded_person: review
            .initiator()
            .filter(|_| tier.exclude_initiator())
            .map(str::to_owned),
    };
    (quorum, tier_checks(index, tier, review, measured))
}

fn tier_checks(index: usize, tier: &Tier, review: &Review, measured: String) -> Vec<Check> {
    let rule = format!("tier[{index}] {} / {}", tier.wallet(), tier.asset());
    let not = if tier.exclude_initiator() {
        ", none of them the person who asks"
    } else {
        ""
    };
    let mut checks = vec![Check {
        code: Code::TierNone,
        rule: rule.clone(),
        path: "quorum".to_owned(),
        measured,
        limit: format!(
            "{} approvers up to {}{not}",
            tier.need(),
            tier.up_to().short()
        ),
        pass: true,
        spent: None,
    }];
    if tier.exclude_initiator() {
        let known = review.initiator();
        checks.push(Check {
            code: Code::TierInitiator,
            rule,
            path: "quorum".to_owned(),
            measured: known.map_or_else(
                || "nobody knows who asks".to_owned(),
                |person| format!("{person} asks and does not approve"),
            ),
            limit: "a source whose person the policy names".to_owned(),
            pass: known.is_some(),
            spent: None,
        });
    }
    checks
}

/// The larger of what the transaction pays and what it brings one destination to within a day.
fn measured(review: &Review, asset: Asset, past: &Past<'_>, now: u64) -> (U256, String) {
    let total = review.total_of(asset);
    let mut largest = (total.units(), format!("{} now", total.short()));
    let recent: Vec<&Family<'_>> = past
        .others()
        .filter(|family| {
            family.is_of(review.wallet_id()) && within(family.time(), TRAILING_SECONDS, now)
        })
        .collect();
    let payments = review.payments();
    for destination in destinations(review, asset) {
        let to = Some(destination.as_str());
        let before = recent.iter().filter_map(|family| family.paid(asset, to));
        let this = sum(&payments, asset, to).unwrap_or_default();
        let units = before.fold(this, U256::saturating_add);
        if units > largest.0 {
            let amount = Amount::new(asset, units).short();
            largest = (units, format!("{amount} to {destination} within 24h"));
        }
    }
    largest
}
