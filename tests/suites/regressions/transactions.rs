//! What the fuzzer of Ethereum transactions starts from: one of each type with every field that the
//! type has, the transfer that a review accepts, and an authorization by itself.

use k256::ecdsa::SigningKey;
use transaction_review::ethereum::{
    AccessListEntry, Address, Authorization, SignedAuthorization, Transaction, TransactionType,
    U256,
};

use crate::seeds::Seed;

const TARGET: &str = "ethereum_transaction";

pub fn all() -> Vec<Seed> {
    let to = Address::repeat_byte(0x22);
    let transfer = Transaction {
        max_priority_fee_per_gas: 1_000_000_000,
        max_fee_per_gas: 30_000_000_000,
        ..Transaction::transfer(1, 7, to, U256::from(1_000_000_000_000_000_000_u64))
    };
    let authorization = Authorization {
        chain_id: 1,
        address: Address::repeat_byte(0x33),
        nonce: 7,
    };
    vec![
        (TARGET, "transfer", transfer.encode_unsigned()),
        (TARGET, "legacy", full(TransactionType::Legacy)),
        (TARGET, "access-list", full(TransactionType::AccessList)),
        (TARGET, "dynamic-fee", full(TransactionType::DynamicFee)),
        (TARGET, "set-code", full(TransactionType::SetCode)),
        (TARGET, "authorization", authorization.encode()),
    ]
}

/// Call data, and lists with two items where the type has lists.
fn full(kind: TransactionType) -> Vec<u8> {
    let entry = |byte, keys| AccessListEntry {
        address: Address::repeat_byte(byte),
        storage_keys: vec![[byte; 32]; keys],
    };
    Transaction {
        kind,
        max_priority_fee_per_gas: 1,
        max_fee_per_gas: 300,
        gas_limit: 200_000,
        data: vec![0xa9, 0x05, 0x9c, 0xbb, 0x00, 0x01],
        access_list: vec![entry(0x44, 2), entry(0x55, 0)],
        authorizations: vec![signed(1), signed(2)],
        ..Transaction::transfer(1, 0, Address::repeat_byte(0x22), U256::ZERO)
    }
    .encode_unsigned()
}

fn signed(nonce: u64) -> SignedAuthorization {
    let authorization = Authorization {
        chain_id: 1,
        address: Address::repeat_byte(0x33),
        nonce,
    };
    let key = SigningKey::from_slice(&[0x22; 32]).expect("a key");
    let (signature, recovery_id) = key.sign_prehash_recoverable(&authorization.digest());
    let (r, s) = signature.split_bytes();
    SignedAuthorization {
        authorization,
        y_parity: recovery_id.to_byte(),
        r: U256::from_be_slice(&r),
        s: U256::from_be_slice(&s),
    }
}
