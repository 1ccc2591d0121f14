//! The order of nonces: the next one, or that of the transaction which is replaced; nothing that could
//! lie in wait. Knows history, nothing of what a nonce is used for.

use super::{ALWAYS, Check};
use crate::ethereum::{Reviewed, Signable, raw};
use crate::history::Past;
use crate::{Code, History, Review, WalletChain};

/// The checks of what has a nonce.
pub(super) fn checks(
    review: &Review,
    reviewed: &Reviewed,
    (history, past): (&History, &Past<'_>),
) -> Vec<Check> {
    let mut checks = Vec::new();
    if review.cancels() {
        let replaces = review.replaces().is_some();
        let measured = if replaces {
            "an earlier intent is named"
        } else {
            "no earlier intent is named"
        };
        let limit = "the intent that it cancels, as what it replaces";
        checks.push(Check::new(
            Code::CancelUndeclared,
            ALWAYS,
            ("replaces", measured, limit),
            replaces,
        ));
    }
    let Some(nonce) = reviewed.nonce() else {
        return checks;
    };
    let next = next(review, reviewed, history);
    let replacing = past.own().is_some();
    // An account that delegates in its own transaction has used the nonce after that one (EIP-7702).
    let ahead = matches!(reviewed.signable, Signable::Delegation(_));
    let in_order = next.is_none_or(|next| {
        let after = next.checked_add(1).filter(|_| ahead);
        replacing || nonce == next || Some(nonce) == after
    });
    let limit = match (replacing, next) {
        (true, _) => "the nonce of the intent that it replaces".to_owned(),
        (false, Some(next)) => format!("nonce {next}, the next one"),
        (false, None) => {
            "the first one signed here: compare it with the chain before you approve".to_owned()
        }
    };
    let measured = ("nonce", format!("nonce {nonce}"), limit);
    checks.push(Check::new(Code::NonceGap, ALWAYS, measured, in_order));
    checks
}

/// The lowest nonce that nothing recorded has used, counted from the first that the policy or the
/// journal knows; `None` where neither knows any.
fn next(review: &Review, reviewed: &Reviewed, history: &History) -> Option<u64> {
    let first = match review.wallet().chain() {
        WalletChain::Ethereum(wallet) => wallet.first_nonces.get(&reviewed.chain_id).copied(),
        WalletChain::Safe(safe) => safe.first_nonce,
        WalletChain::Bitcoin(_) => None,
    };
    let used = history.nonces(reviewed.chain_id, raw(reviewed.account));
    let mut next = first.or_else(|| used.first().copied())?;
    while used.contains(&next) {
        next = next.checked_add(1)?;
    }
    Some(next)
}
