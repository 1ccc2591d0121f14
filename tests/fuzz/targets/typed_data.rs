//! Fuzz target: see `tests/src/properties`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| coldsign_fuzz::properties::typed_data(data));
