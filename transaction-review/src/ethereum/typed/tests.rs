//! Documents: the published example, and everything that a closed world refuses.
//! Knows nothing of the policy.

use std::collections::BTreeMap;

use alloy_primitives::{Address, U256};
use data_encoding::HEXLOWER;
use proptest::prelude::*;

use super::{GrantKind, MemberType, RawValue, Standard, TypedData, TypedDataError};
use crate::limits::{
    MAX_TYPED_DATA_BYTES, MAX_TYPED_DEPTH, MAX_TYPED_ELEMENTS, MAX_TYPED_MEMBERS, MAX_TYPED_TYPES,
};

type Structs = BTreeMap<String, Vec<(String, String)>>;
type Members = BTreeMap<String, RawValue>;

fn structs(given: &[(&str, &[(&str, &str)])]) -> Structs {
    let members = |members: &[(&str, &str)]| {
        let pairs = members.iter();
        pairs
            .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
            .collect()
    };
    let given = given.iter();
    given
        .map(|(name, pairs)| ((*name).to_owned(), members(pairs)))
        .collect()
}

fn members(given: Vec<(&str, RawValue)>) -> Members {
    let given = given.into_iter();
    given
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn text(text: &str) -> RawValue {
    RawValue::Text(text.to_owned())
}

fn address(byte: u8) -> RawValue {
    RawValue::Bytes(vec![byte; 20])
}

fn number(number: u64) -> RawValue {
    RawValue::number(U256::from(number))
}

const DOMAIN: (&str, &[(&str, &str)]) = (
    "EIP712Domain",
    &[
        ("name", "string"),
        ("version", "string"),
        ("chainId", "uint256"),
        ("verifyingContract", "address"),
    ],
);

fn domain() -> Members {
    members(vec![
        ("name", text("Ether Mail")),
        ("version", text("1")),
        ("chainId", number(1)),
        ("verifyingContract", address(0xcc)),
    ])
}

/// The example of EIP-712.
fn mail() -> (Structs, Members) {
    let types = structs(&[
        DOMAIN,
        ("Person", &[("name", "string"), ("wallet", "address")]),
        (
            "Mail",
            &[("from", "Person"), ("to", "Person"), ("contents", "string")],
        ),
    ]);
    let person = |name: &str, digits: &str| {
        let wallet = HEXLOWER.decode(digits.as_bytes()).unwrap();
        RawValue::Struct(members(vec![
            ("name", text(name)),
            ("wallet", RawValue::Bytes(wallet)),
        ]))
    };
    let message = members(vec![
        (
            "from",
            person("Cow", "cd2a3d9f938e13cd947ec05abc7fe734df8dd826"),
        ),
        (
            "to",
            person("Bob", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"),
        ),
        ("contents", text("Hello, Bob!")),
    ]);
    (types, message)
}

/// A document of one struct with these members.
fn one(kinds: &[(&str, &str)], values: Vec<(&str, RawValue)>) -> Result<TypedData, TypedDataError> {
    let types = structs(&[DOMAIN, ("Note", kinds)]);
    TypedData::new(types, "Note", domain(), members(values))
}

#[test]
fn the_published_example_has_its_hashes() {
    let (types, message) = mail();
    let document = TypedData::new(types, "Mail", domain(), message).unwrap();
    assert_eq!(
        document.encode_type(),
        "Mail(Person from,Person to,string contents)Person(string name,address wallet)"
    );
    let hashes = [
        document.domain_separator(),
        document.message_hash(),
        document.digest(),
    ];
    assert_eq!(
        hashes.map(|hash| HEXLOWER.encode(&hash)),
        [
            "f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f",
            "c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e",
            "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2",
        ]
    );
    let paths: Vec<String> = document
        .fields()
        .into_iter()
        .map(|(path, _, _)| path)
        .collect();
    assert_eq!(
        paths,
        [
            "from.name",
            "from.wallet",
            "to.name",
            "to.wallet",
            "contents"
        ]
    );
    assert_eq!(TypedData::decode(&document.encode()), Ok(document));
}

#[test]
fn a_hash_alone_is_no_document_t712_01() {
    for bytes in [vec![7; 32], [vec![0x58, 32], vec![7; 32]].concat(), vec![]] {
        let refusal = TypedData::decode(&bytes).unwrap_err();
        assert_eq!(refusal.code().class().exit_code(), 13, "{refusal}");
    }
}

#[test]
fn a_field_that_no_type_has_is_refused_and_so_is_a_missing_one_t712_04() {
    let kinds = [("amount", "uint256")];
    let extra = one(
        &kinds,
        vec![("amount", number(1)), ("note", text("just a login"))],
    );
    let path = "message.note".to_owned();
    assert_eq!(extra, Err(TypedDataError::Extra { path }));
    let path = "message.amount".to_owned();
    assert_eq!(one(&kinds, vec![]), Err(TypedDataError::Missing { path }));
    let types = structs(&[DOMAIN, ("Note", &kinds)]);
    let mut other = domain();
    other.insert("app".to_owned(), text("x"));
    let refusal = TypedData::new(types, "Note", other, members(vec![("amount", number(1))]));
    let path = "domain.app".to_owned();
    assert_eq!(refusal, Err(TypedDataError::Extra { path }));
}

#[test]
fn every_domain_without_chain_and_contract_is_refused_t712_05() {
    let all = [
        ("name", "string", text("n")),
        ("version", "string", text("1")),
        ("chainId", "uint256", number(1)),
        ("verifyingContract", "address", address(0xcc)),
        ("salt", "bytes32", RawValue::Bytes(vec![5; 32])),
    ];
    for set in 0..32_u32 {
        let chosen: Vec<_> = (0..5).filter(|place| set & (1 << place) != 0).collect();
        let kinds: Vec<(&str, &str)> = chosen.iter().map(|i| (all[*i].0, all[*i].1)).collect();
        let types = structs(&[("EIP712Domain", &kinds), ("Note", &[("amount", "uint256")])]);
        let values = chosen
            .iter()
            .map(|i| (all[*i].0, all[*i].2.clone()))
            .collect();
        let message = members(vec![("amount", number(1))]);
        let document = TypedData::new(types, "Note", members(values), message);
        let bound = set & 0b01100 == 0b01100;
        assert_eq!(document.is_ok(), bound, "{set:05b}: {document:?}");
    }
    for (name, kind, value) in [
        ("chainId", "uint64", number(1)),
        ("chainId", "uint256", number(0)),
        ("chainId", "uint256", RawValue::number(U256::MAX)),
    ] {
        let kinds = [(name, kind), ("verifyingContract", "address")];
        let types = structs(&[("EIP712Domain", &kinds), ("Note", &[("amount", "uint256")])]);
        let values = members(vec![(name, value), ("verifyingContract", address(1))]);
        let message = members(vec![("amount", number(1))]);
        let refusal = TypedData::new(types, "Note", values, message).unwrap_err();
        assert!(
            matches!(refusal, TypedDataError::Domain { .. }),
            "{refusal}"
        );
    }
}

#[test]
fn values_that_are_not_of_their_type_are_refused_t712_06() {
    let word = |bytes: usize| RawValue::Bytes(vec![0xff; bytes]);
    for (kind, value) in [
        ("uint8", number(256)),
        ("uint256", word(31)),
        ("uint256", word(33)),
        ("uint256", text("1")),
        ("int8", number(128)),
        ("bool", text("true")),
        ("bool", number(1)),
        ("bytes32", word(31)),
        ("bytes4", word(5)),
        ("address", word(19)),
        (
            "address",
            text("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        ),
        ("string", word(3)),
        ("bytes", text("0x")),
        ("uint8[]", number(1)),
        ("uint8[2]", RawValue::List(vec![number(1)])),
        ("uint8", RawValue::List(vec![number(1)])),
    ] {
        let refusal = one(&[("it", kind)], vec![("it", value)]).unwrap_err();
        let expected = TypedDataError::Value {
            path: "message.it".to_owned(),
            kind: kind.to_owned(),
        };
        assert_eq!(refusal, expected);
    }
    for (kind, value) in [
        ("uint8", number(255)),
        ("int8", word(32)),
        ("int8", number(127)),
    ] {
        assert!(one(&[("it", kind)], vec![("it", value)]).is_ok(), "{kind}");
    }
}

#[test]
fn names_that_shadow_hide_or_repeat_are_refused_t712_07() {
    for name in [
        "uint256", "address", "bytes32", "int", "string", "a b", "Pe,rson", "", "9a", "bool",
    ] {
        let types = structs(&[DOMAIN, (name, &[("x", "uint256")])]);
        let message = members(vec![("x", number(1))]);
        let refusal = TypedData::new(types, name, domain(), message).unwrap_err();
        assert!(
            matches!(refusal, TypedDataError::Name { .. }),
            "{name}: {refusal}"
        );
    }
    for member in ["a,b", "a()", "", "a b", "1a"] {
        let refusal = one(&[(member, "uint256")], vec![(member, number(1))]).unwrap_err();
        assert!(matches!(refusal, TypedDataError::Name { .. }), "{member}");
    }
    let twice = one(&[("a", "uint8"), ("a", "uint8")], vec![("a", number(1))]);
    assert!(matches!(twice, Err(TypedDataError::Name { .. })));
    for kind in [
        "uint",
        "int",
        "uint7",
        "uint264",
        "bytes33",
        "bytes0",
        "Missing",
        "uint8[][]",
        "uint8[0]",
        "fixed128x18",
    ] {
        let refusal = one(&[("a", kind)], vec![("a", number(1))]).unwrap_err();
        assert!(
            matches!(refusal, TypedDataError::Type { .. }),
            "{kind}: {refusal}"
        );
    }
    let (mut types, message) = mail();
    types.insert(
        "Spare".to_owned(),
        vec![("x".to_owned(), "uint256".to_owned())],
    );
    let found = "Spare".to_owned();
    let refusal = TypedData::new(types, "Mail", domain(), message);
    assert_eq!(refusal, Err(TypedDataError::Unused { found }));
}

#[test]
fn a_type_inside_itself_is_refused_t712_09() {
    let types = structs(&[DOMAIN, ("A", &[("b", "B")]), ("B", &[("a", "A[]")])]);
    let refusal = TypedData::new(types, "A", domain(), members(vec![]));
    let found = "A".to_owned();
    assert_eq!(refusal, Err(TypedDataError::Recursive { found }));
}

/// Structs inside each other, so many deep.
fn nested(depth: usize) -> Result<TypedData, TypedDataError> {
    let name = |level: usize| format!("Level{level}");
    let mut types = structs(&[DOMAIN]);
    let mut value = number(1);
    for level in (0..depth).rev() {
        let inner = if level + 1 == depth {
            "uint256".to_owned()
        } else {
            name(level + 1)
        };
        types.insert(name(level), vec![("x".to_owned(), inner)]);
        value = RawValue::Struct(members(vec![("x", value)]));
    }
    let message = match value {
        RawValue::Struct(message) => message,
        RawValue::Bool(_) | RawValue::Bytes(_) | RawValue::Text(_) | RawValue::List(_) => {
            Members::new()
        }
    };
    TypedData::new(types, "Level0", domain(), message)
}

#[test]
fn depth_elements_types_and_members_hold_at_their_caps_and_not_past_them_t712_09_res_02() {
    assert!(nested(MAX_TYPED_DEPTH).is_ok());
    let document = nested(MAX_TYPED_DEPTH).unwrap();
    assert_eq!(TypedData::decode(&document.encode()), Ok(document));
    let large = |what| move |refusal: &TypedDataError| matches!(refusal, TypedDataError::TooLarge { what: found, .. } if *found == what);
    let refusal = nested(MAX_TYPED_DEPTH + 1).unwrap_err();
    assert!(large("levels")(&refusal), "{refusal}");
    assert_eq!(refusal.code().class().exit_code(), 19);
    let list = |count| {
        let values = RawValue::List(vec![RawValue::Bool(true); count]);
        one(&[("it", "bool[]")], vec![("it", values)])
    };
    assert!(list(MAX_TYPED_ELEMENTS).is_ok());
    assert!(large("values")(&list(MAX_TYPED_ELEMENTS + 1).unwrap_err()));
    let wide = |count: usize| {
        let names: Vec<String> = (0..count).map(|i| format!("m{i}")).collect();
        let kinds: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "bool")).collect();
        let values = names
            .iter()
            .map(|name| (name.as_str(), RawValue::Bool(true)));
        one(&kinds, values.collect())
    };
    assert!(wide(MAX_TYPED_MEMBERS).is_ok());
    assert!(large("members of one type")(
        &wide(MAX_TYPED_MEMBERS + 1).unwrap_err()
    ));
    let many = |count: usize| {
        let mut types = structs(&[DOMAIN]);
        let names: Vec<String> = (2..count).map(|i| format!("S{i}")).collect();
        for name in &names {
            types.insert(name.clone(), vec![("x".to_owned(), "bool".to_owned())]);
        }
        let kinds = names.iter().map(|name| (name.to_lowercase(), name.clone()));
        types.insert("Note".to_owned(), kinds.collect());
        let inner = || RawValue::Struct(members(vec![("x", RawValue::Bool(true))]));
        let message = names.iter().map(|name| (name.to_lowercase(), inner()));
        TypedData::new(types, "Note", domain(), message.collect())
    };
    assert!(many(MAX_TYPED_TYPES).is_ok());
    assert!(large("types")(&many(MAX_TYPED_TYPES + 1).unwrap_err()));
    assert!(large("bytes")(
        &TypedData::decode(&vec![0; MAX_TYPED_DATA_BYTES + 1]).unwrap_err()
    ));
}

#[test]
fn a_standard_is_known_by_its_whole_type_and_never_by_its_name_t712_03() {
    let kinds: Vec<(&str, &str)> = vec![
        ("owner", "address"),
        ("spender", "address"),
        ("value", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ];
    let permit = |kinds: &[(&str, &str)]| {
        let types = structs(&[DOMAIN, ("Permit", kinds)]);
        let values = kinds.iter().map(|(name, kind)| {
            let value = if *kind == "address" {
                address(7)
            } else {
                number(9)
            };
            (*name, value)
        });
        TypedData::new(types, "Permit", domain(), members(values.collect())).unwrap()
    };
    let document = permit(&kinds);
    assert_eq!(Standard::of(&document), Some(Standard::Permit));
    let statement = Standard::Permit.grants(&document).unwrap();
    let [grant] = &statement.grants[..] else {
        panic!("one")
    };
    assert_eq!(
        (grant.kind, grant.amount),
        (GrantKind::Allowance, U256::from(9_u8))
    );
    assert_eq!(grant.token, Address::repeat_byte(0xcc));
    let mut other = kinds.clone();
    other.swap(0, 1);
    assert_eq!(Standard::of(&permit(&other)), None);
    other = kinds.clone();
    other[2].1 = "uint160";
    assert_eq!(Standard::of(&permit(&other)), None);
    assert_eq!(Standard::TransferWithAuthorization.grants(&document), None);
}

#[test]
fn an_allowance_of_dai_is_unlimited_and_an_expiry_of_zero_is_never_t712_12() {
    let dai = |expiry: u64, allowed: bool| {
        let kinds: [(&str, &str); 5] = [
            ("holder", "address"),
            ("spender", "address"),
            ("nonce", "uint256"),
            ("expiry", "uint256"),
            ("allowed", "bool"),
        ];
        let types = structs(&[DOMAIN, ("Permit", &kinds)]);
        let values = members(vec![
            ("holder", address(1)),
            ("spender", address(2)),
            ("nonce", number(3)),
            ("expiry", number(expiry)),
            ("allowed", RawValue::Bool(allowed)),
        ]);
        let document = TypedData::new(types, "Permit", domain(), values).unwrap();
        let statement = Standard::DaiPermit.grants(&document).unwrap();
        (statement.deadline, statement.grants[0].amount)
    };
    assert_eq!(dai(0, true), (U256::MAX, U256::MAX));
    assert_eq!(dai(77, false), (U256::from(77_u8), U256::ZERO));
}

#[test]
fn every_standard_names_a_type_that_reads_back() {
    for standard in Standard::ALL {
        assert_eq!(Standard::parse(standard.encode_type()), Some(standard));
    }
    assert_eq!(Standard::parse("Permit(address owner)"), None);
}

fn kinds() -> impl Strategy<Value = (String, RawValue)> {
    let bytes = |size: usize| proptest::collection::vec(any::<u8>(), size);
    prop_oneof![
        any::<bool>().prop_map(|value| ("bool".to_owned(), RawValue::Bool(value))),
        ".{0,12}".prop_map(|value| ("string".to_owned(), RawValue::Text(value))),
        bytes(20).prop_map(|value| ("address".to_owned(), RawValue::Bytes(value))),
        bytes(32).prop_map(|value| ("uint256".to_owned(), RawValue::Bytes(value))),
        bytes(7).prop_map(|value| ("bytes7".to_owned(), RawValue::Bytes(value))),
        bytes(40).prop_map(|value| ("bytes".to_owned(), RawValue::Bytes(value))),
        proptest::collection::vec(any::<u8>(), 0..4).prop_map(|list| {
            let list = list.into_iter().map(|byte| number(byte.into()));
            ("uint8[]".to_owned(), RawValue::List(list.collect()))
        }),
    ]
}

prop_compose! {
    fn documents()(fields in proptest::collection::vec(kinds(), 1..8)) -> TypedData {
        let names: Vec<String> = (0..fields.len()).map(|i| format!("m{i}")).collect();
        let mut types = structs(&[DOMAIN]);
        let pairs = names.iter().zip(&fields).map(|(name, (kind, _))| (name.clone(), kind.clone()));
        types.insert("Note".to_owned(), pairs.collect());
        let values = names.iter().cloned().zip(fields.iter().map(|(_, value)| value.clone()));
        TypedData::new(types, "Note", domain(), values.collect()).unwrap()
    }
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded_and_nothing_else_is_t712_06(
        document in documents(), place: usize, byte: u8,
    ) {
        let bytes = document.encode();
        prop_assert_eq!(TypedData::decode(&bytes), Ok(document));
        let mut changed = bytes.clone();
        let place = place % changed.len();
        changed[place] = byte;
        if let Ok(other) = TypedData::decode(&changed) {
            prop_assert_eq!(other.encode(), changed);
        }
        prop_assert!(TypedData::decode(&bytes[..place]).is_err());
        prop_assert!(TypedData::decode(&[&bytes[..], &[0]].concat()).is_err());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(document) = TypedData::decode(&bytes) {
            prop_assert_eq!(document.encode(), bytes);
        }
    }
}

#[test]
fn types_are_spelled_in_one_way_only() {
    for good in [
        "uint8",
        "int256",
        "bytes1",
        "bytes",
        "Order[3]",
        "address[]",
    ] {
        assert!(MemberType::parse(good).is_some(), "{good}");
    }
    for bad in [
        "uint08",
        "uint 8",
        "bytes01",
        "Order[03]",
        "Order[",
        "Order]",
        "Order[-1]",
    ] {
        assert_eq!(MemberType::parse(bad), None, "{bad}");
    }
}
