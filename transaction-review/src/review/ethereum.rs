//! The review of an Ethereum transaction from what its parser understood.
//! Knows the address book's names, nothing of RLP.

use alloy_primitives::Address;

use super::{Details, KeyPath, Review, SigningDigest, Subject, name_of};
use crate::ethereum::Reviewed;
use crate::{Amount, Asset, Effect, EthereumWallet, Policy, Spend, Wallet};

/// Effects, digest and nonce.
pub(super) fn of(
    (policy, subject): (&Policy, &Subject<'_>),
    wallet: &Wallet,
    chain: &EthereumWallet,
    reviewed: Reviewed,
) -> Review {
    let transaction = &reviewed.transaction;
    let asset = Asset::Ether {
        chain_id: transaction.chain_id,
    };
    let destination = transaction.to.to_checksum(None);
    let name = name_of(policy, asset, &destination);
    let effects = vec![
        Effect::Pay {
            path: "transfer".to_owned(),
            destination,
            name,
            amount: Amount::new(asset, transaction.value),
        },
        Effect::Fee {
            amount: Amount::new(asset, transaction.max_gas_cost()),
        },
    ];
    let digests = vec![SigningDigest {
        index: 0,
        digest: reviewed.digest,
        public_key: wallet.key().public_key,
        path: KeyPath::Own,
    }];
    let Address(address) = chain.address;
    let spends = vec![Spend::Nonce {
        chain_id: transaction.chain_id,
        address: address.0,
        nonce: transaction.nonce,
    }];
    Review {
        policy_hash: policy.hash(),
        reference: subject.reference.to_owned(),
        replaces: subject.replaces,
        wallet: wallet.clone(),
        effects,
        digests,
        spends,
        change_places: Vec::new(),
        initiator: None,
        details: Details::Ethereum(reviewed),
    }
}
