//! Random functions and arguments, encoded by a second encoder and damaged in every way.
//! Knows the specification's encoding in its own words.

use alloy_primitives::{Address, I256, U256};
use proptest::prelude::*;
use proptest::sample::Index;

use super::super::kind::Kind;
use super::super::{Function, Value};

/// Types without anything inside.
fn simple() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Address),
        Just(Kind::Bool),
        (1_usize..=32).prop_map(|bytes| Kind::Unsigned(bytes * 8)),
        (1_usize..=32).prop_map(|bytes| Kind::Signed(bytes * 8)),
        (1_usize..=32).prop_map(Kind::FixedBytes),
        Just(Kind::Bytes),
        Just(Kind::Text),
    ]
}

fn tuple<T: Strategy<Value = Kind>>(field: T) -> impl Strategy<Value = Kind> {
    proptest::collection::vec(field, 1..3).prop_map(Kind::Tuple)
}

fn element() -> impl Strategy<Value = Kind> {
    prop_oneof![2 => simple(), 1 => tuple(simple())]
}

fn array() -> impl Strategy<Value = Kind> {
    (element(), 0_usize..4).prop_map(|(element, length)| match length {
        0 => Kind::Array(Box::new(element)),
        _ => Kind::FixedArray(Box::new(element), length),
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    let field = prop_oneof![simple(), array(), tuple(simple())];
    prop_oneof![simple(), array(), tuple(field)]
}

fn value(kind: &Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Address => any::<[u8; 20]>()
            .prop_map(|bytes| Value::Address(Address::new(bytes)))
            .boxed(),
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Unsigned(bits) => {
            let unused = 256 - *bits;
            any::<[u8; 32]>()
                .prop_map(move |bytes| Value::Unsigned(U256::from_be_bytes(bytes) >> unused))
                .boxed()
        }
        Kind::Signed(bits) => {
            let unused = 256 - *bits;
            any::<[u8; 32]>()
                .prop_map(move |bytes| Value::Signed(I256::from_be_bytes(bytes).asr(unused)))
                .boxed()
        }
        Kind::FixedBytes(length) => proptest::collection::vec(any::<u8>(), *length)
            .prop_map(Value::FixedBytes)
            .boxed(),
        Kind::Bytes => proptest::collection::vec(any::<u8>(), 0..70)
            .prop_map(Value::Bytes)
            .boxed(),
        Kind::Text => any::<String>().prop_map(Value::Text).boxed(),
        Kind::Array(element) => proptest::collection::vec(value(element), 0..4)
            .prop_map(Value::List)
            .boxed(),
        Kind::FixedArray(element, length) => proptest::collection::vec(value(element), *length)
            .prop_map(Value::List)
            .boxed(),
        Kind::Tuple(fields) => fields
            .iter()
            .map(value)
            .collect::<Vec<_>>()
            .prop_map(Value::Tuple)
            .boxed(),
    }
}

/// A function and arguments for it.
fn invocation() -> impl Strategy<Value = (Vec<Kind>, Vec<Value>)> {
    proptest::collection::vec(kind(), 0..4).prop_flat_map(|types| {
        let values: Vec<_> = types.iter().map(value).collect();
        (Just(types), values)
    })
}

fn named(types: &[Kind]) -> Function {
    let types: Vec<String> = types.iter().map(Kind::text).collect();
    Function::parse(&format!("f({})", types.join(","))).unwrap()
}

/// The specification's `enc(X)`, written again: a head for each component, then the tails.
fn components<'a>(pairs: impl Iterator<Item = (&'a Kind, &'a Value)> + Clone) -> Vec<u8> {
    let size = |(kind, value): (&Kind, &Value)| {
        if is_dynamic(kind) {
            32
        } else {
            encoded(kind, value).len()
        }
    };
    let mut offset: usize = pairs.clone().map(size).sum();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    for (kind, value) in pairs {
        let part = encoded(kind, value);
        if is_dynamic(kind) {
            head.extend(U256::from(offset).to_be_bytes::<32>());
            offset += part.len();
            tail.extend(part);
        } else {
            head.extend(part);
        }
    }
    [head, tail].concat()
}

fn is_dynamic(kind: &Kind) -> bool {
    match kind {
        Kind::Bytes | Kind::Text | Kind::Array(_) => true,
        Kind::FixedArray(element, _) => is_dynamic(element),
        Kind::Tuple(fields) => fields.iter().any(is_dynamic),
        Kind::Address | Kind::Bool | Kind::Unsigned(_) | Kind::Signed(_) | Kind::FixedBytes(_) => {
            false
        }
    }
}

fn encoded(kind: &Kind, value: &Value) -> Vec<u8> {
    let padded = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len().div_ceil(32) * 32, 0);
        bytes
    };
    let counted =
        |count: usize, rest: Vec<u8>| [&U256::from(count).to_be_bytes::<32>()[..], &rest].concat();
    match (kind, value) {
        (_, Value::Address(address)) => [&[0; 12][..], address.as_slice()].concat(),
        (_, Value::Bool(bool)) => [vec![0; 31], vec![u8::from(*bool)]].concat(),
        (_, Value::Unsigned(number)) => number.to_be_bytes::<32>().to_vec(),
        (_, Value::Signed(number)) => number.to_be_bytes::<32>().to_vec(),
        (_, Value::FixedBytes(bytes)) => padded(bytes),
        (_, Value::Bytes(bytes)) => counted(bytes.len(), padded(bytes)),
        (_, Value::Text(text)) => counted(text.len(), padded(text.as_bytes())),
        (Kind::Array(element), Value::List(values)) => {
            let elements = values.iter().map(|value| (&**element, value));
            counted(values.len(), components(elements))
        }
        (Kind::FixedArray(element, _), Value::List(values)) => {
            components(values.iter().map(|value| (&**element, value)))
        }
        (Kind::Tuple(types), Value::Tuple(values)) => components(types.iter().zip(values)),
        _ => panic!("{kind:?} {value:?}"),
    }
}

/// Ways to damage call data.
#[derive(Debug, Clone)]
enum Damage {
    Byte(Index, u8),
    Word(Index, u16),
    Swap(Index, Index),
    Copy(Index, Index),
    Cut(Index),
    Append(Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (any::<Index>(), 0_u16..20).prop_map(|(at, word)| Damage::Word(at, word * 32)),
        (any::<Index>(), any::<Index>()).prop_map(|(one, two)| Damage::Swap(one, two)),
        (any::<Index>(), any::<Index>()).prop_map(|(one, two)| Damage::Copy(one, two)),
        any::<Index>().prop_map(Damage::Cut),
        proptest::collection::vec(any::<u8>(), 1..65).prop_map(Damage::Append),
    ]
}

fn damaged(data: &[u8], damage: &Damage) -> Vec<u8> {
    let mut words: Vec<Vec<u8>> = data[4..].chunks(32).map(<[u8]>::to_vec).collect();
    let mut extra = Vec::new();
    if !words.is_empty() {
        let count = words.len();
        match damage {
            Damage::Byte(at, byte) => {
                let at = at.index(count * 32);
                words[at / 32][at % 32] = *byte;
            }
            Damage::Word(at, number) => {
                words[at.index(count)] = U256::from(*number).to_be_bytes::<32>().to_vec();
            }
            Damage::Swap(one, two) => words.swap(one.index(count), two.index(count)),
            Damage::Copy(one, two) => words[one.index(count)] = words[two.index(count)].clone(),
            Damage::Cut(at) => words.truncate(at.index(count)),
            Damage::Append(bytes) => extra.clone_from(bytes),
        }
    }
    [data[..4].to_vec(), words.concat(), extra].concat()
}

proptest! {
    #[test]
    fn our_encoding_is_that_of_the_specification_and_is_read_back((types, values) in invocation()) {
        let function = named(&types);
        let data = function.encode(&values).unwrap();
        prop_assert_eq!(&data[..4], function.selector());
        prop_assert_eq!(&data[4..], components(types.iter().zip(&values)));
        prop_assert_eq!(function.decode(&data), Ok(values));
    }

    /// Whatever is accepted says in its bytes exactly what is shown, by both encoders.
    #[test]
    fn damaged_call_data_is_refused_or_is_the_encoding_of_what_is_shown_eth_08(
        (types, values) in invocation(),
        damage in damage(),
    ) {
        let function = named(&types);
        let honest = function.encode(&values).unwrap();
        let data = damaged(&honest, &damage);
        if let Ok(read) = function.decode(&data) {
            let again = function.encode(&read).unwrap();
            prop_assert_eq!(&again, &data);
            prop_assert_eq!(&data[4..], components(types.iter().zip(&read)));
            prop_assert_eq!(read == values, data == honest);
        }
    }

    #[test]
    fn noise_is_refused_or_is_the_encoding_of_what_is_shown_eth_08(
        types in proptest::collection::vec(kind(), 0..4),
        noise in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let function = named(&types);
        let data = [&function.selector()[..], &noise].concat();
        if let Ok(read) = function.decode(&data) {
            prop_assert_eq!(function.encode(&read), Some(data));
        }
    }
}
