//! Reads what is signed beside transactions: documents, texts, authorizations.
//! Knows nothing of which of them an account may sign.

use alloy_primitives::Address;

use super::{Reviewed, Signable};
use crate::ethereum::safe::{SafeDomain, safe_message_hash};
use crate::ethereum::typed::TypedData;
use crate::ethereum::{Authorization, EthereumError, Message};
use crate::{EthereumWallet, SafeWallet};

/// Reads a document; for a Safe, what its owner signs is the hash of the message that holds the
/// document's digest (EIP-1271 as `CompatibilityFallbackHandler` checks it).
pub(crate) fn typed_data(
    (account, signer): (Address, Address),
    safe: Option<&SafeWallet>,
    bytes: &[u8],
) -> Result<Reviewed, EthereumError> {
    let document = TypedData::decode(bytes)?;
    let safe: Option<SafeDomain> = safe.map(SafeWallet::domain);
    let own = document.digest();
    let digest = safe
        .as_ref()
        .map_or(own, |safe| safe_message_hash(safe, &own));
    Ok(Reviewed {
        chain_id: document.chain_id(),
        account,
        signer,
        digest,
        signable: Signable::TypedData { document, safe },
        leaves: Vec::new(),
    })
}

/// Reads a text.
pub(crate) fn message(wallet: &EthereumWallet, bytes: &[u8]) -> Result<Reviewed, EthereumError> {
    let message = Message::decode(bytes)?;
    Ok(statement(
        wallet,
        wallet.chains.first().copied().unwrap_or_default(),
        message.digest(),
        Signable::Message(message),
    ))
}

/// Reads an authorization (EIP-7702).
pub(crate) fn delegation(wallet: &EthereumWallet, bytes: &[u8]) -> Result<Reviewed, EthereumError> {
    let authorization = Authorization::decode(bytes)?;
    Ok(statement(
        wallet,
        authorization.chain_id,
        authorization.digest(),
        Signable::Delegation(authorization),
    ))
}

const fn statement(
    wallet: &EthereumWallet,
    chain_id: u64,
    digest: [u8; 32],
    signable: Signable,
) -> Reviewed {
    Reviewed {
        chain_id,
        account: wallet.address,
        signer: wallet.address,
        digest,
        signable,
        leaves: Vec::new(),
    }
}
