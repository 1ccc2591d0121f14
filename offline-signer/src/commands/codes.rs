//! Shows a packet as codes, in the station's terminal or in a window, until a key ends it.
//! Knows nothing of what the packet says.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use transfer_format::optical::{
    Bitmap, Draw, Key, Layout, PlayError, Profile, Profiles, Room, Screen, ScreenKind,
    TerminalCode, TerminalPainter, Window, WindowError, play,
};
use transfer_format::route::{Outbound, RouteError};

use crate::failure::Failure;
use crate::terminal::{ControllingTerminal, Keys};

impl From<PlayError> for Failure {
    fn from(cause: PlayError) -> Self {
        Self::Route(RouteError::Play { cause })
    }
}

impl From<WindowError> for Failure {
    fn from(cause: WindowError) -> Self {
        Self::Route(RouteError::Window { cause })
    }
}

/// Shows a packet in the terminal.
pub(super) fn show_in_terminal(
    packet: &[u8],
    terminal: &mut ControllingTerminal,
    start: Profile,
) -> Result<(), Failure> {
    on_terminal(terminal, |screen| play(packet, screen, start))?;
    Ok(())
}

/// Shows a packet in a window; the terminal is watched, so that Ctrl-C there ends it as well.
pub(super) fn show_in_window(
    packet: &[u8],
    terminal: &mut ControllingTerminal,
    start: Profile,
) -> Result<(), Failure> {
    play(packet, &mut WatchedWindow::open(terminal)?, start)?;
    Ok(())
}

/// Takes the terminal over for something that is shown, and clears it afterwards.
pub(super) fn on_terminal<T>(
    terminal: &mut ControllingTerminal,
    work: impl FnOnce(&mut TerminalScreen<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut screen = TerminalScreen {
        terminal: terminal.keys()?,
        painter: TerminalPainter::default(),
    };
    screen.terminal.draw(TerminalPainter::BEGIN)?;
    let done = work(&mut screen);
    let left = screen.terminal.draw(TerminalPainter::END);
    drop(screen);
    let cleared = terminal.clear();
    let done = done?;
    left.and(cleared)?;
    Ok(done)
}

/// The profiles of this machine, and a sentence if they could not be read: that codes are shown at
/// all does not depend on them.
pub(super) fn remembered(home: &Path) -> (Profiles, Option<String>) {
    match Profiles::load(home) {
        Ok(profiles) => (profiles, None),
        Err(error) => (Profiles::default(), Some(error.to_string())),
    }
}

/// The station's terminal as a screen.
pub(super) struct TerminalScreen<'t> {
    terminal: Keys<'t>,
    painter: TerminalPainter,
}

impl Screen for TerminalScreen<'_> {
    type Drawing = String;
    type Failure = Failure;

    fn room(&mut self) -> Result<Room, Failure> {
        let (columns, rows) = self.terminal.size()?;
        Ok(TerminalCode::room(columns, rows))
    }

    fn draw(&self, _: Layout, _: Room) -> Draw<String> {
        Box::new(TerminalCode::draw)
    }

    fn show(&mut self, drawing: &String, caption: &str) -> Result<(), Failure> {
        let (columns, _) = self.terminal.size()?;
        let text = self.painter.paint(drawing, caption, columns);
        Ok(self.terminal.draw(&text)?)
    }

    fn key(&mut self, wait: Option<Duration>) -> Result<Option<Key>, Failure> {
        let end = wait.and_then(|wait| Instant::now().checked_add(wait));
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let Some(typed) = self.terminal.key_within(left)? else {
                return Ok(None);
            };
            if let Some(key) = Key::of(typed) {
                return Ok(Some(key));
            }
        }
    }
}

/// A window, and the terminal from which the session is ended.
pub(super) struct WatchedWindow<'t> {
    window: Window,
    terminal: Keys<'t>,
}

impl<'t> WatchedWindow<'t> {
    /// Opens a window.
    pub(super) fn open(terminal: &'t mut ControllingTerminal) -> Result<Self, Failure> {
        Ok(Self {
            window: Window::open()?,
            terminal: terminal.keys()?,
        })
    }
}

/// How long a signal goes unnoticed, at most.
const TURN: Duration = Duration::from_millis(200);

impl Screen for WatchedWindow<'_> {
    type Drawing = Arc<Bitmap>;
    type Failure = Failure;

    fn room(&mut self) -> Result<Room, Failure> {
        Ok(self.window.room()?)
    }

    fn draw(&self, layout: Layout, room: Room) -> Draw<Arc<Bitmap>> {
        self.window.draw(layout, room)
    }

    fn show(&mut self, drawing: &Arc<Bitmap>, caption: &str) -> Result<(), Failure> {
        Ok(self.window.show(drawing, caption)?)
    }

    fn key(&mut self, wait: Option<Duration>) -> Result<Option<Key>, Failure> {
        let end = wait.and_then(|wait| Instant::now().checked_add(wait));
        loop {
            self.terminal.still_here()?;
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let turn = left.unwrap_or(TURN).min(TURN);
            if let Some(key) = self.window.key(Some(turn))? {
                return Ok(Some(key));
            }
            if end.is_some_and(|end| end <= Instant::now()) {
                return Ok(None);
            }
        }
    }
}

/// What kind of screen shows a way out, if one does.
pub(super) const fn kind(to: &Outbound) -> Option<ScreenKind> {
    match to {
        Outbound::Screen => Some(ScreenKind::Terminal),
        Outbound::Window => Some(ScreenKind::Window),
        Outbound::Frames(_) | Outbound::Gif(_) | Outbound::Usb(_) | Outbound::File(_) => None,
    }
}
