//! Tiers: how many people approve, by the larger of this transaction and what a destination gets
//! within a day. Knows nothing of who they are.

use alloy_primitives::U256;

use super::window::{destinations, within};
use super::{Check, Quorum};
use crate::history::{Family, Past, sum};
use crate::{Amount, Code, Policy, Review, Tier};

/// The time over which payments to one destination count together: many small ones need the people
/// that one large one needs.
const TRAILING_SECONDS: u64 = 86_400;

/// The quorum, and the checks that found it. In a policy without tiers it is [`Quorum::LEAST`]; in
/// one with tiers, what no tier covers is not approved.
pub(super) fn quorum(
    policy: &Policy,
    review: &Review,
    past: &Past<'_>,
    now: u64,
) -> (Quorum, Vec<Check>) {
    let tiers = || {
        let tiers = policy.tiers().iter().enumerate();
        tiers.filter(|(_, tier)| {
            tier.wallet() == review.wallet_id() && tier.asset() == review.asset()
        })
    };
    if policy.tiers().is_empty() {
        return (Quorum::LEAST, Vec::new());
    }
    let (units, measured) = measured(review, past, now);
    let last = tiers().next_back();
    let found = tiers().find(|(_, tier)| tier.up_to().units() >= units);
    let Some((index, tier)) = found else {
        let missing = Check {
            code: Code::TierNone,
            rule: format!("tier {} / {}", review.wallet_id(), review.asset()),
            path: "quorum".to_owned(),
            measured,
            limit: last.map_or_else(
                || "a tier for this wallet and asset".to_owned(),
                |(_, last)| format!("at most {}, the last tier", last.up_to().short()),
            ),
            pass: false,
            spent: None,
        };
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
fn measured(review: &Review, past: &Past<'_>, now: u64) -> (U256, String) {
    let asset = review.asset();
    let total = review.total_external();
    let mut largest = (total.units(), format!("{} now", total.short()));
    let recent: Vec<&Family<'_>> = past
        .others()
        .filter(|family| {
            family.is_of(review.wallet_id()) && within(family.time(), TRAILING_SECONDS, now)
        })
        .collect();
    let payments = review.payments();
    for destination in destinations(review) {
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
