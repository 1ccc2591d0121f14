//! How arguments read. Knows nothing of their encoding.

use std::collections::BTreeSet;

use alloy_primitives::{Address, I256, U256};
use proptest::prelude::*;

use super::super::Value;
use super::{bytes, data, function, number};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn simple_values_read_whole_on_one_line() {
    let address: Address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        .parse()
        .unwrap();
    for (value, line) in [
        (
            Value::Address(address),
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        ),
        (Value::Bool(false), "false"),
        (
            Value::Unsigned(U256::MAX),
            "115792089237316195423570985008687907853269984665640564039457584007913129639935",
        ),
        (
            Value::Signed(I256::MIN),
            "-57896044618658097711785492504343953926634992332820282019728792003956564819968",
        ),
        (Value::Signed(I256::MINUS_ONE), "-1"),
        (Value::FixedBytes(vec![0, 0xab]), "0x00ab"),
        (bytes(&[]), "0x"),
        (text(""), "\"\""),
        (Value::List(Vec::new()), "(empty list)"),
    ] {
        assert_eq!(value.lines(), [line]);
    }
    assert_eq!(
        bytes(&[0xfe; 5_000]).lines(),
        [format!("0x{}", "fe".repeat(5_000))]
    );
}

#[test]
fn every_part_of_a_list_says_where_it_stands() {
    let entry = |amount| {
        Value::Tuple(vec![
            number(amount),
            Value::List(vec![text("a"), text("b")]),
        ])
    };
    assert_eq!(
        Value::List(vec![entry(5), entry(6)]).lines(),
        [
            "[0].0 5",
            "[0].1[0] \"a\"",
            "[0].1[1] \"b\"",
            "[1].0 6",
            "[1].1[0] \"a\"",
            "[1].1[1] \"b\"",
        ]
    );
}

#[test]
fn hostile_texts_are_escaped_and_nothing_of_them_is_cut_cli_01_cli_02() {
    for (hostile, shown) in [
        ("\u{1b}[2J\r\n\t", r#""\u{1b}[2J\u{d}\u{a}\u{9}""#),
        ("a\u{202e}b\u{200b}", r#""a\u{202e}b\u{200b}""#),
        ("\u{ff11}\u{301}\u{430}", r#""\u{ff11}\u{301}\u{430}""#),
        ("say \"yes\" \\u{202e}", r#""say \"yes\" \\u{202e}""#),
        ("\u{0}\u{7f}\u{9b}", r#""\u{0}\u{7f}\u{9b}""#),
    ] {
        let named = function("a(string)");
        let values = named.decode(&data("a(string)", &[text(hostile)])).unwrap();
        assert_eq!(values[0].lines(), [shown]);
    }
    let long = "\u{1}".repeat(30_000);
    assert_eq!(
        text(&long).lines(),
        [format!("\"{}\"", r"\u{1}".repeat(30_000))]
    );
}

#[test]
fn an_empty_list_and_a_text_that_says_so_read_differently() {
    let texts = ["(empty list)", "[0] 5", "\" [1] \"", "\\", "\\\\", "\\\""];
    let mut read: BTreeSet<String> = texts.map(|it| text(it).lines().concat()).into();
    read.insert(Value::List(Vec::new()).lines().concat());
    read.insert(Value::List(vec![number(5)]).lines().concat());
    assert_eq!(read.len(), 8);
}

proptest! {
    #[test]
    fn different_texts_read_differently_in_printable_ascii_cli_02(
        one in any::<String>(),
        two in any::<String>(),
    ) {
        let (first, second) = (text(&one).lines(), text(&two).lines());
        prop_assert_eq!(first.len(), 1);
        prop_assert!(first[0].bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        prop_assert_eq!(one == two, first == second);
    }

    /// Reading the escapes back gives the text: nothing was lost.
    #[test]
    fn a_shown_text_can_be_read_back(hostile in any::<String>()) {
        let shown = text(&hostile).lines().concat();
        let inside = shown.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        let mut read = String::new();
        let mut rest = inside.chars();
        while let Some(letter) = rest.next() {
            if letter != '\\' {
                read.push(letter);
                continue;
            }
            match rest.next().unwrap() {
                'u' => {
                    let digits: String = rest.by_ref().take_while(|it| *it != '}').collect();
                    let digits = digits.strip_prefix('{').unwrap();
                    read.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
                }
                escaped => read.push(escaped),
            }
        }
        prop_assert_eq!(read, hostile);
    }
}
