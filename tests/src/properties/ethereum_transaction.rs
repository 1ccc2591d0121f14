//! Ethereum transactions and authorizations: read as the station does it, and reviewed.
//! Knows the wallet of the example policy, nothing of packets.

use std::sync::LazyLock;

use alloy_primitives::keccak256;
use transaction_review::ethereum::{Authorization, Transaction};
use transaction_review::{History, Policy, ReviewError, Subject, TransactionKind, judge, review};

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let text = include_str!("../../../transaction-review/examples/policy.toml");
    Policy::parse(text).expect("the example is a policy")
});

/// What is read is written back as the same bytes, and what is signed is their Keccak-256. It is
/// bound to a chain, and so is each of its authorizations, which somebody signed. What is reviewed
/// was read, and its digest is the same.
pub fn ethereum_transaction(data: &[u8]) {
    if let Ok(authorization) = Authorization::decode(data) {
        assert_eq!(authorization.encode(), data, "written back differently");
        assert_eq!(authorization.digest(), keccak256(data).0);
        assert_ne!(authorization.chain_id, 0);
    }
    let read = Transaction::decode_unsigned(data);
    if let Ok(transaction) = &read {
        assert_eq!(
            transaction.encode_unsigned(),
            data,
            "written back differently"
        );
        assert_eq!(transaction.digest(), keccak256(data).0);
        assert_ne!(transaction.chain_id, 0);
        assert!(transaction.intrinsic_gas() >= 21_000);
        for signed in &transaction.authorizations {
            assert_ne!(signed.authorization.chain_id, 0);
            assert!(signed.authority().is_some(), "signed by nobody");
        }
    }
    let subject = Subject {
        wallet: "eth-cold",
        kind: TransactionKind::EthereumTransaction,
        transaction: data,
        previous_transactions: &[],
        reference: "FUZZ-1",
        replaces: None,
    };
    match review(&POLICY, &subject) {
        Ok(review) => {
            let transaction = read.expect("what is reviewed was read");
            assert_eq!(review.digests()[0].digest, transaction.digest());
            drop(judge(&POLICY, &review, &History::new(), 1_790_000_000));
        }
        Err(ReviewError::Ethereum(error)) => {
            if let Err(refusal) = read {
                assert_eq!(error, refusal, "refused for another reason");
            }
        }
        Err(error) => panic!("{error}"),
    }
}
