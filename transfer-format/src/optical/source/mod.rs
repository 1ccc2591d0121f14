//! Where images of codes come from, behind one trait: a camera, a stream of raw images, a folder
//! of PNG images, an animated GIF.
//!
//! Knows nothing of codes. Sizes are checked before memory is taken.

mod animated_gif;
mod camera;
mod image_folder;
mod newest;
mod yuv4mpeg2;

use std::io;

use image::GrayImage;

pub use self::animated_gif::AnimatedGif;
pub use self::camera::{Camera, CameraError};
pub use self::image_folder::ImageFolder;
pub use self::newest::Newest;
pub use self::yuv4mpeg2::{StreamError, Yuv4Mpeg2};
use crate::limits::MAX_IMAGE_PIXELS;

/// Why a source gives no images.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The folder or file could not be read.
    #[error("the images could not be read ({kind}); check the place and the medium")]
    Unreadable {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
    /// The folder holds no PNG image.
    #[error("the folder holds no file whose name ends in .png; name the folder of the frames")]
    NoImages,
    /// More images than [`MAX_IMAGES`](crate::limits::MAX_IMAGES).
    #[error("there are more than {limit} images; name a folder with one transfer only")]
    TooManyImages {
        /// Images allowed.
        limit: usize,
    },
    /// More pixels than [`MAX_IMAGE_PIXELS`].
    #[error(
        "image {number} (counted from 0) is {width} by {height} pixels; at most {limit} pixels \
         are read"
    )]
    TooManyPixels {
        /// The image, from 0.
        number: usize,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Pixels allowed.
        limit: u64,
    },
    /// Not an image of the format it should be.
    #[error("image {number} (counted from 0) is damaged or no {format}; make it again")]
    Damaged {
        /// The image, from 0.
        number: usize,
        /// The format expected.
        format: &'static str,
    },
    /// The raw images are none.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// The camera gives none.
    #[error(transparent)]
    Camera(#[from] CameraError),
    /// No image came for too long.
    #[error(
        "no image came for {seconds} s; check that the camera is connected and the program that \
         feeds the images runs, then start again"
    )]
    Stalled {
        /// Seconds that were waited.
        seconds: u64,
    },
}

impl SourceError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "E_IMAGE_UNREADABLE",
            Self::NoImages => "E_IMAGE_NONE",
            Self::TooManyImages { .. } | Self::TooManyPixels { .. } => "E_IMAGE_SIZE",
            Self::Damaged { .. } => "E_IMAGE_DAMAGED",
            Self::Stream(error) => error.code(),
            Self::Camera(error) => error.code(),
            Self::Stalled { .. } => "E_IMAGE_STALLED",
        }
    }
}

impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable { kind: error.kind() }
    }
}

/// Something that gives one image after the other.
pub trait FrameSource {
    /// The next image; `None` when there are no more.
    ///
    /// # Errors
    /// [`SourceError`].
    fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError>;
}

fn check_pixels(number: usize, width: u32, height: u32) -> Result<(), SourceError> {
    if u64::from(width).saturating_mul(u64::from(height)) > MAX_IMAGE_PIXELS {
        let limit = MAX_IMAGE_PIXELS;
        return Err(SourceError::TooManyPixels {
            number,
            width,
            height,
            limit,
        });
    }
    Ok(())
}
