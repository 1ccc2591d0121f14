//! What names a function, and what does not. Knows nothing of call data.

use super::super::{Function, FunctionError, is_dangerous};
use super::function;
use crate::Code;

fn refused(signature: &str) -> FunctionError {
    let refusal = Function::parse(signature).unwrap_err();
    assert_eq!(refusal.code(), Code::PolicyValue);
    let text = refusal.to_string();
    assert!(text.bytes().all(|b| (b' '..=b'~').contains(&b)), "{text}");
    refusal
}

/// Selectors as deployed contracts have them.
#[test]
fn selectors_are_those_of_the_deployed_contracts() {
    for (signature, selector) in [
        ("transfer(address,uint256)", 0xa905_9cbb_u32),
        ("approve(address,uint256)", 0x095e_a7b3),
        ("pause()", 0x8456_cb59),
        ("approveHash(bytes32)", 0xd4d9_bdcd),
        ("multicall(bytes[])", 0xac96_50d8),
        ("multicall(uint256,bytes[])", 0x5ae4_01dc),
        ("aggregate((address,bytes)[])", 0x252d_ba42),
        ("execute(address,uint256,bytes)", 0xb61d_27f6),
        ("propose(address[],uint256[],bytes[],string)", 0x7d5e_81e2),
    ] {
        let function = function(signature);
        assert_eq!(function.selector(), selector.to_be_bytes(), "{signature}");
        assert_eq!(function.signature(), signature);
    }
}

#[test]
fn a_signature_gives_its_name_and_the_canonical_text_of_each_type() {
    let named = function("mix((address,(bool)[2]),uint8[3],bytes[])");
    assert_eq!(named.name(), "mix");
    assert_eq!(
        named.types(),
        ["(address,(bool)[2])", "uint8[3]", "bytes[]"]
    );
    assert_eq!(function("_$a9()").types(), Vec::<String>::new());
}

/// The library would write `(uint256,)`, and the selector would be another function's.
#[test]
fn a_tuple_of_one_field_has_no_comma_at_its_end() {
    assert_eq!(function("a((uint256))").types(), ["(uint256)"]);
}

#[test]
fn another_spelling_is_refused_and_the_canonical_one_named() {
    for (signature, canonical) in [
        ("transfer(address,uint)", "transfer(address,uint256)"),
        ("a(int)", "a(int256)"),
        ("a(uint08)", "a(uint8)"),
        ("a(tuple(bool))", "a((bool))"),
        ("a(bool,)", "a(bool)"),
        ("a(bool[02])", "a(bool[2])"),
    ] {
        let canonical = canonical.to_owned();
        assert_eq!(
            refused(signature),
            FunctionError::NotCanonical { canonical },
            "{signature}"
        );
    }
}

#[test]
fn what_is_not_a_name_and_a_list_of_types_is_refused() {
    for signature in [
        "transfer",
        "a(",
        "a)",
        "a()()",
        "a(bool)(bool)",
        "a(bool)[]",
        "a(uint7)",
        "a(uint264)",
        "a(uint0)",
        "a(bytes0)",
        "a(bytes33)",
        "a(bool[0])",
        "a(bool[-1])",
        "a(Token)",
        "a(,)",
        "a(fixed128x18)",
        "a(uint+8)",
        "a(bool[)",
        "a(bool]",
        "a(address;bool)",
        "a(bool[99999999999999999999])",
    ] {
        let form = FunctionError::Form {
            found: signature.to_owned(),
        };
        assert_eq!(refused(signature), form, "{signature}");
    }
    for (signature, name) in [
        ("(bool)", ""),
        ("9a()", "9a"),
        ("a-b()", "a-b"),
        (")a(", ")a"),
    ] {
        let found = name.to_owned();
        assert_eq!(refused(signature), FunctionError::Name { found });
    }
}

#[test]
fn spaces_parameter_names_and_look_alikes_are_refused_cli_02() {
    for (signature, found) in [
        ("transfer(address, uint256)", ' '),
        ("transfer(address to,uint256)", ' '),
        ("tr\u{430}nsfer(address,uint256)", '\u{430}'),
        ("transfer(address,uint256)\n", '\n'),
        ("\u{202e}a()", '\u{202e}'),
    ] {
        assert_eq!(refused(signature), FunctionError::Character { found });
    }
    assert_eq!(
        refused("a\u{1b}()").to_string(),
        "the signature has U+001B in it: write it in plain letters and without spaces"
    );
}

#[test]
fn a_signature_of_256_characters_is_read_and_of_257_refused() {
    let named = |characters: usize| format!("{}()", "a".repeat(characters - 2));
    assert_eq!(function(&named(256)).name().len(), 254);
    assert_eq!(
        refused(&named(257)),
        FunctionError::TooLong {
            found: 257,
            limit: 256
        }
    );
}

#[test]
fn sixteen_parameters_are_read_and_seventeen_refused() {
    let with = |count: usize| format!("a({})", vec!["bool"; count].join(","));
    assert_eq!(function(&with(16)).types().len(), 16);
    assert_eq!(
        refused(&with(17)),
        FunctionError::TooManyParameters {
            found: 17,
            limit: 16
        }
    );
}

#[test]
fn two_tuples_inside_each_other_are_read_and_three_refused_eth_23() {
    assert_eq!(function("a(((bool)))").types(), ["((bool))"]);
    assert_eq!(
        refused("a((((bool))))"),
        FunctionError::TooDeep { found: 3, limit: 2 }
    );
    let deep = format!("a{}{}", "(".repeat(127), ")".repeat(127));
    assert_eq!(
        refused(&deep),
        FunctionError::TooDeep {
            found: 126,
            limit: 2
        }
    );
}

#[test]
fn an_array_in_an_array_is_refused_eth_23() {
    for (signature, outer) in [
        ("a(bool[][])", "bool[][]"),
        ("a(bool[2][])", "bool[2][]"),
        ("a((bool,bytes[])[3])", "(bool,bytes[])[3]"),
        ("a((bool,(bool[1])[]))", "(bool[1])[]"),
    ] {
        let found = outer.to_owned();
        assert_eq!(refused(signature), FunctionError::ArrayInArray { found });
    }
}

#[test]
fn a_parameter_as_wide_as_call_data_is_read_and_one_word_more_refused_eth_23() {
    assert_eq!(function("a(bool[1023])").types(), ["bool[1023]"]);
    assert_eq!(
        refused("a(bool[1024])"),
        FunctionError::TooWide {
            kind: "bool[1024]".to_owned(),
            found: 1_024,
            limit: 1_023
        }
    );
    for signature in ["a(string[4000000000])", "a((bytes[99999999999],bool))"] {
        let refusal = refused(signature);
        assert!(
            matches!(refusal, FunctionError::TooWide { .. }),
            "{refusal}"
        );
    }
}

#[test]
fn types_that_no_screen_can_show_are_refused() {
    assert_eq!(refused("a(function)"), FunctionError::FunctionPointer);
    assert_eq!(refused("a(())"), FunctionError::EmptyTuple);
    assert_eq!(refused("a(()[])"), FunctionError::EmptyTuple);
}

#[test]
fn functions_that_hand_a_contract_over_are_known_by_name_safe_03_safe_14() {
    for signature in [
        "transferOwnership(address)",
        "upgradeTo(address)",
        "upgradeToAndCall(address,bytes)",
        "setApprovalForAll(address,bool)",
        "enableModule(address)",
        "setGuard(address)",
        "setModuleGuard(address)",
        "setFallbackHandler(address)",
        "swapOwner(address,address,address)",
        "addOwnerWithThreshold(address,uint256)",
        "removeOwner(address,address,uint256)",
        "changeThreshold(uint256)",
        "changeAdmin(address)",
        "setOwner(address)",
        "grantRole(bytes32,address)",
        "renounceOwnership()",
        "approveHash(bytes32)",
    ] {
        assert!(is_dangerous(signature), "{signature}");
    }
    for signature in [
        "transfer(address,uint256)",
        "mySetOwner(address)",
        "setOwners()",
    ] {
        assert!(!is_dangerous(signature), "{signature}");
    }
}
