//! One founded station for all these tests, copied for each of them.

use std::sync::OnceLock;

use integration_tests::operator::Pty;
use integration_tests::rehearsal::{BITCOIN_PAYEE, Rehearsal, fund};
use integration_tests::requests::{self, source};
use offline_signer::journal::Entry;
use tempfile::TempDir;
use transfer_format::packet::Request;

/// The byte of the source key that may ask for everything.
pub const TRUSTED: u8 = 41;
/// A source whose time is over.
pub const OVER: u8 = 42;
/// A source whose time has not come.
pub const EARLY: u8 = 43;
/// A source for Ethereum only.
pub const ETHEREUM_ONLY: u8 = 44;
/// A source for requests of another kind than its wallet has.
pub const WRONG_KIND: u8 = 45;
/// A key that the policy does not have.
pub const STRANGER: u8 = 46;

/// A station of one test's own.
pub struct Room {
    pub rehearsal: Rehearsal,
    _folder: TempDir,
}

/// How a refused ceremony looked.
pub struct Refused {
    /// Everything that was on the screen.
    pub shown: String,
    /// The exit status.
    pub status: i32,
}

impl Room {
    /// A fresh copy.
    pub fn new() -> Self {
        static FOUNDED: OnceLock<(Rehearsal, TempDir)> = OnceLock::new();
        let (founded, _) = FOUNDED.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let founded = Rehearsal::found_with(folder.path(), &mut |_| {}, |mut plan| {
                plan.more = sources();
                plan
            });
            (founded, folder)
        });
        let folder = tempfile::tempdir().expect("a temporary folder");
        let rehearsal = founded.copy(&folder.path().join("room"));
        Self {
            rehearsal,
            _folder: folder,
        }
    }

    /// A Bitcoin request that would be signed.
    pub fn bitcoin(&self) -> Request {
        let coins = fund(&self.rehearsal.plan.bitcoin.public_key, &[100_000_000], 7);
        requests::bitcoin(&coins.psbt(BITCOIN_PAYEE, 40_000_000, 3_000))
    }

    /// Starts a ceremony over these bytes.
    pub fn sign(&self, bytes: &[u8]) -> Pty {
        let from = requests::arriving(&self.rehearsal, "arriving.cbor", bytes);
        let to = format!("file:{}", self.result().display());
        self.rehearsal
            .signer(&["sign", "--from", &from, "--to", &to])
    }

    /// Starts a ceremony that must be refused before anybody is asked.
    pub fn refuse(&self, bytes: &[u8]) -> Refused {
        let mut pty = self.sign(bytes);
        let status = pty.wait_without_notice();
        Refused {
            shown: pty.shown(),
            status,
        }
    }

    /// Makes sure that the last record is this refusal, and that no intent was ever recorded.
    pub fn assert_refused(&self, code: &str) {
        let records = self.rehearsal.records();
        match &records.last().expect("a journal has records").entry {
            Entry::Refused(refused) => assert_eq!(refused.code, code, "{}", refused.sentence),
            other => panic!("the last record is {}", other.name()),
        }
        self.assert_nothing_signed();
    }

    /// Makes sure that no intent was ever recorded and no result exists.
    pub fn assert_nothing_signed(&self) {
        for record in self.rehearsal.records() {
            assert!(
                !matches!(
                    record.entry,
                    Entry::Intent(_) | Entry::Outcome(_) | Entry::Released(_)
                ),
                "record {} is {}",
                record.sequence,
                record.entry.name()
            );
        }
        assert!(!self.result().exists());
        assert!(!self.rehearsal.station_home().join("results").exists());
    }

    /// How many alerts the journal holds.
    pub fn alerts(&self) -> usize {
        let records = self.rehearsal.records();
        records
            .iter()
            .filter(|record| matches!(record.entry, Entry::Alert(_)))
            .count()
    }

    /// Where a result would be.
    pub fn result(&self) -> std::path::PathBuf {
        self.rehearsal.folder().join("result.cbor")
    }
}

/// Refuses a request that one change spoilt, sealed by the trusted source.
pub fn refuse_bitcoin(change: impl FnOnce(&mut Request)) -> (Room, Refused) {
    let room = Room::new();
    let mut request = room.bitcoin();
    change(&mut request);
    let refused = room.refuse(&requests::sealed(request, &source(TRUSTED)));
    (room, refused)
}

fn sources() -> String {
    let all = r#"["btc-cold", "eth-cold"]"#;
    let both = r#"["bitcoin-psbt", "ethereum-transaction"]"#;
    let entry = |id: &str, byte: u8, wallets: &str, kinds: &str, from: &str, until: &str| {
        format!(
            "[[source]]\nid = \"{id}\"\npubkey = \"{}\"\nwallets = {wallets}\nkinds = {kinds}\nnot_before = {from}T00:00:00Z\nnot_after = {until}T00:00:00Z\n",
            source(byte).public_key()
        )
    };
    [
        entry("trusted", TRUSTED, all, both, "2026-01-01", "2036-01-01"),
        entry("over", OVER, all, both, "2026-01-01", "2026-02-01"),
        entry("early", EARLY, all, both, "2035-01-01", "2036-01-01"),
        entry(
            "eth-only",
            ETHEREUM_ONLY,
            r#"["eth-cold"]"#,
            both,
            "2026-01-01",
            "2036-01-01",
        ),
        entry(
            "no-psbt",
            WRONG_KIND,
            all,
            r#"["ethereum-transaction"]"#,
            "2026-01-01",
            "2036-01-01",
        ),
    ]
    .join("\n")
}
