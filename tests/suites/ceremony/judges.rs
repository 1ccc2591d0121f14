//! Code that none of us wrote: Bitcoin Core's script verifier and an Ethereum virtual machine.

use bitcoin::consensus::serialize;
use bitcoin::{Transaction, TxOut};
use revm::context::TxEnv;
use revm::context_interface::result::ExecutionResult;
use revm::database::InMemoryDB;
use revm::primitives::{Address, Bytes, TxKind, U256};
use revm::state::AccountInfo;
use revm::{Context, ExecuteCommitEvm as _, MainBuilder as _, MainContext as _};

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
