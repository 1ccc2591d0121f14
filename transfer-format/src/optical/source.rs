//! Where images of codes come from, behind one trait: a folder of PNG images, an animated GIF.
//! Knows nothing of codes. Sizes are checked before memory is taken.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use image::codecs::png::PngDecoder;
use image::{DynamicImage, GrayImage, ImageDecoder as _, Luma};

use crate::limits::{MAX_IMAGE_PIXELS, MAX_IMAGES};

/// Bytes a decoded image may take: 16 bits for each of two channels of the largest image.
const MAX_DECODED_BYTES: u64 = MAX_IMAGE_PIXELS.saturating_mul(4);

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
    /// More images than [`MAX_IMAGES`].
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
}

impl SourceError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "E_IMAGE_UNREADABLE",
            Self::NoImages => "E_IMAGE_NONE",
            Self::TooManyImages { .. } | Self::TooManyPixels { .. } => "E_IMAGE_SIZE",
            Self::Damaged { .. } => "E_IMAGE_DAMAGED",
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

/// The PNG images of a folder, in the order of their names.
pub struct ImageFolder {
    paths: std::vec::IntoIter<PathBuf>,
    number: usize,
}

impl ImageFolder {
    /// The files in `folder` whose names end in `.png`.
    ///
    /// # Errors
    /// [`SourceError::Unreadable`], [`SourceError::NoImages`], [`SourceError::TooManyImages`].
    pub fn open(folder: &Path) -> Result<Self, SourceError> {
        let mut paths = BTreeSet::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "png") {
                paths.insert(path);
            }
            if paths.len() > MAX_IMAGES {
                return Err(SourceError::TooManyImages { limit: MAX_IMAGES });
            }
        }
        if paths.is_empty() {
            return Err(SourceError::NoImages);
        }
        Ok(Self {
            paths: paths.into_iter().collect::<Vec<_>>().into_iter(),
            number: 0,
        })
    }
}

impl FrameSource for ImageFolder {
    fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError> {
        let Some(path) = self.paths.next() else {
            return Ok(None);
        };
        let number = self.number;
        self.number = number.saturating_add(1);
        let damaged = SourceError::Damaged {
            number,
            format: "PNG image",
        };
        let decoder = PngDecoder::new(BufReader::new(File::open(path)?));
        let decoder = decoder.ok().ok_or_else(|| damaged.clone())?;
        let (width, height) = decoder.dimensions();
        check_pixels(number, width, height)?;
        if decoder.total_bytes() > MAX_DECODED_BYTES {
            return Err(damaged);
        }
        let image = DynamicImage::from_decoder(decoder).ok().ok_or(damaged)?;
        Ok(Some(image.into_luma8()))
    }
}

/// The frames of an animated GIF, once through.
pub struct AnimatedGif {
    decoder: gif::Decoder<BufReader<File>>,
    canvas: GrayImage,
    number: usize,
}

impl AnimatedGif {
    /// The animation in the file `path`.
    ///
    /// # Errors
    /// [`SourceError::Unreadable`], [`SourceError::Damaged`], [`SourceError::TooManyPixels`].
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let damaged = SourceError::Damaged {
            number: 0,
            format: "GIF animation",
        };
        let mut file = File::open(path)?;
        // Signature and logical screen descriptor: the size, before a decoder sees the file.
        let mut head = Vec::new();
        file.by_ref().take(10).read_to_end(&mut head)?;
        let [_, _, _, _, _, _, width_0, width_1, height_0, height_1] =
            *head.first_chunk::<10>().ok_or_else(|| damaged.clone())?;
        let width = u32::from(u16::from_le_bytes([width_0, width_1]));
        let height = u32::from(u16::from_le_bytes([height_0, height_1]));
        if !head.starts_with(b"GIF8") {
            return Err(damaged);
        }
        check_pixels(0, width, height)?;
        file.rewind()?;
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::Indexed);
        options.check_frame_consistency(true);
        let limit = NonZeroU64::new(MAX_IMAGE_PIXELS).unwrap_or(NonZeroU64::MIN);
        options.set_memory_limit(gif::MemoryLimit::Bytes(limit));
        let decoder = options
            .read_info(BufReader::new(file))
            .ok()
            .ok_or(damaged)?;
        let canvas = GrayImage::from_pixel(width, height, Luma([255]));
        Ok(Self {
            decoder,
            canvas,
            number: 0,
        })
    }
}

impl FrameSource for AnimatedGif {
    fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError> {
        let number = self.number;
        if number >= MAX_IMAGES {
            return Err(SourceError::TooManyImages { limit: MAX_IMAGES });
        }
        let damaged = SourceError::Damaged {
            number,
            format: "GIF animation",
        };
        let global = self.decoder.global_palette().unwrap_or_default().to_vec();
        let read = self.decoder.read_next_frame().ok().ok_or(damaged)?;
        let Some(frame) = read else { return Ok(None) };
        self.number = number.saturating_add(1);
        let previous = self.canvas.clone();
        draw(
            &mut self.canvas,
            frame,
            frame.palette.as_deref().unwrap_or(&global),
        );
        let shown = self.canvas.clone();
        match frame.dispose {
            gif::DisposalMethod::Any | gif::DisposalMethod::Keep => {}
            gif::DisposalMethod::Background => clear(&mut self.canvas, frame),
            gif::DisposalMethod::Previous => self.canvas = previous,
        }
        Ok(Some(shown))
    }
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

/// Positions on the canvas of a frame's pixels, row by row.
fn positions(frame: &gif::Frame<'_>) -> impl Iterator<Item = (u32, u32)> + use<> {
    let (left, top) = (u32::from(frame.left), u32::from(frame.top));
    let right = left.saturating_add(u32::from(frame.width));
    let bottom = top.saturating_add(u32::from(frame.height));
    (top..bottom).flat_map(move |y| (left..right).map(move |x| (x, y)))
}

fn draw(canvas: &mut GrayImage, frame: &gif::Frame<'_>, palette: &[u8]) {
    let (colors, _) = palette.as_chunks::<3>();
    for ((x, y), index) in positions(frame).zip(frame.buffer.iter()) {
        if frame.transparent == Some(*index) {
            continue;
        }
        let color = colors.get(usize::from(*index)).copied().unwrap_or_default();
        if let Some(pixel) = canvas.get_pixel_mut_checked(x, y) {
            *pixel = Luma([brightness(color)]);
        }
    }
}

fn clear(canvas: &mut GrayImage, frame: &gif::Frame<'_>) {
    for (x, y) in positions(frame) {
        if let Some(pixel) = canvas.get_pixel_mut_checked(x, y) {
            *pixel = Luma([255]);
        }
    }
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
