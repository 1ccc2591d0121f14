//! The ways by which a packet comes and goes, as the command line names them.
//! Knows nothing of what a packet says; it hands over bytes, at most as many as the cap allows.
//!
//! ```
//! use transfer_format::route::{Inbound, Outbound};
//!
//! let from: Inbound = "gif:/mnt/request.gif".parse()?;
//! assert_eq!(from.to_string(), "gif:/mnt/request.gif");
//! let to: Outbound = "screen".parse()?;
//! assert_eq!(to, Outbound::Screen);
//! # Ok::<(), transfer_format::route::RouteSyntaxError>(())
//! ```

mod inbound;
mod outbound;

use std::io;
use std::path::{Path, PathBuf};

use crate::input::{FileKind, InputError};
use crate::medium::MediumError;
use crate::optical::{PlayError, ReceiveError, SinkError, WindowError};
use crate::scanner::ScannerError;

pub use self::inbound::{Inbound, MediumAccess};
pub use self::outbound::Outbound;

/// Why a text names no way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is none of {allowed}")]
pub struct RouteSyntaxError {
    /// What was given.
    pub text: String,
    /// What can be given.
    pub allowed: &'static str,
}

/// Why a packet did not come or go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The images gave no packet.
    #[error("{}: {cause}", .path.display())]
    Optical {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        cause: ReceiveError,
    },
    /// The medium gave no packet, or the packet fits no medium.
    #[error("{}: {cause}", .path.display())]
    Medium {
        /// The device or image file.
        path: PathBuf,
        /// Why.
        cause: MediumError,
    },
    /// The frames could not be written.
    #[error("{}: {cause}", .path.display())]
    Sink {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        cause: SinkError,
    },
    /// A file or device failed.
    #[error("{} cannot be {action} ({kind}); check the path and the medium", .path.display())]
    File {
        /// The file or device.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
    /// Something else than a file.
    #[error("{} is {found} where {expected} is wanted; name that itself", .path.display())]
    Kind {
        /// What was named.
        path: PathBuf,
        /// What it is.
        found: FileKind,
        /// What can be read.
        expected: &'static str,
    },
    /// A file larger than any packet.
    #[error("{} is larger than {limit} bytes, which is the most a packet may be", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes allowed.
        limit: usize,
    },
    /// A block device that could be written to.
    #[error("{} can be written to: set its write protection, or run \"blockdev --setro\" on it, and put it in again", .path.display())]
    Writable {
        /// The device.
        path: PathBuf,
    },
    /// Whether a block device is read-only is not known, which is never a yes.
    #[error("the kernel does not say whether {} is read-only ({kind}); use another medium", .path.display())]
    ProtectionUnknown {
        /// The device.
        path: PathBuf,
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
    /// The scanner gave no packet.
    #[error(transparent)]
    Scanner {
        /// Why.
        cause: ScannerError,
    },
    /// The codes could not be shown.
    #[error(transparent)]
    Play {
        /// Why.
        cause: PlayError,
    },
    /// There is no window for the codes, or no longer.
    #[error(transparent)]
    Window {
        /// Why.
        cause: WindowError,
    },
    /// A screen was named where there is none.
    #[error(
        "a screen needs a person in front of it; name frames:DIR, gif:FILE, usb:… or file:FILE"
    )]
    NoScreen,
}

/// What kind of fault kept a packet from coming or going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteFault {
    /// The medium or what is on it.
    Medium,
    /// A cap was exceeded.
    Resource,
    /// The program itself.
    Internal,
}

impl RouteError {
    /// Why the file at `path` was not read.
    pub fn unread(path: &Path, cause: InputError) -> Self {
        let path = path.to_path_buf();
        match cause {
            InputError::Unreadable { kind } => Self::File {
                path,
                action: "read",
                kind,
            },
            InputError::Kind { found, expected } => Self::Kind {
                path,
                found,
                expected,
            },
            InputError::TooLarge { limit } => Self::TooLarge {
                path,
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
            },
        }
    }

    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Optical { cause, .. } => cause.code(),
            Self::Medium { cause, .. } => cause.code(),
            Self::Sink { .. } => "E_SINK",
            Self::File { .. } => "E_FILE",
            Self::Kind { .. } => "E_FILE_KIND",
            Self::TooLarge { .. } => "E_FILE_SIZE",
            Self::Writable { .. } => "E_MEDIA_RW",
            Self::ProtectionUnknown { .. } => "E_MEDIA_PROTECTION",
            Self::Scanner { cause } => cause.code(),
            Self::Play { cause } => cause.code(),
            Self::Window { cause } => cause.code(),
            Self::NoScreen => "E_NO_SCREEN",
        }
    }

    /// What kind of fault it is, for the program's exit status.
    pub fn fault(&self) -> RouteFault {
        match self.code() {
            "E_SCANNER" | "E_SCANNER_CONFINEMENT" => RouteFault::Internal,
            "E_IMAGE_SIZE" => RouteFault::Resource,
            _ => RouteFault::Medium,
        }
    }
}

#[cfg(test)]
mod tests;
