//! A folder of PNG images as a source.
//! Knows nothing of codes. Sizes are checked before memory is taken.

use std::collections::BTreeSet;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use image::GrayImage;

use super::{FrameSource, PixelAllowance, SourceError, open_image, png_image};
use crate::limits::{MAX_IMAGE_FILE_BYTES, MAX_IMAGES};

/// The PNG images of a folder, in the order of their names.
pub struct ImageFolder {
    paths: std::vec::IntoIter<PathBuf>,
    number: usize,
    allowance: PixelAllowance,
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
            allowance: PixelAllowance::default(),
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
        let (file, bytes) = open_image(&path, MAX_IMAGE_FILE_BYTES)?;
        self.allowance.add_file(bytes);
        png_image::decode(BufReader::new(file), number, &mut self.allowance).map(Some)
    }

    fn taught(&mut self, symbols: usize) -> Result<(), SourceError> {
        self.allowance.taught(symbols)
    }
}
