//! Whether limits, tiers and examples are about wallets, assets, people and names that the policy
//! has, and whether each tier can be met. Knows nothing of TOML.

use std::collections::BTreeMap;

use super::consistency::{known_wallet, skeleton, unique};
use super::{Example, Policy, PolicyError, Role, Tier, WalletChain};
use crate::excerpt::excerpt;
use crate::limits::MAX_EXAMPLES;
use crate::{Asset, ethereum};

/// Checks everything that limits, tiers and examples take from elsewhere.
pub(super) fn check(policy: &Policy) -> Result<(), PolicyError> {
    for (index, limit) in policy.limits.iter().enumerate() {
        let asset = Some(limit.asset());
        known_wallet(policy, format!("limit[{index}]"), limit.wallet(), asset)?;
    }
    let limits = policy.limits.iter().map(super::Limit::scope);
    unique("limit", "window", limits)?;
    for (index, tier) in policy.tiers.iter().enumerate() {
        let asset = Some(tier.asset());
        known_wallet(policy, format!("tier[{index}]"), tier.wallet(), asset)?;
    }
    ascending(policy)?;
    people(policy)?;
    for (index, tier) in policy.tiers.iter().enumerate() {
        reachable(policy, index, tier)?;
    }
    examples(policy)
}

/// The tiers of a wallet and an asset stand in ascending order, and none asks for less than the one
/// before it.
fn ascending(policy: &Policy) -> Result<(), PolicyError> {
    let mut last: BTreeMap<(&str, Asset), &Tier> = BTreeMap::new();
    for (index, tier) in policy.tiers.iter().enumerate() {
        let Some(lower) = last.insert(tier.scope(), tier) else {
            continue;
        };
        let wrong = |key: &str, found: String, expected| PolicyError::Value {
            path: format!("tier[{index}].{key}"),
            found,
            expected,
        };
        if tier.up_to().units() <= lower.up_to().units() {
            let found = tier.up_to().short();
            let expected = "more than in the tier before it of this wallet and asset";
            return Err(wrong("up_to", found, expected));
        }
        if tier.need() < lower.need() {
            let expected = "no fewer approvers than a lower tier needs";
            return Err(wrong("quorum.need", tier.need().to_string(), expected));
        }
        if lower.exclude_initiator() && !tier.exclude_initiator() {
            let key = "quorum.exclude_initiator";
            let expected = "true, as in a lower tier";
            return Err(wrong(key, "false".to_owned(), expected));
        }
    }
    Ok(())
}

/// A source that may not approve what it asks for says who it is; and whoever is an operator too is
/// spelled the same.
fn people(policy: &Policy) -> Result<(), PolicyError> {
    for (index, source) in policy.sources.iter().enumerate() {
        let path = format!("source[{index}].person");
        let mut tiers = policy.tiers.iter();
        let excluded =
            tiers.any(|tier| tier.exclude_initiator() && source.wallets().contains(tier.wallet()));
        let Some(person) = source.person() else {
            if excluded {
                return Err(PolicyError::Missing { path });
            }
            continue;
        };
        let alike = |other: &&super::Operator| {
            other.person() != person && skeleton(other.person()) == skeleton(person)
        };
        if let Some(operator) = policy.operators.iter().find(alike) {
            return Err(PolicyError::Duplicate {
                path,
                found: excerpt(person),
                earlier: excerpt(operator.person()),
            });
        }
    }
    Ok(())
}

/// As many people as the tier needs can approve, whichever source asks.
fn reachable(policy: &Policy, index: usize, tier: &Tier) -> Result<(), PolicyError> {
    let approvers = || {
        let operators = policy.operators.iter();
        operators.filter(|operator| operator.roles().contains(&Role::Approver))
    };
    let mut found = approvers().count();
    let sources = policy.sources.iter();
    for source in sources.filter(|source| source.wallets().contains(tier.wallet())) {
        let asks = |operator: &&super::Operator| source.person() == Some(operator.person());
        if tier.exclude_initiator() && approvers().any(|operator| asks(&operator)) {
            found = found.min(approvers().count().saturating_sub(1));
        }
    }
    let enough = u32::try_from(found).is_ok_and(|found| found >= tier.need());
    if enough {
        return Ok(());
    }
    Err(PolicyError::Quorum {
        path: format!("tier[{index}].quorum.need"),
        need: tier.need(),
        found,
    })
}

fn examples(policy: &Policy) -> Result<(), PolicyError> {
    if policy.examples.len() > MAX_EXAMPLES {
        return Err(PolicyError::Value {
            path: "example".to_owned(),
            found: policy.examples.len().to_string(),
            expected: "at most 100 examples",
        });
    }
    let names = policy
        .examples
        .iter()
        .map(|example| example.name().to_owned());
    unique("example", "name", names)?;
    for (index, example) in policy.examples.iter().enumerate() {
        let path = format!("example[{index}].intent");
        known_wallet(
            policy,
            path.clone(),
            example.wallet(),
            Some(example.asset()),
        )?;
        if !pays_somebody(policy, example) {
            return Err(PolicyError::Reference {
                path: format!("{path}.to"),
                found: excerpt(example.to()),
                expected: "a name of the address book for its asset, or an address of its network",
            });
        }
    }
    Ok(())
}

fn pays_somebody(policy: &Policy, example: &Example) -> bool {
    let address = example.destination(policy);
    match policy.wallet(example.wallet()).map(super::Wallet::chain) {
        Some(WalletChain::Bitcoin(wallet)) => wallet.network.script_of(address).is_some(),
        Some(WalletChain::Ethereum(_) | WalletChain::Safe(_)) => {
            ethereum::parse_address(address).is_some()
        }
        None => false,
    }
}
