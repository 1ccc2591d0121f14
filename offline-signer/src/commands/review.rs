//! `review`: what a request would do, and the policy's verdict, printed; nobody is asked.
//! Knows nothing of tokens.

use std::path::Path;

use transaction_review::Screen;
use transfer_format::route::Inbound;

use super::session::{self, ThisMachine};
use super::sign::{arrived, recorded};
use crate::ceremony::{
    Attempt, Decision, Desk, Isolation as _, People, Reading, Refusal, Room, SealDigest,
    StationToken, Tokens, TypedPin, rehearse,
};
use crate::clock::MachineClock;
use crate::failure::Failure;
use crate::journal::Alert;
use crate::station::Station;
use crate::terminal::{TerminalError, printable};
use crate::tokens::TokenRefusal;
use transfer_format::seal::SealKey;

pub(super) fn run(home: &Path, from: &Inbound) -> Result<(), Failure> {
    let (station, mut journal, mut history) = Station::open(home)?;
    let facts = journal.state().facts().clone();
    let machine = ThisMachine::of(&facts);
    let isolated = machine.prove().map_err(Refusal::from);
    let isolated = recorded(isolated, Attempt::unread(), &mut journal)?;
    let bytes = arrived(from, &mut journal)?;
    let mut desk = Desk {
        room: Room {
            station: &station,
            people: &mut Nobody,
            tokens: &NoTokens,
            clock: &MachineClock,
            isolation: &machine,
        },
        journal: &mut journal,
        history: &mut history,
        ceremony: session::random_id()?,
    };
    let permitted = rehearse(bytes, isolated, &mut desk)?;
    session::print(&format!(
        "{}\n\n",
        session::banner(&facts.station, facts.rehearsal)
    ))?;
    for screen in permitted.screens() {
        session::print(&text(screen))?;
    }
    session::print("The policy allows this request. It was not signed.\n")
}

fn text(screen: &Screen) -> String {
    let mut text = format!("{}\n", screen.heading);
    for block in &screen.blocks {
        for line in block {
            text.push_str(&printable(line));
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// Nobody is in the room: whoever asks gets no answer. What is an alert leads the error text,
/// which is all that anybody will see.
struct Nobody;

impl People for Nobody {
    fn alert(&mut self, _: &Alert) -> Result<(), TerminalError> {
        Ok(())
    }

    fn tell(&mut self, _: &str) -> Result<(), TerminalError> {
        Ok(())
    }

    fn who(&mut self, _: &str) -> Result<String, TerminalError> {
        Err(TerminalError::Closed)
    }

    fn read(&mut self, _: &str, _: &[Screen]) -> Result<Reading, TerminalError> {
        Err(TerminalError::Closed)
    }

    fn decide(&mut self, _: &str, _: &[String]) -> Result<Decision, TerminalError> {
        Err(TerminalError::Closed)
    }

    fn pin(&mut self, _: &str, _: &str) -> Result<TypedPin, TerminalError> {
        Err(TerminalError::Closed)
    }
}

/// No token is plugged in: nothing can be signed.
struct NoTokens;

impl Tokens for NoTokens {
    fn approve(
        &self,
        serial: &str,
        _: &SealKey,
        _: TypedPin,
        _: &SealDigest,
    ) -> Result<[u8; 64], TokenRefusal> {
        Err(TokenRefusal::Absent {
            serial: serial.to_owned(),
        })
    }

    fn unlock(&self, _: TypedPin) -> Result<Box<dyn StationToken + '_>, TokenRefusal> {
        Err(TokenRefusal::Absent {
            serial: String::new(),
        })
    }
}
