//! Accounts: the address of a key, the one text form of an address (EIP-55), and addresses that
//! nobody can own. Knows nothing of transactions.

use alloy_primitives::Address;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

/// The address of a compressed secp256k1 key.
pub fn address_of(public_key: &[u8; 33]) -> Option<Address> {
    let key = VerifyingKey::from_sec1_bytes(public_key).ok()?;
    address_of_key(&key)
}

/// Whose signature over a digest it is; `None` if no key can have made it, if the parity of y is
/// neither 0 nor 1, or if `s` is high (EIP-2).
pub(super) fn recover(digest: &[u8; 32], signature: &Signature, y_parity: u8) -> Option<Address> {
    if y_parity > 1 || !is_low(signature) {
        return None;
    }
    let id = RecoveryId::new(y_parity == 1, false);
    let key = VerifyingKey::recover_from_prehash(digest, signature, id).ok()?;
    address_of_key(&key)
}

/// Whether `s` is in the lower half of the curve's order.
pub(super) fn is_low(signature: &Signature) -> bool {
    signature.normalize_s() == *signature
}

/// The address of a key that was read or recovered.
fn address_of_key(key: &VerifyingKey) -> Option<Address> {
    let point = key.to_sec1_point(false);
    let coordinates = point.as_bytes().strip_prefix(&[4])?;
    Some(Address::from_raw_public_key(coordinates))
}

/// Reads `0x` and 40 digits whose capitals are those of EIP-55; no other spelling is an address.
///
/// ```
/// use transaction_review::ethereum::parse_address;
///
/// assert!(parse_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").is_some());
/// assert!(parse_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").is_none());
/// ```
pub fn parse_address(text: &str) -> Option<Address> {
    Address::parse_checksummed(text, None)
        .ok()
        .filter(|address| address.to_checksum(None) == text)
}

/// Why an address can never be paid: it is nobody's, or a precompiled contract's (EIP-1352 range in
/// use, and the P-256 precompile of EIP-7951).
pub(crate) fn forbidden(address: &Address) -> Option<&'static str> {
    let (prefix, last) = address.split_at(18);
    if prefix.iter().any(|byte| *byte != 0) {
        return None;
    }
    match last {
        [0, 0] => Some("the zero address"),
        [0, 1..=0x11] | [1, 0] => Some("a precompiled contract"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use alloy_primitives::Address;

    use super::{address_of, forbidden, parse_address};

    #[test]
    fn an_address_has_the_capitals_of_eip_55_or_is_refused() {
        for line in include_str!("../../vectors/eip-55.txt").lines() {
            match line.split_once(' ') {
                Some(("valid", text)) => {
                    assert_eq!(
                        parse_address(text).map(|address| address.to_checksum(None)),
                        Some(text.to_owned())
                    );
                    assert_eq!(parse_address(&text.replace("0x", "0X")), None);
                    assert_eq!(parse_address(text.trim_start_matches("0x")), None);
                }
                Some(("invalid", text)) => assert_eq!(parse_address(text), None, "{text}"),
                _ => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
            }
        }
    }

    #[test]
    fn the_address_of_a_key_is_the_end_of_the_hash_of_its_point() {
        let key = data_encoding::HEXLOWER
            .decode(b"0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
            .unwrap();
        let address = address_of(&key.try_into().unwrap()).unwrap();
        assert_eq!(
            address.to_checksum(None),
            "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
        );
        assert_eq!(address_of(&[2; 33]).map(|_| ()), Some(()));
        assert_eq!(address_of(&[0; 33]), None);
    }

    #[test]
    fn zero_and_the_precompiles_are_forbidden_and_their_neighbours_are_not_eth_05() {
        let at = |number: u16| {
            let mut bytes = [0; 20];
            bytes[18..].copy_from_slice(&number.to_be_bytes());
            forbidden(&Address::new(bytes)).is_some()
        };
        assert!(at(0) && at(1) && at(0x11) && at(0x100));
        assert!(!at(0x12) && !at(0xff) && !at(0x101) && !at(0x200));
    }
}
