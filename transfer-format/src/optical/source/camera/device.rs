//! What is asked of a camera, whoever answers: the kernel, or a test.
//! Knows nothing of system calls.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::CameraError;
use crate::limits::MAX_IMAGE_PIXELS;

/// Drivers of programs that pose as cameras.
const VIRTUAL_DRIVERS: [&str; 5] = ["v4l2 loopback", "v4l2loopback", "vivid", "vimc", "akvcam"];

/// What a device says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// The kernel driver, printable.
    pub(super) driver: String,
    /// Whether it captures images and streams them.
    pub(super) captures: bool,
}

impl Identity {
    pub(super) fn is_virtual(&self) -> bool {
        VIRTUAL_DRIVERS.contains(&self.driver.as_str())
    }
}

/// A layout of pixels, by its four characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PixelFormat(pub(super) [u8; 4]);

impl PixelFormat {
    /// Eight bits of brightness.
    pub(super) const GREY: Self = Self(*b"GREY");
    /// Brightness and colour by turns.
    pub(super) const YUYV: Self = Self(*b"YUYV");
    /// A JPEG image for each.
    pub(super) const MJPG: Self = Self(*b"MJPG");
}

/// One way in which a camera can send images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode {
    pub(super) format: PixelFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    /// The time from one image to the next, in microseconds; 0 if the camera does not say.
    pub(super) interval: u32,
}

/// The way a camera was set up, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) format: PixelFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bytes from the start of one row to that of the next; no meaning for MJPG.
    pub(super) stride: u32,
}

impl Layout {
    /// Whether it is what was asked for, in a size that is read.
    pub(super) fn check(&self, asked: PixelFormat, path: &Path) -> Result<(), CameraError> {
        let pixels = u64::from(self.width).saturating_mul(u64::from(self.height));
        if self.format == asked && (1..=MAX_IMAGE_PIXELS).contains(&pixels) {
            return Ok(());
        }
        Err(CameraError::Device {
            path: path.to_path_buf(),
            action: "be set up for images of a size that is read",
            kind: std::io::ErrorKind::Unsupported,
        })
    }
}

/// A device that may be a camera.
pub(super) trait VideoDevice {
    /// Its path, for messages.
    fn path(&self) -> PathBuf;

    /// What it says it is.
    fn identity(&mut self) -> Result<Identity, CameraError>;

    /// The ways in which it can send images.
    fn modes(&mut self) -> Result<Vec<Mode>, CameraError>;

    /// Sets it up; the device has the last word.
    fn set_up(&mut self, mode: Mode) -> Result<Layout, CameraError>;

    /// Has it send images.
    fn start(&mut self) -> Result<(), CameraError>;

    /// Gives the bytes of the next image to `take`.
    fn next_image(
        &mut self,
        patience: Duration,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CameraError>;
}
