//! The last screen: every check of the policy, then payee, amount and total once more.
//! Knows nothing of chains.

use data_encoding::HEXLOWER;

use super::Screen;
use super::text::{block, groups_of_four};
use crate::amount::group_whole;
use crate::{Amount, Asset, Check, Effect, Policy, Review, Verdict};

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
    let effects = review.effects().iter();
    blocks.extend(effects.filter_map(|effect| repeated(effect, verdict)));
    blocks.push(total(review));
    Screen { heading, blocks }
}

/// How a payee is named on every screen.
pub(super) fn payee(name: Option<&str>) -> String {
    name.map_or_else(|| "NOT IN THE ADDRESS BOOK".to_owned(), str::to_owned)
}

/// What leaves the wallet in all, a line for each asset of which anything leaves it.
pub(super) fn total(review: &Review) -> Vec<String> {
    let amount = review.total_leaving();
    if amount.asset() == Asset::Bitcoin {
        return block("TOTAL", &[format!("{amount} leaves the wallet")]);
    }
    let mut lines = Vec::new();
    let native = review.asset();
    for asset in review.assets() {
        if asset != native {
            let total = review.total_of(asset);
            let [whole, smallest] = both_units(&total);
            lines.push(format!("{whole} leaves the wallet at most"));
            lines.push(smallest);
        }
    }
    if lines.is_empty() || !amount.units().is_zero() {
        let [whole, smallest] = both_units(&amount);
        lines.push(format!("{whole} leaves the wallet at most"));
        lines.push(smallest);
    }
    block("TOTAL", &lines)
}

/// The amount in its two units, for a line each where together they would not fit.
pub(super) fn both_units(amount: &Amount) -> [String; 2] {
    let smallest = group_whole(&amount.units().to_string());
    [
        amount.short(),
        format!("({smallest} {})", amount.asset().smallest_unit()),
    ]
}

/// A payment once more, so that the last thing read is what matters most.
fn repeated(effect: &Effect, verdict: &Verdict) -> Option<Vec<String>> {
    match effect {
        Effect::Pay {
            destination,
            name,
            amount,
            ..
        } => {
            let mut named = payee(name.as_deref());
            if verdict.first_uses.contains(destination) {
                named.push_str(", NEVER PAID BEFORE");
            }
            Some(block(
                "PAYS",
                &[amount.to_string(), named, groups_of_four(destination)],
            ))
        }
        Effect::PayScript { script, amount, .. } => {
            let without = "SCRIPT WITHOUT ADDRESS".to_owned();
            Some(block(
                "PAYS",
                &[amount.to_string(), without, groups_of_four(script)],
            ))
        }
        Effect::Data { script, amount, .. } => Some(block(
            "BURNS",
            &[
                amount.to_string(),
                "DATA, NOBODY CAN SPEND IT".to_owned(),
                groups_of_four(script),
            ],
        )),
        Effect::Approve {
            spender,
            name,
            amount,
            ..
        } => {
            let mut named = payee(name.as_deref());
            if verdict.first_uses.contains(spender) {
                named.push_str(", NEVER PAID BEFORE");
            }
            let most = format!("may take {amount}");
            Some(block("ALLOWS", &[most, named, groups_of_four(spender)]))
        }
        Effect::Call { .. }
        | Effect::Administer { .. }
        | Effect::Delegate { .. }
        | Effect::Declare { .. }
        | Effect::Cancel { .. } => acted(effect),
        Effect::Change { .. } | Effect::Fee { .. } => None,
    }
}

/// What else it does once more.
fn acted(effect: &Effect) -> Option<Vec<String>> {
    match effect {
        Effect::Call {
            contract,
            name,
            function,
            ..
        } => Some(block(
            "CALLS",
            &[
                function.clone(),
                contract_name(name.as_deref()),
                groups_of_four(contract),
            ],
        )),
        Effect::Administer {
            function,
            arguments,
            ..
        } => {
            let mut lines = vec!["CHANGES THE SAFE ITSELF".to_owned(), function.clone()];
            lines.extend(arguments.iter().map(|line| format!("  {line}")));
            Some(block("CHANGES", &lines))
        }
        Effect::Delegate { contract, name, .. } => Some(block(
            "DELEGATES",
            &[
                contract_name(name.as_deref()),
                groups_of_four(contract),
                "its code acts for the account from then on".to_owned(),
            ],
        )),
        Effect::Declare { text, .. } => Some(block("SAYS", std::slice::from_ref(text))),
        Effect::Cancel { .. } => Some(block(
            "CANCELS",
            &["nothing is paid: the nonce is used up".to_owned()],
        )),
        Effect::Pay { .. }
        | Effect::PayScript { .. }
        | Effect::Data { .. }
        | Effect::Approve { .. }
        | Effect::Change { .. }
        | Effect::Fee { .. } => None,
    }
}

/// How a contract is named on every screen.
pub(super) fn contract_name(name: Option<&str>) -> String {
    name.map_or_else(|| "NOT NAMED BY THE POLICY".to_owned(), str::to_owned)
}

fn check(check: &Check) -> Vec<String> {
    let Check {
        code,
        rule,
        path,
        measured,
        limit,
        pass,
        spent: _,
    } = check;
    let found = format!("{path}: {measured}");
    let needed = format!("needed: {limit} [{rule}]");
    if *pass {
        block("PASS", &[found, needed])
    } else {
        block("FAIL", &[code.to_string(), found, needed])
    }
}

fn summary(verdict: &Verdict) -> String {
    match verdict.primary {
        None => format!("PERMITTED, all {} checks hold", verdict.checks.len()),
        Some(code) => format!("REFUSED {code}: {}", code.sentence()),
    }
}
