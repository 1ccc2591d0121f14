//! Shows a packet in the terminal as codes, one after the other at a steady rate, until Enter.
//! Knows nothing of what the packet says.

use std::io::{self, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{isatty, tcgetwinsize};
use transaction_review::Class;
use transfer_format::optical::{Density, SendError, Sender, TerminalCode, TerminalError};

/// Why a packet is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreenError {
    /// Standard input or output is no terminal.
    #[error(
        "{stream} is not a terminal: codes are filmed from a screen. Start the program without a \
         pipe, or send to frames:DIR, gif:FILE, usb:DEVICE-OR-IMAGE or file:FILE"
    )]
    NotATerminal {
        /// `standard input` or `standard output`.
        stream: &'static str,
    },
    /// The packet cannot be sent as codes.
    #[error(transparent)]
    Send(#[from] SendError),
    /// A code does not fit the terminal.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// The terminal failed.
    #[error("the terminal failed ({kind}): open another one")]
    Device {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
}

impl ScreenError {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotATerminal { .. } => "E_NO_SCREEN",
            Self::Send(_) => "E_PACKET_SIZE",
            Self::Terminal(_) => "E_TERMINAL_SIZE",
            Self::Device { .. } => "E_TERMINAL",
        }
    }

    /// The class, and with it the exit status.
    pub const fn class(&self) -> Class {
        match self {
            Self::Send(_) => Class::Resource,
            Self::NotATerminal { .. } | Self::Terminal(_) | Self::Device { .. } => Class::Media,
        }
    }
}

impl From<Errno> for ScreenError {
    fn from(error: Errno) -> Self {
        io::Error::from(error).into()
    }
}

impl From<io::Error> for ScreenError {
    fn from(error: io::Error) -> Self {
        Self::Device { kind: error.kind() }
    }
}

/// Shows a packet on the terminal behind `canvas`, which is standard output, until a line is typed
/// or the terminal is closed.
///
/// # Errors
/// [`ScreenError`].
pub fn show(packet: &[u8], canvas: &mut dyn Write) -> Result<(), ScreenError> {
    let (input, output) = (rustix::stdio::stdin(), rustix::stdio::stdout());
    for (stream, is_terminal) in [
        ("standard input", isatty(input)),
        ("standard output", isatty(output)),
    ] {
        if !is_terminal {
            return Err(ScreenError::NotATerminal { stream });
        }
    }
    let sender = Sender::new(packet)?;
    let size = tcgetwinsize(output)?;
    let symbols = symbols(packet.len(), size.ws_col, size.ws_row);
    let total = sender.loop_length(symbols);
    canvas.write_all(CLEAR)?;
    let loops = sender.frames(symbols).zip((1..=total).cycle());
    for (frame, number) in loops {
        // The window may have been made smaller since.
        let size = tcgetwinsize(output)?;
        let code = TerminalCode::render(&frame, size.ws_col, rows(size.ws_row))?;
        let caption = format!("{number}/{total}   Enter: the station has read it");
        write!(canvas, "\x1b[H{code}\r\n{caption}\x1b[K")?;
        canvas.flush()?;
        if typed(&input)? {
            break;
        }
    }
    canvas.write_all(CLEAR)?;
    canvas.flush()?;
    Ok(())
}

/// Symbols in each frame: as many as the terminal can show and the packet needs.
fn symbols(packet_length: usize, columns: u16, terminal_rows: u16) -> u8 {
    let density = Density::for_terminal(columns, rows(terminal_rows)).unwrap_or(Density::V7);
    density
        .no_more_than_needed(packet_length)
        .symbols_per_frame()
}

/// Rows for the code; the last one is for the caption.
const fn rows(terminal: u16) -> u16 {
    terminal.saturating_sub(1)
}

/// Waits for the time of one frame; whether a line was typed meanwhile.
fn typed(input: &impl std::os::fd::AsFd) -> Result<bool, ScreenError> {
    let mut waiting = [PollFd::new(input, PollFlags::IN)];
    match poll(&mut waiting, Some(&FRAME)) {
        Ok(0) | Err(Errno::INTR) => Ok(false),
        Ok(_) => {
            // The line is over either way: typed to its end, or the terminal is gone.
            let mut line = [0; 256];
            rustix::io::read(input, &mut line)?;
            Ok(true)
        }
        Err(error) => Err(error.into()),
    }
}

/// Eight frames a second: what a terminal can draw and every camera sees whole.
const FRAME: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 125_000_000,
};

/// Clears the screen and goes to its top.
const CLEAR: &[u8] = b"\x1b[2J\x1b[H";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_carries_what_the_terminal_shows_and_the_packet_needs() {
        assert_eq!(symbols(100_000, 80, 24), Density::V7.symbols_per_frame());
        let (columns, terminal_rows) = (200, 100);
        let most = Density::for_terminal(columns, terminal_rows - 1).unwrap();
        assert_eq!(
            symbols(100_000, columns, terminal_rows),
            most.symbols_per_frame()
        );
        assert_eq!(symbols(100, columns, terminal_rows), 1);
    }
}
