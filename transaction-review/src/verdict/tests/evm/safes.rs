//! A Safe: its operation, its refunds, its own settings, its batches and nonces.
//! Knows nothing of documents.

use proptest::prelude::*;

use super::{
    Asked, BATCH, EXCHANGE, PAYROLL, SAFE, STRANGER, USDC, at, call, pay, policy, safe, safe_call,
    usdc,
};
use crate::ethereum::{
    Address, BatchedCall, Function, Operation, SafeTransaction, U256, Value, encode_multi_send,
};
use crate::fixture::NOW;
use crate::{Code, Commitment, History, TransactionKind};

#[test]
fn a_delegate_call_is_refused_whatever_its_data_looks_like_safe_01() {
    let bybit = SafeTransaction {
        operation: Operation::DelegateCall,
        ..safe_call(
            "0x9999999999999999999999999999999999999999",
            pay(PAYROLL, 1),
        )
    };
    let asked = safe(&bybit);
    let verdict = asked.verdict(&History::new(), NOW);
    assert_eq!(verdict.primary, Some(Code::SafeDelegateCall));
    let policy = policy();
    let screens = asked.review(&policy).unwrap().screens(&policy, &verdict);
    let first = screens[0].blocks[0].join(" ");
    assert!(
        first.starts_with("OPERATION") && first.contains("!!! DELEGATECALL (1) !!!"),
        "{first}"
    );
    // The pinned contract with value beside it, or another version's, is foreign code too.
    let batch = SafeTransaction {
        operation: Operation::DelegateCall,
        value: U256::ONE,
        ..safe_call(
            BATCH,
            encode_multi_send(&[BatchedCall {
                to: at(USDC),
                value: U256::ZERO,
                data: pay(PAYROLL, 1),
            }]),
        )
    };
    assert_eq!(safe(&batch).code(), Some(Code::SafeDelegateCall));
    let batch = SafeTransaction {
        value: U256::ZERO,
        ..batch
    };
    assert_eq!(safe(&batch).code(), None);
    let other = SafeTransaction {
        to: at("0x40A2aCCbd92BCA938b02010E17A5b8929b49130D"),
        ..batch
    };
    assert_eq!(safe(&other).code(), Some(Code::SafeDelegateCall));
}

#[test]
fn a_refund_is_refused_in_each_of_its_fields_safe_02() {
    let plain = safe_call(USDC, pay(PAYROLL, 1));
    assert_eq!(safe(&plain).code(), None);
    let bends: [fn(&mut SafeTransaction); 5] = [
        |t| t.safe_tx_gas = U256::ONE,
        |t| t.base_gas = U256::ONE,
        |t| t.gas_price = U256::ONE,
        |t| t.gas_token = STRANGER,
        |t| t.refund_receiver = STRANGER,
    ];
    for bend in bends {
        let mut bent = plain.clone();
        bend(&mut bent);
        assert_eq!(safe(&bent).code(), Some(Code::SafeRefund));
    }
}

#[test]
fn a_safe_changes_itself_only_by_rule_after_its_time_and_with_the_most_approvers_safe_03() {
    let values = [
        Address::with_last_byte(1),
        at("0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB"),
        STRANGER,
    ];
    let swap = call(
        "swapOwner(address,address,address)",
        &values.map(Value::Address),
    );
    let asked = safe(&safe_call(SAFE, swap));
    let mut history = History::new();
    let first = asked.verdict(&history, NOW);
    assert_eq!(
        (first.primary, first.quorum.need),
        (Some(Code::CoolDown), 3)
    );
    history.announce([9; 32], NOW);
    history.announce([9; 32], NOW + 5);
    let day = 86_400;
    assert_eq!(
        asked.verdict(&history, NOW + 3 * day - 1).primary,
        Some(Code::CoolDown)
    );
    assert_eq!(asked.verdict(&history, NOW + 3 * day).primary, None);
    let mut another = History::new();
    another.announce([8; 32], NOW);
    assert_eq!(
        asked.verdict(&another, NOW + 3 * day).primary,
        Some(Code::CoolDown)
    );
    for signature in [
        "addOwnerWithThreshold(address,uint256)",
        "removeOwner(address,address,uint256)",
        "changeThreshold(uint256)",
        "enableModule(address)",
        "disableModule(address,address)",
        "setGuard(address)",
        "setModuleGuard(address)",
        "setFallbackHandler(address)",
    ] {
        let function = Function::parse(signature).unwrap();
        let values = function
            .types()
            .into_iter()
            .map(|kind| match kind.as_str() {
                "address" => Value::Address(STRANGER),
                _ => Value::Unsigned(U256::ONE),
            });
        let data = function.encode(&values.collect::<Vec<_>>()).unwrap();
        assert_eq!(
            safe(&safe_call(SAFE, data.clone())).code(),
            Some(Code::SafeAdmin),
            "{signature}"
        );
        let calls = [BatchedCall {
            to: at(SAFE),
            value: U256::ZERO,
            data,
        }];
        let nested = SafeTransaction {
            operation: Operation::DelegateCall,
            ..safe_call(BATCH, encode_multi_send(&calls))
        };
        assert_eq!(
            safe(&nested).code(),
            Some(Code::SafeAdmin),
            "{signature} in a batch"
        );
    }
    assert_eq!(
        safe(&safe_call(SAFE, vec![1, 2, 3, 4])).code(),
        Some(Code::CallUnknown)
    );
}

#[test]
fn a_batch_is_read_to_its_last_byte_and_every_call_is_judged_safe_04_safe_05() {
    let batch = |calls: &[BatchedCall]| {
        safe(&SafeTransaction {
            operation: Operation::DelegateCall,
            ..safe_call(BATCH, encode_multi_send(calls))
        })
        .code()
    };
    let token = |whom| BatchedCall {
        to: at(USDC),
        value: U256::ZERO,
        data: pay(whom, 1),
    };
    assert_eq!(batch(&[token(PAYROLL)]), None);
    assert_eq!(
        batch(&[token(PAYROLL), token(STRANGER)]),
        Some(Code::DestinationUnlisted)
    );
    let zero = BatchedCall {
        to: Address::ZERO,
        ..token(PAYROLL)
    };
    assert_eq!(
        batch(&[token(PAYROLL), zero]),
        Some(Code::DestinationForbidden)
    );
    assert_eq!(batch(&[]), Some(Code::MultiSend));
    let many = vec![token(PAYROLL); 33];
    assert_eq!(batch(&many), Some(Code::CallTooMany));
    let nested = BatchedCall {
        to: at(BATCH),
        value: U256::ZERO,
        data: encode_multi_send(&[token(PAYROLL)]),
    };
    assert_eq!(batch(&[nested]), Some(Code::MultiSend));
}

#[test]
fn a_safes_nonces_come_one_after_the_other_and_serve_once_safe_07_safe_08() {
    let nonce = |nonce| SafeTransaction {
        nonce,
        ..safe_call(USDC, pay(PAYROLL, 1))
    };
    assert_eq!(safe(&nonce(1)).code(), Some(Code::NonceGap));
    let mut history = History::new();
    let review = safe(&nonce(0)).review(&policy()).unwrap();
    history.record(Commitment::of(&review, [1; 32], 5, NOW - 60));
    let other = SafeTransaction {
        data: pay(PAYROLL, 2),
        ..nonce(0)
    };
    assert_eq!(
        safe(&other).verdict(&history, NOW).primary,
        Some(Code::IntentConflict)
    );
    let cancel = Asked {
        replaces: Some([1; 32]),
        ..safe(&SafeTransaction::call(at(SAFE), U256::ZERO, Vec::new(), 0))
    };
    assert_eq!(cancel.verdict(&history, NOW).primary, None);
}

#[test]
fn bytes_that_are_no_safe_transaction_are_refused() {
    let asked = |bytes: Vec<u8>| Asked {
        wallet: "safe-main",
        kind: TransactionKind::SafeTransaction,
        bytes,
        replaces: None,
    };
    let plain = safe_call(USDC, pay(PAYROLL, 1)).encode();
    assert_eq!(asked(vec![7; 40]).code(), Some(Code::SafeUnreadable));
    assert_eq!(
        asked([&plain[..], &[0]].concat()).code(),
        Some(Code::SafeNotCanonical)
    );
    let place = plain.windows(2).position(|pair| pair == [4, 0]).unwrap();
    let mut two = plain;
    two[place + 1] = 2;
    assert_eq!(asked(two).code(), Some(Code::SafeOperation));
}

/// The ways in which a request that the policy allows is bent.
fn bent(kind: u8, mut asked: SafeTransaction) -> SafeTransaction {
    match kind {
        0 => asked.to = STRANGER,
        1 => asked.value = U256::ONE,
        2 => asked.operation = Operation::DelegateCall,
        3 => asked.safe_tx_gas = U256::ONE,
        4 => asked.base_gas = U256::ONE,
        5 => asked.gas_price = U256::ONE,
        6 => asked.gas_token = STRANGER,
        7 => asked.refund_receiver = STRANGER,
        8 => asked.nonce = 1,
        9 => asked.data = pay(STRANGER, 1),
        10 => asked.data = pay(PAYROLL, 500_001),
        11 => asked.data.push(0),
        12 => asked.data.truncate(asked.data.len() - 2),
        13 => asked.data[0] ^= 1,
        14 => asked.data[4] = 1,
        15 => asked.to = at(SAFE),
        16 => asked.to = Address::ZERO,
        _ => {
            asked.data = call(
                "approve(address,uint256)",
                &[Value::Address(EXCHANGE), usdc(1)],
            );
        }
    }
    asked
}

proptest! {
    #[test]
    fn what_is_bent_once_or_more_is_never_permitted_safe_01_safe_14(
        kinds in proptest::collection::btree_set(0_u8..18, 1..4),
    ) {
        let mut asked = safe_call(USDC, pay(PAYROLL, 1));
        prop_assert_eq!(safe(&asked).code(), None);
        // What shortens the data comes last: the others look at its bytes.
        let (last, first): (Vec<u8>, Vec<u8>) = kinds.into_iter().partition(|kind| (11..15).contains(kind));
        for kind in first.into_iter().chain(last) {
            asked = bent(kind, asked);
        }
        prop_assert!(safe(&asked).code().is_some(), "{asked:?}");
    }
}
