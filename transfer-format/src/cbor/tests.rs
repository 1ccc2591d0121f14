//! The canonical scan against hand-made bytes, the published vectors, and another CBOR library.

use proptest::prelude::*;

use super::*;
use crate::limits::{MAX_CBOR_DEPTH, MAX_CBOR_ITEMS};

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
}

#[test]
fn a_key_that_stands_twice_is_refused_cbr_01() {
    assert_eq!(
        check_canonical(&hex("a201000100")),
        Err(CanonicalError::DuplicateKey { offset: 3 })
    );
    assert_eq!(
        CanonicalError::DuplicateKey { offset: 3 }.code(),
        "E_CBOR_DUPKEY"
    );
    // The same key in a longer form is refused for its form.
    assert_eq!(
        check_canonical(&hex("a20100180100")),
        Err(CanonicalError::NotShortest { offset: 3 })
    );
    // Nested, and as text.
    assert_eq!(
        check_canonical(&hex("81a2616100616101")),
        Err(CanonicalError::DuplicateKey { offset: 5 })
    );
}

#[test]
fn indefinite_lengths_and_breaks_are_refused_cbr_02() {
    for text in ["5f4100ff", "7f6161ff", "9f00ff", "bf0000ff", "ff"] {
        let error = CanonicalError::IndefiniteLength { offset: 0 };
        assert_eq!(check_canonical(&hex(text)), Err(error), "{text}");
    }
    assert_eq!(
        check_canonical(&hex("8200ff")),
        Err(CanonicalError::IndefiniteLength { offset: 2 })
    );
}

#[test]
fn numbers_and_lengths_not_in_shortest_form_are_refused_cbr_03() {
    let longer = [
        "1817",
        "190017",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3817",
        "580100",
        "780161",
        "980100",
        "b8010000",
        "5900ff",
    ];
    for text in longer {
        let error = CanonicalError::NotShortest { offset: 0 };
        assert_eq!(check_canonical(&hex(text)), Err(error), "{text}");
    }
    for text in [
        "17",
        "1818",
        "18ff",
        "190100",
        "1a00010000",
        "1b0000000100000000",
        "3863",
    ] {
        assert_eq!(check_canonical(&hex(text)), Ok(()), "{text}");
    }
}

#[test]
fn unsorted_keys_are_refused_cbr_03() {
    assert_eq!(
        check_canonical(&hex("a202000100")),
        Err(CanonicalError::UnsortedKey { offset: 3 })
    );
    // Bytewise order of the encodings: 100 (1864) before -1 (20) before "z" (617a).
    assert_eq!(check_canonical(&hex("a31864002000617a00")), Ok(()));
}

#[test]
fn floats_and_simple_values_are_refused_cbr_03() {
    for text in ["f93c00", "fa7fc00000", "fb3ff0000000000000"] {
        assert_eq!(
            check_canonical(&hex(text)),
            Err(CanonicalError::Float { offset: 0 }),
            "{text}"
        );
    }
    // false in two bytes, which RFC 8949 §3.3 forbids.
    assert_eq!(
        check_canonical(&hex("f814")),
        Err(CanonicalError::NotShortest { offset: 0 })
    );
    for (text, value) in [("e0", 0), ("f3", 19), ("f7", 23), ("f8ff", 255)] {
        let error = CanonicalError::SimpleValue { offset: 0, value };
        assert_eq!(check_canonical(&hex(text)), Err(error), "{text}");
    }
    for text in ["f4", "f5", "f6"] {
        assert_eq!(check_canonical(&hex(text)), Ok(()), "{text}");
    }
    for (text, byte) in [("1c", 0x1c), ("7d", 0x7d), ("fe", 0xfe)] {
        assert_eq!(
            check_canonical(&hex(text)),
            Err(CanonicalError::Reserved { offset: 0, byte })
        );
    }
}

/// `depth` arrays inside one another, the innermost holding a number.
fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = vec![0x81; depth];
    bytes.push(0);
    bytes
}

#[test]
fn nesting_is_taken_at_the_cap_and_refused_beyond_without_recursion_cbr_04() {
    assert_eq!(check_canonical(&nested(MAX_CBOR_DEPTH)), Ok(()));
    for depth in [MAX_CBOR_DEPTH + 1, 200_000] {
        let error = CanonicalError::TooDeep {
            offset: MAX_CBOR_DEPTH,
            limit: MAX_CBOR_DEPTH,
        };
        assert_eq!(check_canonical(&nested(depth)), Err(error));
    }
}

#[test]
fn claims_beyond_the_input_are_refused_before_memory_is_taken_cbr_05() {
    let cases = [
        ("5b4000000000000000", 1 << 62, 0),
        ("7b4000000000000000", 1 << 62, 0),
        ("9b4000000000000000", 1 << 62, 0),
        ("bb0000010000000000", 1 << 40, 0),
        ("bbffffffffffffffff", u64::MAX, 0),
        ("4200", 2, 1),
        ("8200", 2, 1),
        ("a200", 2, 1),
        // An entry of a map takes two bytes at least.
        ("a20000", 2, 2),
    ];
    for (text, claimed, remaining) in cases {
        let error = CanonicalError::LengthBeyondInput {
            offset: 0,
            claimed,
            remaining,
        };
        assert_eq!(check_canonical(&hex(text)), Err(error), "{text}");
    }
}

#[test]
fn whatever_follows_the_item_is_refused_cbr_06() {
    assert_eq!(
        check_canonical(&hex("0000")),
        Err(CanonicalError::TrailingBytes {
            offset: 1,
            count: 1
        })
    );
    assert_eq!(
        check_canonical_tagged(&hex("d28000"), 18),
        Err(CanonicalError::TrailingBytes {
            offset: 2,
            count: 1
        })
    );
    assert_eq!(
        check_canonical(&[]),
        Err(CanonicalError::Truncated { offset: 0 })
    );
}

#[test]
fn a_sequence_is_read_item_by_item() {
    let sequence = hex("8201020343000000");
    assert_eq!(first_item_length(&sequence), Ok(3));
    assert_eq!(first_item_length(&sequence[3..]), Ok(1));
    assert_eq!(first_item_length(&sequence[4..]), Ok(4));
    assert_eq!(
        first_item_length(&[]),
        Err(CanonicalError::Truncated { offset: 0 })
    );
}

#[test]
fn tags_are_refused_but_for_the_one_asked_for_cbr_07() {
    let tag = |offset, tag| Err(CanonicalError::Tag { offset, tag });
    assert_eq!(check_canonical(&hex("d280")), tag(0, 18));
    assert_eq!(check_canonical(&hex("d9d9f780")), tag(0, 55_799));
    assert_eq!(check_canonical_tagged(&hex("d280"), 18), Ok(()));
    assert_eq!(check_canonical_tagged(&hex("d2d280"), 18), tag(1, 18));
    assert_eq!(check_canonical_tagged(&hex("d281d280"), 18), tag(2, 18));
    let missing = Err(CanonicalError::TagMissing { expected: 18 });
    for text in ["80", "d180", "d81280"] {
        let found = check_canonical_tagged(&hex(text), 18);
        assert!(found == missing || found == Err(CanonicalError::NotShortest { offset: 0 }));
    }
}

#[test]
fn containers_are_no_keys() {
    for text in ["a18000", "a1a000", "a1f400", "a1c10000"] {
        assert_eq!(
            check_canonical(&hex(text)),
            Err(CanonicalError::KeyType { offset: 1 })
        );
    }
}

#[test]
fn text_must_be_utf_8_cbr_10() {
    for text in ["61ff", "63eda080", "62c080"] {
        assert_eq!(
            check_canonical(&hex(text)),
            Err(CanonicalError::NotUtf8 { offset: 0 })
        );
    }
}

#[test]
fn items_are_counted_up_to_the_cap_cbr_11() {
    let array = |entries: usize| {
        let mut bytes = vec![0x99];
        bytes.extend_from_slice(&u16::try_from(entries).unwrap().to_be_bytes());
        bytes.resize(bytes.len() + entries, 0);
        bytes
    };
    assert_eq!(check_canonical(&array(MAX_CBOR_ITEMS - 1)), Ok(()));
    let error = CanonicalError::TooManyItems {
        limit: MAX_CBOR_ITEMS,
    };
    assert_eq!(check_canonical(&array(MAX_CBOR_ITEMS)), Err(error));
}

/// Published vectors; their source is written down beside them.
fn vectors(name: &str) -> Vec<serde_json::Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/cbor");
    let text = std::fs::read(std::path::Path::new(folder).join(name)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn vector_bytes(vector: &serde_json::Value) -> Vec<u8> {
    hex(vector["hex"].as_str().unwrap())
}

#[test]
fn every_published_malformed_item_is_refused_cbr_13() {
    let vectors = vectors("not-well-formed.json");
    assert!(vectors.len() > 20);
    for vector in vectors {
        assert!(check_canonical(&vector_bytes(&vector)).is_err(), "{vector}");
    }
}

#[test]
fn every_published_item_that_is_not_deterministic_is_refused_cbr_03() {
    let vectors = vectors("dcbor-invalid.json");
    assert!(vectors.len() > 10);
    for vector in vectors {
        let bytes = vector_bytes(&vector);
        // Numbers below -2⁶³ are canonical CBOR, which dCBOR narrows and we do too: the reader
        // takes 64 bits with a sign.
        let refused = check_canonical(&bytes).is_err()
            || Reader::new(&bytes).unwrap().int().is_err() && bytes[0] >> 5 == 1
            || non_normalised_text(&bytes);
        assert!(refused, "{vector}");
    }
}

/// Text that is not in Unicode's composed form: our reader takes ASCII only.
fn non_normalised_text(bytes: &[u8]) -> bool {
    matches!(
        Reader::new(bytes).and_then(|mut reader| reader.text(0..=1000)),
        Err(ReadError::Character { .. })
    )
}

#[test]
fn published_deterministic_items_are_taken_if_they_use_nothing_packets_do_not() {
    let mut taken = 0;
    let files = ["appendix_a.json", "dcbor-valid.json"];
    for vector in files.into_iter().flat_map(vectors) {
        match check_canonical(&vector_bytes(&vector)) {
            Ok(()) => taken += 1,
            Err(
                CanonicalError::Float { .. }
                | CanonicalError::Tag { .. }
                | CanonicalError::SimpleValue { .. }
                | CanonicalError::IndefiniteLength { .. },
            ) => {}
            Err(error) => panic!("{vector}: {error}"),
        }
    }
    assert!(taken > 50, "{taken} taken");
}

fn item() -> impl Strategy<Value = Item> {
    let leaf = prop_oneof![
        any::<u64>().prop_map(Item::uint),
        any::<i64>().prop_map(Item::int),
        ".{0,20}".prop_map(|text| Item::text(&text)),
        proptest::collection::vec(any::<u8>(), 0..300).prop_map(|bytes| Item::bytes(&bytes)),
        any::<bool>().prop_map(Item::bool),
        Just(Item::null()),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Item::array),
            proptest::collection::btree_map(any::<u64>(), inner, 0..6).prop_map(|entries| {
                Item::map(
                    entries
                        .into_iter()
                        .fold(MapItem::new(), |map, (key, item)| map.with(key, item)),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_the_writer_writes_is_canonical(item in item()) {
        prop_assert_eq!(check_canonical(item.as_bytes()), Ok(()));
        prop_assert_eq!(first_item_length(item.as_bytes()), Ok(item.as_bytes().len()));
    }

    /// ciborium reads what we accept and writes the same bytes.
    #[test]
    fn another_library_reads_and_writes_the_same_bytes(item in item()) {
        let value: ciborium::Value = ciborium::from_reader(item.as_bytes()).unwrap();
        let mut written = Vec::new();
        ciborium::into_writer(&value, &mut written).unwrap();
        prop_assert_eq!(written, item.into_bytes());
    }

    #[test]
    fn random_bytes_never_panic_and_what_is_accepted_is_what_another_library_writes_cbr_13(
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        if check_canonical(&bytes).is_ok() {
            let value: ciborium::Value = ciborium::from_reader(bytes.as_slice()).unwrap();
            let mut written = Vec::new();
            ciborium::into_writer(&value, &mut written).unwrap();
            prop_assert_eq!(written, bytes);
        }
    }

    #[test]
    fn a_changed_or_cut_item_never_panics_cbr_13(
        item in item(), position: prop::sample::Index, bit in 0_u32..8,
    ) {
        let mut bytes = item.into_bytes();
        let position = position.index(bytes.len());
        prop_assert!(check_canonical(&bytes[..position]).is_err());
        bytes[position] ^= 1 << bit;
        if let Ok(length) = first_item_length(&bytes) {
            prop_assert!(length <= bytes.len());
        }
    }
}

#[test]
fn a_field_left_out_and_one_too_many_are_named() {
    let bytes = Item::map(MapItem::new().with(0, Item::uint(1)).with(2, Item::null())).into_bytes();
    let read = |wanted: &[u64]| {
        Reader::new(&bytes)?.map(|map| {
            for key in wanted {
                map.field(*key)?.nullable(Reader::uint)?;
            }
            Ok::<_, ReadError>(())
        })
    };
    assert_eq!(read(&[0, 2]), Ok(()));
    assert_eq!(read(&[0, 1, 2]), Err(ReadError::MissingField { field: 1 }));
    assert_eq!(read(&[0]), Err(ReadError::UnknownField { field: 2 }));
    assert_eq!(read(&[0, 3]), Err(ReadError::UnknownField { field: 2 }));
}

#[test]
fn numbers_beyond_32_bits_are_refused_where_32_belong() {
    let bytes = Item::uint(u64::from(u32::MAX)).into_bytes();
    assert_eq!(Reader::new(&bytes).unwrap().uint32(), Ok(u32::MAX));
    let bytes = Item::uint(u64::from(u32::MAX) + 1).into_bytes();
    let error = ReadError::NumberTooLarge {
        field: 0,
        found: u64::from(u32::MAX) + 1,
        maximum: u64::from(u32::MAX),
    };
    assert_eq!(Reader::new(&bytes).unwrap().uint32(), Err(error));
}
