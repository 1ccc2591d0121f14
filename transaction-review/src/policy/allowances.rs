//! Whether the rules on approvals, calls, documents, Safes and messages are about wallets, names,
//! contracts and people that the policy has. Knows nothing of TOML.

use std::collections::BTreeSet;

use super::consistency::{known_wallet, skeleton, unique, unlike};
use super::{ArgumentBound, Policy, PolicyError, Role, WalletChain};
use crate::Asset;
use crate::ethereum::TOKEN_FUNCTIONS;
use crate::excerpt::excerpt;

/// Checks everything that no rule can check alone.
pub(super) fn check(policy: &Policy) -> Result<(), PolicyError> {
    registered(policy)?;
    approvals(policy)?;
    calls(policy)?;
    typed(policy)?;
    safe_admin(policy)?;
    messages(policy)?;
    quorums(policy)
}

/// Tokens and contracts have names that people tell apart, and each place has one name.
fn registered(policy: &Policy) -> Result<(), PolicyError> {
    unlike("asset", "id", policy.tokens.iter().map(crate::Token::id))?;
    let contracts = policy.contracts.iter();
    unlike(
        "contract",
        "name",
        contracts.map(|contract| contract.name().to_owned()),
    )?;
    let mut places = BTreeSet::new();
    let tokens = policy.tokens.iter();
    let tokens = tokens.map(|token| ("asset", token.chain_id(), token.contract()));
    let contracts = policy.contracts.iter();
    let contracts = contracts.map(|contract| ("contract", contract.chain_id(), contract.address()));
    for (section, chain_id, address) in tokens.chain(contracts) {
        let own = policy
            .wallets
            .iter()
            .any(|wallet| wallet.account() == Some(address));
        let book = policy.addresses.iter().any(|entry| {
            entry.asset() == (Asset::Ether { chain_id })
                && entry.value() == address.to_checksum(None)
        });
        let spender = section == "contract";
        if !places.insert((chain_id, address)) || own || (book && !spender) {
            let found = address.to_checksum(None);
            return Err(PolicyError::Duplicate {
                path: format!("{section} at {found}"),
                found,
                earlier: "another asset, contract, wallet or payee".to_owned(),
            });
        }
    }
    let names: BTreeSet<String> = policy.tokens.iter().map(|t| skeleton(&t.id())).collect();
    let mut contracts = policy.contracts.iter();
    match contracts.find(|contract| names.contains(&skeleton(contract.name()))) {
        None => Ok(()),
        Some(contract) => Err(PolicyError::Duplicate {
            path: "contract".to_owned(),
            found: excerpt(contract.name()),
            earlier: "an asset's id".to_owned(),
        }),
    }
}

/// A name of the address book for the chain.
fn known_name(policy: &Policy, path: &str, name: &str, asset: Asset) -> Result<(), PolicyError> {
    let mut book = policy.addresses.iter();
    if book.any(|entry| entry.name() == name && entry.covers(asset)) {
        return Ok(());
    }
    Err(PolicyError::Reference {
        path: path.to_owned(),
        found: excerpt(name),
        expected: "a name of the address book for the chain",
    })
}

fn approvals(policy: &Policy) -> Result<(), PolicyError> {
    for rule in &policy.approvals {
        let path = format!("rule \"{}\"", rule.id());
        known_wallet(policy, path.clone(), rule.wallet(), Some(rule.asset()))?;
        for name in rule.to() {
            known_name(policy, &path, name, rule.asset())?;
        }
    }
    Ok(())
}

fn calls(policy: &Policy) -> Result<(), PolicyError> {
    for rule in &policy.calls {
        let path = format!("rule \"{}\"", rule.id());
        let chain_id = rule.chain_id();
        let native = Asset::Ether { chain_id };
        known_wallet(policy, path.clone(), rule.wallet(), Some(native))?;
        let signature = rule.function().signature();
        let token = policy.token_at(chain_id, rule.address()).is_some();
        let allows = [
            "increaseAllowance(address,uint256)",
            "setApprovalForAll(address,bool)",
        ];
        if token && (TOKEN_FUNCTIONS.contains(&signature) || allows.contains(&signature)) {
            return Err(PolicyError::Value {
                path: format!("{path}.function"),
                found: signature.to_owned(),
                expected: "another function: payments of an [[asset]] are allow = \"transfer\", spenders are allow = \"approve\"",
            });
        }
        for name in rule.arguments().iter().flat_map(ArgumentBound::names) {
            known_name(policy, &path, name, native)?;
        }
    }
    let functions = policy.calls.iter().map(|rule| {
        format!(
            "{} {} {} {}",
            rule.wallet(),
            rule.chain_id(),
            rule.address(),
            data_encoding::HEXLOWER.encode(&rule.function().selector())
        )
    });
    unique("rule", "function of one contract", functions)
}

fn typed(policy: &Policy) -> Result<(), PolicyError> {
    let ids = policy.typed.iter().map(|rule| rule.id().to_owned());
    unique("typed", "id", ids)?;
    for (index, rule) in policy.typed.iter().enumerate() {
        let path = format!("typed[{index}]");
        let chain_id = rule.chain_id();
        let native = Asset::Ether { chain_id };
        known_wallet(policy, path.clone(), rule.wallet(), Some(native))?;
        for name in rule.to() {
            known_name(policy, &path, name, native)?;
        }
    }
    let keys = policy.typed.iter().map(|rule| {
        format!(
            "{} {} {} {}",
            rule.wallet(),
            rule.chain_id(),
            rule.address(),
            rule.standard().encode_type()
        )
    });
    unique("typed", "encode_type of one contract", keys)
}

fn safe_admin(policy: &Policy) -> Result<(), PolicyError> {
    let ids = policy.safe_admin.iter().map(|rule| rule.id().to_owned());
    unique("safe_admin", "id", ids)?;
    for (index, rule) in policy.safe_admin.iter().enumerate() {
        let path = format!("safe_admin[{index}].wallet");
        known_wallet(policy, path.clone(), rule.wallet(), None)?;
        let wallet = policy.wallet(rule.wallet()).map(super::Wallet::chain);
        if !matches!(wallet, Some(WalletChain::Safe(_))) {
            let expected = "a wallet of kind safe";
            let found = excerpt(rule.wallet());
            return Err(PolicyError::Reference {
                path,
                found,
                expected,
            });
        }
    }
    Ok(())
}

fn messages(policy: &Policy) -> Result<(), PolicyError> {
    let wallets = policy.messages.iter().map(|rule| rule.wallet().to_owned());
    unique("message", "wallet", wallets)?;
    for (index, rule) in policy.messages.iter().enumerate() {
        let path = format!("message[{index}].wallet");
        known_wallet(policy, path.clone(), rule.wallet(), None)?;
        let wallet = policy.wallet(rule.wallet()).map(super::Wallet::chain);
        if !matches!(wallet, Some(WalletChain::Ethereum(_))) {
            return Err(PolicyError::Reference {
                path,
                found: excerpt(rule.wallet()),
                expected: "a wallet of kind ethereum",
            });
        }
    }
    Ok(())
}

/// No rule needs more people than can approve.
fn quorums(policy: &Policy) -> Result<(), PolicyError> {
    let approvers = policy.operators.iter();
    let approvers = approvers.filter(|operator| operator.roles().contains(&Role::Approver));
    let found = approvers.count();
    let calls = policy.calls.iter().map(|rule| (rule.id(), rule.need()));
    let typed = policy.typed.iter().map(|rule| (rule.id(), rule.need()));
    let admin = policy
        .safe_admin
        .iter()
        .map(|rule| (rule.id(), rule.need()));
    let messages = policy.messages.iter();
    let messages = messages.map(|rule| (rule.wallet(), rule.need()));
    for (id, need) in calls.chain(typed).chain(admin).chain(messages) {
        let need = need.unwrap_or(0);
        if u32::try_from(found).is_ok_and(|found| found < need) {
            return Err(PolicyError::Quorum {
                path: format!("\"{id}\".quorum.need"),
                need,
                found,
            });
        }
    }
    Ok(())
}
