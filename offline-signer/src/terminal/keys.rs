//! Single keys, for as long as something is shown that is steered by them.
//! Knows nothing of what a key means. It is never used where an answer is expected.

use std::io::Read as _;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr,
};

use super::{ControllingTerminal, TerminalError, errno, failed};

/// How long a signal goes unnoticed, at most.
const TURN: Duration = Duration::from_millis(200);

/// A terminal that hands over every key at once and shows none. Dropped, it reads lines again, and
/// what was typed meanwhile is thrown away.
pub struct Keys<'t> {
    terminal: &'t mut ControllingTerminal,
    lines: Termios,
}

impl ControllingTerminal {
    /// Reads keys instead of lines.
    ///
    /// # Errors
    /// As [`Self::show`].
    pub fn keys(&mut self) -> Result<Keys<'_>, TerminalError> {
        self.still_here()?;
        let lines = tcgetattr(&self.device).map_err(errno)?;
        let mut keys = lines.clone();
        keys.local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO);
        tcsetattr(&self.device, OptionalActions::Flush, &keys).map_err(errno)?;
        Ok(Keys {
            terminal: self,
            lines,
        })
    }
}

impl Keys<'_> {
    /// Shows what was drawn for the eye: block characters and colours, unfiltered.
    ///
    /// # Errors
    /// As [`ControllingTerminal::show`].
    pub fn draw(&mut self, drawn: &str) -> Result<(), TerminalError> {
        self.terminal.still_here()?;
        self.terminal.write(drawn)
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// As [`ControllingTerminal::size`].
    pub fn size(&self) -> Result<(u16, u16), TerminalError> {
        self.terminal.size()
    }

    /// The next key; `None` if none is pressed within the time given. Without one it waits.
    ///
    /// # Errors
    /// As [`ControllingTerminal::show`].
    pub fn key_within(&mut self, wait: Option<Duration>) -> Result<Option<char>, TerminalError> {
        let end = wait.and_then(|wait| Instant::now().checked_add(wait));
        loop {
            self.terminal.still_here()?;
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if self.is_pressed_within(left.unwrap_or(TURN).min(TURN))? {
                return self.pressed().map(Some);
            }
            if end.is_some_and(|end| end <= Instant::now()) {
                return Ok(None);
            }
        }
    }

    fn pressed(&mut self) -> Result<char, TerminalError> {
        let mut typed = [0_u8; 1];
        let count = self.terminal.device.read(&mut typed);
        if count.map_err(|error| failed(&error))? == 0 {
            return Err(TerminalError::Closed);
        }
        let [byte] = typed;
        Ok(char::from(byte))
    }

    /// Whether the session goes on: nobody closed the terminal or pressed Ctrl-C.
    ///
    /// # Errors
    /// [`TerminalError::Closed`], [`TerminalError::Interrupted`].
    pub fn still_here(&self) -> Result<(), TerminalError> {
        self.terminal.still_here()
    }

    fn is_pressed_within(&self, wait: Duration) -> Result<bool, TerminalError> {
        let mut waiting = [PollFd::new(&self.terminal.device, PollFlags::IN)];
        let wait = Timespec::try_from(wait).ok();
        match poll(&mut waiting, wait.as_ref()) {
            Ok(0) | Err(Errno::INTR) => Ok(false),
            Ok(_) => Ok(true),
            Err(error) => Err(errno(error)),
        }
    }
}

impl Drop for Keys<'_> {
    fn drop(&mut self) {
        // A terminal that is gone has nothing to read and no modes to give back.
        let device = &self.terminal.device;
        let restored = tcflush(device, QueueSelector::IFlush)
            .and_then(|()| tcsetattr(device, OptionalActions::Now, &self.lines));
        match restored {
            Ok(()) | Err(_) => {}
        }
    }
}
