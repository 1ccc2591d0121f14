//! A person at a terminal: a program on a real pty, what it shows, and what is typed to it.
//! It knows nothing of ceremonies; it waits for text, never for time.

use std::ffi::OsStr;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, Pty as Master, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

mod screen;

use screen::PlainText;

/// How long a whole session may take. It is there so that a program that hangs fails its test;
/// no test waits for it to pass.
const LIMIT: Duration = Duration::from_mins(5);

/// Rows and columns of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Rows of characters.
    pub rows: u16,
    /// Columns of characters.
    pub columns: u16,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            rows: 50,
            columns: 120,
        }
    }
}

/// A program that runs on a terminal of its own: leader of its session, the pty its controlling
/// terminal, so that `/dev/tty` is this and nothing else.
pub struct Pty {
    /// Our end of the terminal; `None` once it is closed.
    master: Option<Master>,
    child: Child,
    /// Becomes readable when the program ends.
    ended: OwnedFd,
    deadline: Instant,
    transcript: Vec<u8>,
    plain: PlainText,
    /// How much of the plain text has been expected already.
    seen: usize,
}

/// What came of waiting for the program.
enum Event {
    Output,
    /// The program, and everyone it started, has let go of the terminal.
    HungUp,
    Ended,
}

impl Pty {
    /// Starts a program with these arguments in exactly this environment (and `TERM`).
    pub fn spawn<A, K, V>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        environment: impl IntoIterator<Item = (K, V)>,
        size: Size,
    ) -> Self
    where
        A: AsRef<OsStr>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let (master, terminal) = open().expect("the system has a pty to spare");
        master
            .resize(pty_process::Size::new(size.rows, size.columns))
            .expect("a pty can be resized");
        let child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("TERM", "xterm-256color")
            .envs(environment)
            .spawn(terminal)
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display()));
        let ended = pidfd_open(Pid::from_child(&child), PidfdFlags::empty())
            .expect("the program is our child");
        Self {
            master: Some(master),
            child,
            ended,
            deadline: Instant::now() + LIMIT,
            transcript: Vec::new(),
            plain: PlainText::default(),
            seen: 0,
        }
    }

    /// Waits until the program shows a text, and returns everything it showed since the last
    /// text that was expected, up to and including this one. Colours, cursor movements and
    /// carriage returns are left out.
    ///
    /// Panics with the whole transcript if the program ends first.
    pub fn expect(&mut self, text: &str) -> String {
        loop {
            if let Some(shown) = self.take_through(text) {
                return shown;
            }
            match self.next_event() {
                Event::Output => self.read(),
                Event::HungUp | Event::Ended => break,
            }
        }
        self.drain();
        let Some(shown) = self.take_through(text) else {
            panic!(
                "the program ended before it showed {text:?}:\n{}",
                self.shown()
            )
        };
        shown
    }

    /// As [`Pty::expect`], for whichever of several texts comes first: what is returned ends
    /// with it.
    pub fn expect_any(&mut self, texts: &[&str]) -> String {
        loop {
            let ends = texts
                .iter()
                .filter_map(|text| self.plain.end_of(text, self.seen));
            if let Some(end) = ends.min() {
                let shown = self.plain.between(self.seen, end);
                self.seen = end;
                return shown;
            }
            match self.next_event() {
                Event::Output => self.read(),
                Event::HungUp | Event::Ended => {
                    self.drain();
                    let found = texts
                        .iter()
                        .any(|text| self.plain.end_of(text, self.seen).is_some());
                    assert!(
                        found,
                        "the program ended before it showed any of {texts:?}:\n{}",
                        self.shown()
                    );
                }
            }
        }
    }

    /// Types some characters.
    pub fn send(&mut self, text: &str) {
        let mut master = self.master.as_ref().expect("the terminal is open");
        master
            .write_all(text.as_bytes())
            .expect("the program still has its terminal");
    }

    /// Types a line and presses enter.
    pub fn send_line(&mut self, text: &str) {
        self.send(text);
        self.send("\r");
    }

    /// Waits for a question and answers it with a line.
    pub fn answer(&mut self, question: &str, line: &str) -> String {
        let shown = self.expect(question);
        self.send_line(line);
        shown
    }

    /// Pulls the plug of the terminal, and waits for the program to end. See [`Pty::wait`] for
    /// what is returned.
    pub fn close(&mut self) -> i32 {
        drop(self.master.take());
        self.wait()
    }

    /// Waits for the program to end, and returns its exit code, or 128 and the signal's number if
    /// a signal ended it.
    pub fn wait(&mut self) -> i32 {
        loop {
            match self.next_event() {
                Event::Output => self.read(),
                Event::HungUp => drop(self.master.take()),
                Event::Ended => break,
            }
        }
        self.drain();
        let status: ExitStatus = self.child.wait().expect("the program is our child");
        status
            .code()
            .or_else(|| status.signal().map(|signal| 128 + signal))
            .unwrap_or(-1)
    }

    /// As [`Pty::wait`], for a station that refuses: a request of a known source may be answered with
    /// a notice, and none is wanted.
    pub fn wait_without_notice(&mut self) -> i32 {
        loop {
            let shown = self.expect_any(&["Enter for none > ", "(exit "]);
            if !shown.ends_with("Enter for none > ") {
                return self.wait();
            }
            self.send_line("");
        }
    }

    /// Everything the program has sent to the terminal so far, as it was.
    pub fn transcript(&self) -> &[u8] {
        &self.transcript
    }

    /// Everything the program has shown so far, without colours and cursor movements.
    pub fn shown(&self) -> String {
        self.plain.text()
    }

    fn take_through(&mut self, text: &str) -> Option<String> {
        let end = self.plain.end_of(text, self.seen)?;
        let shown = self.plain.between(self.seen, end);
        self.seen = end;
        Some(shown)
    }

    fn next_event(&mut self) -> Event {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).expect("five minutes fit");
        let ended = PollFd::new(&self.ended, PollFlags::IN);
        let (ended, terminal) = if let Some(master) = &self.master {
            let terminal = PollFd::from_borrowed_fd(master.as_fd(), PollFlags::IN);
            let mut waited_for = [ended, terminal];
            poll(&mut waited_for, Some(&timeout)).expect("both are open");
            (waited_for[0].revents(), waited_for[1].revents())
        } else {
            let mut waited_for = [ended];
            poll(&mut waited_for, Some(&timeout)).expect("it is open");
            (waited_for[0].revents(), PollFlags::empty())
        };
        if terminal.contains(PollFlags::IN) {
            Event::Output
        } else if ended.contains(PollFlags::IN) {
            Event::Ended
        } else if terminal.contains(PollFlags::HUP) {
            Event::HungUp
        } else {
            panic!(
                "the program did not go on within {LIMIT:?}:\n{}",
                self.shown()
            )
        }
    }

    fn read(&mut self) {
        let mut buffer = [0; 4096];
        let mut master = self.master.as_ref().expect("the terminal is open");
        match master.read(&mut buffer) {
            Ok(length) => {
                self.transcript.extend_from_slice(&buffer[..length]);
                self.plain.push(&buffer[..length]);
            }
            // EIO: nobody has the other end any more.
            Err(error) if error.raw_os_error() == Some(5) => drop(self.master.take()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => panic!("the terminal cannot be read: {error}"),
        }
    }

    /// Reads what is there already, without waiting.
    fn drain(&mut self) {
        while let Some(master) = &self.master {
            let mut terminal = [PollFd::from_borrowed_fd(master.as_fd(), PollFlags::IN)];
            poll(
                &mut terminal,
                Some(&Timespec {
                    tv_sec: 0,
                    tv_nsec: 0,
                }),
            )
            .expect("it is open");
            if !terminal[0].revents().contains(PollFlags::IN) {
                return;
            }
            self.read();
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A test that failed half-way leaves no program behind.
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

#[cfg(test)]
mod tests;
