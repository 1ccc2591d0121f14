//! The screens of a Bitcoin transaction. Knows its parts, nothing of the policy's limits.

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{Sequence, relative};

use super::Screen;
use super::text::{block, groups_of_four};
use super::verdict::{payee, total};
use crate::bitcoin::Reviewed;
use crate::verdict::{counted, lock_time_text, percent_text, rate_text};
use crate::{Amount, Effect, Review, WalletChain};

/// What is paid, then what it is made of.
pub(super) fn screens(review: &Review, reviewed: &Reviewed) -> Vec<Screen> {
    let network = match review.wallet().chain() {
        WalletChain::Bitcoin(wallet) => wallet.network.name(),
        WalletChain::Ethereum(_) => "",
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
        .filter_map(|number| input(number, review, reviewed))
        .collect();
    details.push(terms(reviewed));
    let txid = reviewed.psbt.unsigned_tx.compute_txid().to_string();
    details.push(block("TXID", &[groups_of_four(&txid)]));
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

fn from(review: &Review) -> Vec<String> {
    let key = review.key();
    block(
        "FROM",
        &[
            format!(
                "{}, P2WPKH, one key in token {}",
                review.wallet_id(),
                key.token_serial
            ),
            groups_of_four(&review.wallet().address()),
        ],
    )
}

fn described(effect: &Effect, review: &Review, reviewed: &Reviewed) -> Vec<String> {
    match effect {
        Effect::Pay {
            path,
            destination,
            name,
            amount,
        } => {
            let lines = [
                format!("{amount}, {path}"),
                payee(name.as_deref()),
                groups_of_four(destination),
            ];
            block("TO", &lines)
        }
        Effect::PayScript {
            path,
            script,
            amount,
        } => {
            let lines = [
                format!("{amount}, {path}"),
                "SCRIPT WITHOUT ADDRESS".to_owned(),
                groups_of_four(script),
            ];
            block("TO", &lines)
        }
        Effect::Data {
            path,
            script,
            amount,
        } => {
            let lines = [
                format!("{amount} is burnt, {path}"),
                "OP_RETURN: data on the chain for ever, in full:".to_owned(),
                groups_of_four(script),
            ];
            block("DATA", &lines)
        }
        Effect::Change {
            path,
            address,
            origin,
            amount,
        } => {
            let own = format!(
                "back to {}, key {origin}, script re-derived",
                review.wallet_id()
            );
            block(
                "CHANGE",
                &[format!("{amount}, {path}"), own, groups_of_four(address)],
            )
        }
        Effect::Fee { amount } => {
            let part = percent_text(reviewed.fee_sat, &review.total_external());
            block(
                "FEE",
                &[
                    amount.to_string(),
                    format!("{}, {part} of what is paid", rate_text(reviewed)),
                ],
            )
        }
    }
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

fn input(number: usize, review: &Review, reviewed: &Reviewed) -> Option<Vec<String>> {
    let index = number.checked_sub(1)?;
    let spent = reviewed.psbt.unsigned_tx.input.get(index)?;
    let amount = Amount::satoshis(reviewed.inputs.get(index)?.proven.value.to_sat());
    let outpoint = spent.previous_output;
    let lines = [
        format!("{amount}, {}", review.wallet_id()),
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
