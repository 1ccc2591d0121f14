//! Bytes as decimal digits, for the numeric mode of QR codes: 7 bytes become 17 digits, 1 to 6
//! trailing bytes 3, 5, 8, 10, 13 or 15.
//!
//! Knows nothing of frames. Numeric text is the one kind that every QR reader returns unharmed.

use std::fmt::Write as _;

/// Bytes in a full group.
const GROUP_BYTES: usize = 7;
/// Digits of a full group.
const GROUP_DIGITS: usize = 17;
/// Digits that a group of so many bytes (the index, plus one) takes.
const DIGITS_BY_BYTES: [usize; GROUP_BYTES] = [3, 5, 8, 10, 13, 15, 17];

/// Why digits are no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigitsError {
    /// A character other than 0 to 9.
    #[error("the code holds something else than digits; it is not a frame of Coldsign")]
    NotADigit,
    /// The last group has a number of digits that no number of bytes gives.
    #[error("the code's {found} digits are no whole number of bytes; it was not read whole")]
    Count {
        /// Digits found.
        found: usize,
    },
    /// A group of digits is larger than its bytes can be.
    #[error("digit group {group} (counted from 0) is larger than its bytes can be")]
    GroupTooLarge {
        /// The group, from 0.
        group: usize,
    },
}

/// `bytes` as decimal digits.
///
/// ```
/// use transfer_format::optical::{digits_of, from_digits};
///
/// assert_eq!(digits_of(&[255]), "255");
/// assert_eq!(from_digits("00000000000000001"), Ok(vec![0, 0, 0, 0, 0, 0, 1]));
/// ```
pub fn digits_of(bytes: &[u8]) -> String {
    let mut digits = String::new();
    for group in bytes.chunks(GROUP_BYTES) {
        let value = group
            .iter()
            .fold(0_u64, |sum, byte| (sum << 8_u32) | u64::from(*byte));
        let width = group
            .len()
            .checked_sub(1)
            .and_then(|index| DIGITS_BY_BYTES.get(index).copied())
            .unwrap_or(GROUP_DIGITS);
        // Writing to a String cannot fail.
        write!(digits, "{value:0width$}").unwrap_or_default();
    }
    digits
}

/// The bytes that `digits` stand for.
///
/// # Errors
/// [`DigitsError`].
pub fn from_digits(digits: &str) -> Result<Vec<u8>, DigitsError> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DigitsError::NotADigit);
    }
    let mut bytes = Vec::new();
    for (group, text) in digits.as_bytes().chunks(GROUP_DIGITS).enumerate() {
        let length = DIGITS_BY_BYTES
            .iter()
            .position(|width| *width == text.len())
            .and_then(|index| index.checked_add(1))
            .ok_or(DigitsError::Count {
                found: digits.len(),
            })?;
        // 17 digits stay below 10¹⁷, and that below 2⁶⁴.
        let value = text.iter().fold(0_u64, |sum, digit| {
            sum.saturating_mul(10)
                .saturating_add(u64::from(digit.saturating_sub(b'0')))
        });
        let encoded = value.to_be_bytes();
        let (zeros, content) = encoded
            .split_at_checked(encoded.len().saturating_sub(length))
            .ok_or(DigitsError::GroupTooLarge { group })?;
        if zeros.iter().any(|byte| *byte != 0) {
            return Err(DigitsError::GroupTooLarge { group });
        }
        bytes.extend_from_slice(content);
    }
    Ok(bytes)
}
