//! Raw transactions of types 0, 1, 2 and 4 that another library signed.
//! It knows nothing of ours.

use alloy_consensus::private::alloy_eips::Encodable2718 as _;
use alloy_consensus::private::alloy_eips::eip7702::Authorization;
use alloy_consensus::private::alloy_primitives::{B256, Signature};
use alloy_consensus::{SignableTransaction, TxEip1559, TxEip2930, TxEip7702, TxEnvelope, TxLegacy};
use integration_tests::evm::{Address, TxKind, U256, World};

use crate::owners::{address, key, sign};

const PAYEE: Address = Address::repeat_byte(0xaa);

fn signature(number: u8, hash: B256) -> Signature {
    let bytes = sign(&key(number), hash.0);
    Signature::from_raw_array(&bytes).unwrap()
}

fn raw<T: SignableTransaction<Signature>>(transaction: T) -> Vec<u8>
where
    TxEnvelope: From<alloy_consensus::Signed<T>>,
{
    let signature = signature(1, transaction.signature_hash());
    TxEnvelope::from(transaction.into_signed(signature)).encoded_2718()
}

fn world() -> World {
    let mut world = World::new(5);
    world.fund(address(&key(1)), U256::from(10_u64.pow(18)));
    world
}

fn legacy(chain_id: u64, nonce: u64) -> Vec<u8> {
    raw(TxLegacy {
        chain_id: Some(chain_id),
        nonce,
        gas_price: 10,
        gas_limit: 21_000,
        to: TxKind::Call(PAYEE),
        value: U256::from(7),
        ..TxLegacy::default()
    })
}

#[test]
fn transactions_of_types_0_1_and_2_pay_the_recipient() {
    let access_list = raw(TxEip2930 {
        chain_id: 5,
        nonce: 0,
        gas_price: 10,
        gas_limit: 21_000,
        to: TxKind::Call(PAYEE),
        value: U256::from(7),
        ..TxEip2930::default()
    });
    let dynamic_fee = raw(TxEip1559 {
        chain_id: 5,
        nonce: 0,
        max_fee_per_gas: 10,
        max_priority_fee_per_gas: 1,
        gas_limit: 21_000,
        to: TxKind::Call(PAYEE),
        value: U256::from(7),
        ..TxEip1559::default()
    });
    for transaction in [legacy(5, 0), access_list, dynamic_fee] {
        let mut world = world();
        let outcome = world.execute_raw(&transaction);
        assert!(outcome.success, "{outcome:?}");
        assert_eq!(world.balance(PAYEE), U256::from(7));
        assert_eq!(world.nonce(address(&key(1))), 1);
    }
}

#[test]
fn another_chain_and_another_nonce_are_refused_and_move_nothing() {
    for transaction in [legacy(6, 0), legacy(5, 1)] {
        let mut world = world();
        let outcome = world.execute_raw(&transaction);
        assert!(outcome.refused.is_some() && !outcome.success, "{outcome:?}");
        assert_eq!(world.balance(PAYEE), U256::ZERO);
    }
}

#[test]
fn a_transaction_of_type_4_delegates_the_code_of_the_account_that_authorised_it() {
    let delegate = Address::repeat_byte(0xdd);
    let authorization = Authorization {
        chain_id: U256::from(5),
        address: delegate,
        nonce: 0,
    };
    let signature = signature(2, authorization.signature_hash());
    let transaction = raw(TxEip7702 {
        chain_id: 5,
        nonce: 0,
        max_fee_per_gas: 10,
        max_priority_fee_per_gas: 1,
        gas_limit: 100_000,
        to: PAYEE,
        value: U256::from(7),
        authorization_list: vec![authorization.into_signed(signature)],
        ..TxEip7702::default()
    });
    let mut world = world();
    let outcome = world.execute_raw(&transaction);
    assert!(outcome.success, "{outcome:?}");
    let mut code = vec![0xef, 0x01, 0x00];
    code.extend(delegate);
    assert_eq!(world.code(address(&key(2))), code);
    assert_eq!(world.nonce(address(&key(2))), 1);
}
