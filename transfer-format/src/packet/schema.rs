//! What every payload brings along, and the rules for fields that several payloads share.
//! Knows nothing of any one payload.

use std::ops::RangeInclusive;

use super::PayloadError;
use crate::cbor::{Item, Reader};
use crate::limits::{MAX_CODE_LENGTH, MAX_IDENTIFIER_LENGTH};

/// Version of every payload, in its field 0.
pub(super) const VERSION: u64 = 1;

/// Characters of an identifier.
pub(super) const IDENTIFIER: RangeInclusive<usize> = 1..=MAX_IDENTIFIER_LENGTH;

/// How a payload is laid out. Unreachable from outside, so that nobody adds a payload.
#[expect(
    unnameable_types,
    reason = "the trait is sealed: whoever can name it could add a payload"
)]
pub trait Schema: Sized {
    /// The payload as CBOR, whether or not its values keep the rules.
    fn write(&self) -> Item;

    /// Reads the payload and checks every rule but re-encoding.
    fn read(reader: &mut Reader<'_>) -> Result<Self, PayloadError>;
}

/// Reads a reason code: `E_` and at least one of `A` to `Z` and `_`.
pub(super) fn reason_code(reader: &mut Reader<'_>, field: u64) -> Result<String, PayloadError> {
    let code = reader.text(1..=MAX_CODE_LENGTH)?;
    if is_reason_code(&code) {
        return Ok(code);
    }
    let expected = "a reason code such as E_LIMIT_TX";
    Err(PayloadError::Code {
        field,
        expected,
        found: code.len(),
    })
}

/// Reads `OK` or a reason code.
pub(super) fn verdict_code(reader: &mut Reader<'_>, field: u64) -> Result<String, PayloadError> {
    let code = reader.text(1..=MAX_CODE_LENGTH)?;
    if code == "OK" || is_reason_code(&code) {
        return Ok(code);
    }
    let expected = "OK or a reason code such as E_LIMIT_TX";
    Err(PayloadError::Code {
        field,
        expected,
        found: code.len(),
    })
}

fn is_reason_code(code: &str) -> bool {
    code.strip_prefix("E_").is_some_and(|words| {
        !words.is_empty()
            && words
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    })
}
