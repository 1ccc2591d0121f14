//! Which token is taken, what opens it, and that it is closed on every path.
//! It knows nothing of keys beyond making one.

use super::*;

#[test]
fn a_token_is_selected_by_serial_even_if_another_has_its_label_hsm_11() {
    in_own_process(|softhsm| {
        let first = softhsm.init_token("twin", SO_PIN, PIN);
        let second = softhsm.init_token("twin", SO_PIN, PIN);
        let module = load();
        let serials: BTreeSet<String> = module
            .tokens()
            .unwrap()
            .into_iter()
            .map(|token| token.serial)
            .collect();
        assert_eq!(serials, BTreeSet::from([first.clone(), second.clone()]));
        for serial in [&first, &second] {
            let token = module.token(&selector(serial)).unwrap();
            assert_eq!(token.identity().serial, *serial);
            assert_eq!(token.identity().label, "twin");
            assert_eq!(token.identity().selector(), selector(serial));
        }
    });
}

#[test]
fn a_token_with_another_serial_model_or_manufacturer_is_not_taken_hsm_11() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let right = selector(&serial);
        let wrong = [
            TokenSelector {
                serial: "0000000000000000".to_owned(),
                ..right.clone()
            },
            TokenSelector {
                model: "SoftHSM v3".to_owned(),
                ..right.clone()
            },
            TokenSelector {
                manufacturer: "SoftHSM".to_owned(),
                ..right
            },
        ];
        for selector in wrong {
            assert_eq!(
                module.token(&selector).err(),
                Some(TokenError::NotFound {
                    selector: selector.clone()
                })
            );
        }
    });
}

#[test]
fn a_wrong_pin_is_refused_once_and_the_right_one_works_after_it() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let token = module.token(&selector(&serial)).unwrap();
        assert_eq!(token.pin_state(), PinState::Ok);
        assert_eq!(
            token.unlock(credential("wrong-pin")).err(),
            Some(UnlockError::PinIncorrect {
                state: PinState::CountLow
            })
        );
        let token = module.token(&selector(&serial)).unwrap();
        assert_eq!(token.pin_state(), PinState::CountLow);
        token.unlock(credential(PIN)).unwrap().lock().unwrap();
        assert_eq!(
            module.token(&selector(&serial)).unwrap().pin_state(),
            PinState::Ok
        );
    });
}

#[test]
fn the_pin_of_the_security_officer_does_not_unlock() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let token = module.token(&selector(&serial)).unwrap();
        assert_eq!(
            token.unlock(credential(SO_PIN)).err(),
            Some(UnlockError::PinIncorrect {
                state: PinState::CountLow
            })
        );
    });
}

#[test]
fn a_token_somebody_is_logged_in_to_is_refused_and_stays_theirs_hsm_20() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let second = module
            .token(&selector(&serial))
            .unwrap()
            .unlock(credential(PIN));
        assert_eq!(second.err(), Some(UnlockError::AlreadyLoggedIn));
        born(&mut unlocked, 1, Curve::Secp256k1);
    });
}

#[test]
fn nobody_is_logged_in_after_a_lock_a_drop_or_an_error_pin_07() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        unlock(&module, &serial).lock().unwrap();
        drop(unlock(&module, &serial));
        let mut unlocked = unlock(&module, &serial);
        born(&mut unlocked, 1, Curve::Secp256k1);
        let (_pem, foreign) = foreign_key(1);
        unlocked.registered(&id(1), &foreign).unwrap_err();
        drop(unlocked);
        // SoftHSM answers a second login with CKR_USER_ALREADY_LOGGED_IN, so this is the proof.
        unlock(&module, &serial).lock().unwrap();
        module.close().unwrap();
        load().close().unwrap();
    });
}
