//! Checks that everything on Ethereum has: chain, type, destinations, access lists, gas and its price.
//! Knows nothing of names and rules.

use super::bitcoin::undeclared;
use super::{ALWAYS, Check, counted};
use crate::amount::group_whole;
use crate::ethereum::{Leaf, Reviewed, Signable, Transaction, forbidden, parse_address};
use crate::{Code, Effect, FeeCap, Policy, Review, TransactionKind, WalletChain};

/// The chain, the type, the destinations and the values.
pub(super) fn checks(policy: &Policy, review: &Review, reviewed: &Reviewed) -> Vec<Check> {
    let mut checks = vec![chain(review, reviewed)];
    if let (Signable::Transaction(transaction), WalletChain::Ethereum(wallet)) =
        (&reviewed.signable, review.wallet().chain())
    {
        checks.extend(form(review, wallet, transaction));
    }
    if !reviewed.leaves.is_empty() {
        checks.push(destinations(policy, review, reviewed));
        checks.push(values(review));
    }
    checks
}

fn chain(review: &Review, reviewed: &Reviewed) -> Check {
    let chains: Vec<String> = match review.wallet().chain() {
        WalletChain::Ethereum(wallet) => wallet.chains.iter().map(u64::to_string).collect(),
        WalletChain::Safe(safe) => vec![safe.chain_id.to_string()],
        WalletChain::Bitcoin(_) => Vec::new(),
    };
    let limit = if chains.is_empty() {
        "no chain".to_owned()
    } else {
        format!("one of {}", chains.join(", "))
    };
    let measured = format!("chain {}", reviewed.chain_id);
    Check::new(
        Code::Chain,
        format!("wallet \"{}\"", review.wallet_id()),
        ("chain id", measured, limit),
        review.wallet().is_on(reviewed.chain_id),
    )
}

/// The type of the transaction and its access list.
fn form(review: &Review, wallet: &crate::EthereumWallet, transaction: &Transaction) -> [Check; 2] {
    let rule = format!("wallet \"{}\"", review.wallet_id());
    let types: Vec<String> = wallet.types.iter().map(ToString::to_string).collect();
    let kind = Check::new(
        Code::TypeDenied,
        rule.clone(),
        ("type", transaction.kind.to_string(), types.join("; ")),
        wallet.types.contains(&transaction.kind),
    );
    let entries = transaction.access_list.len();
    let limit = if wallet.access_lists {
        "any access list"
    } else {
        "no access list"
    };
    let list = Check::new(
        Code::AccessList,
        rule,
        ("access list", counted(entries, "account"), limit),
        entries == 0 || wallet.access_lists,
    );
    [kind, list]
}

/// No call goes where nobody is, and none to the wallet itself but to cancel or to change a Safe.
fn destinations(policy: &Policy, review: &Review, reviewed: &Reviewed) -> Check {
    let leaves = reviewed.leaves.iter().zip(review.effects());
    let mut never = leaves.filter_map(|(leaf, effect)| {
        let why = unpayable(policy, reviewed, leaf, effect)?;
        Some((leaf.path.clone(), why))
    });
    let found = never.next();
    let (path, measured) = found.as_ref().map_or_else(
        || ("transaction", "not a forbidden address"),
        |(path, why)| (path.as_str(), *why),
    );
    let limit =
        "not zero, not a precompiled contract, not a token's contract, not the wallet itself";
    Check::new(
        Code::DestinationForbidden,
        ALWAYS,
        (path, measured, limit),
        found.is_none(),
    )
}

fn unpayable(
    policy: &Policy,
    reviewed: &Reviewed,
    leaf: &Leaf,
    effect: &Effect,
) -> Option<&'static str> {
    let inward = matches!(effect, Effect::Cancel { .. } | Effect::Administer { .. });
    let own = "the wallet itself";
    if leaf.to == reviewed.account && !inward {
        return Some(own);
    }
    let never = forbidden(&leaf.to);
    // Who is paid or may take something, wherever the call itself goes.
    let (Effect::Pay { destination, .. }
    | Effect::Approve {
        spender: destination,
        ..
    }) = effect
    else {
        return never;
    };
    let Some(payee) = parse_address(destination) else {
        return never;
    };
    let token = policy.token_at(reviewed.chain_id, payee);
    let token = token.map(|_| "a token's contract, which keeps what it is sent");
    let own = (payee == reviewed.account).then_some(own);
    never.or_else(|| forbidden(&payee)).or(token).or(own)
}

/// A payment of nothing is a mistake, or a look-alike entry in a list of payments.
fn values(review: &Review) -> Check {
    let mut pays = review.effects().iter().filter_map(|effect| {
        let Effect::Pay { path, amount, .. } = effect else {
            return None;
        };
        Some((path, amount))
    });
    let nothing = pays.find(|(_, amount)| amount.units().is_zero());
    let (path, measured) = match nothing {
        Some((path, amount)) => (path.as_str(), amount.short()),
        None => ("transaction", "no payment of nothing".to_owned()),
    };
    Check::new(
        Code::AmountDust,
        ALWAYS,
        (path, measured, "more than nothing"),
        nothing.is_none(),
    )
}

/// Gas, its price, and the most that both together can cost; only a transaction of the account itself
/// costs it any.
pub(super) fn fees(policy: &Policy, review: &Review, reviewed: &Reviewed) -> Vec<Check> {
    let Signable::Transaction(transaction) = &reviewed.signable else {
        return Vec::new();
    };
    let mut checks = invariants(transaction).to_vec();
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
    let gas = transaction.gas_limit;
    let cap = format!("at most {}", max_native.short());
    checks.push(Check::new(
        Code::FeeCap,
        rule.clone(),
        ("fee", most.short(), cap),
        most.units() <= max_native.units(),
    ));
    checks.push(Check::new(
        Code::GasLimit,
        rule,
        (
            "fee",
            format!("gas limit {}", group_whole(&gas.to_string())),
            format!("at most {}", group_whole(&max_gas.to_string())),
        ),
        gas <= *max_gas,
    ));
    checks
}

/// What no policy can change: the tip is part of the price, and a transaction needs its gas.
fn invariants(transaction: &Transaction) -> [Check; 2] {
    let (tip, price) = (
        transaction.max_priority_fee_per_gas,
        transaction.max_fee_per_gas,
    );
    let wei = |number: u128| format!("{} wei", group_whole(&number.to_string()));
    let needed = transaction.intrinsic_gas();
    let gas = transaction.gas_limit;
    [
        Check::new(
            Code::FeeTip,
            ALWAYS,
            ("fee", wei(tip), format!("at most {}", wei(price))),
            tip <= price,
        ),
        Check::new(
            Code::GasIntrinsic,
            ALWAYS,
            (
                "fee",
                format!("gas limit {}", group_whole(&gas.to_string())),
                format!("{} at least", group_whole(&needed.to_string())),
            ),
            gas >= needed,
        ),
    ]
}

/// Whether a kind has a fee that a replacement has to raise.
pub(super) const fn pays_gas(kind: TransactionKind) -> bool {
    match kind {
        TransactionKind::BitcoinPsbt | TransactionKind::EthereumTransaction => true,
        TransactionKind::SafeTransaction
        | TransactionKind::TypedData
        | TransactionKind::Message
        | TransactionKind::Delegation => false,
    }
}
