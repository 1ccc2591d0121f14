//! The screens of what an Ethereum account or a Safe signs: what it does first, then every field.
//! Knows the fields, nothing of the policy's limits.

use super::Screen;
use super::effect::described_effect;
use super::fields;
use super::text::{block, groups_of_four};
use super::verdict::total;
use crate::ethereum::{Operation, Reviewed, SafeSignable, Signable};
use crate::{Asset, Effect, Review};

/// What it does, then every field of what is signed.
pub(super) fn screens(review: &Review, reviewed: &Reviewed) -> Vec<Screen> {
    let on = format!("(chain {})", reviewed.chain_id);
    let heading = match &reviewed.signable {
        Signable::Transaction(_) => format!("{} {on}", action(review)),
        Signable::Safe(_) => format!("SAFE TRANSACTION {on}"),
        Signable::TypedData { .. } => format!("SIGN A DOCUMENT {on}"),
        Signable::Message(_) => "SIGN A MESSAGE".to_owned(),
        Signable::Delegation(_) => format!("DELEGATE THE ACCOUNT {on}"),
    };
    vec![
        Screen {
            heading,
            blocks: effects(review, reviewed),
        },
        Screen {
            heading: format!("FIELDS {on}"),
            blocks: fields::blocks(reviewed),
        },
    ]
}

/// What a transaction does, in two words: one payment is named by what is paid.
fn action(review: &Review) -> String {
    let mut acts = review.effects().iter().filter(|effect| effect.acts());
    match (acts.next(), acts.next()) {
        (Some(Effect::Pay { amount, .. }), None) => match amount.asset() {
            Asset::Ether { .. } => "SEND ETHER".to_owned(),
            other @ (Asset::Token(_) | Asset::Bitcoin) => format!("SEND {}", other.symbol()),
        },
        (Some(Effect::Cancel { .. }), None) => "CANCEL A TRANSACTION".to_owned(),
        (_, _) => "ETHEREUM TRANSACTION".to_owned(),
    }
}

fn effects(review: &Review, reviewed: &Reviewed) -> Vec<Vec<String>> {
    let mut blocks = Vec::new();
    if let Signable::Safe(safe) = &reviewed.signable {
        blocks.push(operation(safe));
    }
    blocks.push(from(review, reviewed));
    blocks.extend(review.effects().iter().map(described_effect));
    blocks.push(total(review));
    blocks
}

/// The operation comes first: a delegate call is not a transfer, whatever its data looks like.
fn operation(safe: &SafeSignable) -> Vec<String> {
    let line = match (safe.transaction.operation, safe.batch) {
        (Operation::Call, _) => "CALL (0)",
        (Operation::DelegateCall, true) => {
            "DELEGATECALL (1) of MultiSendCallOnly: a batch of the calls below"
        }
        (Operation::DelegateCall, false) => {
            "!!! DELEGATECALL (1) !!! FOREIGN CODE WOULD RUN AS THE SAFE ITSELF AND COULD TAKE ALL OF IT"
        }
    };
    block("OPERATION", &[line.to_owned()])
}

fn from(review: &Review, reviewed: &Reviewed) -> Vec<String> {
    let account = groups_of_four(&reviewed.account.to_checksum(None));
    let token = &review.key().token_serial;
    if reviewed.account == reviewed.signer {
        let wallet = format!("{}, key in token {token}", review.wallet_id());
        return block("FROM", &[wallet, account]);
    }
    let owner = groups_of_four(&reviewed.signer.to_checksum(None));
    let signs = format!("signed as owner, key in token {token}");
    let mut lines = vec![format!("Safe {}", review.wallet_id()), account];
    if let Signable::Safe(safe) = &reviewed.signable {
        let owners = safe.owners.len();
        lines.push(format!("{} of {owners} owners sign", safe.threshold));
    }
    lines.extend([signs, owner]);
    block("FROM", &lines)
}
