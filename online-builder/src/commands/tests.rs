//! What people read, word for word. The builder's key is fixed, so that nothing changes by itself.

use insta::assert_snapshot;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use crate::fixture::{Builder, Ended, FakeStation, payment};

/// A builder with a fixed key and its station.
fn fixed() -> (Builder, FakeStation) {
    let builder = Builder::with_secret(&[0x11; 32]);
    let station = FakeStation::new(0x41, "station-1", &builder.source());
    assert_eq!(builder.enrol(&station).status, 0);
    (builder, station)
}

/// What was said, with the folder of the test taken out.
fn said(builder: &Builder, ended: &Ended) -> String {
    let folder = builder.path("");
    let text = format!("{}{}", ended.output, ended.errors);
    text.replace(folder.to_str().unwrap(), "FOLDER/")
}

fn transfer(builder: &Builder) -> Packet<Request> {
    builder.request(&builder.build_transfer("0.5 ETH", &[]))
}

#[test]
fn enrolment_shows_key_words_policy_and_wallets() {
    let builder = Builder::with_secret(&[0x11; 32]);
    let station = FakeStation::new(0x41, "station-1", &builder.source());
    assert_snapshot!(said(&builder, &builder.enrol(&station)));
}

#[test]
fn a_build_shows_the_review_and_what_was_made() {
    let (builder, _station) = fixed();
    let psbt = builder.file("payment.psbt", &payment(50_000).serialize());
    let ended = builder.run(&[
        "build",
        "bitcoin",
        "--station",
        "station-1",
        "--wallet",
        "btc-cold",
        "--psbt",
        &psbt,
        "--reference",
        "INV-1",
    ]);
    // The review's own words are held by the crate that writes them.
    let text = said(&builder, &ended);
    let (review, made) = text.split_at(text.find("REQUEST ").unwrap());
    assert!(review.contains("SEND BITCOIN") && review.contains("POLICY: PERMITTED"));
    assert_snapshot!(made);
}

#[test]
fn a_refused_build_shows_the_review_and_every_reason() {
    let (builder, _station) = fixed();
    let ended = builder.build_transfer("2 ETH", &["--gas-limit", "30000"]);
    let (review, reasons) = ended
        .errors
        .split_at(ended.errors.rfind("REFUSED  ").unwrap());
    assert!(review.contains("SEND ETHER") && review.contains("POLICY: REFUSED E_LIMIT_TX"));
    assert!(reasons.starts_with("REFUSED  E_LIMIT_TX  (exit 14)\n"));
    for code in ["FAIL E_LIMIT_TX", "FAIL E_GAS_LIMIT"] {
        assert!(reasons.contains(code), "{reasons}");
    }
}

#[test]
fn a_result_shows_what_was_verified_and_written() {
    let (builder, station) = fixed();
    let request = transfer(&builder);
    let result = station.sealed(station.sign(&request, 4, 1));
    let from = format!("file:{}", builder.file("answer.cbor", result.bytes()));
    assert_snapshot!(said(&builder, &builder.run(&["receive", "--from", &from])));
}

#[test]
fn a_late_result_is_shown_behind_a_warning() {
    let (builder, station) = fixed();
    let (late, request) = (transfer(&builder), builder.build_transfer("0.6 ETH", &[]));
    let newest = station.sealed(station.sign(&builder.request(&request), 9, 2));
    assert_eq!(builder.receive(newest.bytes(), &[]).status, 0);
    let result = station.sealed(station.sign(&late, 4, 1));
    let from = format!("file:{}", builder.file("answer.cbor", result.bytes()));
    assert_snapshot!(said(&builder, &builder.run(&["receive", "--from", &from])));
}

#[test]
fn the_list_says_what_became_of_each_request() {
    let (mut builder, station) = fixed();
    let signed = transfer(&builder);
    let refused = builder.request(&builder.build_psbt(&payment(50_000).serialize(), &[]));
    builder.request(&builder.build_psbt(&payment(60_000).serialize(), &[]));
    builder.now += 86_401;
    builder.request(&builder.build_psbt(&payment(70_000).serialize(), &[]));
    let result = station.sealed(station.sign(&signed, 4, 1));
    assert_eq!(builder.receive(result.bytes(), &[]).status, 0);
    let notice = station.sealed(station.refuse(&refused, "E_DECLINED"));
    assert_eq!(builder.receive(notice.bytes(), &[]).status, 14);
    assert_snapshot!(said(&builder, &builder.run(&["list"])));
}

#[test]
fn programs_get_one_object_from_every_command() {
    let (builder, station) = fixed();
    let request = transfer(&builder);
    let intent = request.intent().to_string();
    let result = station.sealed(station.sign(&request, 4, 1));
    let from = format!("file:{}", builder.file("answer.cbor", result.bytes()));
    let to = format!("file:{}", builder.path("sent.cbor").display());
    let commands: [&[&str]; 4] = [
        &["list"],
        &["show", "--request", &intent],
        &["send", "--request", &intent, "--to", &to],
        &["receive", "--from", &from],
    ];
    for command in commands {
        let ended = builder.run(&[&["--json"], command].concat());
        assert_eq!(ended.status, 0, "{}", ended.errors);
        let object: serde_json::Value = serde_json::from_str(&ended.output).unwrap();
        assert_eq!(object["schema"], format!("{}/1", command[0]));
    }
}
