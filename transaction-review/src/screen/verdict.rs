//! The last screen: every check of the policy, then payee, amount and total once more.
//! Knows nothing of chains.

use data_encoding::HEXLOWER;

use super::Screen;
use super::text::{block, groups_of_four};
use crate::{Check, Effect, Policy, Review, Verdict};

/// The verdict, check by check.
pub(super) fn screen(review: &Review, policy: &Policy, verdict: &Verdict) -> Screen {
    let heading = match verdict.primary {
        None => "POLICY: PERMITTED".to_owned(),
        Some(code) => format!("POLICY: REFUSED {code}"),
    };
    let mut blocks = vec![block(
        "POLICY",
        &[
            format!(
                "{} version {} ({})",
                policy.id(),
                policy.version(),
                policy.environment()
            ),
            groups_of_four(&HEXLOWER.encode(&policy.hash())),
        ],
    )];
    blocks.extend(verdict.checks.iter().map(check));
    blocks.push(block("VERDICT", &[summary(verdict)]));
    for effect in review.effects() {
        if let Effect::Pay {
            destination,
            name,
            amount,
            ..
        } = effect
        {
            let lines = [
                amount.to_string(),
                payee(name.as_deref()),
                groups_of_four(destination),
            ];
            blocks.push(block("PAYS", &lines));
        }
    }
    blocks.push(block(
        "TOTAL",
        &[format!("{} leaves the wallet", review.total_leaving())],
    ));
    Screen { heading, blocks }
}

/// How a payee is named on every screen.
pub(super) fn payee(name: Option<&str>) -> String {
    name.map_or_else(|| "NOT IN THE ADDRESS BOOK".to_owned(), str::to_owned)
}

fn check(check: &Check) -> Vec<String> {
    let outcome = if check.pass { "PASS" } else { "FAIL" };
    let Check {
        code,
        rule,
        path,
        measured,
        limit,
        pass: _,
    } = check;
    block(
        outcome,
        &[
            format!("{path}: {measured}"),
            format!("needed: {limit} [{rule}, {code}]"),
        ],
    )
}

fn summary(verdict: &Verdict) -> String {
    match verdict.primary {
        None => format!("PERMITTED, all {} checks hold", verdict.checks.len()),
        Some(code) => format!("REFUSED {code}: {}", code.sentence()),
    }
}
