//! Published transactions of all types: read, written, digested and signed as others did it.
//! Knows the form of the file, nothing of keys.

use alloy_primitives::{Address, U256};
use data_encoding::HEXLOWER;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

use crate::ethereum::{
    AccessListEntry, Authorization, EthereumError, SignedAuthorization, Transaction,
    TransactionType, address_of,
};

fn hex(text: &str) -> Vec<u8> {
    match text {
        "-" => Vec::new(),
        digits => HEXLOWER.decode(digits.as_bytes()).unwrap(),
    }
}

fn address(text: &str) -> Address {
    Address::from_slice(&hex(text))
}

fn large(text: &str) -> U256 {
    U256::from_be_slice(&hex(text))
}

fn entry(text: &str) -> AccessListEntry {
    let (account, keys) = text.split_once(':').unwrap();
    let keys = keys.split(',').filter(|key| !key.is_empty());
    AccessListEntry {
        address: address(account),
        storage_keys: keys.map(|key| hex(key).try_into().unwrap()).collect(),
    }
}

fn tuple(text: &str) -> SignedAuthorization {
    let words: Vec<&str> = text.split(':').collect();
    let signed = SignedAuthorization {
        authorization: Authorization {
            chain_id: words[0].parse().unwrap(),
            address: address(words[1]),
            nonce: words[2].parse().unwrap(),
        },
        y_parity: words[3].parse().unwrap(),
        r: large(words[4]),
        s: large(words[5]),
    };
    assert_eq!(signed.authority(), Some(address(words[6])));
    signed
}

fn transaction(words: &[&str]) -> Transaction {
    let kinds = [
        TransactionType::Legacy,
        TransactionType::AccessList,
        TransactionType::DynamicFee,
        TransactionType::SetCode,
    ];
    let listed = |text: &'static str| move |word: &&str| *word != text;
    let kind = kinds
        .into_iter()
        .find(|kind| kind.number().to_string() == words[1]);
    Transaction {
        kind: kind.unwrap(),
        chain_id: words[2].parse().unwrap(),
        nonce: words[3].parse().unwrap(),
        max_priority_fee_per_gas: words[4].parse().unwrap(),
        max_fee_per_gas: words[5].parse().unwrap(),
        gas_limit: words[6].parse().unwrap(),
        to: address(words[7]),
        value: words[8].parse().unwrap(),
        data: hex(words[9]),
        access_list: words[10]
            .split(';')
            .filter(listed("-"))
            .map(entry)
            .collect(),
        authorizations: words[11]
            .split(';')
            .filter(listed("-"))
            .map(tuple)
            .collect(),
    }
}

/// The address whose key signed the digest.
fn recovered(digest: &[u8; 32], parity: u8, r: U256, s: U256) -> Address {
    let (r, s) = (r.to_be_bytes::<32>(), s.to_be_bytes::<32>());
    let signature = Signature::from_scalars(r, s).unwrap();
    let recovery_id = RecoveryId::from_byte(parity).unwrap();
    let key = VerifyingKey::recover_from_prehash(digest, &signature, recovery_id).unwrap();
    address_of(&key.to_sec1_point(true).as_bytes().try_into().unwrap()).unwrap()
}

/// One of them has authorizations for every chain: others sign that, and here it is refused.
#[test]
fn published_transactions_of_all_types_are_read_written_and_signed_as_published_eth_17() {
    let file = include_str!("../../../vectors/ethereum-transactions.txt");
    let (mut counts, mut refused) = ([0; 5], 0);
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let name = words[0];
        let transaction = transaction(&words);
        let unsigned = hex(words[12]);
        let read = Transaction::decode_unsigned(&unsigned);
        let mut tuples = transaction.authorizations.iter();
        let everywhere = tuples.find(|signed| signed.authorization.chain_id == 0);
        let expected = match everywhere {
            Some(signed) => Err(EthereumError::AuthorizationEveryChain {
                address: signed.authorization.address,
            }),
            None => Ok(transaction.clone()),
        };
        refused += usize::from(expected.is_err());
        assert_eq!(read, expected, "{name}");
        assert_eq!(transaction.encode_unsigned(), unsigned, "{name}");
        assert_eq!(HEXLOWER.encode(&transaction.digest()), words[13], "{name}");
        let (parity, r, s) = (
            words[14].parse().unwrap(),
            large(words[15]),
            large(words[16]),
        );
        let signer = recovered(&transaction.digest(), parity, r, s);
        assert_eq!(signer, address(words[17]), "{name}");
        let raw = transaction.encode_signed(parity, r, s);
        assert_eq!(HEXLOWER.encode(&raw), words[18], "{name}");
        counts[usize::from(transaction.kind.number())] += 1;
    }
    assert_eq!((counts, refused), ([7, 5, 5, 0, 3], 1));
}

/// The unsigned forms of the same collection (npm `@ethersproject/testcases`) without chain id or
/// recipient, and those of the example of EIP-155 without its chain.
#[test]
fn published_transactions_without_chain_or_recipient_are_refused_eth_01_eth_05() {
    for (bytes, refusal) in [
        ("c6808080808080", EthereumError::ChainIdMissing),
        ("c9808080808080058080", EthereumError::Creation),
        ("01c880808080808080c0", EthereumError::Creation),
        ("02c98080808080808080c0", EthereumError::Creation),
        (
            "e9098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080",
            EthereumError::ChainIdMissing,
        ),
    ] {
        assert_eq!(Transaction::decode_unsigned(&hex(bytes)), Err(refusal));
    }
}
