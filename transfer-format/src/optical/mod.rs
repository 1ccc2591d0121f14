//! The optical channel: one packet as an endless loop of numeric QR codes, and back.
//!
//! A packet is cut into symbols of the fountain code RaptorQ (RFC 6330); a frame carries a header
//! and some of them; a receiver needs about as many symbols as the packet has, no matter which.
//! Everything in a frame is hostile until the packet's SHA-256 and, later, its seal were checked.
//!
//! Knows nothing of what a packet says.
//!
//! ```
//! use transfer_format::optical::{Density, Receiver, Sender};
//!
//! let packet = vec![7; 3000];
//! let sender = Sender::new(&packet)?;
//! let mut receiver = Receiver::new();
//! // A camera that misses every other frame.
//! for frame in sender.frames(Density::V20.symbols_per_frame()).step_by(2).take(8) {
//!     receiver.accept_text(&frame.to_text());
//! }
//! assert_eq!(receiver.into_packet(), Some(packet));
//! # Ok::<(), transfer_format::optical::SendError>(())
//! ```

mod code;
mod density;
mod digits;
mod fountain;
mod frame;
mod layout;
mod picture;
mod player;
mod profile;
mod reader;
mod receiver;
mod scan;
mod sender;
mod sink;
mod source;
mod terminal;
mod transfer;
mod window;

pub use code::{Code, CodeError};
pub use density::Density;
pub use digits::{DigitsError, digits_of, from_digits};
pub use frame::{Frame, FrameError, FrameHeader, TransferId};
pub use layout::{CodesPerScreen, Layout, LayoutError};
pub use picture::Picture;
pub use player::{Draw, Key, PlayError, Room, Screen, play, show_some};
pub use profile::{FrameRate, Profile, ProfileError, Profiles, ProfilesError, ScreenKind};
pub use reader::CodeReader;
pub use receiver::{Progress, ReceiveStatistics, Receiver};
pub use scan::{ReceiveError, Received, read_codes, receive};
pub use sender::{Frames, SendError, Sender};
pub use sink::{SinkError, SinkOptions, write_gif, write_png_folder};
pub use source::{
    AnimatedGif, Camera, CameraError, FrameSource, ImageFolder, Newest, SourceError, StreamError,
    Yuv4Mpeg2,
};
pub use terminal::{TerminalCode, TerminalError, TerminalPainter};
pub use window::{Bitmap, Window, WindowError};

#[cfg(test)]
mod tests;
