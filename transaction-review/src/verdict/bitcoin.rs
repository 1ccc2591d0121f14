//! Checks that only a Bitcoin transaction has: kinds of output, dust, counts, and three fee caps
//! that must all hold. Knows nothing of names and rules.

use super::common::counted;
use super::{ALWAYS, Check};
use crate::amount::group_whole;
use crate::bitcoin::Reviewed;
use crate::{Code, Effect, FeeCap, Policy, Review, WalletChain};

/// What the outputs are and how many.
pub(super) fn checks(review: &Review, reviewed: &Reviewed) -> Vec<Check> {
    let mut checks: Vec<Check> = review
        .effects()
        .iter()
        .filter_map(without_address)
        .collect();
    for (number, output) in (1_u32..).zip(&reviewed.outputs) {
        if output.is_dust {
            checks.push(Check {
                code: Code::AmountDust,
                rule: ALWAYS.to_owned(),
                path: format!("output {number}"),
                measured: format!("{} sat", group_whole(&output.amount_sat.to_string())),
                limit: format!("{} sat at least", output.script.minimal_non_dust().to_sat()),
                pass: false,
                spent: None,
            });
        }
    }
    if let WalletChain::Bitcoin(wallet) = review.wallet().chain() {
        let rule = format!("wallet \"{}\"", review.wallet_id());
        let (inputs, outputs) = (reviewed.inputs.len(), reviewed.outputs.len());
        checks.push(count(
            Code::LimitInputs,
            &rule,
            ("input", inputs),
            wallet.max_inputs,
        ));
        checks.push(count(
            Code::LimitOutputs,
            &rule,
            ("output", outputs),
            wallet.max_outputs,
        ));
    }
    checks
}

/// The check that an output fails which nobody can name.
fn without_address(effect: &Effect) -> Option<Check> {
    let Effect::PayScript { path, .. } = effect else {
        return None;
    };
    let (measured, limit) = (
        "a script without address",
        "P2PKH, P2SH, P2WPKH, P2WSH or P2TR",
    );
    Some(Check::new(
        Code::OutputKind,
        ALWAYS,
        (path, measured, limit),
        false,
    ))
}

fn count(code: Code, rule: &str, number: (&str, usize), most: u64) -> Check {
    let (what, number) = number;
    Check {
        code,
        rule: rule.to_owned(),
        path: "transaction".to_owned(),
        measured: counted(number, what),
        limit: format!("at most {most}"),
        pass: u64::try_from(number).is_ok_and(|number| number <= most),
        spent: None,
    }
}

/// The absolute cap, the cap on the rate and the cap on the part of what others get.
pub(super) fn fees(policy: &Policy, review: &Review, reviewed: &Reviewed) -> Vec<Check> {
    let mut fees = policy.fees().iter();
    let found = fees.find(|caps| caps.wallet() == review.wallet_id());
    let caps = found.map(crate::FeeCaps::caps);
    let Some(FeeCap::Bitcoin {
        max_absolute,
        max_rate,
        max_millionths_of_external,
    }) = caps
    else {
        return vec![undeclared(review)];
    };
    let fee = review.fee();
    let external = review.total_external();
    let rule = format!("fee of \"{}\"", review.wallet_id());
    let check = |code, measured, limit, pass| Check {
        code,
        rule: rule.clone(),
        path: "fee".to_owned(),
        measured,
        limit,
        pass,
        spent: None,
    };
    let rate = rate_text(reviewed);
    let most_by_rate = u128::from(*max_rate).checked_mul(u128::from(reviewed.virtual_size));
    let millionths = alloy_primitives::U256::from(*max_millionths_of_external);
    let scaled_fee = fee
        .units()
        .checked_mul(alloy_primitives::U256::from(1_000_000_u64));
    let most_by_part = external.units().checked_mul(millionths);
    vec![
        check(
            Code::FeeAbsolute,
            fee.short(),
            format!("at most {}", max_absolute.short()),
            fee.units() <= max_absolute.units(),
        ),
        check(
            Code::FeeRate,
            rate,
            format!("at most {max_rate} sat/vB"),
            most_by_rate.is_some_and(|most| u128::from(reviewed.fee_sat) <= most),
        ),
        check(
            Code::FeePercent,
            format!(
                "{} of {}",
                percent_text(reviewed.fee_sat, &external),
                external.short()
            ),
            format!(
                "at most {}",
                millionths_text(u128::from(*max_millionths_of_external))
            ),
            scaled_fee
                .zip(most_by_part)
                .is_some_and(|(fee, most)| fee <= most),
        ),
    ]
}

/// The check that fails when the policy has no caps.
pub(super) fn undeclared(review: &Review) -> Check {
    Check {
        code: Code::FeeUndeclared,
        rule: "fee".to_owned(),
        path: "fee".to_owned(),
        measured: format!("no caps for {} and {}", review.wallet_id(), review.asset()),
        limit: "declared caps".to_owned(),
        pass: false,
        spent: None,
    }
}

/// Satoshis per virtual byte with three digits, rounded up.
pub(crate) fn rate_text(reviewed: &Reviewed) -> String {
    let size = u128::from(reviewed.virtual_size);
    let thousandths = u128::from(reviewed.fee_sat).saturating_mul(1_000);
    let rounded = thousandths
        .checked_add(size.saturating_sub(1))
        .and_then(|sum| sum.checked_div(size));
    match rounded {
        Some(rounded) => format!("{} sat/vB x {size} vB", decimal(rounded, 3)),
        None => "no size".to_owned(),
    }
}

/// The fee as a part of what others get, in per cent with four digits, rounded up.
pub(crate) fn percent_text(fee_sat: u64, external: &crate::Amount) -> String {
    let external = u128::try_from(external.units()).unwrap_or(u128::MAX);
    let scaled = u128::from(fee_sat).saturating_mul(1_000_000);
    let rounded = scaled
        .checked_add(external.saturating_sub(1))
        .and_then(|sum| sum.checked_div(external));
    rounded.map_or_else(|| "all".to_owned(), millionths_text)
}

fn millionths_text(millionths: u128) -> String {
    format!("{} %", decimal(millionths, 4))
}

/// An integer with its last digits behind a point.
fn decimal(number: u128, digits: usize) -> String {
    let text = format!("{number:0>width$}", width = digits.saturating_add(1));
    let (whole, fraction) = text
        .split_at_checked(text.len().saturating_sub(digits))
        .unwrap_or((&text, ""));
    format!("{}.{fraction}", group_whole(whole))
}
