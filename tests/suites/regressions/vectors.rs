//! Published vectors of deterministic and of ill-formed CBOR, see `tests/vectors/cbor`.

use data_encoding::HEXLOWER;
use integration_tests::properties;
use serde_json::Value;
use transfer_format::cbor::{CanonicalError, check_canonical};

/// Hexadecimal bytes and what is said about them.
fn vectors(json: &str) -> Vec<(Vec<u8>, String)> {
    let Ok(Value::Array(entries)) = serde_json::from_str(json) else {
        panic!("a list of vectors");
    };
    let vector = |entry: &Value| {
        let hex = entry["hex"].as_str().unwrap();
        (HEXLOWER.decode(hex.as_bytes()).unwrap(), entry.to_string())
    };
    entries.iter().map(vector).collect()
}

/// What deterministic CBOR has and packets do without.
const fn done_without(error: &CanonicalError) -> bool {
    matches!(
        error,
        CanonicalError::Float { .. } | CanonicalError::Tag { .. } | CanonicalError::KeyType { .. }
    )
}

#[test]
fn deterministic_vectors_are_accepted_but_for_floats_tags_and_odd_keys_cbr_03() {
    let mut accepted = 0;
    for (bytes, about) in vectors(include_str!("../../vectors/cbor/dcbor-valid.json")) {
        match check_canonical(&bytes) {
            Ok(()) => accepted += 1,
            Err(error) => assert!(done_without(&error), "{error:?}: {about}"),
        }
        properties::cbor_scan(&bytes);
    }
    assert!(accepted >= 20, "{accepted}");
}

/// Two things of the list are refused elsewhere: numbers below -2⁶³ and text that is not in normal
/// form C. No field takes a negative number, and text fields take ASCII only.
#[test]
fn vectors_that_are_not_deterministic_are_refused_cbr_01_cbr_02_cbr_03() {
    for (bytes, about) in vectors(include_str!("../../vectors/cbor/dcbor-invalid.json")) {
        let elsewhere = about.contains("65-bit negative") || about.contains("NFC");
        assert_eq!(check_canonical(&bytes).is_ok(), elsewhere, "{about}");
        properties::cbor_scan(&bytes);
    }
}

#[test]
fn vectors_that_are_no_cbor_are_refused_cbr_02_cbr_05_cbr_06() {
    for (bytes, about) in vectors(include_str!("../../vectors/cbor/not-well-formed.json")) {
        assert!(check_canonical(&bytes).is_err(), "{about}");
        properties::cbor_scan(&bytes);
    }
}

/// RFC 8949, appendix A: some of them are canonical, and `dcbor` has the same opinion of each.
#[test]
fn vectors_of_the_rfc_are_judged_as_another_implementation_does_cbr_03() {
    let mut accepted = 0;
    for (bytes, _) in vectors(include_str!("../../vectors/cbor/appendix_a.json")) {
        accepted += usize::from(check_canonical(&bytes).is_ok());
        properties::cbor_scan(&bytes);
    }
    assert!(accepted >= 30, "{accepted}");
}
