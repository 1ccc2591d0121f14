//! `journal`: verifies the chain and every approval in it, and prints what happened.
//! Knows nothing of how records come about.

use std::io;
use std::path::Path;

use data_encoding::HEXLOWER;

use super::session;
use crate::arguments::JournalCommand;
use crate::ceremony::{APPROVER, Approvals, Bound};
use crate::clock::utc;
use crate::failure::Failure;
use crate::journal::{Entry, JournalError, Record, StorageError, verify};
use crate::station::{Station, StationError, founding_bound, journal_path};

pub(super) fn run(home: &Path, command: &JournalCommand) -> Result<(), Failure> {
    let path = journal_path(home);
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let mut records = Vec::new();
    let state = verify(&bytes, |record, _| records.push(record.clone())).map_err(corrupt)?;
    match command {
        JournalCommand::Show => {
            for record in &records {
                session::print(&line(record))?;
            }
        }
        JournalCommand::Verify => {
            let station = Station::new(state.facts())?;
            for record in &records {
                check_approvals(record, &station)?;
            }
        }
    }
    session::print(&format!(
        "{} records verified, head {}\nwords {}\n",
        records.len(),
        HEXLOWER.encode(state.head()),
        transfer_format::DigestWords::of(state.head()),
    ))
}

/// Verifies approvals with public keys only: anybody who has the journal can do the same.
fn check_approvals(record: &Record, station: &Station) -> Result<(), Failure> {
    let (approvals, bound) = match &record.entry {
        Entry::Genesis(genesis) => (
            &genesis.approvals,
            founding_bound(&genesis.facts, station).1,
        ),
        Entry::Intent(intent) => {
            let bound = Bound {
                intent: intent.digest,
                review: intent.review,
                policy: intent.policy,
                ceremony: intent.ceremony,
                head: record.previous,
                role: APPROVER,
            };
            (&intent.approvals, bound)
        }
        Entry::Refused(_) | Entry::Alert(_) | Entry::Outcome(_) | Entry::Released(_) => {
            return Ok(());
        }
    };
    let [first, second] = approvals.as_slice() else {
        return Err(corrupt(JournalError::Approvals {
            record: record.sequence,
            found: approvals.len(),
        }));
    };
    Approvals::count(first.clone(), second.clone(), &bound, station, record.time)
        .map(drop)
        .map_err(|cause| Failure::JournalApproval {
            record: record.sequence,
            cause: Box::new(cause),
        })
}

fn line(record: &Record) -> String {
    let what = match &record.entry {
        Entry::Genesis(genesis) => format!("station {}", genesis.facts.station),
        Entry::Refused(refused) => format!("{}   {}", refused.code, refused.sentence),
        Entry::Alert(alert) => format!("P1 {}   {}", alert.code, alert.sentence),
        Entry::Intent(intent) => format!("intent {}", intent.digest),
        Entry::Outcome(outcome) => match &outcome.signed {
            Ok(signatures) => format!("intent {}   {} signed", outcome.intent, signatures.len()),
            Err(code) => format!("intent {}   failed: {code}", outcome.intent),
        },
        Entry::Released(released) => format!("intent {}", released.intent),
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

fn corrupt(error: JournalError) -> Failure {
    Failure::Station(StationError::Storage(StorageError::Corrupt(error)))
}
