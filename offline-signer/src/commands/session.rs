//! What the commands share: the console, files, random ids, and where a packet is shown or sent.
//! Knows nothing of what a packet says.

use std::io::{self, Write as _};
use std::path::Path;

use transfer_format::input::{InputError, read_file};
use transfer_format::optical::{Profiles, ScreenKind};
use transfer_format::route::{Outbound, RouteError};

use super::codes;
use crate::ceremony::{Isolation, People as _};
use crate::failure::Failure;
use crate::isolation::{Isolated, IsolationError};
use crate::journal::Facts;
use crate::terminal::{ControllingTerminal, TerminalError, TerminalPeople};

/// Bytes of a text file; a policy has a few thousand.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// The isolation of the very machine this runs on.
pub(super) struct ThisMachine {
    rehearsal: bool,
}

impl ThisMachine {
    pub(super) const fn of(facts: &Facts) -> Self {
        Self::new(facts.rehearsal)
    }

    pub(super) const fn new(rehearsal: bool) -> Self {
        Self { rehearsal }
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

/// A text file, whole, unless it is larger than any that people write.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let unreadable = |kind| Failure::File {
        path: path.to_path_buf(),
        action: "read",
        kind,
    };
    let bytes = read_file(path, MAX_TEXT_BYTES).map_err(|cause| match cause {
        InputError::Unreadable { kind } => unreadable(kind),
        InputError::Kind { .. } | InputError::TooLarge { .. } => {
            RouteError::unread(path, cause).into()
        }
    })?;
    String::from_utf8(bytes).map_err(|_not_utf8| unreadable(io::ErrorKind::InvalidData))
}

/// Sixteen fresh random bytes from the operating system.
pub(super) fn random_id() -> Result<[u8; 16], Failure> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_unavailable| Failure::Random)?;
    Ok(id)
}

/// Sends a packet to where it goes, codes as this machine shows them best.
pub(super) fn send_from(
    home: &Path,
    packet: &[u8],
    to: &Outbound,
    people: &mut TerminalPeople,
) -> Result<(), Failure> {
    let (profiles, damaged) = codes::remembered(home);
    if let Some(sentence) = damaged {
        people.tell(&sentence)?;
    }
    send_with(profiles, packet, to, people)
}

/// Sends a packet that is small, whatever the machine remembers.
pub(super) fn send(
    packet: &[u8],
    to: &Outbound,
    people: &mut TerminalPeople,
) -> Result<(), Failure> {
    send_with(Profiles::default(), packet, to, people)
}

fn send_with(
    profiles: Profiles,
    packet: &[u8],
    to: &Outbound,
    people: &mut TerminalPeople,
) -> Result<(), Failure> {
    match codes::kind(to) {
        Some(ScreenKind::Terminal) => {
            let start = profiles.of(ScreenKind::Terminal);
            codes::show_in_terminal(packet, people.terminal(), start)
        }
        Some(ScreenKind::Window) => {
            let start = profiles.of(ScreenKind::Window);
            codes::show_in_window(packet, people.terminal(), start)
        }
        None => {
            let written = to.write(packet)?;
            people.tell(&format!("Written: {written}."))?;
            Ok(())
        }
    }
}
