//! The type 2 transaction (EIP-1559) of a plain transfer: one struct, one encoding, one digest.
//! Knows RLP, nothing of who signs and whether it may.

use alloy_primitives::{Address, U256, keccak256};
use alloy_rlp::{Decodable, Encodable, Header};

use super::EthereumError;
use crate::limits::MAX_TRANSACTION_BYTES;

/// The type byte (EIP-2718).
const TYPE: u8 = 2;

/// An unsigned type 2 transaction that moves value and does nothing else: no call data, no access
/// list, always a recipient.
///
/// ```
/// use transaction_review::ethereum::{Address, Eip1559, U256};
///
/// let transaction = Eip1559 {
///     chain_id: 1,
///     nonce: 7,
///     max_priority_fee_per_gas: 1_000_000_000,
///     max_fee_per_gas: 30_000_000_000,
///     gas_limit: 21_000,
///     to: Address::repeat_byte(0x22),
///     value: U256::from(1_000_000_000_000_000_000_u64),
/// };
/// let encoded = transaction.encode_unsigned();
/// assert_eq!(Eip1559::decode_unsigned(&encoded)?, transaction);
/// # Ok::<(), transaction_review::ethereum::EthereumError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eip1559 {
    /// The chain (EIP-155).
    pub chain_id: u64,
    /// The sender's count of transactions.
    pub nonce: u64,
    /// Wei per gas for the block's proposer, at most.
    pub max_priority_fee_per_gas: u128,
    /// Wei per gas in all, at most.
    pub max_fee_per_gas: u128,
    /// Gas, at most.
    pub gas_limit: u64,
    /// The recipient.
    pub to: Address,
    /// Wei that the recipient gets.
    pub value: U256,
}

impl Eip1559 {
    /// The bytes whose Keccak-256 is signed: `0x02 ‖ rlp([nine fields])`.
    pub fn encode_unsigned(&self) -> Vec<u8> {
        envelope(&self.fields())
    }

    /// What is signed.
    pub fn digest(&self) -> [u8; 32] {
        keccak256(self.encode_unsigned()).0
    }

    /// The bytes that are broadcast: `0x02 ‖ rlp([nine fields, y parity, r, s])`.
    pub fn encode_signed(&self, y_parity: u8, r: U256, s: U256) -> Vec<u8> {
        let mut payload = self.fields();
        y_parity.encode(&mut payload);
        r.encode(&mut payload);
        s.encode(&mut payload);
        envelope(&payload)
    }

    /// The most that gas can cost, in wei; it always fits.
    pub fn max_gas_cost(&self) -> U256 {
        U256::from(self.gas_limit).saturating_mul(U256::from(self.max_fee_per_gas))
    }

    /// Reads an unsigned transaction; encoding what was read gives the same bytes.
    ///
    /// # Errors
    /// [`EthereumError`]: another type, a field that is malformed or must be empty, bytes left over,
    /// or an encoding that is not the shortest.
    pub fn decode_unsigned(bytes: &[u8]) -> Result<Self, EthereumError> {
        if bytes.len() > MAX_TRANSACTION_BYTES {
            return Err(EthereumError::TooLarge {
                found: bytes.len(),
                limit: MAX_TRANSACTION_BYTES,
            });
        }
        let mut fields = open(bytes)?;
        let transaction = Self {
            chain_id: field("chain_id", &mut fields)?,
            nonce: field("nonce", &mut fields)?,
            max_priority_fee_per_gas: field("max_priority_fee_per_gas", &mut fields)?,
            max_fee_per_gas: field("max_fee_per_gas", &mut fields)?,
            gas_limit: field("gas_limit", &mut fields)?,
            to: recipient(&mut fields)?,
            value: field("amount", &mut fields)?,
        };
        close(fields)?;
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

    fn fields(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        self.chain_id.encode(&mut payload);
        self.nonce.encode(&mut payload);
        self.max_priority_fee_per_gas.encode(&mut payload);
        self.max_fee_per_gas.encode(&mut payload);
        self.gas_limit.encode(&mut payload);
        self.to.encode(&mut payload);
        self.value.encode(&mut payload);
        let no_data: &[u8] = &[];
        no_data.encode(&mut payload);
        Header {
            list: true,
            payload_length: 0,
        }
        .encode(&mut payload);
        payload
    }
}

fn envelope(payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![TYPE];
    Header {
        list: true,
        payload_length: payload.len(),
    }
    .encode(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}

/// The fields behind the type byte and the list header.
fn open(bytes: &[u8]) -> Result<&[u8], EthereumError> {
    let (first, mut body) = bytes.split_first().ok_or(EthereumError::Empty)?;
    match *first {
        TYPE => {}
        0xc0..=0xff => return Err(legacy(bytes)),
        found => return Err(EthereumError::Type { found }),
    }
    let fields = list("the transaction", &mut body)?;
    if body.is_empty() {
        return Ok(fields);
    }
    Err(EthereumError::Trailing {
        place: "the transaction",
        found: body.len(),
    })
}

/// A list without type byte: nine fields ending in a chain id are EIP-155, anything shorter is
/// valid on every chain. Neither is signed; the sentence differs.
fn legacy(bytes: &[u8]) -> EthereumError {
    let mut body = bytes;
    let mut count = 0_usize;
    let mut chain_id = 0_u64;
    if let Ok(mut fields) = list("the transaction", &mut body) {
        while let Ok(item) = Header::decode_bytes(&mut fields, false) {
            count = count.saturating_add(1);
            if count == 7 {
                let wide = item.iter().any(|byte| *byte != 0);
                chain_id = u64::from(wide);
            }
        }
    }
    match (count, chain_id, bytes.first()) {
        (9, 1, Some(found)) => EthereumError::Type { found: *found },
        _ => EthereumError::ChainIdMissing,
    }
}

/// The last two fields, which must be empty, and nothing after them.
fn close(mut fields: &[u8]) -> Result<(), EthereumError> {
    let data = string("data", &mut fields)?;
    let access_list = list("access_list", &mut fields)?;
    if !fields.is_empty() {
        return Err(EthereumError::Trailing {
            place: "the last field",
            found: fields.len(),
        });
    }
    if !access_list.is_empty() {
        return Err(EthereumError::AccessList {
            found: access_list.len(),
        });
    }
    if !data.is_empty() {
        return Err(EthereumError::Call { found: data.len() });
    }
    Ok(())
}

fn recipient(fields: &mut &[u8]) -> Result<Address, EthereumError> {
    let bytes = string("destination", fields)?;
    if bytes.is_empty() {
        return Err(EthereumError::Creation);
    }
    let wrong = EthereumError::Length {
        field: "destination",
        found: bytes.len(),
        expected: 20,
    };
    <[u8; 20]>::try_from(bytes)
        .ok()
        .map(Address::new)
        .ok_or(wrong)
}

fn field<T: Decodable>(field: &'static str, fields: &mut &[u8]) -> Result<T, EthereumError> {
    T::decode(fields).map_err(|reason| EthereumError::Unreadable { field, reason })
}

fn string<'a>(field: &'static str, fields: &mut &'a [u8]) -> Result<&'a [u8], EthereumError> {
    Header::decode_bytes(fields, false)
        .map_err(|reason| EthereumError::Unreadable { field, reason })
}

fn list<'a>(field: &'static str, fields: &mut &'a [u8]) -> Result<&'a [u8], EthereumError> {
    Header::decode_bytes(fields, true).map_err(|reason| EthereumError::Unreadable { field, reason })
}
