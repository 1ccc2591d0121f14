//! What the commands share: the console, files, random ids, and where a packet is shown or sent.
//! Knows nothing of what a packet says.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use transfer_format::optical::{Density, Sender, TerminalCode};
use transfer_format::route::Outbound;

use crate::ceremony::{Isolation, People as _};
use crate::failure::Failure;
use crate::isolation::{Isolated, IsolationError};
use crate::journal::Facts;
use crate::terminal::{ControllingTerminal, TerminalError, TerminalPeople};

/// The isolation of the very machine this runs on.
pub(super) struct ThisMachine {
    rehearsal: bool,
}

impl ThisMachine {
    pub(super) const fn of(facts: &Facts) -> Self {
        Self {
            rehearsal: facts.rehearsal,
        }
    }
}

impl Isolation for ThisMachine {
    fn prove(&self) -> Result<Isolated, IsolationError> {
        Isolated::prove(Path::new("/"), self.rehearsal)
    }
}

/// People at the controlling terminal, under a banner that says where they are.
pub(super) fn people(station: &str, rehearsal: bool) -> Result<TerminalPeople, TerminalError> {
    Ok(TerminalPeople::new(
        ControllingTerminal::open()?,
        banner(station, rehearsal),
    ))
}

/// The line on top of every page.
pub(super) fn banner(station: &str, rehearsal: bool) -> String {
    let watermark = if rehearsal {
        "   REHEARSAL: not for real funds"
    } else {
        ""
    };
    format!("COLDSIGN   station {station}{watermark}")
}

/// Prints lines to standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output
        .write_all(crate::terminal::printable(text).as_bytes())
        .and_then(|()| output.flush())
        .map_err(|error| Failure::Output(error.kind()))
}

/// A text file, whole.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::File {
        path: path.to_path_buf(),
        action: "read",
        kind: error.kind(),
    })
}

/// Sixteen fresh random bytes from the operating system.
pub(super) fn random_id() -> Result<[u8; 16], Failure> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_unavailable| Failure::Random)?;
    Ok(id)
}

/// Sends a packet to where it goes; codes on the screen are turned by the person who films them.
pub(super) fn send(
    packet: &[u8],
    to: &Outbound,
    people: &mut TerminalPeople,
) -> Result<(), Failure> {
    if *to != Outbound::Screen {
        let written = to.write(packet)?;
        people.tell(&format!("Written: {written}."))?;
        return Ok(());
    }
    show(packet, people.terminal())
}

fn show(packet: &[u8], terminal: &mut ControllingTerminal) -> Result<(), Failure> {
    let (columns, rows) = terminal.size()?;
    // The last row is for the question.
    let rows = rows.saturating_sub(1);
    let sender = Sender::new(packet).map_err(|cause| screen_failed(cause.into()))?;
    let density = Density::for_terminal(columns, rows).unwrap_or(Density::ALL[0]);
    let symbols = density
        .no_more_than_needed(packet.len())
        .symbols_per_frame();
    for frame in sender.frames(symbols) {
        let code = TerminalCode::render(&frame, columns, rows)
            .map_err(|_too_small| Failure::Terminal(TerminalError::TooSmall { columns, rows }))?;
        terminal.clear()?;
        terminal.show_code(&code)?;
        if terminal.ask("\nEnter: next code   done: all were read > ")? == "done" {
            break;
        }
    }
    terminal.clear()?;
    Ok(())
}

fn screen_failed(cause: transfer_format::optical::SinkError) -> Failure {
    Failure::Route(transfer_format::route::RouteError::Sink {
        path: "screen".into(),
        cause,
    })
}
