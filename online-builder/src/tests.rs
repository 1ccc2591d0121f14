//! The whole way in one process: enrol, build, sign with a fake station, receive; and every way in
//! which it must not work.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use transfer_format::packet::IndexedSignature;

use crate::fixture::{
    Builder, ETHEREUM_PAYEE, Ended, bitcoin_address, payment, payment_to, refusal,
};

fn object(ended: &Ended) -> Value {
    assert_eq!(ended.status, 0, "{}", ended.errors);
    serde_json::from_str(&ended.output).unwrap()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn a_bitcoin_payment_comes_back_as_a_transaction() {
    let (builder, station) = Builder::with_station();
    let psbt = payment(50_000);
    let built = builder.build_psbt(&psbt.serialize(), &[]);
    assert!(
        built.errors.contains("POLICY: PERMITTED"),
        "{}",
        built.errors
    );
    let request = builder.request(&built);
    assert_eq!(request.payload().preflight_verdict, "OK");
    let result = station.sealed(station.sign(&request, 4, 1));
    let folder = builder.path("out");
    let ended = builder.receive(result.bytes(), &["--out", folder.to_str().unwrap()]);
    let said = object(&ended);

    let raw = read(&folder, "bitcoin-signed.hex");
    let raw = data_encoding::HEXLOWER
        .decode(raw.trim_end().as_bytes())
        .unwrap();
    let signed: bitcoin::Transaction = bitcoin::consensus::deserialize(&raw).unwrap();
    assert_eq!(said["txid"], signed.compute_txid().to_string());
    assert_eq!(signed.compute_txid(), psbt.unsigned_tx.compute_txid());
    assert_eq!(signed.input[0].witness.len(), 2);
    let finished = fs::read(folder.join("bitcoin-signed.psbt")).unwrap();
    let finished = bitcoin::Psbt::deserialize(&finished).unwrap();
    assert_eq!(finished.extract_tx().unwrap(), signed);
    let coins: Value = serde_json::from_str(&read(&folder, "bitcoin-prevouts.json")).unwrap();
    let script = psbt.inputs[0]
        .witness_utxo
        .as_ref()
        .unwrap()
        .script_pubkey
        .to_hex_string();
    let txid = psbt.unsigned_tx.input[0].previous_output.txid.to_string();
    assert_eq!(
        coins,
        json!([{"txid": txid, "vout": 0, "amount_sat": 1_000_000, "script_pubkey": script}])
    );
    let kept = fs::read(folder.join(format!("result-{}.cbor", request.intent()))).unwrap();
    assert_eq!(kept, result.bytes());
}

#[test]
fn an_ethereum_transfer_comes_back_as_a_transaction() {
    let (builder, station) = Builder::with_station();
    let request = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let result = station.sealed(station.sign(&request, 4, 1));
    let said = object(&builder.receive(result.bytes(), &[]));
    let folder = builder
        .home()
        .join("results")
        .join(request.intent().to_string());
    let text = read(&folder, "ethereum-signed.hex");
    let raw = text.strip_prefix("0x02").unwrap().trim_end();
    assert!(
        raw.contains(ETHEREUM_PAYEE.to_lowercase().trim_start_matches("0x")),
        "{raw}"
    );
    assert_eq!(said["hash"].as_str().unwrap().len(), 66);
    assert_eq!(said["journal_sequence"], 4);
}

#[test]
fn the_same_result_again_is_said_so_and_nothing_is_rewritten() {
    let (builder, station) = Builder::with_station();
    let request = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let result = station.sign(&request, 4, 1);
    let first = object(&builder.receive(station.sealed(result.clone()).bytes(), &[]));
    assert_eq!(first["received_before"], false);
    let before = crate::fixture::tree(&builder.home());
    let second = builder.receive(station.sealed(result).bytes(), &[]);
    assert_eq!(object(&second)["received_before"], true);
    assert!(
        second.errors.contains("received before"),
        "{}",
        second.errors
    );
    assert_eq!(crate::fixture::tree(&builder.home()), before);
}

#[test]
fn a_refusal_by_the_station_is_kept_and_named() {
    let (builder, station) = Builder::with_station();
    let request = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let notice = station.sealed(station.refuse(&request, "E_DECLINED"));
    for _ in 0..2 {
        let ended = builder.receive(notice.bytes(), &[]);
        assert_eq!(ended.status, 14);
        assert_eq!(refusal(&ended), "REFUSED BY STATION  E_DECLINED  (exit 14)");
        let said: Value = serde_json::from_str(&ended.output).unwrap();
        assert_eq!(
            (&said["code"], &said["class"]),
            (&json!("E_DECLINED"), &json!(14))
        );
    }
    let listed = builder.run(&["list"]).output;
    assert!(listed.contains("refused E_DECLINED"), "{listed}");
    let notice = station.sealed(station.refuse(&request, "E_UTXO_UNPROVEN"));
    let ended = builder.receive(notice.bytes(), &[]);
    assert_eq!(
        refusal(&ended),
        "REFUSED BY STATION  E_UTXO_UNPROVEN  (exit 13)"
    );
    // It may still be signed later.
    builder.receive(station.sealed(station.sign(&request, 4, 1)).bytes(), &[]);
    let listed = builder.run(&["list"]).output;
    assert!(listed.contains("\"INV-2\"  signed"), "{listed}");
}

#[test]
fn an_address_that_is_not_in_the_book_is_not_asked_for() {
    let (builder, _station) = Builder::with_station();
    let stranger = bitcoin_address(0x32).script_pubkey();
    let ended = builder.build_psbt(&payment_to(&stranger, 50_000).serialize(), &[]);
    assert_eq!(ended.status, 14);
    assert_eq!(
        refusal(&ended),
        "REFUSED  E_DESTINATION_UNLISTED  (exit 14)"
    );
    assert!(
        ended.errors.contains("POLICY: REFUSED"),
        "the screens come first"
    );
    assert_eq!(builder.run(&["list"]).output, "0 requests\n");
}

#[test]
fn a_limit_holds_at_the_limit_and_one_past_it() {
    let (builder, _station) = Builder::with_station();
    assert_eq!(builder.build_transfer("1 ETH", &[]).status, 0);
    let ended = builder.build_transfer("1.000000000000000001 ETH", &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_LIMIT_TX  (exit 14)");
    assert_eq!(
        builder
            .build_psbt(&payment(500_000).serialize(), &[])
            .status,
        0
    );
    let ended = builder.build_psbt(&payment(500_001).serialize(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_LIMIT_TX  (exit 14)");
}

#[test]
fn an_expired_policy_builds_nothing_and_still_lets_a_result_in() {
    let (mut builder, station) = Builder::with_station();
    // 2027-06-01T00:00:00Z, when the policy expires; the source expired before it.
    let request = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    builder.now = 1_811_808_000;
    let ended = builder.build_transfer("0.5 ETH", &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_SOURCE_VALIDITY  (exit 11)");
    let shown = builder.run(&["show", "--request", &request.intent().to_string()]);
    assert!(
        shown.output.contains("POLICY: REFUSED E_POLICY_EXPIRED"),
        "{}",
        shown.output
    );
    let result = station.sealed(station.sign(&request, 4, 1));
    assert_eq!(builder.receive(result.bytes(), &[]).status, 0);
}

#[test]
fn a_lifetime_above_the_policys_is_refused() {
    let (builder, _station) = Builder::with_station();
    let longest = builder.build_transfer("0.5 ETH", &["--expires-in", "72h"]);
    let request = builder.request(&longest);
    assert_eq!(
        request.payload().expires - request.payload().created,
        259_200
    );
    let ended = builder.build_transfer("0.5 ETH", &["--expires-in", "259201s"]);
    assert_eq!(refusal(&ended), "REFUSED  E_LIFETIME  (exit 12)");
}

#[test]
fn requests_are_numbered_and_none_is_lost() {
    let (builder, _station) = Builder::with_station();
    for expected in 1..=3 {
        let built = builder.build_transfer(&format!("0.{expected} ETH"), &[]);
        assert_eq!(object(&built)["sequence"], expected);
    }
    assert!(builder.run(&["list"]).output.ends_with("3 requests\n"));
}

#[test]
fn a_request_is_sent_by_intent_or_by_file_until_it_expires() {
    let (mut builder, _station) = Builder::with_station();
    let copy = builder.path("copy.cbor");
    let built = builder.build_transfer("0.5 ETH", &["--out", copy.to_str().unwrap()]);
    let request = builder.request(&built);
    assert_eq!(object(&built)["path"], copy.to_str().unwrap());
    assert_eq!(fs::read(&copy).unwrap(), request.bytes());
    let names = [
        request.intent().to_string(),
        copy.to_str().unwrap().to_owned(),
    ];
    for (number, name) in names.iter().enumerate() {
        let there = builder.path(&format!("sent-{number}.cbor"));
        let to = format!("file:{}", there.display());
        let ended = builder.run(&["send", "--request", name, "--to", &to]);
        assert_eq!(ended.status, 0, "{}", ended.errors);
        assert!(ended.output.contains(&request.intent().words().to_string()));
        assert_eq!(fs::read(there).unwrap(), request.bytes());
    }
    builder.now = request.payload().expires - 1;
    let to = format!("file:{}", builder.path("last-second.cbor").display());
    assert_eq!(
        builder
            .run(&["send", "--request", &names[0], "--to", &to])
            .status,
        0
    );
    assert!(builder.run(&["list"]).output.contains("no answer"));
    builder.now += 1;
    assert!(builder.run(&["list"]).output.contains("expired"));
    let ended = builder.run(&["send", "--request", &names[0], "--to", &to]);
    assert_eq!(refusal(&ended), "REFUSED  E_EXPIRED  (exit 12)");
}

#[test]
fn a_copy_that_cannot_be_written_is_noticed_before_anything_is_sealed() {
    let (builder, _station) = Builder::with_station();
    let taken = builder.file("taken", b"mine");
    let before = crate::fixture::tree(&builder.home());
    let missing = builder.path("missing/copy.cbor");
    let inside_a_file = builder.path("taken/copy.cbor");
    for (out, kind) in [
        (taken.as_str(), "entity already exists"),
        (missing.to_str().unwrap(), "entity not found"),
        (inside_a_file.to_str().unwrap(), "not a directory"),
    ] {
        let ended = builder.build_transfer("0.5 ETH", &["--out", out]);
        assert_eq!(refusal(&ended), "REFUSED  E_FILE  (exit 22)");
        assert!(ended.errors.contains(kind), "{}", ended.errors);
        assert!(!ended.errors.contains("POLICY"), "{}", ended.errors);
    }
    assert_eq!(fs::read(taken).unwrap(), b"mine");
    assert_eq!(crate::fixture::tree(&builder.home()), before);
}

#[test]
fn a_receiving_that_a_crash_cut_off_is_completed_by_the_next_one() {
    let (builder, station) = Builder::with_station();
    let request = builder.request(&builder.build_psbt(&payment(50_000).serialize(), &[]));
    let result = station.sealed(station.sign(&request, 4, 1));
    let folder = builder.home().join("results");
    let folder = folder.join(request.intent().to_string());
    assert_eq!(builder.receive(result.bytes(), &[]).status, 0);
    let whole = crate::fixture::tree(&builder.home());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 4);
    // The result is kept; of the transaction's files any number is there.
    for (path, content) in crate::fixture::tree(&folder) {
        fs::remove_file(&path).unwrap();
        let part = path.file_name().unwrap().to_str().unwrap();
        let part = folder.join(format!(".{part}.partial"));
        transfer_format::durable::write_new(&part, &content[1..]).unwrap();
        let ended = builder.receive(result.bytes(), &[]);
        assert_eq!(object(&ended)["received_before"], true);
        assert_eq!(crate::fixture::tree(&builder.home()), whole);
    }
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(builder.receive(result.bytes(), &[]).status, 0);
    assert_eq!(crate::fixture::tree(&builder.home()), whole);
}

#[test]
fn every_way_in_and_out_carries_the_same_packet() {
    let (builder, station) = Builder::with_station();
    let request = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let result = station.sealed(station.sign(&request, 4, 1));
    for way in ["frames", "gif", "usb", "file"] {
        let path = format!("{way}:{}", builder.path(&format!("way-{way}")).display());
        let to: transfer_format::route::Outbound = path.parse().unwrap();
        to.write(result.bytes()).unwrap();
        let ended = builder.run(&["receive", "--from", &path]);
        assert_eq!(ended.status, 0, "{}", ended.errors);
    }
}

#[test]
fn a_screen_needs_a_terminal() {
    let (builder, _station) = Builder::with_station();
    let request = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let intent = request.intent().to_string();
    // Tests may be run on a terminal; only without one is there something to see here.
    if !rustix::termios::isatty(rustix::stdio::stdout()) {
        let ended = builder.run(&["send", "--request", &intent, "--to", "screen"]);
        assert_eq!(refusal(&ended), "REFUSED  E_NO_SCREEN  (exit 20)");
    }
}

#[test]
fn a_tampered_stored_request_stops_every_command_that_needs_it() {
    let (builder, station) = Builder::with_station();
    let request = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let other = builder.request(&builder.build_transfer("0.6 ETH", &[]));
    let intent = request.intent().to_string();
    let path = builder
        .home()
        .join("requests")
        .join(format!("{intent}.cbor"));
    let mut changed = request.bytes().to_vec();
    changed[request.bytes().len() - 100] ^= 1;
    let result = station.sealed(station.sign(&request, 4, 1));
    for content in [changed, other.bytes().to_vec(), Vec::new()] {
        fs::remove_file(&path).unwrap();
        transfer_format::durable::write_new(&path, &content).unwrap();
        let ended = builder.receive(result.bytes(), &[]);
        assert_eq!(refusal(&ended), "REFUSED  E_STORE_DAMAGED  (exit 22)");
        for arguments in [&["list"][..], &["show", "--request", &intent]] {
            assert_eq!(builder.run(arguments).status, 22);
        }
        assert_eq!(builder.build_transfer("0.7 ETH", &[]).status, 22);
    }
}

#[test]
fn a_result_with_any_signature_changed_is_refused_opt_11() {
    let (builder, station) = Builder::with_station();
    let request = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let good = station.sign(&request, 4, 1);
    let change = |place: usize, value: u8| {
        let mut result = good.clone();
        result.signatures[0].signature[place] ^= value;
        builder.receive(station.sealed(result).bytes(), &[])
    };
    for place in 0..65 {
        let ended = change(place, 1);
        assert_eq!(ended.status, 16, "{place} {}", ended.errors);
    }
    assert_eq!(
        refusal(&change(64, 2)),
        "REFUSED  E_SIGNATURE_FORMAT  (exit 16)"
    );
    let mut two = good.clone();
    let index = 1;
    let signature = good.signatures[0].signature.clone();
    two.signatures.push(IndexedSignature { index, signature });
    let ended = builder.receive(station.sealed(two).bytes(), &[]);
    assert_eq!(ended.status, 16, "{}", ended.errors);
    // Nothing was kept, and the good one is still taken.
    assert!(builder.run(&["list"]).output.contains("no answer"));
    assert_eq!(builder.receive(station.sealed(good).bytes(), &[]).status, 0);
}
