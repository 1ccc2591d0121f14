//! The seal: every bit, every kind against every other, every algorithm, and a COSE library that
//! is not ours as judge.

use std::fmt::Debug;

use coset::{CborSerializable as _, TaggedCborSerializable as _};
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::structure::{protected_header, sealed, signing_digest};
use super::*;
use crate::IntentDigest;
use crate::cbor::{CanonicalError, Item, MapItem, ReadError};
use crate::limits::MAX_PACKET_BYTES;
use crate::packet::samples::{self, sealer};
use crate::packet::{
    Approval, Enrolment, PacketKind, Payload, PayloadError, RefusalNotice, Request, SigningResult,
};

const CDDL: &str = include_str!("../../../docs/transfer-format.cddl");

fn seal<P: Payload>(payload: P) -> Packet<P> {
    sealer()
        .seal(Draft::new(payload, sealer().public_key()).unwrap())
        .unwrap()
}

/// A P-256 key, as an operator's token would hold.
fn operator() -> (p256::ecdsa::SigningKey, SealKey) {
    let secret = p256::ecdsa::SigningKey::from_slice(&[0x22; 32]).unwrap();
    let point = secret.verifying_key().to_sec1_point(true);
    let key = SealKey::from_point(SealAlgorithm::Es256, point.as_bytes()).unwrap();
    (secret, key)
}

fn operator_signature(digest: &[u8; 32]) -> [u8; 64] {
    let (secret, _) = operator();
    let signature: p256::ecdsa::Signature = secret.sign_prehash(digest).unwrap();
    signature.normalize_s().to_bytes().into()
}

fn read_and_open<P: Payload>(bytes: Vec<u8>, key: &SealKey) -> bool {
    Envelope::read(bytes).is_ok_and(|envelope| envelope.open::<P>(key).is_ok())
}

#[test]
fn a_sealed_packet_of_every_kind_is_read_back() {
    fn check<P: Payload + PartialEq + Debug + Clone>(payload: &P) {
        let packet = seal(payload.clone());
        let envelope = Envelope::read(packet.bytes().to_vec()).unwrap();
        assert_eq!(envelope.kind(), P::KIND);
        assert_eq!(envelope.algorithm(), SealAlgorithm::Es256k);
        assert_eq!(envelope.key_id(), sealer().public_key().key_id());
        assert_eq!(envelope.packet_digest(), packet.digest());
        let opened = envelope.open::<P>(&sealer().public_key()).unwrap();
        assert_eq!(opened, packet);
        assert_eq!(opened.into_payload(), *payload);
    }
    check(&samples::request());
    check(&samples::signing_result());
    check(&samples::refusal());
    check(&samples::approval());
    check(&samples::enrolment());
}

#[test]
fn a_flipped_bit_anywhere_in_a_request_is_refused_pkt_03_cbr_13() {
    let packet = seal(samples::request());
    let key = sealer().public_key();
    assert!(read_and_open::<Request>(packet.bytes().to_vec(), &key));
    for position in 0..packet.bytes().len() {
        for bit in 0..8 {
            let mut bytes = packet.bytes().to_vec();
            bytes[position] ^= 1 << bit;
            assert!(
                !read_and_open::<Request>(bytes, &key),
                "bit {bit} of byte {position}"
            );
        }
    }
}

#[test]
fn a_request_cut_anywhere_or_made_longer_is_refused_cbr_13_cbr_06() {
    let packet = seal(samples::request());
    for length in 0..packet.bytes().len() {
        assert!(
            Envelope::read(packet.bytes()[..length].to_vec()).is_err(),
            "{length} bytes"
        );
    }
    let mut bytes = packet.bytes().to_vec();
    let offset = bytes.len();
    bytes.extend_from_slice(packet.bytes());
    let error = CanonicalError::TrailingBytes {
        offset,
        count: offset,
    };
    assert_eq!(
        Envelope::read(bytes).map(drop),
        Err(EnvelopeError::NotCanonical(error))
    );
}

#[test]
fn no_kind_is_taken_for_another_pkt_04() {
    fn open_as<P: Payload>(envelope: Envelope) -> Result<PacketKind, OpenError> {
        envelope.open::<P>(&sealer().public_key()).map(|_| P::KIND)
    }
    let read = |bytes: &[u8]| Envelope::read(bytes.to_vec()).unwrap();
    let packets = [
        seal(samples::request()).bytes().to_vec(),
        seal(samples::signing_result()).bytes().to_vec(),
        seal(samples::refusal()).bytes().to_vec(),
        seal(samples::approval()).bytes().to_vec(),
        seal(samples::enrolment()).bytes().to_vec(),
    ];
    for (found, bytes) in PacketKind::ALL.into_iter().zip(&packets) {
        let opened = [
            open_as::<Request>(read(bytes)),
            open_as::<SigningResult>(read(bytes)),
            open_as::<RefusalNotice>(read(bytes)),
            open_as::<Approval>(read(bytes)),
            open_as::<Enrolment>(read(bytes)),
        ];
        for (expected, opened) in PacketKind::ALL.into_iter().zip(opened) {
            if found == expected {
                assert_eq!(opened, Ok(found));
            } else {
                assert_eq!(opened, Err(OpenError::WrongKind { found, expected }));
            }
        }
    }
}

/// Even a forger who changes the content type cannot use a signature made for another kind: the
/// domain tag in `external_aad` differs.
#[test]
fn a_signature_made_for_one_kind_does_not_hold_for_another_pkt_04() {
    let key = sealer().public_key();
    let (secret, payload) = (sealer(), samples::refusal().encode().unwrap());
    for kind in PacketKind::ALL {
        let protected = protected_header(key.algorithm(), PacketKind::Refusal, key.key_id());
        let digest = signing_digest(kind, &protected, &payload);
        let signature = software_signature(&secret, &digest);
        let envelope = Envelope::read(sealed(&protected, &payload, &signature)).unwrap();
        let opened = envelope.open::<RefusalNotice>(&key).map(drop);
        match kind {
            PacketKind::Refusal => assert_eq!(opened, Ok(())),
            PacketKind::Request
            | PacketKind::Result
            | PacketKind::Approval
            | PacketKind::Enrolment => {
                assert_eq!(opened, Err(OpenError::Seal(SealError::WrongSignature)));
            }
        }
    }
}

/// What the sealer would sign if it were given a digest; only tests may do so.
fn software_signature(_: &SoftwareSealer, digest: &[u8; 32]) -> [u8; 64] {
    let secret = k256::ecdsa::SigningKey::from_slice(&[0x11; 32]).unwrap();
    let signature: k256::ecdsa::Signature = secret.sign_prehash(digest).unwrap();
    signature.normalize_s().to_bytes().into()
}

/// A seal over any payload with any header, rightly signed: what a source turned hostile can do.
fn hostile_seal(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let digest = signing_digest(PacketKind::Request, protected, payload);
    sealed(protected, payload, &software_signature(&sealer(), &digest))
}

fn request_header() -> Vec<u8> {
    protected_header(
        SealAlgorithm::Es256k,
        PacketKind::Request,
        sealer().public_key().key_id(),
    )
}

#[test]
fn a_seal_with_an_algorithm_outside_the_list_is_refused_pkt_08() {
    let payload = samples::request().encode().unwrap();
    // none (reserved 0), EdDSA, ES384, HMAC 256/256, RS256.
    for number in [0, -8, -35, 5, -257] {
        let header = MapItem::new()
            .with(1, Item::int(number))
            .with(3, Item::text(PacketKind::Request.content_type()))
            .with(4, Item::bytes(sealer().public_key().key_id().as_bytes()));
        let bytes = hostile_seal(&Item::map(header).into_bytes(), &payload);
        let error = EnvelopeError::UnknownAlgorithm { found: number };
        assert_eq!(Envelope::read(bytes).map(drop), Err(error));
    }
}

#[test]
fn a_seal_that_names_the_other_curve_is_refused_pkt_08() {
    let key = sealer().public_key();
    let protected = protected_header(SealAlgorithm::Es256, PacketKind::Request, key.key_id());
    let bytes = hostile_seal(&protected, &samples::request().encode().unwrap());
    let envelope = Envelope::read(bytes).unwrap();
    let (found, expected) = (SealAlgorithm::Es256, SealAlgorithm::Es256k);
    assert_eq!(
        envelope.open::<Request>(&key).map(drop),
        Err(OpenError::WrongAlgorithm { found, expected })
    );
}

#[test]
fn a_seal_by_another_key_is_refused_pkt_01() {
    let other = SoftwareSealer::from_bytes(&[0x33; 32])
        .unwrap()
        .public_key();
    let envelope = Envelope::read(seal(samples::request()).bytes().to_vec()).unwrap();
    let (found, expected) = (sealer().public_key().key_id(), other.key_id());
    assert_eq!(
        envelope.open::<Request>(&other).map(drop),
        Err(OpenError::WrongKey { found, expected })
    );
    // The other key's id under this key's signature.
    let protected = protected_header(SealAlgorithm::Es256k, PacketKind::Request, other.key_id());
    let bytes = hostile_seal(&protected, &samples::request().encode().unwrap());
    let envelope = Envelope::read(bytes).unwrap();
    assert_eq!(
        envelope.open::<Request>(&other).map(drop),
        Err(OpenError::Seal(SealError::WrongSignature))
    );
}

#[test]
fn a_kind_of_packet_nobody_knows_is_refused_pkt_09() {
    for name in [
        "application/vnd.coldsign.source-key+cbor",
        "application/cbor",
        "x",
    ] {
        let header = MapItem::new()
            .with(1, Item::int(-47))
            .with(3, Item::text(name))
            .with(4, Item::bytes(sealer().public_key().key_id().as_bytes()));
        let bytes = hostile_seal(
            &Item::map(header).into_bytes(),
            &samples::request().encode().unwrap(),
        );
        let error = EnvelopeError::UnknownContentType {
            found: name.to_owned(),
        };
        assert_eq!(error.code(), "E_PACKET_KIND");
        assert_eq!(Envelope::read(bytes).map(drop), Err(error));
    }
}

#[test]
fn a_rightly_sealed_payload_that_breaks_the_schema_is_refused_pkt_11() {
    let mut payload = samples::request().encode().unwrap();
    payload[0] += 1;
    payload.extend_from_slice(&[0x0c, 0xf5]);
    let envelope = Envelope::read(hostile_seal(&request_header(), &payload)).unwrap();
    let error = PayloadError::Field(ReadError::UnknownField { field: 12 });
    assert_eq!(
        envelope.open::<Request>(&sealer().public_key()).map(drop),
        Err(OpenError::Payload(error))
    );
}

#[test]
fn a_payload_is_not_parsed_before_its_seal_holds_pkt_12() {
    let mut bytes = hostile_seal(&request_header(), &[0xff; 40]);
    let envelope = Envelope::read(bytes.clone()).unwrap();
    let error = CanonicalError::IndefiniteLength { offset: 0 };
    assert_eq!(
        envelope.open::<Request>(&sealer().public_key()).map(drop),
        Err(OpenError::Payload(PayloadError::Field(error.into())))
    );
    // The same payload under a seal that does not hold: only the seal is mentioned.
    let last = bytes.len() - 40;
    bytes[last] ^= 1;
    let envelope = Envelope::read(bytes).unwrap();
    assert!(matches!(
        envelope.open::<Request>(&sealer().public_key()).map(drop),
        Err(OpenError::Seal(_))
    ));
}

#[test]
fn unprotected_entries_further_header_entries_and_further_parts_are_refused_cbr_07() {
    let payload = samples::request().encode().unwrap();
    let signature = [1; 64];
    let parts = |unprotected: MapItem, more: &[Item]| {
        let mut parts = vec![
            Item::bytes(&request_header()),
            Item::map(unprotected),
            Item::bytes(&payload),
            Item::bytes(&signature),
        ];
        parts.extend_from_slice(more);
        Item::tagged(18, &Item::array(parts)).into_bytes()
    };
    Envelope::read(parts(MapItem::new(), &[])).unwrap();
    let error = ReadError::UnknownField { field: 4 };
    assert_eq!(
        Envelope::read(parts(MapItem::new().with(4, Item::null()), &[])).map(drop),
        Err(EnvelopeError::Structure(error))
    );
    let error = ReadError::EntryCount {
        field: 0,
        found: 5,
        minimum: 4,
        maximum: 4,
    };
    assert_eq!(
        Envelope::read(parts(MapItem::new(), &[Item::null()])).map(drop),
        Err(EnvelopeError::Structure(error))
    );
    let header = MapItem::new()
        .with(1, Item::int(-47))
        .with(2, Item::array([Item::uint(1)]))
        .with(3, Item::text(PacketKind::Request.content_type()))
        .with(4, Item::bytes(&[0; 16]));
    let error = ReadError::UnknownField { field: 2 };
    assert_eq!(
        Envelope::read(hostile_seal(&Item::map(header).into_bytes(), &payload)).map(drop),
        Err(EnvelopeError::Structure(error))
    );
}

#[test]
fn a_packet_is_taken_at_the_cap_and_not_looked_at_beyond_it() {
    let bytes = vec![0; MAX_PACKET_BYTES + 1];
    let (found, limit) = (MAX_PACKET_BYTES + 1, MAX_PACKET_BYTES);
    let error = EnvelopeError::TooLarge { found, limit };
    assert_eq!(Envelope::read(bytes).map(drop), Err(error));
    // At the cap the next rule speaks.
    let error = CanonicalError::TagMissing { expected: 18 };
    let bytes = vec![0; MAX_PACKET_BYTES];
    assert_eq!(
        Envelope::read(bytes).map(drop),
        Err(EnvelopeError::NotCanonical(error))
    );
}

#[test]
fn a_draft_larger_than_a_packet_may_be_is_refused() {
    let draft = |last: usize| {
        let mut request = samples::request();
        request.previous_transactions = (0..4_u8).map(|n| vec![n; 1_000_000]).collect();
        request.previous_transactions.push(vec![9; last]);
        Draft::new(request, sealer().public_key())
    };
    let mut last = 194_304;
    while draft(last).is_err() {
        last -= 1;
    }
    let packet = sealer().seal(draft(last).unwrap()).unwrap();
    assert_eq!(packet.bytes().len(), MAX_PACKET_BYTES);
    assert!(read_and_open::<Request>(
        packet.bytes().to_vec(),
        &sealer().public_key()
    ));
    let (found, limit) = (MAX_PACKET_BYTES + 1, MAX_PACKET_BYTES);
    assert_eq!(
        draft(last + 1).map(drop),
        Err(DraftError::TooLarge { found, limit })
    );
}

#[test]
fn a_signature_with_high_s_is_refused_on_both_curves() {
    let digest = [5; 32];
    let (secret, key) = operator();
    let low = operator_signature(&digest);
    assert_eq!(key.verify_prehash(&digest, &low), Ok(()));
    let parsed = p256::ecdsa::Signature::from_slice(&low).unwrap();
    let high = p256::ecdsa::Signature::from_scalars(parsed.r(), -parsed.s()).unwrap();
    let high: [u8; 64] = high.to_bytes().into();
    assert_eq!(key.verify_prehash(&digest, &high), Err(SealError::HighS));
    drop(secret);

    let key = sealer().public_key();
    let low = software_signature(&sealer(), &digest);
    assert_eq!(key.verify_prehash(&digest, &low), Ok(()));
    let parsed = k256::ecdsa::Signature::from_slice(&low).unwrap();
    let high = k256::ecdsa::Signature::from_scalars(parsed.r(), -parsed.s()).unwrap();
    let high: [u8; 64] = high.to_bytes().into();
    assert_eq!(key.verify_prehash(&digest, &high), Err(SealError::HighS));
}

#[test]
fn signatures_of_zeros_and_of_numbers_beyond_the_order_are_refused() {
    for key in [sealer().public_key(), operator().1] {
        for signature in [[0; 64], [0xff; 64]] {
            assert_eq!(
                key.verify_prehash(&[5; 32], &signature),
                Err(SealError::Malformed)
            );
        }
    }
}

#[test]
fn a_draft_takes_only_the_signature_of_its_own_key() {
    let (_, key) = operator();
    let draft = Draft::new(samples::approval(), key).unwrap();
    let digest = draft.digest();
    let packet = draft.seal(operator_signature(&digest)).unwrap();
    assert!(read_and_open::<Approval>(packet.bytes().to_vec(), &key));

    let draft = Draft::new(samples::approval(), key).unwrap();
    let wrong = software_signature(&sealer(), &draft.digest());
    draft.seal(wrong).unwrap_err();
    let draft = Draft::new(samples::approval(), key).unwrap();
    assert_eq!(
        sealer().seal(draft).map(drop),
        Err(SealError::WrongSignature)
    );
}

/// coset reads our seal and builds the `Sig_structure` itself; k256 and p256 verify over it.
#[test]
fn another_cose_library_reads_and_verifies_the_seals() {
    use k256::ecdsa::signature::Verifier as _;
    let packet = seal(samples::request());
    let message = coset::CoseSign1::from_tagged_slice(packet.bytes()).unwrap();
    let expected = coset::RegisteredLabelWithPrivate::Assigned(coset::iana::Algorithm::ES256K);
    assert_eq!(message.protected.header.alg, Some(expected));
    assert_eq!(
        message.protected.header.key_id,
        sealer().public_key().key_id().as_bytes()
    );
    let secret = k256::ecdsa::SigningKey::from_slice(&[0x11; 32]).unwrap();
    message
        .verify_signature(b"coldsign/seal/request/v1", |signature, to_be_signed| {
            let signature = k256::ecdsa::Signature::from_slice(signature)?;
            secret.verifying_key().verify(to_be_signed, &signature)
        })
        .unwrap();
    assert_eq!(message.payload.as_deref(), Some(packet.payload_bytes()));

    let (secret, key) = operator();
    let draft = Draft::new(samples::approval(), key).unwrap();
    let digest = draft.digest();
    let packet = draft.seal(operator_signature(&digest)).unwrap();
    let message = coset::CoseSign1::from_tagged_slice(packet.bytes()).unwrap();
    let to_be_signed = message.tbs_data(b"coldsign/seal/approval/v1");
    assert_eq!(<[u8; 32]>::from(Sha256::digest(&to_be_signed)), digest);
    let signature = p256::ecdsa::Signature::from_slice(&message.signature).unwrap();
    secret
        .verifying_key()
        .verify(&to_be_signed, &signature)
        .unwrap();
    // The library writes the same header bytes.
    assert_eq!(
        message.protected.header.to_vec().unwrap(),
        protected_header(SealAlgorithm::Es256, PacketKind::Approval, key.key_id())
    );
}

#[test]
fn sealed_packets_of_every_kind_follow_the_cddl() {
    fn check(bytes: &[u8]) {
        let cddl = format!("start = packet\n{CDDL}");
        if let Err(error) = cddl::validate_cbor_from_slice(&cddl, bytes, None) {
            panic!("the packet breaks docs/transfer-format.cddl: {error}");
        }
    }
    check(seal(samples::request()).bytes());
    check(seal(samples::signing_result()).bytes());
    check(seal(samples::refusal()).bytes());
    check(seal(samples::approval()).bytes());
    check(seal(samples::enrolment()).bytes());
}

#[test]
fn the_intent_depends_on_the_payload_and_not_on_the_seal_pkt_07() {
    let packet = seal(samples::request());
    let other = SoftwareSealer::from_bytes(&[0x33; 32]).unwrap();
    let draft = Draft::new(samples::request(), other.public_key()).unwrap();
    let resealed = other.seal(draft).unwrap();
    assert_ne!(resealed.digest(), packet.digest());
    assert_eq!(resealed.intent(), packet.intent());
    assert_eq!(
        packet.intent(),
        IntentDigest::of(&samples::request().encode().unwrap())
    );
    let mut request = samples::request();
    request.sequence += 1;
    assert_ne!(seal(request).intent(), packet.intent());
}

#[test]
fn a_key_s_text_leads_back_to_the_key_and_no_other_text_does() {
    for key in [sealer().public_key(), operator().1] {
        let text = key.to_string();
        assert!(text.len() <= SealKey::MAX_TEXT_LENGTH);
        assert_eq!(text.parse(), Ok(key));
        let (name, digits) = text.split_once(':').unwrap();
        let upper = digits.to_uppercase();
        let wrong = [
            (digits.to_owned(), SealKeyError::UnknownAlgorithm),
            (format!("ed25519:{digits}"), SealKeyError::UnknownAlgorithm),
            (
                format!("{name}:{upper}"),
                SealKeyError::NotHexadecimal { found: 66 },
            ),
            (
                format!("{name}:{}", digits.trim_start_matches('0')),
                SealKeyError::NotHexadecimal { found: 65 },
            ),
            (
                format!("{text} "),
                SealKeyError::NotHexadecimal { found: 67 },
            ),
            (
                format!("{name}:02{}", "f".repeat(64)),
                SealKeyError::NotAPoint {
                    algorithm: key.algorithm(),
                    found: 33,
                },
            ),
        ];
        for (text, error) in wrong {
            assert_eq!(text.parse::<SealKey>(), Err(error), "{text}");
        }
    }
}

#[test]
fn a_key_has_one_form_and_the_others_of_sec_1_are_refused() {
    let secret = p256::ecdsa::SigningKey::from_slice(&[0x22; 32]).unwrap();
    let uncompressed = secret.verifying_key().to_sec1_point(false);
    let (algorithm, found) = (SealAlgorithm::Es256, 65);
    assert_eq!(
        SealKey::from_point(algorithm, uncompressed.as_bytes()),
        Err(SealKeyError::NotAPoint { algorithm, found })
    );
    for key in [sealer().public_key(), operator().1] {
        let (algorithm, found) = (key.algorithm(), 33);
        let mut point = key.compressed_point();
        for form in (0..=u8::MAX).filter(|form| !matches!(form, 2 | 3)) {
            point[0] = form;
            let error = SealKeyError::NotAPoint { algorithm, found };
            assert_eq!(SealKey::from_point(algorithm, &point), Err(error));
            let digits = data_encoding::HEXLOWER.encode(&point);
            let text = format!("{algorithm}:{digits}");
            assert_eq!(text.parse::<SealKey>(), Err(error), "{text}");
        }
    }
}

#[test]
fn the_key_id_covers_algorithm_and_point() {
    let (_, key) = operator();
    let mut preimage = b"coldsign/key-id/v1es256:".to_vec();
    preimage.extend_from_slice(&key.compressed_point());
    let digest = Sha256::digest(&preimage);
    assert_eq!(key.key_id().as_bytes()[..], digest[..16]);
}

#[test]
fn bytes_that_are_no_secret_key_are_refused() {
    for bytes in [[0; 32], [0xff; 32]] {
        assert_eq!(
            SoftwareSealer::from_bytes(&bytes).map(drop),
            Err(SecretError)
        );
    }
}

proptest! {
    #[test]
    fn random_bytes_in_the_tag_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut tagged = vec![0xd2, 0x84];
        tagged.extend_from_slice(&bytes);
        prop_assert!(!read_and_open::<Request>(tagged, &sealer().public_key()));
    }
}
