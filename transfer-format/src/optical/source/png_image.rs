//! One PNG image as grey values, decoded within fixed limits.
//!
//! Knows nothing of where the bytes lie. Of the chunks only those that make the picture are
//! unpacked: a colour profile or a text may be compressed a thousandfold, and nobody reads it.

use std::io::{BufRead, Seek};

use image::GrayImage;
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::{PixelAllowance, SourceError, brightness, check_pixels};

/// Bytes that the decoder may take for chunks beside the picture.
const MAX_CHUNK_BYTES: usize = 1 << 20;

const FORMAT: &str = "PNG image";

/// The image with the number `number`. Its size is checked, and taken from the allowance, before
/// memory is taken for it.
pub(super) fn decode(
    file: impl BufRead + Seek,
    number: usize,
    allowance: &mut PixelAllowance,
) -> Result<GrayImage, SourceError> {
    let format = FORMAT;
    let damaged = SourceError::Damaged { number, format };
    let limits = Limits {
        bytes: MAX_CHUNK_BYTES,
    };
    let mut decoder = Decoder::new_with_limits(file, limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let head = decoder.read_header_info();
    let (width, height) = head.ok().ok_or_else(|| damaged.clone())?.size();
    check_pixels(number, width, height)?;
    let mut reader = decoder.read_info().ok().ok_or_else(|| damaged.clone())?;
    allowance.take(width, height)?;
    let (colours, depth) = reader.output_color_type();
    let bytes = reader.output_buffer_size();
    let (BitDepth::Eight, Some(bytes)) = (depth, bytes) else {
        return Err(damaged);
    };
    let mut samples = vec![0; bytes];
    if reader.next_frame(&mut samples).is_err() {
        return Err(damaged);
    }
    let luma = grey_values(samples, colours);
    GrayImage::from_raw(width, height, luma).ok_or(damaged)
}

/// One value for each pixel; how opaque it is does not matter.
fn grey_values(samples: Vec<u8>, colours: ColorType) -> Vec<u8> {
    match colours {
        ColorType::Grayscale => samples,
        ColorType::GrayscaleAlpha => {
            let (pixels, _) = samples.as_chunks::<2>();
            pixels.iter().map(|[luma, _]| *luma).collect()
        }
        ColorType::Rgb => {
            let (pixels, _) = samples.as_chunks::<3>();
            pixels.iter().copied().map(brightness).collect()
        }
        ColorType::Rgba => {
            let (pixels, _) = samples.as_chunks::<4>();
            let colour = |[red, green, blue, _]: &[u8; 4]| brightness([*red, *green, *blue]);
            pixels.iter().map(colour).collect()
        }
        // Was expanded to its colours.
        ColorType::Indexed => Vec::new(),
    }
}
