//! Accounts of a sealed seed: made in the token, proven, and signing with children; what is refused.
//! A second reader, which is not the code under test, looks at the token's objects.

use std::str::FromStr;

use bitcoin::bip32::{ChildNumber, Fingerprint, Xpub};
use bitcoin::secp256k1::Secp256k1;
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use hsm_adapter::{
    AccountMismatch, AccountPath, AccountPublic, ChildPath, ExtendedKeyVersion, ProvenAccount,
    RegisteredAccount, SeedError, SeedSpec,
};

use super::raw::{self, AES_KEY_GENERATION, Reader};
use super::*;

/// BIP-48, mainnet, first account, P2WSH.
fn path() -> AccountPath {
    "48h/0h/0h/2h".parse().unwrap()
}

fn make(unlocked: &mut Unlocked<'_>, byte: u8) {
    unlocked
        .create_seed(&SeedSpec::new(id(byte), "treasury").unwrap())
        .unwrap();
}

fn account(unlocked: &Unlocked<'_>, byte: u8) -> AccountPublic {
    unlocked.account(&id(byte), &path()).unwrap()
}

fn proven_account(unlocked: &Unlocked<'_>, byte: u8) -> ProvenAccount {
    let account = account(unlocked, byte);
    unlocked
        .registered_account(&id(byte), account.account())
        .unwrap()
}

/// What another library makes of the extended key: the origin, and the key itself.
fn parsed(expression: &str) -> (String, Xpub) {
    let (origin, key) = expression[1..].split_once(']').unwrap();
    (origin.to_owned(), Xpub::from_str(key).unwrap())
}

/// A child's public key, derived by another library.
fn derived(extended: &Xpub, branch: u32, index: u32) -> PublicKey {
    let steps = [branch, index].map(|step| ChildNumber::from_normal_idx(step).unwrap());
    let child = extended
        .derive_pub(&Secp256k1::verification_only(), &steps)
        .unwrap();
    PublicKey::from_sec1(Curve::Secp256k1, &child.public_key.serialize()).unwrap()
}

#[test]
fn the_key_that_seals_a_seed_is_born_in_the_token_and_only_seals_hsm_12() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let spec = SeedSpec::new(id(1), "treasury").unwrap();
        let made = unlocked.create_seed(&spec).unwrap();
        assert_eq!((made.id(), made.label()), (&id(1), "treasury"));
        assert_eq!(made.unsafe_attributes().as_slice(), &[]);
        assert_eq!(unlocked.seeds().unwrap(), [made]);
        assert_eq!(unlocked.keys(), &[]);

        let reader = Reader::new(&serial);
        let [key] = reader.find(&[Attribute::Class(ObjectClass::SECRET_KEY)])[..] else {
            panic!("one secret key");
        };
        let expected = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::AlwaysSensitive(true),
            Attribute::Extractable(false),
            Attribute::NeverExtractable(true),
            Attribute::Local(true),
            Attribute::KeyGenMechanism(AES_KEY_GENERATION),
            Attribute::ValueLen(32.into()),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::Sign(false),
            Attribute::Verify(false),
            Attribute::Wrap(false),
            Attribute::Unwrap(false),
            Attribute::Derive(false),
            Attribute::Modifiable(false),
            Attribute::Copyable(false),
            Attribute::Destroyable(false),
        ];
        for attribute in expected {
            let kind = attribute.attribute_type();
            assert_eq!(reader.attribute(key, kind), Some(attribute), "{kind}");
        }
        assert_eq!(
            reader.attribute(key, AttributeType::Value),
            None,
            "unreadable"
        );
        assert!(!reader.can_destroy(key));
    });
}

#[test]
fn a_sealed_seed_is_a_private_object_that_neither_changes_nor_goes() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        make(&mut unlocked, 1);
        let reader = Reader::new(&serial);
        let [seed] = reader.find(&[Attribute::Class(ObjectClass::DATA)])[..] else {
            panic!("one data object");
        };
        let expected = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Modifiable(false),
            Attribute::Copyable(false),
            Attribute::Destroyable(false),
            Attribute::Application(b"coldsign/sealed-seed/v1".to_vec()),
            Attribute::Label(b"01".to_vec()),
        ];
        for attribute in expected {
            let kind = attribute.attribute_type();
            assert_eq!(reader.attribute(seed, kind), Some(attribute), "{kind}");
        }
        assert!(!reader.can_destroy(seed));
        unlocked.lock().unwrap();
        assert_eq!(reader.find(&[]), [], "nothing is seen without the PIN");
    });
}

#[test]
fn two_hundred_children_sign_under_the_keys_that_another_library_derives() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        make(&mut unlocked, 1);
        let public = account(&unlocked, 1);
        let text = public.key_expression(ExtendedKeyVersion::Main).unwrap();
        let (origin, extended) = parsed(&text);
        let fingerprint = Fingerprint::from(public.account().fingerprint);
        assert_eq!(origin, format!("{fingerprint}/48h/0h/0h/2h"));
        assert_eq!(extended.depth, 4);

        let proven = proven_account(&unlocked, 1);
        let reader = Reader::new(&serial);
        for number in 0..200 {
            let (branch, index) = (number % 2, number / 2);
            let expected = derived(&extended, branch, index);
            let child = ChildPath::new(branch, index).unwrap();
            assert_eq!(proven.account().child(child), Ok(expected));
            let signature = unlocked
                .sign_child(&proven, child, &expected, digest(number))
                .unwrap();
            assert_signs(&expected, digest(number), &signature);
        }
        assert_eq!(reader.find(&[Attribute::Token(false)]), []);
        assert_eq!(
            reader.find(&[Attribute::Class(ObjectClass::PRIVATE_KEY)]),
            []
        );
    });
}

#[test]
fn an_account_is_the_same_after_the_token_was_locked_and_the_module_closed() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        make(&mut unlocked, 1);
        make(&mut unlocked, 2);
        let (first, second) = (account(&unlocked, 1), account(&unlocked, 2));
        assert_ne!(first, second, "every seed is another one");
        unlocked.lock().unwrap();
        module.close().unwrap();

        let module = load();
        let unlocked = unlock(&module, &serial);
        assert_eq!(account(&unlocked, 1), first);
        assert_eq!(account(&unlocked, 2), second);
        let found: Vec<_> = unlocked.seeds().unwrap();
        let ids: Vec<_> = found.iter().map(|seed| seed.id().clone()).collect();
        assert_eq!(ids, [id(1), id(2)]);
    });
}

#[test]
fn a_derived_key_is_seen_by_the_token_as_brought_in_and_locked() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        make(&mut unlocked, 1);
        let proven = proven_account(&unlocked, 1);
        let evidence = OriginEvidence {
            local: Some(false),
            never_extractable: Some(false),
            always_sensitive: Some(false),
            sensitive: Some(true),
            extractable: Some(false),
            key_generation_mechanism: None,
        };
        assert_eq!(proven.evidence(), &evidence);
        assert_eq!(evidence.class(), OriginClass::Imported);
        assert_eq!(ProvenAccount::CLASS, OriginClass::SealedSeed);
        assert_eq!(OriginClass::SealedSeed.to_string(), "sealed-seed");
    });
}

#[test]
fn an_account_that_is_not_the_registered_one_is_refused_hsm_02() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        make(&mut unlocked, 1);
        make(&mut unlocked, 2);
        let (first, second) = (account(&unlocked, 1), account(&unlocked, 2));
        let (first, second) = (first.account(), second.account());
        let other_path = RegisteredAccount {
            path: "48h/0h/1h/2h".parse().unwrap(),
            ..first.clone()
        };
        let found = unlocked.account(&id(1), &other_path.path).unwrap();
        let other_chain_code = RegisteredAccount {
            chain_code: [7; 32],
            ..first.clone()
        };
        let wrong = [
            (
                second.clone(),
                AccountMismatch::Fingerprint {
                    expected: second.fingerprint,
                    found: first.fingerprint,
                },
            ),
            (
                other_path,
                AccountMismatch::PublicKey {
                    expected: first.public_key,
                    found: found.account().public_key,
                },
            ),
            (other_chain_code, AccountMismatch::ChainCode),
        ];
        for (registered, mismatch) in wrong {
            assert_eq!(
                unlocked.registered_account(&id(1), &registered),
                Err(SeedError::WrongAccount {
                    id: id(1),
                    mismatch
                })
            );
        }
        assert_eq!(
            unlocked.registered_account(&id(9), first),
            Err(SeedError::NotFound { id: id(9) })
        );
    });
}

#[test]
fn a_child_signs_only_under_the_key_that_was_asked_for_hsm_02() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        make(&mut unlocked, 1);
        let proven = proven_account(&unlocked, 1);
        let child = |index| ChildPath::new(0, index).unwrap();
        let key = |index| proven.account().child(child(index)).unwrap();
        assert_eq!(
            unlocked.sign_child(&proven, child(0), &key(1), digest(0)),
            Err(SeedError::ChildMismatch {
                child: child(0),
                expected: key(1),
                found: key(0)
            })
        );
        assert_eq!(Reader::new(&serial).find(&[Attribute::Token(false)]), []);
    });
}

#[test]
fn an_account_proven_for_one_token_does_not_sign_on_another_hsm_02() {
    in_own_process(|softhsm| {
        let first = softhsm.init_token("twin", SO_PIN, PIN);
        let second = softhsm.init_token("twin", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &first);
        make(&mut unlocked, 1);
        let proven = proven_account(&unlocked, 1);
        unlocked.lock().unwrap();

        let mut other = unlock(&module, &second);
        make(&mut other, 1);
        let child = ChildPath::new(0, 0).unwrap();
        let expected = proven.account().child(child).unwrap();
        let has = proven_account(&other, 1).account().child(child).unwrap();
        assert_eq!(
            other.sign_child(&proven, child, &expected, digest(0)),
            Err(SeedError::ChildMismatch {
                child,
                expected,
                found: has
            })
        );
    });
}

#[test]
fn an_id_that_a_key_or_a_seed_has_is_not_used_for_a_seed() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        born(&mut unlocked, 1, Curve::Secp256k1);
        make(&mut unlocked, 2);
        for taken in [1, 2] {
            let spec = SeedSpec::new(id(taken), "another").unwrap();
            let refused = SeedError::IdInUse { id: id(taken) };
            assert_eq!(unlocked.create_seed(&spec), Err(refused));
        }
        let spec = KeySpec::new(id(2), "another", Curve::Secp256k1).unwrap();
        let refused = KeyError::IdInUse { id: id(2) };
        assert_eq!(unlocked.generate(&spec), Err(refused));
        assert_eq!(unlocked.seeds().unwrap().len(), 1);
    });
}

#[test]
fn a_seed_with_a_second_object_under_its_id_is_refused() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        make(&mut unlocked, 1);
        Reader::new(&serial).store(1, &[1; 65]);
        let ambiguous = SeedError::Ambiguous {
            id: id(1),
            keys: 1,
            seeds: 2,
        };
        assert_eq!(unlocked.account(&id(1), &path()), Err(ambiguous.clone()));
        assert_eq!(unlocked.seeds(), Err(ambiguous));
    });
}

#[test]
fn a_seed_that_was_sealed_by_another_token_is_refused() {
    in_own_process(|softhsm| {
        let first = softhsm.init_token("twin", SO_PIN, PIN);
        let second = softhsm.init_token("twin", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &first);
        make(&mut unlocked, 1);
        let sealed = Reader::new(&first).sealed_seed();
        unlocked.lock().unwrap();

        let other = unlock(&module, &second);
        let reader = Reader::new(&second);
        reader.sealing_key(1, "treasury", &[]);
        reader.store(1, &sealed);
        raw::assert_not_unsealed(&other, 1);
    });
}

#[test]
fn a_seed_sealed_by_hand_opens_and_one_with_any_change_does_not() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let unlocked = unlock(&module, &serial);
        let reader = Reader::new(&serial);
        let sealed = |byte: u8, bound_to: &[u8]| {
            let key = reader.sealing_key(byte, "treasury", &[]);
            reader.seal(key, &[0x5e; 32], bound_to)
        };
        reader.store(
            1,
            &sealed(1, b"coldsign/sealed-seed/v1\x01\x01\x08treasury\0\0\0\x01"),
        );
        unlocked.account(&id(1), &path()).unwrap();

        let elsewhere: [(u8, &[u8]); 4] = [
            (2, b""),
            (3, b"coldsign/sealed-seed/v1\x01\x04\x08treasury\0\0\0\x01"),
            (4, b"coldsign/sealed-seed/v1\x01\x04\x08treasurx\0\0\0\x01"),
            (5, b"coldsign/sealed-seed/v1\x01\x05\x08treasury\0\0\0\x02"),
        ];
        for (byte, bound_to) in elsewhere {
            reader.store(byte, &sealed(byte, bound_to));
            raw::assert_not_unsealed(&unlocked, byte);
        }
        // Epoch, nonce, seed, tag: one bit each.
        for (byte, position) in [(6, 4), (7, 5), (8, 17), (9, 64)] {
            let bound_to = [
                b"coldsign/sealed-seed/v1\x01",
                &[byte][..],
                b"\x08treasury\0\0\0\x01",
            ];
            let mut bytes = sealed(byte, &bound_to.concat());
            bytes[position] ^= 1;
            reader.store(byte, &bytes);
            raw::assert_not_unsealed(&unlocked, byte);
        }
        for (byte, bytes) in [(10, [1; 64].as_slice()), (11, &[1; 66]), (12, &[2; 65])] {
            reader.sealing_key(byte, "treasury", &[]);
            reader.store(byte, bytes);
            assert_eq!(
                unlocked.account(&id(byte), &path()),
                Err(SeedError::Malformed {
                    id: id(byte),
                    length: bytes.len()
                })
            );
        }
    });
}

#[test]
fn a_sealing_key_that_could_leave_or_do_more_is_refused_hsm_12() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let unlocked = unlock(&module, &serial);
        let reader = Reader::new(&serial);
        let loose = [
            ("CKA_SENSITIVE", Attribute::Sensitive(false), true),
            ("CKA_EXTRACTABLE", Attribute::Extractable(true), false),
            ("CKA_WRAP", Attribute::Wrap(true), false),
            ("CKA_UNWRAP", Attribute::Unwrap(true), false),
            ("CKA_MODIFIABLE", Attribute::Modifiable(true), false),
            ("CKA_COPYABLE", Attribute::Copyable(true), false),
            ("CKA_DESTROYABLE", Attribute::Destroyable(true), false),
        ];
        for (byte, (name, attribute, expected)) in (1..).zip(loose) {
            reader.sealing_key(byte, "treasury", &[attribute]);
            reader.store(byte, &[1; 65]);
            let Err(SeedError::UnsafeSealingKey { attributes, .. }) =
                unlocked.account(&id(byte), &path())
            else {
                panic!("{name}");
            };
            let fault = UnsafeAttribute {
                name,
                found: Some(!expected),
                expected,
            };
            assert!(attributes.as_slice().contains(&fault), "{attributes}");
        }
    });
}
