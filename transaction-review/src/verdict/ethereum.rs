//! Checks that only an Ethereum transaction has: chain, destination, value, gas and its price.
//! Knows nothing of names and rules.

use super::bitcoin::undeclared;
use super::{ALWAYS, Check};
use crate::amount::group_whole;
use crate::ethereum::{Reviewed, forbidden};
use crate::{Amount, Code, FeeCap, Policy, Review, WalletChain};

/// Gas that a plain transfer needs (Ethereum yellow paper, appendix G: `G_transaction`).
const TRANSFER_GAS: u64 = 21_000;

/// The chain, the destination and the value.
pub(super) fn checks(review: &Review, reviewed: &Reviewed) -> Vec<Check> {
    let transaction = &reviewed.transaction;
    let mut checks = Vec::new();
    if let WalletChain::Ethereum(wallet) = review.wallet().chain() {
        let chains: Vec<String> = wallet.chains.iter().map(u64::to_string).collect();
        checks.push(Check {
            code: Code::Chain,
            rule: format!("wallet \"{}\"", review.wallet_id()),
            path: "chain id".to_owned(),
            measured: format!("chain {}", transaction.chain_id),
            limit: if chains.is_empty() {
                "no chain".to_owned()
            } else {
                format!("one of {}", chains.join(", "))
            },
            pass: wallet.chains.contains(&transaction.chain_id),
            spent: None,
        });
    }
    let own = (transaction.to == reviewed.from).then_some("the wallet itself");
    let never = forbidden(&transaction.to).or(own);
    checks.push(Check {
        code: Code::DestinationForbidden,
        rule: ALWAYS.to_owned(),
        path: "transfer".to_owned(),
        measured: never.unwrap_or("not a forbidden address").to_owned(),
        limit: "not zero, not a precompiled contract, not the wallet itself".to_owned(),
        pass: never.is_none(),
        spent: None,
    });
    let value = Amount::new(review.asset(), transaction.value);
    checks.push(Check {
        code: Code::AmountDust,
        rule: ALWAYS.to_owned(),
        path: "transfer".to_owned(),
        measured: value.short(),
        limit: "more than nothing".to_owned(),
        pass: !transaction.value.is_zero(),
        spent: None,
    });
    checks
}

/// Gas, its price, and the most that both together can cost.
pub(super) fn fees(policy: &Policy, review: &Review, reviewed: &Reviewed) -> Vec<Check> {
    let mut checks = invariants(reviewed);
    let mut caps = policy
        .fees()
        .iter()
        .filter(|caps| caps.wallet() == review.wallet_id());
    let caps = caps
        .find(|caps| caps.asset() == review.asset())
        .map(crate::FeeCaps::caps);
    let Some(FeeCap::Ethereum {
        chain_id,
        max_native,
        max_gas,
    }) = caps
    else {
        checks.push(undeclared(review));
        return checks;
    };
    let rule = format!("fee of \"{}\" on chain {chain_id}", review.wallet_id());
    let most = review.fee();
    let gas = reviewed.transaction.gas_limit;
    checks.push(Check {
        code: Code::FeeCap,
        rule: rule.clone(),
        path: "fee".to_owned(),
        measured: most.short(),
        limit: format!("at most {}", max_native.short()),
        pass: most.units() <= max_native.units(),
        spent: None,
    });
    checks.push(Check {
        code: Code::GasLimit,
        rule,
        path: "fee".to_owned(),
        measured: format!("gas limit {}", group_whole(&gas.to_string())),
        limit: format!("at most {}", group_whole(&max_gas.to_string())),
        pass: gas <= *max_gas,
        spent: None,
    });
    checks
}

/// What no policy can change: the tip is part of the price, and a transfer needs its gas.
fn invariants(reviewed: &Reviewed) -> Vec<Check> {
    let transaction = &reviewed.transaction;
    let (tip, price) = (
        transaction.max_priority_fee_per_gas,
        transaction.max_fee_per_gas,
    );
    let wei = |number: u128| format!("{} wei", group_whole(&number.to_string()));
    vec![
        Check {
            code: Code::FeeTip,
            rule: ALWAYS.to_owned(),
            path: "fee".to_owned(),
            measured: wei(tip),
            limit: format!("at most {}", wei(price)),
            pass: tip <= price,
            spent: None,
        },
        Check {
            code: Code::GasIntrinsic,
            rule: ALWAYS.to_owned(),
            path: "fee".to_owned(),
            measured: format!(
                "gas limit {}",
                group_whole(&transaction.gas_limit.to_string())
            ),
            limit: format!("{} at least", group_whole(&TRANSFER_GAS.to_string())),
            pass: transaction.gas_limit >= TRANSFER_GAS,
            spent: None,
        },
    ]
}
