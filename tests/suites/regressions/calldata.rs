//! What the fuzzer of call data starts from: arguments for every function of the property, and
//! batches inside batches, which are all accepted.

use std::sync::Arc;

use integration_tests::properties::FUNCTIONS;
use transaction_review::ethereum::{Address, Call, Function, I256, U256, Value, expand};

use crate::seeds::Seed;

pub fn all() -> Vec<Seed> {
    let transfer = data(0, &[address(), number(5)]);
    let nested = data(9, &[address(), number(0), bytes(&transfer)]);
    vec![
        seed("transfer", 0, &[address(), number(5)]),
        seed("no-arguments", 1, &[]),
        seed("fixed-bytes", 2, &[Value::FixedBytes(vec![7; 16])]),
        seed("simple-types", 3, &simple_types()),
        seed("tuples", 4, &tuples()),
        seed("lists", 5, &lists()),
        seed("multicall", 6, &[list(vec![bytes(&data(1, &[])); 2])]),
        seed(
            "multicall-deadline",
            7,
            &[number(9), list(vec![bytes(&transfer)])],
        ),
        seed(
            "aggregate",
            8,
            &[list(vec![tuple(vec![address(), bytes(&transfer)])])],
        ),
        seed("nested", 9, &[address(), number(1), bytes(&nested)]),
        seed("triples", 10, &[list(vec![triple(&[]), triple(&nested)])]),
        seed(
            "propose",
            11,
            &[of_lists(&transfer), vec![text("Pay")]].concat(),
        ),
        seed("schedule", 12, &[of_lists(&nested), times()].concat()),
        seed("safe", 13, &safe(&transfer)),
    ]
}

/// A fuzzer that starts from what is refused at once finds nothing behind it.
#[test]
fn every_seed_is_understood_with_all_calls_inside() {
    let functions = FUNCTIONS.map(|it| Arc::new(Function::parse(it).expect("a signature")));
    let named = |_contract, selector| {
        let found = functions.iter().find(|it| it.selector() == selector);
        found.map(Arc::clone)
    };
    for (_target, name, seed) in all() {
        let function = &functions[usize::from(seed[0])];
        let call = Call {
            path: "call".to_owned(),
            from: Address::repeat_byte(0x11),
            to: Address::repeat_byte(0x22),
            value: U256::ZERO,
            data: [&function.selector()[..], &seed[1..]].concat(),
        };
        let leaves = expand(&call, &named).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(leaves.len() > 1, seed[0] >= 6, "{name}");
    }
}

/// The number of the function, then its arguments.
fn seed(name: &'static str, choice: u8, values: &[Value]) -> Seed {
    let data = data(choice, values);
    ("calldata", name, [&[choice], &data[4..]].concat())
}

fn data(choice: u8, values: &[Value]) -> Vec<u8> {
    let function = Function::parse(FUNCTIONS[usize::from(choice)]).expect("a signature");
    function.encode(values).expect("values of its types")
}

fn simple_types() -> Vec<Value> {
    vec![
        Value::Signed(I256::MINUS_ONE),
        Value::Bool(true),
        list(vec![number(1), number(2)]),
        text("na\u{ef}ve \"\u{202e}\""),
    ]
}

fn tuples() -> Vec<Value> {
    vec![
        tuple(vec![address(), address(), number(3_000), number(1)]),
        list(vec![word(1), word(2)]),
        tuple(vec![
            bytes(&[9; 33]),
            tuple(vec![Value::Signed(I256::ONE), text("inside")]),
        ]),
    ]
}

fn lists() -> Vec<Value> {
    vec![
        list(vec![tuple(vec![address(), bytes(&[1])]); 2]),
        list(vec![text("one"), text("")]),
        list(vec![Value::FixedBytes(vec![1; 4]); 3]),
    ]
}

fn of_lists(inner: &[u8]) -> Vec<Value> {
    vec![
        list(vec![address(), address()]),
        list(vec![number(0), number(7)]),
        list(vec![bytes(inner), bytes(&[])]),
    ]
}

fn times() -> Vec<Value> {
    vec![word(0), word(1), number(86_400)]
}

fn safe(inner: &[u8]) -> Vec<Value> {
    let zero = || Value::Address(Address::ZERO);
    let call = vec![address(), number(0), bytes(inner), number(0)];
    let gas = vec![number(0), number(0), number(0), zero(), zero()];
    [call, gas, vec![bytes(&[0x1b; 65])]].concat()
}

fn triple(data: &[u8]) -> Value {
    tuple(vec![address(), number(1), bytes(data)])
}

const fn address() -> Value {
    Value::Address(Address::repeat_byte(0x22))
}

fn number(number: u64) -> Value {
    Value::Unsigned(U256::from(number))
}

fn word(byte: u8) -> Value {
    Value::FixedBytes(vec![byte; 32])
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

const fn list(values: Vec<Value>) -> Value {
    Value::List(values)
}

const fn tuple(values: Vec<Value>) -> Value {
    Value::Tuple(values)
}
