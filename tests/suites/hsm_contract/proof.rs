//! Tokens that show a registered key and do not hold it, or hold too much under one id.
//! The lies are written into the token's own files.

use super::*;

#[test]
fn a_registered_key_that_the_token_does_not_show_is_refused_hsm_02() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let found = *born(&mut unlocked, 1, Curve::Secp256k1).public_key();
        let (_pem, expected) = foreign_key(1);
        assert_eq!(
            unlocked.registered(&id(1), &expected),
            Err(KeyError::WrongPublicKey {
                id: id(1),
                expected,
                found
            })
        );
        let other_curve = *born(&mut unlocked, 2, Curve::P256).public_key();
        assert_eq!(
            unlocked.registered(&id(1), &other_curve),
            Err(KeyError::WrongCurve {
                id: id(1),
                expected: Curve::P256,
                found: Curve::Secp256k1
            })
        );
        assert_eq!(
            unlocked.registered(&id(9), &found),
            Err(KeyError::NotFound { id: id(9) })
        );
    });
}

#[test]
fn a_token_that_shows_a_public_key_without_its_private_half_is_refused_hsm_02() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let own = *born(&mut unlocked, 1, Curve::Secp256k1).public_key();
        unlocked.lock().unwrap();
        module.close().unwrap();

        let (_pem, registered) = foreign_key(1);
        replace_in_objects(softhsm, &stored_point(&own), &stored_point(&registered));

        let module = load();
        let unlocked = unlock(&module, &serial);
        assert_eq!(
            unlocked.keys()[0].public_key(),
            &registered,
            "the token now lies"
        );
        assert_eq!(
            unlocked.registered(&id(1), &registered),
            Err(KeyError::NotPossessed {
                id: id(1),
                fault: SignatureError::NotVerified { key: registered }
            })
        );
    });
}

#[test]
fn two_keys_with_one_label_and_one_id_are_refused_hsm_02() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let (first, public) = foreign_key(1);
        let (second, _other) = foreign_key(2);
        softhsm.import_key(&serial, PIN, "01", &first);
        softhsm.import_key(&serial, PIN, "01", &second);

        let module = load();
        let unlocked = unlock(&module, &serial);
        let ambiguous = KeyError::Ambiguous {
            id: id(1),
            private_keys: 2,
            public_keys: 2,
        };
        assert_eq!(unlocked.keys(), &[]);
        assert_eq!(unlocked.unusable_keys().get(&id(1)), Some(&ambiguous));
        assert_eq!(unlocked.registered(&id(1), &public), Err(ambiguous));
    });
}
