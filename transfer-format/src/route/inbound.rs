//! The ways in: images of codes, a raw medium, or a plain file.
//! Reads once and nothing but bytes; whether they are a packet is for the seal to say.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{RouteError, RouteSyntaxError};
use crate::limits::MAX_PACKET_BYTES;
use crate::medium::read_medium;
use crate::optical::{AnimatedGif, FrameSource, ImageFolder, ReceiveError, receive};

/// Where a packet comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// A folder of PNG images of codes.
    Frames(PathBuf),
    /// An animated GIF of codes.
    Gif(PathBuf),
    /// A block device or an image of one, without a file system.
    Usb(PathBuf),
    /// A file that holds a packet and nothing else.
    File(PathBuf),
}

/// What is demanded of a block device before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediumAccess {
    /// The kernel says that it cannot be written to. What the key-management zone demands.
    ReadOnly,
    /// Nothing.
    Any,
}

const ALLOWED: &str = "frames:DIR, gif:FILE, usb:DEVICE-OR-IMAGE and file:FILE";

impl Inbound {
    /// Reads what is there, once.
    ///
    /// # Errors
    /// [`RouteError`].
    pub fn read(&self, access: MediumAccess) -> Result<Vec<u8>, RouteError> {
        match self {
            Self::Frames(folder) => ImageFolder::open(folder)
                .map_err(ReceiveError::from)
                .and_then(|mut source| packet(&mut source))
                .map_err(|cause| RouteError::Optical {
                    path: folder.clone(),
                    cause,
                }),
            Self::Gif(file) => AnimatedGif::open(file)
                .map_err(ReceiveError::from)
                .and_then(|mut source| packet(&mut source))
                .map_err(|cause| RouteError::Optical {
                    path: file.clone(),
                    cause,
                }),
            Self::Usb(path) => {
                let mut device = open(path)?;
                if access == MediumAccess::ReadOnly {
                    check_read_only(path, &device)?;
                }
                read_medium(&mut device).map_err(|cause| RouteError::Medium {
                    path: path.clone(),
                    cause,
                })
            }
            Self::File(path) => read_file(path),
        }
    }
}

impl FromStr for Inbound {
    type Err = RouteSyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
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

impl fmt::Display for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (way, path) = match self {
            Self::Frames(path) => ("frames", path),
            Self::Gif(path) => ("gif", path),
            Self::Usb(path) => ("usb", path),
            Self::File(path) => ("file", path),
        };
        write!(f, "{way}:{}", path.display())
    }
}

fn packet(source: &mut dyn FrameSource) -> Result<Vec<u8>, ReceiveError> {
    receive(source).map(|received| received.packet)
}

fn open(path: &Path) -> Result<File, RouteError> {
    File::open(path).map_err(|error| RouteError::File {
        path: path.to_path_buf(),
        action: "read",
        kind: error.kind(),
    })
}

fn read_file(path: &Path) -> Result<Vec<u8>, RouteError> {
    let mut bytes = Vec::new();
    // One byte past the cap tells a file that is too large from one that just fits.
    let cap = u64::try_from(MAX_PACKET_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    open(path)?
        .take(cap)
        .read_to_end(&mut bytes)
        .map_err(|error| RouteError::File {
            path: path.to_path_buf(),
            action: "read",
            kind: error.kind(),
        })?;
    if bytes.len() > MAX_PACKET_BYTES {
        return Err(RouteError::TooLarge {
            path: path.to_path_buf(),
            limit: MAX_PACKET_BYTES,
        });
    }
    Ok(bytes)
}

/// Asks the kernel about the very device that is open, not about its name.
fn check_read_only(path: &Path, device: &File) -> Result<(), RouteError> {
    let unknown = |error: std::io::Error| RouteError::ProtectionUnknown {
        path: path.to_path_buf(),
        kind: error.kind(),
    };
    let metadata = device.metadata().map_err(unknown)?;
    if !metadata.file_type().is_block_device() {
        return Ok(());
    }
    let answer = fs::read_to_string(read_only_attribute(&metadata)).map_err(unknown)?;
    if answer.trim() == "1" {
        return Ok(());
    }
    Err(RouteError::Writable {
        path: path.to_path_buf(),
    })
}

/// Where sysfs keeps the answer: Documentation/ABI/stable/sysfs-block, attribute `ro`.
fn read_only_attribute(metadata: &Metadata) -> PathBuf {
    let device = metadata.rdev();
    // The split of a device number is that of glibc's makedev(3).
    let major = ((device >> 8) & 0xfff) | ((device >> 32) & 0xffff_f000);
    let minor = (device & 0xff) | ((device >> 12) & 0xffff_ff00);
    PathBuf::from(format!("/sys/dev/block/{major}:{minor}/ro"))
}
