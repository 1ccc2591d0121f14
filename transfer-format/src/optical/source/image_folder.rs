//! A folder of PNG images as a source.
//! Knows nothing of codes. Sizes are checked before memory is taken.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use image::codecs::png::PngDecoder;
use image::{DynamicImage, GrayImage, ImageDecoder as _};

use super::{FrameSource, SourceError, check_pixels};
use crate::limits::{MAX_IMAGE_PIXELS, MAX_IMAGES};

/// Bytes a decoded image may take: 16 bits for each of two channels of the largest image.
const MAX_DECODED_BYTES: u64 = MAX_IMAGE_PIXELS.saturating_mul(4);

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
