//! Effects on Ethereum as operators read them: who gets, may take or is called, whole and in groups.
//! Knows nothing of the transaction around them.

use super::text::{block, groups_of_four};
use super::verdict::{both_units, contract_name, payee};
use crate::Effect;

/// One effect.
pub(super) fn described_effect(effect: &Effect) -> Vec<String> {
    match effect {
        Effect::Pay {
            path,
            destination,
            name,
            amount,
        } => {
            let [whole, smallest] = both_units(amount);
            let to = groups_of_four(destination);
            block(
                "TO",
                &[whole, smallest, payee(name.as_deref()), to, at(path)],
            )
        }
        Effect::Approve {
            path,
            spender,
            name,
            amount,
        } => {
            let [whole, smallest] = both_units(amount);
            let lines = [
                format!("MAY TAKE {whole}"),
                smallest,
                payee(name.as_deref()),
                groups_of_four(spender),
                at(path),
            ];
            block("SPENDER", &lines)
        }
        Effect::Call { .. }
        | Effect::Administer { .. }
        | Effect::Delegate { .. }
        | Effect::Declare { .. }
        | Effect::Cancel { .. } => act(effect),
        Effect::Fee { amount } => {
            let [whole, smallest] = both_units(amount);
            let how = "gas limit x max fee per gas".to_owned();
            block("MAX FEE", &[whole, smallest, how])
        }
        // None of them exists on this chain; if one ever did, it would be shown.
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
    }
}

/// What an effect does beside moving value.
fn act(effect: &Effect) -> Vec<String> {
    match effect {
        Effect::Call {
            path,
            contract,
            name,
            function,
            arguments,
            amount,
        } => {
            let mut lines = vec![
                function.clone(),
                contract_name(name.as_deref()),
                groups_of_four(contract),
                format!("carries {}", amount.short()),
            ];
            lines.extend(arguments.iter().map(|line| format!("  {line}")));
            lines.push(at(path));
            block("CALL", &lines)
        }
        Effect::Administer {
            path,
            function,
            arguments,
        } => {
            let mut lines = vec!["THE SAFE CHANGES ITSELF".to_owned(), function.clone()];
            lines.extend(arguments.iter().map(|line| format!("  {line}")));
            lines.push(at(path));
            block("ADMIN", &lines)
        }
        Effect::Delegate {
            path,
            contract,
            name,
        } => {
            let what = "THIS CONTRACT'S CODE ACTS FOR THE ACCOUNT".to_owned();
            let name = contract_name(name.as_deref());
            block(
                "DELEGATE",
                &[what, name, groups_of_four(contract), at(path)],
            )
        }
        Effect::Declare { path, text } => block("SAYS", &[text.clone(), at(path)]),
        Effect::Cancel { path } => {
            let what =
                "nothing is paid or called: an earlier transaction with this nonce can never run";
            block("CANCEL", &[what.to_owned(), at(path)])
        }
        Effect::Pay { .. }
        | Effect::PayScript { .. }
        | Effect::Data { .. }
        | Effect::Change { .. }
        | Effect::Approve { .. }
        | Effect::Fee { .. } => Vec::new(),
    }
}

fn at(path: &str) -> String {
    format!("at {path}")
}
