//! Authorizations (EIP-7702): an account lets a contract's code run in its own name.
//! Knows their encoding and who signed one, nothing of which contracts are good.

use alloy_primitives::{Address, U256, keccak256};
use alloy_rlp::Encodable;
use k256::ecdsa::Signature;

use super::rlp::{address, canonical, capped, end, field, list, list_of};
use crate::ethereum::EthereumError;
use crate::ethereum::account::{is_low, recover};

/// The byte before the list (EIP-7702: `MAGIC`), which no type of transaction has.
const MAGIC: u8 = 5;

/// What an account signs to get a contract's code.
///
/// ```
/// use transaction_review::ethereum::{Address, Authorization};
///
/// let authorization = Authorization {
///     chain_id: 1,
///     address: Address::repeat_byte(0x22),
///     nonce: 7,
/// };
/// assert_eq!(Authorization::decode(&authorization.encode())?, authorization);
/// # Ok::<(), transaction_review::ethereum::EthereumError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authorization {
    /// The one chain on which it is valid; zero would be every chain, and is never decoded.
    pub chain_id: u64,
    /// The contract whose code the account gets; the zero address takes the code away.
    pub address: Address,
    /// The account's nonce at that time.
    pub nonce: u64,
}

impl Authorization {
    /// The bytes whose Keccak-256 is signed: `0x05 ‖ rlp([chain_id, address, nonce])`.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![MAGIC];
        bytes.extend(list_of(&self.fields()));
        bytes
    }

    /// What is signed.
    pub fn digest(&self) -> [u8; 32] {
        keccak256(self.encode()).0
    }

    /// Reads an authorization that is not signed; encoding what was read gives the same bytes.
    ///
    /// # Errors
    /// [`EthereumError`]: too many bytes, another first byte, a field that is malformed, chain id
    /// zero, bytes left over, or an encoding that is not the shortest.
    pub fn decode(bytes: &[u8]) -> Result<Self, EthereumError> {
        capped(bytes)?;
        let (first, mut body) = bytes.split_first().ok_or(EthereumError::Empty)?;
        if *first != MAGIC {
            return Err(EthereumError::AuthorizationMagic { found: *first });
        }
        let mut fields = list("the authorization", &mut body)?;
        end("the authorization", body)?;
        let authorization = Self::decode_fields(&mut fields)?;
        end("the last field", fields)?;
        canonical(bytes, &authorization.encode())?;
        Ok(authorization)
    }

    fn decode_fields(fields: &mut &[u8]) -> Result<Self, EthereumError> {
        let authorization = Self {
            chain_id: field("chain_id of an authorization", fields)?,
            address: address("address of an authorization", fields)?,
            nonce: field("nonce of an authorization", fields)?,
        };
        if authorization.chain_id == 0 {
            return Err(EthereumError::AuthorizationEveryChain {
                address: authorization.address,
            });
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

/// An authorization with the signature of the account that gets the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedAuthorization {
    /// What was signed.
    pub authorization: Authorization,
    /// Zero or one: which of two keys made the signature.
    pub y_parity: u8,
    /// The first number of the signature.
    pub r: U256,
    /// The second number of the signature, in the lower half of the curve's order.
    pub s: U256,
}

impl SignedAuthorization {
    /// The account that signed and gets the code; none if no key can have made this signature, if
    /// the parity is neither zero nor one, or if `s` is high (EIP-7702, as EIP-2).
    pub fn authority(&self) -> Option<Address> {
        let digest = self.authorization.digest();
        recover(&digest, &self.signature()?, self.y_parity)
    }

    /// The tuple of a transaction's list, which is whole and was signed by somebody.
    pub(super) fn decode_tuple(index: usize, mut fields: &[u8]) -> Result<Self, EthereumError> {
        let signed = Self {
            authorization: Authorization::decode_fields(&mut fields)?,
            y_parity: field("y_parity of an authorization", &mut fields)?,
            r: field("r of an authorization", &mut fields)?,
            s: field("s of an authorization", &mut fields)?,
        };
        end("an authorization", fields)?;
        if signed.y_parity > 1 {
            return Err(EthereumError::AuthorizationParity {
                index,
                found: signed.y_parity,
            });
        }
        if signed
            .signature()
            .is_some_and(|signature| !is_low(&signature))
        {
            return Err(EthereumError::AuthorizationHighS { index });
        }
        signed
            .authority()
            .ok_or(EthereumError::AuthorizationUnrecoverable { index })?;
        Ok(signed)
    }

    /// `[chain_id, address, nonce, y_parity, r, s]`.
    pub(super) fn fields(&self) -> Vec<u8> {
        let mut payload = self.authorization.fields();
        self.y_parity.encode(&mut payload);
        self.r.encode(&mut payload);
        self.s.encode(&mut payload);
        payload
    }

    /// Both numbers, if they are between one and the curve's order.
    fn signature(&self) -> Option<Signature> {
        let (r, s) = (self.r.to_be_bytes::<32>(), self.s.to_be_bytes::<32>());
        Signature::from_scalars(r, s).ok()
    }
}
