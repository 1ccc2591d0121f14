//! Reads the sections of a policy in an order in which each knows the names it needs.
//! Knows nothing of what must hold between them.

use std::rc::Rc;

use super::head::Head;
use super::registry::read_token;
use super::section::Section;
use super::{
    AddressEntry, ApproveRule, CallRule, Contract, Example, FeeCaps, Limit, MessageRule, Operator,
    Policy, PolicyError, Rule, SafeAdminRule, Source, Tier, TimeWindow, TypedRule, Wallet,
};
use crate::Token;
use crate::ethereum::Address;

/// Sections of the language that this version does not evaluate. They would tighten or widen what
/// is allowed, so a policy that has one is refused rather than half understood.
const UNSUPPORTED_SECTIONS: [&str; 1] = ["change"];

/// Reads every section, in an order in which each knows the names it needs.
pub(super) fn policy(text: &str, root: Section) -> Result<Policy, PolicyError> {
    if let Some(found) = UNSUPPORTED_SECTIONS.iter().find(|name| root.has(name)) {
        return Err(PolicyError::Unsupported {
            path: root.path(found),
            found: (*found).to_owned(),
        });
    }
    let mut root = root.only(&[
        "policy",
        "operator",
        "source",
        "asset",
        "contract",
        "wallet",
        "address",
        "rule",
        "typed",
        "safe_admin",
        "message",
        "fee",
        "limit",
        "tier",
        "window",
        "example",
    ])?;
    let tokens = each(root.sections("asset")?, read_token)?;
    let contracts = each(root.sections("contract")?, Contract::read)?;
    let mut root = root.knowing(Rc::from(tokens.as_slice()));
    let place = |name: &str| place(&tokens, &contracts, name);
    let allowed = read_rules(root.sections("rule")?, &place)?;
    let typed = root.sections("typed")?.into_iter();
    let typed: Result<_, _> = typed
        .map(|section| TypedRule::read(section, &place))
        .collect();
    let policy = Policy {
        text: text.to_owned(),
        head: Head::read(root.section("policy")?)?,
        operators: each(root.sections("operator")?, Operator::read)?,
        sources: each(root.sections("source")?, Source::read)?,
        wallets: each(root.sections("wallet")?, Wallet::read)?,
        addresses: each(root.sections("address")?, AddressEntry::read)?,
        rules: allowed.payments,
        approvals: allowed.approvals,
        calls: allowed.calls,
        typed: typed?,
        safe_admin: each(root.sections("safe_admin")?, SafeAdminRule::read)?,
        messages: each(root.sections("message")?, MessageRule::read)?,
        fees: each(root.sections("fee")?, FeeCaps::read)?,
        limits: each(root.sections("limit")?, Limit::read)?,
        tiers: each(root.sections("tier")?, Tier::read)?,
        windows: each(root.sections("window")?, TimeWindow::read)?,
        examples: each(root.sections("example")?, Example::read)?,
        tokens,
        contracts,
    };
    root.finish()?;
    Ok(policy)
}

/// The chain and the address that a rule's word for a contract stands for.
fn place(tokens: &[Token], contracts: &[Contract], name: &str) -> Option<(u64, Address)> {
    let token = tokens.iter().find(|token| token.id() == name);
    let contract = contracts.iter().find(|contract| contract.name() == name);
    let token = token.map(|token| (token.chain_id(), token.contract()));
    token.or_else(|| contract.map(|contract| (contract.chain_id(), contract.address())))
}

/// The rules by what they allow.
#[derive(Default)]
struct Allowed {
    payments: Vec<Rule>,
    approvals: Vec<ApproveRule>,
    calls: Vec<CallRule>,
}

fn read_rules(
    sections: Vec<Section>,
    place: &dyn Fn(&str) -> Option<(u64, Address)>,
) -> Result<Allowed, PolicyError> {
    let mut allowed = Allowed::default();
    for section in sections {
        match section.peek("allow") {
            Some("approve") => allowed.approvals.push(ApproveRule::read(section)?),
            Some("call") => allowed.calls.push(CallRule::read(section, place)?),
            Some(_) | None => allowed.payments.push(Rule::read(section)?),
        }
    }
    Ok(allowed)
}

fn each<T>(
    sections: Vec<Section>,
    read: impl Fn(Section) -> Result<T, PolicyError>,
) -> Result<Vec<T>, PolicyError> {
    sections.into_iter().map(read).collect()
}
