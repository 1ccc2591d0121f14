//! The whole optical path on a screen that only exists in memory: the builder's real window, filmed
//! by ffmpeg, read by the signer's real scanner.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use integration_tests::programs::{offline_signer, online_builder, run};
use online_builder::home::Home;
use transfer_format::packet::{Audience, Request, TransactionKind};
use transfer_format::route::{Inbound, MediumAccess};
use transfer_format::scanner::{Scan as _, ScanLimits, Scanner};
use transfer_format::seal::Draft;

use crate::film::packet;
use crate::virtual_screen::{VirtualScreen, end};

#[test]
fn a_packet_of_20_kb_crosses_from_the_window_to_the_scanner_unchanged() {
    let room = tempfile::tempdir().unwrap();
    let (home, request, sent) = builder_with_request(room.path(), 20_000);
    assert!(sent.len() > 20_000, "{} bytes", sent.len());
    let screen = VirtualScreen::start(1280, 720);
    let mut builder = Showing(window(&screen, &home, &request));
    let film = screen.film(room.path());
    let scanner = Scanner::new(offline_signer(), ScanLimits::default());
    let from: Inbound = film.way().parse().unwrap();
    let mut seen = None;
    let received = scanner.scan(&from, MediumAccess::ReadOnly, &mut |progress| {
        seen = Some(*progress);
    });
    assert!(received == Ok(sent), "the packet arrived: {seen:?}");
    screen.press('q');
    assert!(builder.0.wait().unwrap().success());
}

#[test]
fn without_a_window_system_the_other_ways_are_named() {
    let room = tempfile::tempdir().unwrap();
    let (home, request, _) = builder_with_request(room.path(), 100);
    for (display, about) in [
        (None, "there is no window system here"),
        (Some("another.example:0"), "of another machine"),
        (Some("127.0.0.1:0"), "of another machine"),
        (Some(":40404"), "does not answer"),
    ] {
        let environment = display.map(|display| ("DISPLAY", display));
        let ended = run(&online_builder(), arguments(&home, &request), environment);
        assert_eq!(ended.code, 20, "{display:?}");
        let headline = "REFUSED  E_NO_SCREEN  (exit 20)\n";
        assert!(ended.stderr.starts_with(headline), "{}", ended.stderr);
        for part in [about, "screen"] {
            assert!(ended.stderr.contains(part), "{display:?}: {}", ended.stderr);
        }
    }
}

/// A program that shows something; dropped, it ends.
struct Showing(Child);

impl Drop for Showing {
    fn drop(&mut self) {
        end(&mut self.0);
    }
}

fn window(screen: &VirtualScreen, home: &Path, request: &Path) -> Child {
    Command::new(online_builder())
        .args(arguments(home, request))
        .env_clear()
        .env("DISPLAY", screen.display())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn arguments(home: &Path, request: &Path) -> Vec<String> {
    let (home, request) = (home.display().to_string(), request.display().to_string());
    [
        "--home",
        &home,
        "send",
        "--request",
        &request,
        "--to",
        "window",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// A builder's folder, a request of it with so many bytes of transaction, and the request's bytes.
fn builder_with_request(room: &Path, bytes: usize) -> (PathBuf, PathBuf, Vec<u8>) {
    let (folder, file) = (room.join("builder"), room.join("request.cbor"));
    let sealer = Home::create(&folder, &[7; 32]).unwrap().source().unwrap();
    let request = Request {
        audience: Audience {
            station: "vault-1".to_owned(),
            environment: "rehearsal".to_owned(),
        },
        wallet: "treasury".to_owned(),
        kind: TransactionKind::EthereumTransaction,
        transaction: packet(bytes, 5),
        previous_transactions: Vec::new(),
        reference: "screen loop".to_owned(),
        created: 0,
        expires: u64::from(u32::MAX),
        sequence: 1,
        preflight_verdict: "OK".to_owned(),
        replaces: None,
    };
    let draft = Draft::new(request, sealer.public_key()).unwrap();
    let request = sealer.seal(draft).unwrap().bytes().to_vec();
    fs::write(&file, &request).unwrap();
    (folder, file, request)
}
