//! Lints about who asks and who approves. Knows nothing of amounts.

use super::Finding;
use crate::policy::{Policy, Role, Source};
use crate::{TransactionKind, Wallet};

/// L07: a payment that one person asks for and approves has one other pair of eyes on it.
pub(super) fn one_pair_of_eyes(policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, source) in policy.sources.iter().enumerate() {
        let mut wallets = policy.wallets.iter();
        let wallet = wallets
            .find(|wallet| source.wallets().contains(wallet.id()) && !guarded(policy, wallet));
        let (Some(wallet), Some(sentence)) = (wallet, initiator(policy, source)) else {
            continue;
        };
        let sentence = format!(
            "{sentence}, and {} has no tiers that all set exclude_initiator: two approvers can be one other person than whoever asked",
            wallet.id()
        );
        findings.push(Finding::new("L07", format!("source[{index}]"), sentence));
    }
    findings
}

/// Whether whoever asks never approves, however little is paid.
fn guarded(policy: &Policy, wallet: &Wallet) -> bool {
    let mut tiers = policy
        .tiers
        .iter()
        .filter(|tier| tier.wallet() == wallet.id())
        .peekable();
    tiers.peek().is_some() && tiers.all(|tier| tier.exclude_initiator() || tier.need() > 2)
}

fn initiator(policy: &Policy, source: &Source) -> Option<String> {
    let Some(person) = source.person() else {
        return Some("it does not say which person asks".to_owned());
    };
    let mut operators = policy.operators.iter();
    let approver = operators
        .find(|operator| operator.person() == person && operator.roles().contains(&Role::Approver));
    approver.map(|operator| format!("{person} asks, and approves as {}", operator.id()))
}

/// L11: a source that may ask for everything is worth more to a thief than it needs to be.
pub(super) fn all_kinds(policy: &Policy) -> Vec<Finding> {
    // Bitcoin and any Ethereum kind together: two chains from one source.
    let broad_kinds = |source: &Source| {
        let has = |kind: &TransactionKind| source.kinds().contains(kind);
        let bitcoin = has(&TransactionKind::BitcoinPsbt);
        bitcoin && source.kinds().len() > 1
    };
    let sources = policy.sources.iter().enumerate();
    let broad = sources.filter(|(_, source)| broad_kinds(source));
    broad
        .map(|(index, source)| {
            let sentence = format!(
                "{} may ask for every kind of transaction: a source for each chain is safer",
                source.id()
            );
            Finding::new("L11", format!("source[{index}].kinds"), sentence)
        })
        .collect()
}
