//! `sign`: one ceremony, from the channel to the channel.
//! Knows nothing of the steps in between; see [`crate::ceremony`].

use std::fs::DirBuilder;
use std::io::{self, IsTerminal as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use transaction_review::Class;
use transfer_format::durable::{sync_folder, write_new_private};
use transfer_format::packet::RefusalNotice;
use transfer_format::route::{Inbound, MediumAccess, Outbound, RouteError};
use transfer_format::scanner::{FOREIGN_NOTICE, ProgressDisplay, Scan as _, ScanProgress, Scanner};
use transfer_format::seal::{Draft, Packet};

use super::session::{self, ThisMachine};
use crate::ceremony::{
    Attempt, Desk, Isolation as _, People as _, Refusal, Released, Room, SealDigest, Tokens as _,
    run as hold,
};
use crate::clock::{Clock as _, MachineClock};
use crate::failure::Failure;
use crate::journal::{Alert, Entry, Journal, Sent};
use crate::station::{Station, own_packet};
use crate::terminal::TerminalPeople;
use crate::tokens::PinnedTokens;

pub(super) fn run(home: &Path, from: &Inbound, to: &Outbound) -> Result<(), Failure> {
    let (station, mut journal, mut history) = Station::open(home)?;
    let facts = journal.state().facts().clone();
    let machine = ThisMachine::of(&facts);
    // Before a byte is read or a module loaded: where are we, and can a result leave at all?
    let ready = machine.prove().map_err(Refusal::from).and_then(|isolated| {
        to.check()?;
        Ok(isolated)
    });
    let isolated = recorded(ready, Attempt::unread(), &mut journal)?;
    let bytes = arrived(from, &mut journal)?;
    let attempt = Attempt::of(&bytes);
    let people = session::people(&facts.station, facts.rehearsal);
    let mut people = recorded(people, attempt.clone(), &mut journal)?;
    let tokens = PinnedTokens::load(&facts, station.wallets());
    let tokens = tokens.map_err(|error| {
        let attempt = attempt.record(error.into(), &mut journal, MachineClock.now());
        Failure::from(Box::new(attempt.shown_to(&mut people)))
    })?;
    let mut desk = Desk {
        room: Room {
            station: &station,
            people: &mut people,
            tokens: &tokens,
            clock: &MachineClock,
            isolation: &machine,
        },
        journal: &mut journal,
        history: &mut history,
        ceremony: session::random_id()?,
    };
    match hold(bytes, isolated, &mut desk) {
        Ok(released) => deliver(home, &released, to, &mut people),
        Err(attempt) => {
            // Whatever becomes of the notice, the refusal and its status stand.
            let noticed = notify(&attempt, (&station, &tokens, to), &mut people, &mut journal);
            Err(match noticed {
                Ok(()) => attempt.into(),
                Err(cause) => Failure::NoticeFailed {
                    attempt,
                    cause: Box::new(cause),
                },
            })
        }
    }
}

/// Reads the channel; what cannot be read is an attempt as well.
pub(super) fn arrived(from: &Inbound, journal: &mut Journal) -> Result<Vec<u8>, Failure> {
    let mut last = ScanProgress::default();
    let bytes = recorded(scanned(from, &mut last), Attempt::unread(), journal)?;
    if last.is_disturbed() {
        let alert = Alert {
            packet: Some(Sha256::digest(&bytes).into()),
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

/// The result is kept first: whatever happens to the channel, it can be handed over again.
fn deliver(
    home: &Path,
    released: &Released,
    to: &Outbound,
    people: &mut TerminalPeople,
) -> Result<(), Failure> {
    let packet = released.packet();
    let intent = packet.payload().intent;
    let folder = home.join("results");
    let kept = folder.join(format!("{intent}.cbor"));
    let keep = || {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        write_new_private(&kept, packet.bytes())?;
        sync_folder(home)
    };
    let delivered = keep()
        .map_err(|error| Failure::File {
            path: kept.clone(),
            action: "written",
            kind: error.kind(),
        })
        .and_then(|()| session::send_from(home, packet.bytes(), to, people));
    delivered.map_err(|cause| Failure::NotDelivered {
        intent,
        kept: kept.clone(),
        cause: Box::new(cause),
    })?;
    people.tell(&format!(
        "Released: intent {intent}\nwords {}\nkept as {}",
        intent.words(),
        kept.display()
    ))?;
    Ok(())
}

/// Offers a sealed notice for the builder: the code and the policy's version, nothing else leaves.
fn notify(
    attempt: &Attempt,
    (station, tokens, to): (&Station, &PinnedTokens, &Outbound),
    people: &mut TerminalPeople,
    journal: &mut Journal,
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
        station: journal.state().facts().station.clone(),
        code: refusal.code().to_owned(),
        policy_version: station.policy().version(),
    };
    let machine = ThisMachine::of(journal.state().facts());
    let sealed = seal_notice(notice, (station, tokens, &machine), people);
    let packet = recorded(sealed, Attempt::unread(), journal)?;
    let sent = Sent {
        kind: "refusal".to_owned(),
        packet: packet.digest(),
    };
    journal.append(Entry::Sent(sent), MachineClock.now())?;
    session::send(packet.bytes(), to, people)
}

fn seal_notice(
    notice: RefusalNotice,
    (station, tokens, machine): (&Station, &PinnedTokens, &ThisMachine),
    people: &mut TerminalPeople,
) -> Result<Packet<RefusalNotice>, Refusal> {
    let draft = Draft::new(notice, *station.station_key()).map_err(|error| own_packet(&error))?;
    let pin = people.pin("station", station.token_serial())?;
    machine.prove()?;
    let mut token = tokens.unlock(pin)?;
    let seal = token.seal(&SealDigest::of(&draft))?;
    token.lock()?;
    Ok(draft.seal(seal)?)
}
