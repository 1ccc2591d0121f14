//! `sign`: one ceremony, from the channel to the channel.
//! Knows nothing of the steps in between; see [`crate::ceremony`].

use std::io::{self, IsTerminal as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use transaction_review::Class;
use transfer_format::durable::write_new_private;
use transfer_format::packet::RefusalNotice;
use transfer_format::route::{Inbound, MediumAccess, Outbound, RouteError};
use transfer_format::scanner::{FOREIGN_NOTICE, ProgressDisplay, Scan as _, ScanProgress, Scanner};
use transfer_format::seal::{Draft, Packet};

use super::session::{self, ThisMachine};
use crate::ceremony::{
    Attempt, Desk, People as _, Refusal, Released, Room, Tokens as _, run as hold,
};
use crate::clock::{Clock as _, MachineClock};
use crate::failure::Failure;
use crate::journal::{Alert, Entry, Facts, Journal};
use crate::station::{Station, own_packet};
use crate::terminal::TerminalPeople;
use crate::tokens::PinnedTokens;

pub(super) fn run(home: &Path, from: &Inbound, to: &Outbound) -> Result<(), Failure> {
    let (station, mut journal) = Station::open(home)?;
    let facts = journal.state().facts().clone();
    let bytes = arrived(from, &mut journal)?;
    let attempt = Attempt::of(&bytes);
    let mut people = recorded(
        session::people(&facts.station, facts.rehearsal),
        attempt.clone(),
        &mut journal,
    )?;
    let tokens = recorded(
        PinnedTokens::load(&facts, station.wallets()),
        attempt,
        &mut journal,
    )?;
    let mut desk = Desk {
        room: Room {
            station: &station,
            people: &mut people,
            tokens: &tokens,
            clock: &MachineClock,
        },
        journal: &mut journal,
        isolation: &ThisMachine::of(&facts),
        ceremony: session::random_id()?,
    };
    match hold(bytes, &mut desk) {
        Ok(released) => deliver(home, &released, to, &mut people),
        Err(attempt) => {
            notify(&attempt, &station, &facts, (&tokens, to), &mut people)?;
            Err(attempt.into())
        }
    }
}

/// Reads the channel; what cannot be read is an attempt as well.
pub(super) fn arrived(from: &Inbound, journal: &mut Journal) -> Result<Vec<u8>, Failure> {
    let mut last = ScanProgress::default();
    let bytes = recorded(scanned(from, &mut last), Attempt::of(&[]), journal)?;
    if last.is_disturbed() {
        let alert = Alert {
            packet: Sha256::digest(&bytes).into(),
            code: "E_FRAME_FOREIGN".to_owned(),
            sentence: format!(
                "{} codes of another transfer came between those of this packet; a station \
                 notes more than {FOREIGN_NOTICE}",
                last.foreign
            ),
        };
        journal.append(Entry::Alert(alert), MachineClock.now())?;
    }
    Ok(bytes)
}

/// Has a scanner read the channel, and shows how it goes.
fn scanned(from: &Inbound, last: &mut ScanProgress) -> Result<Vec<u8>, RouteError> {
    let errors = io::stderr();
    let is_terminal = errors.is_terminal();
    let mut display = ProgressDisplay::new(errors, is_terminal);
    let bytes = Scanner::of_this_program().scan(from, MediumAccess::ReadOnly, &mut |progress| {
        *last = *progress;
        display.show(progress);
    });
    display.finish();
    bytes
}

/// Keeps a refusal from before anybody was asked in the journal.
pub(super) fn recorded<T, E: Into<Refusal>>(
    outcome: Result<T, E>,
    attempt: Attempt,
    journal: &mut Journal,
) -> Result<T, Failure> {
    outcome
        .map_err(|error| Box::new(attempt.record(error.into(), journal, MachineClock.now())).into())
}

/// The result is kept first: whatever happens to the channel, it can be sent again.
fn deliver(
    home: &Path,
    released: &Released,
    to: &Outbound,
    people: &mut TerminalPeople,
) -> Result<(), Failure> {
    let packet = released.packet();
    let folder = home.join("results");
    let path = folder.join(format!("{}.cbor", packet.payload().intent));
    std::fs::create_dir_all(&folder)
        .and_then(|()| write_new_private(&path, packet.bytes()))
        .map_err(|error| Failure::File {
            path: path.clone(),
            action: "written",
            kind: error.kind(),
        })?;
    session::send(packet.bytes(), to, people)?;
    people.tell(&format!(
        "Released: intent {}\nwords {}\nkept as {}",
        packet.payload().intent,
        packet.payload().intent.words(),
        path.display()
    ))?;
    Ok(())
}

/// Offers a sealed notice for the builder: the code and the policy's version, nothing else leaves.
fn notify(
    attempt: &Attempt,
    station: &Station,
    facts: &Facts,
    (tokens, to): (&PinnedTokens, &Outbound),
    people: &mut TerminalPeople,
) -> Result<(), Failure> {
    let (Some(intent), Some(refusal)) = (attempt.intent, &attempt.refusal) else {
        return Ok(());
    };
    let deaf = matches!(
        refusal.class(),
        Class::Approval | Class::Hsm | Class::Isolation
    ) || matches!(refusal, Refusal::Terminal(_) | Refusal::Storage(_));
    if deaf {
        return Ok(());
    }
    people.tell(&format!("\nREFUSED   {}\n{refusal}\n", refusal.code()))?;
    let question =
        "A sealed notice can tell the builder the code. Type \"notice\", or Enter for none > ";
    if people.terminal().ask(question)? != "notice" {
        return Ok(());
    }
    let notice = RefusalNotice {
        intent,
        station: facts.station.clone(),
        code: refusal.code().to_owned(),
        policy_version: station.policy().version(),
    };
    let packet = seal_notice(notice, station, tokens, people)?;
    session::send(packet.bytes(), to, people)
}

fn seal_notice(
    notice: RefusalNotice,
    station: &Station,
    tokens: &PinnedTokens,
    people: &mut TerminalPeople,
) -> Result<Packet<RefusalNotice>, Failure> {
    let draft = Draft::new(notice, *station.station_key()).map_err(|error| own_packet(&error))?;
    let pin = people.pin("station", station.token_serial())?;
    let mut token = tokens.unlock(pin)?;
    let seal = token.seal(draft.digest())?;
    token.lock()?;
    Ok(draft.seal(seal).map_err(Refusal::from)?)
}
