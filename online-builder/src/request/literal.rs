//! Literals of foreign documents: numbers, bytes and addresses, each in few strict spellings.
//! Knows nothing of where they stand.

use transaction_review::ethereum::{Address, U256, parse_address};

use super::json::Json;

/// A whole number: JSON digits, or a text in decimal digits or `0x` and hexadecimal ones, without leading
/// zeros, sign, exponent or separator.
pub(super) fn unsigned(json: &Json) -> Option<U256> {
    let (Json::Number(text) | Json::Text(text)) = json else {
        return None;
    };
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text.as_str(), 10),
    };
    let plain = digits
        .bytes()
        .all(|digit| char::from(digit).is_digit(radix));
    let led_by_zero = digits.len() > 1 && digits.starts_with('0');
    let read = U256::from_str_radix(digits, u64::from(radix)).ok();
    read.filter(|_| plain && !led_by_zero && !digits.is_empty())
}

/// The 32 bytes, in two's complement, of a whole number that may be negative.
pub(super) fn signed(json: &Json) -> Option<[u8; 32]> {
    let (Json::Number(text) | Json::Text(text)) = json else {
        return None;
    };
    let Some(digits) = text.strip_prefix('-') else {
        return unsigned(json).map(|number| number.to_be_bytes());
    };
    let number = unsigned(&Json::Text(digits.to_owned()))?;
    let negative = number.wrapping_neg();
    (!number.is_zero()).then(|| negative.to_be_bytes())
}

/// `0x` and an even number of hexadecimal digits.
pub(super) fn bytes(json: &Json) -> Option<Vec<u8>> {
    let Json::Text(text) = json else {
        return None;
    };
    let digits = text.strip_prefix("0x")?.to_ascii_lowercase();
    data_encoding::HEXLOWER.decode(digits.as_bytes()).ok()
}

/// An address with its EIP-55 capitals.
pub(super) fn address(json: &Json) -> Option<Address> {
    match json {
        Json::Text(text) => parse_address(text),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => None,
    }
}
