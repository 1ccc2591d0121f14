//! What a Bitcoin wallet's policy says of everything beside payments: lock times, waits, data
//! outputs, and how far change may run ahead. Knows nothing of fees.

use bitcoin::Sequence;
use bitcoin::absolute::LockTime;

use super::{ALWAYS, Check, counted};
use crate::bitcoin::Reviewed;
use crate::{
    BitcoinWallet, Code, DataOutputs, Effect, History, LockTimeRule, Review, WalletChain, instant,
};

/// The checks of a transaction's terms.
pub(super) fn checks(
    review: &Review,
    reviewed: &Reviewed,
    history: &History,
    now: u64,
) -> Vec<Check> {
    let WalletChain::Bitcoin(wallet) = review.wallet().chain() else {
        return Vec::new();
    };
    let mut checks = change(review, wallet, history);
    checks.extend(data(review, wallet));
    checks.push(lock_time(review, reviewed, &wallet.lock_time, now));
    checks.push(relative_locks(reviewed));
    checks
}

fn of_wallet(review: &Review) -> String {
    format!("wallet \"{}\"", review.wallet_id())
}

/// Change goes at most the gap limit beyond the last key to which recorded change went: a key at
/// 2 147 483 000 is ours, and nobody would ever find it again.
///
/// What a request spends moves nothing: anybody can send a coin to a far key of ours, or make up a
/// transaction that does, and would then have the change follow it.
fn change(review: &Review, wallet: &BitcoinWallet, history: &History) -> Vec<Check> {
    let own = |commitment: &&crate::Commitment| commitment.wallet == review.wallet_id();
    let recorded = history.commitments().iter().filter(own);
    let known: Vec<(u32, u32)> = recorded
        .flat_map(|commitment| commitment.change.iter().copied())
        .collect();
    let places = review.change_places().iter();
    let checked = places.map(|(path, branch, index)| {
        let (limit, pass) = reach(&known, (*branch, *index), wallet.gap_limit);
        Check {
            code: Code::ChangeGap,
            rule: of_wallet(review),
            path: path.clone(),
            measured: format!("change to key {branch}/{index}"),
            limit,
            pass,
            spent: None,
        }
    });
    checked.collect()
}

/// How far a branch may be used, and whether a key of it is within.
fn reach(known: &[(u32, u32)], (branch, index): (u32, u32), gap_limit: u64) -> (String, bool) {
    let same = known.iter().filter(|(other, _)| *other == branch);
    let last = same.map(|(_, index)| *index).max();
    let most = u64::from(last.unwrap_or_default()).saturating_add(gap_limit);
    let limit = match last {
        Some(last) => format!("at most {branch}/{most}, the last one in use is {last}"),
        None => format!("at most {branch}/{most}, none is in use"),
    };
    (limit, u64::from(index) <= most)
}

/// Data outputs: as many bytes as the wallet allows, and no value that would be burnt with them.
fn data(review: &Review, wallet: &BitcoinWallet) -> Vec<Check> {
    let mut checks = Vec::new();
    let (mut outputs, mut digits) = (0_usize, 0_usize);
    for effect in review.effects() {
        let Effect::Data {
            path,
            script,
            amount,
        } = effect
        else {
            continue;
        };
        outputs = outputs.saturating_add(1);
        digits = digits.saturating_add(script.len());
        if !amount.units().is_zero() {
            checks.push(Check {
                code: Code::Burn,
                rule: ALWAYS.to_owned(),
                path: path.clone(),
                measured: format!("burns {}", amount.short()),
                limit: "no value in a data output".to_owned(),
                pass: false,
                spent: None,
            });
        }
    }
    if outputs > 0 {
        let bytes = digits.div_ceil(2);
        let (limit, pass) = match wallet.data_outputs {
            DataOutputs::Deny => ("no data output".to_owned(), false),
            DataOutputs::Allow { max_bytes } => (
                format!("at most {max_bytes} bytes"),
                u64::try_from(bytes).is_ok_and(|bytes| bytes <= max_bytes),
            ),
        };
        let outputs = counted(outputs, "data output");
        checks.push(Check {
            code: Code::DataOutput,
            rule: of_wallet(review),
            path: "outputs".to_owned(),
            measured: format!("{outputs}, {} of script", counted(bytes, "byte")),
            limit,
            pass,
            spent: None,
        });
    }
    checks
}

/// A payment that is approved today can be sent today, and not when everybody has forgotten it; a
/// policy may allow a lock time up to a height or some time ahead.
fn lock_time(review: &Review, reviewed: &Reviewed, rule: &LockTimeRule, now: u64) -> Check {
    let lock_time = reviewed.psbt.unsigned_tx.lock_time;
    let height = rule.max_height.map(|height| format!("block {height}"));
    let ahead = rule
        .max_ahead
        .map(|seconds| format!("{} ahead", instant::duration_text(seconds)));
    let bounds: Vec<String> = height.into_iter().chain(ahead).collect();
    let declared = !bounds.is_empty();
    Check {
        code: Code::LockTime,
        rule: if declared {
            of_wallet(review)
        } else {
            ALWAYS.to_owned()
        },
        path: "lock time".to_owned(),
        measured: lock_time_text(lock_time),
        limit: if declared {
            format!("none, or at most {}", bounds.join(" or "))
        } else {
            "none (0)".to_owned()
        },
        pass: match lock_time {
            LockTime::Blocks(height) => {
                let height = height.to_consensus_u32();
                height == 0 || rule.max_height.is_some_and(|most| height <= most)
            }
            LockTime::Seconds(time) => rule.max_ahead.is_some_and(|ahead| {
                u64::from(time.to_consensus_u32()) <= now.saturating_add(ahead)
            }),
        },
        spent: None,
    }
}

/// A lock time (BIP-65's two kinds: heights below 500 000 000, seconds from there on) in words.
pub(crate) fn lock_time_text(lock_time: LockTime) -> String {
    match lock_time {
        LockTime::Blocks(height) if height.to_consensus_u32() == 0 => "none".to_owned(),
        LockTime::Blocks(height) => format!("not before block {}", height.to_consensus_u32()),
        LockTime::Seconds(time) => {
            let seconds = u64::from(time.to_consensus_u32());
            format!("not before {}", instant::text(seconds))
        }
    }
}

/// No policy allows a wait (BIP-68): how old a coin is cannot be known at a station.
fn relative_locks(reviewed: &Reviewed) -> Check {
    let transaction = &reviewed.psbt.unsigned_tx;
    let mut inputs = (1_u32..).zip(&transaction.input);
    // Version 1 does not know BIP-68.
    let waits = transaction.version != bitcoin::transaction::Version::ONE;
    let waiting = inputs.find(|(_, input)| waits && has_wait(input.sequence));
    Check {
        code: Code::RelativeLock,
        rule: ALWAYS.to_owned(),
        path: "inputs".to_owned(),
        measured: match waiting {
            Some((number, input)) => {
                let sequence = input.sequence.to_consensus_u32();
                format!("input {number} waits by its sequence 0x{sequence:08x}")
            }
            None => "none has to wait".to_owned(),
        },
        limit: "no wait (BIP-68)".to_owned(),
        pass: waiting.is_none(),
        spent: None,
    }
}

/// Whether a sequence asks for blocks or time above zero (BIP-68).
fn has_wait(sequence: Sequence) -> bool {
    let [_, _, high, low] = sequence.to_consensus_u32().to_be_bytes();
    sequence.is_relative_lock_time() && (high, low) != (0, 0)
}

#[cfg(test)]
mod tests {
    use super::reach;

    #[test]
    fn change_goes_as_far_as_the_gap_limit_beyond_the_last_key_in_use_btc_09() {
        let known = [(0, 900), (1, 3), (1, 7), (0, 2)];
        let last = "at most 1/107, the last one in use is 7";
        assert_eq!(reach(&known, (1, 107), 100), (last.to_owned(), true));
        assert_eq!(reach(&known, (1, 108), 100), (last.to_owned(), false));
        let none = "at most 1/100, none is in use";
        assert_eq!(reach(&known[..1], (1, 100), 100), (none.to_owned(), true));
        assert_eq!(reach(&[], (1, 101), 100), (none.to_owned(), false));
        assert!(!reach(&known, (1, 2_147_483_000), 100).1);
        assert!(reach(&[(1, u32::MAX)], (1, u32::MAX), u64::MAX).1);
    }
}
