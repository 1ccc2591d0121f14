//! Types, gas, delegations and nonces of the account. Knows nothing of what is called.

use k256::ecdsa::SigningKey;

use super::{Asked, OWN, PAYROLL, STRANGER, TEXT, USDC, account, at, code, pay, policy, to};
use crate::ethereum::{
    AccessListEntry, Address, Authorization, SignedAuthorization, Transaction, TransactionType,
    U256,
};
use crate::fixture::{NOW, ethereum_key, sign_digest};
use crate::{Code, Commitment, History, Policy, TransactionKind, judge};

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
