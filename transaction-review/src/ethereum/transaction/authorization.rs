//! Authorizations (EIP-7702): an account lets a contract's code act for it.
//! Knows whose authorization it is, nothing of whether that is allowed.

use alloy_primitives::{Address, U256, keccak256};
use alloy_rlp::Encodable;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

use super::access_list::within;
use crate::ethereum::rlp::{address, end, field, list, wrap};
use crate::ethereum::{EthereumError, address_of};
use crate::limits::MAX_AUTHORIZATIONS;

/// The byte before what is signed (EIP-7702: `MAGIC`).
const MAGIC: u8 = 5;

/// What an account authorises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The chain (EIP-155). 0 would be every chain, and is refused.
    pub chain_id: u64,
    /// The contract whose code acts for the account.
    pub address: Address,
    /// The account's nonce at which it is valid.
    pub nonce: u64,
}

/// An authorization with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedAuthorization {
    /// What is authorised.
    pub authorization: Authorization,
    /// The parity of y: 0 or 1.
    pub y_parity: u8,
    /// The signature's r.
    pub r: U256,
    /// The signature's s, in the lower half of the order.
    pub s: U256,
}

impl Authorization {
    /// The bytes whose Keccak-256 is signed: `0x05 ‖ rlp([chain, address, nonce])`.
    pub fn encode(&self) -> Vec<u8> {
        [&[MAGIC], wrap(&self.fields()).as_slice()].concat()
    }

    /// What is signed.
    pub fn digest(&self) -> [u8; 32] {
        keccak256(self.encode()).0
    }

    /// Reads what [`Authorization::encode`] writes.
    ///
    /// # Errors
    /// [`EthereumError`]: malformed, bytes left over, another encoding, or
    /// [`EthereumError::AuthorizationChain`] for chain 0.
    pub fn decode(bytes: &[u8]) -> Result<Self, EthereumError> {
        let (magic, mut body) = bytes.split_first().ok_or(EthereumError::Empty)?;
        if *magic != MAGIC {
            return Err(EthereumError::Type { found: *magic });
        }
        let mut fields = list("the authorization", &mut body)?;
        end("the authorization", body)?;
        let authorization = Self::read(&mut fields)?;
        end("the last field of the authorization", fields)?;
        let canonical = authorization.encode();
        if canonical != bytes {
            return Err(EthereumError::NotCanonical {
                found: bytes.len(),
                canonical: canonical.len(),
            });
        }
        Ok(authorization)
    }

    fn read(fields: &mut &[u8]) -> Result<Self, EthereumError> {
        const FIELD: &str = "authorization address";
        let authorization = Self {
            chain_id: field("authorization chain_id", fields)?,
            address: address(FIELD, fields)?.ok_or(EthereumError::Length {
                field: FIELD,
                found: 0,
                expected: 20,
            })?,
            nonce: field("authorization nonce", fields)?,
        };
        if authorization.chain_id == 0 {
            return Err(EthereumError::AuthorizationChain);
        }
        Ok(authorization)
    }

    fn fields(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        self.chain_id.encode(&mut payload);
        self.address.encode(&mut payload);
        self.nonce.encode(&mut payload);
        payload
    }
}

impl SignedAuthorization {
    /// Whose authorization it is: the account that its signature recovers to; `None` where it recovers
    /// to nobody, or `s` is in the upper half (EIP-2).
    pub fn authority(&self) -> Option<Address> {
        let rs = [self.r.to_be_bytes::<32>(), self.s.to_be_bytes::<32>()].concat();
        let signature = Signature::from_slice(&rs).ok()?;
        if signature.normalize_s() != signature || self.y_parity > 1 {
            return None;
        }
        let id = RecoveryId::new(self.y_parity == 1, false);
        let digest = self.authorization.digest();
        let key = VerifyingKey::recover_from_prehash(&digest, &signature, id).ok()?;
        let point = key.to_sec1_point(true);
        address_of(&<[u8; 33]>::try_from(point.as_bytes()).ok()?)
    }
}

pub(super) fn encode_list(signed: &[SignedAuthorization]) -> Vec<u8> {
    let mut payload = Vec::new();
    for entry in signed {
        let mut fields = entry.authorization.fields();
        entry.y_parity.encode(&mut fields);
        entry.r.encode(&mut fields);
        entry.s.encode(&mut fields);
        payload.extend(wrap(&fields));
    }
    wrap(&payload)
}

/// Reads the list: one at least, and each is somebody's.
pub(super) fn decode_list(fields: &mut &[u8]) -> Result<Vec<SignedAuthorization>, EthereumError> {
    let mut signed = Vec::new();
    let mut payload = list("authorization_list", fields)?;
    while !payload.is_empty() {
        let mut entry = list("authorization", &mut payload)?;
        let read = SignedAuthorization {
            authorization: Authorization::read(&mut entry)?,
            y_parity: field("authorization y_parity", &mut entry)?,
            r: field("authorization r", &mut entry)?,
            s: field("authorization s", &mut entry)?,
        };
        end("the last field of an authorization", entry)?;
        if read.authority().is_none() {
            let index = signed.len();
            return Err(EthereumError::AuthorizationSignature { index });
        }
        signed.push(read);
        within("authorizations", signed.len(), MAX_AUTHORIZATIONS)?;
    }
    if signed.is_empty() {
        return Err(EthereumError::AuthorizationNone);
    }
    Ok(signed)
}
