//! What is read as a public key, and what is not.

use proptest::prelude::*;

use super::*;

const GENERATOR: &str = "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

fn key_of(curve: Curve, secret: &[u8; 32]) -> (PublicKey, Vec<u8>) {
    let (compressed, uncompressed) = match curve {
        Curve::P256 => {
            let key = *p256::ecdsa::SigningKey::from_slice(secret)
                .unwrap()
                .verifying_key();
            (
                key.to_sec1_point(true).as_bytes().to_vec(),
                key.to_sec1_point(false).as_bytes().to_vec(),
            )
        }
        Curve::Secp256k1 => {
            let key = *k256::ecdsa::SigningKey::from_slice(secret)
                .unwrap()
                .verifying_key();
            (
                key.to_sec1_point(true).as_bytes().to_vec(),
                key.to_sec1_point(false).as_bytes().to_vec(),
            )
        }
    };
    (
        PublicKey::from_sec1(curve, &compressed).unwrap(),
        uncompressed,
    )
}

fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag, u8::try_from(content.len()).unwrap()];
    der.extend_from_slice(content);
    der
}

#[test]
fn a_point_is_read_bare_or_in_an_octet_string_compressed_or_not() {
    for curve in [Curve::P256, Curve::Secp256k1] {
        let (key, uncompressed) = key_of(curve, &[7; 32]);
        let compressed = key.compressed().to_vec();
        for bytes in [
            compressed.clone(),
            uncompressed.clone(),
            wrapped(0x04, &compressed),
            wrapped(0x04, &uncompressed),
        ] {
            assert_eq!(PublicKey::from_ec_point(curve, &bytes), Ok(key));
        }
    }
}

#[test]
fn a_point_in_a_bit_string_is_refused() {
    let (key, uncompressed) = key_of(Curve::Secp256k1, &[7; 32]);
    for point in [key.compressed().to_vec(), uncompressed] {
        let mut content = vec![0];
        content.extend_from_slice(&point);
        let bytes = wrapped(0x03, &content);
        assert_eq!(
            PublicKey::from_ec_point(Curve::Secp256k1, &bytes),
            Err(PublicKeyError::Encoding {
                length: bytes.len()
            })
        );
    }
}

#[test]
fn a_point_one_byte_too_short_or_too_long_is_refused() {
    let (_key, uncompressed) = key_of(Curve::P256, &[7; 32]);
    let octets = wrapped(0x04, &uncompressed);
    for length in [0, 1, 32, 34, 64, 66, 68] {
        let mut bytes = octets.clone();
        bytes.resize(length, 0);
        assert_eq!(
            PublicKey::from_ec_point(Curve::P256, &bytes),
            Err(PublicKeyError::Encoding { length })
        );
    }
}

#[test]
fn an_octet_string_with_a_wrong_inner_length_is_refused() {
    let (_key, uncompressed) = key_of(Curve::P256, &[7; 32]);
    let mut bytes = wrapped(0x04, &uncompressed);
    bytes[1] = 64;
    assert_eq!(
        PublicKey::from_ec_point(Curve::P256, &bytes),
        Err(PublicKeyError::Encoding { length: 67 })
    );
}

#[test]
fn the_point_at_infinity_and_hybrid_points_are_refused() {
    let (_key, mut hybrid) = key_of(Curve::P256, &[7; 32]);
    hybrid[0] = 0x06;
    assert_eq!(
        PublicKey::from_ec_point(Curve::P256, &hybrid),
        Err(PublicKeyError::Encoding { length: 65 })
    );
    assert_eq!(
        PublicKey::from_ec_point(Curve::P256, &[0x00]),
        Err(PublicKeyError::Encoding { length: 1 })
    );
}

#[test]
fn a_point_of_the_other_curve_is_refused() {
    let (_key, uncompressed) = key_of(Curve::P256, &[7; 32]);
    assert_eq!(
        PublicKey::from_ec_point(Curve::Secp256k1, &uncompressed),
        Err(PublicKeyError::NotOnCurve {
            curve: Curve::Secp256k1
        })
    );
}

#[test]
fn a_text_is_refused_for_its_first_fault() {
    let cases = [
        ("", PublicKeyError::Algorithm),
        ("ed25519:00", PublicKeyError::Algorithm),
        ("ES256K:00", PublicKeyError::Algorithm),
        ("es256k:0279", PublicKeyError::TextLength { found: 4 }),
        (
            &format!("{GENERATOR}0"),
            PublicKeyError::TextLength { found: 67 },
        ),
        (
            &GENERATOR.replace("79be", "79BE"),
            PublicKeyError::Hex { position: 4 },
        ),
        (
            &GENERATOR.replace("es256k:02", "es256k:05"),
            PublicKeyError::Encoding { length: 33 },
        ),
        (
            &GENERATOR.replace("es256k", "es256"),
            PublicKeyError::NotOnCurve { curve: Curve::P256 },
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(text.parse::<PublicKey>(), Err(expected), "{text}");
    }
}

#[test]
fn a_curve_is_known_by_its_object_identifier_only() {
    for curve in [Curve::P256, Curve::Secp256k1] {
        assert_eq!(Curve::from_ec_params(curve.ec_params()), Some(curve));
    }
    // PrintableString "secp256k1", and P-384.
    assert_eq!(Curve::from_ec_params(b"\x13\x09secp256k1"), None);
    assert_eq!(
        Curve::from_ec_params(&[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22]),
        None
    );
    assert_eq!(Curve::from_ec_params(&[]), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_key_is_read_back_from_its_text(secret in any::<[u8; 32]>(), first in any::<bool>()) {
        let curve = if first { Curve::P256 } else { Curve::Secp256k1 };
        prop_assume!(k256::SecretKey::from_slice(&secret).is_ok());
        prop_assume!(p256::SecretKey::from_slice(&secret).is_ok());
        let (key, _uncompressed) = key_of(curve, &secret);
        prop_assert_eq!(key.to_string().parse(), Ok(key));
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for curve in [Curve::P256, Curve::Secp256k1] {
            if let Ok(key) = PublicKey::from_ec_point(curve, &bytes) {
                prop_assert_eq!(key.to_string().parse(), Ok(key));
            }
        }
    }
}
