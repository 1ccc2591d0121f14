//! `policy`: shows the one in force, lints one, and explains what one says about a request.
//! Knows nothing of tokens and writes nothing down: nobody is asked, and nothing can be signed.

use std::path::Path;

use transaction_review::{Finding, History, Policy, judge, review};
use transfer_format::route::{Inbound, MediumAccess};
use transfer_format::scanner::{Scan as _, Scanner};
use transfer_format::seal::Envelope;

use super::session;
use crate::arguments::PolicyCommand;
use crate::ceremony::Refusal;
use crate::clock::{Clock as _, MachineClock};
use crate::failure::Failure;
use crate::journal::StorageError;
use crate::station::{Station, StationError, subject};

pub(super) fn run(home: &Path, command: PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Show => show(home),
        PolicyCommand::Lint { file } => lint(home, file.as_deref()),
        PolicyCommand::Explain { from, policy } => explain(home, &from, policy.as_deref()),
    }
}

fn show(home: &Path) -> Result<(), Failure> {
    let (station, _, _) = Station::open(home)?;
    let policy = station.policy();
    session::print(&format!(
        "# policy {} version {}, hash {}\n{}",
        policy.id(),
        policy.version(),
        data_encoding::HEXLOWER.encode(&policy.hash()),
        policy.text()
    ))
}

/// Lints a file, or the policy in force; what was paid so far says which addresses are in use.
fn lint(home: &Path, file: Option<&Path>) -> Result<(), Failure> {
    let founded = match Station::open(home) {
        Ok((station, _, history)) => Some((station, history)),
        // A policy is written before there is a station.
        Err(StationError::Storage(StorageError::Missing(_))) if file.is_some() => None,
        Err(error) => return Err(error.into()),
    };
    let given = file.map(read).transpose()?;
    let none = History::new();
    let history = founded.as_ref().map_or(&none, |(_, history)| history);
    let in_force = founded.as_ref().map(|(station, _)| station.policy());
    let Some(policy) = given.as_ref().or(in_force) else {
        return Ok(());
    };
    let findings = policy.lint(history);
    for Finding { id, path, sentence } in &findings {
        session::print(&format!("{id}  {path}: {sentence}\n"))?;
    }
    if findings.is_empty() {
        return session::print("Nothing found. The policy can be read, and its examples hold.\n");
    }
    Err(Failure::PolicyFindings(findings.len()))
}

/// Prints every check of the verdict, under the policy in force or another one.
fn explain(home: &Path, from: &Inbound, policy: Option<&Path>) -> Result<(), Failure> {
    let (station, journal, history) = Station::open(home)?;
    let station = match policy {
        None => station,
        Some(path) => {
            let mut facts = journal.state().facts().clone();
            read(path)?.text().clone_into(&mut facts.policy);
            Station::new(&facts)?
        }
    };
    let bytes = Scanner::of_this_program()
        .scan(from, MediumAccess::ReadOnly, &mut |_| {})
        .map_err(Refusal::from)?;
    // Nothing is shown before its seal is verified.
    let envelope = Envelope::read(bytes).map_err(Refusal::from)?;
    let (packet, source) = station.opened(envelope)?;
    let review = review(station.policy(), &subject(packet.payload()))
        .map_err(Refusal::from)?
        .asked_by(source);
    let now = MachineClock.now().max(journal.state().time());
    let verdict = judge(station.policy(), &review, &history, now);
    session::print(&format!(
        "intent {}\nwords  {}\n\n",
        packet.intent(),
        packet.intent().words()
    ))?;
    for check in &verdict.checks {
        session::print(&format!("{check}\n"))?;
    }
    session::print(&format!(
        "\n{verdict}\napprovals needed: {}\n",
        verdict.quorum.need
    ))?;
    if verdict.permitted {
        return Ok(());
    }
    Err(Refusal::Policy(Box::new(verdict)).into())
}

fn read(path: &Path) -> Result<Policy, Failure> {
    Ok(Policy::parse(&session::read_text(path)?)?)
}
