//! Small inputs that claim to be large. Each must be refused by the layout, which allocates
//! nothing, before the library reads it. Knows nothing of clocks.

use alloy_dyn_abi::DynSolType;
use alloy_primitives::U256;

use super::super::{AbiFlaw, CallError, Value};
use super::{bytes, call, data, expanded, function};

const MULTICALL: &str = "multicall(bytes[])";

fn word(number: usize) -> [u8; 32] {
    U256::from(number).to_be_bytes()
}

/// `bytes[]` of so many entries whose offsets all point to one blob of 16 KiB.
fn one_blob_for_all(entries: usize) -> Vec<u8> {
    let mut data = function(MULTICALL).selector().to_vec();
    data.extend(word(32));
    data.extend(word(entries));
    for _ in 0..entries {
        data.extend(word(entries * 32));
    }
    data.extend(word(16_384));
    data.extend([0xaa; 16_384]);
    data
}

/// 508 entries of 16 KiB are 8 MiB out of 32 KiB, if they are read.
#[test]
fn many_offsets_to_one_blob_are_refused_at_the_second_eth_23() {
    let bomb = one_blob_for_all(508);
    assert_eq!(bomb.len(), 32_740);
    let flaw = AbiFlaw::Offset {
        at: 96,
        found: U256::from(16_256),
        expected: 32_672,
    };
    assert_eq!(
        expanded(&call(bomb.clone()), &[MULTICALL]),
        Err(CallError::NotCanonical {
            path: "call/multicall".to_owned(),
            flaw
        })
    );
    // Without the layout the library reads every copy.
    let kind = DynSolType::parse("(bytes[])").unwrap();
    let read = kind.abi_decode_sequence(&bomb[4..]).unwrap();
    let entries = read.as_tuple().unwrap()[0].as_array().unwrap();
    let sum: usize = entries.iter().map(|it| it.as_bytes().unwrap().len()).sum();
    assert_eq!(sum, 508 * 16_384);
}

#[test]
fn an_array_that_claims_more_elements_than_there_is_data_is_refused_eth_23() {
    for claimed in [2, 1_023, 1 << 31, usize::MAX] {
        let selector = function(MULTICALL).selector();
        let bomb = [&selector[..], &word(32), &word(claimed), &word(0)].concat();
        assert_eq!(
            function(MULTICALL).decode(&bomb),
            Err(CallError::NotCanonical {
                path: MULTICALL.to_owned(),
                flaw: AbiFlaw::Length {
                    at: 32,
                    found: U256::from(claimed),
                    left: 32
                }
            })
        );
    }
}

/// An offset back to the head of its own list would be read for ever.
#[test]
fn an_array_inside_itself_is_refused_eth_23() {
    let selector = function(MULTICALL).selector();
    let bomb = [&selector[..], &word(32), &word(1), &word(0)].concat();
    assert_eq!(
        function(MULTICALL).decode(&bomb),
        Err(CallError::NotCanonical {
            path: MULTICALL.to_owned(),
            flaw: AbiFlaw::Offset {
                at: 64,
                found: U256::ZERO,
                expected: 32
            }
        })
    );
}

/// The most entries that honest call data can have: read, and then too many.
#[test]
fn as_many_entries_as_fit_are_refused_as_too_many_eth_23() {
    let entry = bytes(&function("pause()").selector());
    let full = data(MULTICALL, &[Value::List(vec![entry; 340])]);
    assert_eq!(full.len(), 32_708);
    assert_eq!(
        expanded(&call(full), &[MULTICALL, "pause()"]),
        Err(CallError::TooMany {
            path: "call/multicall[31]".to_owned(),
            limit: 32
        })
    );
}
