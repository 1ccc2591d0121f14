//! A camera of the kernel (V4L2) as a source: found, set up for codes, and read.
//!
//! Knows nothing of codes. What a camera sends is as hostile as any other image: its size is
//! checked when it is set up, its bytes whenever an image comes. It was built against the kernel's
//! documentation and a camera made up for the tests; no lens has been in front of it yet.

mod device;
mod error;
mod kernel;
mod negotiation;
mod pixels;

use std::path::Path;
use std::time::Duration;

use image::GrayImage;

use self::device::{Layout, VideoDevice};
use self::kernel::KernelDevice;
use super::{FrameSource, SourceError};

pub use self::error::CameraError;

/// How long one image may take before the camera is asked again.
const PATIENCE: Duration = Duration::from_secs(5);
/// Damaged images in a row that a camera may send.
const MAX_DAMAGED: u32 = 100;

/// An open camera that sends images.
pub struct Camera {
    running: Running<KernelDevice>,
}

impl Camera {
    /// Opens the camera at `path`, or the first real one of the machine, and starts it.
    ///
    /// # Errors
    /// [`SourceError::Camera`].
    pub fn open(path: Option<&Path>) -> Result<Self, SourceError> {
        let device = match path {
            Some(path) => identified(KernelDevice::open(path)?)?,
            None => first(kernel::candidates()?)?,
        };
        Ok(Self {
            running: Running::start(device)?,
        })
    }
}

impl FrameSource for Camera {
    fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError> {
        self.running.next_image().map(Some)
    }
}

/// The first of the devices that is a real camera; what the first one lacks, if none is.
fn first<D: VideoDevice>(
    devices: impl IntoIterator<Item = Result<D, CameraError>>,
) -> Result<D, CameraError> {
    let mut reason = None;
    for device in devices {
        match device.and_then(identified) {
            Ok(device) => return Ok(device),
            Err(error) => {
                reason.get_or_insert(error);
            }
        }
    }
    Err(reason.unwrap_or(CameraError::Absent))
}

/// The device, if it is a camera and no program that poses as one.
fn identified<D: VideoDevice>(mut device: D) -> Result<D, CameraError> {
    let identity = device.identity()?;
    if identity.is_virtual() {
        return Err(CameraError::Virtual {
            path: device.path(),
            driver: identity.driver,
        });
    }
    if !identity.captures {
        return Err(CameraError::NoCamera {
            path: device.path(),
        });
    }
    Ok(device)
}

/// A camera that sends images in a known layout.
struct Running<D> {
    device: D,
    layout: Layout,
}

impl<D: VideoDevice> Running<D> {
    fn start(mut device: D) -> Result<Self, CameraError> {
        let modes = device.modes()?;
        let mode = negotiation::choose(&modes).ok_or_else(|| CameraError::Format {
            path: device.path(),
            offered: negotiation::names(&modes),
        })?;
        let layout = device.set_up(mode)?;
        layout.check(mode.format, &device.path())?;
        device.start()?;
        Ok(Self { device, layout })
    }

    /// The next image that is not damaged.
    fn next_image(&mut self) -> Result<GrayImage, SourceError> {
        for _ in 0..MAX_DAMAGED {
            let layout = self.layout;
            let mut image = None;
            self.device.next_image(PATIENCE, &mut |bytes| {
                image = pixels::brightness(&layout, bytes);
            })?;
            if let Some(image) = image {
                return Ok(image);
            }
        }
        Err(CameraError::Damaged {
            path: self.device.path(),
            images: MAX_DAMAGED,
        }
        .into())
    }
}

#[cfg(test)]
mod tests;
