//! What is concluded from PIN counters and from refused logins.

use cryptoki::context::Function;
use cryptoki::error::Error;

use super::*;

fn fault(code: RvError) -> DeviceError {
    DeviceError::from(Error::Pkcs11(code, Function::Login))
}

#[test]
fn a_token_on_its_last_try_or_locked_is_not_tried_pin_02() {
    assert_eq!(may_be_tried(PinState::Ok), Ok(()));
    assert_eq!(may_be_tried(PinState::CountLow), Ok(()));
    assert_eq!(may_be_tried(PinState::FinalTry), Err(UnlockError::FinalTry));
    assert_eq!(may_be_tried(PinState::Locked), Err(UnlockError::PinLocked));
}

#[test]
fn a_refused_login_is_told_by_its_code() {
    let cases = [
        (
            RvError::PinIncorrect,
            UnlockError::PinIncorrect {
                state: PinState::CountLow,
            },
        ),
        (
            RvError::PinInvalid,
            UnlockError::PinIncorrect {
                state: PinState::CountLow,
            },
        ),
        (RvError::PinLenRange, UnlockError::PinLength),
        (RvError::PinLocked, UnlockError::PinLocked),
        (RvError::PinExpired, UnlockError::PinExpired),
        (RvError::UserPinNotInitialized, UnlockError::PinNotSet),
        (RvError::UserAlreadyLoggedIn, UnlockError::AlreadyLoggedIn),
        (
            RvError::UserAnotherAlreadyLoggedIn,
            UnlockError::AlreadyLoggedIn,
        ),
        (
            RvError::GeneralError,
            UnlockError::Device(fault(RvError::GeneralError)),
        ),
        (
            RvError::DeviceRemoved,
            UnlockError::Device(fault(RvError::DeviceRemoved)),
        ),
    ];
    for (code, expected) in cases {
        assert_eq!(refused_login(fault(code), PinState::CountLow), expected);
    }
    assert_eq!(
        refused_login(DeviceError::Malformed, PinState::Ok),
        UnlockError::Device(DeviceError::Malformed)
    );
}

#[test]
fn a_wrong_pin_says_what_is_left() {
    assert_eq!(
        UnlockError::PinIncorrect {
            state: PinState::FinalTry
        }
        .to_string(),
        "the PIN is wrong; one try is left before the token locks"
    );
}
