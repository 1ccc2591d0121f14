//! The contract of hsm-adapter, held against SoftHSM: each test has its own process and tokens.
//! It knows nothing of requests, policies and ceremonies.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hsm_adapter::{
    Credential, Curve, KeyError, KeyId, KeyInfo, KeySpec, Module, ModuleError, OriginClass,
    OriginEvidence, PinState, Prehash, ProvenKey, PublicKey, RandomError, SecretPin, SignError,
    SignatureError, TokenError, TokenSelector, UnlockError, Unlocked, UnsafeAttribute,
    VerifiedSignature,
};
use integration_tests::softhsm::{SoftHsm, in_own_process, module_path};
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::pkcs8::{EncodePrivateKey, LineEnding};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

mod commands;
mod keys;
mod memory;
mod modules;
mod proof;
mod raw;
mod seeds;
mod signatures;
mod tokens;
mod wallets;

const SO_PIN: &str = "so-pin-of-the-tests";
const PIN: &str = "user-pin-of-the-tests";

fn load() -> Module {
    Module::load(&module_path()).unwrap()
}

fn selector(serial: &str) -> TokenSelector {
    TokenSelector {
        manufacturer: "SoftHSM project".to_owned(),
        model: "SoftHSM v2".to_owned(),
        serial: serial.to_owned(),
    }
}

fn credential(pin: &str) -> Credential {
    Credential::Pin(SecretPin::new(Zeroizing::new(pin.to_owned())).unwrap())
}

fn unlock<'m>(module: &'m Module, serial: &str) -> Unlocked<'m> {
    module
        .token(&selector(serial))
        .unwrap()
        .unlock(credential(PIN))
        .unwrap()
}

fn id(byte: u8) -> KeyId {
    KeyId::new(vec![byte]).unwrap()
}

fn born(unlocked: &mut Unlocked<'_>, byte: u8, curve: Curve) -> KeyInfo {
    unlocked
        .generate(&KeySpec::new(id(byte), "treasury", curve).unwrap())
        .unwrap()
}

fn proven(unlocked: &Unlocked<'_>, key: &KeyInfo) -> ProvenKey {
    unlocked.registered(key.id(), key.public_key()).unwrap()
}

fn digest(number: u32) -> Prehash {
    Prehash::new(Sha256::digest(number.to_be_bytes()).into())
}

/// Checks a signature without the code under test.
fn assert_signs(key: &PublicKey, prehash: Prehash, signature: &VerifiedSignature) {
    let parsed = k256::ecdsa::Signature::from_slice(signature.rs()).unwrap();
    assert_eq!(parsed, parsed.normalize_s(), "S is low");
    let verifier = k256::ecdsa::VerifyingKey::from_sec1_bytes(key.compressed()).unwrap();
    verifier
        .verify_prehash(prehash.as_bytes(), &parsed)
        .unwrap();
    let recovery_id = k256::ecdsa::RecoveryId::from_byte(signature.recovery_id().unwrap()).unwrap();
    let recovered =
        k256::ecdsa::VerifyingKey::recover_from_prehash(prehash.as_bytes(), &parsed, recovery_id);
    assert_eq!(recovered.unwrap(), verifier);
}

/// A private key made outside any token, as PKCS#8 in PEM, with its public half.
fn foreign_key(secret: u8) -> (String, PublicKey) {
    let key = k256::SecretKey::from_slice(&[secret; 32]).unwrap();
    let pem = key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string();
    let public = k256::ecdsa::SigningKey::from(key)
        .verifying_key()
        .to_sec1_point(true);
    (
        pem,
        PublicKey::from_sec1(Curve::Secp256k1, public.as_bytes()).unwrap(),
    )
}

/// The point of a registered key as SoftHSM stores it: uncompressed, in an OCTET STRING.
fn stored_point(key: &PublicKey) -> Vec<u8> {
    let point = k256::ecdsa::VerifyingKey::from_sec1_bytes(key.compressed())
        .unwrap()
        .to_sec1_point(false);
    [&[0x04, 0x41], point.as_bytes()].concat()
}

/// Replaces bytes in the object files of all tokens, as an attacker with the disk could.
fn replace_in_objects(softhsm: &SoftHsm, from: &[u8], to: &[u8]) {
    let mut replaced = 0;
    for file in softhsm.object_files() {
        let mut bytes = fs::read(&file).unwrap();
        let found = bytes.windows(from.len()).position(|here| here == from);
        if let Some(position) = found {
            bytes[position..][..to.len()].copy_from_slice(to);
            fs::write(&file, bytes).unwrap();
            replaced += 1;
        }
    }
    assert_eq!(
        replaced, 1,
        "SoftHSM stores a public key in the clear, once"
    );
}

/// A shared library that every test process has loaded already.
fn c_library() -> PathBuf {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines()
        .filter_map(|line| line.split_whitespace().last())
        .map(Path::new)
        .find(|path| path.is_file() && path.to_string_lossy().contains("/libc.so"))
        .map(Path::to_path_buf)
        .expect("a test binary is linked with the C library")
}
