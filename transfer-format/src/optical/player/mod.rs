//! Shows a packet on a screen, at a steady rate, until somebody ends it.
//!
//! A thread draws ahead of what is shown, so that the rate is the screen's and not the encoder's.
//! Density and rate can be changed while it runs: symbols have one size whatever the density, so
//! every code that was read before still counts.
//!
//! Knows nothing of terminals and windows; a [`Screen`] does.

mod key;
mod preparation;

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use self::key::Key;
use self::preparation::{Preparation, prepare_at_most};
use super::code::CodeError;
use super::layout::Layout;
use super::picture::Picture;
use super::profile::Profile;
use super::sender::{SendError, Sender};

/// Why a packet is not shown, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlayError {
    /// The packet cannot be sent as codes.
    #[error(transparent)]
    Send(#[from] SendError),
    /// A frame could not be drawn.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// Not even the smallest code fits.
    #[error(
        "the smallest code needs {needed} modules a side, quiet zone included, and the screen has \
         room for {room}: enlarge it, choose a smaller font, or send to a file"
    )]
    TooSmall {
        /// Modules of the smallest code.
        needed: usize,
        /// Modules that fit.
        room: usize,
    },
    /// The thread that draws could not be started, or stopped.
    #[error("codes cannot be drawn ahead ({kind}): close other programs and start again")]
    Thread {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
}

impl PlayError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Send(_) => "E_PACKET_SIZE",
            Self::TooSmall { .. } => "E_TERMINAL_SIZE",
            Self::Code(_) | Self::Thread { .. } => "E_SINK",
        }
    }
}

/// How much a screen can show, in its own cells: pixels, or half characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Cells from left to right.
    pub columns: usize,
    /// Cells from top to bottom, without the caption.
    pub rows: usize,
    /// Cells along one side of a module, at least.
    pub cells_per_module: usize,
}

impl Room {
    /// Modules along one side of the largest square that fits.
    pub fn modules(self) -> usize {
        let cells = self.columns.min(self.rows);
        cells.checked_div(self.cells_per_module).unwrap_or(0)
    }

    /// Cells along one side of a module of this layout: as many as fit.
    pub fn scale(self, layout: Layout) -> usize {
        let cells = self.columns.min(self.rows);
        cells.checked_div(layout.modules()).unwrap_or(0)
    }
}

/// Draws a picture as a screen wants it; called by the thread that draws ahead.
pub type Draw<D> = Box<dyn Fn(&Picture) -> D + Send>;

/// Something that shows codes: a terminal, a window.
pub trait Screen {
    /// A picture, ready to be shown.
    type Drawing: Send + 'static;
    /// Why the screen failed.
    type Failure: From<PlayError>;

    /// How much it can show now; people change the size of windows and of characters.
    ///
    /// # Errors
    /// If the screen is gone.
    fn room(&mut self) -> Result<Room, Self::Failure>;

    /// How pictures of a layout are drawn in this room.
    fn draw(&self, layout: Layout, room: Room) -> Draw<Self::Drawing>;

    /// Shows a drawing in place of the one before it, and a line of text.
    ///
    /// # Errors
    /// If the screen is gone.
    fn show(&mut self, drawing: &Self::Drawing, caption: &str) -> Result<(), Self::Failure>;

    /// Waits for a key: until one is pressed, or for the time given at most. Keys without a
    /// meaning do not end the wait.
    ///
    /// # Errors
    /// If the screen is gone.
    fn key(&mut self, wait: Option<Duration>) -> Result<Option<Key>, Self::Failure>;
}

/// Shows a packet from `start` on, smaller where the screen has not the room and where the packet
/// needs no more, until [`Key::End`]. Returns the profile at the end.
///
/// # Errors
/// The screen's own, and those of [`PlayError`].
pub fn play<S: Screen>(
    packet: &[u8],
    screen: &mut S,
    start: Profile,
) -> Result<Profile, S::Failure> {
    let sender = Arc::new(Sender::new(packet).map_err(PlayError::from)?);
    let mut wanted = Profile {
        layout: start.layout.no_more_than_needed(packet.len()),
        rate: start.rate,
    };
    let mut next_symbol = 0;
    let mut pace = Pace::start();
    loop {
        let room = screen.room()?;
        let fitting = within(wanted.layout, room)?;
        let mut row =
            Preparation::start(&sender, fitting, next_symbol, screen.draw(fitting, room))?;
        // Until the room or the layout changes: then everything prepared is of the wrong size.
        loop {
            let ready = row.next()?;
            let caption = caption(&sender, fitting, wanted, ready.first_symbol);
            screen.show(&ready.drawing, &caption)?;
            next_symbol = ready.next_symbol;
            let turn = wait(screen, &mut pace, &mut wanted, room)?;
            if turn == Turn::End {
                let (layout, rate) = (fitting, wanted.rate);
                return Ok(Profile { layout, rate });
            }
            if screen.room()? != room || within(wanted.layout, room)? != fitting {
                break;
            }
        }
    }
}

/// Shows so many screens of a sender, with one caption, and looks at no key but [`Key::End`], which
/// it returns.
///
/// # Errors
/// The screen's own, and those of [`PlayError`].
pub fn show_some<S: Screen>(
    sender: &Arc<Sender>,
    screen: &mut S,
    profile: Profile,
    (screens, caption): (u32, &str),
) -> Result<Option<Key>, S::Failure> {
    let room = screen.room()?;
    let layout = within(profile.layout, room)?;
    let screens = usize::try_from(screens).unwrap_or(usize::MAX);
    let mut row = prepare_at_most(sender, layout, (0, screens), screen.draw(layout, room))?;
    let mut pace = Pace::start();
    while let Some(ready) = row.find() {
        screen.show(&ready?.drawing, caption)?;
        pace.advance(profile.rate.period());
        while let Some(key) = screen.key(Some(pace.left()))? {
            if key == Key::End {
                return Ok(Some(key));
            }
        }
    }
    Ok(None)
}

/// What follows a screen that was shown for its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Next,
    End,
}

/// Waits until the next screen is due and does what the keys say.
fn wait<S: Screen>(
    screen: &mut S,
    pace: &mut Pace,
    wanted: &mut Profile,
    room: Room,
) -> Result<Turn, S::Failure> {
    let mut paused = false;
    pace.advance(wanted.rate.period());
    loop {
        let left = if paused { None } else { Some(pace.left()) };
        match screen.key(left)? {
            None => return Ok(Turn::Next),
            Some(Key::End) => return Ok(Turn::End),
            Some(Key::Pause) => {
                paused = !paused;
                *pace = Pace::start();
            }
            Some(Key::Denser) => wanted.layout = wanted.layout.denser(room.modules()),
            Some(Key::Sparser) => wanted.layout = wanted.layout.sparser(room.modules()),
            Some(Key::Faster) => wanted.rate = wanted.rate.faster(),
            Some(Key::Slower) => wanted.rate = wanted.rate.slower(),
        }
    }
}

/// The layout, or the next smaller one that fits.
fn within(layout: Layout, room: Room) -> Result<Layout, PlayError> {
    let [smallest, ..] = Layout::LADDER;
    let (needed, room) = (smallest.modules(), room.modules());
    let fitting = layout.within(room);
    fitting.ok_or(PlayError::TooSmall { needed, room })
}

fn caption(sender: &Sender, layout: Layout, profile: Profile, symbol: u32) -> String {
    let (rate, needed) = (profile.rate, sender.source_symbols());
    format!(
        "{layout} {rate}  symbol {symbol} of {needed}   +- density  <> speed  space pause  q end"
    )
}

/// When the next screen is due: the time of the first one and whole periods after it, so that what
/// one screen took too long does not delay all later ones.
struct Pace {
    due: Instant,
}

impl Pace {
    fn start() -> Self {
        Self {
            due: Instant::now(),
        }
    }

    /// Moves on by one period; from now on if the screen has fallen behind by more.
    fn advance(&mut self, period: Duration) {
        let now = Instant::now();
        let due = self.due.checked_add(period).unwrap_or(now);
        self.due = if due < now {
            now.checked_add(period).unwrap_or(now)
        } else {
            due
        };
    }

    /// The time until then.
    fn left(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }
}

#[cfg(test)]
mod tests;
