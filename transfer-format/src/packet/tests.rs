//! The closed schemas: every cap at the cap and one past it, every field with every wrong type,
//! and the CDDL as an independent judge.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a test may panic on a sum that overflows: it fails then"
)]

use std::fmt::Debug;

use proptest::prelude::*;

use super::samples;
use super::*;
use crate::IntentDigest;
use crate::cbor::CanonicalError;

const CDDL: &str = include_str!("../../../docs/transfer-format.cddl");

/// The file with the rule `root` in front: validators take the first rule for the root.
fn cddl_of(root: &str) -> String {
    format!("start = {root}\n{CDDL}")
}

fn assert_valid_under(root: &str, bytes: &[u8]) {
    if let Err(error) = cddl::validate_cbor_from_slice(&cddl_of(root), bytes, None) {
        panic!("{root} breaks docs/transfer-format.cddl: {error}");
    }
}

fn round_trip<P: Payload + PartialEq + Debug + Clone>(payload: &P, root: &str) {
    let bytes = payload.encode().unwrap();
    assert_valid_under(root, &bytes);
    assert_eq!(P::decode(&bytes).as_ref(), Ok(payload));
}

#[test]
fn every_payload_is_read_back_and_follows_the_cddl() {
    round_trip(&samples::request(), "request");
    round_trip(&samples::signing_result(), "result");
    round_trip(&samples::refusal(), "refusal");
    round_trip(&samples::approval(), "approval");
    round_trip(&samples::enrolment(), "enrolment");
}

#[test]
fn the_cddl_judge_refuses_what_it_should() {
    let bytes = samples::refusal().encode().unwrap();
    assert!(cddl::validate_cbor_from_slice(&cddl_of("approval"), &bytes, None).is_err());
    let mut longer = bytes;
    longer[0] = 0xa6;
    longer.extend_from_slice(&[0x05, 0x00]);
    assert!(cddl::validate_cbor_from_slice(&cddl_of("refusal"), &longer, None).is_err());
}

#[test]
fn optional_fields_are_read_back() {
    let mut request = samples::request();
    request.replaces = Some(IntentDigest::of(b"earlier"));
    request.preflight_verdict = "E_FEE_HIGH".to_owned();
    round_trip(&request, "request");
    request.kind = TransactionKind::EthereumTransaction;
    request.previous_transactions.clear();
    round_trip(&request, "request");
}

/// The encoding of `payload`, with one entry appended to its outermost map (of up to 22 entries).
fn with_entry(payload: &impl Payload, entry: &[u8]) -> Vec<u8> {
    let mut bytes = payload.encode().unwrap();
    bytes[0] += 1;
    bytes.extend_from_slice(entry);
    bytes
}

#[test]
fn an_unknown_field_is_refused_in_every_kind_pkt_11_cbr_07() {
    let unknown = |field| Err(PayloadError::Field(ReadError::UnknownField { field }));
    // 12 => true, as if a request brought its own approval along.
    let entry = [0x0c, 0xf5];
    assert_eq!(
        Request::decode(&with_entry(&samples::request(), &entry)).map(drop),
        unknown(12)
    );
    let result = with_entry(&samples::signing_result(), &entry);
    assert_eq!(SigningResult::decode(&result).map(drop), unknown(12));
    let refusal = with_entry(&samples::refusal(), &entry);
    assert_eq!(RefusalNotice::decode(&refusal).map(drop), unknown(12));
    assert_eq!(
        Approval::decode(&with_entry(&samples::approval(), &entry)).map(drop),
        unknown(12)
    );
    assert_eq!(
        Enrolment::decode(&with_entry(&samples::enrolment(), &entry)).map(drop),
        unknown(12)
    );
}

#[test]
fn a_field_called_override_is_refused_pkt_11() {
    let mut entry = vec![0x68];
    entry.extend_from_slice(b"override");
    entry.push(0xf5);
    let error = ReadError::WrongType {
        field: 10,
        expected: "an unsigned key",
        found: "a text",
    };
    let bytes = with_entry(&samples::request(), &entry);
    assert_eq!(Request::decode(&bytes), Err(PayloadError::Field(error)));
}

#[test]
fn another_version_is_refused_and_called_newer_pkt_14_cbr_07() {
    for version in [0, 2, 23] {
        let mut bytes = samples::request().encode().unwrap();
        assert_eq!(bytes[1..3], [0x00, 0x01]);
        bytes[2] = version;
        let error = ReadError::UnsupportedVersion {
            found: u64::from(version),
            supported: 1,
        };
        assert!(error.to_string().contains("newer"));
        let error = PayloadError::Field(error);
        assert_eq!(error.code(), "E_DOWNGRADE");
        assert_eq!(Request::decode(&bytes), Err(error));
    }
}

#[test]
fn a_request_without_an_expiry_is_refused_pkt_14() {
    let mut bytes = samples::request().encode().unwrap();
    // Key 8, then a head for four bytes.
    let mut expiry = vec![0x08, 0x1a];
    expiry.extend_from_slice(&1_790_086_400_u32.to_be_bytes());
    let at = bytes
        .windows(6)
        .position(|window| window == expiry)
        .unwrap();
    bytes.drain(at..at + 6);
    bytes[0] -= 1;
    let error = PayloadError::Field(ReadError::MissingField { field: 8 });
    assert_eq!(Request::decode(&bytes), Err(error));
}

#[test]
fn a_request_must_expire_after_it_was_made() {
    let mut request = samples::request();
    request.expires = request.created + 1;
    round_trip(&request, "request");
    request.expires = request.created;
    let (created, expires) = (request.created, request.expires);
    assert_eq!(
        request.encode(),
        Err(PayloadError::ExpiresTooEarly { created, expires })
    );
}

#[test]
fn a_transaction_kind_that_is_not_known_is_refused() {
    let bytes = samples::request().encode().unwrap();
    let at = bytes
        .windows(3)
        .position(|window| window == [0x03, 0x01, 0x04])
        .unwrap();
    for kind in [0, 7] {
        let mut bytes = bytes.clone();
        bytes[at + 1] = kind;
        let error = PayloadError::UnknownTransactionKind {
            found: u64::from(kind),
        };
        assert_eq!(Request::decode(&bytes), Err(error));
    }
}

#[test]
fn previous_transactions_beside_an_ethereum_transaction_are_refused() {
    let mut request = samples::request();
    request.kind = TransactionKind::EthereumTransaction;
    assert_eq!(
        request.encode(),
        Err(PayloadError::PreviousTransactions { found: 2 })
    );
}

#[test]
fn a_previous_transaction_that_stands_twice_is_refused() {
    let mut request = samples::request();
    request.previous_transactions = vec![vec![1], vec![2], vec![1]];
    assert_eq!(
        request.encode(),
        Err(PayloadError::RepeatedPreviousTransaction { position: 2 })
    );
}

#[test]
fn text_is_taken_at_its_longest_and_refused_one_past_it_cbr_10() {
    let mut request = samples::request();
    for length in [1, 64] {
        request.reference = "r".repeat(length);
        round_trip(&request, "request");
    }
    for found in [0, 65] {
        request.reference = "r".repeat(found);
        let error = ReadError::Length {
            field: 6,
            found,
            minimum: 1,
            maximum: 64,
        };
        assert_eq!(request.encode(), Err(PayloadError::Field(error)));
    }
}

#[test]
fn text_outside_printable_ascii_is_refused_cbr_10() {
    let stray = [
        "a\0b",
        "a\u{1b}[2J",
        "a\u{7f}b",
        "a\u{85}b",
        "a\u{202e}b",
        "ae\u{301}",
        "ä",
    ];
    for text in stray {
        let mut request = samples::request();
        text.clone_into(&mut request.reference);
        let position = text
            .bytes()
            .position(|byte| !(0x20..=0x7e).contains(&byte))
            .unwrap();
        let byte = text.as_bytes()[position];
        let error = ReadError::Character {
            field: 6,
            position,
            byte,
        };
        assert_eq!(
            request.encode(),
            Err(PayloadError::Field(error)),
            "{text:?}"
        );
        assert!(error.to_string().is_ascii());
    }
}

#[test]
fn the_caps_of_a_transaction_hold_at_the_cap_and_one_past_it() {
    use crate::limits::{MAX_PREVIOUS_TRANSACTIONS, MAX_TRANSACTION_BYTES};
    let mut request = samples::request();
    request.transaction = vec![1; MAX_TRANSACTION_BYTES];
    request.encode().unwrap();
    request.transaction.push(1);
    let found = MAX_TRANSACTION_BYTES + 1;
    let error = ReadError::Length {
        field: 4,
        found,
        minimum: 1,
        maximum: MAX_TRANSACTION_BYTES,
    };
    assert_eq!(request.encode(), Err(PayloadError::Field(error)));

    let mut request = samples::request();
    let numbered = |count: usize| {
        (0..count)
            .map(|n| n.to_be_bytes().to_vec())
            .collect::<Vec<_>>()
    };
    request.previous_transactions = numbered(MAX_PREVIOUS_TRANSACTIONS);
    request.encode().unwrap();
    request.previous_transactions = numbered(MAX_PREVIOUS_TRANSACTIONS + 1);
    let error = ReadError::EntryCount {
        field: 5,
        found: 1001,
        minimum: 0,
        maximum: 1000,
    };
    assert_eq!(request.encode(), Err(PayloadError::Field(error)));
}

#[test]
fn a_previous_transaction_is_taken_at_its_cap_and_refused_one_past_it() {
    use crate::limits::MAX_PREVIOUS_TRANSACTION_BYTES as MAXIMUM;
    let mut request = samples::request();
    request.previous_transactions = vec![vec![1; MAXIMUM]];
    request.encode().unwrap();
    request.previous_transactions = vec![vec![1; MAXIMUM + 1]];
    let error = ReadError::Length {
        field: 5,
        found: MAXIMUM + 1,
        minimum: 1,
        maximum: MAXIMUM,
    };
    assert_eq!(request.encode(), Err(PayloadError::Field(error)));
}

#[test]
fn the_caps_of_a_result_hold_at_the_cap_and_one_past_it() {
    let signature = |index: usize| IndexedSignature {
        index: u32::try_from(index).unwrap(),
        signature: vec![1; 64],
    };
    let mut result = samples::signing_result();
    result.signatures = (0..1000).map(signature).collect();
    result.approvals = vec![[1; 32]; 16];
    result.encode().unwrap();
    result.signatures = (0..1001).map(signature).collect();
    let error = ReadError::EntryCount {
        field: 3,
        found: 1001,
        minimum: 1,
        maximum: 1000,
    };
    assert_eq!(result.encode(), Err(PayloadError::Field(error)));
    result.signatures.truncate(1);
    result.approvals.push([1; 32]);
    let error = ReadError::EntryCount {
        field: 4,
        found: 17,
        minimum: 1,
        maximum: 16,
    };
    assert_eq!(result.encode(), Err(PayloadError::Field(error)));
}

#[test]
fn a_signature_has_64_or_65_bytes() {
    for (length, accepted) in [(63, false), (64, true), (65, true), (66, false)] {
        let mut result = samples::signing_result();
        result.signatures = vec![IndexedSignature {
            index: 0,
            signature: vec![1; length],
        }];
        assert_eq!(result.encode().is_ok(), accepted, "{length} bytes");
    }
}

#[test]
fn signatures_and_wallets_that_repeat_or_descend_are_refused() {
    for second in [0, 1] {
        let mut result = samples::signing_result();
        result.signatures[0].index = 1;
        result.signatures[1].index = second;
        let error = PayloadError::OutOfOrder {
            field: 3,
            position: 1,
        };
        assert_eq!(result.encode(), Err(error));
    }
    let mut enrolment = samples::enrolment();
    enrolment.wallets.push(enrolment.wallets[0].clone());
    let error = PayloadError::OutOfOrder {
        field: 4,
        position: 1,
    };
    assert_eq!(enrolment.encode(), Err(error));
}

#[test]
fn the_number_of_wallets_is_capped() {
    let mut enrolment = samples::enrolment();
    let wallet = enrolment.wallets.remove(0);
    let numbered = |count: u32| {
        (0..count)
            .map(|n| EnrolledWallet {
                wallet: format!("wallet-{n:03}"),
                ..wallet.clone()
            })
            .collect::<Vec<_>>()
    };
    enrolment.wallets = numbered(64);
    enrolment.encode().unwrap();
    enrolment.wallets = numbered(65);
    let error = ReadError::EntryCount {
        field: 4,
        found: 65,
        minimum: 0,
        maximum: 64,
    };
    assert_eq!(enrolment.encode(), Err(PayloadError::Field(error)));
}

#[test]
fn a_code_is_ok_or_words_behind_an_e() {
    for code in [
        "OK", "E_", "e_limit", "E_Limit", "E LIMIT", "LIMIT", "E_LIMIT1",
    ] {
        let mut refusal = samples::refusal();
        code.clone_into(&mut refusal.code);
        let expected = "a reason code such as E_LIMIT_TX";
        let error = PayloadError::Code {
            field: 3,
            expected,
            found: code.len(),
        };
        assert_eq!(refusal.encode(), Err(error));
    }
    let mut request = samples::request();
    for verdict in ["OK", "E_A", "E__"] {
        verdict.clone_into(&mut request.preflight_verdict);
        assert!(request.encode().is_ok(), "{verdict}");
    }
}

/// Offsets of the value of every field of the outermost map, and the offset behind the last one.
fn value_offsets(bytes: &[u8]) -> Vec<usize> {
    let mut offset = 1;
    let mut offsets = Vec::new();
    while offset < bytes.len() {
        offset += crate::cbor::first_item_length(&bytes[offset..]).unwrap();
        offsets.push(offset);
        offset += crate::cbor::first_item_length(&bytes[offset..]).unwrap();
    }
    offsets
}

/// One value of every CBOR type that canonical packets may hold.
const ONE_OF_EACH: [&[u8]; 8] = [
    &[0x18, 0x64],
    &[0x20],
    &[0x41, 0x00],
    &[0x61, 0x61],
    &[0x80],
    &[0xa0],
    &[0xf5],
    &[0xf6],
];

fn assert_no_field_takes_another_type<P: Payload + Debug + PartialEq>(payload: &P) {
    let bytes = payload.encode().unwrap();
    for offset in value_offsets(&bytes) {
        let length = crate::cbor::first_item_length(&bytes[offset..]).unwrap();
        for other in ONE_OF_EACH {
            if other[0] >> 5 == bytes[offset] >> 5 && other[0] != 0xf6 {
                continue;
            }
            let mut changed = bytes[..offset].to_vec();
            changed.extend_from_slice(other);
            changed.extend_from_slice(&bytes[offset + length..]);
            assert!(
                matches!(
                    P::decode(&changed),
                    Err(PayloadError::Field(ReadError::WrongType { .. }))
                ),
                "{:?} took {other:02x?} at {offset}",
                P::KIND
            );
        }
    }
}

#[test]
fn no_field_takes_a_value_of_another_type_cbr_08() {
    assert_no_field_takes_another_type(&samples::request());
    assert_no_field_takes_another_type(&samples::signing_result());
    assert_no_field_takes_another_type(&samples::refusal());
    assert_no_field_takes_another_type(&samples::approval());
    assert_no_field_takes_another_type(&samples::enrolment());
}

#[test]
fn a_truncated_payload_is_refused_at_every_length_cbr_13() {
    let bytes = samples::enrolment().encode().unwrap();
    for length in 0..bytes.len() {
        assert!(
            Enrolment::decode(&bytes[..length]).is_err(),
            "{length} bytes"
        );
    }
}

#[test]
fn a_payload_wrapped_once_more_is_refused_cbr_07() {
    let mut bytes = vec![0x81];
    bytes.extend_from_slice(&samples::request().encode().unwrap());
    let error = ReadError::WrongType {
        field: 0,
        expected: "a map",
        found: "an array",
    };
    assert_eq!(Request::decode(&bytes), Err(PayloadError::Field(error)));
    let mut bytes = vec![0xd9, 0xd9, 0xf7];
    bytes.extend_from_slice(&samples::request().encode().unwrap());
    let error = CanonicalError::Tag {
        offset: 0,
        tag: 55_799,
    };
    assert_eq!(
        Request::decode(&bytes),
        Err(PayloadError::Field(error.into()))
    );
}

#[test]
fn content_types_lead_back_to_their_kinds_and_share_no_domain_pkt_04() {
    let domains: std::collections::BTreeSet<&str> = PacketKind::ALL
        .iter()
        .map(|kind| kind.seal_domain())
        .collect();
    assert_eq!(domains.len(), PacketKind::ALL.len());
    for kind in PacketKind::ALL {
        assert_eq!(
            PacketKind::from_content_type(kind.content_type()),
            Some(kind)
        );
    }
    assert_eq!(PacketKind::from_content_type("application/cbor"), None);
}

proptest! {
    #[test]
    fn any_approval_is_read_back(
        digests: [[u8; 32]; 4],
        ceremony: [u8; 16],
        operator in "[ -~]{1,64}",
        role in "[ -~]{1,64}",
        approved_at: u64,
    ) {
        let [intent, review_digest, policy_hash, journal_head] = digests;
        let intent = IntentDigest::from_bytes(intent);
        let approval = Approval {
            intent, review_digest, policy_hash, ceremony, journal_head, operator, role, approved_at,
        };
        let bytes = approval.encode().unwrap();
        prop_assert_eq!(Approval::decode(&bytes), Ok(approval));
    }

    #[test]
    fn any_request_is_read_back(
        transaction in proptest::collection::vec(any::<u8>(), 1..300),
        previous in proptest::collection::btree_set(
            proptest::collection::vec(any::<u8>(), 1..40), 0..5),
        reference in "[ -~]{1,64}",
        created in 0..u64::MAX,
        sequence: u64,
        replaces: Option<[u8; 32]>,
    ) {
        let request = Request {
            transaction,
            previous_transactions: previous.into_iter().collect(),
            reference,
            created,
            expires: u64::MAX,
            sequence,
            replaces: replaces.map(IntentDigest::from_bytes),
            ..samples::request()
        };
        let bytes = request.encode().unwrap();
        prop_assert_eq!(Request::decode(&bytes), Ok(request));
    }

    #[test]
    fn bytes_at_random_are_read_only_if_they_are_what_would_be_written(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        if let Ok(refusal) = RefusalNotice::decode(&bytes) {
            prop_assert_eq!(refusal.encode(), Ok(bytes));
        }
    }
}
