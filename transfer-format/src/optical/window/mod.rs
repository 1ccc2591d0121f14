//! A window as large as the screen that shows codes with whole pixels: every module is a square of
//! the same number of pixels, black on white.
//!
//! It speaks the X11 protocol over the local socket, so it also runs under a Wayland desktop with
//! Xwayland. Knows nothing of packets.

mod bitmap;
mod display;
mod keyboard;

use std::io;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

use self::bitmap::BitOrder;
pub use self::bitmap::Bitmap;
use self::display::Display;
use self::keyboard::Keyboard;
use super::layout::Layout;
use super::player::{Draw, Key, PlayError, Room, Screen};

/// Pixels at the bottom of the window for the line of text.
const CAPTION_PIXELS: u16 = 18;
/// Pixels along one side of a module, at least: below that, no camera reads it.
const LEAST_PIXELS_PER_MODULE: usize = 2;

/// Why there is no window, or no longer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// No window system runs, or the program was not told.
    #[error(
        "there is no window system here (DISPLAY names none): name screen to show codes in the \
         terminal, or frames:DIR, gif:FILE, usb:DEVICE-OR-IMAGE or file:FILE"
    )]
    NoDisplay,
    /// The window system runs on another machine.
    #[error(
        "DISPLAY names the window system of another machine or container, and no program of \
         Coldsign uses a network: set DISPLAY to a local one such as :0, or name screen"
    )]
    NotLocal,
    /// The window system lets nobody in.
    #[error(
        "the window system does not answer or does not let this user in ({kind}): start the \
         program in the session of the user who is at the screen, or name screen"
    )]
    Refused {
        /// What was reported.
        kind: io::ErrorKind,
    },
    /// The window was closed, or its system ended.
    #[error("the window was lost ({kind}): show the codes again")]
    Lost {
        /// What was reported.
        kind: io::ErrorKind,
    },
    /// The packet is not shown.
    #[error(transparent)]
    Play(#[from] PlayError),
}

impl WindowError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoDisplay | Self::NotLocal | Self::Refused { .. } => "E_NO_SCREEN",
            Self::Lost { .. } => "E_WINDOW",
            Self::Play(PlayError::TooSmall { .. }) => "E_WINDOW_SIZE",
            Self::Play(cause) => cause.code(),
        }
    }
}

impl From<ConnectError> for WindowError {
    fn from(error: ConnectError) -> Self {
        if let ConnectError::IoError(error) = error {
            return Self::Refused { kind: error.kind() };
        }
        // The rest is about a server that answers, and answers no.
        let kind = io::ErrorKind::PermissionDenied;
        Self::Refused { kind }
    }
}

impl From<ConnectionError> for WindowError {
    fn from(error: ConnectionError) -> Self {
        if let ConnectionError::IoError(error) = error {
            return Self::Lost { kind: error.kind() };
        }
        let kind = io::ErrorKind::Other;
        Self::Lost { kind }
    }
}

impl From<ReplyError> for WindowError {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::ConnectionError(error) => error.into(),
            ReplyError::X11Error(_) => Self::Lost {
                kind: io::ErrorKind::InvalidData,
            },
        }
    }
}

impl From<ReplyOrIdError> for WindowError {
    fn from(error: ReplyOrIdError) -> Self {
        match error {
            ReplyOrIdError::ConnectionError(error) => error.into(),
            ReplyOrIdError::IdsExhausted | ReplyOrIdError::X11Error(_) => Self::Lost {
                kind: io::ErrorKind::InvalidData,
            },
        }
    }
}

/// A window on the whole screen.
///
/// ```no_run
/// use transfer_format::optical::{Profile, Window, play};
///
/// let packet = [7; 3000];
/// play(&packet, &mut Window::open()?, Profile::WINDOW)?;
/// # Ok::<(), transfer_format::optical::WindowError>(())
/// ```
pub struct Window {
    display: Display,
    keyboard: Keyboard,
    size: (u16, u16),
    shown: Option<(Arc<Bitmap>, String)>,
}

impl Window {
    /// Opens a window on the screen that `DISPLAY` names.
    ///
    /// # Errors
    /// [`WindowError`].
    pub fn open() -> Result<Self, WindowError> {
        let display = Display::open()?;
        let keyboard = Keyboard::load(&display.connection)?;
        let size = display.size;
        Ok(Self {
            display,
            keyboard,
            size,
            shown: None,
        })
    }

    /// Whether there is a window system that lets this program in; opens nothing.
    ///
    /// # Errors
    /// [`WindowError::NoDisplay`], [`WindowError::NotLocal`], [`WindowError::Refused`].
    pub fn check() -> Result<(), WindowError> {
        Display::check()
    }

    /// Does what the events ask for that have come; the first key, if there was one.
    fn handle_all(&mut self) -> Result<Option<Key>, WindowError> {
        while let Some(event) = self.display.connection.poll_for_event()? {
            let key = self.handle(&event)?;
            if key.is_some() {
                return Ok(key);
            }
        }
        Ok(None)
    }

    /// Does what an event asks for; a key, if it was one with a meaning.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the protocol has dozens of events that this window does not ask for"
    )]
    fn handle(&mut self, event: &Event) -> Result<Option<Key>, WindowError> {
        match event {
            Event::KeyPress(press) => return Ok(self.keyboard.key(press)),
            Event::ConfigureNotify(now) => self.size = (now.width, now.height),
            Event::Expose(_) => self.redraw()?,
            Event::MappingNotify(_) => {
                self.keyboard = Keyboard::load(&self.display.connection)?;
            }
            Event::ClientMessage(message) if self.display.is_close_request(message) => {
                return Ok(Some(Key::End));
            }
            Event::DestroyNotify(_) => {
                let kind = io::ErrorKind::ConnectionAborted;
                return Err(WindowError::Lost { kind });
            }
            _ => {}
        }
        Ok(None)
    }

    fn redraw(&self) -> Result<(), WindowError> {
        if let Some((bitmap, caption)) = &self.shown {
            self.clear(0, self.size.1)?;
            self.draw_bitmap(bitmap)?;
            self.draw_caption(caption)?;
            self.display.connection.flush()?;
        }
        Ok(())
    }

    fn draw_bitmap(&self, bitmap: &Bitmap) -> Result<(), WindowError> {
        let (width, height) = self.size;
        let middle = |room: u16| i16::try_from(room.saturating_sub(bitmap.side()) >> 1);
        let left = middle(width).unwrap_or(0);
        let mut top = middle(height.saturating_sub(CAPTION_PIXELS)).unwrap_or(0);
        for (rows, content) in bitmap.stripes(self.display.largest_image) {
            self.display.connection.put_image(
                ImageFormat::XY_BITMAP,
                self.display.window,
                self.display.context,
                bitmap.side(),
                rows,
                left,
                top,
                0,
                1,
                content,
            )?;
            top = top.saturating_add(i16::try_from(rows).unwrap_or(i16::MAX));
        }
        Ok(())
    }

    fn draw_caption(&self, caption: &str) -> Result<(), WindowError> {
        let top = self.size.1.saturating_sub(CAPTION_PIXELS);
        self.clear(i16::try_from(top).unwrap_or(0), CAPTION_PIXELS)?;
        let base = self.size.1.saturating_sub(5);
        let text: Vec<u8> = caption.bytes().take(usize::from(u8::MAX)).collect();
        self.display.connection.image_text8(
            self.display.window,
            self.display.context,
            8,
            i16::try_from(base).unwrap_or(0),
            &text,
        )?;
        Ok(())
    }

    /// Makes some rows of the window white.
    fn clear(&self, top: i16, rows: u16) -> Result<(), WindowError> {
        let (connection, window) = (&self.display.connection, self.display.window);
        // A width of 0 reaches to the right edge.
        connection.clear_area(false, window, 0, top, 0, rows)?;
        Ok(())
    }
}

impl Screen for Window {
    type Drawing = Arc<Bitmap>;
    type Failure = WindowError;

    fn room(&mut self) -> Result<Room, WindowError> {
        let (columns, rows) = self.size;
        Ok(Room {
            columns: usize::from(columns),
            rows: usize::from(rows.saturating_sub(CAPTION_PIXELS)),
            cells_per_module: LEAST_PIXELS_PER_MODULE,
        })
    }

    fn draw(&self, layout: Layout, room: Room) -> Draw<Arc<Bitmap>> {
        let scale = room.scale(layout);
        let order: BitOrder = self.display.order;
        Box::new(move |picture| Arc::new(Bitmap::of(picture, scale, order)))
    }

    fn show(&mut self, drawing: &Arc<Bitmap>, caption: &str) -> Result<(), WindowError> {
        let before = self.shown.as_ref().map(|(bitmap, _)| bitmap.side());
        self.shown = Some((Arc::clone(drawing), caption.to_owned()));
        if before == Some(drawing.side()) {
            self.draw_bitmap(drawing)?;
            self.draw_caption(caption)?;
        } else {
            self.redraw()?;
        }
        self.display.stay_awake()?;
        self.display.connection.flush()?;
        Ok(())
    }

    fn key(&mut self, wait: Option<Duration>) -> Result<Option<Key>, WindowError> {
        let end = wait.and_then(|wait| Instant::now().checked_add(wait));
        loop {
            if let Some(key) = self.handle_all()? {
                return Ok(Some(key));
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ok(None);
            }
            self.wait_for_event(left)?;
        }
    }
}

impl Window {
    /// Waits until the window system has something to say, for the time given at most.
    fn wait_for_event(&self, wait: Option<Duration>) -> Result<(), WindowError> {
        let stream = self.display.connection.stream().as_fd();
        let mut waiting = [PollFd::new(&stream, PollFlags::IN)];
        let wait = wait.and_then(|wait| Timespec::try_from(wait).ok());
        match poll(&mut waiting, wait.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(WindowError::Lost {
                kind: io::Error::from(error).kind(),
            }),
        }
    }
}
