//! Transactions of every type with random fields, and the same in the words of an independent
//! library. Knows test keys, nothing of what may be signed.

use alloy_consensus::private::alloy_eips::eip2930::{AccessList, AccessListItem};
use alloy_consensus::private::alloy_eips::eip7702;
use alloy_consensus::{TxEip1559, TxEip2930, TxEip7702, TxLegacy, TypedTransaction};
use alloy_primitives::{Address, TxKind, U256};
use k256::ecdsa::SigningKey;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::ethereum::{
    AccessListEntry, Authorization, SignedAuthorization, Transaction, TransactionType,
};

pub(super) const KINDS: [TransactionType; 4] = [
    TransactionType::Legacy,
    TransactionType::AccessList,
    TransactionType::DynamicFee,
    TransactionType::SetCode,
];

/// The authorization as this key signs it.
pub(super) fn authorize(authorization: Authorization, key: &SigningKey) -> SignedAuthorization {
    let (signature, recovery_id) = key.sign_prehash_recoverable(&authorization.digest());
    let (r, s) = signature.split_bytes();
    SignedAuthorization {
        authorization,
        y_parity: recovery_id.to_byte(),
        r: U256::from_be_slice(&r),
        s: U256::from_be_slice(&s),
    }
}

prop_compose! {
    fn authorizations()(
        chain_id in 1..=u64::MAX, address: [u8; 20], nonce: u64, key in 1..=u8::MAX,
    ) -> SignedAuthorization {
        let address = Address::new(address);
        let key = SigningKey::from_slice(&[key; 32]).unwrap_or_else(|_| crate::fixture::ethereum_key());
        authorize(Authorization { chain_id, address, nonce }, &key)
    }
}

fn entries() -> impl Strategy<Value = AccessListEntry> {
    (any::<[u8; 20]>(), vec(any::<[u8; 32]>(), 0..4)).prop_map(|(address, storage_keys)| {
        AccessListEntry {
            address: Address::new(address),
            storage_keys,
        }
    })
}

prop_compose! {
    fn dynamic()(
        chain_id in 1..=u64::MAX, nonce: u64, prices: [u128; 2], gas_limit: u64, to: [u8; 20],
        value: [u64; 4], small in 0_u32..128,
    ) -> Transaction {
        Transaction {
            max_priority_fee_per_gas: prices[0] >> small,
            max_fee_per_gas: prices[1] >> small,
            gas_limit: gas_limit >> (small / 2),
            ..Transaction::transfer(
                (chain_id >> (small / 2)).max(1),
                nonce >> (small / 2),
                Address::new(to),
                U256::from_limbs(value) >> (small * 2),
            )
        }
    }
}

prop_compose! {
    /// Transactions of all types, each with the fields of its type only.
    pub(super) fn transactions()(
        transaction in dynamic(), kind in 0_usize..4, data in vec(any::<u8>(), 0..80),
        list in vec(entries(), 0..4), signed in vec(authorizations(), 1..4),
    ) -> Transaction {
        let kind = KINDS[kind];
        let one_price = kind <= TransactionType::AccessList;
        Transaction {
            kind,
            max_priority_fee_per_gas: if one_price { transaction.max_fee_per_gas } else { transaction.max_priority_fee_per_gas },
            data,
            access_list: if kind == TransactionType::Legacy { Vec::new() } else { list },
            authorizations: if kind == TransactionType::SetCode { signed } else { Vec::new() },
            ..transaction
        }
    }
}

fn access_list(transaction: &Transaction) -> AccessList {
    let item = |entry: &AccessListEntry| AccessListItem {
        address: entry.address,
        storage_keys: entry.storage_keys.iter().map(Into::into).collect(),
    };
    AccessList(transaction.access_list.iter().map(item).collect())
}

pub(super) fn authorization_oracle(signed: &SignedAuthorization) -> eip7702::SignedAuthorization {
    let authorization = eip7702::Authorization {
        chain_id: U256::from(signed.authorization.chain_id),
        address: signed.authorization.address,
        nonce: signed.authorization.nonce,
    };
    eip7702::SignedAuthorization::new_unchecked(authorization, signed.y_parity, signed.r, signed.s)
}

fn authorization_list(transaction: &Transaction) -> Vec<eip7702::SignedAuthorization> {
    let signed = transaction.authorizations.iter();
    signed.map(authorization_oracle).collect()
}

/// The same transaction in the words of an independent library.
pub(super) fn oracle(transaction: &Transaction) -> TypedTransaction {
    let Transaction {
        kind,
        chain_id,
        nonce,
        max_priority_fee_per_gas,
        max_fee_per_gas,
        gas_limit,
        to,
        value,
        ..
    } = *transaction;
    let input = transaction.data.clone().into();
    let access_list = access_list(transaction);
    match kind {
        TransactionType::Legacy => TypedTransaction::Legacy(TxLegacy {
            chain_id: Some(chain_id),
            nonce,
            gas_price: max_fee_per_gas,
            gas_limit,
            to: TxKind::Call(to),
            value,
            input,
        }),
        TransactionType::AccessList => TypedTransaction::Eip2930(TxEip2930 {
            chain_id,
            nonce,
            gas_price: max_fee_per_gas,
            gas_limit,
            to: TxKind::Call(to),
            value,
            input,
            access_list,
        }),
        TransactionType::DynamicFee => TypedTransaction::Eip1559(TxEip1559 {
            chain_id,
            nonce,
            gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to: TxKind::Call(to),
            value,
            access_list,
            input,
        }),
        TransactionType::SetCode => TypedTransaction::Eip7702(TxEip7702 {
            chain_id,
            nonce,
            gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to,
            value,
            access_list,
            authorization_list: authorization_list(transaction),
            input,
        }),
    }
}
