//! Tokens, allowances and calls, alone and in batches. Knows nothing of Safes and documents.

use super::{
    EXCHANGE, GOVERNOR, OWN, PAYROLL, SAFE, STRANGER, USDC, WETH, account, at, call, code, pay,
    policy, proposal, to, usdc,
};
use crate::ethereum::{Address, Transaction, U256, Value};
use crate::fixture::NOW;
use crate::{Code, Commitment, History, Subject, judge, review};

#[test]
fn a_token_is_paid_by_its_rule_to_the_last_base_unit_pol_08() {
    assert_eq!(code(&to(USDC, pay(PAYROLL, 500_000))), None);
    let more = [
        Value::Address(PAYROLL),
        Value::Unsigned(U256::from(500_000_000_001_u64)),
    ];
    let more = call("transfer(address,uint256)", &more);
    assert_eq!(code(&to(USDC, more)), Some(Code::LimitTransaction));
    assert_eq!(
        code(&to(USDC, pay(STRANGER, 1))),
        Some(Code::DestinationUnlisted)
    );
    assert_eq!(code(&to(USDC, pay(EXCHANGE, 1))), Some(Code::RuleNone));
    assert_eq!(code(&to(USDC, pay(PAYROLL, 0))), Some(Code::AmountDust));
}

#[test]
fn a_tokens_tiers_and_windows_are_its_own_pol_09_pol_12() {
    let asked = account(&to(USDC, pay(PAYROLL, 100_000)));
    assert_eq!(asked.verdict(&History::new(), NOW).quorum.need, 2);
    let asked = account(&to(USDC, pay(PAYROLL, 100_001)));
    assert_eq!(asked.verdict(&History::new(), NOW).quorum.need, 3);
    let mut history = History::new();
    let earlier = account(&to(USDC, pay(PAYROLL, 400_000)))
        .review(&policy())
        .unwrap();
    history.record(Commitment::of(&earlier, [1; 32], 5, NOW - 60));
    let next = |units| {
        let transaction = Transaction {
            nonce: 8,
            ..to(USDC, pay(PAYROLL, units))
        };
        let asked = account(&transaction);
        let policy = policy();
        let subject = Subject {
            wallet: asked.wallet,
            kind: asked.kind,
            transaction: &asked.bytes,
            previous_transactions: &[],
            reference: "INV-2",
            replaces: None,
        };
        let review = review(&policy, &subject).unwrap();
        judge(&policy, &review, &history, NOW)
    };
    assert_eq!(next(200_000).primary, None, "{}", next(200_000));
    assert_eq!(next(200_001).primary, Some(Code::LimitWindow));
    // Together with what the same payee got within a day it needs the people of the larger amount.
    assert_eq!(next(1).quorum.need, 3);
}

#[test]
fn look_alike_tokens_foreign_owners_and_value_beside_a_token_are_refused_eth_11_eth_12() {
    let twin = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB49".to_lowercase();
    let twin: Address = twin.parse().unwrap();
    let transaction = Transaction {
        to: twin,
        ..to(USDC, pay(PAYROLL, 1))
    };
    assert_eq!(code(&transaction), Some(Code::CallUnknown));
    let from = |owner: Address| {
        let values = [Value::Address(owner), Value::Address(PAYROLL), usdc(1)];
        code(&to(
            USDC,
            call("transferFrom(address,address,uint256)", &values),
        ))
    };
    assert_eq!(from(at(OWN)), None);
    assert_eq!(from(STRANGER), Some(Code::CallDenied));
    let paid = Transaction {
        value: U256::ONE,
        ..to(USDC, pay(PAYROLL, 1))
    };
    assert_eq!(code(&paid), Some(Code::CallDenied));
}

#[test]
fn nothing_is_sent_to_a_token_to_nobody_or_to_the_account_itself_eth_05() {
    let ether = |to: &str| Transaction {
        max_fee_per_gas: 1,
        ..Transaction::transfer(1, 7, at(to), U256::ONE)
    };
    for never in [USDC, OWN] {
        assert_eq!(code(&ether(never)), Some(Code::DestinationForbidden));
    }
    // Nor are tokens, whoever is named inside the call.
    for never in [at(USDC), at(OWN), Address::ZERO, Address::with_last_byte(9)] {
        assert_eq!(
            code(&to(USDC, pay(never, 1))),
            Some(Code::DestinationForbidden)
        );
    }
}

#[test]
fn unknown_functions_and_too_short_data_are_refused_eth_07() {
    for data in [
        vec![1, 2, 3],
        vec![0xde, 0xad, 0xbe, 0xef],
        call(
            "increaseAllowance(address,uint256)",
            &[Value::Address(EXCHANGE), usdc(1)],
        ),
    ] {
        assert_eq!(code(&to(USDC, data.clone())), Some(Code::CallUnknown));
        assert_eq!(code(&to(WETH, data)), Some(Code::CallUnknown));
    }
    let dirty = {
        let mut data = pay(PAYROLL, 1);
        data[4] = 1;
        data
    };
    assert_eq!(code(&to(USDC, dirty)), Some(Code::AbiNotCanonical));
}

#[test]
fn an_allowance_holds_to_its_cap_and_its_spender_eth_10() {
    let approve = |spender: Address, units: Value| {
        code(&to(
            USDC,
            call(
                "approve(address,uint256)",
                &[Value::Address(spender), units],
            ),
        ))
    };
    assert_eq!(approve(EXCHANGE, usdc(1_000)), None);
    let past = Value::Unsigned(U256::from(1_000_000_001_u64));
    assert_eq!(approve(EXCHANGE, past), Some(Code::Allowance));
    assert_eq!(approve(EXCHANGE, usdc(0)), None);
    let all = approve(EXCHANGE, Value::Unsigned(U256::MAX));
    assert_eq!(all, Some(Code::Allowance));
    assert_eq!(approve(PAYROLL, usdc(1)), Some(Code::RuleNone));
    assert_eq!(approve(STRANGER, usdc(1)), Some(Code::DestinationUnlisted));
    let everything = [Value::Address(EXCHANGE), Value::Bool(true)];
    let everything = call("setApprovalForAll(address,bool)", &everything);
    assert_eq!(code(&to(USDC, everything)), Some(Code::CallUnknown));
}

#[test]
fn a_call_holds_to_its_rule_in_every_argument_and_in_its_value() {
    let deposit = |wei: u64| Transaction {
        value: U256::from(wei),
        ..to(WETH, call("deposit()", &[]))
    };
    assert_eq!(code(&deposit(2_000_000_000_000_000_000)), None);
    assert_eq!(
        code(&deposit(2_000_000_000_000_000_001)),
        Some(Code::CallValue)
    );
    let vote = |support: u64| {
        let values = [
            Value::Unsigned(U256::MAX),
            Value::Unsigned(U256::from(support)),
        ];
        account(&to(GOVERNOR, call("castVote(uint256,uint8)", &values)))
    };
    assert_eq!(vote(2).code(), None);
    assert_eq!(vote(2).verdict(&History::new(), NOW).quorum.need, 3);
    assert_eq!(vote(3).code(), Some(Code::CallArgument));
    let sweep = |to_whom: Address, wei: u64| {
        let values = [Value::Address(to_whom), Value::Unsigned(U256::from(wei))];
        code(&to(WETH, call("transfer(address,uint256)", &values)))
    };
    assert_eq!(sweep(PAYROLL, 1), None);
    for (whom, wei) in [
        (PAYROLL, 0),
        (PAYROLL, 1_000_000_000_000_000_001),
        (STRANGER, 1),
    ] {
        assert_eq!(sweep(whom, wei), Some(Code::CallArgument));
    }
}

#[test]
fn every_call_inside_a_batch_is_judged_by_itself_eth_23() {
    let propose = |whom: Address| code(&to(GOVERNOR, proposal(at(USDC), 0, pay(whom, 5))));
    assert_eq!(propose(PAYROLL), None);
    assert_eq!(propose(STRANGER), Some(Code::DestinationUnlisted));
    let unknown = proposal(at(USDC), 0, vec![1, 2, 3, 4]);
    assert_eq!(code(&to(GOVERNOR, unknown)), Some(Code::CallUnknown));
    let zero = proposal(Address::ZERO, 0, Vec::new());
    assert_eq!(code(&to(GOVERNOR, zero)), Some(Code::DestinationForbidden));
    let mut nested = pay(PAYROLL, 1);
    let mut target = at(USDC);
    for _ in 0..3 {
        nested = proposal(target, 0, nested);
        target = at(GOVERNOR);
    }
    assert_eq!(code(&to(GOVERNOR, nested)), Some(Code::CallTooDeep));
}

#[test]
fn a_hash_is_never_approved_eth_22() {
    let data = call("approveHash(bytes32)", &[Value::FixedBytes(vec![7; 32])]);
    assert_eq!(code(&to(SAFE, data.clone())), Some(Code::ApproveHash));
    let inside = proposal(at(SAFE), 0, data);
    assert_eq!(code(&to(GOVERNOR, inside)), Some(Code::ApproveHash));
}

#[test]
fn hostile_text_is_escaped_and_every_line_fits_cli_01_cli_02() {
    let asked = account(&to(GOVERNOR, proposal(at(USDC), 0, pay(PAYROLL, 5))));
    let policy = policy();
    let review = asked.review(&policy).unwrap();
    let verdict = judge(&policy, &review, &History::new(), NOW);
    let screens = review.screens(&policy, &verdict);
    let lines = screens
        .iter()
        .flat_map(|screen| screen.blocks.iter().flatten());
    let all: Vec<&String> = lines.collect();
    for line in &all {
        let plain = line.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
        assert!(
            plain && line.len() <= crate::limits::SCREEN_COLUMNS,
            "{line}"
        );
    }
    assert!(all.iter().any(|line| line.contains("\\u{202e}")));
}
