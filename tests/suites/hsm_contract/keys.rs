//! Keys that are born in a token, keys that were brought in, and what the token says of them.
//! It signs nothing.

use super::*;

#[test]
fn a_key_is_born_in_the_token_and_can_only_sign() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        for (byte, curve) in [(1, Curve::Secp256k1), (2, Curve::P256)] {
            let key = born(&mut unlocked, byte, curve);
            assert_eq!(
                (key.id(), key.label(), key.curve()),
                (&id(byte), "treasury", curve)
            );
            let evidence = OriginEvidence {
                local: Some(true),
                never_extractable: Some(true),
                always_sensitive: Some(true),
                sensitive: Some(true),
                extractable: Some(false),
                key_generation_mechanism: Some(OriginEvidence::EC_KEY_PAIR_GENERATION),
            };
            assert_eq!(key.evidence(), &evidence);
            assert_eq!(key.class(), OriginClass::HsmBorn);
            assert_eq!(key.unsafe_attributes().as_slice(), &[]);
            assert_eq!(proven(&unlocked, &key).info(), &key);
        }
    });
}

#[test]
fn keys_are_found_again_after_the_token_was_locked_and_the_module_closed() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let first = born(&mut unlocked, 2, Curve::Secp256k1);
        let second = born(&mut unlocked, 1, Curve::P256);
        unlocked.lock().unwrap();
        module.close().unwrap();

        let module = load();
        let unlocked = unlock(&module, &serial);
        assert_eq!(unlocked.keys(), &[second, first.clone()]);
        assert_eq!(proven(&unlocked, &first).public_key(), first.public_key());
    });
}

#[test]
fn an_id_that_is_in_use_is_not_used_twice() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        born(&mut unlocked, 1, Curve::Secp256k1);
        let again = KeySpec::new(id(1), "another", Curve::P256).unwrap();
        assert_eq!(
            unlocked.generate(&again),
            Err(KeyError::IdInUse { id: id(1) })
        );
        assert_eq!(unlocked.keys().len(), 1);
    });
}

#[test]
fn an_imported_key_with_the_usages_of_an_import_is_refused_hsm_12() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let (pem, public) = foreign_key(1);
        softhsm.import_key(&serial, PIN, "01", &pem);

        let module = load();
        let unlocked = unlock(&module, &serial);
        let key = &unlocked.keys()[0];
        assert_eq!(
            (key.public_key(), key.class()),
            (&public, OriginClass::Imported)
        );
        assert_eq!(key.evidence().key_generation_mechanism, None);
        let found = key.unsafe_attributes();
        for (name, found_flag) in [
            ("CKA_LOCAL", false),
            ("CKA_NEVER_EXTRACTABLE", false),
            ("CKA_ALWAYS_SENSITIVE", false),
            ("CKA_MODIFIABLE", true),
            ("CKA_COPYABLE", true),
            ("CKA_DESTROYABLE", true),
        ] {
            let fault = UnsafeAttribute {
                name,
                found: Some(found_flag),
                expected: !found_flag,
            };
            assert!(found.as_slice().contains(&fault), "{name}: {found}");
        }
        let refused = KeyError::UnsafeAttributes {
            id: id(1),
            attributes: found.clone(),
        };
        assert_eq!(unlocked.registered(&id(1), &public), Err(refused));
    });
}
