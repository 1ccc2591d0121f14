//! The canonical scan, held against `dcbor`, a second implementation of deterministic CBOR.
//! Knows nothing of packets.

use dcbor::CBOR;
use transfer_format::cbor::{CanonicalError, check_canonical};

/// `dcbor` calls itself for each level and ends the process when the stack does: deeper input than
/// this many bytes can hold is not given to it.
const MOST_BYTES: usize = 1_000;

/// What the scan accepts `dcbor` accepts and writes back the same; what `dcbor` accepts the scan
/// refuses only for one of the things packets do without. Only text that is not in normal form C
/// is accepted here and not there: the fields of a packet allow ASCII alone.
pub fn cbor_scan(data: &[u8]) {
    let ours = check_canonical(data);
    if data.len() > MOST_BYTES {
        return;
    }
    let theirs = CBOR::try_from_data(data);
    match (ours, theirs) {
        (Ok(()), Ok(item)) => assert_eq!(item.to_cbor_data(), data, "written back differently"),
        (Ok(()), Err(error)) => assert!(
            matches!(error, dcbor::Error::NonCanonicalString) || has_wide_negative(data),
            "accepted here, refused there: {error}"
        ),
        (Err(ours), Ok(_)) => assert!(done_without(&ours), "refused here: {ours:?}"),
        (Err(_), Err(_)) => {}
    }
}

/// A negative number below -2⁶³ may be in the data: `dcbor` leaves those out (its vectors call
/// them "65-bit negative integer value"), RFC 8949 does not.
fn has_wide_negative(data: &[u8]) -> bool {
    data.windows(2)
        .any(|pair| pair[0] == 0x3b && pair[1] >= 0x80)
}

/// What deterministic CBOR allows and packets do without.
const fn done_without(error: &CanonicalError) -> bool {
    matches!(
        error,
        CanonicalError::Float { .. }
            | CanonicalError::Tag { .. }
            | CanonicalError::KeyType { .. }
            | CanonicalError::TooDeep { .. }
            | CanonicalError::TooManyItems { .. }
    )
}
