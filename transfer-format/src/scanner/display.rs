//! Shows how a scan goes: one line that is written over, or a line every two seconds.
//! Knows nothing of scanners; a failing display never stops a scan.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use super::progress::{FOREIGN_NOTICE, ScanProgress};

/// Between two changes of a line that is written over.
const REWRITE: Duration = Duration::from_millis(200);
/// Between two lines where none can be written over.
const NEW_LINE: Duration = Duration::from_secs(2);

/// Where a scan's progress is shown.
pub struct ProgressDisplay<W> {
    output: W,
    is_terminal: bool,
    begun: Instant,
    shown: Option<Instant>,
    is_noticed: bool,
}

impl<W: Write> ProgressDisplay<W> {
    /// A display on `output`; on a terminal its line is written over.
    pub fn new(output: W, is_terminal: bool) -> Self {
        Self {
            output,
            is_terminal,
            begun: Instant::now(),
            shown: None,
            is_noticed: false,
        }
    }

    /// Shows what is due. What cannot be shown is left out.
    pub fn show(&mut self, progress: &ScanProgress) {
        let pause = if self.is_terminal { REWRITE } else { NEW_LINE };
        // Where lines stay, the first is not shown before it says something.
        let last = self
            .shown
            .or_else(|| (!self.is_terminal).then_some(self.begun));
        let is_due = last.is_none_or(|last| last.elapsed() >= pause);
        let notice = progress.is_disturbed() && !self.is_noticed;
        if !is_due && !notice {
            return;
        }
        self.shown = Some(Instant::now());
        let line = progress.line(self.begun.elapsed());
        let told = if notice {
            self.is_noticed = true;
            self.notice().and_then(|()| self.line(&line))
        } else {
            self.line(&line)
        };
        // Nothing depends on it, and the command's own output will fail for all to see.
        drop(told);
    }

    /// Takes the line away again.
    pub fn finish(mut self) {
        if self.is_terminal && self.shown.is_some() {
            let cleared = self.output.write_all(b"\r\x1b[K");
            drop(cleared.and_then(|()| self.output.flush()));
        }
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        if self.is_terminal {
            // A line that wraps could not be written over.
            let short: String = line.chars().take(79).collect();
            write!(self.output, "\r{short}\x1b[K")?;
        } else {
            writeln!(self.output, "{line}")?;
        }
        self.output.flush()
    }

    /// A notice of priority P2: it stays, whatever is written over.
    fn notice(&mut self) -> io::Result<()> {
        let lead = if self.is_terminal { "\r\x1b[K" } else { "" };
        writeln!(
            self.output,
            "{lead}NOTICE  E_FRAME_FOREIGN\nMore than {FOREIGN_NOTICE} codes of another transfer \
             were read: look for a second screen, a sticker or a recording in the camera's view."
        )
    }
}
