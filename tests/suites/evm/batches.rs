//! `MultiSendCallOnly` by delegate call: which calls the machine makes of a batch.
//! It knows nothing of how the review unfolds one.

use integration_tests::evm::abi::{Argument, call_data};
use integration_tests::evm::{
    Address, CallScheme, Outcome, SafeFields, SafeRelease, TracedCall, U256, World, contracts,
};

use crate::owners::{address, key, signatures};

const SAFE: Address = Address::repeat_byte(0x5a);

fn entry(operation: u8, to: Address, value: u64, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![operation];
    bytes.extend(to);
    bytes.extend(U256::from(value).to_be_bytes::<32>());
    bytes.extend(U256::from(data.len()).to_be_bytes::<32>());
    bytes.extend(data);
    bytes
}

fn execute(world: &mut World, release: SafeRelease, batch: Vec<u8>) -> Outcome {
    let library = "0x9641d764fc13c8B624c04430C7356C1C7C8102e2"
        .parse()
        .unwrap();
    world.place(library, contracts::multi_send_call_only_runtime(release));
    world.safe_at(SAFE, release, &[address(&key(1))], 1);
    world.fund(SAFE, U256::from(100));
    let fields = SafeFields {
        to: library,
        data: call_data("multiSend(bytes)", &[Argument::Bytes(batch)]),
        operation: 1,
        ..SafeFields::default()
    };
    let hash = world.safe_transaction_hash(SAFE, &fields);
    let signed = signatures(&[key(1)], hash);
    world.execute_safe(SAFE, fields.exec_transaction(&signed))
}

/// The calls made by the library's loop, which runs as the Safe.
fn made(outcome: &Outcome) -> Vec<(Address, U256, Vec<u8>)> {
    let library = outcome
        .calls
        .iter()
        .position(|call| call.kind == CallScheme::DelegateCall && call.depth == 2)
        .expect("the delegate call to the library");
    outcome.calls[library + 1..]
        .iter()
        .filter(|call: &&TracedCall| call.depth == 3)
        .map(|call| {
            assert_eq!((call.from, call.kind), (SAFE, CallScheme::Call));
            (call.to, call.value, call.data.clone())
        })
        .collect()
}

#[test]
fn the_machine_makes_exactly_the_three_calls_of_a_batch_safe_05() {
    let [a, b, c] = [0xa1, 0xa2, 0xa3].map(Address::repeat_byte);
    for release in SafeRelease::ALL {
        let mut world = World::new(1);
        let batch = [
            entry(0, a, 1, b""),
            entry(0, b, 0, b"data"),
            entry(0, c, 3, &[9; 40]),
        ];
        let outcome = execute(&mut world, release, batch.concat());
        assert!(outcome.success, "{release:?} {outcome:?}");
        assert_eq!(
            made(&outcome),
            [
                (a, U256::from(1), vec![]),
                (b, U256::ZERO, b"data".to_vec()),
                (c, U256::from(3), vec![9; 40]),
            ]
        );
        assert_eq!(world.balance(a), U256::from(1));
        assert_eq!(world.balance(c), U256::from(3));
    }
}

#[test]
fn a_zero_recipient_is_the_safe_itself_in_1_5_0_and_burns_before_safe_04() {
    for (release, recipient) in [
        (SafeRelease::V1_3_0, Address::ZERO),
        (SafeRelease::V1_4_1, Address::ZERO),
        (SafeRelease::V1_5_0, SAFE),
    ] {
        let mut world = World::new(1);
        let outcome = execute(&mut world, release, entry(0, Address::ZERO, 1, b""));
        assert!(outcome.success, "{release:?} {outcome:?}");
        assert_eq!(made(&outcome)[0].0, recipient, "{release:?}");
    }
}

#[test]
fn a_delegate_call_inside_a_batch_reverts_all_of_it_safe_05() {
    let payee = Address::repeat_byte(0xa1);
    for release in SafeRelease::ALL {
        let mut world = World::new(1);
        let batch = [entry(0, payee, 1, b""), entry(1, payee, 0, b"")].concat();
        assert!(!execute(&mut world, release, batch).success, "{release:?}");
        assert_eq!(world.balance(payee), U256::ZERO);
    }
}

/// The loop starts at 0x20 and stops at the length, not at 0x20 behind it: it overlooks the last
/// 32 bytes when no whole entry begins before them.
#[test]
fn the_machine_overlooks_32_bytes_behind_a_batch_and_makes_one_more_call_of_33_safe_05() {
    let payee = Address::repeat_byte(0xa1);
    for (release, recipient) in [
        (SafeRelease::V1_3_0, Address::ZERO),
        (SafeRelease::V1_4_1, Address::ZERO),
        (SafeRelease::V1_5_0, SAFE),
    ] {
        let paid = (payee, U256::from(1), vec![]);
        let phantom = (recipient, U256::ZERO, vec![]);
        for (left_over, calls) in [(32, vec![paid.clone()]), (33, vec![paid, phantom])] {
            let batch = [entry(0, payee, 1, b""), vec![0; left_over]].concat();
            let mut world = World::new(1);
            let outcome = execute(&mut world, release, batch);
            assert!(outcome.success, "{release:?} {left_over}");
            assert_eq!(made(&outcome), calls, "{release:?} {left_over}");
        }
    }
}
