//! What is let through as a signature: every way in which a token may lie, without a token.

use k256::ecdsa::signature::hazmat::PrehashSigner;
use proptest::prelude::*;

use super::*;

/// Orders of the groups (SEC 2 §2.4.1; FIPS 186-4 §D.1.2.3).
const SECP256K1_ORDER: [u8; 32] =
    *b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\
       \xba\xae\xdc\xe6\xaf\x48\xa0\x3b\xbf\xd2\x5e\x8c\xd0\x36\x41\x41";
const P256_ORDER: [u8; 32] = *b"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\
       \xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";

/// A key pair outside any token.
struct Signer {
    curve: Curve,
    secret: [u8; 32],
}

impl Signer {
    fn public_key(&self) -> PublicKey {
        let point = match self.curve {
            Curve::P256 => {
                let signer = p256::ecdsa::SigningKey::from_slice(&self.secret).unwrap();
                signer
                    .verifying_key()
                    .to_sec1_point(true)
                    .as_bytes()
                    .to_vec()
            }
            Curve::Secp256k1 => {
                let signer = k256::ecdsa::SigningKey::from_slice(&self.secret).unwrap();
                signer
                    .verifying_key()
                    .to_sec1_point(true)
                    .as_bytes()
                    .to_vec()
            }
        };
        PublicKey::from_sec1(self.curve, &point).unwrap()
    }

    /// r ‖ s with low S.
    fn sign(&self, prehash: Prehash) -> [u8; 64] {
        match self.curve {
            Curve::P256 => {
                let signer = p256::ecdsa::SigningKey::from_slice(&self.secret).unwrap();
                let signature: p256::ecdsa::Signature =
                    signer.sign_prehash(prehash.as_bytes()).unwrap();
                signature.normalize_s().to_bytes().into()
            }
            Curve::Secp256k1 => {
                let signer = k256::ecdsa::SigningKey::from_slice(&self.secret).unwrap();
                let signature: k256::ecdsa::Signature =
                    signer.sign_prehash(prehash.as_bytes()).unwrap();
                signature.normalize_s().to_bytes().into()
            }
        }
    }

    fn order(&self) -> [u8; 32] {
        match self.curve {
            Curve::P256 => P256_ORDER,
            Curve::Secp256k1 => SECP256K1_ORDER,
        }
    }
}

fn signers() -> [Signer; 2] {
    [Curve::P256, Curve::Secp256k1].map(|curve| Signer {
        curve,
        secret: [0x17; 32],
    })
}

const DIGEST: Prehash = Prehash::new([0x5a; 32]);

/// order − number, big-endian.
fn negated(order: [u8; 32], number: &[u8]) -> [u8; 32] {
    let mut result = order;
    let mut borrow = false;
    for (digit, other) in result.iter_mut().zip(number).rev() {
        let (difference, first) = digit.overflowing_sub(*other);
        let (difference, second) = difference.overflowing_sub(u8::from(borrow));
        *digit = difference;
        borrow = first || second;
    }
    result
}

fn with_half(signature: [u8; 64], position: usize, half: [u8; 32]) -> [u8; 64] {
    let mut changed = signature;
    changed.as_chunks_mut::<32>().0[position] = half;
    changed
}

#[test]
fn a_right_signature_is_let_through_as_it_is() {
    for signer in signers() {
        let returned = signer.sign(DIGEST);
        let signature = verified(&returned, &signer.public_key(), DIGEST).unwrap();
        assert_eq!(signature.rs(), &returned);
        assert_eq!(signature.r(), &returned[..32]);
        assert_eq!(
            signature.recovery_id().is_some(),
            signer.curve == Curve::Secp256k1
        );
    }
}

#[test]
fn high_s_is_made_low_hsm_04() {
    for signer in signers() {
        let low = signer.sign(DIGEST);
        let high = with_half(low, 1, negated(signer.order(), &low[32..]));
        let signature = verified(&high, &signer.public_key(), DIGEST).unwrap();
        assert_eq!(signature.rs(), &low);
    }
}

#[test]
fn the_recovery_id_leads_back_to_the_registered_key() {
    let [_, signer] = signers();
    for byte in 0..32 {
        let digest = Prehash::new([byte; 32]);
        let signature = verified(&signer.sign(digest), &signer.public_key(), digest).unwrap();
        let recovered = k256::ecdsa::VerifyingKey::recover_from_prehash(
            digest.as_bytes(),
            &k256::ecdsa::Signature::from_slice(signature.rs()).unwrap(),
            k256::ecdsa::RecoveryId::from_byte(signature.recovery_id().unwrap()).unwrap(),
        )
        .unwrap();
        let point = recovered.to_sec1_point(true);
        assert_eq!(point.as_bytes(), signer.public_key().compressed());
    }
}

#[test]
fn every_flipped_bit_is_refused_hsm_01() {
    for signer in signers() {
        let returned = signer.sign(DIGEST);
        for (position, mask) in (0..64).flat_map(|byte| (0..8).map(move |bit| (byte, 1 << bit))) {
            let mut flipped = returned;
            flipped[position] ^= mask;
            let result = verified(&flipped, &signer.public_key(), DIGEST);
            assert!(
                matches!(
                    result,
                    Err(SignatureError::NotVerified { .. } | SignatureError::OutOfRange { .. })
                ),
                "byte {position}, mask {mask}: {result:?}"
            );
        }
    }
}

#[test]
fn a_signature_of_another_key_is_refused_hsm_02() {
    for signer in signers() {
        let other = Signer {
            curve: signer.curve,
            secret: [0x18; 32],
        };
        let key = signer.public_key();
        assert_eq!(
            verified(&other.sign(DIGEST), &key, DIGEST),
            Err(SignatureError::NotVerified { key })
        );
    }
}

#[test]
fn a_signature_over_another_digest_is_refused_hsm_03() {
    for signer in signers() {
        let key = signer.public_key();
        assert_eq!(
            verified(&signer.sign(Prehash::new([0x5b; 32])), &key, DIGEST),
            Err(SignatureError::NotVerified { key })
        );
    }
}

#[test]
fn a_signature_of_any_other_length_than_64_is_refused_hsm_04() {
    for signer in signers() {
        let mut returned = signer.sign(DIGEST).to_vec();
        returned.extend_from_slice(&[0; 8]);
        for length in [0, 1, 63, 65, 72] {
            assert_eq!(
                verified(&returned[..length], &signer.public_key(), DIGEST),
                Err(SignatureError::Length { found: length })
            );
        }
    }
}

#[test]
fn a_signature_in_der_is_refused_hsm_04() {
    let [_, signer] = signers();
    let der = k256::ecdsa::Signature::from_slice(&signer.sign(DIGEST))
        .unwrap()
        .to_der();
    assert_eq!(
        verified(der.as_bytes(), &signer.public_key(), DIGEST),
        Err(SignatureError::Length {
            found: der.as_bytes().len()
        })
    );
}

#[test]
fn r_or_s_of_zero_or_of_the_order_or_more_is_refused_hsm_04() {
    for signer in signers() {
        let returned = signer.sign(DIGEST);
        for half in [[0; 32], signer.order(), [0xff; 32]] {
            for position in [0, 1] {
                assert_eq!(
                    verified(
                        &with_half(returned, position, half),
                        &signer.public_key(),
                        DIGEST
                    ),
                    Err(SignatureError::OutOfRange {
                        curve: signer.curve
                    })
                );
            }
        }
    }
}

#[test]
fn an_untouched_buffer_is_refused_hsm_04() {
    for signer in signers() {
        assert_eq!(
            verified(&[0; 64], &signer.public_key(), DIGEST),
            Err(SignatureError::OutOfRange {
                curve: signer.curve
            })
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_refused_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for signer in signers() {
            prop_assert!(verified(&bytes, &signer.public_key(), DIGEST).is_err());
        }
    }

    #[test]
    fn s_is_low_whatever_the_digest(digest in any::<[u8; 32]>()) {
        for signer in signers() {
            let digest = Prehash::new(digest);
            let signature =
                verified(&signer.sign(digest), &signer.public_key(), digest).unwrap();
            let s = signature.rs().last_chunk::<32>().unwrap();
            prop_assert!(s <= &negated(signer.order(), s));
        }
    }
}
