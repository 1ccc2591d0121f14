//! A Safe of two out of three owners, of each release.
//! It knows nothing of batches.

use integration_tests::evm::abi::{Argument, call_data};
use integration_tests::evm::{Address, SafeFields, SafeRelease, U256, World, contracts, keccak256};

use crate::owners::{address, key, sign, signatures};

const PAYEE: Address = Address::repeat_byte(0xaa);

fn safe(release: SafeRelease) -> (World, Address) {
    let mut world = World::new(1);
    let owners = [1, 2, 3].map(|number| address(&key(number)));
    let safe = world.safe(release, &owners, 2);
    world.fund(safe, U256::from(1000));
    (world, safe)
}

fn payment() -> SafeFields {
    SafeFields {
        to: PAYEE,
        value: U256::from(7),
        ..SafeFields::default()
    }
}

#[test]
fn two_of_three_owners_move_wei_and_tokens_in_every_release() {
    for release in SafeRelease::ALL {
        let (mut world, safe) = safe(release);
        let hash = world.safe_transaction_hash(safe, &payment());
        let signed = signatures(&[key(1), key(3)], hash);
        assert!(
            world
                .execute_safe(safe, payment().exec_transaction(&signed))
                .success
        );
        assert_eq!(world.balance(PAYEE), U256::from(7));

        let token = world.token(U256::from(50), safe);
        let fields = SafeFields {
            to: token,
            data: call_data(
                "transfer(address,uint256)",
                &[Argument::Account(PAYEE), Argument::Word(U256::from(9))],
            ),
            nonce: U256::from(1),
            ..SafeFields::default()
        };
        let hash = world.safe_transaction_hash(safe, &fields);
        let signed = signatures(&[key(2), key(3)], hash);
        assert!(
            world
                .execute_safe(safe, fields.exec_transaction(&signed))
                .success
        );
        assert_eq!(world.token_balance(token, PAYEE), U256::from(9));
        assert_eq!(world.token_balance(token, safe), U256::from(41));
    }
}

#[test]
fn other_signatures_move_nothing_in_any_release_safe_13() {
    for release in SafeRelease::ALL {
        let (mut world, safe) = safe(release);
        let hash = world.safe_transaction_hash(safe, &payment());
        let good = signatures(&[key(1), key(2)], hash);
        let mut flipped = good.clone();
        flipped[40] ^= 1;
        let backwards = [&good[65..], &good[..65]].concat();
        let twice = [sign(&key(1), hash), sign(&key(1), hash)].concat();
        let mut eth_sign = good.clone();
        eth_sign[64] += 4;
        let stranger = signatures(&[key(1), key(9)], hash);
        for (case, bad) in [
            ("flipped", flipped),
            ("backwards", backwards),
            ("twice", twice),
            ("v+4", eth_sign),
            ("stranger", stranger),
            ("one", good[..65].to_vec()),
        ] {
            let outcome = world.execute_safe(safe, payment().exec_transaction(&bad));
            assert!(!outcome.success, "{release:?} {case}");
            assert_eq!(world.balance(PAYEE), U256::ZERO, "{release:?} {case}");
        }
        assert!(
            world
                .execute_safe(safe, payment().exec_transaction(&good))
                .success
        );
    }
}

#[test]
fn a_safe_put_at_a_chosen_address_hashes_for_that_address_and_executes() {
    for release in SafeRelease::ALL {
        let mut world = World::new(1);
        let safe = Address::repeat_byte(0x5a);
        world.safe_at(
            safe,
            release,
            &[1, 2].map(|number| address(&key(number))),
            1,
        );
        let token = Address::repeat_byte(0x70);
        world.token_at(token, U256::from(5), safe);
        let fields = SafeFields {
            to: token,
            data: call_data(
                "transfer(address,uint256)",
                &[Argument::Account(PAYEE), Argument::Word(U256::from(5))],
            ),
            ..SafeFields::default()
        };
        let hash = world.safe_transaction_hash(safe, &fields);
        let signed = signatures(&[key(2)], hash);
        assert!(
            world
                .execute_safe(safe, fields.exec_transaction(&signed))
                .success
        );
        assert_eq!(world.token_balance(token, PAYEE), U256::from(5));
    }
}

#[test]
fn the_contracts_separate_domains_by_chain_and_safe_and_carry_the_type_hashes_safe_06() {
    let domain_type = keccak256("EIP712Domain(uint256 chainId,address verifyingContract)");
    let safe_type = keccak256(
        "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,\
         uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)",
    );
    assert!(domain_type.to_string().starts_with("0x47e79534"));
    assert!(safe_type.to_string().starts_with("0xbb8310d4"));
    for release in SafeRelease::ALL {
        let code = contracts::safe(release);
        for constant in [domain_type, safe_type] {
            assert!(
                code.windows(32).any(|window| window == constant.as_slice()),
                "{release:?}"
            );
        }
        let (mut world, safe) = safe(release);
        let mut domain = domain_type.to_vec();
        domain.extend(U256::from(1).to_be_bytes::<32>());
        domain.extend(safe.into_word());
        let told = world.word(safe, call_data("domainSeparator()", &[]));
        assert_eq!(told, U256::from_be_bytes(keccak256(domain).0));
    }
}

#[test]
fn the_fallback_handler_accepts_the_owners_signatures_of_a_message_safe_10() {
    for release in SafeRelease::ALL {
        let (mut world, safe) = safe(release);
        let digest = U256::from_be_bytes(keccak256("a document").0);
        let hash = world.word(
            safe,
            call_data(
                "getMessageHash(bytes)",
                &[Argument::Bytes(digest.to_be_bytes::<32>().to_vec())],
            ),
        );
        let signed = signatures(&[key(1), key(2)], hash.to_be_bytes());
        let ask = |bytes: &[u8]| {
            call_data(
                "isValidSignature(bytes32,bytes)",
                &[Argument::Word(digest), Argument::Bytes(bytes.to_vec())],
            )
        };
        let outcome = world.look(safe, ask(&signed));
        assert!(outcome.success);
        assert_eq!(outcome.output[..4], [0x16, 0x26, 0xba, 0x7e]);
        let mut bad = signed;
        bad[3] ^= 1;
        assert!(!world.look(safe, ask(&bad)).success);
    }
}
