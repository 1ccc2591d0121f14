//! Legacy transactions, access lists and call data: what is read of them and what is refused.
//! Knows nothing of what a review allows.

use alloy_primitives::{Address, U256};

use super::arbitrary::KINDS;
use super::envelope::{list, number, string};
use crate::ethereum::{AccessListEntry, Transaction, TransactionType};
use crate::fixture::ordinary_ether;
use crate::{Code, EthereumError};

/// The six fields that every legacy transaction has.
fn legacy() -> Vec<Vec<u8>> {
    vec![
        number(7),
        number(1),
        number(21_000),
        string(&[0x22; 20]),
        number(1),
        string(&[]),
    ]
}

fn legacy_with(end: &[Vec<u8>]) -> Result<Transaction, EthereumError> {
    Transaction::decode_unsigned(&list(&[legacy(), end.to_vec()].concat()))
}

/// A transaction of type 1 with this as its access list.
fn with_access_list(access_list: &[u8]) -> Result<Transaction, EthereumError> {
    let fields = [vec![number(1)], legacy(), vec![access_list.to_vec()]].concat();
    Transaction::decode_unsigned(&[vec![1], list(&fields)].concat())
}

fn listed(keys: &[usize]) -> Transaction {
    let entry = |keys: &usize| AccessListEntry {
        address: Address::repeat_byte(0x33),
        storage_keys: vec![[0x44; 32]; *keys],
    };
    Transaction {
        access_list: keys.iter().map(entry).collect(),
        ..ordinary_ether()
    }
}

#[test]
fn a_legacy_transaction_is_read_with_the_ending_of_eip_155_only_eth_01() {
    let expected = Transaction {
        kind: TransactionType::Legacy,
        max_priority_fee_per_gas: 1,
        max_fee_per_gas: 1,
        ..Transaction::transfer(5, 7, Address::repeat_byte(0x22), U256::ONE)
    };
    let chain = number(5);
    let zero = number(0);
    assert_eq!(
        legacy_with(&[chain.clone(), zero.clone(), zero.clone()]),
        Ok(expected)
    );
    for end in [
        vec![],
        vec![chain.clone()],
        vec![chain.clone(), zero.clone()],
        vec![zero.clone(), zero.clone(), zero.clone()],
        // Signed already: for every chain, and for chain 1.
        vec![number(27), number(1), number(1)],
        vec![number(37), number(1), number(1)],
        vec![chain.clone(), number(1), zero.clone()],
        vec![chain.clone(), zero.clone(), number(1)],
    ] {
        assert_eq!(legacy_with(&end), Err(EthereumError::ChainIdMissing));
    }
    let trailing = EthereumError::Trailing {
        place: "the last field",
        found: 1,
    };
    assert_eq!(
        legacy_with(&[chain, zero.clone(), zero.clone(), zero]),
        Err(trailing)
    );
}

#[test]
fn the_largest_chain_id_of_a_legacy_transaction_has_its_v_eth_01() {
    let transaction = Transaction {
        kind: TransactionType::Legacy,
        chain_id: u64::MAX,
        ..ordinary_ether()
    };
    let signed = transaction.encode_signed(1, U256::ONE, U256::ONE);
    // 35 + 2 * (2^64 - 1) + 1 = 2^65 + 34
    let v = [0x89, 2, 0, 0, 0, 0, 0, 0, 0, 0x22, 1, 1];
    assert!(signed.ends_with(&v), "{signed:02x?}");
}

#[test]
fn chain_id_zero_is_refused_in_every_type_eth_02() {
    let signed = super::arbitrary::authorize(
        crate::ethereum::Authorization {
            chain_id: 1,
            address: Address::repeat_byte(0x33),
            nonce: 7,
        },
        &crate::fixture::ethereum_key(),
    );
    for kind in KINDS {
        let transaction = Transaction {
            kind,
            chain_id: 0,
            authorizations: vec![signed.clone()],
            ..ordinary_ether()
        };
        assert_eq!(
            Transaction::decode_unsigned(&transaction.encode_unsigned()),
            Err(EthereumError::ChainIdMissing),
            "{kind}"
        );
    }
}

#[test]
fn a_type_that_is_not_signed_is_refused_whatever_follows_eth_03() {
    for found in (0..0xc0).filter(|byte| ![1, 2, 4].contains(byte)) {
        for kind in KINDS {
            let transaction = Transaction {
                kind,
                ..ordinary_ether()
            };
            let bytes = [vec![found], transaction.encode_unsigned()].concat();
            assert_eq!(
                Transaction::decode_unsigned(&bytes),
                Err(EthereumError::Type { found })
            );
        }
    }
}

#[test]
fn the_fields_of_one_type_behind_another_are_refused_eth_03() {
    for kind in KINDS {
        let transaction = Transaction {
            kind,
            ..ordinary_ether()
        };
        let bytes = transaction.encode_unsigned();
        let body = bytes.strip_prefix(&[kind.number()]).unwrap_or(&bytes);
        for other in KINDS.into_iter().filter(|other| *other != kind) {
            let disguised = match other {
                TransactionType::Legacy => body.to_vec(),
                TransactionType::AccessList
                | TransactionType::DynamicFee
                | TransactionType::SetCode => [&[other.number()], body].concat(),
            };
            let refusal = Transaction::decode_unsigned(&disguised).unwrap_err();
            assert_eq!(refusal.code().class().exit_code(), 13, "{kind} as {other}");
        }
    }
}

#[test]
fn a_transaction_of_any_type_without_recipient_is_refused_eth_05() {
    let mut nobody = legacy();
    nobody[3] = string(&[]);
    let chain = [number(5), number(0), number(0)];
    let bound = list(&[nobody.clone(), chain.to_vec()].concat());
    let typed = |kind: u8, before: &[Vec<u8>]| {
        let fields = [before, &nobody[..], &[list(&[])]].concat();
        [vec![kind], list(&fields)].concat()
    };
    // Chain id, then the nonce; where there is a tip as well, the nonce is one more field before.
    for bytes in [
        bound,
        typed(1, &[number(1)]),
        typed(2, &[number(1), number(0)]),
        typed(4, &[number(1), number(0)]),
    ] {
        assert_eq!(
            Transaction::decode_unsigned(&bytes),
            Err(EthereumError::Creation)
        );
    }
}

#[test]
fn sixty_four_entries_are_read_and_one_more_is_refused() {
    let most = listed(&[0; 64]);
    let bytes = most.encode_unsigned();
    assert_eq!(Transaction::decode_unsigned(&bytes), Ok(most));
    let refusal = EthereumError::TooMany {
        of: "access list entries",
        limit: 64,
    };
    let past = listed(&[0; 65]).encode_unsigned();
    assert_eq!(refusal.code(), Code::TransactionTooLarge);
    assert_eq!(Transaction::decode_unsigned(&past), Err(refusal));
}

#[test]
fn two_hundred_and_fifty_six_storage_keys_are_read_and_one_more_is_refused() {
    for keys in [&[256][..], &[200, 0, 56]] {
        let most = listed(keys);
        let bytes = most.encode_unsigned();
        assert_eq!(Transaction::decode_unsigned(&bytes), Ok(most));
    }
    let refusal = EthereumError::TooMany {
        of: "storage keys",
        limit: 256,
    };
    for keys in [&[257][..], &[200, 0, 56, 1]] {
        let past = listed(keys).encode_unsigned();
        assert_eq!(Transaction::decode_unsigned(&past), Err(refusal.clone()));
    }
}

#[test]
fn an_access_list_of_another_shape_is_refused_eth_04() {
    let address = string(&[0x33; 20]);
    let keys = list(&[string(&[0x44; 32])]);
    let entry = |fields: &[Vec<u8>]| with_access_list(&list(&[list(fields)]));
    assert!(entry(&[address.clone(), keys.clone()]).is_ok());
    let trailing = EthereumError::Trailing {
        place: "an entry of access_list",
        found: 1,
    };
    assert_eq!(
        entry(&[address.clone(), keys.clone(), number(0)]),
        Err(trailing)
    );
    let length = |field, found, expected| EthereumError::Length {
        field,
        found,
        expected,
    };
    for found in [0, 19, 21] {
        let refusal = length("the address of an access list entry", found, 20);
        assert_eq!(
            entry(&[string(&vec![0x33; found]), keys.clone()]),
            Err(refusal)
        );
    }
    for found in [0, 31, 33] {
        let keys = list(&[string(&vec![0x44; found])]);
        let refusal = length("a storage key", found, 32);
        assert_eq!(entry(&[address.clone(), keys]), Err(refusal));
    }
    for unreadable in [
        entry(std::slice::from_ref(&address)),
        entry(&[address.clone(), string(&[])]),
        entry(&[keys, address]),
        with_access_list(&string(&[])),
        with_access_list(&list(&[string(&[])])),
    ] {
        assert_eq!(unreadable.unwrap_err().code(), Code::RlpUnreadable);
    }
}

#[test]
fn call_data_fills_the_transaction_to_its_cap_and_not_one_byte_beyond() {
    let call = |length| Transaction {
        data: vec![0xff; length],
        ..ordinary_ether()
    };
    let room = 131_072 - call(100_000).encode_unsigned().len() + 100_000;
    let most = call(room).encode_unsigned();
    assert_eq!(most.len(), 131_072);
    assert_eq!(Transaction::decode_unsigned(&most), Ok(call(room)));
    let past = call(room + 1).encode_unsigned();
    let refusal = EthereumError::TooLarge {
        found: 131_073,
        limit: 131_072,
    };
    assert_eq!(Transaction::decode_unsigned(&past), Err(refusal));
}

#[test]
fn numbers_are_read_to_their_largest_and_one_byte_more_is_refused_eth_29() {
    let largest = Transaction {
        max_priority_fee_per_gas: u128::MAX,
        max_fee_per_gas: u128::MAX,
        gas_limit: u64::MAX,
        ..Transaction::transfer(u64::MAX, u64::MAX, Address::ZERO, U256::MAX)
    };
    let bytes = largest.encode_unsigned();
    assert_eq!(Transaction::decode_unsigned(&bytes), Ok(largest.clone()));
    let most = U256::from(u64::MAX) * U256::from(u128::MAX);
    assert_eq!(largest.max_gas_cost(), most);
    // Chain id, nonce, tip, price, gas limit and value, each wider by one byte.
    for (at, bytes) in [(0, 9), (1, 9), (2, 17), (3, 17), (4, 9), (6, 33)] {
        let mut fields = vec![number(1); 9];
        fields[5] = string(&[0x22; 20]);
        fields[7] = string(&[]);
        fields[8] = list(&[]);
        fields[at] = string(&vec![0xff; bytes]);
        let refusal = Transaction::decode_unsigned(&[vec![2], list(&fields)].concat());
        assert_eq!(
            refusal.unwrap_err().code(),
            Code::RlpUnreadable,
            "field {at}"
        );
    }
}
