//! Chains, destinations that nobody owns, gas and its price. Knows nothing of Bitcoin.

use proptest::prelude::*;

use super::failed;
use crate::ethereum::{Address, Transaction, U256, parse_address};
use crate::fixture::{NOW, ordinary_ether, policy, policy_with, review_ethereum};
use crate::{Code, EthereumError, History, Verdict, judge};

fn verdict(transaction: &Transaction) -> Verdict {
    let policy = policy();
    judge(
        &policy,
        &review_ethereum(&policy, &transaction.encode_unsigned()).unwrap(),
        &History::new(),
        NOW,
    )
}

fn primary(bend: impl FnOnce(&mut Transaction)) -> Option<Code> {
    let mut transaction = ordinary_ether();
    bend(&mut transaction);
    verdict(&transaction).primary
}

#[test]
fn a_chain_that_is_not_the_wallets_is_refused_eth_02() {
    assert_eq!(primary(|_| ()), None);
    for chain_id in [2, 10, 137, u64::MAX] {
        assert_eq!(
            primary(|transaction| transaction.chain_id = chain_id),
            Some(Code::Chain)
        );
    }
}

#[test]
fn zero_precompiles_and_the_wallet_itself_are_never_paid_eth_05() {
    let own = parse_address("0x1563915e194D8CfBA1943570603F7606A3115508").unwrap();
    let precompile = Address::with_last_byte(9);
    for to in [Address::ZERO, precompile, own] {
        assert_eq!(
            primary(|transaction| transaction.to = to),
            Some(Code::DestinationForbidden)
        );
    }
}

#[test]
fn a_stranger_is_refused_even_with_the_same_ends_eth_05() {
    let twin = parse_address("0x2222222222222222222252222222222222222222").unwrap();
    assert_eq!(
        primary(|transaction| transaction.to = twin),
        Some(Code::DestinationUnlisted)
    );
}

#[test]
fn the_cost_of_gas_holds_to_its_last_wei_eth_06() {
    // 0.05 ETH over 21 000 gas leaves a remainder, so that the last price below is exact.
    let price = 50_000_000_000_000_000_u128 / 21_000;
    assert_eq!(
        primary(|transaction| transaction.max_fee_per_gas = price),
        None
    );
    assert_eq!(
        primary(|transaction| transaction.max_fee_per_gas = price + 1),
        Some(Code::FeeCap)
    );
    let drained = |transaction: &mut Transaction| {
        transaction.gas_limit = u64::MAX;
        transaction.max_fee_per_gas = u128::MAX;
        transaction.max_priority_fee_per_gas = u128::MAX;
    };
    assert_eq!(primary(drained), Some(Code::FeeCap));
}

#[test]
fn thirty_million_gas_and_too_little_gas_are_refused_eth_06() {
    assert_eq!(
        primary(|transaction| transaction.gas_limit = 20_999),
        Some(Code::GasIntrinsic)
    );
    let more = |gas_limit| {
        primary(|transaction| {
            transaction.gas_limit = gas_limit;
            transaction.max_fee_per_gas = 1;
            transaction.max_priority_fee_per_gas = 1;
        })
    };
    assert_eq!(
        (more(21_000), more(21_001), more(30_000_000)),
        (None, Some(Code::GasLimit), Some(Code::GasLimit))
    );
}

#[test]
fn a_tip_above_the_price_is_refused_at_the_next_wei_eth_06() {
    let price = ordinary_ether().max_fee_per_gas;
    assert_eq!(
        primary(|transaction| transaction.max_priority_fee_per_gas = price),
        None
    );
    assert_eq!(
        primary(|transaction| transaction.max_priority_fee_per_gas = price + 1),
        Some(Code::FeeTip)
    );
}

#[test]
fn values_from_nothing_to_the_largest_number_are_measured_exactly_eth_29() {
    let ten = U256::from(10_000_000_000_000_000_000_u64);
    let pay = |value| primary(|transaction| transaction.value = value);
    assert_eq!(pay(U256::ZERO), Some(Code::AmountDust));
    assert_eq!(pay(U256::ONE), None);
    assert_eq!(pay(ten), None);
    assert_eq!(pay(ten + U256::ONE), Some(Code::LimitTransaction));
    let gas = ordinary_ether().max_gas_cost();
    assert_eq!(pay(U256::MAX - gas), Some(Code::LimitTransaction));
    let more = Transaction {
        value: U256::MAX - gas + U256::ONE,
        ..ordinary_ether()
    };
    let refusal = review_ethereum(&policy(), &more.encode_unsigned());
    assert_eq!(refusal, Err(EthereumError::AmountRange.into()));
}

#[test]
fn a_limit_in_another_unit_is_the_same_limit_eth_29() {
    for (limit, permitted) in [
        ("1000000000000000000 wei", true),
        ("999999999999999999 wei", false),
        ("1000000000 gwei", true),
        ("0.999999999999999999 ETH", false),
    ] {
        let policy = policy_with("\"10 ETH\"", &format!("\"{limit}\"")).unwrap();
        let review = review_ethereum(&policy, &ordinary_ether().encode_unsigned()).unwrap();
        assert_eq!(
            judge(&policy, &review, &History::new(), NOW).permitted,
            permitted,
            "{limit}"
        );
    }
}

#[test]
fn a_chain_without_fee_caps_is_not_paid_on() {
    let mut transaction = ordinary_ether();
    transaction.chain_id = 11_155_111;
    let verdict = verdict(&transaction);
    assert_eq!(
        failed(&verdict, Code::FeeUndeclared).measured,
        "no caps for eth-cold and ETH@11155111"
    );
}

proptest! {
    #[test]
    fn what_is_permitted_keeps_every_bound_eth_06(
        gas_limit in 20_990_u64..21_010, price in 0_u128..5_000_000_000_000, tip in 0_u128..5_000_000_000_000,
        value in 0_u64..=u64::MAX,
    ) {
        let mut transaction = ordinary_ether();
        transaction.gas_limit = gas_limit;
        transaction.max_fee_per_gas = price;
        transaction.max_priority_fee_per_gas = tip;
        transaction.value = U256::from(value);
        let bounds = [
            gas_limit == 21_000,
            tip <= price,
            u128::from(gas_limit) * price <= 50_000_000_000_000_000,
            value > 0 && value <= 10_000_000_000_000_000_000,
        ];
        prop_assert_eq!(verdict(&transaction).permitted, bounds.iter().all(|holds| *holds));
    }
}
