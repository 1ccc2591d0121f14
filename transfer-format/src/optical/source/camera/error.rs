//! Why a camera gives no images, in words for the person at the station.
//! Knows nothing of the calls behind it.

use std::io;
use std::path::PathBuf;

/// Why a camera gives no images.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// No camera is connected.
    #[error(
        "no camera is connected: there is no /dev/video device. Connect one, or use another way \
         such as y4m:-, frames:DIR or usb:DEVICE"
    )]
    Absent,
    /// The named camera does not exist.
    #[error("{} does not exist: \"ls /dev/video*\" shows which cameras are there", .path.display())]
    Unknown {
        /// What was named.
        path: PathBuf,
    },
    /// The user may not use the camera.
    #[error(
        "you may not use {}: run \"sudo usermod -aG video $USER\", log out and in again",
        .path.display()
    )]
    Permission {
        /// The camera.
        path: PathBuf,
    },
    /// Another program uses the camera.
    #[error("{} is used by another program: \"fuser {}\" shows which; end it", .path.display(), .path.display())]
    Busy {
        /// The camera.
        path: PathBuf,
    },
    /// The device is none that captures images.
    #[error("{} is no camera that sends images; name another of /dev/video*", .path.display())]
    NoCamera {
        /// The device.
        path: PathBuf,
    },
    /// A program poses as a camera.
    #[error(
        "{} is a virtual camera (driver {driver}): what it shows comes from a program, not from a \
         lens. Name a real camera; a stream that is wanted comes by y4m:-", .path.display()
    )]
    Virtual {
        /// The device.
        path: PathBuf,
        /// The kernel driver behind it.
        driver: String,
    },
    /// No format that is read here.
    #[error(
        "{} sends images as {offered} and none of them is read here: GREY, YUYV or MJPG is needed",
        .path.display()
    )]
    Format {
        /// The camera.
        path: PathBuf,
        /// The formats it offers.
        offered: String,
    },
    /// The camera sends nothing but damaged images.
    #[error("{} sent {images} damaged images in a row: connect it anew or use another", .path.display())]
    Damaged {
        /// The camera.
        path: PathBuf,
        /// Images that were damaged.
        images: u32,
    },
    /// The camera sent nothing.
    #[error("{} sends no images: connect it anew or use another", .path.display())]
    Silent {
        /// The camera.
        path: PathBuf,
    },
    /// The camera refused a call.
    #[error("{} cannot {action} ({kind}): connect it anew or use another", .path.display())]
    Device {
        /// The camera.
        path: PathBuf,
        /// What it was told to do.
        action: &'static str,
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
}

impl CameraError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Absent | Self::Unknown { .. } => "E_CAMERA_ABSENT",
            Self::Permission { .. } => "E_CAMERA_PERMISSION",
            Self::Busy { .. } => "E_CAMERA_BUSY",
            Self::Virtual { .. } => "E_CAMERA_VIRTUAL",
            Self::Format { .. } => "E_CAMERA_FORMAT",
            Self::NoCamera { .. }
            | Self::Damaged { .. }
            | Self::Silent { .. }
            | Self::Device { .. } => "E_CAMERA_DEVICE",
        }
    }
}
