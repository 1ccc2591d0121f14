//! A Safe's transaction in the form that crosses the gap: every field, none by default.
//! Knows its encoding and its hash, nothing of what its data calls.

use alloy_primitives::{Address, U256};
use minicbor::{Decoder, Encoder};

use super::hash::transaction_hash;
use super::{SafeDomain, SafeError};
use crate::ethereum::call::EXEC_TRANSACTION;
use crate::ethereum::{Function, Value};
use crate::limits::{MAX_CALL_DATA_BYTES, MAX_SAFE_TRANSACTION_BYTES};

/// The version of the form.
const VERSION: u64 = 1;
/// Its keys.
const FIELDS: u64 = 11;

/// How a Safe runs what it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The other contract runs as itself.
    Call,
    /// The other contract's code runs as the Safe.
    DelegateCall,
}

impl Operation {
    /// The number that is signed.
    pub const fn number(self) -> u8 {
        match self {
            Self::Call => 0,
            Self::DelegateCall => 1,
        }
    }
}

/// The ten fields of `SafeTx`.
///
/// ```
/// use transaction_review::ethereum::{Address, Operation, SafeDomain, SafeTransaction, U256};
///
/// let transaction = SafeTransaction::call(Address::repeat_byte(0x22), U256::from(1_u8), vec![], 7);
/// assert_eq!(SafeTransaction::decode(&transaction.encode())?, transaction);
/// let domain = SafeDomain { chain_id: 1, safe: Address::repeat_byte(0x11) };
/// let delegated = SafeTransaction { operation: Operation::DelegateCall, ..transaction.clone() };
/// assert_ne!(transaction.hash(&domain), delegated.hash(&domain));
/// # Ok::<(), transaction_review::ethereum::SafeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeTransaction {
    /// What is called.
    pub to: Address,
    /// Wei that goes with the call.
    pub value: U256,
    /// Call data.
    pub data: Vec<u8>,
    /// How it is called.
    pub operation: Operation,
    /// Gas for the call alone; anything but zero changes what failure means.
    pub safe_tx_gas: U256,
    /// Gas that is refunded besides.
    pub base_gas: U256,
    /// What is refunded per gas, in units of the gas token: not capped by any price of the chain.
    pub gas_price: U256,
    /// The token of the refund; the zero address is the native asset.
    pub gas_token: Address,
    /// Who gets the refund; the zero address is whoever executes.
    pub refund_receiver: Address,
    /// The Safe's count of transactions.
    pub nonce: u64,
}

impl SafeTransaction {
    /// A call without any refund.
    pub const fn call(to: Address, value: U256, data: Vec<u8>, nonce: u64) -> Self {
        Self {
            to,
            value,
            data,
            operation: Operation::Call,
            safe_tx_gas: U256::ZERO,
            base_gas: U256::ZERO,
            gas_price: U256::ZERO,
            gas_token: Address::ZERO,
            refund_receiver: Address::ZERO,
            nonce,
        }
    }

    /// The canonical CBOR of it: a map of eleven keys, numbers of the chain as 32 bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes);
        // Writing into memory does not fail.
        let written = self.write(&mut encoder);
        debug_assert!(written.is_ok(), "memory takes it");
        bytes
    }

    fn write(
        &self,
        encoder: &mut Encoder<&mut Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        let number = |number: &U256| number.to_be_bytes::<32>();
        encoder.map(FIELDS)?.u64(0)?.u64(VERSION)?;
        encoder.u64(1)?.bytes(self.to.as_slice())?;
        encoder.u64(2)?.bytes(&number(&self.value))?;
        encoder.u64(3)?.bytes(&self.data)?;
        encoder.u64(4)?.u8(self.operation.number())?;
        encoder.u64(5)?.bytes(&number(&self.safe_tx_gas))?;
        encoder.u64(6)?.bytes(&number(&self.base_gas))?;
        encoder.u64(7)?.bytes(&number(&self.gas_price))?;
        encoder.u64(8)?.bytes(self.gas_token.as_slice())?;
        encoder.u64(9)?.bytes(self.refund_receiver.as_slice())?;
        encoder.u64(10)?.u64(self.nonce)?;
        Ok(())
    }

    /// Reads what [`SafeTransaction::encode`] writes, and nothing else.
    ///
    /// # Errors
    /// [`SafeError::TooLarge`], [`SafeError::Unreadable`], [`SafeError::Length`],
    /// [`SafeError::Version`], [`SafeError::Operation`], [`SafeError::NotCanonical`].
    pub fn decode(bytes: &[u8]) -> Result<Self, SafeError> {
        capped("the Safe transaction", bytes, MAX_SAFE_TRANSACTION_BYTES)?;
        let transaction = Fields(Decoder::new(bytes)).read()?;
        capped("the call data", &transaction.data, MAX_CALL_DATA_BYTES)?;
        let canonical = transaction.encode();
        if canonical != bytes {
            return Err(SafeError::NotCanonical {
                found: bytes.len(),
                canonical: canonical.len(),
            });
        }
        Ok(transaction)
    }

    /// The hash of the struct, without its domain.
    pub fn message_hash(&self) -> [u8; 32] {
        transaction_hash(self)
    }

    /// `safeTxHash`: what owners sign.
    pub fn hash(&self, domain: &SafeDomain) -> [u8; 32] {
        domain.digest(&self.message_hash())
    }

    /// Which of the five fields about gas and refunds are not zero.
    pub fn refunds(&self) -> Vec<&'static str> {
        let fields = [
            ("safeTxGas", self.safe_tx_gas.is_zero()),
            ("baseGas", self.base_gas.is_zero()),
            ("gasPrice", self.gas_price.is_zero()),
            ("gasToken", self.gas_token.is_zero()),
            ("refundReceiver", self.refund_receiver.is_zero()),
        ];
        let set = fields.into_iter().filter(|(_, zero)| !zero);
        set.map(|(name, _)| name).collect()
    }

    /// The call data of `execTransaction` with these signatures.
    pub fn execution_call(&self, signatures: &[u8]) -> Vec<u8> {
        let values = [
            Value::Address(self.to),
            Value::Unsigned(self.value),
            Value::Bytes(self.data.clone()),
            Value::Unsigned(U256::from(self.operation.number())),
            Value::Unsigned(self.safe_tx_gas),
            Value::Unsigned(self.base_gas),
            Value::Unsigned(self.gas_price),
            Value::Address(self.gas_token),
            Value::Address(self.refund_receiver),
            Value::Bytes(signatures.to_vec()),
        ];
        let function = Function::parse(EXEC_TRANSACTION);
        let call = function.ok().and_then(|function| function.encode(&values));
        call.unwrap_or_default()
    }
}

fn capped(what: &'static str, bytes: &[u8], limit: usize) -> Result<(), SafeError> {
    let found = bytes.len();
    if found <= limit {
        return Ok(());
    }
    Err(SafeError::TooLarge { what, found, limit })
}

/// The fields, one by one and in their order.
struct Fields<'b>(Decoder<'b>);

impl Fields<'_> {
    fn read(mut self) -> Result<SafeTransaction, SafeError> {
        let unreadable = |field| move |_cause| SafeError::Unreadable { field };
        let keys = self.0.map().map_err(unreadable("its beginning"))?;
        if keys != Some(FIELDS) {
            return Err(SafeError::Unreadable {
                field: "its beginning",
            });
        }
        let found = self.number("version", 0)?;
        if found != VERSION {
            return Err(SafeError::Version { found });
        }
        Ok(SafeTransaction {
            to: Address::new(self.fixed("to", 1)?),
            value: U256::from_be_bytes(self.fixed::<32>("value", 2)?),
            data: self.bytes("data", 3)?.to_vec(),
            operation: match self.number("operation", 4)? {
                0 => Operation::Call,
                1 => Operation::DelegateCall,
                found => return Err(SafeError::Operation { found }),
            },
            safe_tx_gas: U256::from_be_bytes(self.fixed::<32>("safeTxGas", 5)?),
            base_gas: U256::from_be_bytes(self.fixed::<32>("baseGas", 6)?),
            gas_price: U256::from_be_bytes(self.fixed::<32>("gasPrice", 7)?),
            gas_token: Address::new(self.fixed("gasToken", 8)?),
            refund_receiver: Address::new(self.fixed("refundReceiver", 9)?),
            nonce: self.number("nonce", 10)?,
        })
    }

    fn key(&mut self, field: &'static str, key: u64) -> Result<(), SafeError> {
        let found = self.0.u64().ok();
        let expected = found.filter(|found| *found == key);
        expected.map(drop).ok_or(SafeError::Unreadable { field })
    }

    fn number(&mut self, field: &'static str, key: u64) -> Result<u64, SafeError> {
        self.key(field, key)?;
        self.0.u64().ok().ok_or(SafeError::Unreadable { field })
    }

    fn bytes(&mut self, field: &'static str, key: u64) -> Result<&[u8], SafeError> {
        self.key(field, key)?;
        self.0.bytes().ok().ok_or(SafeError::Unreadable { field })
    }

    fn fixed<const N: usize>(
        &mut self,
        field: &'static str,
        key: u64,
    ) -> Result<[u8; N], SafeError> {
        let bytes = self.bytes(field, key)?;
        let wrong = SafeError::Length {
            field,
            found: bytes.len(),
            expected: N,
        };
        <[u8; N]>::try_from(bytes).ok().ok_or(wrong)
    }
}
