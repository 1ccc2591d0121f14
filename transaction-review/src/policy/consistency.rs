//! What must hold between the parts of a policy: distinct people, names that cannot be confused,
//! references that lead somewhere. Knows nothing of TOML.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;

use super::{Policy, PolicyError, Role, WalletChain, WalletKey, allowances};
use crate::Asset;
use crate::excerpt::excerpt;

/// Checks everything that no part can check alone.
pub(super) fn check(policy: &Policy) -> Result<(), PolicyError> {
    distinct_ids(policy)?;
    distinct_people(policy)?;
    distinct_keys(policy)?;
    distinct_scripts(policy)?;
    distinct_wallet_keys(policy)?;
    distinct_addresses(policy)?;
    foreign_addresses(policy)?;
    known_wallets(policy)?;
    known_names(policy)?;
    allowances::check(policy)?;
    let approvers = policy
        .operators
        .iter()
        .filter(|operator| operator.roles().contains(&Role::Approver));
    match approvers.count() {
        found @ (0 | 1) => Err(PolicyError::TooFewApprovers { found }),
        _ => Ok(()),
    }
}

/// What a name looks like at a glance: letters that are easily confused become one.
pub(super) fn skeleton(name: &str) -> String {
    let lower = name
        .to_ascii_lowercase()
        .replace("rn", "m")
        .replace("vv", "w");
    lower
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter {
            '0' => 'o',
            '1' | 'i' => 'l',
            '5' => 's',
            '8' => 'b',
            other => other,
        })
        .collect()
}

fn distinct_ids(policy: &Policy) -> Result<(), PolicyError> {
    let operators = policy
        .operators
        .iter()
        .map(|operator| operator.id().to_owned());
    unlike("operator", "id", operators)?;
    unlike(
        "source",
        "id",
        policy.sources.iter().map(|source| source.id().to_owned()),
    )?;
    unique(
        "wallet",
        "id",
        policy.wallets.iter().map(|wallet| wallet.id().to_owned()),
    )?;
    let rules = policy.rules.iter().map(super::Rule::id);
    let rules = rules.chain(policy.approvals.iter().map(super::ApproveRule::id));
    let rules = rules.chain(policy.calls.iter().map(super::CallRule::id));
    unique("rule", "id", rules.map(str::to_owned))?;
    unique(
        "fee",
        "wallet",
        policy.fees.iter().map(super::FeeCaps::scope),
    )
}

/// Two wallets never lie in one place of a token: which key signs would be the token's choice.
fn distinct_wallet_keys(policy: &Policy) -> Result<(), PolicyError> {
    let mut places = BTreeMap::new();
    for (index, wallet) in policy.wallets.iter().enumerate() {
        let WalletKey {
            token_serial,
            cka_id,
            public_key: _,
            account: _,
        } = wallet.key();
        if let Some(earlier) = places.insert((token_serial, cka_id), wallet.id()) {
            return Err(PolicyError::Duplicate {
                path: format!("wallet[{index}].key.cka_id"),
                found: excerpt(&HEXLOWER.encode(cka_id)),
                earlier: earlier.to_owned(),
            });
        }
    }
    Ok(())
}

pub(super) fn unique(
    section: &str,
    key: &str,
    values: impl Iterator<Item = String>,
) -> Result<(), PolicyError> {
    distinct(section, key, values.map(|value| (value.clone(), value)))
}

/// As [`unique`], for what people tell apart by eye.
pub(super) fn unlike(
    section: &str,
    key: &str,
    values: impl Iterator<Item = String>,
) -> Result<(), PolicyError> {
    distinct(section, key, values.map(|value| (skeleton(&value), value)))
}

fn distinct(
    section: &str,
    key: &str,
    values: impl Iterator<Item = (String, String)>,
) -> Result<(), PolicyError> {
    let mut seen = BTreeMap::new();
    for (index, (form, found)) in values.enumerate() {
        if let Some(earlier) = seen.insert(form, found.clone()) {
            return Err(PolicyError::Duplicate {
                path: format!("{section}[{index}].{key}"),
                found: excerpt(&found),
                earlier: excerpt(&earlier),
            });
        }
    }
    Ok(())
}

fn distinct_people(policy: &Policy) -> Result<(), PolicyError> {
    let mut people = BTreeMap::new();
    let mut tokens = BTreeMap::new();
    for wallet in &policy.wallets {
        tokens.insert(
            skeleton(&wallet.key().token_serial),
            format!("wallet {}", wallet.id()),
        );
    }
    for operator in &policy.operators {
        let name = || format!("operator {}", operator.id());
        separate(
            "person",
            people.insert(skeleton(operator.person()), name()),
            name(),
        )?;
        let token = skeleton(operator.token());
        separate("token", tokens.insert(token, name()), name())?;
    }
    Ok(())
}

fn distinct_keys(policy: &Policy) -> Result<(), PolicyError> {
    let mut keys = BTreeMap::new();
    let operators = policy
        .operators
        .iter()
        .map(|o| (*o.public_key().point(), format!("operator {}", o.id())));
    let sources = policy
        .sources
        .iter()
        .map(|s| (*s.public_key().point(), format!("source {}", s.id())));
    let wallets = policy
        .wallets
        .iter()
        .map(|w| (w.key().public_key, format!("wallet {}", w.id())));
    for (point, name) in operators.chain(sources).chain(wallets) {
        // The same point with the other sign of y is the same secret.
        let secret = point.split_first().map_or(&[][..], |(_, x)| x).to_vec();
        separate("key", keys.insert(secret, name.clone()), name)?;
    }
    Ok(())
}

fn separate(what: &'static str, first: Option<String>, second: String) -> Result<(), PolicyError> {
    first.map_or(Ok(()), |first| {
        Err(PolicyError::Separation {
            what,
            first,
            second,
        })
    })
}

fn distinct_addresses(policy: &Policy) -> Result<(), PolicyError> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut values = BTreeMap::new();
    for entry in &policy.addresses {
        names.insert(skeleton(entry.value()), entry.value().to_owned());
    }
    for (index, entry) in policy.addresses.iter().enumerate() {
        let found = entry.name().to_owned();
        if let Some(earlier) = names.insert(skeleton(&found), found.clone()) {
            return Err(PolicyError::Duplicate {
                path: format!("address[{index}].name"),
                found,
                earlier,
            });
        }
        let place = (entry.asset(), entry.value().to_ascii_lowercase());
        if let Some(earlier) = values.insert(place, found) {
            let path = format!("address[{index}].value");
            return Err(PolicyError::Duplicate {
                path,
                found: excerpt(entry.value()),
                earlier,
            });
        }
    }
    Ok(())
}

/// No two wallets have the same coins: limits and tiers are a wallet's, and coins of two would have
/// them twice.
fn distinct_scripts(policy: &Policy) -> Result<(), PolicyError> {
    let mut scripts = BTreeMap::new();
    for wallet in &policy.wallets {
        let name = format!("wallet {}", wallet.id());
        let earlier = scripts.insert(wallet.destination(), name.clone());
        separate("script", earlier, name)?;
    }
    Ok(())
}

/// No address of the book is a wallet's own: what comes back is change, and is not paid.
fn foreign_addresses(policy: &Policy) -> Result<(), PolicyError> {
    let own: BTreeMap<String, &str> = policy
        .wallets
        .iter()
        .map(|wallet| (wallet.destination(), wallet.id()))
        .collect();
    for (index, entry) in policy.addresses.iter().enumerate() {
        if let Some(wallet) = own.get(&entry.destination()) {
            return Err(PolicyError::OwnAddress {
                path: format!("address[{index}].value"),
                wallet: (*wallet).to_owned(),
            });
        }
    }
    Ok(())
}

fn known_wallets(policy: &Policy) -> Result<(), PolicyError> {
    for (index, source) in policy.sources.iter().enumerate() {
        for wallet in source.wallets() {
            known_wallet(policy, format!("source[{index}].wallets"), wallet, None)?;
        }
    }
    for (index, rule) in policy.rules.iter().enumerate() {
        known_wallet(
            policy,
            format!("rule[{index}]"),
            rule.wallet(),
            Some(rule.asset()),
        )?;
    }
    for (index, fee) in policy.fees.iter().enumerate() {
        known_wallet(
            policy,
            format!("fee[{index}]"),
            fee.wallet(),
            Some(fee.asset()),
        )?;
    }
    Ok(())
}

/// The wallet exists and holds the asset that it is named with.
pub(super) fn known_wallet(
    policy: &Policy,
    path: String,
    id: &str,
    asset: Option<Asset>,
) -> Result<(), PolicyError> {
    let Some(wallet) = policy.wallet(id) else {
        return Err(PolicyError::Reference {
            path,
            found: excerpt(id),
            expected: "a wallet of this policy",
        });
    };
    match asset.filter(|asset| !wallet.holds(*asset)) {
        None => Ok(()),
        Some(asset) => {
            let expected = "an asset that the wallet holds";
            Err(PolicyError::Reference {
                path,
                found: asset.to_string(),
                expected,
            })
        }
    }
}

/// Every name of a rule is in the book, for the rule's asset and on the wallet's network.
fn known_names(policy: &Policy) -> Result<(), PolicyError> {
    for (index, rule) in policy.rules.iter().enumerate() {
        for name in rule.to() {
            let entry = policy
                .addresses
                .iter()
                .find(|entry| entry.name() == name && entry.covers(rule.asset()));
            let network = policy
                .wallet(rule.wallet())
                .map(|wallet| match wallet.chain() {
                    WalletChain::Bitcoin(wallet) => Some(wallet.network),
                    WalletChain::Ethereum(_) | WalletChain::Safe(_) => None,
                });
            let expected = match (entry, network.flatten(), rule.asset()) {
                (None, _, _) => "a name of the address book for the rule's asset",
                (Some(entry), Some(network), Asset::Bitcoin)
                    if network.script_of(entry.value()).is_none() =>
                {
                    "an address on the wallet's network"
                }
                (Some(_), _, _) => continue,
            };
            let path = format!("rule[{index}].to");
            return Err(PolicyError::Reference {
                path,
                found: excerpt(name),
                expected,
            });
        }
    }
    Ok(())
}
