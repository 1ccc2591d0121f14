//! `docs/transfer-format-vectors.json`: what a second reader of the format can be held against. It is
//! made by this program, and frozen: a change of it is a change of the format.

use std::fs;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use transfer_format::medium::to_medium;
use transfer_format::optical::Sender;
use transfer_format::seal::{Envelope, SoftwareSealer};

use crate::seeds;

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/transfer-format-vectors.json")
}

/// The repair symbols among the frames come from integer arithmetic only (RFC 6330 §5): every
/// processor makes the same ones. With `COLDSIGN_WRITE_SEEDS` set the file is written.
#[test]
fn the_published_vectors_are_what_this_program_makes_ftn_10() {
    let made = format!("{:#}\n", vectors());
    if std::env::var_os("COLDSIGN_WRITE_SEEDS").is_some() {
        fs::write(file(), &made).expect("the vectors");
    }
    let published = fs::read_to_string(file()).expect("the vectors");
    assert!(
        published == made,
        "docs/transfer-format-vectors.json differs from what is made"
    );
}

fn vectors() -> Value {
    let secret = [0x11; 32];
    let key = SoftwareSealer::from_bytes(&secret).unwrap().public_key();
    let sealed = seeds::all()
        .into_iter()
        .filter(|(target, name, _)| *target == "packet" && !name.starts_with("payload-"));
    let packets: Vec<Value> = sealed
        .map(|(_, name, bytes)| packet(name, &bytes))
        .collect();
    json!({
        "seal": {
            "secret": hex(&secret),
            "public_key": key.to_string(),
            "key_id": key.key_id().to_string(),
        },
        "packets": packets,
        "frames": frames(),
        "medium": {
            "packet": hex(b"packet"),
            "bytes": hex(&to_medium(b"packet").unwrap()),
        },
    })
}

fn packet(kind: &str, bytes: &[u8]) -> Value {
    let envelope = Envelope::read(bytes.to_vec()).unwrap();
    assert_eq!(envelope.kind().to_string(), kind);
    json!({
        "kind": kind,
        "bytes": hex(bytes),
        "sha256": hex(&Sha256::digest(bytes)),
    })
}

/// A packet of 300 bytes, of which 120 make a symbol: three symbols are the packet itself, the
/// others repair it.
fn frames() -> Value {
    let packet: Vec<u8> = (0..300_u32).map(|n| n.to_be_bytes()[3]).collect();
    let sender = Sender::new(&packet).unwrap();
    let of = |symbols: u8, index: usize| {
        let frame = sender.frames(symbols).nth(index).unwrap();
        json!({
            "first_symbol": frame.header().first_symbol(),
            "symbols": symbols,
            "bytes": hex(&frame.to_bytes()),
            "digits": frame.to_text(),
        })
    };
    json!({
        "packet": hex(&packet),
        "frames": [of(1, 0), of(2, 1), of(1, 3), of(2, 2), of(1, 1_000)],
    })
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}
