//! A wallet of three keys in two stations: each signs its part under its own policy and people, and
//! only both together make a transaction.

use std::fs;

use bitcoin::consensus::deserialize;
use bitcoin::{Transaction, TxOut};
use integration_tests::rehearsal::Vault;

use crate::{hex_file, judges};

#[test]
fn two_of_three_keys_in_two_stations_make_a_payment_that_is_valid_under_consensus() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::found(&folder.path().join("vault"));
    let coins = vault.coins(&[100_000_000, 60_000_000, 5_000_000], 1);
    let psbt = vault.folder().join("payment.psbt");
    fs::write(&psbt, vault.psbt(&coins, 125_000_000, 5_000).serialize()).unwrap();
    let intents = vault.build(&psbt, "INV-1");
    let out = folder.path().join("out");
    vault.sign(0, &intents[0], &out);
    // One part is not a transaction, and no file says it is one.
    assert!(!out.join("bitcoin-signed.hex").exists());
    vault.sign(1, &intents[1], &out);
    let signed: Transaction = deserialize(&hex_file(&out.join("bitcoin-signed.hex"))).unwrap();
    let prevouts: Vec<TxOut> = coins
        .previous
        .iter()
        .map(|coin| coin.output[1].clone())
        .collect();
    judges::assert_valid(&signed, &prevouts);
    for site in vault.sites() {
        let verified = site.unattended(vault.softhsm(), &["journal", "verify"]);
        assert_eq!(verified.code, 0, "{}", verified.stderr);
    }
}
