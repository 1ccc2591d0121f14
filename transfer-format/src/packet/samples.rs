//! One valid payload of each kind, for the tests of this crate.

use super::{
    Approval, Audience, EnrolledWallet, Enrolment, IndexedSignature, KeyEvidence, RefusalNotice,
    Request, SigningResult, TokenIdentity, TransactionKind,
};
use crate::IntentDigest;
use crate::seal::SoftwareSealer;

pub(crate) fn sealer() -> SoftwareSealer {
    SoftwareSealer::from_bytes(&[0x11; 32]).unwrap()
}

pub(crate) fn request() -> Request {
    Request {
        audience: Audience {
            station: "vault-1".to_owned(),
            environment: "rehearsal".to_owned(),
        },
        wallet: "treasury-btc".to_owned(),
        kind: TransactionKind::BitcoinPsbt,
        transaction: vec![0x70, 0x73, 0x62, 0x74, 0xff],
        previous_transactions: vec![vec![1, 2, 3], vec![4, 5]],
        reference: "INV-2026/17".to_owned(),
        created: 1_790_000_000,
        expires: 1_790_086_400,
        sequence: 7,
        preflight_verdict: "OK".to_owned(),
        replaces: None,
    }
}

pub(crate) fn signing_result() -> SigningResult {
    SigningResult {
        intent: IntentDigest::of(b"request"),
        station: "vault-1".to_owned(),
        signatures: vec![
            IndexedSignature {
                index: 0,
                signature: vec![7; 64],
            },
            IndexedSignature {
                index: 2,
                signature: vec![8; 64],
            },
        ],
        approvals: vec![[1; 32], [2; 32]],
        journal_sequence: 12,
        journal_head: [9; 32],
        rehearsal: true,
    }
}

pub(crate) fn refusal() -> RefusalNotice {
    RefusalNotice {
        intent: IntentDigest::of(b"request"),
        station: "vault-1".to_owned(),
        code: "E_LIMIT_TX".to_owned(),
        policy_version: 3,
    }
}

pub(crate) fn approval() -> Approval {
    Approval {
        intent: IntentDigest::of(b"request"),
        review_digest: [1; 32],
        policy_hash: [2; 32],
        ceremony: [3; 16],
        journal_head: [4; 32],
        operator: "alice".to_owned(),
        role: "approver".to_owned(),
        approved_at: 1_790_000_100,
    }
}

pub(crate) fn enrolment() -> Enrolment {
    Enrolment {
        station: "vault-1".to_owned(),
        environment: "rehearsal".to_owned(),
        station_key: sealer().public_key(),
        wallets: vec![EnrolledWallet {
            wallet: "treasury-btc".to_owned(),
            key: sealer().public_key(),
            evidence: KeyEvidence {
                local: Some(true),
                never_extractable: Some(true),
                always_sensitive: Some(true),
                sensitive: Some(true),
                extractable: Some(false),
                key_generation_mechanism: None,
                class: "born in the token".to_owned(),
            },
        }],
        policy_hash: [5; 32],
        rehearsal: true,
        journal_genesis: [6; 32],
        created: 1_790_000_000,
        token: TokenIdentity {
            manufacturer: "SoftHSM project".to_owned(),
            model: "SoftHSM v2".to_owned(),
            serial: "0123456789abcdef".to_owned(),
        },
    }
}
