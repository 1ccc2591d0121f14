//! The transactions that are signed: one struct for their four types, one encoding, one digest.
//! Knows RLP, nothing of who signs and whether it may.

mod authorization;
mod decode;
mod gas;
mod kind;
mod rlp;

use alloy_primitives::{Address, U256, keccak256};
use alloy_rlp::Encodable;

pub use authorization::{Authorization, SignedAuthorization};
pub use kind::TransactionType;

use gas::TRANSFER_GAS;
use rlp::{append_list, list_of};

/// An unsigned transaction with a recipient: value, call data, or both.
///
/// A field that the type does not have ([`TransactionType`]) is empty, and is not encoded.
///
/// ```
/// use transaction_review::ethereum::{Address, Transaction, U256};
///
/// let transaction = Transaction {
///     max_priority_fee_per_gas: 1_000_000_000,
///     max_fee_per_gas: 30_000_000_000,
///     ..Transaction::transfer(1, 7, Address::repeat_byte(0x22), U256::from(1_u64))
/// };
/// let encoded = transaction.encode_unsigned();
/// assert_eq!(Transaction::decode_unsigned(&encoded)?, transaction);
/// # Ok::<(), transaction_review::ethereum::EthereumError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The type, and with it the fields that are encoded.
    pub kind: TransactionType,
    /// The chain (EIP-155); never zero in what was decoded.
    pub chain_id: u64,
    /// The sender's count of transactions.
    pub nonce: u64,
    /// Wei per gas for the block's proposer, at most (EIP-1559). Types 0 and 1 have one gas price,
    /// which is here and in `max_fee_per_gas`.
    pub max_priority_fee_per_gas: u128,
    /// Wei per gas in all, at most; the gas price of types 0 and 1.
    pub max_fee_per_gas: u128,
    /// Gas, at most.
    pub gas_limit: u64,
    /// The recipient, an account or a contract.
    pub to: Address,
    /// Wei that the recipient gets.
    pub value: U256,
    /// The input of the recipient's code; empty for a plain transfer.
    pub data: Vec<u8>,
    /// What is announced and paid for in advance (EIP-2930); types 1, 2 and 4.
    pub access_list: Vec<AccessListEntry>,
    /// Accounts that get code (EIP-7702); type 4, where there is at least one.
    pub authorizations: Vec<SignedAuthorization>,
}

/// An account of an access list and the storage of it (EIP-2930).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessListEntry {
    /// The account.
    pub address: Address,
    /// Keys of its storage; repetitions are allowed and paid for.
    pub storage_keys: Vec<[u8; 32]>,
}

impl Transaction {
    /// A transfer of type 2 that pays no fees yet: the gas that a transfer needs, no data, no list.
    pub const fn transfer(chain_id: u64, nonce: u64, to: Address, value: U256) -> Self {
        Self {
            kind: TransactionType::DynamicFee,
            chain_id,
            nonce,
            max_priority_fee_per_gas: 0,
            max_fee_per_gas: 0,
            gas_limit: TRANSFER_GAS,
            to,
            value,
            data: Vec::new(),
            access_list: Vec::new(),
            authorizations: Vec::new(),
        }
    }

    /// The bytes whose Keccak-256 is signed: the type byte (EIP-2718) and the list of the fields; a
    /// legacy transaction is a list alone, which ends in the chain id and two zeros (EIP-155).
    pub fn encode_unsigned(&self) -> Vec<u8> {
        let mut payload = self.fields();
        if self.kind == TransactionType::Legacy {
            self.chain_id.encode(&mut payload);
            0_u8.encode(&mut payload);
            0_u8.encode(&mut payload);
        }
        self.envelope(&payload)
    }

    /// What is signed.
    pub fn digest(&self) -> [u8; 32] {
        keccak256(self.encode_unsigned()).0
    }

    /// The bytes that are broadcast: the fields and the signature, whose first number is the parity,
    /// and in a legacy transaction `35 + 2 × chain id + parity` (EIP-155).
    pub fn encode_signed(&self, y_parity: u8, r: U256, s: U256) -> Vec<u8> {
        let mut payload = self.fields();
        if self.kind == TransactionType::Legacy {
            self.replay_protected(y_parity).encode(&mut payload);
        } else {
            y_parity.encode(&mut payload);
        }
        r.encode(&mut payload);
        s.encode(&mut payload);
        self.envelope(&payload)
    }

    /// The most that gas can cost, in wei; it always fits.
    pub fn max_gas_cost(&self) -> U256 {
        U256::from(self.gas_limit).saturating_mul(U256::from(self.max_fee_per_gas))
    }

    /// `v` of EIP-155; with every chain id of 64 bits it fits.
    fn replay_protected(&self, y_parity: u8) -> u128 {
        u128::from(self.chain_id)
            .saturating_mul(2)
            .saturating_add(35)
            .saturating_add(u128::from(y_parity))
    }

    /// The fields of the type in their order, without what only one of the two forms has.
    fn fields(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        if self.kind != TransactionType::Legacy {
            self.chain_id.encode(&mut payload);
        }
        self.nonce.encode(&mut payload);
        if self.kind.has_one_price() {
            self.max_fee_per_gas.encode(&mut payload);
        } else {
            self.max_priority_fee_per_gas.encode(&mut payload);
            self.max_fee_per_gas.encode(&mut payload);
        }
        self.gas_limit.encode(&mut payload);
        self.to.encode(&mut payload);
        self.value.encode(&mut payload);
        self.data.as_slice().encode(&mut payload);
        if self.kind != TransactionType::Legacy {
            append_list(&self.access_list(), &mut payload);
        }
        if self.kind == TransactionType::SetCode {
            let mut tuples = Vec::new();
            for authorization in &self.authorizations {
                append_list(&authorization.fields(), &mut tuples);
            }
            append_list(&tuples, &mut payload);
        }
        payload
    }

    fn access_list(&self) -> Vec<u8> {
        let mut entries = Vec::new();
        for entry in &self.access_list {
            let mut keys = Vec::new();
            for key in &entry.storage_keys {
                key.encode(&mut keys);
            }
            let mut fields = Vec::new();
            entry.address.encode(&mut fields);
            append_list(&keys, &mut fields);
            append_list(&fields, &mut entries);
        }
        entries
    }

    fn envelope(&self, payload: &[u8]) -> Vec<u8> {
        let list = list_of(payload);
        if self.kind == TransactionType::Legacy {
            return list;
        }
        let mut bytes = vec![self.kind.number()];
        bytes.extend(list);
        bytes
    }
}
