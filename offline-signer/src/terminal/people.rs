//! The operators at the controlling terminal: pages, decisions and PINs.
//! Knows nothing of what is decided; the words it asks for are the ceremony's.

use transaction_review::Screen;

use super::{ControllingTerminal, Page, TerminalError, paginate};
use crate::ceremony::{Decision, People, Reading, TypedPin};
use crate::journal::Alert;

/// The people in front of a controlling terminal.
pub struct TerminalPeople {
    terminal: ControllingTerminal,
    banner: String,
}

/// What an operator types to approve. The whole word: a stray Enter approves nothing.
const APPROVE: &str = "approve";

/// What an operator types to refuse.
const REFUSE: &str = "refuse";

/// What an operator types to stop reading, or to see the page before.
const STOP: &str = "stop";
const BACK: &str = "back";

impl TerminalPeople {
    /// People at `terminal`; `banner` stands on top of every page.
    pub const fn new(terminal: ControllingTerminal, banner: String) -> Self {
        Self { terminal, banner }
    }

    /// The terminal itself, for what is neither asked nor read: a code on the screen.
    pub const fn terminal(&mut self) -> &mut ControllingTerminal {
        &mut self.terminal
    }

    fn page(&mut self, reader: &str, page: &Page, place: &str) -> Result<String, TerminalError> {
        let rule = "-".repeat(usize::from(super::PAGE_COLUMNS));
        let mut text = format!(
            "{}\n{}   {place}   reader {reader}\n{rule}\n",
            self.banner, page.heading
        );
        for line in &page.lines {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str(&rule);
        text.push('\n');
        self.terminal.clear()?;
        self.terminal.show(&text)?;
        self.terminal
            .ask("Enter: go on   back: page before   stop: do not approve > ")
    }
}

impl People for TerminalPeople {
    fn alert(&mut self, alert: &Alert) -> Result<(), TerminalError> {
        let bar = "!".repeat(usize::from(super::PAGE_COLUMNS));
        self.terminal.clear()?;
        self.terminal.show(&format!(
            "{bar}\nALERT P1   {}\n\n{}\n\nDo not repeat the request. Call the security officer now.\nThis alert is in the journal and leads its next export.\n{bar}\n",
            alert.code, alert.sentence
        ))
    }

    fn tell(&mut self, sentence: &str) -> Result<(), TerminalError> {
        self.terminal.show(&format!("{sentence}\n"))
    }

    fn who(&mut self, place: &str) -> Result<String, TerminalError> {
        self.terminal.clear()?;
        self.terminal.show(&format!("{}\n\n", self.banner))?;
        self.terminal.ask(&format!(
            "The {place} operator alone at the keyboard. Your operator id > "
        ))
    }

    fn read(&mut self, reader: &str, screens: &[Screen]) -> Result<Reading, TerminalError> {
        let mut size = self.terminal.size()?;
        self.terminal.was_resized();
        let mut pages = paginate(screens, size.0, size.1);
        let mut index: usize = 0;
        while let Some(page) = pages.get(index).cloned() {
            let place = format!("page {}/{}", index.saturating_add(1), pages.len());
            let answer = self.page(reader, &page, &place)?;
            let now = self.terminal.size()?;
            if self.terminal.was_resized() || now != size {
                // Another size means other pages: whoever reads starts again (CLI-03).
                size = now;
                pages = paginate(screens, size.0, size.1);
                index = 0;
                continue;
            }
            match answer.as_str() {
                STOP => return Ok(Reading::Stopped),
                BACK => index = index.saturating_sub(1),
                "" => index = index.saturating_add(1),
                _ => {}
            }
        }
        Ok(Reading::Finished)
    }

    fn decide(&mut self, reader: &str, summary: &[String]) -> Result<Decision, TerminalError> {
        self.terminal.size()?;
        self.terminal.clear()?;
        let lines = summary.join("\n");
        self.terminal.show(&format!(
            "{}\nDECISION of {reader}\n\nYou approve exactly what you read:\n{lines}\n\n",
            self.banner
        ))?;
        loop {
            let answer = self.terminal.ask(&format!(
                "Type \"{APPROVE}\", or \"{REFUSE}\" and your reason > "
            ))?;
            if answer == APPROVE {
                return Ok(Decision::Approve);
            }
            if let Some(reason) = answer.strip_prefix(REFUSE) {
                return Ok(Decision::Refuse {
                    reason: reason.trim().to_owned(),
                });
            }
        }
    }

    fn pin(&mut self, whose: &str, serial: &str) -> Result<TypedPin, TerminalError> {
        let prompt = format!("PIN of the token with serial {serial} ({whose}), not shown > ");
        Ok(TypedPin::new(self.terminal.ask_secret(&prompt)?))
    }
}
