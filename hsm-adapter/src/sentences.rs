//! What operators read when something is wrong with a module, a token or a key.
//! One snapshot each, so that a changed sentence is seen in review.

use std::fmt::Display;
use std::path::PathBuf;

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};

use crate::origin::Attributes;
use crate::{
    AccountMismatch, ChildPath, Curve, DeviceError, KeyError, KeyId, LockError, ModuleError,
    NonceError, PathError, PinState, PublicKey, PublicKeyError, RandomError, SeedError, SignError,
    SignatureError, TokenError, TokenSelector, UnlockError,
};

fn listed<E: Display>(errors: impl IntoIterator<Item = E>) -> String {
    let sentences: Vec<String> = errors.into_iter().map(|error| error.to_string()).collect();
    sentences.join("\n")
}

fn key() -> PublicKey {
    "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        .parse()
        .unwrap()
}

fn other_key() -> PublicKey {
    "es256k:03c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
        .parse()
        .unwrap()
}

fn id() -> KeyId {
    KeyId::new(vec![0x0a, 0x01]).unwrap()
}

fn device_error() -> DeviceError {
    DeviceError::from(Error::Pkcs11(RvError::GeneralError, Function::Sign))
}

#[test]
fn what_is_wrong_with_a_module() {
    let path = PathBuf::from("/usr/lib/softhsm/libsofthsm2.so");
    let sentences = listed([
        ModuleError::AlreadyInitialised { path: path.clone() },
        ModuleError::Digest {
            path: path.clone(),
            expected: "11".repeat(32),
            found: "22".repeat(32),
        },
        ModuleError::Finalise(device_error()),
        ModuleError::Information(device_error()),
        ModuleError::Initialise {
            path: path.clone(),
            fault: device_error(),
        },
        ModuleError::Missing { path: path.clone() },
        ModuleError::NotAbsolute {
            path: PathBuf::from("libsofthsm2.so"),
        },
        ModuleError::NotLoadable {
            path: path.clone(),
            reason: "invalid ELF header".to_owned(),
        },
        ModuleError::NotPkcs11 { path: path.clone() },
        ModuleError::Unreadable {
            path,
            kind: std::io::ErrorKind::PermissionDenied,
        },
    ]);
    insta::assert_snapshot!(sentences);
}

#[test]
fn what_is_wrong_with_a_token() {
    let selector = TokenSelector {
        manufacturer: "SoftHSM project".to_owned(),
        model: "SoftHSM v2".to_owned(),
        serial: "0123456789abcdef".to_owned(),
    };
    let sentences = listed([
        TokenError::Ambiguous {
            selector: selector.clone(),
            count: 2,
        },
        TokenError::Device(device_error()),
        TokenError::NotFound { selector },
    ]);
    insta::assert_snapshot!(sentences);
}

#[test]
fn why_a_token_stays_locked_or_open() {
    let locked = listed([
        UnlockError::AlreadyLoggedIn,
        UnlockError::Device(device_error()),
        UnlockError::FinalTry,
        UnlockError::OtherToken {
            expected: "0123456789abcdef".to_owned(),
            found: "fedcba9876543210".to_owned(),
        },
        UnlockError::PinExpired,
        UnlockError::PinIncorrect {
            state: PinState::Ok,
        },
        UnlockError::PinIncorrect {
            state: PinState::CountLow,
        },
        UnlockError::PinIncorrect {
            state: PinState::FinalTry,
        },
        UnlockError::PinIncorrect {
            state: PinState::Locked,
        },
        UnlockError::PinLength,
        UnlockError::PinLocked,
        UnlockError::PinNotSet,
    ]);
    let open = LockError::Device(device_error());
    let sentences = format!("{locked}\n{open}");
    insta::assert_snapshot!(sentences);
}

#[test]
fn what_is_wrong_with_a_key() {
    let (curve, other_curve) = (Curve::Secp256k1, Curve::P256);
    let sentences = listed([
        KeyError::Ambiguous {
            id: id(),
            private_keys: 2,
            public_keys: 1,
        },
        KeyError::Device(device_error()),
        KeyError::IdInUse { id: id() },
        KeyError::Nonce(NonceError::Reused { key: key() }),
        KeyError::NotFound { id: id() },
        KeyError::NotPossessed {
            id: id(),
            fault: SignatureError::NotVerified { key: key() },
        },
        KeyError::PublicKey {
            id: id(),
            fault: PublicKeyError::NotOnCurve { curve },
        },
        KeyError::Random(RandomError::Constant { length: 32 }),
        KeyError::UnsafeAttributes {
            id: id(),
            attributes: Attributes::default().unsafe_ones(),
        },
        KeyError::UnsupportedCurve { id: id() },
        KeyError::WrongCurve {
            id: id(),
            expected: curve,
            found: other_curve,
        },
        KeyError::WrongPublicKey {
            id: id(),
            expected: key(),
            found: other_key(),
        },
    ]);
    insta::assert_snapshot!(sentences);
}

#[test]
fn why_there_is_no_signature() {
    let sentences = listed([
        SignError::Device(device_error()),
        SignError::Nonce(NonceError::Quarantined { key: key() }),
        SignError::Nonce(NonceError::Reused { key: key() }),
        SignError::OtherToken { key: key() },
        SignError::Signature(SignatureError::Length { found: 72 }),
        SignError::Signature(SignatureError::OutOfRange {
            curve: Curve::Secp256k1,
        }),
        SignError::Signature(SignatureError::NotVerified { key: key() }),
    ]);
    insta::assert_snapshot!(sentences);
}

#[test]
fn what_is_wrong_with_a_seed() {
    let wrong_account = |mismatch| SeedError::WrongAccount { id: id(), mismatch };
    let attributes = Attributes::default().unsafe_ones();
    let sentences = listed([
        SeedError::Ambiguous {
            id: id(),
            keys: 1,
            seeds: 2,
        },
        SeedError::ChildMismatch {
            child: ChildPath::new(1, 7).unwrap(),
            expected: key(),
            found: other_key(),
        },
        SeedError::Derivation,
        SeedError::Device(device_error()),
        SeedError::IdInUse { id: id() },
        SeedError::Malformed {
            id: id(),
            length: 64,
        },
        SeedError::Memory,
        SeedError::NotFound { id: id() },
        SeedError::NotKept,
        SeedError::NotUnsealed {
            id: id(),
            fault: device_error(),
        },
        SeedError::Random(RandomError::Host),
        SeedError::Sign(SignError::Signature(SignatureError::Length { found: 72 })),
        SeedError::UnsafeChild {
            attributes: attributes.clone(),
        },
        SeedError::UnsafeSealingKey {
            id: id(),
            attributes,
        },
        wrong_account(AccountMismatch::Fingerprint {
            expected: [1; 4],
            found: [2; 4],
        }),
        wrong_account(AccountMismatch::PublicKey {
            expected: key(),
            found: other_key(),
        }),
        wrong_account(AccountMismatch::ChainCode),
    ]);
    insta::assert_snapshot!(sentences);
}

#[test]
fn what_is_wrong_with_a_path() {
    let sentences = listed([
        PathError::Depth { found: 9 },
        PathError::Hardened { step: 0 },
        PathError::NotHardened { step: 0 },
        PathError::Step {
            text: "84H".to_owned(),
        },
    ]);
    insta::assert_snapshot!(sentences);
}
