//! Where images of codes come from, behind one trait: a camera, a stream of raw images, a folder
//! of PNG images, an animated GIF.
//!
//! Knows nothing of codes. Sizes are checked before memory is taken.

mod allowance;
mod animated_gif;
mod camera;
mod image_folder;
mod newest;
mod png_image;
mod yuv4mpeg2;

use std::fs::File;
use std::io;
use std::path::Path;

use image::GrayImage;

use self::allowance::PixelAllowance;
pub use self::animated_gif::AnimatedGif;
pub use self::camera::{Camera, CameraError};
pub use self::image_folder::ImageFolder;
pub use self::newest::Newest;
pub use self::yuv4mpeg2::{StreamError, Yuv4Mpeg2};
use crate::input::{InputError, open_file};
use crate::limits::{MAX_IMAGE_PIXELS, MAX_IMAGE_SIDE};

/// Why a source gives no images.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The folder or file could not be read.
    #[error("the images could not be read ({kind}); check the place and the medium")]
    Unreadable {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
    /// It is no file, or one that is too large.
    #[error(transparent)]
    Input(InputError),
    /// The folder holds no PNG image.
    #[error("the folder holds no file whose name ends in .png; name the folder of the frames")]
    NoImages,
    /// More images than [`MAX_IMAGES`](crate::limits::MAX_IMAGES).
    #[error("there are more than {limit} images; name a folder with one transfer only")]
    TooManyImages {
        /// Images allowed.
        limit: usize,
    },
    /// More pixels than [`MAX_IMAGE_PIXELS`], or more than [`MAX_IMAGE_SIDE`] in a row or column.
    #[error(
        "image {number} (counted from 0) is {width} by {height} pixels; at most {limit} pixels \
         are read, and at most {MAX_IMAGE_SIDE} along one side"
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
    /// All images together have more pixels than their files' bytes pay for.
    #[error(
        "the images have more than {limit} pixels, or as many with nothing new in them, which is \
         more than codes in files of their size have; have them written again, by this program"
    )]
    TooMuch {
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
            Self::Unreadable { .. } | Self::Input(InputError::Unreadable { .. }) => {
                "E_IMAGE_UNREADABLE"
            }
            Self::NoImages => "E_IMAGE_NONE",
            Self::TooManyImages { .. }
            | Self::TooManyPixels { .. }
            | Self::TooMuch { .. }
            | Self::Input(InputError::TooLarge { .. }) => "E_IMAGE_SIZE",
            Self::Input(InputError::Kind { .. }) => "E_FILE_KIND",
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

impl From<InputError> for SourceError {
    fn from(error: InputError) -> Self {
        match error {
            InputError::Unreadable { kind } => Self::Unreadable { kind },
            InputError::Kind { .. } | InputError::TooLarge { .. } => Self::Input(error),
        }
    }
}

/// Something that gives one image after the other.
pub trait FrameSource {
    /// The next image; `None` when there are no more.
    ///
    /// # Errors
    /// [`SourceError`].
    fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError>;

    /// Is told how many new symbols the last image taught: a source of compressed images ends when
    /// too many of them teach nothing, for looking costs more than making them.
    ///
    /// # Errors
    /// [`SourceError::TooMuch`].
    fn taught(&mut self, symbols: usize) -> Result<(), SourceError> {
        let _ = symbols;
        Ok(())
    }
}

fn check_pixels(number: usize, width: u32, height: u32) -> Result<(), SourceError> {
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if pixels > MAX_IMAGE_PIXELS || width.max(height) > MAX_IMAGE_SIDE {
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

/// Opens a file of images, and says how many bytes it has.
fn open_image(path: &Path, limit: u64) -> Result<(File, u64), SourceError> {
    let file = open_file(path)?;
    let bytes = file.metadata()?.len();
    if bytes > limit {
        return Err(InputError::TooLarge { limit }.into());
    }
    Ok((file, bytes))
}

/// Luma of ITU-R BT.601 in whole numbers: weights 77, 150 and 29 of 256.
fn brightness([red, green, blue]: [u8; 3]) -> u8 {
    let weigh = |value: u8, weight: u16| u16::from(value).saturating_mul(weight);
    let sum = weigh(red, 77)
        .saturating_add(weigh(green, 150))
        .saturating_add(weigh(blue, 29));
    let [high, _] = sum.to_be_bytes();
    high
}
