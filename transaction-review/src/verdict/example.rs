//! Tries the examples of a policy: each becomes a transaction, is reviewed and judged like any
//! other. Knows nothing of signatures: nobody ever signs one of these.

use std::collections::BTreeMap;

use bitcoin::bip32::{ChildNumber, DerivationPath, KeySource};
use bitcoin::hashes::Hash as _;
use bitcoin::secp256k1::PublicKey;
use bitcoin::{OutPoint, Psbt, Sequence, Transaction, TxIn, TxOut, Txid, absolute, transaction};

use super::judge;
use crate::bitcoin::DerivedKey;
use crate::ethereum::Address;
use crate::ethereum::{
    Function, SafeTransaction, TOKEN_FUNCTIONS, Transaction as EthereumTransaction, U256, Value,
    parse_address,
};
use crate::policy::{Example, PolicyError};
use crate::{Asset, BitcoinWallet, Code, History, Policy, Subject, WalletChain, review};

/// Gas of a plain transfer: an example's fee is this much gas at some price.
const TRANSFER_GAS: u64 = 21_000;
/// Gas of a transfer of a token, generously.
const TOKEN_GAS: u64 = 65_000;

/// Holds every example against the policy that carries it.
///
/// The transaction spends one coin of amount and fee, or the account's first nonce. Nothing was paid
/// before, and the time is the first second at which the policy and all of its addresses are in
/// force and its hours are open.
pub(crate) fn check(policy: &Policy) -> Result<(), PolicyError> {
    let now = policy.first_open_second();
    for (index, example) in policy.examples().iter().enumerate() {
        let found = code_of(policy, example, now, index)?;
        if found != example.expect() {
            let text = |code: Option<Code>| code.map_or("OK", Code::as_str);
            return Err(PolicyError::Example {
                path: format!("example[{index}]"),
                name: example.name().to_owned(),
                expected: text(example.expect()),
                found: text(found),
            });
        }
    }
    Ok(())
}

fn code_of(
    policy: &Policy,
    example: &Example,
    now: u64,
    index: usize,
) -> Result<Option<Code>, PolicyError> {
    let unknown = || PolicyError::Reference {
        path: format!("example[{index}].intent.to"),
        found: example.to().to_owned(),
        expected: "somebody who can be paid",
    };
    let wallet = policy.wallet(example.wallet()).ok_or_else(unknown)?;
    let built = match wallet.chain() {
        WalletChain::Bitcoin(wallet) => {
            bitcoin_transaction(policy, example, wallet).ok_or_else(unknown)?
        }
        WalletChain::Ethereum(_) => {
            let price = price(example).ok_or_else(|| PolicyError::Value {
                path: format!("example[{index}].intent.fee"),
                found: example.fee().short(),
                expected: "a multiple of the gas of a transfer: 21 000 wei, of a token 65 000",
            })?;
            let transfer = ether_transaction(policy, example, price).ok_or_else(unknown)?;
            (transfer, Vec::new())
        }
        WalletChain::Safe(safe) => {
            let (to, value, data) = call(policy, example).ok_or_else(unknown)?;
            let nonce = safe.first_nonce.unwrap_or_default();
            let transaction = SafeTransaction::call(to, value, data, nonce);
            (transaction.encode(), Vec::new())
        }
    };
    let (transaction, previous_transactions) = built;
    let subject = Subject {
        wallet: wallet.id(),
        kind: wallet.kind(),
        transaction: &transaction,
        previous_transactions: &previous_transactions,
        reference: example.name(),
        replaces: None,
    };
    // What nobody may ask for is not permitted, whatever the rules say.
    let mut sources = policy.sources().iter();
    let source = sources.find(|source| {
        source.wallets().contains(wallet.id()) && source.kinds().contains(&wallet.kind())
    });
    let Some(source) = source else {
        return Ok(Some(Code::SourceScope));
    };
    Ok(match review(policy, &subject) {
        Ok(review) => judge(policy, &review.asked_by(source), &History::new(), now).primary,
        Err(refusal) => Some(refusal.code()),
    })
}

/// A PSBT that spends one coin of the wallet, and the transaction that made the coin.
fn bitcoin_transaction(
    policy: &Policy,
    example: &Example,
    wallet: &BitcoinWallet,
) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let place = wallet.descriptor.derived(0, 0)?;
    let paid = u64::try_from(example.amount().units()).ok()?;
    let coin = paid.checked_add(u64::try_from(example.fee().units()).ok()?)?;
    let funding = transaction(
        OutPoint {
            txid: Txid::from_byte_array([7; 32]),
            vout: 0,
        },
        TxOut {
            value: bitcoin::Amount::from_sat(coin),
            script_pubkey: place.script_pubkey,
        },
    );
    let spending = transaction(
        OutPoint {
            txid: funding.compute_txid(),
            vout: 0,
        },
        TxOut {
            value: bitcoin::Amount::from_sat(paid),
            script_pubkey: wallet.network.script_of(example.destination(policy))?,
        },
    );
    let mut psbt = Psbt::from_unsigned_tx(spending).ok()?;
    let origins = place
        .keys
        .iter()
        .map(origin)
        .collect::<Option<BTreeMap<_, _>>>();
    psbt.inputs.first_mut()?.bip32_derivation = origins?;
    let previous = bitcoin::consensus::encode::serialize(&funding);
    Some((psbt.serialize(), vec![previous]))
}

/// A key as `PSBT_IN_BIP32_DERIVATION` states it.
fn origin(key: &DerivedKey) -> Option<(PublicKey, KeySource)> {
    let steps: Vec<ChildNumber> = key.path.iter().copied().map(ChildNumber::from).collect();
    let source = (key.fingerprint.into(), DerivationPath::from(steps));
    Some((PublicKey::from_slice(&key.public_key).ok()?, source))
}

fn transaction(spent: OutPoint, output: TxOut) -> Transaction {
    Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn {
            previous_output: spent,
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            ..TxIn::default()
        }],
        output: vec![output],
    }
}

/// Gas of an example.
const fn gas(example: &Example) -> u64 {
    match example.asset() {
        Asset::Token(_) => TOKEN_GAS,
        Asset::Ether { .. } | Asset::Bitcoin => TRANSFER_GAS,
    }
}

/// The price of one gas.
fn price(example: &Example) -> Option<u128> {
    let (gas, fee) = (U256::from(gas(example)), example.fee().units());
    let whole = fee.checked_rem(gas)?.is_zero();
    u128::try_from(fee.checked_div(gas)?).ok().filter(|_| whole)
}

/// Where an example's payment goes, what value goes with it, and its data.
fn call(policy: &Policy, example: &Example) -> Option<(Address, U256, Vec<u8>)> {
    let payee = parse_address(example.destination(policy))?;
    let units = example.amount().units();
    match example.asset() {
        Asset::Bitcoin => None,
        Asset::Ether { .. } => Some((payee, units, Vec::new())),
        Asset::Token(token) => {
            let [transfer, ..] = TOKEN_FUNCTIONS;
            let function = Function::parse(transfer).ok()?;
            let data = function.encode(&[Value::Address(payee), Value::Unsigned(units)])?;
            Some((token.contract(), U256::ZERO, data))
        }
    }
}

fn ether_transaction(policy: &Policy, example: &Example, price: u128) -> Option<Vec<u8>> {
    let chain_id = example.asset().chain_id()?;
    let (to, value, data) = call(policy, example)?;
    let wallet = policy.wallet(example.wallet())?;
    let nonce = match wallet.chain() {
        WalletChain::Ethereum(wallet) => wallet.first_nonces.get(&chain_id).copied(),
        WalletChain::Bitcoin(_) | WalletChain::Safe(_) => None,
    };
    let transfer = EthereumTransaction {
        max_fee_per_gas: price,
        gas_limit: gas(example),
        data,
        ..EthereumTransaction::transfer(chain_id, nonce.unwrap_or_default(), to, value)
    };
    Some(transfer.encode_unsigned())
}
