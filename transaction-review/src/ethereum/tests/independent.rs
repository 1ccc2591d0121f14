//! Every type held against an independent library: digests, signed bytes, authorities.
//! Knows a test key, nothing of reviews.

use alloy_consensus::private::alloy_eips::eip2718::Decodable2718 as _;
use alloy_consensus::transaction::SignerRecoverable as _;
use alloy_consensus::{SignableTransaction as _, TxEnvelope};
use alloy_primitives::U256;
use proptest::prelude::*;

use super::arbitrary::{KINDS, authorization_oracle, authorize, oracle, transactions};
use crate::ethereum::{AccessListEntry, Address, Authorization, Transaction, address_of};
use crate::fixture::{bitcoin_key, ethereum_key, ordinary_ether};

/// What is not refused is what its own encoding says, and means the same to the other library.
fn refused_or_exact(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(read) = Transaction::decode_unsigned(bytes) {
        prop_assert_eq!(read.encode_unsigned(), bytes);
        prop_assert_eq!(oracle(&read).encoded_for_signing(), bytes);
    }
    Ok(())
}

/// One transaction of each type, with every field that the type has.
fn examples() -> Vec<Transaction> {
    let authorization = Authorization {
        chain_id: 1,
        address: Address::repeat_byte(0x33),
        nonce: 7,
    };
    let example = |kind| {
        let mut transaction = Transaction {
            kind,
            data: vec![0xa9, 0x05, 0x9c, 0xbb, 0, 1],
            ..ordinary_ether()
        };
        if kind.number() > 0 {
            transaction.access_list = vec![AccessListEntry {
                address: Address::repeat_byte(0x44),
                storage_keys: vec![[0x55; 32]],
            }];
        }
        if kind.number() < 2 {
            transaction.max_priority_fee_per_gas = transaction.max_fee_per_gas;
        }
        if kind.number() == 4 {
            transaction.authorizations = vec![authorize(authorization, &ethereum_key())];
        }
        transaction
    };
    KINDS.map(example).to_vec()
}

#[test]
fn every_truncation_of_every_type_is_refused_eth_03() {
    for transaction in examples() {
        let bytes = transaction.encode_unsigned();
        assert_eq!(Transaction::decode_unsigned(&bytes), Ok(transaction));
        for length in 0..bytes.len() {
            let refusal = Transaction::decode_unsigned(&bytes[..length]).unwrap_err();
            assert_eq!(refusal.code().class().exit_code(), 13, "{length}");
        }
    }
}

#[test]
fn every_flipped_bit_of_every_type_is_refused_or_is_another_transaction_eth_03_eth_04() {
    for transaction in examples() {
        let bytes = transaction.encode_unsigned();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            refused_or_exact(&flipped).unwrap();
        }
    }
}

proptest! {
    #[test]
    fn every_type_is_read_back_and_has_the_digest_of_an_independent_library(transaction in transactions()) {
        let bytes = transaction.encode_unsigned();
        prop_assert_eq!(Transaction::decode_unsigned(&bytes), Ok(transaction.clone()));
        let oracle = oracle(&transaction);
        prop_assert_eq!(oracle.encoded_for_signing(), bytes);
        prop_assert_eq!(oracle.signature_hash().0, transaction.digest());
    }

    #[test]
    fn what_is_signed_is_read_by_an_independent_library_and_recovers_to_the_signer(
        transaction in transactions(), ours: bool,
    ) {
        let key = if ours { ethereum_key() } else { bitcoin_key() };
        let (signature, recovery_id) = key.sign_prehash_recoverable(&transaction.digest());
        let (r, s) = signature.split_bytes();
        let (r, s) = (U256::from_be_slice(&r), U256::from_be_slice(&s));
        let raw = transaction.encode_signed(recovery_id.to_byte(), r, s);
        let envelope = TxEnvelope::decode_2718_exact(&raw).unwrap();
        let public_key = key.verifying_key().to_sec1_point(true).as_bytes().try_into().unwrap();
        prop_assert_eq!(envelope.recover_signer().ok(), address_of(&public_key));
        let signature = alloy_primitives::Signature::new(r, s, recovery_id.is_y_odd());
        prop_assert_eq!(envelope, oracle(&transaction).into_envelope(signature));
    }

    #[test]
    fn authorities_are_those_of_an_independent_library_eth_17(transaction in transactions()) {
        for signed in &transaction.authorizations {
            let oracle = authorization_oracle(signed);
            prop_assert_eq!(oracle.signature_hash().0, signed.authorization.digest());
            prop_assert_eq!(oracle.recover_authority().ok(), signed.authority());
            prop_assert!(signed.authority().is_some());
        }
    }

    #[test]
    fn a_changed_byte_of_any_type_is_refused_or_is_another_transaction_eth_03_eth_04(
        transaction in transactions(), at: usize, byte: u8,
    ) {
        let mut bytes = transaction.encode_unsigned();
        let place = at % bytes.len();
        bytes[place] = byte;
        refused_or_exact(&bytes)?;
    }

    #[test]
    fn no_bytes_behind_any_type_make_the_reader_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200), first: u8,
    ) {
        refused_or_exact(&bytes)?;
        for first in [1, 2, 4, 5, 0xc0, first] {
            let typed = [&[first, 0xf8, 0xc8][..], &bytes].concat();
            refused_or_exact(&typed)?;
            if let Ok(authorization) = Authorization::decode(&typed) {
                prop_assert_eq!(authorization.encode(), typed);
            }
        }
    }
}
