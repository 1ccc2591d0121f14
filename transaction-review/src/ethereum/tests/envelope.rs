//! Types, encodings and fields that are not a plain transfer of type 2. Knows nothing of limits.

use alloy_consensus::{SignableTransaction as _, TxEip1559};
use alloy_primitives::{Address, TxKind, U256};
use alloy_rlp::Header;
use proptest::prelude::*;

use crate::ethereum::{CallError, Transaction, TransactionType};
use crate::fixture::{ordinary_ether, policy, review_ethereum};
use crate::{Code, EthereumError, ReviewError};

/// The list of some already encoded fields.
pub(super) fn list(fields: &[Vec<u8>]) -> Vec<u8> {
    let payload = fields.concat();
    let mut bytes = Vec::new();
    Header {
        list: true,
        payload_length: payload.len(),
    }
    .encode(&mut bytes);
    bytes.extend(payload);
    bytes
}

pub(super) fn number(number: u64) -> Vec<u8> {
    alloy_rlp::encode(number)
}

pub(super) fn string(bytes: &[u8]) -> Vec<u8> {
    alloy_rlp::encode(bytes)
}

/// The nine fields of the ordinary transaction, each encoded.
fn fields() -> Vec<Vec<u8>> {
    let ordinary = ordinary_ether();
    vec![
        number(1),
        number(7),
        number(1_000_000_000),
        number(30_000_000_000),
        number(21_000),
        string(ordinary.to.as_slice()),
        alloy_rlp::encode(ordinary.value),
        string(&[]),
        list(&[]),
    ]
}

fn typed(fields: &[Vec<u8>]) -> Vec<u8> {
    [vec![2], list(fields)].concat()
}

fn with(index: usize, field: Vec<u8>) -> Vec<u8> {
    let mut fields = fields();
    fields[index] = field;
    typed(&fields)
}

fn refuse(bytes: &[u8], refusal: EthereumError) {
    assert_eq!(
        review_ethereum(&policy(), bytes),
        Err(ReviewError::from(refusal))
    );
}

fn code(bytes: &[u8]) -> Code {
    review_ethereum(&policy(), bytes).unwrap_err().code()
}

#[test]
fn nine_fields_behind_type_two_are_understood() {
    assert_eq!(typed(&fields()), ordinary_ether().encode_unsigned());
    let review = review_ethereum(&policy(), &typed(&fields())).unwrap();
    assert_eq!(review.digests()[0].digest, ordinary_ether().digest());
    assert_eq!(
        review.spends()[0].to_string(),
        "chain 1 0x1563915e194D8CfBA1943570603F7606A3115508 nonce 7"
    );
}

#[test]
fn a_legacy_transaction_without_chain_id_is_refused_eth_01() {
    let legacy = [
        number(7),
        number(1),
        number(21_000),
        string(&[0x22; 20]),
        number(1),
        string(&[]),
    ];
    refuse(&list(&legacy), EthereumError::ChainIdMissing);
    let bound_to = |chain: u64| list(&[legacy.concat(), number(chain), string(&[]), string(&[])]);
    refuse(&bound_to(0), EthereumError::ChainIdMissing);
    assert!(review_ethereum(&policy(), &bound_to(1)).is_ok());
    refuse(&[0xc0], EthereumError::ChainIdMissing);
}

#[test]
fn chain_id_zero_is_no_chain_eth_02() {
    refuse(&with(0, number(0)), EthereumError::ChainIdMissing);
}

#[test]
fn every_type_byte_but_one_two_and_four_is_refused_eth_03() {
    for found in (0..=0xbf).filter(|byte| ![1, 2, 4].contains(byte)) {
        let mut bytes = typed(&fields());
        bytes[0] = found;
        refuse(&bytes, EthereumError::Type { found });
    }
    // Types that are understood: with the fields of type 2 they are not readable.
    for kind in [TransactionType::AccessList, TransactionType::SetCode] {
        let mut bytes = typed(&fields());
        bytes[0] = kind.number();
        assert_eq!(code(&bytes), Code::RlpUnreadable, "{kind}");
    }
    refuse(&[], EthereumError::Empty);
}

#[test]
fn a_legacy_body_behind_type_two_is_refused_eth_03() {
    let legacy = [
        number(7),
        number(1),
        number(21_000),
        string(&[0x22; 20]),
        number(1),
        string(&[]),
    ];
    assert_eq!(code(&typed(&legacy)), Code::RlpUnreadable);
}

#[test]
fn an_envelope_wrapped_in_a_string_is_refused_eth_03() {
    let wrapped = string(&typed(&fields()));
    refuse(&wrapped, EthereumError::Type { found: wrapped[0] });
}

#[test]
fn bytes_left_over_are_refused_inside_and_outside_eth_03() {
    let outside = [typed(&fields()), vec![0x80]].concat();
    refuse(
        &outside,
        EthereumError::Trailing {
            place: "the transaction",
            found: 1,
        },
    );
    let mut ten = fields();
    ten.push(number(0));
    refuse(
        &typed(&ten),
        EthereumError::Trailing {
            place: "the last field",
            found: 1,
        },
    );
    // A signed transaction has three fields more.
    let signed = ordinary_ether().encode_signed(1, U256::ONE, U256::ONE);
    refuse(
        &signed,
        EthereumError::Trailing {
            place: "the last field",
            found: 3,
        },
    );
}

#[test]
fn every_truncation_is_refused_eth_03() {
    let bytes = typed(&fields());
    for length in 0..bytes.len() {
        assert_eq!(code(&bytes[..length]).class().exit_code(), 13, "{length}");
    }
}

#[test]
fn numbers_with_leading_zeros_or_in_a_long_form_are_refused_eth_04() {
    for index in [0, 1, 2, 3, 4, 6] {
        for encoded in [
            vec![0x00],
            vec![0x81, 0x01],
            vec![0x82, 0x00, 0x07],
            vec![0xb8, 0x01, 0x90],
        ] {
            assert_eq!(
                code(&with(index, encoded)),
                Code::RlpUnreadable,
                "field {index}"
            );
        }
    }
}

#[test]
fn lengths_that_lie_are_refused_eth_04() {
    let whole = list(&fields());
    let long_form = [
        &[2, 0xf8][..],
        &whole[..1]
            .iter()
            .map(|byte| byte - 0xc0)
            .collect::<Vec<_>>(),
        &whole[1..],
    ]
    .concat();
    assert_eq!(code(&long_form), Code::RlpUnreadable);
    for header in [
        vec![0xff; 9],
        [vec![0xfb], vec![0xff; 4]].concat(),
        vec![0xf9, 0x00, 0x2f],
    ] {
        assert_eq!(
            code(&[vec![2], header, fields().concat()].concat()),
            Code::RlpUnreadable
        );
    }
    assert_eq!(
        code(&with(6, [vec![0xa1], vec![1; 33]].concat())),
        Code::RlpUnreadable
    );
}

#[test]
fn a_transaction_without_recipient_is_refused_eth_05() {
    refuse(&with(5, string(&[])), EthereumError::Creation);
    for length in [1, 19, 21, 32] {
        let refusal = EthereumError::Length {
            field: "destination",
            found: length,
            expected: 20,
        };
        refuse(&with(5, string(&vec![0x22; length])), refusal);
    }
}

#[test]
fn a_call_that_no_rule_names_is_refused_whatever_it_says_eth_07() {
    let to = ordinary_ether().to;
    for data in [&[0xa9, 0x05, 0x9c, 0xbb][..], &[0; 68]] {
        let unknown = CallError::Unknown {
            path: "transaction".to_owned(),
            to,
            selector: format!("0x{}", data_encoding::HEXLOWER.encode(&data[..4])),
            bytes: data.len(),
        };
        refuse(&with(7, string(data)), unknown.into());
    }
    let fallback = CallError::Fallback {
        path: "transaction".to_owned(),
        to,
        bytes: 3,
    };
    assert_eq!(fallback.code().class().exit_code(), 14);
    refuse(&with(7, string(b"gm!")), fallback.into());
}

#[test]
fn more_bytes_than_the_cap_are_refused_at_the_next_one() {
    let bytes = vec![2; 131_073];
    refuse(
        &bytes,
        EthereumError::TooLarge {
            found: 131_073,
            limit: 131_072,
        },
    );
    assert_eq!(code(&bytes[1..]), Code::RlpUnreadable);
}

prop_compose! {
    pub(super) fn transfers()(
        chain_id in 1..=u64::MAX, nonce: u64, tip: u128, price: u128, gas_limit: u64,
        to: [u8; 20], value: [u64; 4], small: bool,
    ) -> Transaction {
        let value = if small { U256::from(value[0]) } else { U256::from_limbs(value) };
        let (tip, price) = if small { (tip >> 90, price >> 90) } else { (tip, price) };
        Transaction {
            max_priority_fee_per_gas: tip, max_fee_per_gas: price, gas_limit,
            ..Transaction::transfer(chain_id, nonce, Address::new(to), value)
        }
    }
}

/// The same transaction in the words of an independent library.
pub(super) fn oracle(transaction: &Transaction) -> TxEip1559 {
    TxEip1559 {
        chain_id: transaction.chain_id,
        nonce: transaction.nonce,
        gas_limit: transaction.gas_limit,
        max_fee_per_gas: transaction.max_fee_per_gas,
        max_priority_fee_per_gas: transaction.max_priority_fee_per_gas,
        to: TxKind::Call(transaction.to),
        value: transaction.value,
        ..TxEip1559::default()
    }
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded_and_an_independent_library_agrees(transaction in transfers()) {
        let bytes = transaction.encode_unsigned();
        prop_assert_eq!(Transaction::decode_unsigned(&bytes), Ok(transaction.clone()));
        let oracle = oracle(&transaction);
        prop_assert_eq!(oracle.encoded_for_signing(), bytes);
        prop_assert_eq!(oracle.signature_hash().0, transaction.digest());
    }

    #[test]
    fn a_changed_byte_is_refused_or_is_another_transaction(transaction in transfers(), at: usize, byte: u8) {
        let mut bytes = transaction.encode_unsigned();
        let place = at % bytes.len();
        bytes[place] = byte;
        if let Ok(other) = Transaction::decode_unsigned(&bytes) {
            prop_assert_eq!(other.encode_unsigned(), bytes);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let typed = [&[2][..], &bytes].concat();
        for bytes in [bytes, typed] {
            if let Ok(transaction) = Transaction::decode_unsigned(&bytes) {
                prop_assert_eq!(transaction.encode_unsigned(), bytes);
            }
        }
    }
}
