//! Whole ceremonies, from a payment to a transaction that can be broadcast, with the real programs,
//! over both channels, judged by code that is not ours.

mod account;
mod ethereum;
mod judges;
mod quorum;
mod vault;

use std::fs;
use std::path::Path;

use bitcoin::consensus::deserialize;
use bitcoin::{Transaction, TxOut};
use data_encoding::HEXLOWER;
use integration_tests::rehearsal::{BITCOIN_PAYEE, ETHEREUM_PAYEE, Rehearsal, fund};
use offline_signer::journal::Entry;

fn rehearsal(folder: &Path) -> Rehearsal {
    Rehearsal::found(folder, &mut |_| {})
}

fn hex_file(path: &Path) -> Vec<u8> {
    let text = fs::read_to_string(path).unwrap();
    let digits = text.trim();
    HEXLOWER
        .decode(digits.strip_prefix("0x").unwrap_or(digits).as_bytes())
        .unwrap()
}

#[test]
fn a_bitcoin_payment_over_qr_frames_is_valid_under_consensus() {
    let folder = tempfile::tempdir().unwrap();
    let rehearsal = rehearsal(folder.path());
    let coins = fund(
        &rehearsal.plan.bitcoin.public_key,
        &[100_000_000, 60_000_000, 5_000_000],
        1,
    );
    let psbt = folder.path().join("payment.psbt");
    fs::write(
        &psbt,
        coins.psbt(BITCOIN_PAYEE, 125_000_000, 5_000).serialize(),
    )
    .unwrap();
    let built = rehearsal.build_bitcoin(&psbt, "INV-1");
    let frames = format!("frames:{}", folder.path().join("frames").display());
    let gif = format!("gif:{}", folder.path().join("result.gif").display());
    rehearsal.built(&["send", "--request", &built.intent, "--to", &frames]);
    rehearsal.sign(&frames, &gif);
    let out = folder.path().join("out");
    rehearsal.built(&["receive", "--from", &gif, "--out", out.to_str().unwrap()]);

    let signed: Transaction = deserialize(&hex_file(&out.join("bitcoin-signed.hex"))).unwrap();
    let prevouts: Vec<TxOut> = coins
        .previous
        .iter()
        .map(|coin| coin.output[1].clone())
        .collect();
    judges::assert_valid(&signed, &prevouts);
    assert_eq!(signed.input.len(), 3);
    assert_eq!(signed.output[0].value.to_sat(), 125_000_000);
    // What the builder wrote of the coins is what was really spent.
    let said: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("bitcoin-prevouts.json")).unwrap()).unwrap();
    for (input, (said, prevout)) in signed
        .input
        .iter()
        .zip(said.as_array().unwrap().iter().zip(&prevouts))
    {
        assert_eq!(said["txid"], input.previous_output.txid.to_string());
        assert_eq!(said["vout"], input.previous_output.vout);
        assert_eq!(said["amount_sat"], prevout.value.to_sat());
        assert_eq!(said["script_pubkey"], prevout.script_pubkey.to_hex_string());
    }
    assert_order_of_records(&rehearsal);
}

#[test]
fn an_ethereum_transfer_over_a_usb_medium_is_executed_by_an_evm() {
    let folder = tempfile::tempdir().unwrap();
    let rehearsal = rehearsal(folder.path());
    let built = rehearsal.build_ethereum("0", "1.5 ETH", "INV-2");
    let there = format!("usb:{}", folder.path().join("request.usb").display());
    let back = format!("usb:{}", folder.path().join("result.usb").display());
    rehearsal.built(&["send", "--request", &built.intent, "--to", &there]);
    rehearsal.sign(&there, &back);
    let out = folder.path().join("out");
    rehearsal.built(&["receive", "--from", &back, "--out", out.to_str().unwrap()]);
    let raw = hex_file(&out.join("ethereum-signed.hex"));
    judges::assert_executes(
        &raw,
        &rehearsal.plan.ethereum.address,
        ETHEREUM_PAYEE,
        1_500_000_000_000_000_000,
    );
}

#[test]
fn a_result_comes_back_only_to_who_asked_and_only_whole_opt_11() {
    let folder = tempfile::tempdir().unwrap();
    let asked = rehearsal(&folder.path().join("one"));
    let built = asked.build_ethereum("0", "1 ETH", "INV-3");
    let there = format!("file:{}", built.packet.display());
    let result = folder.path().join("result.cbor");
    let back = format!("file:{}", result.display());
    asked.sign(&there, &back);

    // Another builder that knows another station of the same name.
    let other = rehearsal(&folder.path().join("two"));
    let ended = other.builder(&["receive", "--from", &back]);
    assert_eq!(ended.code, 11, "{}", ended.stderr);
    // Every tenth byte of the result changed, one at a time.
    let bytes = fs::read(&result).unwrap();
    for place in (0..bytes.len()).step_by(10) {
        let mut changed = bytes.clone();
        changed[place] ^= 4;
        let file = folder.path().join(format!("changed-{place}.cbor"));
        fs::write(&file, &changed).unwrap();
        let ended = asked.builder(&["receive", "--from", &format!("file:{}", file.display())]);
        assert!(
            matches!(ended.code, 10 | 11),
            "{place}: {} {}",
            ended.code,
            ended.stderr
        );
    }
    asked.built(&["receive", "--from", &back]);
}

/// The intent is recorded before the outcome, and the outcome before the release.
fn assert_order_of_records(rehearsal: &Rehearsal) {
    let names: Vec<&str> = rehearsal
        .records()
        .iter()
        .map(|record| record.entry.name())
        .collect();
    assert_eq!(names, ["GENESIS", "SENT", "INTENT", "OUTCOME", "RELEASED"]);
    let verified = rehearsal.signer_unattended(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
    let records = rehearsal.records();
    let Entry::Intent(intent) = &records[2].entry else {
        panic!("no intent")
    };
    assert_eq!(intent.approvals.len(), 2);
}
