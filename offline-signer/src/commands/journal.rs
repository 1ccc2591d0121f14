//! `journal`: verifies the chain and every approval in it, and prints what happened.
//! Knows nothing of how records come about.

use std::io;
use std::path::Path;

use data_encoding::HEXLOWER;

use super::session;
use crate::arguments::JournalCommand;
use crate::clock::utc;
use crate::failure::Failure;
use crate::journal::{Entry, Record, StorageError, verify};
use crate::station::{Evidence, StationError, journal_path};

pub(super) fn run(home: &Path, command: JournalCommand) -> Result<(), Failure> {
    let path = journal_path(home);
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let mut evidence = Evidence::default();
    let mut lines = Vec::new();
    let state = verify(&bytes, |record, _| {
        evidence.take(record);
        lines.push(line(record));
    })
    .map_err(StationError::from)?;
    // With public keys only: anybody who has the journal can do the same.
    evidence.station()?;
    if command == JournalCommand::Show {
        session::print(&lines.concat())?;
    }
    session::print(&format!(
        "{} records verified, head {}\nwords {}\n",
        lines.len(),
        HEXLOWER.encode(state.head()),
        transfer_format::DigestWords::of(state.head()),
    ))
}

fn line(record: &Record) -> String {
    let what = match &record.entry {
        Entry::Genesis(genesis) => format!("station {}", genesis.facts.station),
        Entry::Refused(refused) => format!("{}   {}", refused.code, refused.sentence),
        Entry::Alert(alert) => format!("P1 {}   {}", alert.code, alert.sentence),
        Entry::Intent(intent) => format!("intent {}", intent.digest),
        Entry::Outcome(outcome) => match &outcome.signed {
            Ok(signatures) => format!("intent {}   {} signed", outcome.intent, signatures.len()),
            Err(failed) => format!(
                "intent {}   failed: {}, {} signatures made",
                outcome.intent,
                failed.code,
                failed.made.len()
            ),
        },
        Entry::Released(released) => format!("intent {}", released.intent),
        Entry::Sent(sent) => sent.kind.clone(),
    };
    format!(
        "{:>6}  {}  {:<8}  {what}\n",
        record.sequence,
        utc(record.time),
        record.entry.name()
    )
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let path = path.to_path_buf();
    if error.kind() == io::ErrorKind::NotFound {
        return StorageError::Missing(path).into();
    }
    Failure::File {
        path,
        action: "read",
        kind: error.kind(),
    }
}
