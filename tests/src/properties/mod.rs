//! What must hold for every input at a door that hostile bytes come through. The fuzz targets of
//! `tests/fuzz` and the suite `regressions` call the same functions.
//!
//! Knows nothing of where the bytes come from. Each function returns if the property holds, and
//! panics if not.

mod calldata;
mod cbor_scan;
mod ethereum_transaction;
mod fountain_session;
mod frame;
mod image;
mod medium;
mod multi_send;
mod packet;
mod psbt;
mod typed_data;

pub use calldata::{FUNCTIONS, calldata};
pub use cbor_scan::cbor_scan;
pub use ethereum_transaction::ethereum_transaction;
pub use fountain_session::{fountain_session, frames_of_session};
pub use frame::frame;
pub use image::{image, picture};
pub use medium::medium;
pub use multi_send::multi_send;
pub use packet::packet;
pub use psbt::psbt;
pub use typed_data::typed_data;

/// A property, as a fuzzer calls it.
pub type Property = fn(&[u8]);

/// Every door with its name: that of the fuzz target and of the folder in `tests/corpus`.
pub const ALL: [(&str, Property); 11] = [
    ("calldata", calldata),
    ("cbor_scan", cbor_scan),
    ("ethereum_transaction", ethereum_transaction),
    ("fountain_session", fountain_session),
    ("frame", frame),
    ("image", image),
    ("medium", medium),
    ("multi_send", multi_send),
    ("packet", packet),
    ("psbt", psbt),
    ("typed_data", typed_data),
];

/// The checksum of a frame put right: what a forger does, and what gets a fuzzer past it.
fn with_right_checksum(frame: &[u8]) -> Vec<u8> {
    let mut bytes = frame.to_vec();
    if let (Some(header), Some(symbols)) = (frame.get(..11), frame.get(15..)) {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(header);
        hasher.update(symbols);
        bytes[11..15].copy_from_slice(&hasher.finalize().to_be_bytes());
    }
    bytes
}

/// Bytes that look like noise, different for each seed.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}
