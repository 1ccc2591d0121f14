//! Replays and conflicts: no coin or nonce is committed twice, nothing is paid twice, and what
//! replaces an intent keeps its payments. Knows history, nothing of limits.

use data_encoding::HEXLOWER;

use super::{ALWAYS, Check, counted};
use crate::history::{Coin, Family, Past, shares};
use crate::{Code, Commitment, History, Payment, Policy, Review, Spend, instant};

/// Everything that history forbids.
pub(super) fn checks(
    policy: &Policy,
    review: &Review,
    (history, past): (&History, &Past<'_>),
    now: u64,
) -> Vec<Check> {
    let mut checks = vec![amounts(review, history)];
    checks.extend(replacement(review, past));
    checks.push(spent(review, past));
    checks.push(paid(policy, review, past, now));
    checks
}

fn check(code: Code, path: &str, (measured, limit): (String, &str), pass: bool) -> Check {
    Check {
        code,
        rule: ALWAYS.to_owned(),
        path: path.to_owned(),
        measured,
        limit: limit.to_owned(),
        pass,
        spent: None,
    }
}

/// No coin was seen with another amount before: two requests that each understate the other's coin
/// would together pay a fee that nobody saw (CVE-2020-14199).
fn amounts(review: &Review, history: &History) -> Check {
    let remembered = history.commitments().iter().flat_map(|commitment| {
        let spends = commitment.spends.iter();
        spends.map(move |spend| (commitment.sequence, spend))
    });
    let coins = Coin::all(review.spends());
    let mut lies = remembered.filter(|(_, earlier)| {
        let known = coins.contains(&Coin::of(earlier));
        known && !review.spends().contains(earlier)
    });
    let lie = lies.next();
    let measured = match lie {
        Some((record, Spend::Outpoint { amount_sat, .. })) => {
            format!("a coin was {amount_sat} sat in record {record} and has another amount now")
        }
        Some((_, Spend::Nonce { .. } | Spend::Permit { .. })) | None => {
            "no coin with another amount before".to_owned()
        }
    };
    let limit = "the amount that each coin had before";
    check(
        Code::AmountMemory,
        "inputs",
        (measured, limit),
        lie.is_none(),
    )
}

/// What a request that replaces another one has to keep.
fn replacement(review: &Review, past: &Past<'_>) -> Vec<Check> {
    let Some(intent) = review.replaces() else {
        return Vec::new();
    };
    let newest = past.named().and_then(Family::newest);
    let named =
        newest.filter(|newest| newest.intent == intent && newest.wallet == review.wallet_id());
    let (measured, known) = match (named, newest) {
        (Some(named), _) => (record(named), true),
        (None, Some(newest)) if newest.intent != intent => {
            let text = format!(
                "{} was replaced by {}",
                HEXLOWER.encode(&intent),
                record(newest)
            );
            (text, false)
        }
        (None, Some(newest)) => (format!("an intent of the wallet {}", newest.wallet), false),
        (None, None) => (
            format!("{} is not recorded", HEXLOWER.encode(&intent)),
            false,
        ),
    };
    let limit = "the newest recorded intent of its kind, of the same wallet";
    let mut checks = vec![check(
        Code::ReplacesUnknown,
        "replaces",
        (measured, limit),
        known,
    )];
    if let Some(named) = named {
        checks.extend(kept(review, past, named));
    }
    checks
}

/// The reference, every payment, some coin of each earlier version, and a higher fee.
fn kept(review: &Review, past: &Past<'_>, named: &Commitment) -> [Check; 4] {
    let reference = crate::excerpt::excerpt(&named.reference);
    let limit = format!("\"{reference}\", the reference of {}", record(named));
    let found = format!("\"{}\"", crate::excerpt::excerpt(review.reference()));
    let called = check(
        Code::IntentConflict,
        "reference",
        (found, &limit),
        skeleton(review.reference()) == skeleton(&named.reference),
    );
    let payments =
        review.cancels() || review.payments() == named.payments && review.acts() == named.acts;
    let measured = if payments {
        "the same payments"
    } else {
        "other payments"
    };
    let limit = format!("the payments of {}, in their order", record(named));
    let same = check(
        Code::IntentConflict,
        "replaces",
        (measured.to_owned(), &limit),
        payments,
    );
    let coins = Coin::all(review.spends());
    let members = past.named().map(Family::members).unwrap_or_default();
    let beside = members.iter().find(|member| !shares(member, &coins));
    let measured = match beside {
        Some(member) => format!("no coin or nonce of {}: both could be paid", record(member)),
        None => "a coin or nonce of each earlier version".to_owned(),
    };
    let limit = "a coin or nonce of each earlier version";
    let conflicting = check(
        Code::DoublePay,
        "replaces",
        (measured, limit),
        beside.is_none(),
    );
    let raised =
        review.fee().asset() == named.fee.asset() && review.fee().units() > named.fee.units();
    let higher = raised || !super::ethereum::pays_gas(review.kind());
    let limit = format!("more than {}", named.fee.short());
    let fee = check(
        Code::ReplacesFee,
        "fee",
        (review.fee().short(), &limit),
        higher,
    );
    [called, same, conflicting, fee]
}

/// No coin and no nonce belongs to another intent. One that was recorded counts as spent, whatever
/// came of it.
fn spent(review: &Review, past: &Past<'_>) -> Check {
    let coins = Coin::all(review.spends());
    let members = past.strangers().flat_map(Family::members);
    let mut conflicts = members.filter(|member| shares(member, &coins));
    let conflict = conflicts.next();
    let used = conflict.and_then(|member| {
        let mut spends = member.spends.iter();
        spends.find(|spend| coins.contains(&Coin::of(spend)))
    });
    let measured = match (conflict, used) {
        (Some(member), Some(used)) => format!("{used} is spent by {}", record(member)),
        (_, _) => format!(
            "{} of no other intent",
            counted(coins.len(), "coin or nonce")
        ),
    };
    let limit = "coins and nonces that no other intent spends";
    check(
        Code::IntentConflict,
        "inputs",
        (measured, limit),
        conflict.is_none(),
    )
}

/// Nothing is paid twice. A retry of a payment must not be able to confirm beside the first try: a
/// business reference serves once, and the same amount goes to the same destination once within
/// the longest time that a request lives.
fn paid(policy: &Policy, review: &Review, past: &Past<'_>, now: u64) -> Check {
    let coins = Coin::all(review.spends());
    let apart = |member: &&&Commitment| !shares(member, &coins);
    let members = || past.strangers().flat_map(Family::members).filter(apart);
    let reference = skeleton(review.reference());
    let referenced = members().find(|member| skeleton(&member.reference) == reference);
    let horizon = policy.max_request_lifetime();
    let payments = review.payments();
    let mut recent = members().filter(|member| member.time.saturating_add(horizon) > now);
    let repeated = recent.find_map(|member| Some((member, repeated(&payments, member)?)));
    let measured = match (referenced, repeated) {
        (Some(member), _) => {
            let reference = crate::excerpt::excerpt(review.reference());
            format!(
                "\"{reference}\" was paid with {} from other coins",
                record(member)
            )
        }
        (None, Some((member, payment))) => format!(
            "{} to {} was paid with {} from other coins",
            payment.amount.short(),
            payment.destination,
            record(member)
        ),
        (None, None) => "nothing like it was paid before".to_owned(),
    };
    let limit = format!(
        "a new reference, and no payment of the same amount to the same destination within {}",
        instant::duration_text(horizon)
    );
    let nothing = referenced.is_none() && repeated.is_none();
    check(Code::DoublePay, "payments", (measured, &limit), nothing)
}

/// A reference as people tell them apart: letters and digits, whatever their case. One of other signs
/// only is compared as it is.
fn skeleton(reference: &str) -> String {
    let plain = reference.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = plain
        .map(|character| character.to_ascii_lowercase())
        .collect();
    if plain.is_empty() {
        reference.to_owned()
    } else {
        plain
    }
}

/// A payment of some value that a commitment made too.
fn repeated<'p>(payments: &'p [Payment], member: &Commitment) -> Option<&'p Payment> {
    let mut payments = payments.iter();
    payments.find(|payment| !payment.amount.units().is_zero() && member.payments.contains(payment))
}

fn record(commitment: &Commitment) -> String {
    format!(
        "record {} of {}",
        commitment.sequence,
        instant::text(commitment.time)
    )
}
