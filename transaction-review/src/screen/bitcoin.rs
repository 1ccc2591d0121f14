//! The screens of a Bitcoin transaction. Knows its parts, nothing of the policy's limits.

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{Sequence, relative};

use super::Screen;
use super::effect::described_effect;
use super::text::{block, groups_of_four};
use super::verdict::{payee, total};
use crate::bitcoin::{Reviewed, txid};
use crate::verdict::{counted, lock_time_text, percent_text, rate_text};
use crate::{Amount, Effect, Review, WalletChain};

/// What is paid, then what it is made of.
pub(super) fn screens(review: &Review, reviewed: &Reviewed) -> Vec<Screen> {
    let network = match review.wallet().chain() {
        WalletChain::Bitcoin(wallet) => wallet.network.name(),
        WalletChain::Ethereum(_) | WalletChain::Safe(_) => "",
    };
    let mut payment = vec![from(review)];
    payment.extend(
        review
            .effects()
            .iter()
            .map(|effect| described(effect, review, reviewed)),
    );
    payment.push(inputs_total(reviewed));
    payment.push(total(review));
    let mut details: Vec<Vec<String>> = (1_usize..=reviewed.inputs.len())
        .filter_map(|number| input(number, reviewed))
        .collect();
    details.push(terms(reviewed));
    let txid = txid(reviewed).map_or_else(
        || "known when it is signed: P2PKH signatures are a part of it".to_owned(),
        |txid| groups_of_four(&txid),
    );
    details.push(block("TXID", &[txid]));
    vec![
        Screen {
            heading: format!("SEND BITCOIN ({network})"),
            blocks: payment,
        },
        Screen {
            heading: format!("INPUTS AND TERMS ({network})"),
            blocks: details,
        },
    ]
}

/// Which wallet pays, and which of its keys this station signs with.
fn from(review: &Review) -> Vec<String> {
    let (wallet, key) = (review.wallet_id(), review.key());
    let WalletChain::Bitcoin(chain) = review.wallet().chain() else {
        return block("FROM", &[wallet.to_owned()]);
    };
    let descriptor = &chain.descriptor;
    let position = descriptor.position_of(key).unwrap_or_default();
    let number = position.saturating_add(1);
    let mut lines = vec![
        format!("{wallet}, {}", descriptor.words()),
        format!(
            "signs with key {number} of {}, {}, in token {}",
            descriptor.key_count(),
            descriptor.origin(position),
            key.token_serial
        ),
    ];
    if descriptor.threshold() > 1 {
        lines.push(format!(
            "a part: signatures of {} keys move the money",
            descriptor.threshold()
        ));
    }
    if !descriptor.is_ranged() {
        lines.push(groups_of_four(&review.wallet().address()));
    }
    block("FROM", &lines)
}

fn described(effect: &Effect, review: &Review, reviewed: &Reviewed) -> Vec<String> {
    match effect {
        Effect::Pay {
            path,
            destination,
            name,
            amount,
        } => {
            let head = format!("{amount}, {path}");
            let lines = [head, payee(name.as_deref()), groups_of_four(destination)];
            block("TO", &lines)
        }
        Effect::PayScript {
            path,
            script,
            amount,
        } => {
            let head = format!("{amount}, {path}");
            let what = "SCRIPT WITHOUT ADDRESS".to_owned();
            block("TO", &[head, what, groups_of_four(script)])
        }
        Effect::Data {
            path,
            script,
            amount,
        } => {
            let head = format!("{amount} is burnt, {path}");
            let what = "OP_RETURN: data on the chain for ever, in full:".to_owned();
            block("DATA", &[head, what, groups_of_four(script)])
        }
        Effect::Change {
            path,
            address,
            origin,
            amount,
        } => {
            let head = format!("{amount}, {path}");
            let wallet = review.wallet_id();
            let back = format!("back to {wallet}, key {origin}, script re-derived");
            block("CHANGE", &[head, back, groups_of_four(address)])
        }
        Effect::Fee { amount } => fee(amount, review, reviewed),
        // None of them exists on this chain; if one ever did, it would be shown.
        Effect::Approve { .. }
        | Effect::Call { .. }
        | Effect::Administer { .. }
        | Effect::Delegate { .. }
        | Effect::Declare { .. }
        | Effect::Cancel { .. } => described_effect(effect),
    }
}

fn fee(amount: &Amount, review: &Review, reviewed: &Reviewed) -> Vec<String> {
    let part = percent_text(reviewed.fee_sat, &review.total_external());
    let rate = format!("{}, {part} of what is paid", rate_text(reviewed));
    block("FEE", &[amount.to_string(), rate])
}

fn inputs_total(reviewed: &Reviewed) -> Vec<String> {
    let number = reviewed.inputs.len();
    let sum = reviewed.inputs.iter().fold(0_u64, |sum, input| {
        sum.saturating_add(input.proven.value.to_sat())
    });
    let proof = format!(
        "{}, each proven by its previous transaction",
        counted(number, "input")
    );
    block("INPUTS", &[Amount::satoshis(sum).to_string(), proof])
}

fn input(number: usize, reviewed: &Reviewed) -> Option<Vec<String>> {
    let index = number.checked_sub(1)?;
    let spent = reviewed.psbt.unsigned_tx.input.get(index)?;
    let coin = reviewed.inputs.get(index)?;
    let amount = Amount::satoshis(coin.proven.value.to_sat());
    let outpoint = spent.previous_output;
    let lines = [
        format!("{amount}, proven, key {}", coin.home.origin()),
        format!(
            "{} : {}",
            groups_of_four(&outpoint.txid.to_string()),
            outpoint.vout
        ),
        format!(
            "sequence {:#010x}: {}",
            spent.sequence.0,
            sequence(spent.sequence, reviewed.psbt.unsigned_tx.version)
        ),
    ];
    Some(block(&format!("INPUT {number}"), &lines))
}

fn terms(reviewed: &Reviewed) -> Vec<String> {
    let transaction = &reviewed.psbt.unsigned_tx;
    let replaceable = transaction
        .input
        .iter()
        .any(|input| input.sequence.is_rbf());
    let final_at_once = transaction
        .input
        .iter()
        .all(|input| input.sequence == Sequence::MAX);
    let waived = if final_at_once && transaction.lock_time != LockTime::ZERO {
        ", but every input waives it"
    } else {
        ""
    };
    let lock = lock_time_text(transaction.lock_time);
    block(
        "TERMS",
        &[
            format!("lock time: {lock}{waived}"),
            format!(
                "replaceable by a higher fee (BIP-125): {}",
                if replaceable { "yes" } else { "no" }
            ),
            format!(
                "version {}, every signature covers everything (SIGHASH_ALL)",
                transaction.version.0
            ),
        ],
    )
}

/// What a sequence number means. BIP-68 gives it a wait from version 2 of a transaction on.
fn sequence(sequence: Sequence, version: Version) -> String {
    match sequence.to_relative_lock_time() {
        Some(wait) if version < Version::TWO && wait != relative::LockTime::ZERO => {
            format!("replaceable, no wait (version {})", version.0)
        }
        Some(relative::LockTime::Blocks(blocks)) if blocks.value() > 0 => {
            format!(
                "waits {} blocks after the coin's block (BIP-68)",
                blocks.value()
            )
        }
        Some(relative::LockTime::Time(time)) if time.value() > 0 => {
            format!(
                "waits {} times 512 seconds after the coin's block (BIP-68)",
                time.value()
            )
        }
        Some(_) => "replaceable, no wait".to_owned(),
        None if sequence == Sequence::MAX => "final, lock time waived".to_owned(),
        None if sequence.is_rbf() => "replaceable, no wait".to_owned(),
        None => "not replaceable, lock time counts".to_owned(),
    }
}
