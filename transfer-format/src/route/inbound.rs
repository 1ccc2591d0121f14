//! The ways in: a camera, images of codes, a raw medium, or a plain file.
//! Reads once and nothing but bytes; whether they are a packet is for the seal to say.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, OFlags, fcntl_setfl, fstat};

use super::{RouteError, RouteSyntaxError};
use crate::input::{self, FileKind, InputError};
use crate::limits::MAX_PACKET_BYTES;
use crate::medium::read_medium;
use crate::optical::{
    AnimatedGif, Camera, FrameSource, ImageFolder, Newest, ReceiveError, SourceError, Yuv4Mpeg2,
    receive,
};

/// Where a packet comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// A camera: the device file named, or the machine's first.
    Camera(Option<PathBuf>),
    /// A stream of raw images of codes in the format YUV4MPEG2: a file, a named pipe, or `-` for
    /// standard input.
    Stream(PathBuf),
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

const ALLOWED: &str = "camera, camera:/dev/videoN, y4m:FILE-OR-PIPE, y4m:-, frames:DIR, gif:FILE, \
                       usb:DEVICE-OR-IMAGE and file:FILE";

/// How long a source of images may give none.
const PATIENCE: Duration = Duration::from_secs(30);

impl Inbound {
    /// Reads what is there, once.
    ///
    /// # Errors
    /// [`RouteError`].
    pub fn read(&self, access: MediumAccess) -> Result<Vec<u8>, RouteError> {
        match self {
            Self::Camera(_) | Self::Stream(_) | Self::Frames(_) | Self::Gif(_) => {
                let mut source = self
                    .open_images(PATIENCE)
                    .map_err(|cause| self.no_packet(cause))?;
                let received = receive(source.as_mut()).map_err(|cause| self.no_packet(cause))?;
                Ok(received.packet)
            }
            Self::Usb(path) => {
                let opened = input::open_medium(path);
                let mut device = opened.map_err(|cause| RouteError::unread(path, cause))?;
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

    /// The images, if this way is one of images; a live source that gives none for `patience` is
    /// given up.
    ///
    /// # Errors
    /// [`RouteError::Optical`].
    pub(crate) fn images(
        &self,
        patience: Duration,
    ) -> Result<Option<Box<dyn FrameSource>>, RouteError> {
        match self {
            Self::Camera(_) | Self::Stream(_) | Self::Frames(_) | Self::Gif(_) => self
                .open_images(patience)
                .map(Some)
                .map_err(|cause| self.no_packet(cause)),
            Self::Usb(_) | Self::File(_) => Ok(None),
        }
    }

    /// Whether the bytes come through the program's standard input.
    pub fn is_standard_input(&self) -> bool {
        matches!(self, Self::Stream(path) if path.as_os_str() == "-")
    }

    /// The path that messages name.
    pub(crate) fn place(&self) -> PathBuf {
        match self {
            Self::Camera(None) => "camera".into(),
            Self::Stream(_) if self.is_standard_input() => "standard input".into(),
            Self::Camera(Some(path))
            | Self::Stream(path)
            | Self::Frames(path)
            | Self::Gif(path)
            | Self::Usb(path)
            | Self::File(path) => path.clone(),
        }
    }

    fn open_images(&self, patience: Duration) -> Result<Box<dyn FrameSource>, ReceiveError> {
        match self {
            Self::Camera(path) => {
                let path = path.clone();
                let open = move || Camera::open(path.as_deref());
                Ok(Box::new(Newest::of(open, patience)?))
            }
            Self::Stream(_) if self.is_standard_input() => standard_input(patience),
            Self::Stream(path) => stream(path, patience),
            Self::Frames(folder) => Ok(Box::new(ImageFolder::open(folder)?)),
            Self::Gif(file) => Ok(Box::new(AnimatedGif::open(file)?)),
            Self::Usb(_) | Self::File(_) => Err(SourceError::NoImages.into()),
        }
    }

    fn no_packet(&self, cause: ReceiveError) -> RouteError {
        RouteError::Optical {
            path: self.place(),
            cause,
        }
    }
}

impl FromStr for Inbound {
    type Err = RouteSyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "camera" {
            return Ok(Self::Camera(None));
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
            "camera" => Ok(Self::Camera(Some(path.into()))),
            "y4m" => Ok(Self::Stream(path.into())),
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
            Self::Camera(None) => return f.write_str("camera"),
            Self::Camera(Some(path)) => ("camera", path),
            Self::Stream(path) => ("y4m", path),
            Self::Frames(path) => ("frames", path),
            Self::Gif(path) => ("gif", path),
            Self::Usb(path) => ("usb", path),
            Self::File(path) => ("file", path),
        };
        write!(f, "{way}:{}", path.display())
    }
}

/// A recording is read image by image; a pipe does not wait for us, and only its newest image
/// counts.
fn stream(path: &Path, patience: Duration) -> Result<Box<dyn FrameSource>, ReceiveError> {
    let expected = "a file or a named pipe";
    match input::open(path, expected).map_err(SourceError::from)? {
        (file, FileKind::Regular) => Ok(Box::new(Yuv4Mpeg2::open(file)?)),
        (pipe, FileKind::Pipe) => {
            let open = move || Yuv4Mpeg2::open(written_to(pipe)?);
            Ok(Box::new(Newest::of(open, patience)?))
        }
        (_, found) => Err(SourceError::Input(InputError::Kind { found, expected }).into()),
    }
}

/// Waits until somebody writes to a pipe; from then on reading it waits as well.
fn written_to(pipe: File) -> Result<File, SourceError> {
    let failed = |error: rustix::io::Errno| SourceError::from(std::io::Error::from(error));
    poll(&mut [PollFd::new(&pipe, PollFlags::IN)], None).map_err(failed)?;
    fcntl_setfl(&pipe, OFlags::empty()).map_err(failed)?;
    Ok(pipe)
}

/// A recording that was put on standard input does wait for us, and none of its images is left out.
fn standard_input(patience: Duration) -> Result<Box<dyn FrameSource>, ReceiveError> {
    let input = rustix::stdio::stdin();
    let status = fstat(input).map_err(|error| SourceError::from(std::io::Error::from(error)))?;
    if FileType::from_raw_mode(status.st_mode) == FileType::RegularFile {
        return Ok(Box::new(Yuv4Mpeg2::open(std::io::stdin())?));
    }
    let open = || Yuv4Mpeg2::open(std::io::stdin());
    Ok(Box::new(Newest::of(open, patience)?))
}

fn read_file(path: &Path) -> Result<Vec<u8>, RouteError> {
    let cap = u64::try_from(MAX_PACKET_BYTES).unwrap_or(u64::MAX);
    input::read_file(path, cap).map_err(|cause| RouteError::unread(path, cause))
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
