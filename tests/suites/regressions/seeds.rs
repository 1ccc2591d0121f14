//! What the fuzzers start from: real packets, frames, codes and media, whole and spoilt.

use transfer_format::IntentDigest;
use transfer_format::medium::to_medium;
use transfer_format::optical::{Code, Density, Sender};
use transfer_format::packet::{
    Approval, Audience, EnrolledWallet, Enrolment, IndexedSignature, KeyEvidence, Payload,
    RefusalNotice, Request, SigningResult, TokenIdentity, TransactionKind,
};
use transfer_format::seal::{Draft, SoftwareSealer};

/// Target, name, bytes.
pub type Seed = (&'static str, &'static str, Vec<u8>);

pub fn all() -> Vec<Seed> {
    let mut seeds = packets();
    seeds.extend(frames());
    seeds.extend(images());
    seeds.extend(sessions());
    seeds.extend(media());
    seeds.extend(crate::psbts::all());
    seeds.extend(crate::calldata::all());
    seeds.extend(crate::documents::all());
    seeds.extend(crate::transactions::all());
    seeds
}

fn sealer() -> SoftwareSealer {
    SoftwareSealer::from_bytes(&[0x11; 32]).unwrap()
}

/// Each kind: sealed, as a payload behind the byte that names its kind, and as plain CBOR.
fn packets() -> Vec<Seed> {
    let mut seeds = Vec::new();
    add(&mut seeds, 0, ["request", "payload-request"], request());
    add(
        &mut seeds,
        1,
        ["result", "payload-result"],
        signing_result(),
    );
    add(&mut seeds, 2, ["refusal", "payload-refusal"], refusal());
    add(&mut seeds, 3, ["approval", "payload-approval"], approval());
    add(
        &mut seeds,
        4,
        ["enrolment", "payload-enrolment"],
        enrolment(),
    );
    seeds
}

fn add<P: Payload>(seeds: &mut Vec<Seed>, kind: u8, names: [&'static str; 2], payload: P) {
    let draft = Draft::new(payload, sealer().public_key()).unwrap();
    let payload = draft.payload_bytes().to_vec();
    let packet = sealer().seal(draft).unwrap();
    seeds.push(("packet", names[0], packet.bytes().to_vec()));
    seeds.push(("packet", names[1], [vec![kind], payload.clone()].concat()));
    seeds.push(("cbor_scan", names[0], payload));
}

fn frames() -> Vec<Seed> {
    let sender = Sender::new(&[7; 300]).unwrap();
    let one = sender.frames(1).next().unwrap();
    let three = sender.frames(3).nth(1).unwrap();
    vec![
        ("frame", "bytes-1", one.to_bytes()),
        ("frame", "bytes-3", three.to_bytes()),
        ("frame", "text-1", one.to_text().into_bytes()),
    ]
}

fn images() -> Vec<Seed> {
    let frame = Sender::new(&[7; 100]).unwrap().frames(1).next().unwrap();
    let code = Code::of(&frame).unwrap();
    let width = code.width_with_quiet_zone();
    let mut modules = vec![1, u8::try_from(width - 1).unwrap()];
    for byte in 0..(width * width).div_ceil(8) {
        let dark = |bit: usize| {
            let module = byte * 8 + bit;
            u8::from(code.is_dark(module % width, module / width)) << (7 - bit)
        };
        modules.push((0..8).map(dark).sum());
    }
    assert_eq!(code.width(), Density::V7.modules());
    vec![
        ("image", "code-of-modules", modules),
        (
            "image",
            "pixels",
            [vec![0, 40], [0, 255].repeat(800)].concat(),
        ),
        ("image", "honest", vec![2]),
        (
            "image",
            "spoilt",
            vec![2, 40, 40, 30, 30, 0, 90, 0, 0, 200, 90, 1, 0],
        ),
        (
            "image",
            "shifted",
            vec![2, 20, 20, 120, 140, 3, 2, 90, 0, 9, 200, 2, 60],
        ),
    ]
}

/// Frames in steps of four bytes: see the property.
fn sessions() -> Vec<Seed> {
    let step = |kind: u8, number: u8| [kind, number, number.wrapping_mul(31), number | 1];
    let session = |choice: u8, kinds: &[u8]| {
        let steps =
            (0..40_u8).flat_map(|number| kinds.iter().flat_map(move |kind| step(*kind, number)));
        [vec![choice], steps.collect()].concat()
    };
    vec![
        ("fountain_session", "honest", session(2, &[0])),
        ("fountain_session", "poison-beside", session(2, &[4, 0])),
        (
            "fountain_session",
            "poison-first",
            [
                session(3, &[4])[..9].to_vec(),
                session(3, &[0])[1..].to_vec(),
            ]
            .concat(),
        ),
        ("fountain_session", "foreign-beside", session(2, &[5, 0])),
        ("fountain_session", "forged-beside", session(1, &[6, 0])),
        (
            "fountain_session",
            "everything",
            session(3, &[7, 6, 5, 4, 0]),
        ),
    ]
}

fn media() -> Vec<Seed> {
    let one = to_medium(b"packet").unwrap();
    let full = to_medium(&[9; 448]).unwrap();
    let two = [one.clone(), one.clone()].concat();
    vec![
        ("medium", "one", one.clone()),
        ("medium", "sector-full", full),
        ("medium", "two", two),
        ("medium", "older-use-behind", [one, vec![0xa5; 20]].concat()),
    ]
}

fn request() -> Request {
    Request {
        audience: Audience {
            station: "vault-1".to_owned(),
            environment: "rehearsal".to_owned(),
        },
        wallet: "btc-cold".to_owned(),
        kind: TransactionKind::BitcoinPsbt,
        transaction: vec![0x70, 0x73, 0x62, 0x74, 0xff],
        previous_transactions: vec![vec![1, 2, 3], vec![4, 5]],
        reference: "INV-2026/17".to_owned(),
        created: 1_790_000_000,
        expires: 1_790_086_400,
        sequence: 7,
        preflight_verdict: "OK".to_owned(),
        replaces: Some(IntentDigest::of(b"an older request")),
    }
}

fn signing_result() -> SigningResult {
    SigningResult {
        intent: IntentDigest::of(b"request"),
        station: "vault-1".to_owned(),
        signatures: vec![IndexedSignature {
            index: 3,
            signature: vec![7; 64],
        }],
        approvals: vec![[1; 32], [2; 32]],
        journal_sequence: 12,
        journal_head: [9; 32],
        rehearsal: true,
    }
}

fn refusal() -> RefusalNotice {
    RefusalNotice {
        intent: IntentDigest::of(b"request"),
        station: "vault-1".to_owned(),
        code: "E_POLICY_LIMIT".to_owned(),
        policy_version: 300,
    }
}

fn approval() -> Approval {
    Approval {
        intent: IntentDigest::of(b"request"),
        review_digest: [1; 32],
        policy_hash: [2; 32],
        ceremony: [3; 16],
        journal_head: [4; 32],
        operator: "alice".to_owned(),
        role: "approver".to_owned(),
        approved_at: 1_790_000_100,
    }
}

fn enrolment() -> Enrolment {
    let evidence = KeyEvidence {
        local: Some(true),
        never_extractable: None,
        always_sensitive: Some(true),
        sensitive: Some(true),
        extractable: Some(false),
        key_generation_mechanism: Some(0x1040),
        class: "born in the token".to_owned(),
    };
    Enrolment {
        station: "vault-1".to_owned(),
        environment: "rehearsal".to_owned(),
        station_key: sealer().public_key(),
        wallets: vec![EnrolledWallet {
            wallet: "btc-cold".to_owned(),
            key: sealer().public_key(),
            evidence,
        }],
        policy_hash: [5; 32],
        rehearsal: true,
        journal_genesis: [6; 32],
        created: 1_790_000_000,
        token: TokenIdentity {
            manufacturer: "SoftHSM project".to_owned(),
            model: "SoftHSM v2".to_owned(),
            serial: "0123456789abcdef".to_owned(),
        },
    }
}
