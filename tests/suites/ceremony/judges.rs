//! Code that none of us wrote: Bitcoin Core's script verifier, and an Ethereum virtual machine fed
//! by another library's decoder.

use alloy_consensus::transaction::SignerRecoverable as _;
use alloy_consensus::{Transaction as _, TxEnvelope};
use bitcoin::consensus::serialize;
use bitcoin::{Transaction, TxOut};
use integration_tests::evm::{Address, U256, World};
use integration_tests::rehearsal::CHAIN;

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

    let mut world = World::new(CHAIN);
    world.fund(sender, U256::from(10_000_000_000_000_000_000_u64));
    let outcome = world.execute_raw(raw);
    assert!(outcome.success, "{outcome:?}");
    assert_eq!(world.balance(recipient), U256::from(value));
}
