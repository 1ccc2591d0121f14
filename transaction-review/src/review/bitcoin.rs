//! The review of a Bitcoin transaction from what its parser understood.
//! Knows the address book's names, nothing of PSBTs.

use bitcoin::hashes::Hash as _;

use super::{Details, KeyPath, Review, SigningDigest, Subject, name_of};
use crate::bitcoin::{Output, OutputKind, Reviewed};
use crate::{Amount, Asset, Effect, Policy, Spend, Wallet};

/// Effects in the order of the outputs and the fee last, digests and coins in that of the inputs.
pub(super) fn of(
    policy: &Policy,
    subject: &Subject<'_>,
    wallet: &Wallet,
    reviewed: Reviewed,
) -> Review {
    let outputs = (1_u32..).zip(&reviewed.outputs);
    let mut effects: Vec<Effect> = outputs
        .map(|(number, output)| effect(policy, number, output))
        .collect();
    effects.push(Effect::Fee {
        amount: Amount::satoshis(reviewed.fee_sat),
    });
    let change_places = change_places(&reviewed);
    Review {
        policy_hash: policy.hash(),
        reference: subject.reference.to_owned(),
        replaces: subject.replaces,
        wallet: wallet.clone(),
        kind: subject.kind,
        effects,
        digests: digests(&reviewed),
        spends: spends(&reviewed),
        change_places,
        initiator: None,
        intent: None,
        details: Details::Bitcoin(Box::new(reviewed)),
    }
}

fn effect(policy: &Policy, number: u32, output: &Output) -> Effect {
    let path = path(number);
    let amount = Amount::satoshis(output.amount_sat);
    let script = || output.script.to_hex_string();
    match &output.kind {
        OutputKind::Change { address, home } => Effect::Change {
            path,
            address: address.clone(),
            origin: home.origin(),
            amount,
        },
        OutputKind::Payment { address } => Effect::Pay {
            path,
            destination: address.clone(),
            name: name_of(policy, Asset::Bitcoin, address),
            amount,
        },
        OutputKind::Data => Effect::Data {
            path,
            script: script(),
            amount,
        },
        OutputKind::Other => Effect::PayScript {
            path,
            script: script(),
            amount,
        },
    }
}

fn path(number: u32) -> String {
    format!("output {number}")
}

fn digests(reviewed: &Reviewed) -> Vec<SigningDigest> {
    let inputs = (0_u32..).zip(&reviewed.inputs);
    inputs
        .map(|(index, input)| SigningDigest {
            index,
            digest: input.digest,
            public_key: input.home.key.public_key,
            path: input.home.path,
        })
        .collect()
}

fn spends(reviewed: &Reviewed) -> Vec<Spend> {
    let spent = &reviewed.psbt.unsigned_tx.input;
    spent
        .iter()
        .zip(&reviewed.inputs)
        .map(|(spent, input)| Spend::Outpoint {
            txid: spent.previous_output.txid.to_byte_array(),
            vout: spent.previous_output.vout,
            amount_sat: input.proven.value.to_sat(),
        })
        .collect()
}

fn change_places(reviewed: &Reviewed) -> Vec<(String, u32, u32)> {
    let outputs = (1_u32..).zip(&reviewed.outputs);
    outputs
        .filter_map(|(number, output)| match &output.kind {
            OutputKind::Change { home, .. } => {
                child(home.path).map(|(branch, index)| (path(number), branch, index))
            }
            OutputKind::Payment { .. } | OutputKind::Data | OutputKind::Other => None,
        })
        .collect()
}

const fn child(path: KeyPath) -> Option<(u32, u32)> {
    match path {
        KeyPath::Own => None,
        KeyPath::Child { branch, index } => Some((branch, index)),
    }
}
