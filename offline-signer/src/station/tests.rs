//! What operators see around a transaction: snapshots, because the screen is the interface.

use transaction_review::Screen;
use transfer_format::packet::{Audience, Request, TransactionKind};
use transfer_format::seal::{Draft, SoftwareSealer};

use super::screens::founding_screens;
use super::{Station, StationError};
use crate::isolation::Isolated;
use crate::journal::{Evidence, Facts, ModuleRecord, TokenRecord, WalletRecord};

const POLICY: &str = include_str!("../../../transaction-review/examples/policy.toml");

fn facts() -> Facts {
    let key = "es256k:025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357";
    Facts {
        station: "signer-zrh-1".to_owned(),
        environment: "rehearsal".to_owned(),
        rehearsal: true,
        policy: POLICY.to_owned(),
        modules: vec![ModuleRecord {
            path: "/usr/lib/softhsm/libsofthsm2.so".into(),
            sha256: [0xab; 32],
        }],
        tokens: vec![TokenRecord {
            manufacturer: "SoftHSM project".to_owned(),
            model: "SoftHSM v2".to_owned(),
            serial: "station-1".to_owned(),
        }],
        station_key_id: b"coldsign-station".to_vec(),
        station_key: key.to_owned(),
        wallets: vec![WalletRecord {
            wallet: "btc-cold".to_owned(),
            key: key.to_owned(),
            evidence: Evidence {
                local: Some(true),
                never_extractable: Some(true),
                always_sensitive: Some(true),
                sensitive: Some(true),
                extractable: Some(false),
                generation_mechanism: Some(0x1040),
                class: "hsm-born".to_owned(),
            },
        }],
        earlier_stations: 0,
        ceremony: [7; 16],
        program: "offline-signer 0.1.0".to_owned(),
    }
}

fn text(screens: &[Screen]) -> String {
    let page = |screen: &Screen| {
        let blocks: Vec<String> = screen.blocks.iter().map(|block| block.join("\n")).collect();
        format!("== {}\n{}\n", screen.heading, blocks.join("\n\n"))
    };
    screens.iter().map(page).collect()
}

#[test]
fn the_first_screen_says_who_asks_and_where_we_are() {
    let station = Station::new(&facts()).unwrap();
    let sealer = SoftwareSealer::from_bytes(&[5; 32]).unwrap();
    let request = Request {
        audience: Audience {
            station: "signer-zrh-1".to_owned(),
            environment: "rehearsal".to_owned(),
        },
        wallet: "btc-cold".to_owned(),
        kind: TransactionKind::BitcoinPsbt,
        transaction: vec![1, 2, 3],
        previous_transactions: Vec::new(),
        reference: "INV-20931".to_owned(),
        created: 1_793_000_000,
        expires: 1_793_086_400,
        sequence: 7,
        preflight_verdict: "OK".to_owned(),
        replaces: None,
    };
    let packet = sealer
        .seal(Draft::new(request, sealer.public_key()).unwrap())
        .unwrap();
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("sys/class/net/lo")).unwrap();
    std::fs::create_dir_all(root.path().join("proc/net")).unwrap();
    let devices = b"Inter-|\n face |\n    lo: 0\n";
    transfer_format::durable::write_new(&root.path().join("proc/net/dev"), devices).unwrap();
    let isolated = Isolated::prove(root.path(), false).unwrap();
    insta::assert_snapshot!(text(&[station.opening(
        &packet,
        "builder-ops-1",
        &transaction_review::Quorum::LEAST,
        &isolated
    )]));
}

#[test]
fn a_founding_shows_every_fact_and_the_whole_policy() {
    let facts = facts();
    let station = Station::new(&facts).unwrap();
    let shown = text(&founding_screens(&facts, station.policy()));
    for line in POLICY.lines().filter(|line| !line.is_empty()) {
        assert!(shown.contains(line), "{line}");
    }
    let (facts, _policy) = shown.split_once("== POLICY, WHOLE").unwrap();
    insta::assert_snapshot!(facts);
}

#[test]
fn an_account_is_shown_with_what_its_class_means() {
    let mut facts = facts();
    for wallet in &mut facts.wallets {
        wallet.evidence = Evidence {
            local: Some(false),
            never_extractable: Some(false),
            always_sensitive: Some(false),
            generation_mechanism: None,
            class: "sealed-seed".to_owned(),
            ..wallet.evidence.clone()
        };
    }
    let station = Station::new(&facts).unwrap();
    let screens = founding_screens(&facts, station.policy());
    let keys = screens.iter().find(|screen| screen.heading == "KEYS");
    insta::assert_snapshot!(text(std::slice::from_ref(keys.unwrap())));
}

#[test]
fn a_policy_that_is_none_makes_no_station() {
    let broken = Facts {
        policy: "[policy]\n".to_owned(),
        ..facts()
    };
    let error = Station::new(&broken).err().unwrap();
    assert!(matches!(error, StationError::Policy(_)), "{error}");
    assert_eq!(error.class().exit_code(), 17);
}
