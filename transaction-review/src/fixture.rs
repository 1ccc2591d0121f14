//! What the unit tests of this crate share: the example policy, requests to bend, and a signer.
//! Knows private keys that are published constants, and nothing of production.

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use bitcoin::{
    Amount, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, absolute,
    transaction,
};
use k256::ecdsa::SigningKey;
use k256::ecdsa::signature::hazmat::PrehashSigner as _;

use crate::bitcoin::Network;
use crate::ethereum::{self, U256, parse_address};
use crate::{
    Policy, PolicyError, Review, ReviewError, Signature, Subject, TransactionKind, WalletChain,
    check_signature, review,
};

/// 2026-09-21: the example policy is in force and its addresses are past their cool-down.
pub(crate) const NOW: u64 = 1_790_000_000;
/// One bitcoin in satoshis.
pub(crate) const COIN: u64 = 100_000_000;
/// The address that the example policy calls "Example custodian".
pub(crate) const CUSTODIAN: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
pub(crate) const POLICY: &str = include_str!("../examples/policy.toml");

pub(crate) fn policy() -> Policy {
    Policy::parse(POLICY).unwrap()
}

/// The example policy with one text replaced, which must be there.
pub(crate) fn policy_with(from: &str, to: &str) -> Result<Policy, PolicyError> {
    Policy::parse(&text_with(from, to, 1))
}

/// The example policy's text with a text, which must be there, replaced at most so many times.
pub(crate) fn text_with(from: &str, to: &str, times: usize) -> String {
    assert!(POLICY.contains(from), "the example policy lacks {from}");
    POLICY.replacen(from, to, times)
}

/// The wallet's own script.
pub(crate) fn own_script() -> ScriptBuf {
    match policy().wallet("btc-cold").unwrap().chain() {
        WalletChain::Bitcoin(wallet) => wallet.descriptor.derived(0, 0).unwrap().script_pubkey,
        WalletChain::Ethereum(_) | WalletChain::Safe(_) => panic!("btc-cold is a Bitcoin wallet"),
    }
}

pub(crate) fn script_of(address: &str) -> ScriptBuf {
    Network::Mainnet.script_of(address).unwrap()
}

/// A transaction that pays these outputs; the number makes its id another.
pub(crate) fn funding(number: u16, outputs: &[(ScriptBuf, u64)]) -> Transaction {
    let mut hash = [7; 32];
    hash[..2].copy_from_slice(&number.to_be_bytes());
    let outpoint = OutPoint {
        txid: Txid::from_byte_array(hash),
        vout: 0,
    };
    transaction_of(vec![outpoint], outputs)
}

pub(crate) fn transaction_of(spent: Vec<OutPoint>, outputs: &[(ScriptBuf, u64)]) -> Transaction {
    let input = |previous_output| TxIn {
        previous_output,
        sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
        ..TxIn::default()
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: spent.into_iter().map(input).collect(),
        output: outputs
            .iter()
            .map(|(script, sat)| TxOut {
                script_pubkey: script.clone(),
                value: Amount::from_sat(*sat),
            })
            .collect(),
    }
}

/// A Bitcoin request whose parts a test may bend before it is reviewed.
#[derive(Debug, Clone)]
pub(crate) struct BitcoinRequest {
    pub(crate) psbt: Psbt,
    pub(crate) previous: Vec<Transaction>,
}

impl BitcoinRequest {
    /// Spends own coins of these amounts to these outputs.
    pub(crate) fn new(coins: &[u64], outputs: &[(ScriptBuf, u64)]) -> Self {
        let numbered = (0_u16..).zip(coins);
        let previous: Vec<Transaction> = numbered
            .map(|(number, coin)| funding(number, &[(own_script(), *coin)]))
            .collect();
        Self::spending(previous, outputs)
    }

    /// Spends the first output of each of these transactions.
    pub(crate) fn spending(previous: Vec<Transaction>, outputs: &[(ScriptBuf, u64)]) -> Self {
        let spent = previous.iter().map(|funding| OutPoint {
            txid: funding.compute_txid(),
            vout: 0,
        });
        let psbt = Psbt::from_unsigned_tx(transaction_of(spent.collect(), outputs)).unwrap();
        Self { psbt, previous }
    }

    /// 12.5 BTC to the custodian from 8 and 6 BTC, 5 292 sat fee, the rest back.
    pub(crate) fn ordinary() -> Self {
        let payment = 12 * COIN + COIN / 2;
        let outputs = [
            (script_of(CUSTODIAN), payment),
            (own_script(), 14 * COIN - payment - 5_292),
        ];
        Self::new(&[8 * COIN, 6 * COIN], &outputs)
    }

    /// The previous transactions as a request carries them.
    pub(crate) fn proofs(&self) -> Vec<Vec<u8>> {
        let mut previous = self.previous.clone();
        previous.sort_by_key(|funding| funding.compute_txid().to_byte_array());
        previous.dedup();
        previous.iter().map(serialize).collect()
    }

    pub(crate) fn review(&self) -> Result<Review, ReviewError> {
        self.review_under(&policy())
    }

    pub(crate) fn review_under(&self, policy: &Policy) -> Result<Review, ReviewError> {
        review_bitcoin(policy, &self.psbt.serialize(), &self.proofs())
    }
}

pub(crate) fn review_bitcoin(
    policy: &Policy,
    psbt: &[u8],
    previous_transactions: &[Vec<u8>],
) -> Result<Review, ReviewError> {
    let kind = TransactionKind::BitcoinPsbt;
    review(
        policy,
        &Subject {
            wallet: "btc-cold",
            kind,
            transaction: psbt,
            previous_transactions,
            reference: "INV-2291",
            replaces: None,
        },
    )
}

/// One ether to the payroll wallet.
pub(crate) fn ordinary_ether() -> ethereum::Transaction {
    let payroll = parse_address("0x2222222222222222222222222222222222222222").unwrap();
    let value = U256::from(1_000_000_000_000_000_000_u64);
    ethereum::Transaction {
        max_priority_fee_per_gas: 1_000_000_000,
        max_fee_per_gas: 30_000_000_000,
        ..ethereum::Transaction::transfer(1, 7, payroll, value)
    }
}

pub(crate) fn review_ethereum(policy: &Policy, transaction: &[u8]) -> Result<Review, ReviewError> {
    let kind = TransactionKind::EthereumTransaction;
    review(
        policy,
        &Subject {
            wallet: "eth-cold",
            kind,
            transaction,
            previous_transactions: &[],
            reference: "INV-2291",
            replaces: None,
        },
    )
}

/// The private key of `btc-cold`: that of BIP-143's P2WPKH example.
pub(crate) fn bitcoin_key() -> SigningKey {
    let digits = b"619c335025c7f4012e556c2a58b2506e30b8511b53ade95ea316fd8c3286feb9";
    SigningKey::from_slice(&data_encoding::HEXLOWER.decode(digits).unwrap()).unwrap()
}

/// The private key of `eth-cold`.
pub(crate) fn ethereum_key() -> SigningKey {
    SigningKey::from_slice(&[0x22; 32]).unwrap()
}

pub(crate) fn sign_digest(key: &SigningKey, digest: &[u8; 32]) -> [u8; 64] {
    let signature: k256::ecdsa::Signature = key.sign_prehash(digest).unwrap();
    signature.normalize_s().to_bytes().into()
}

/// A checked signature for every digest.
pub(crate) fn sign(review: &Review, key: &SigningKey) -> Vec<Signature> {
    let digests = review.digests().iter();
    let signed = digests.map(|asked| (asked.index, sign_digest(key, &asked.digest)));
    signed
        .map(|(index, rs)| check_signature(review, index, &rs).unwrap())
        .collect()
}
