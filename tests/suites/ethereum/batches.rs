//! Batches: what we read of one is what the machine does with it, call for call.

use integration_tests::evm::{
    Address, CallScheme, SafeFields, SafeRelease, U256, World, contracts,
};
use proptest::prelude::*;
use transaction_review::ethereum::{BatchedCall, decode_multi_send, encode_multi_send};

const CHAIN: u64 = 31_337;

/// The calls that the real `MultiSendCallOnly` makes with this call data; `None` if it reverts. A small
/// contract of our own delegates to it, as a Safe does, without asking for signatures.
fn executed(release: SafeRelease, data: &[u8]) -> Option<Vec<BatchedCall>> {
    let mut world = World::new(CHAIN);
    let library = Address::repeat_byte(0xdd);
    world.place(library, contracts::multi_send_call_only_runtime(release));
    // CALLDATACOPY all of it, DELEGATECALL the library with it, revert if that failed.
    let mut delegate = vec![0x36, 0x5f, 0x5f, 0x37, 0x5f, 0x5f, 0x36, 0x5f, 0x73];
    delegate.extend_from_slice(library.as_slice());
    delegate.extend_from_slice(&[0x5a, 0xf4, 0x60, 0x26, 0x57, 0x5f, 0x5f, 0xfd, 0x5b, 0x00]);
    let target = u8::try_from(delegate.len() - 2).unwrap();
    let place = delegate.len() - 7;
    assert_eq!(delegate[place], 0x26);
    delegate[place] = target;
    let account = Address::repeat_byte(0xaa);
    world.place(account, delegate);
    world.fund(account, U256::MAX >> 8);
    let caller = Address::repeat_byte(0xbb);
    let outcome = world.call(caller, account, U256::ZERO, data.to_vec());
    outcome.success.then(|| {
        let made = outcome.calls.iter();
        let made = made
            .skip_while(|call| call.kind != CallScheme::DelegateCall)
            .skip(1);
        made.filter(|call| call.depth == 2 && call.kind == CallScheme::Call)
            .map(|call| BatchedCall {
                to: call.to,
                value: call.value,
                data: call.data.clone(),
            })
            .collect()
    })
}

fn calls() -> impl Strategy<Value = Vec<BatchedCall>> {
    // Accounts without code, beyond the precompiled contracts: the machine's calls to them succeed.
    let call = (
        0x30_u8..0xa0,
        any::<u16>(),
        proptest::collection::vec(any::<u8>(), 0..70),
    );
    let call = call.prop_map(|(to, value, data)| BatchedCall {
        to: Address::repeat_byte(to),
        value: U256::from(value),
        data,
    });
    proptest::collection::vec(call, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_batch_is_what_the_machine_executes_safe_05(calls in calls()) {
        let data = encode_multi_send(&calls);
        prop_assert_eq!(decode_multi_send(&data), Ok(calls.clone()));
        for release in SafeRelease::ALL {
            prop_assert_eq!(executed(release, &data), Some(calls.clone()));
        }
    }

    #[test]
    fn a_changed_batch_is_refused_or_is_what_the_machine_executes_safe_05(
        calls in calls(), place: usize, byte: u8,
    ) {
        let mut data = encode_multi_send(&calls);
        let place = place % data.len();
        data[place] = byte;
        if let Ok(read) = decode_multi_send(&data) {
            prop_assert_eq!(encode_multi_send(&read), data.clone());
            let precompiled = |call: &BatchedCall| call.to.starts_with(&[0; 18]);
            // A value that the account does not have, or a precompiled contract that refuses, reverts
            // all of it: then nothing happens, which is less than what was read.
            if let Some(made) = executed(SafeRelease::V1_4_1, &data) {
                prop_assert_eq!(made, read);
            } else {
                let huge = |call: &BatchedCall| call.value > (U256::MAX >> 9);
                prop_assert!(read.iter().any(|call| precompiled(call) || huge(call)));
            }
        }
    }
}

#[test]
fn what_the_loop_overlooks_is_refused_safe_05() {
    // The contract compares a counter that starts at 0x20 with the length: up to 32 bytes behind the
    // last call are overlooked. They are refused, so that what is read is all there is.
    let call = BatchedCall {
        to: Address::repeat_byte(0x44),
        value: U256::from(1_u8),
        data: vec![],
    };
    let data = encode_multi_send(std::slice::from_ref(&call));
    let mut longer = data.clone();
    // The length of the packed bytes, and one zero byte more of what was padding.
    longer[67] += 1;
    assert_eq!(executed(SafeRelease::V1_4_1, &longer), Some(vec![call]));
    let refusal = decode_multi_send(&longer).unwrap_err();
    assert_eq!(refusal.code().as_str(), "E_SAFE_MULTISEND", "{refusal}");
    let fields = SafeFields::default();
    assert_eq!(fields.operation, 0);
}
