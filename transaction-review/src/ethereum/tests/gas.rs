//! The gas that a transaction costs before any code runs, counted by hand.
//! Knows nothing of prices.

use alloy_primitives::Address;

use crate::ethereum::{
    AccessListEntry, Authorization, SignedAuthorization, Transaction, TransactionType, U256,
};
use crate::fixture::ordinary_ether;

fn call(zeros: usize, others: usize) -> Transaction {
    Transaction {
        data: [vec![0; zeros], vec![1; others]].concat(),
        ..ordinary_ether()
    }
}

fn entry(keys: usize) -> AccessListEntry {
    AccessListEntry {
        address: Address::ZERO,
        storage_keys: vec![[0; 32]; keys],
    }
}

#[test]
fn a_transfer_needs_21_000_gas() {
    assert_eq!(ordinary_ether().intrinsic_gas(), 21_000);
    assert_eq!(ordinary_ether().gas_limit, 21_000);
}

/// EIP-7623: call data alone costs its floor, ten for a zero and forty for any other byte.
#[test]
fn call_data_costs_its_floor_when_nothing_else_is_paid_for() {
    assert_eq!(call(1, 0).intrinsic_gas(), 21_010);
    assert_eq!(call(0, 1).intrinsic_gas(), 21_040);
    // A call of ERC-20 `transfer`: 68 bytes, of which 12 and 24 are zeros here.
    assert_eq!(call(36, 32).intrinsic_gas(), 21_000 + 360 + 1_280);
}

/// EIP-2028: four for a zero and sixteen for any other byte, where that with the lists is more
/// than the floor.
#[test]
fn lists_are_paid_for_beside_the_ordinary_price_of_call_data() {
    let mut transaction = call(36, 32);
    transaction.access_list = vec![entry(2), entry(0)];
    // 4 * 36 + 16 * 32 = 656 of data, 2 * 2400 + 2 * 1900 = 8600 of list.
    assert_eq!(transaction.intrinsic_gas(), 21_000 + 656 + 8_600);
    let signed = SignedAuthorization {
        authorization: Authorization {
            chain_id: 1,
            address: Address::ZERO,
            nonce: 0,
        },
        y_parity: 0,
        r: U256::ONE,
        s: U256::ONE,
    };
    transaction.kind = TransactionType::SetCode;
    transaction.authorizations = vec![signed; 2];
    assert_eq!(transaction.intrinsic_gas(), 21_000 + 656 + 8_600 + 50_000);
}

/// The floor counts the data and nothing else: it does not come on top of the lists.
#[test]
fn the_floor_and_the_lists_are_compared_and_not_added() {
    // 24 more for a byte that is not zero: 2400 of list are less than the floor from 101 bytes on.
    for (bytes, gas) in [(99, 21_000 + 1_584 + 2_400), (100, 25_000), (101, 25_040)] {
        let mut transaction = call(0, bytes);
        transaction.access_list = vec![entry(0)];
        assert_eq!(transaction.intrinsic_gas(), gas, "{bytes}");
    }
}
