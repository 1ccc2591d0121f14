//! Transactions of an account: types 0 (EIP-155), 1 (EIP-2930), 2 (EIP-1559) and 4 (EIP-7702), with one
//! encoding and one digest each. Knows RLP, nothing of who signs and whether it may.

mod access_list;
mod authorization;
mod decode;
mod kind;

use alloy_primitives::{Address, U256, keccak256};
use alloy_rlp::Encodable;

pub use access_list::AccessListEntry;
pub use authorization::{Authorization, SignedAuthorization};
pub use kind::TransactionType;

use super::EthereumError;
use super::rlp::wrap;

/// An unsigned transaction; it always has a recipient.
///
/// ```
/// use transaction_review::ethereum::{Address, Transaction, U256};
///
/// let value = U256::from(1_000_000_000_000_000_000_u64);
/// let transaction = Transaction {
///     max_fee_per_gas: 30_000_000_000,
///     ..Transaction::transfer(1, 7, Address::repeat_byte(0x22), value)
/// };
/// let encoded = transaction.encode_unsigned();
/// assert_eq!(Transaction::decode_unsigned(&encoded)?, transaction);
/// # Ok::<(), transaction_review::ethereum::EthereumError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The type.
    pub kind: TransactionType,
    /// The chain (EIP-155).
    pub chain_id: u64,
    /// The sender's count of transactions.
    pub nonce: u64,
    /// Wei per gas for the block's proposer, at most. Types 0 and 1 have one price: it stands in both
    /// fields.
    pub max_priority_fee_per_gas: u128,
    /// Wei per gas in all, at most.
    pub max_fee_per_gas: u128,
    /// Gas, at most.
    pub gas_limit: u64,
    /// The recipient.
    pub to: Address,
    /// Wei that the recipient gets.
    pub value: U256,
    /// Call data.
    pub data: Vec<u8>,
    /// Accounts and storage that are paid for beforehand (EIP-2930); type 0 has none.
    pub access_list: Vec<AccessListEntry>,
    /// Delegations (EIP-7702) of type 4, one at least; the other types have none.
    pub authorizations: Vec<SignedAuthorization>,
}

/// Gas of any transaction (yellow paper, appendix G: `G_transaction`).
const TRANSACTION_GAS: u64 = 21_000;
/// Gas of a byte of call data that is zero, and of one that is not (EIP-2028).
const ZERO_BYTE_GAS: u64 = 4;
const DATA_BYTE_GAS: u64 = 16;
/// The least gas of such bytes, whatever is executed (EIP-7623).
const ZERO_BYTE_FLOOR: u64 = 10;
const DATA_BYTE_FLOOR: u64 = 40;
/// Gas of an entry of the access list and of a key in it (EIP-2930).
const ACCESS_ADDRESS_GAS: u64 = 2_400;
const ACCESS_KEY_GAS: u64 = 1_900;
/// Gas of an authorization (EIP-7702: `PER_EMPTY_ACCOUNT_COST`).
const AUTHORIZATION_GAS: u64 = 25_000;

impl Transaction {
    /// A transfer of value (type 2) that offers nothing for gas yet.
    pub const fn transfer(chain_id: u64, nonce: u64, to: Address, value: U256) -> Self {
        Self {
            kind: TransactionType::DynamicFee,
            chain_id,
            nonce,
            max_priority_fee_per_gas: 0,
            max_fee_per_gas: 0,
            gas_limit: TRANSACTION_GAS,
            to,
            value,
            data: Vec::new(),
            access_list: Vec::new(),
            authorizations: Vec::new(),
        }
    }

    /// The bytes whose Keccak-256 is signed: `type ‖ rlp(fields)`, and for type 0 the list of nine
    /// fields that ends in the chain (EIP-155).
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

    /// The bytes that are broadcast: the fields, then parity (type 0: `v` of EIP-155), `r` and `s`.
    pub fn encode_signed(&self, y_parity: u8, r: U256, s: U256) -> Vec<u8> {
        let mut payload = self.fields();
        if self.kind == TransactionType::Legacy {
            let twice = U256::from(self.chain_id).saturating_mul(U256::from(2_u8));
            let v = twice.saturating_add(U256::from(35_u8.saturating_add(y_parity)));
            v.encode(&mut payload);
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

    /// The gas without which no node takes it: that of a transaction, its data, its access list and its
    /// authorizations, or the floor of its data.
    pub fn intrinsic_gas(&self) -> u64 {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let zeros = self.data.iter().map(|byte| u64::from(*byte == 0));
        let zeros = zeros.fold(0, u64::saturating_add);
        let others = count(self.data.len()).saturating_sub(zeros);
        let data = |zero: u64, other: u64| {
            let zeros = zeros.saturating_mul(zero);
            zeros.saturating_add(others.saturating_mul(other))
        };
        let keys = self
            .access_list
            .iter()
            .map(|entry| entry.storage_keys.len());
        let keys = count(keys.fold(0, usize::saturating_add));
        let parts = [
            TRANSACTION_GAS,
            data(ZERO_BYTE_GAS, DATA_BYTE_GAS),
            count(self.access_list.len()).saturating_mul(ACCESS_ADDRESS_GAS),
            keys.saturating_mul(ACCESS_KEY_GAS),
            count(self.authorizations.len()).saturating_mul(AUTHORIZATION_GAS),
        ];
        let sum = parts.into_iter().fold(0, u64::saturating_add);
        sum.max(TRANSACTION_GAS.saturating_add(data(ZERO_BYTE_FLOOR, DATA_BYTE_FLOOR)))
    }

    /// Reads an unsigned transaction; encoding what was read gives the same bytes.
    ///
    /// # Errors
    /// [`EthereumError`]: another type, a field that is malformed, a cap, bytes left over, an encoding
    /// that is not the shortest, no chain, or no recipient.
    pub fn decode_unsigned(bytes: &[u8]) -> Result<Self, EthereumError> {
        let transaction = decode::transaction(bytes)?;
        if transaction.chain_id == 0 {
            return Err(EthereumError::ChainIdMissing);
        }
        let canonical = transaction.encode_unsigned();
        if canonical != bytes {
            return Err(EthereumError::NotCanonical {
                found: bytes.len(),
                canonical: canonical.len(),
            });
        }
        Ok(transaction)
    }

    /// The fields up to the signature, in the order of the type.
    fn fields(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        let typed = self.kind != TransactionType::Legacy;
        if typed {
            self.chain_id.encode(&mut payload);
        }
        self.nonce.encode(&mut payload);
        if self.kind.has_tip() {
            self.max_priority_fee_per_gas.encode(&mut payload);
        }
        self.max_fee_per_gas.encode(&mut payload);
        self.gas_limit.encode(&mut payload);
        self.to.encode(&mut payload);
        self.value.encode(&mut payload);
        self.data.as_slice().encode(&mut payload);
        if typed {
            payload.extend(access_list::encode(&self.access_list));
        }
        if self.kind == TransactionType::SetCode {
            payload.extend(authorization::encode_list(&self.authorizations));
        }
        payload
    }

    fn envelope(&self, payload: &[u8]) -> Vec<u8> {
        let list = wrap(payload);
        match self.kind {
            TransactionType::Legacy => list,
            TransactionType::AccessList
            | TransactionType::DynamicFee
            | TransactionType::SetCode => [&[self.kind.number()], list.as_slice()].concat(),
        }
    }
}
