//! The controlling terminal: the only way to a screen or a keyboard.
//! Knows nothing of requests, policies or tokens; it shows text and reads lines.

mod keys;
mod pager;
mod people;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::fstat;
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, isatty, tcdrain,
    tcflush, tcgetattr, tcgetsid, tcgetwinsize, tcsetattr,
};
use signal_hook::SigId;
use signal_hook::consts::{SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
use zeroize::Zeroizing;

pub use self::keys::Keys;
pub use self::pager::{PAGE_COLUMNS, PAGE_ROWS, Page, paginate};
pub use self::people::TerminalPeople;
pub use transfer_format::printable::printable;

/// The longest line that a prompt takes, in bytes.
pub const LINE_BYTES: usize = 256;

/// A special character that no key sends (`_POSIX_VDISABLE` on Linux, termios(3)).
const DISABLED: u8 = 0;

/// An open controlling terminal, with the signals that end a session caught while it lives.
pub struct ControllingTerminal {
    device: File,
    /// The modes that it had before, given back when it is dropped.
    before: Termios,
    hung_up: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
    resized: Arc<AtomicBool>,
    signals: Vec<SigId>,
}

/// Why nobody could be shown or asked anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TerminalError {
    /// Standard input or output is a pipe or a file.
    #[error(
        "{stream} is not a terminal: approvals are typed by people; start the program directly on the station's console, without a pipe or redirection"
    )]
    NotATerminal {
        /// `standard input` or `standard output`.
        stream: &'static str,
    },
    /// Standard input and output are different terminals.
    #[error(
        "standard input and standard output are two different terminals: use one console for both"
    )]
    TwoTerminals,
    /// The process has no terminal at all.
    #[error(
        "there is no controlling terminal: approvals are typed by people; start the program directly on the station's console"
    )]
    NoTerminal,
    /// The terminal went away.
    #[error("the terminal was closed")]
    Closed,
    /// Somebody pressed Ctrl-C or the program was told to stop.
    #[error("the session was interrupted at the keyboard")]
    Interrupted,
    /// The terminal cannot hold a page without cutting something.
    #[error(
        "the terminal has {columns} columns and {rows} rows, a review needs at least {PAGE_COLUMNS} and {PAGE_ROWS}: enlarge it and start again"
    )]
    TooSmall {
        /// Columns found.
        columns: u16,
        /// Rows found.
        rows: u16,
    },
    /// A typed line was longer than any answer can be.
    #[error("the typed line is longer than {LINE_BYTES} bytes")]
    LineTooLong,
    /// The device failed otherwise.
    #[error("the terminal failed: {0}")]
    Device(io::ErrorKind),
}

impl ControllingTerminal {
    /// Opens `/dev/tty`, after making sure that a person at one console is in front of it.
    ///
    /// # Errors
    /// [`TerminalError::NotATerminal`] and [`TerminalError::TwoTerminals`] when input or output is
    /// redirected (DUA-10); [`TerminalError::Device`] when there is no controlling terminal.
    pub fn open() -> Result<Self, TerminalError> {
        let (input, output) = (rustix::stdio::stdin(), rustix::stdio::stdout());
        if !isatty(input) {
            return Err(TerminalError::NotATerminal {
                stream: "standard input",
            });
        }
        if !isatty(output) {
            return Err(TerminalError::NotATerminal {
                stream: "standard output",
            });
        }
        if fstat(input).map_err(errno)?.st_rdev != fstat(output).map_err(errno)?.st_rdev {
            return Err(TerminalError::TwoTerminals);
        }
        // Only for the terminal that controls this process does the kernel name a session (tty(4)).
        if tcgetsid(input).is_err() {
            return Err(TerminalError::TwoTerminals);
        }
        let device = OpenOptions::new().read(true).write(true).open("/dev/tty");
        let device = device.map_err(|_none| TerminalError::NoTerminal)?;
        let before = tcgetattr(&device).map_err(errno)?;
        let mut terminal = Self {
            device,
            before,
            hung_up: Arc::default(),
            interrupted: Arc::default(),
            resized: Arc::default(),
            signals: Vec::new(),
        };
        terminal.guard()?;
        Ok(terminal)
    }

    /// Makes sure that nothing takes the terminal away unnoticed while people type: no signal ends
    /// the process without a record, no key hands the session to a shell, no core is written.
    fn guard(&mut self) -> Result<(), TerminalError> {
        // A closed terminal must reach the journal as a refusal, so SIGHUP may not kill us.
        self.catch(SIGHUP, Arc::clone(&self.hung_up))?;
        self.catch(SIGWINCH, Arc::clone(&self.resized))?;
        for signal in [SIGINT, SIGTERM, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM] {
            self.catch(signal, Arc::clone(&self.interrupted))?;
        }
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        setrlimit(Resource::Core, none).map_err(errno)?;
        let mut guarded = self.before.clone();
        for key in [SpecialCodeIndex::VSUSP, SpecialCodeIndex::VQUIT] {
            guarded.special_codes[key] = DISABLED;
        }
        tcsetattr(&self.device, OptionalActions::Flush, &guarded).map_err(errno)
    }

    /// Whether the terminal was given another size since this was last asked.
    pub fn was_resized(&self) -> bool {
        self.resized.swap(false, Ordering::Relaxed)
    }

    /// Shows text as it is, each character outside printable ASCII and line feeds made visible.
    ///
    /// # Errors
    /// [`TerminalError::Closed`], [`TerminalError::Interrupted`] or [`TerminalError::Device`].
    pub fn show(&mut self, text: &str) -> Result<(), TerminalError> {
        self.still_here()?;
        self.write(&printable(text))
    }

    /// Shows what a file or a QR sink produced for the eye: block characters and colours, unfiltered.
    ///
    /// # Errors
    /// As [`Self::show`].
    pub fn show_code(&mut self, rendered: &str) -> Result<(), TerminalError> {
        self.still_here()?;
        self.write("\x1b[H")?;
        self.write(rendered)
    }

    /// Clears screen and scrollback, and puts the cursor at the top.
    ///
    /// # Errors
    /// As [`Self::show`].
    pub fn clear(&mut self) -> Result<(), TerminalError> {
        self.write("\x1b[2J\x1b[3J\x1b[H")
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// [`TerminalError::TooSmall`] below [`PAGE_COLUMNS`] × [`PAGE_ROWS`].
    pub fn size(&self) -> Result<(u16, u16), TerminalError> {
        let size = tcgetwinsize(&self.device).map_err(errno)?;
        let (columns, rows) = (size.ws_col, size.ws_row);
        if columns < PAGE_COLUMNS || rows < PAGE_ROWS {
            return Err(TerminalError::TooSmall { columns, rows });
        }
        Ok((columns, rows))
    }

    /// Asks for one line. What was typed before the prompt appeared is thrown away (DUA-11).
    ///
    /// # Errors
    /// As [`Self::show`], and [`TerminalError::LineTooLong`].
    pub fn ask(&mut self, prompt: &str) -> Result<String, TerminalError> {
        // What was shown must have arrived before what was typed can answer it.
        tcdrain(&self.device).map_err(errno)?;
        tcflush(&self.device, QueueSelector::IFlush).map_err(errno)?;
        self.show(prompt)?;
        let line = self.line()?;
        Ok(String::from_utf8_lossy(&line).trim().to_owned())
    }

    /// Asks for a secret: nothing is echoed, and the buffer is wiped when dropped.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn ask_secret(&mut self, prompt: &str) -> Result<Zeroizing<Vec<u8>>, TerminalError> {
        let echoing = tcgetattr(&self.device).map_err(errno)?;
        let mut silent = echoing.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        // TCSAFLUSH also throws away what was typed ahead.
        tcsetattr(&self.device, OptionalActions::Flush, &silent).map_err(errno)?;
        let answer = self.show(prompt).and_then(|()| self.line());
        self.restore(&echoing)?;
        self.write("\n")?;
        answer
    }

    fn restore(&self, modes: &Termios) -> Result<(), TerminalError> {
        // Flushed, so that a half-typed secret does not appear at somebody else's prompt.
        tcsetattr(&self.device, OptionalActions::Flush, modes).map_err(errno)
    }

    fn line(&mut self) -> Result<Zeroizing<Vec<u8>>, TerminalError> {
        // Reserved once, so that a secret is never left behind in a smaller, freed buffer.
        let mut line = Zeroizing::new(Vec::with_capacity(LINE_BYTES));
        loop {
            self.wait_for_input()?;
            let mut byte = Zeroizing::new([0_u8; 1]);
            let count = self
                .device
                .read(byte.as_mut_slice())
                .map_err(|error| failed(&error))?;
            if count == 0 {
                return Err(TerminalError::Closed);
            }
            let [typed] = *byte;
            if typed == b'\n' {
                return Ok(line);
            }
            if line.len() >= LINE_BYTES {
                tcflush(&self.device, QueueSelector::IFlush).map_err(errno)?;
                return Err(TerminalError::LineTooLong);
            }
            line.push(typed);
        }
    }

    fn wait_for_input(&self) -> Result<(), TerminalError> {
        // A signal between the check and the poll is seen at the next turn.
        let turn = Timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        };
        loop {
            self.still_here()?;
            let mut waiting = [PollFd::new(&self.device, PollFlags::IN)];
            match poll(&mut waiting, Some(&turn)) {
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(errno(error)),
            }
        }
    }

    fn still_here(&self) -> Result<(), TerminalError> {
        if self.hung_up.load(Ordering::Relaxed) {
            return Err(TerminalError::Closed);
        }
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(TerminalError::Interrupted);
        }
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<(), TerminalError> {
        self.device
            .write_all(text.as_bytes())
            .and_then(|()| self.device.flush())
            .map_err(|error| failed(&error))
    }

    fn catch(&mut self, signal: i32, flag: Arc<AtomicBool>) -> Result<(), TerminalError> {
        let id = signal_hook::flag::register(signal, flag).map_err(|error| failed(&error))?;
        self.signals.push(id);
        Ok(())
    }
}

impl Drop for ControllingTerminal {
    fn drop(&mut self) {
        // Also on the way out of a panic; a terminal that is gone has no modes to give back.
        match self.restore(&self.before) {
            Ok(()) | Err(_) => {}
        }
        for id in self.signals.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

fn failed(error: &io::Error) -> TerminalError {
    // EIO is what a terminal without a master side answers.
    if error.raw_os_error() == Some(Errno::IO.raw_os_error()) {
        return TerminalError::Closed;
    }
    TerminalError::Device(error.kind())
}

fn errno(error: Errno) -> TerminalError {
    failed(&io::Error::from(error))
}
