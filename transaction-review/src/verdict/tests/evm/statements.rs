//! Documents, messages, and documents that a Safe vouches for. Knows nothing of transactions.

use std::collections::BTreeMap;

use super::{Asked, EXCHANGE, OWN, PAYROLL, SAFE, STRANGER, TEXT, at, pay, permit, policy};
use crate::ethereum::{
    Address, Operation, RawValue, SafeDomain, SafeTransaction, TypedData, U256, safe_message_hash,
};
use crate::fixture::NOW;
use crate::{Code, Commitment, History, Policy, TransactionKind, WalletChain, judge};

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
fn a_safes_transaction_in_the_form_of_a_document_is_refused_though_its_digest_is_right_safe_01() {
    let members = |list: &str| -> Vec<(String, String)> {
        let pairs = list
            .split(',')
            .map(|member| member.split_once(' ').unwrap());
        pairs
            .map(|(kind, name)| (name.to_owned(), kind.to_owned()))
            .collect()
    };
    let types = BTreeMap::from([
        (
            "EIP712Domain".to_owned(),
            members("uint256 chainId,address verifyingContract"),
        ),
        (
            "SafeTx".to_owned(),
            members(
                "address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,\
                 uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce",
            ),
        ),
    ]);
    let word = |number: u8| RawValue::number(U256::from(number));
    let address = |address: Address| RawValue::Bytes(address.to_vec());
    let named = |pairs: &[(&str, RawValue)]| -> BTreeMap<String, RawValue> {
        let pairs = pairs.iter().cloned();
        pairs
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    };
    let domain = named(&[
        ("chainId", word(1)),
        ("verifyingContract", address(at(SAFE))),
    ]);
    let message = named(&[
        ("to", address(STRANGER)),
        ("value", word(0)),
        ("data", RawValue::Bytes(pay(PAYROLL, 1))),
        ("operation", word(1)),
        ("safeTxGas", word(0)),
        ("baseGas", word(0)),
        ("gasPrice", word(0)),
        ("gasToken", address(Address::ZERO)),
        ("refundReceiver", address(Address::ZERO)),
        ("nonce", word(0)),
    ]);
    let document = TypedData::new(types, "SafeTx", domain, message).unwrap();
    // It is the delegate call: an owner's signature of this document would execute it.
    let delegated = SafeTransaction {
        operation: Operation::DelegateCall,
        ..SafeTransaction::call(STRANGER, U256::ZERO, pay(PAYROLL, 1), 0)
    };
    let safe = SafeDomain {
        chain_id: 1,
        safe: at(SAFE),
    };
    assert_eq!(document.digest(), delegated.hash(&safe));
    for wallet in ["eth-cold", "safe-main"] {
        let asked = Asked {
            wallet,
            kind: TransactionKind::TypedData,
            bytes: document.encode(),
            replaces: None,
        };
        assert_eq!(asked.code(), Some(Code::TypedUnknown), "{wallet}");
    }
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
