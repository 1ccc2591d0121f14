//! What an unlocked token gives out: signatures that hold, and random bytes.
//! It knows nothing of how a key came to be proven.

use super::*;

#[test]
fn two_hundred_signatures_have_low_s_verify_recover_and_never_share_an_r_hsm_04() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let key = born(&mut unlocked, 1, Curve::Secp256k1);
        let key = proven(&unlocked, &key);
        let mut seen = BTreeSet::new();
        for number in 0..200 {
            let signature = unlocked.sign(&key, digest(number)).unwrap();
            assert_signs(key.public_key(), digest(number), &signature);
            assert_eq!(signature.r()[..], signature.rs()[..32]);
            assert!(seen.insert(*signature.r()));
        }
    });
}

#[test]
fn a_p256_key_signs_too_and_has_no_recovery_id() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("operator", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let key = born(&mut unlocked, 1, Curve::P256);
        let key = proven(&unlocked, &key);
        for number in 0..20 {
            let signature = unlocked.sign(&key, digest(number)).unwrap();
            assert_eq!(signature.recovery_id(), None);
        }
    });
}

#[test]
fn a_key_proven_for_one_token_does_not_sign_on_another_hsm_02() {
    in_own_process(|softhsm| {
        let first = softhsm.init_token("twin", SO_PIN, PIN);
        let second = softhsm.init_token("twin", SO_PIN, PIN);
        let module = load();
        let mut one = unlock(&module, &first);
        let mut other = unlock(&module, &second);
        let key = born(&mut one, 1, Curve::Secp256k1);
        born(&mut other, 1, Curve::Secp256k1);
        let key = proven(&one, &key);
        let refused = SignError::OtherToken {
            key: *key.public_key(),
        };
        assert_eq!(other.sign(&key, digest(0)), Err(refused));
        assert_signs(
            key.public_key(),
            digest(0),
            &one.sign(&key, digest(0)).unwrap(),
        );
    });
}

#[test]
fn a_token_whose_device_goes_away_gives_an_error_and_no_signature_hsm_08() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let key = born(&mut unlocked, 1, Curve::Secp256k1);
        let key = proven(&unlocked, &key);
        fs::remove_dir_all(softhsm.token_folder()).unwrap();
        assert_eq!(
            unlocked.sign(&key, digest(0)).unwrap_err().to_string(),
            "the device answered C_SignInit with CKR_OBJECT_HANDLE_INVALID; stop here and have \
             the device looked at"
        );
    });
}

#[test]
fn a_digest_has_32_bytes_and_is_signed_whole_hsm_14() {
    in_own_process(|softhsm| {
        assert_eq!(size_of::<Prehash>(), 32);
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let key = born(&mut unlocked, 1, Curve::Secp256k1);
        let key = proven(&unlocked, &key);
        // A digest cut or padded on its way would not verify: every byte counts.
        for position in [0, 15, 16, 30, 31] {
            let mut bytes = [0; 32];
            bytes[position] = 1;
            let prehash = Prehash::new(bytes);
            assert_signs(
                key.public_key(),
                prehash,
                &unlocked.sign(&key, prehash).unwrap(),
            );
        }
    });
}

#[test]
fn random_bytes_are_drawn_up_to_the_limit_and_differ_hsm_16() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        for requested in [0, 1025] {
            assert_eq!(
                unlocked.random(requested),
                Err(RandomError::Length { requested })
            );
        }
        for length in [1, 1024] {
            assert_eq!(unlocked.random(length).unwrap().len(), length);
        }
        assert_ne!(unlocked.random(32), unlocked.random(32));
    });
}
