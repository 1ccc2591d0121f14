//! The key-value maps that a PSBT is made of (BIP-174), read without knowing what they mean.
//! Strict: shortest lengths, no key twice, nothing behind the last map.

use std::collections::BTreeMap;

/// Key with its type byte, and value. The order of the keys is that of their bytes.
pub(super) type Map = BTreeMap<Vec<u8>, Vec<u8>>;

/// What every PSBT begins with.
const MAGIC: &[u8] = b"psbt\xff";

/// The maps of a PSBT in their order: the global one, then those of inputs and outputs.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Map>, &'static str> {
    let mut rest = bytes.strip_prefix(MAGIC).ok_or("the magic is not psbt")?;
    let mut maps = Vec::new();
    while !rest.is_empty() {
        let (map, behind) = map(rest)?;
        maps.push(map);
        rest = behind;
    }
    Ok(maps)
}

/// Writes maps with their keys in the order of their bytes.
pub(super) fn encode(maps: &[Map]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for map in maps {
        for (key, value) in map {
            put(&mut bytes, key);
            put(&mut bytes, value);
        }
        bytes.push(0);
    }
    bytes
}

/// A number in the shortest of the forms of consensus (`CompactSize`).
pub(super) fn compact(number: usize) -> Vec<u8> {
    let wide = u64::try_from(number).unwrap_or(u64::MAX);
    match (u8::try_from(wide), u16::try_from(wide), u32::try_from(wide)) {
        (Ok(byte), _, _) if byte < 0xfd => vec![byte],
        (_, Ok(short), _) => [&[0xfd][..], &short.to_le_bytes()].concat(),
        (_, _, Ok(word)) => [&[0xfe][..], &word.to_le_bytes()].concat(),
        (_, _, _) => [&[0xff][..], &wide.to_le_bytes()].concat(),
    }
}

/// Reads a number in its shortest form, and what is behind it.
pub(super) fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (number, rest) = match first {
        0xfd => {
            let (short, rest) = rest.split_first_chunk::<2>()?;
            (u64::from(u16::from_le_bytes(*short)), rest)
        }
        0xfe => {
            let (word, rest) = rest.split_first_chunk::<4>()?;
            (u64::from(u32::from_le_bytes(*word)), rest)
        }
        0xff => {
            let (wide, rest) = rest.split_first_chunk::<8>()?;
            (u64::from_le_bytes(*wide), rest)
        }
        byte => (u64::from(*byte), rest),
    };
    let number = usize::try_from(number).ok()?;
    let used = bytes.len().checked_sub(rest.len())?;
    (compact(number).len() == used).then_some((number, rest))
}

fn map(mut rest: &[u8]) -> Result<(Map, &[u8]), &'static str> {
    let mut map = Map::new();
    loop {
        let (key, behind) = take(rest).ok_or("a key ends too early")?;
        if key.is_empty() {
            return Ok((map, behind));
        }
        let (value, behind) = take(behind).ok_or("a value ends too early")?;
        if map.insert(key.to_vec(), value.to_vec()).is_some() {
            return Err("a key comes twice");
        }
        rest = behind;
    }
}

fn take(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(bytes)?;
    rest.split_at_checked(length)
}

fn put(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.extend(compact(text.len()));
    bytes.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::{compact, decode, encode, number};

    #[test]
    fn a_number_has_one_form_btc_23() {
        for (value, form) in [
            (0, &[0][..]),
            (0xfc, &[0xfc]),
            (0xfd, &[0xfd, 0xfd, 0]),
            (0xffff, &[0xfd, 0xff, 0xff]),
            (0x1_0000, &[0xfe, 0, 0, 1, 0]),
            (0x1_0000_0000, &[0xff, 0, 0, 0, 0, 1, 0, 0, 0]),
        ] {
            assert_eq!(compact(value), form);
            assert_eq!(number(form), Some((value, &[][..])));
        }
        for longer in [
            &[0xfd, 0xfc, 0][..],
            &[0xfe, 0xff, 0xff, 0, 0],
            &[0xff, 1, 0, 0, 0, 0, 0, 0, 0],
            &[0xfd, 1],
            &[],
        ] {
            assert_eq!(number(longer), None, "{longer:?}");
        }
    }

    #[test]
    fn maps_are_read_and_written_in_the_order_of_their_keys() {
        let bytes = b"psbt\xff\x01\x02\x01\xaa\x01\x03\x00\x00\x00";
        let maps = decode(bytes).unwrap();
        assert_eq!(maps.len(), 2);
        assert_eq!(encode(&maps), bytes);
        let turned = b"psbt\xff\x01\x03\x00\x01\x02\x01\xaa\x00\x00";
        assert_eq!(encode(&decode(turned).unwrap()), bytes);
    }

    #[test]
    fn what_is_no_map_is_refused_btc_23() {
        assert_eq!(decode(b"psbt"), Err("the magic is not psbt"));
        assert_eq!(decode(b"psbt\xff\x01"), Err("a key ends too early"));
        assert_eq!(
            decode(b"psbt\xff\x01\x02\x02\x00"),
            Err("a value ends too early")
        );
        assert_eq!(
            decode(b"psbt\xff\x01\x02\x00\x01\x02\x00\x00"),
            Err("a key comes twice")
        );
    }
}
