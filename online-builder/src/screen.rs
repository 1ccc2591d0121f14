//! Shows a packet as codes, one after the other at a steady rate, until a key ends it: in the
//! terminal, or in a window.
//! Knows nothing of what the packet says.

use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{
    LocalModes, OptionalActions, Termios, Winsize, isatty, tcgetattr, tcgetwinsize, tcsetattr,
};
use transaction_review::Class;
use transfer_format::optical::{
    Draw, Key, Layout, PlayError, Profile, Profiles, Room, Screen, ScreenKind, TerminalCode,
    TerminalPainter, Window, WindowError, play,
};

use crate::codes::class_of;

/// Why a packet is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreenError {
    /// Standard input or output is no terminal.
    #[error(
        "{stream} is not a terminal: codes are filmed from a screen. Start the program without a \
         pipe, or send to window, frames:DIR, gif:FILE, usb:DEVICE-OR-IMAGE or file:FILE"
    )]
    NotATerminal {
        /// `standard input` or `standard output`.
        stream: &'static str,
    },
    /// The codes cannot be shown.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// There is no window, or no longer.
    #[error(transparent)]
    Window(#[from] WindowError),
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
            Self::Play(error) => error.code(),
            Self::Window(error) => error.code(),
            Self::Device { .. } => "E_TERMINAL",
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        class_of(self.code())
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

/// Shows a packet on the terminal behind `canvas`, which is standard output, until a key ends it or
/// the terminal is closed.
///
/// # Errors
/// [`ScreenError`].
pub fn show(packet: &[u8], canvas: &mut dyn Write, start: Profile) -> Result<(), ScreenError> {
    let mut terminal = Terminal::begin(canvas)?;
    let shown = play(packet, &mut terminal, start);
    let ended = terminal.end();
    shown?;
    ended
}

/// Shows a packet in a window on the whole screen until a key ends it.
///
/// # Errors
/// [`ScreenError::Window`].
pub fn show_window(packet: &[u8], start: Profile) -> Result<(), ScreenError> {
    play(packet, &mut Window::open()?, start)?;
    Ok(())
}

/// The profile that this machine remembers for a kind of screen, and what kept it from remembering.
pub(crate) fn remembered(home: &Path, screen: ScreenKind) -> (Profile, Option<String>) {
    match Profiles::load(home) {
        Ok(profiles) => (profiles.of(screen), None),
        Err(error) => (Profiles::default().of(screen), Some(error.to_string())),
    }
}

/// The terminal of standard input and output, with every key handed over at once.
pub(crate) struct Terminal<'w> {
    canvas: &'w mut dyn Write,
    input: BorrowedFd<'static>,
    output: BorrowedFd<'static>,
    modes: Termios,
    painter: TerminalPainter,
}

impl<'w> Terminal<'w> {
    /// Takes the terminal over.
    pub(crate) fn begin(canvas: &'w mut dyn Write) -> Result<Self, ScreenError> {
        let (input, output) = (rustix::stdio::stdin(), rustix::stdio::stdout());
        let streams = [("standard input", input), ("standard output", output)];
        for (stream, descriptor) in streams {
            if !isatty(descriptor) {
                return Err(ScreenError::NotATerminal { stream });
            }
        }
        let modes = tcgetattr(input)?;
        let mut keys = modes.clone();
        // Ctrl-C ends the showing and not the program, which has to put the terminal right.
        keys.local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
        tcsetattr(input, OptionalActions::Flush, &keys)?;
        let mut terminal = Self {
            canvas,
            input,
            output,
            modes,
            painter: TerminalPainter::default(),
        };
        terminal.write(TerminalPainter::BEGIN)?;
        Ok(terminal)
    }

    /// Gives the terminal back as it was.
    pub(crate) fn end(mut self) -> Result<(), ScreenError> {
        self.write(TerminalPainter::END)
    }

    fn size(&self) -> Result<Winsize, ScreenError> {
        Ok(tcgetwinsize(self.output)?)
    }

    fn write(&mut self, text: &str) -> Result<(), ScreenError> {
        self.canvas.write_all(text.as_bytes())?;
        self.canvas.flush()?;
        Ok(())
    }

    /// The meaning of what was typed, if it has one.
    fn typed(&self) -> Result<Option<Key>, ScreenError> {
        let mut typed = [0; 1];
        let count = rustix::io::read(self.input, &mut typed)?;
        let [byte] = typed;
        // End of input, Ctrl-C and Ctrl-D end the showing.
        if count == 0 || matches!(byte, 0x03 | 0x04) {
            return Ok(Some(Key::End));
        }
        Ok(Key::of(char::from(byte)))
    }

    /// Whether something was typed within the time given; without one it waits.
    fn typed_within(&self, wait: Option<Duration>) -> Result<bool, ScreenError> {
        let mut waiting = [PollFd::new(&self.input, PollFlags::IN)];
        let wait = wait.and_then(|wait| Timespec::try_from(wait).ok());
        match poll(&mut waiting, wait.as_ref()) {
            Ok(0) | Err(Errno::INTR) => Ok(false),
            Ok(_) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        // Nobody is left to be told when the terminal is gone.
        match tcsetattr(self.input, OptionalActions::Now, &self.modes) {
            Ok(()) | Err(_) => {}
        }
    }
}

impl Screen for Terminal<'_> {
    type Drawing = String;
    type Failure = ScreenError;

    fn room(&mut self) -> Result<Room, ScreenError> {
        let size = self.size()?;
        Ok(TerminalCode::room(size.ws_col, size.ws_row))
    }

    fn draw(&self, _: Layout, _: Room) -> Draw<String> {
        Box::new(TerminalCode::draw)
    }

    fn show(&mut self, drawing: &String, caption: &str) -> Result<(), ScreenError> {
        let columns = self.size()?.ws_col;
        let text = self.painter.paint(drawing, caption, columns);
        self.write(&text)
    }

    fn key(&mut self, wait: Option<Duration>) -> Result<Option<Key>, ScreenError> {
        let end = wait.and_then(|wait| Instant::now().checked_add(wait));
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let typed = self.typed_within(left)?;
            let key = if typed { self.typed()? } else { None };
            if key.is_some() {
                return Ok(key);
            }
            if !typed && end.is_some_and(|end| end <= Instant::now()) {
                return Ok(None);
            }
        }
    }
}
