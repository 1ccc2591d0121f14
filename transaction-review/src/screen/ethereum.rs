//! The screens of an Ethereum transaction: every field of what is signed.
//! Knows the fields, nothing of the policy's limits.

use data_encoding::HEXLOWER;

use super::Screen;
use super::text::{block, groups_of_four};
use super::verdict::{both_units, payee, total};
use crate::amount::group_whole;
use crate::ethereum::Reviewed;
use crate::{Amount, Effect, Review};

/// What is paid, then every field.
pub(super) fn screens(review: &Review, reviewed: &Reviewed) -> Vec<Screen> {
    let chain = reviewed.transaction.chain_id;
    vec![
        Screen {
            heading: format!("SEND ETHER (chain {chain})"),
            blocks: payment(review, reviewed),
        },
        Screen {
            heading: format!("FIELDS (chain {chain})"),
            blocks: fields(review, reviewed),
        },
    ]
}

fn payment(review: &Review, reviewed: &Reviewed) -> Vec<Vec<String>> {
    let own = groups_of_four(&reviewed.from.to_checksum(None));
    let wallet = format!(
        "{}, key in token {}",
        review.wallet_id(),
        review.key().token_serial
    );
    let mut blocks = vec![block("FROM", &[wallet, own])];
    for effect in review.effects() {
        blocks.push(match effect {
            Effect::Pay {
                destination,
                name,
                amount,
                ..
            } => {
                let [whole, smallest] = both_units(amount);
                block(
                    "TO",
                    &[
                        whole,
                        smallest,
                        payee(name.as_deref()),
                        groups_of_four(destination),
                    ],
                )
            }
            Effect::Fee { amount } => {
                let [whole, smallest] = both_units(amount);
                block(
                    "MAX FEE",
                    &[whole, smallest, "gas limit x max fee per gas".to_owned()],
                )
            }
            // Neither exists on this chain; if one ever did, it would be shown.
            Effect::PayScript {
                path,
                script,
                amount,
            }
            | Effect::Data {
                path,
                script,
                amount,
            } => block("TO", &[format!("{amount}, {path}"), script.clone()]),
            Effect::Change {
                path,
                address,
                amount,
                ..
            } => block(
                "CHANGE",
                &[format!("{amount}, {path}"), groups_of_four(address)],
            ),
        });
    }
    blocks.push(total(review));
    blocks
}

fn fields(review: &Review, reviewed: &Reviewed) -> Vec<Vec<String>> {
    let transaction = &reviewed.transaction;
    let number = |number: String, unit: &str| format!("{} {unit}", group_whole(&number));
    let price = |wei: u128| number(wei.to_string(), "wei per gas");
    let value = Amount::new(review.asset(), transaction.value);
    let line = |label: &str, text: String| block(label, &[text]);
    vec![
        line("TYPE", "0x02, EIP-1559".to_owned()),
        line("CHAIN", transaction.chain_id.to_string()),
        line("NONCE", transaction.nonce.to_string()),
        line(
            "TIP",
            format!(
                "at most {} to the proposer",
                price(transaction.max_priority_fee_per_gas)
            ),
        ),
        line(
            "PRICE",
            format!("at most {} in all", price(transaction.max_fee_per_gas)),
        ),
        line(
            "GAS",
            format!(
                "at most {}",
                number(transaction.gas_limit.to_string(), "gas")
            ),
        ),
        line("TO", groups_of_four(&transaction.to.to_checksum(None))),
        block("VALUE", &both_units(&value)),
        line(
            "DATA",
            "none (empty); if TO is a contract, its receive code still runs".to_owned(),
        ),
        line("ACCESS", "the access list is empty".to_owned()),
        line(
            "DIGEST",
            format!("0x{}", groups_of_four(&HEXLOWER.encode(&reviewed.digest))),
        ),
    ]
}
