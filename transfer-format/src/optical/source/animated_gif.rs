//! An animated GIF as a source.
//! Knows nothing of codes. Sizes are checked before memory is taken.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};
use std::num::NonZeroU64;
use std::path::Path;

use image::{GrayImage, Luma};

use super::{FrameSource, PixelAllowance, SourceError, brightness, check_pixels, open_image};
use crate::limits::{MAX_ANIMATION_BYTES, MAX_IMAGE_PIXELS, MAX_IMAGES};

/// The frames of an animated GIF, once through. One that shows the same as the one before it is
/// passed over.
pub struct AnimatedGif {
    decoder: gif::Decoder<BufReader<File>>,
    canvas: GrayImage,
    shown: Option<GrayImage>,
    number: usize,
    allowance: PixelAllowance,
}

impl AnimatedGif {
    /// The animation in the file `path`.
    ///
    /// # Errors
    /// [`SourceError::Unreadable`], [`SourceError::Input`], [`SourceError::Damaged`],
    /// [`SourceError::TooManyPixels`].
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let damaged = SourceError::Damaged {
            number: 0,
            format: "GIF animation",
        };
        let (mut file, bytes) = open_image(path, MAX_ANIMATION_BYTES)?;
        let mut allowance = PixelAllowance::default();
        allowance.add_file(bytes);
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
            shown: None,
            number: 0,
            allowance,
        })
    }

    /// What the next frame makes of the canvas.
    fn next_frame(&mut self) -> Result<Option<GrayImage>, SourceError> {
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
        self.allowance
            .take(self.canvas.width(), self.canvas.height())?;
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

impl FrameSource for AnimatedGif {
    fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError> {
        while let Some(image) = self.next_frame()? {
            if self.shown.as_ref() != Some(&image) {
                self.shown = Some(image.clone());
                return Ok(Some(image));
            }
        }
        Ok(None)
    }

    fn taught(&mut self, symbols: usize) -> Result<(), SourceError> {
        self.allowance.taught(symbols)
    }
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
