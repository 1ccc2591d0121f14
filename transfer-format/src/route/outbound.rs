//! The ways out: a screen, images of codes, a raw medium, or a plain file.
//! Never replaces a file; a device is written from its first byte.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{RouteError, RouteSyntaxError};
use crate::durable::{folder_of, write_new};
use crate::medium::to_medium;
use crate::optical::{SinkOptions, Window, write_gif, write_png_folder};

/// Where a packet goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outbound {
    /// The terminal, as codes one after the other. The program shows them; see
    /// [`TerminalCode`](crate::optical::TerminalCode).
    Screen,
    /// A window on the whole screen, as codes one after the other. The program shows them; see
    /// [`Window`].
    Window,
    /// A new folder of PNG images of codes.
    Frames(PathBuf),
    /// A new animated GIF of codes.
    Gif(PathBuf),
    /// A block device, or a new image of one, without a file system.
    Usb(PathBuf),
    /// A new file that holds the packet and nothing else.
    File(PathBuf),
}

const ALLOWED: &str = "screen, window, frames:DIR, gif:FILE, usb:DEVICE-OR-IMAGE and file:FILE";

impl Outbound {
    /// Makes sure, before anything is worth sending, that [`Self::write`] will not find something
    /// in its way: what must be new does not exist, and its folder does.
    ///
    /// # Errors
    /// [`RouteError::File`] with what is in the way; [`RouteError::Window`] without a window system.
    pub fn check(&self) -> Result<(), RouteError> {
        let (path, may_exist) = match self {
            Self::Frames(path) => (
                path,
                fs::read_dir(path).is_ok_and(|mut names| names.next().is_none()),
            ),
            Self::Usb(path) => (path, is_block_device(path)),
            Self::Gif(path) | Self::File(path) => (path, false),
            Self::Screen => return Ok(()),
            Self::Window => return Window::check().map_err(|cause| RouteError::Window { cause }),
        };
        let found = |kind| RouteError::File {
            path: path.clone(),
            action: "written",
            kind,
        };
        if path.symlink_metadata().is_ok() && !may_exist {
            return Err(found(io::ErrorKind::AlreadyExists));
        }
        let folder = folder_of(path);
        if matches!(self, Self::Frames(_)) || folder.is_dir() {
            return Ok(());
        }
        Err(found(io::ErrorKind::NotFound))
    }

    /// Writes a packet and says what was written.
    ///
    /// # Errors
    /// [`RouteError`]; [`RouteError::NoScreen`] for a screen or window, which only a program can show.
    pub fn write(&self, packet: &[u8]) -> Result<String, RouteError> {
        let options = SinkOptions::default();
        match self {
            Self::Screen | Self::Window => Err(RouteError::NoScreen),
            Self::Frames(folder) => write_png_folder(folder, packet, &options)
                .map(|count| format!("{count} frames in {}", folder.display()))
                .map_err(|cause| RouteError::Sink {
                    path: folder.clone(),
                    cause,
                }),
            Self::Gif(file) => write_gif(file, packet, &options)
                .map(|count| format!("{count} frames in {}", file.display()))
                .map_err(|cause| RouteError::Sink {
                    path: file.clone(),
                    cause,
                }),
            Self::Usb(path) => {
                let bytes = to_medium(packet).map_err(|cause| RouteError::Medium {
                    path: path.clone(),
                    cause,
                })?;
                write_medium(path, &bytes).map_err(|error| unwritable(path, &error))?;
                Ok(format!("{} bytes on {}", bytes.len(), path.display()))
            }
            Self::File(path) => {
                write_new(path, packet).map_err(|error| unwritable(path, &error))?;
                Ok(format!("{} bytes in {}", packet.len(), path.display()))
            }
        }
    }
}

impl FromStr for Outbound {
    type Err = RouteSyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "screen" => return Ok(Self::Screen),
            "window" => return Ok(Self::Window),
            _ => {}
        }
        let unknown = || RouteSyntaxError {
            text: text.to_owned(),
            allowed: ALLOWED,
        };
        let (way, path) = text.split_once(':').ok_or_else(unknown)?;
        if path.is_empty() {
            return Err(unknown());
        }
        match way {
            "frames" => Ok(Self::Frames(path.into())),
            "gif" => Ok(Self::Gif(path.into())),
            "usb" => Ok(Self::Usb(path.into())),
            "file" => Ok(Self::File(path.into())),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Screen => f.write_str("screen"),
            Self::Window => f.write_str("window"),
            Self::Frames(path) => write!(f, "frames:{}", path.display()),
            Self::Gif(path) => write!(f, "gif:{}", path.display()),
            Self::Usb(path) => write!(f, "usb:{}", path.display()),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

fn write_medium(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if !is_block_device(path) {
        return write_new(path, bytes);
    }
    let mut device = OpenOptions::new().write(true).open(path)?;
    device.write_all(bytes)?;
    device.sync_all()
}

fn is_block_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.file_type().is_block_device())
}

fn unwritable(path: &Path, error: &io::Error) -> RouteError {
    RouteError::File {
        path: path.to_path_buf(),
        action: "written",
        kind: error.kind(),
    }
}
