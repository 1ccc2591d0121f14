//! The one encoding of arguments, byte by byte. Knows nothing of calls inside calls.

use alloy_dyn_abi::DynSolType;
use alloy_primitives::{U256, hex};

use super::super::{AbiFlaw, CallError, Value};
use super::{PAYEE, bytes, data, function, number, transfer, words};
use crate::Code;

const TRANSFER: &str = "transfer(address,uint256)";

/// Why call data of a function is not canonical.
fn flaw(signature: &str, data: &[u8]) -> AbiFlaw {
    let refusal = function(signature).decode(data).unwrap_err();
    assert_eq!(refusal.code(), Code::AbiNotCanonical);
    assert_eq!(refusal.code().as_str(), "E_ABI_NONCANONICAL");
    let CallError::NotCanonical { path, flaw } = refusal else {
        panic!("{refusal}");
    };
    assert_eq!(path, signature);
    flaw
}

#[test]
fn the_examples_of_the_specification_are_read_and_written_back() {
    let mut expected = Vec::new();
    let mut read = 0;
    let text = include_str!("../../../../vectors/solidity-abi.txt");
    for line in text.lines().rev() {
        match line.split_once(' ') {
            Some(("line", value)) => expected.insert(0, value),
            Some(("call", rest)) => {
                let (signature, data) = rest.split_once(' ').unwrap();
                let (function, data) = (function(signature), hex::decode(data).unwrap());
                let values = function.decode(&data).unwrap();
                let lines: Vec<String> = values.iter().flat_map(Value::lines).collect();
                assert_eq!(lines, expected, "{signature}");
                assert_eq!(function.encode(&values), Some(data));
                expected.clear();
                read += 1;
            }
            _ => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
        }
    }
    assert_eq!(read, 4);
}

#[test]
fn a_transfer_is_decoded_by_the_signature_that_the_policy_names() {
    let values = function(TRANSFER).decode(&transfer(5)).unwrap();
    assert_eq!(values, [Value::Address(PAYEE), number(5)]);
}

/// Both have the selector 0x42966c68, and the same bytes are arguments of either.
#[test]
fn of_two_functions_with_one_selector_the_named_one_is_decoded_eth_09() {
    let (burn, other) = (
        function("burn(uint256)"),
        function("collate_propagate_storage(bytes16)"),
    );
    assert_eq!(burn.selector(), [0x42, 0x96, 0x6c, 0x68]);
    assert_eq!(burn.selector(), other.selector());
    let wide = U256::from(7) << 128;
    let data = burn.encode(&[Value::Unsigned(wide)]).unwrap();
    assert_eq!(burn.decode(&data).unwrap(), [Value::Unsigned(wide)]);
    let mut seven = vec![0; 16];
    seven[15] = 7;
    assert_eq!(other.decode(&data).unwrap(), [Value::FixedBytes(seven)]);
    // What is no bytes16 is not taken for the other function instead.
    let small = burn.encode(&[number(7)]).unwrap();
    assert_eq!(
        flaw("collate_propagate_storage(bytes16)", &small),
        AbiFlaw::Encoding
    );
}

#[test]
fn another_selector_or_none_is_refused_eth_07() {
    let refused = |data: &[u8], found: &str| {
        let refusal = function(TRANSFER).decode(data).unwrap_err();
        assert_eq!(refusal.code(), Code::CallUnknown);
        assert_eq!(
            refusal,
            CallError::Selector {
                path: TRANSFER.to_owned(),
                found: found.to_owned(),
                expected: "0xa9059cbb".to_owned()
            }
        );
    };
    refused(
        &data(
            "approve(address,uint256)",
            &[Value::Address(PAYEE), number(5)],
        ),
        "0x095ea7b3",
    );
    refused(&[0xa9, 0x05, 0x9c], "0xa9059c");
    refused(&[], "0x");
}

#[test]
fn dirty_upper_bytes_of_an_address_are_refused_eth_08() {
    for at in 4..16 {
        let mut data = transfer(5);
        data[at] = 1;
        assert_eq!(flaw(TRANSFER, &data), AbiFlaw::Encoding);
    }
}

#[test]
fn a_bool_other_than_zero_and_one_is_refused_eth_08() {
    let named = function("a(bool)");
    for (word, value) in [("0", false), ("1", true)] {
        let data = words(named.selector(), &[word]);
        assert_eq!(named.decode(&data).unwrap(), [Value::Bool(value)]);
    }
    for word in [
        "2",
        "100",
        "8000000000000000000000000000000000000000000000000000000000000001",
    ] {
        let data = words(named.selector(), &[word]);
        assert_eq!(flaw("a(bool)", &data), AbiFlaw::Encoding);
    }
}

/// The library reads every integer as one of 256 bits, and every bytesN as 32 bytes.
#[test]
fn values_outside_their_types_are_refused_eth_08() {
    for (signature, fits, beyond) in [
        ("a(uint8)", "ff", "100"),
        (
            "a(uint248)",
            "1",
            "100000000000000000000000000000000000000000000000000000000000000",
        ),
        ("a(int8)", "7f", "80"),
        (
            "a(int8)",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff80",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ),
        (
            "a(bytes4)",
            "ffffffff00000000000000000000000000000000000000000000000000000000",
            "ffffffff00000000000000000000000000000000000000000000000000000001",
        ),
    ] {
        let named = function(signature);
        let data = words(named.selector(), &[fits]);
        let values = named.decode(&data).unwrap();
        assert_eq!(named.encode(&values), Some(data));
        let data = words(named.selector(), &[beyond]);
        assert_eq!(flaw(signature, &data), AbiFlaw::Encoding, "{signature}");
    }
}

#[test]
fn short_call_data_is_refused_at_every_length_eth_08() {
    let data = transfer(5);
    for length in 4..data.len() {
        assert_eq!(
            flaw(TRANSFER, &data[..length]),
            AbiFlaw::Short {
                found: length - 4,
                needed: 64
            }
        );
    }
}

#[test]
fn bytes_after_the_last_argument_are_refused_eth_08() {
    for count in [1, 31, 32, 64] {
        let data = [transfer(5), vec![0; count]].concat();
        assert_eq!(flaw(TRANSFER, &data), AbiFlaw::Trailing { found: count });
    }
    let nothing = [&function("pause()").selector()[..], &[0]].concat();
    assert_eq!(flaw("pause()", &nothing), AbiFlaw::Trailing { found: 1 });
}

#[test]
fn offsets_that_overlap_leave_a_gap_or_change_the_order_are_refused_eth_08() {
    let signature = "a(bytes,bytes)";
    let selector = function(signature).selector();
    let with = |offsets: [&str; 2], tails: &[&str]| {
        flaw(signature, &words(selector, &[&offsets, tails].concat()))
    };
    let offset = |at, found: u64, expected| AbiFlaw::Offset {
        at,
        found: U256::from(found),
        expected,
    };
    // One blob for both.
    assert_eq!(with(["40", "40"], &["0"]), offset(32, 0x40, 0x60));
    // The second before the first.
    assert_eq!(with(["60", "40"], &["0", "0"]), offset(0, 0x60, 0x40));
    // A word between them.
    assert_eq!(with(["40", "80"], &["0", "7", "0"]), offset(32, 0x80, 0x60));
    // The head itself.
    assert_eq!(with(["0", "40"], &["0", "0"]), offset(0, 0, 0x40));
    let honest = words(selector, &["40", "60", "0", "0"]);
    assert_eq!(
        function(signature).decode(&honest).unwrap(),
        [bytes(&[]), bytes(&[])]
    );
}

#[test]
fn offsets_and_lengths_beyond_the_data_are_refused_eth_08() {
    let all = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    for word in ["21", "8000000000000000", "10000000000000020", all] {
        let selector = function("a(bytes)").selector();
        assert_eq!(
            flaw("a(bytes)", &words(selector, &[word, "0"])),
            AbiFlaw::Offset {
                at: 0,
                found: U256::from_str_radix(word, 16).unwrap(),
                expected: 32
            }
        );
        for signature in ["a(bytes)", "a(string)", "a(uint8[])", "a((bool,bytes)[])"] {
            let selector = function(signature).selector();
            let data = words(selector, &["20", word, "0"]);
            assert_eq!(
                flaw(signature, &data),
                AbiFlaw::Length {
                    at: 32,
                    found: U256::from_str_radix(word, 16).unwrap(),
                    left: 32
                }
            );
        }
    }
}

#[test]
fn padding_that_is_not_zero_or_not_there_is_refused_eth_08() {
    let mut data = data("a(bytes)", &[bytes(b"abc")]);
    let last = data.len() - 1;
    data[last] = 1;
    assert_eq!(flaw("a(bytes)", &data), AbiFlaw::Encoding);
    assert_eq!(
        flaw("a(bytes)", &data[..last]),
        AbiFlaw::Short {
            found: 95,
            needed: 96
        }
    );
}

#[test]
fn a_text_that_is_not_utf_8_is_refused_eth_08() {
    let mut data = data("a(string)", &[Value::Text("abc".to_owned())]);
    data[68] = 0xff;
    assert_eq!(flaw("a(string)", &data), AbiFlaw::Encoding);
}

#[test]
fn call_data_of_32_kib_is_read_and_one_byte_more_refused() {
    let named = function("a(bool[1022],bool)");
    let mut fields = vec![Value::Bool(true); 1_022];
    let full = named.encode(&[Value::List(fields.clone()), Value::Bool(true)]);
    let mut full = full.unwrap();
    assert_eq!(full.len(), 32_740);
    // 28 more bytes are no whole word: the cap itself holds no canonical call data.
    full.resize(32_768, 0);
    assert_eq!(
        flaw("a(bool[1022],bool)", &full),
        AbiFlaw::Trailing { found: 28 }
    );
    full.push(0);
    let refusal = named.decode(&full).unwrap_err();
    assert_eq!(refusal.code(), Code::TransactionTooLarge);
    assert_eq!(
        refusal,
        CallError::TooLarge {
            path: "a(bool[1022],bool)".to_owned(),
            found: 32_769,
            limit: 32_768
        }
    );
    fields.push(Value::Bool(true));
    assert_eq!(
        named.encode(&[Value::List(fields), Value::Bool(true)]),
        None
    );
}

#[test]
fn arguments_of_other_types_are_not_encoded() {
    let named = function("a(uint8,bytes2)");
    let two = Value::FixedBytes(vec![1, 2]);
    assert!(named.encode(&[number(255), two.clone()]).is_some());
    for values in [
        vec![number(256), two.clone()],
        vec![number(1), Value::FixedBytes(vec![1])],
        vec![number(1), Value::Bytes(vec![1, 2])],
        vec![number(1)],
        vec![number(1), two.clone(), two],
    ] {
        assert_eq!(named.encode(&values), None, "{values:?}");
    }
}

/// The fact that the layout is checked for: the library alone takes one blob for both.
#[test]
fn the_library_alone_lets_offsets_overlap() {
    let kind = DynSolType::parse("(bytes,bytes)").unwrap();
    let data = words([0; 4], &["40", "40", "0"]);
    assert!(kind.abi_decode_sequence(&data[4..]).is_ok());
}
