//! Authorizations (EIP-7702): the tuples of a transaction and the one that is signed by itself.
//! Knows test keys, nothing of rules.

use alloy_primitives::{Address, U256, uint};

use super::arbitrary::authorize;
use super::envelope::{list, number, string};
use crate::ethereum::{Authorization, SignedAuthorization, Transaction, TransactionType};
use crate::fixture::{ethereum_key, ordinary_ether};
use crate::{Code, EthereumError};

/// The order of secp256k1 (SEC 2).
const ORDER: U256 = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

fn ordinary() -> Authorization {
    Authorization {
        chain_id: 1,
        address: Address::repeat_byte(0x33),
        nonce: 7,
    }
}

fn signed() -> SignedAuthorization {
    authorize(ordinary(), &ethereum_key())
}

fn set_code(authorizations: Vec<SignedAuthorization>) -> Transaction {
    Transaction {
        kind: TransactionType::SetCode,
        authorizations,
        ..ordinary_ether()
    }
}

fn refuse(authorizations: Vec<SignedAuthorization>, refusal: EthereumError) {
    let bytes = set_code(authorizations).encode_unsigned();
    assert_eq!(Transaction::decode_unsigned(&bytes), Err(refusal));
}

/// The second of two tuples, bent.
fn second(bend: impl FnOnce(&mut SignedAuthorization)) -> Vec<SignedAuthorization> {
    let mut tuple = signed();
    bend(&mut tuple);
    vec![signed(), tuple]
}

/// An unsigned type 4 transaction with this as its list of authorizations.
fn with_list(authorizations: &[u8]) -> Result<Transaction, EthereumError> {
    let ordinary = ordinary_ether();
    let fields = [
        number(1),
        number(7),
        number(1),
        number(2),
        number(21_000),
        string(ordinary.to.as_slice()),
        number(1),
        string(&[]),
        list(&[]),
        authorizations.to_vec(),
    ];
    Transaction::decode_unsigned(&[vec![4], list(&fields)].concat())
}

fn tuple() -> Vec<Vec<u8>> {
    let signed = signed();
    vec![
        number(1),
        string(&[0x33; 20]),
        number(7),
        number(signed.y_parity.into()),
        alloy_rlp::encode(signed.r),
        alloy_rlp::encode(signed.s),
    ]
}

#[test]
fn a_tuple_is_read_and_its_authority_is_who_signed_it() {
    let read = with_list(&list(&[list(&tuple())])).unwrap();
    assert_eq!(read.authorizations, vec![signed()]);
    let wallet = crate::ethereum::parse_address("0x1563915e194D8CfBA1943570603F7606A3115508");
    assert_eq!(signed().authority(), wallet);
}

#[test]
fn a_type_four_transaction_without_authorizations_is_refused_eth_17() {
    refuse(Vec::new(), EthereumError::AuthorizationsEmpty);
    assert_eq!(
        EthereumError::AuthorizationsEmpty.code(),
        Code::Authorization
    );
}

#[test]
fn eight_authorizations_are_read_and_a_ninth_is_refused_eth_17() {
    let eight = set_code(vec![signed(); 8]);
    let bytes = eight.encode_unsigned();
    assert_eq!(Transaction::decode_unsigned(&bytes), Ok(eight));
    let of = "authorizations";
    refuse(vec![signed(); 9], EthereumError::TooMany { of, limit: 8 });
}

#[test]
fn an_authorization_for_every_chain_is_refused_eth_17() {
    let everywhere = Authorization {
        chain_id: 0,
        ..ordinary()
    };
    let refusal = EthereumError::AuthorizationEveryChain {
        address: ordinary().address,
    };
    refuse(
        vec![signed(), authorize(everywhere, &ethereum_key())],
        refusal.clone(),
    );
    assert_eq!(Authorization::decode(&everywhere.encode()), Err(refusal));
}

#[test]
fn a_parity_other_than_zero_or_one_is_refused_eth_17() {
    for found in [2, 3, 27, 28, 255] {
        let bent = second(|signed| signed.y_parity = found);
        assert_eq!(bent[1].authority(), None);
        refuse(bent, EthereumError::AuthorizationParity { index: 1, found });
    }
    let other = second(|signed| signed.y_parity ^= 1);
    assert_ne!(other[1].authority(), signed().authority());
    let bytes = set_code(other).encode_unsigned();
    assert!(Transaction::decode_unsigned(&bytes).is_ok());
}

#[test]
fn the_twin_with_a_high_s_is_refused_and_half_the_order_is_the_last_low_one_eth_17() {
    let twin = second(|signed| {
        signed.s = ORDER - signed.s;
        signed.y_parity ^= 1;
    });
    assert_eq!(twin[1].authority(), None);
    refuse(twin, EthereumError::AuthorizationHighS { index: 1 });
    let half: U256 = ORDER >> 1;
    let last = second(|signed| signed.s = half);
    assert!(last[1].authority().is_some());
    let bytes = set_code(last).encode_unsigned();
    assert!(Transaction::decode_unsigned(&bytes).is_ok());
    let past = second(|signed| signed.s = half + U256::ONE);
    refuse(past, EthereumError::AuthorizationHighS { index: 1 });
}

#[test]
fn a_signature_that_no_key_can_have_made_is_refused_eth_17() {
    // No point of the curve has 5 as its first coordinate; the others are no numbers of the field.
    for (r, s) in [
        (U256::from(5), signed().s),
        (U256::ZERO, signed().s),
        (signed().r, U256::ZERO),
        (ORDER, signed().s),
        (signed().r, ORDER),
        (U256::MAX, U256::MAX),
    ] {
        let bent = second(|signed| (signed.r, signed.s) = (r, s));
        assert_eq!(bent[1].authority(), None);
        refuse(bent, EthereumError::AuthorizationUnrecoverable { index: 1 });
    }
}

#[test]
fn a_tuple_that_is_too_short_too_long_or_no_list_is_refused_eth_17() {
    for count in 0..6 {
        let refusal = with_list(&list(&[list(&tuple()[..count])])).unwrap_err();
        assert_eq!(refusal.code(), Code::RlpUnreadable, "{count} fields");
    }
    let long = [tuple(), vec![number(0)]].concat();
    let trailing = EthereumError::Trailing {
        place: "an authorization",
        found: 1,
    };
    assert_eq!(with_list(&list(&[list(&long)])), Err(trailing));
    for no_list in [string(&[]), list(&[string(&list(&tuple()))])] {
        assert_eq!(with_list(&no_list).unwrap_err().code(), Code::RlpUnreadable);
    }
    for (at, wrong) in [
        (0, vec![0x88; 10]),
        (1, string(&[0x33; 19])),
        (3, vec![0x00]),
    ] {
        let mut fields = tuple();
        fields[at] = wrong;
        let refusal = with_list(&list(&[list(&fields)])).unwrap_err();
        assert_eq!(refusal.code(), Code::RlpUnreadable, "field {at}");
    }
}

#[test]
fn an_authorization_by_itself_has_the_magic_byte_and_three_fields_eth_18() {
    let bytes = [vec![5], list(&[number(1), string(&[0x33; 20]), number(7)])].concat();
    assert_eq!(ordinary().encode(), bytes);
    assert_eq!(Authorization::decode(&bytes), Ok(ordinary()));
    for length in 0..bytes.len() {
        let refusal = Authorization::decode(&bytes[..length]).unwrap_err();
        assert_eq!(refusal.code(), Code::RlpUnreadable, "{length}");
    }
    let after = |place| EthereumError::Trailing { place, found: 1 };
    let outside = [&bytes[..], &[0]].concat();
    assert_eq!(
        Authorization::decode(&outside),
        Err(after("the authorization"))
    );
    let mut inside = outside;
    inside[1] += 1;
    assert_eq!(Authorization::decode(&inside), Err(after("the last field")));
    let large = vec![5; 131_073];
    let too_large = EthereumError::TooLarge {
        found: 131_073,
        limit: 131_072,
    };
    assert_eq!(Authorization::decode(&large), Err(too_large));
    let refusal = Authorization::decode(&large[1..]).unwrap_err();
    assert_eq!(refusal.code(), Code::RlpUnreadable);
}

#[test]
fn an_authorization_is_no_transaction_and_a_transaction_is_no_authorization_eth_18() {
    assert_eq!(
        Transaction::decode_unsigned(&ordinary().encode()),
        Err(EthereumError::Type { found: 5 })
    );
    for found in (0..=255).filter(|found| *found != 5) {
        let mut bytes = ordinary().encode();
        bytes[0] = found;
        let refusal = EthereumError::AuthorizationMagic { found };
        assert_eq!(Authorization::decode(&bytes), Err(refusal));
    }
}
