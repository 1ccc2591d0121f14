//! Code that none of us wrote: Bitcoin Core's script verifier, and an Ethereum virtual machine fed
//! by another library's decoder.

use alloy_consensus::transaction::SignerRecoverable as _;
use alloy_consensus::{Transaction as _, TxEnvelope};
use bitcoin::consensus::serialize;
use bitcoin::{Transaction, TxOut};
use integration_tests::rehearsal::CHAIN;
use revm::context::TxEnv;
use revm::database::InMemoryDB;
use revm::primitives::{Address, U256};
use revm::state::AccountInfo;
use revm::{Context, DatabaseRef as _, ExecuteCommitEvm as _, MainBuilder as _, MainContext as _};

/// Every input is valid under consensus, each with its amount and script; and no signature would
/// be for another amount.
pub fn assert_valid(signed: &Transaction, prevouts: &[TxOut]) {
    let raw = serialize(signed);
    assert_eq!(signed.input.len(), prevouts.len());
    for (index, prevout) in prevouts.iter().enumerate() {
        let script = prevout.script_pubkey.as_bytes();
        let amount = prevout.value.to_sat();
        bitcoinconsensus::verify(script, amount, &raw, None, index)
            .unwrap_or_else(|error| panic!("input {index}: {error:?}"));
        bitcoinconsensus::verify(script, amount + 1, &raw, None, index)
            .expect_err("the signature covers the amount (BIP-143)");
    }
}

/// The raw transaction is `sender`'s, and moves `value` wei to `recipient` when it is executed.
pub fn assert_executes(raw: &[u8], sender: &str, recipient: &str, value: u64) {
    let mut rest = raw;
    let envelope =
        <TxEnvelope as alloy_consensus::private::alloy_eips::Decodable2718>::decode_2718(&mut rest)
            .expect("another library decodes it");
    assert!(rest.is_empty(), "nothing is left over");
    let sender: Address = sender.parse().unwrap();
    let recipient: Address = recipient.parse().unwrap();
    assert_eq!(
        envelope.recover_signer().expect("a valid, low-S signature"),
        sender
    );
    assert_eq!(envelope.chain_id(), Some(CHAIN));

    let mut world = InMemoryDB::default();
    let ten = U256::from(10_000_000_000_000_000_000_u64);
    world.insert_account_info(sender, AccountInfo::from_balance(ten));
    let mut evm = Context::mainnet()
        .modify_cfg_chained(|cfg| cfg.chain_id = CHAIN)
        .with_db(world)
        .build_mainnet();
    let transaction = TxEnv::builder()
        .tx_type(Some(u8::from(envelope.tx_type())))
        .caller(sender)
        .gas_limit(envelope.gas_limit())
        .max_fee_per_gas(envelope.max_fee_per_gas())
        .gas_priority_fee(envelope.max_priority_fee_per_gas())
        .kind(envelope.kind())
        .value(envelope.value())
        .data(envelope.input().clone())
        .nonce(envelope.nonce())
        .chain_id(envelope.chain_id())
        .build()
        .expect("the machine takes it");
    let outcome = evm
        .transact_commit(transaction)
        .expect("the machine executes it");
    assert!(outcome.is_success(), "{outcome:?}");
    let paid = evm
        .ctx
        .journaled_state
        .database
        .basic_ref(recipient)
        .unwrap()
        .unwrap();
    assert_eq!(paid.balance, U256::from(value));
}
