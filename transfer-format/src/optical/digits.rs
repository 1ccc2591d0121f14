//! Bytes as decimal digits, for the numeric mode of QR codes: all bytes together are one number,
//! written with as many digits as the largest number of so many bytes has.
//!
//! Knows nothing of frames. Numeric text is the one kind that every QR reader returns unharmed.

/// Digits that the largest code holds: version 40, level L (ISO/IEC 18004, table 7).
const MAX_DIGITS: usize = 7_089;
/// Digits that are read and written at once; 10¹⁹ is the largest power of ten below 2⁶⁴.
const GROUP_DIGITS: usize = 19;
/// 10 to the power of [`GROUP_DIGITS`].
const GROUP: u64 = 10_000_000_000_000_000_000;
/// Bytes of a word of the number.
const WORD_BYTES: usize = 8;

/// Why digits are no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigitsError {
    /// A character other than 0 to 9.
    #[error("the code holds something else than digits; it is not a frame of Coldsign")]
    NotADigit,
    /// A number of digits that no number of bytes gives, or more than a code holds.
    #[error("the code's {found} digits are no whole number of bytes; it was not read whole")]
    Count {
        /// Digits found.
        found: usize,
    },
    /// The number is larger than its bytes can be.
    #[error("the code's number is larger than {bytes} bytes can be; it is not a frame of Coldsign")]
    TooLarge {
        /// Bytes that so many digits stand for.
        bytes: usize,
    },
}

/// `bytes`, read as one big-endian number, in decimal digits. How many digits there are follows from
/// the number of bytes n alone: as many as 256ⁿ − 1 has, with zeros in front where needed.
///
/// ```
/// use transfer_format::optical::{digits_of, from_digits};
///
/// assert_eq!(digits_of(&[0, 7]), "00007");
/// assert_eq!(digits_of(&[255, 255]), "65535");
/// assert_eq!(from_digits("00007"), Ok(vec![0, 7]));
/// ```
pub fn digits_of(bytes: &[u8]) -> String {
    let mut words: Vec<u64> = bytes.rchunks(WORD_BYTES).rev().map(word).collect();
    let mut groups = Vec::new();
    let mut left = digits_for(bytes.len());
    while left > 0 {
        let width = left.min(GROUP_DIGITS);
        groups.push(format!("{:0width$}", remainder(&mut words)));
        left = left.saturating_sub(width);
        let zeros = words.iter().take_while(|word| **word == 0).count();
        words.drain(..zeros);
    }
    groups.reverse();
    groups.concat()
}

/// The bytes that `digits` stand for; there is one text for them, and one row of bytes for the text.
///
/// # Errors
/// [`DigitsError`].
pub fn from_digits(digits: &str) -> Result<Vec<u8>, DigitsError> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DigitsError::NotADigit);
    }
    let found = digits.len();
    let length = bytes_for(found).ok_or(DigitsError::Count { found })?;
    let mut words: Vec<u64> = Vec::with_capacity(length.div_ceil(WORD_BYTES));
    for group in digits.as_bytes().rchunks(GROUP_DIGITS).rev() {
        let mut carry = group.iter().fold(0_u64, |sum, digit| {
            let digit = u64::from(digit.saturating_sub(b'0'));
            sum.saturating_mul(10).saturating_add(digit)
        });
        for word in &mut words {
            // At most (2⁶⁴ − 1) · 10¹⁹ + 2⁶⁴ − 1, which is below 2¹²⁸.
            let sum = u128::from(*word)
                .saturating_mul(GROUP.into())
                .saturating_add(carry.into());
            (carry, *word) = halves(sum);
        }
        if carry != 0 {
            words.push(carry);
        }
    }
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    if bytes.iter().skip(length).any(|byte| *byte != 0) {
        return Err(DigitsError::TooLarge { bytes: length });
    }
    bytes.resize(length, 0);
    bytes.reverse();
    Ok(bytes)
}

/// Digits of 256 to the power of `bytes`, less one: 8 · log₁₀ 2 for each byte, rounded up. The
/// fraction is a little too large, by less than it takes to matter below 10 000 bytes.
const fn digits_for(bytes: usize) -> usize {
    bytes.saturating_mul(8 * 30_103).div_ceil(100_000)
}

/// The number of bytes that takes so many digits, if there is one and a code holds them.
fn bytes_for(digits: usize) -> Option<usize> {
    let bytes = digits.checked_mul(100_000)?.checked_div(8 * 30_103)?;
    (digits <= MAX_DIGITS && digits_for(bytes) == digits).then_some(bytes)
}

/// At most eight bytes as a number.
fn word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |sum, byte| (sum << 8_u32) | u64::from(*byte))
}

/// Divides the number, most significant word first, by [`GROUP`].
fn remainder(words: &mut [u64]) -> u64 {
    words.iter_mut().fold(0, |rest, word| {
        let dividend = (u128::from(rest) << 64_u32) | u128::from(*word);
        let quotient = dividend.checked_div(GROUP.into()).unwrap_or(0);
        // `rest` was below the divisor, so the quotient fits a word.
        let (_, quotient) = halves(quotient);
        let rest = word.wrapping_sub(quotient.wrapping_mul(GROUP));
        *word = quotient;
        rest
    })
}

/// The upper and the lower 64 bits.
fn halves(number: u128) -> (u64, u64) {
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(u64::MAX);
    (half(number >> 64_u32), half(number))
}
