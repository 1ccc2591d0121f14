//! Calls, tokens, Safes, documents and statements held against `examples/ethereum-policy.toml`.
//! Knows the catalogue by its ids, nothing of Bitcoin.

#![expect(
    clippy::too_many_lines,
    reason = "a list of cases of one rule reads best in one place"
)]

use std::collections::BTreeMap;

use k256::ecdsa::SigningKey;
use proptest::prelude::*;

use crate::ethereum::{
    AccessListEntry, Address, Authorization, BatchedCall, Function, Operation, RawValue,
    SafeTransaction, SignedAuthorization, Transaction, TransactionType, TypedData, U256, Value,
    encode_multi_send, parse_address, safe_message_hash,
};
use crate::fixture::{NOW, ethereum_key, sign_digest};
use crate::{
    Code, Commitment, History, Policy, Review, ReviewError, Subject, TransactionKind, Verdict,
    WalletChain, judge, review,
};

const TEXT: &str = include_str!("../../../examples/ethereum-policy.toml");
const USDC: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const WETH: &str = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
const GOVERNOR: &str = "0x6666666666666666666666666666666666666666";
const SAFE: &str = "0x1111111111111111111111111111111111111111";
const BATCH: &str = "0x9641d764fc13c8B624c04430C7356C1C7C8102e2";
const OWN: &str = "0x1563915e194D8CfBA1943570603F7606A3115508";
const PAYROLL: Address = Address::repeat_byte(0x22);
const EXCHANGE: Address = Address::repeat_byte(0x33);
const STRANGER: Address = Address::repeat_byte(0x88);

fn policy() -> Policy {
    Policy::parse(TEXT).unwrap()
}

fn at(text: &str) -> Address {
    parse_address(text).unwrap()
}

fn call(signature: &str, values: &[Value]) -> Vec<u8> {
    Function::parse(signature).unwrap().encode(values).unwrap()
}

fn usdc(units: u64) -> Value {
    Value::Unsigned(U256::from(units) * U256::from(1_000_000_u64))
}

fn pay(to: Address, units: u64) -> Vec<u8> {
    call(
        "transfer(address,uint256)",
        &[Value::Address(to), usdc(units)],
    )
}

/// A transaction of the account with this data.
fn to(contract: &str, data: Vec<u8>) -> Transaction {
    Transaction {
        max_fee_per_gas: 30_000_000_000,
        gas_limit: 500_000,
        data,
        ..Transaction::transfer(1, 7, at(contract), U256::ZERO)
    }
}

struct Asked {
    wallet: &'static str,
    kind: TransactionKind,
    bytes: Vec<u8>,
    replaces: Option<[u8; 32]>,
}

impl Asked {
    fn review(&self, policy: &Policy) -> Result<Review, ReviewError> {
        let subject = Subject {
            wallet: self.wallet,
            kind: self.kind,
            transaction: &self.bytes,
            previous_transactions: &[],
            reference: "INV-1",
            replaces: self.replaces,
        };
        let review = review(policy, &subject)?.of_intent([9; 32]);
        Ok(review.asked_by(&policy.sources()[0]))
    }

    fn verdict(&self, history: &History, now: u64) -> Verdict {
        let policy = policy();
        judge(&policy, &self.review(&policy).unwrap(), history, now)
    }

    fn code(&self) -> Option<Code> {
        match self.review(&policy()) {
            Ok(review) => judge(&policy(), &review, &History::new(), NOW).primary,
            Err(refusal) => Some(refusal.code()),
        }
    }
}

fn account(transaction: &Transaction) -> Asked {
    Asked {
        wallet: "eth-cold",
        kind: TransactionKind::EthereumTransaction,
        bytes: transaction.encode_unsigned(),
        replaces: None,
    }
}

fn safe(transaction: &SafeTransaction) -> Asked {
    Asked {
        wallet: "safe-main",
        kind: TransactionKind::SafeTransaction,
        bytes: transaction.encode(),
        replaces: None,
    }
}

fn safe_call(to: &str, data: Vec<u8>) -> SafeTransaction {
    SafeTransaction::call(at(to), U256::ZERO, data, 0)
}

fn code(transaction: &Transaction) -> Option<Code> {
    account(transaction).code()
}

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
        let mut asked = account(&transaction);
        asked.replaces = None;
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

/// A proposal of one call.
fn proposal(target: Address, value: u64, data: Vec<u8>) -> Vec<u8> {
    let values = [
        Value::List(vec![Value::Address(target)]),
        Value::List(vec![Value::Unsigned(U256::from(value))]),
        Value::List(vec![Value::Bytes(data)]),
        Value::Text("pay \u{202e}llorayp".to_owned()),
    ];
    call("propose(address[],uint256[],bytes[],string)", &values)
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

#[test]
fn types_access_lists_and_gas_are_those_of_the_wallet_eth_03_eth_06() {
    let transfer = Transaction {
        max_fee_per_gas: 1,
        ..Transaction::transfer(1, 7, PAYROLL, U256::ONE)
    };
    for kind in [TransactionType::Legacy, TransactionType::AccessList] {
        let one_price = Transaction {
            kind,
            max_priority_fee_per_gas: 1,
            ..transfer.clone()
        };
        assert_eq!(code(&one_price), None, "{kind}");
    }
    let listed = Transaction {
        access_list: vec![AccessListEntry {
            address: STRANGER,
            storage_keys: Vec::new(),
        }],
        gas_limit: 30_000,
        ..transfer.clone()
    };
    assert_eq!(code(&listed), Some(Code::AccessList));
    let only_two = TEXT.replace("tx_types = [0, 1, 2, 4]", "tx_types = [2]");
    let only_two = Policy::parse(&only_two).unwrap();
    let legacy = Transaction {
        kind: TransactionType::Legacy,
        max_priority_fee_per_gas: 1,
        ..transfer
    };
    let review = account(&legacy).review(&only_two).unwrap();
    let verdict = judge(&only_two, &review, &History::new(), NOW);
    assert_eq!(verdict.primary, Some(Code::TypeDenied));
    let short = Transaction {
        gas_limit: 21_500,
        ..to(USDC, pay(PAYROLL, 1))
    };
    assert_eq!(code(&short), Some(Code::GasIntrinsic));
}

/// A type 4 transaction with an authorization that this key has signed.
fn delegating(key: &SigningKey, authorization: Authorization) -> Transaction {
    let digest = authorization.digest();
    let rs = sign_digest(key, &digest);
    let (r, s) = (
        U256::from_be_slice(&rs[..32]),
        U256::from_be_slice(&rs[32..]),
    );
    let signed = |y_parity| SignedAuthorization {
        authorization,
        y_parity,
        r,
        s,
    };
    let own = crate::ethereum::address_of(
        &key.verifying_key()
            .to_sec1_point(true)
            .as_bytes()
            .try_into()
            .unwrap(),
    );
    let signed = [0, 1]
        .map(signed)
        .into_iter()
        .find(|signed| signed.authority() == own);
    Transaction {
        kind: TransactionType::SetCode,
        max_fee_per_gas: 1,
        gas_limit: 60_000,
        authorizations: vec![signed.unwrap()],
        ..Transaction::transfer(1, 7, PAYROLL, U256::ONE)
    }
}

#[test]
fn only_the_account_itself_delegates_only_here_and_only_to_who_is_listed_eth_16_eth_17() {
    let listed = Address::repeat_byte(0x77);
    let authorization = |chain_id, address, nonce| Authorization {
        chain_id,
        address,
        nonce,
    };
    let own = ethereum_key();
    assert_eq!(code(&delegating(&own, authorization(1, listed, 8))), None);
    let foreign = SigningKey::from_slice(&[0x44; 32]).unwrap();
    for transaction in [
        delegating(&own, authorization(1, STRANGER, 8)),
        delegating(&own, authorization(5, listed, 8)),
        delegating(&own, authorization(1, listed, 7)),
        delegating(&foreign, authorization(1, listed, 8)),
    ] {
        assert_eq!(code(&transaction), Some(Code::DelegationDenied));
    }
    let empty = Transaction {
        authorizations: Vec::new(),
        ..delegating(&own, authorization(1, listed, 8))
    };
    assert_eq!(code(&empty), Some(Code::Authorization));
    let every = authorization(0, listed, 8).encode();
    let delegation = |bytes| Asked {
        wallet: "eth-cold",
        kind: TransactionKind::Delegation,
        bytes,
        replaces: None,
    };
    assert_eq!(delegation(every).code(), Some(Code::Authorization));
    assert_eq!(
        delegation(authorization(1, listed, 8).encode()).code(),
        None
    );
    let stranger = delegation(authorization(1, STRANGER, 8).encode());
    assert_eq!(stranger.code(), Some(Code::DelegationDenied));
}

#[test]
fn nonces_come_one_after_the_other_eth_13() {
    let nonce = |nonce| {
        code(&Transaction {
            max_fee_per_gas: 1,
            ..Transaction::transfer(1, nonce, PAYROLL, U256::ONE)
        })
    };
    assert_eq!(nonce(7), None);
    for ahead in [6, 8, 1_000] {
        assert_eq!(nonce(ahead), Some(Code::NonceGap), "{ahead}");
    }
}

#[test]
fn a_nonce_serves_one_payment_and_is_cancelled_only_by_name_eth_14_eth_15() {
    let first = Transaction {
        max_fee_per_gas: 10,
        ..Transaction::transfer(1, 7, PAYROLL, U256::ONE)
    };
    let mut history = History::new();
    let review = account(&first).review(&policy()).unwrap();
    history.record(Commitment::of(&review, [1; 32], 5, NOW - 60));
    let verdict = |transaction: &Transaction, replaces| {
        let asked = Asked {
            replaces,
            ..account(transaction)
        };
        asked.verdict(&history, NOW).primary
    };
    let named = Some([1; 32]);
    let faster = Transaction {
        max_fee_per_gas: 20,
        ..first
    };
    assert_eq!(verdict(&faster, named), None);
    assert_eq!(verdict(&faster, None), Some(Code::IntentConflict));
    let other = Transaction {
        value: U256::from(2_u8),
        ..faster.clone()
    };
    assert_eq!(verdict(&other, named), Some(Code::IntentConflict));
    let cancel = Transaction {
        to: at(OWN),
        value: U256::ZERO,
        ..faster
    };
    assert_eq!(verdict(&cancel, named), None);
    assert_eq!(verdict(&cancel, None), Some(Code::IntentConflict));
    let alone = account(&cancel).verdict(&History::new(), NOW);
    assert_eq!(alone.primary, Some(Code::CancelUndeclared));
}

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

/// A permit of USDC with these values, for the account or the Safe.
fn permit(
    wallet: &'static str,
    owner: Address,
    spender: Address,
    units: u64,
    deadline: u64,
) -> Asked {
    let types = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
            .collect()
    };
    let domain = types(&[
        ("name", "string"),
        ("version", "string"),
        ("chainId", "uint256"),
        ("verifyingContract", "address"),
    ]);
    let fields = types(&[
        ("owner", "address"),
        ("spender", "address"),
        ("value", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ]);
    let structs = BTreeMap::from([
        ("EIP712Domain".to_owned(), domain),
        ("Permit".to_owned(), fields),
    ]);
    let address = |address: Address| RawValue::Bytes(address.to_vec());
    let number = |number: u64| RawValue::number(U256::from(number));
    let named = |pairs: Vec<(&str, RawValue)>| -> BTreeMap<String, RawValue> {
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    };
    let document = TypedData::new(
        structs,
        "Permit",
        named(vec![
            ("name", RawValue::Text("USD Coin".to_owned())),
            ("version", RawValue::Text("2".to_owned())),
            ("chainId", number(1)),
            ("verifyingContract", address(at(USDC))),
        ]),
        named(vec![
            ("owner", address(owner)),
            ("spender", address(spender)),
            (
                "value",
                RawValue::number(U256::from(units) * U256::from(1_000_000_u64)),
            ),
            ("nonce", number(3)),
            ("deadline", number(deadline)),
        ]),
    );
    Asked {
        wallet,
        kind: TransactionKind::TypedData,
        bytes: document.unwrap().encode(),
        replaces: None,
    }
}

#[test]
fn a_permit_holds_to_owner_spender_amount_and_deadline_t712_10() {
    let ask = |owner, spender, units, deadline| {
        permit("eth-cold", owner, spender, units, deadline).code()
    };
    let (own, hour) = (at(OWN), NOW + 3_600);
    assert_eq!(ask(own, EXCHANGE, 50_000, hour), None);
    assert_eq!(ask(own, EXCHANGE, 50_001, hour), Some(Code::TypedBounds));
    assert_eq!(ask(own, EXCHANGE, 1, hour + 1), Some(Code::TypedDeadline));
    assert_eq!(ask(own, EXCHANGE, 1, u64::MAX), Some(Code::TypedDeadline));
    assert_eq!(ask(own, PAYROLL, 1, hour), Some(Code::TypedBounds));
    assert_eq!(ask(own, STRANGER, 1, hour), Some(Code::DestinationUnlisted));
    assert_eq!(ask(STRANGER, EXCHANGE, 1, hour), Some(Code::TypedBounds));
    // A permit of this nonce is signed once.
    let mut history = History::new();
    let first = permit("eth-cold", own, EXCHANGE, 1, hour);
    history.record(Commitment::of(
        &first.review(&policy()).unwrap(),
        [1; 32],
        5,
        NOW - 60,
    ));
    let second = permit("eth-cold", own, EXCHANGE, 2, hour).verdict(&history, NOW);
    assert_eq!(second.primary, Some(Code::IntentConflict));
}

#[test]
fn a_document_is_allowed_by_chain_contract_and_whole_type_only_t712_02_t712_13_t712_14() {
    let with = |from: &str, to: &str| {
        let policy = Policy::parse(&TEXT.replace(from, to)).unwrap();
        let review = permit("eth-cold", at(OWN), EXCHANGE, 1, NOW + 60)
            .review(&policy)
            .unwrap();
        judge(&policy, &review, &History::new(), NOW).primary
    };
    assert_eq!(with("USD Coin", "USD Coin"), None);
    assert_eq!(
        with(
            "name = \"USD Coin\", version = \"2\"",
            "name = \"USD Coin\", version = \"1\""
        ),
        Some(Code::TypedBounds)
    );
    let unnamed = TEXT.split("[[typed]]").next().unwrap().to_owned()
        + "[[fee]]"
        + TEXT.split("[[fee]]").nth(1).unwrap();
    let policy = Policy::parse(unnamed.split("[[example]]").next().unwrap()).unwrap();
    let review = permit("eth-cold", at(OWN), EXCHANGE, 1, NOW + 60)
        .review(&policy)
        .unwrap();
    let verdict = judge(&policy, &review, &History::new(), NOW);
    assert_eq!(verdict.primary, Some(Code::TypedUnknown));
}

#[test]
fn a_safes_message_is_signed_only_with_its_whole_document_safe_10() {
    let asked = permit("safe-main", at(SAFE), EXCHANGE, 1, NOW + 60);
    let policy = policy();
    let review = asked.review(&policy).unwrap();
    let WalletChain::Safe(wallet) = policy.wallet("safe-main").unwrap().chain() else {
        panic!("a Safe")
    };
    let document = TypedData::decode(&asked.bytes).unwrap();
    let wrapped = safe_message_hash(&wallet.domain(), &document.digest());
    assert_eq!(review.digests()[0].digest, wrapped);
    assert_eq!(judge(&policy, &review, &History::new(), NOW).primary, None);
    let digest = Asked {
        bytes: document.digest().to_vec(),
        ..asked
    };
    assert_eq!(digest.code(), Some(Code::TypedUnreadable));
}

#[test]
fn a_message_needs_a_rule_and_is_short_and_readable_eth_20_eth_21() {
    let message = |bytes: &[u8]| Asked {
        wallet: "eth-cold",
        kind: TransactionKind::Message,
        bytes: bytes.to_vec(),
        replaces: None,
    };
    assert_eq!(message(b"I own this account").code(), None);
    assert_eq!(message(&[b'a'; 64]).code(), None);
    assert_eq!(message(&[b'a'; 65]).code(), Some(Code::MessageDenied));
    assert_eq!(message(&[b'a'; 32]).code(), Some(Code::MessageText));
    assert_eq!(message(&[7; 32]).code(), Some(Code::MessageText));
    let unnamed = TEXT.replace(
        "[[message]]\nwallet = \"eth-cold\"\nmax_characters = 64\n",
        "",
    );
    let policy = Policy::parse(&unnamed).unwrap();
    let review = message(b"hello").review(&policy).unwrap();
    let verdict = judge(&policy, &review, &History::new(), NOW);
    assert_eq!(verdict.primary, Some(Code::MessageDenied));
    let foreign = Asked {
        wallet: "safe-main",
        ..message(b"hello")
    };
    assert_eq!(foreign.code(), Some(Code::KindMismatch));
}

#[test]
fn sections_that_say_too_little_are_refused_pol_02() {
    let refused = |from: &str, to: &str| {
        assert!(TEXT.contains(from), "{from}");
        Policy::parse(&TEXT.replacen(from, to, 1))
            .unwrap_err()
            .to_string()
    };
    for (from, to, contains) in [
        (
            "args = [{ index = 0, any = true }, { index = 1, max = \"2\" }]",
            "args = [{ index = 0, any = true }]",
            "lacks",
        ),
        (
            "args = []",
            "args = [{ index = 0, any = true }]",
            "args[0].index",
        ),
        (
            "function = \"deposit()\"",
            "function = \"deposit(uint)\"",
            "function",
        ),
        (
            "contract = \"Wrapped ether\"",
            "contract = \"Wrapped\"",
            "Wrapped",
        ),
        (
            "deposit()\"\nargs = []",
            "setData(bytes)\"\nargs = [{ index = 0, any = true }]",
            "bytes",
        ),
        (
            "contract = \"Wrapped ether\"\nfunction = \"transfer(address,uint256)\"",
            "contract = \"USDC@1\"\nfunction = \"transfer(address,uint256)\"",
            "allow = \"transfer\"",
        ),
        (
            "in_addresses = [\"Payroll hot wallet\"]",
            "in_addresses = [\"Nobody\"]",
            "Nobody",
        ),
        (
            "safe_version = \"1.4.1\"",
            "safe_version = \"1.2.0\"",
            "1.2.0",
        ),
        (
            "multisend_call_only = \"0x9641d764fc13c8B624c04430C7356C1C7C8102e2\"",
            "multisend_call_only = \"0x3333333333333333333333333333333333333333\"",
            "published",
        ),
        (
            "    \"0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB\",\n",
            "",
            "key.pubkey",
        ),
        ("threshold = 2", "threshold = 4", "threshold"),
        (
            "encode_type = \"Permit(address owner,",
            "encode_type = \"Permit(address holder,",
            "encode_type",
        ),
        (
            "functions = [\"swapOwner(address,address,address)\"]",
            "functions = [\"setup()\"]",
            "functions",
        ),
        (
            "quorum = { need = 3, role = \"approver\" }",
            "quorum = { need = 4, role = \"approver\" }",
            "approvers",
        ),
        ("id = \"USDC@1\"", "id = \"USD@1\"", "symbol"),
        ("decimals = 6", "decimals = 37", "decimals"),
        ("asset = \"USDC@1\"", "asset = \"USDT@1\"", "USDT@1"),
        (
            "max_allowance = \"1000 USDC@1\"",
            "max_allowance = \"1000\"",
            "1000",
        ),
    ] {
        let sentence = refused(from, to);
        assert!(sentence.contains(contains), "{sentence}");
    }
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

/// The codes that refuse something that only Ethereum has.
pub(crate) fn codes() -> Vec<Code> {
    let mut reached = Vec::new();
    let mut reach = |asked: Asked| match asked.review(&policy()) {
        Err(refusal) => reached.push(refusal.code()),
        Ok(review) => {
            let verdict = judge(&policy(), &review, &History::new(), NOW);
            reached.extend(verdict.failed().map(|check| check.code));
        }
    };
    for asked in transactions()
        .into_iter()
        .chain(safes())
        .chain(statements())
    {
        reach(asked);
    }
    let without = TEXT.split("[[example]]").next().unwrap();
    let only_four = without.replace("tx_types = [0, 1, 2, 4]", "tx_types = [4]");
    let only_two = Policy::parse(&only_four).unwrap();
    let review = account(&to(USDC, pay(PAYROLL, 1)))
        .review(&only_two)
        .unwrap();
    let verdict = judge(&only_two, &review, &History::new(), NOW);
    reached.extend(verdict.failed().map(|check| check.code));
    let other = without.replace(
        "address spender,uint256 value",
        "address spender, uint256 value",
    );
    assert!(Policy::parse(&other).is_err(), "a type has one spelling");
    let unnamed = without.split("[[typed]]").next().unwrap().to_owned()
        + "[[fee]]"
        + without.split("[[fee]]").nth(1).unwrap();
    let unnamed = Policy::parse(&unnamed).unwrap();
    let document = permit("eth-cold", at(OWN), EXCHANGE, 1, NOW);
    let review = document.review(&unnamed).unwrap();
    let verdict = judge(&unnamed, &review, &History::new(), NOW);
    reached.extend(verdict.failed().map(|check| check.code));
    let fields = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
            .collect()
    };
    let domain = fields(&[("chainId", "uint256"), ("verifyingContract", "address")]);
    let note = fields(&[("x", "bool")]);
    let types = |domain: &[(String, String)]| {
        BTreeMap::from([
            ("EIP712Domain".to_owned(), domain.to_vec()),
            ("Note".to_owned(), note.clone()),
        ])
    };
    for domain in [&domain[..], &domain[..1]] {
        let document = TypedData::new(types(domain), "Note", BTreeMap::new(), BTreeMap::new());
        reached.push(document.unwrap_err().code());
    }
    reached
}

fn transactions() -> Vec<Asked> {
    let raw = |bytes: Vec<u8>| Asked {
        bytes,
        ..account(&to(USDC, Vec::new()))
    };
    let mut dirty = pay(PAYROLL, 1);
    dirty[4] = 1;
    let uneven = [
        Value::List(Vec::new()),
        Value::List(Vec::new()),
        Value::List(vec![Value::Bytes(Vec::new())]),
        Value::Text(String::new()),
    ];
    let uneven = call("propose(address[],uint256[],bytes[],string)", &uneven);
    let mut nested = pay(PAYROLL, 1);
    for target in [USDC, GOVERNOR, GOVERNOR] {
        nested = proposal(at(target), 0, nested);
    }
    let approved = [Value::Address(EXCHANGE), Value::Unsigned(U256::MAX)];
    let approved = call("approve(address,uint256)", &approved);
    let vote = [
        Value::Unsigned(U256::ONE),
        Value::Unsigned(U256::from(3_u8)),
    ];
    let owned = [Value::Address(STRANGER), Value::Address(PAYROLL), usdc(1)];
    let hash = call("approveHash(bytes32)", &[Value::FixedBytes(vec![7; 32])]);
    let ether = Transaction::transfer(1, 7, at(OWN), U256::ZERO);
    let transactions = [
        Transaction {
            chain_id: 0,
            ..to(USDC, Vec::new())
        },
        to(USDC, dirty),
        to(GOVERNOR, uneven),
        to(GOVERNOR, nested),
        to(USDC, approved),
        to(GOVERNOR, call("castVote(uint256,uint8)", &vote)),
        to(USDC, call("transferFrom(address,address,uint256)", &owned)),
        to(SAFE, hash),
        Transaction {
            value: U256::MAX >> 1,
            ..to(WETH, call("deposit()", &[]))
        },
        Transaction {
            access_list: vec![AccessListEntry {
                address: STRANGER,
                storage_keys: Vec::new(),
            }],
            ..ether.clone()
        },
        Transaction {
            kind: TransactionType::SetCode,
            ..ether.clone()
        },
        ether,
    ];
    let asked = transactions.iter().map(account);
    asked.chain([raw(vec![3])]).collect()
}

fn safes() -> Vec<Asked> {
    let plain = safe_call(USDC, pay(PAYROLL, 1));
    let bytes = plain.encode();
    let raw = |bytes: Vec<u8>| Asked {
        bytes,
        ..safe(&plain)
    };
    let place = bytes.windows(2).position(|pair| pair == [4, 0]).unwrap();
    let mut two = bytes.clone();
    two[place + 1] = 2;
    let batch = |calls: &[BatchedCall]| {
        safe(&SafeTransaction {
            operation: Operation::DelegateCall,
            ..safe_call(BATCH, encode_multi_send(calls))
        })
    };
    let token = BatchedCall {
        to: at(USDC),
        value: U256::ZERO,
        data: pay(PAYROLL, 1),
    };
    let admin = |signature: &str, values: &[Value]| safe(&safe_call(SAFE, call(signature, values)));
    let three = [Address::with_last_byte(1), STRANGER, PAYROLL].map(Value::Address);
    vec![
        raw(vec![7; 40]),
        raw([&bytes[..], &[0]].concat()),
        raw(two),
        batch(&[]),
        batch(&vec![token; 33]),
        safe(&SafeTransaction {
            operation: Operation::DelegateCall,
            ..plain.clone()
        }),
        safe(&SafeTransaction {
            gas_price: U256::ONE,
            ..plain.clone()
        }),
        admin("enableModule(address)", &[Value::Address(STRANGER)]),
        admin("swapOwner(address,address,address)", &three),
    ]
}

fn statements() -> Vec<Asked> {
    let asked = |kind, bytes: Vec<u8>| Asked {
        wallet: "eth-cold",
        kind,
        bytes,
        replaces: None,
    };
    let document = permit("eth-cold", at(OWN), EXCHANGE, 1, NOW).bytes;
    let replaced = |from: &[u8], to: &[u8]| {
        let place = document
            .windows(from.len())
            .position(|window| window == from)
            .unwrap();
        let bytes = [&document[..place], to, &document[place + from.len()..]].concat();
        asked(TransactionKind::TypedData, bytes)
    };
    let unlisted = Authorization {
        chain_id: 1,
        address: STRANGER,
        nonce: 7,
    };
    vec![
        asked(TransactionKind::TypedData, vec![0; 65_537]),
        asked(TransactionKind::TypedData, vec![7; 32]),
        asked(TransactionKind::TypedData, [&document[..], &[0]].concat()),
        replaced(b"uint256", b"uint257"),
        replaced(b"spender", b"spendor"),
        replaced(EXCHANGE.as_slice(), &[&[0x33; 19][..], &[0x34]].concat()),
        // Twenty bytes become a text: the type says address.
        replaced(
            &[&[0x54][..], EXCHANGE.as_slice()].concat(),
            &[&[0x74][..], &[b'a'; 20]].concat(),
        ),
        permit("eth-cold", at(OWN), EXCHANGE, 50_001, NOW + 99_999),
        asked(TransactionKind::Message, vec![7; 32]),
        asked(TransactionKind::Message, vec![b'a'; 65]),
        asked(TransactionKind::Delegation, unlisted.encode()),
    ]
}
