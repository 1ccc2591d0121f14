//! What a Safe's owners sign (EIP-712): domain, transaction and message, by the contract's own
//! constants. Knows nothing of documents in general.

use alloy_primitives::{Address, B256, U256, b256, keccak256};

use super::SafeTransaction;
use crate::ethereum::typed::signed_digest;

/// `keccak256("EIP712Domain(uint256 chainId,address verifyingContract)")`, as the contract has it.
pub(super) const DOMAIN_TYPE_HASH: B256 =
    b256!("47e79534a245952e8b16893a336b85a3d9ea9fa8c573f3d803afb92a79469218");

/// `keccak256("SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256
/// baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)")`, as the contract
/// has it.
pub(super) const TRANSACTION_TYPE_HASH: B256 =
    b256!("bb8310d486368db6bd6f849402fdd73ad53d316b5a4b2644ad6efe0f941286d8");

/// `keccak256("SafeMessage(bytes message)")`, as `CompatibilityFallbackHandler` has it.
pub(super) const MESSAGE_TYPE_HASH: B256 =
    b256!("60b3cbf8b4a223d68d641b3b6ddf9a298e7f33710cf3d3a9d1146b5a6150fbca");

/// What every hash of a Safe is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SafeDomain {
    /// The chain (EIP-155).
    pub chain_id: u64,
    /// The Safe.
    pub safe: Address,
}

impl SafeDomain {
    /// The domain separator.
    pub fn separator(&self) -> [u8; 32] {
        let chain_id = U256::from(self.chain_id).to_be_bytes::<32>();
        hash_words(&[DOMAIN_TYPE_HASH.0, chain_id, word(self.safe)])
    }

    /// What is signed of a struct with this hash.
    pub(super) fn digest(&self, struct_hash: &[u8; 32]) -> [u8; 32] {
        signed_digest(&self.separator(), struct_hash)
    }
}

/// The hash of the struct `SafeTx`.
pub(super) fn transaction_hash(transaction: &SafeTransaction) -> [u8; 32] {
    let number = |number: &U256| number.to_be_bytes::<32>();
    hash_words(&[
        TRANSACTION_TYPE_HASH.0,
        word(transaction.to),
        number(&transaction.value),
        keccak256(&transaction.data).0,
        number(&U256::from(transaction.operation.number())),
        number(&transaction.safe_tx_gas),
        number(&transaction.base_gas),
        number(&transaction.gas_price),
        word(transaction.gas_token),
        word(transaction.refund_receiver),
        number(&U256::from(transaction.nonce)),
    ])
}

/// What owners sign so that the Safe vouches for a document (EIP-1271): the message is the 32 bytes of
/// the document's digest, as `isValidSignature(bytes32,bytes)` wraps it.
pub fn safe_message_hash(domain: &SafeDomain, document: &[u8; 32]) -> [u8; 32] {
    domain.digest(&hash_words(&[MESSAGE_TYPE_HASH.0, keccak256(document).0]))
}

/// An address as a word of the ABI.
pub(super) fn word(address: Address) -> [u8; 32] {
    address.into_word().0
}

fn hash_words(words: &[[u8; 32]]) -> [u8; 32] {
    keccak256(words.concat()).0
}
