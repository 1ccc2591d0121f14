//! From the bytes a camera sent to brightness.
//! Knows nothing of devices; a damaged image is none.

use image::GrayImage;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::device::{Layout, PixelFormat};

/// The brightness in an image; `None` if the bytes do not hold a whole one.
pub(super) fn brightness(layout: &Layout, bytes: &[u8]) -> Option<GrayImage> {
    let luma = match layout.format {
        PixelFormat::GREY => rows(layout, bytes, 1)?,
        PixelFormat::YUYV => rows(layout, bytes, 2)?,
        PixelFormat::MJPG => jpeg(layout, bytes)?,
        PixelFormat(_) => return None,
    };
    GrayImage::from_raw(layout.width, layout.height, luma)
}

/// Every `step`-th byte of each row; rows lie `stride` bytes apart, the last may be shorter.
fn rows(layout: &Layout, bytes: &[u8], step: usize) -> Option<Vec<u8>> {
    let width = usize::try_from(layout.width).ok()?;
    let height = usize::try_from(layout.height).ok()?;
    let row_bytes = width.checked_mul(step)?;
    let stride = usize::try_from(layout.stride).ok()?.max(row_bytes).max(1);
    let mut luma = Vec::with_capacity(width.checked_mul(height)?);
    for row in bytes.chunks(stride).take(height) {
        luma.extend(row.get(..row_bytes)?.iter().step_by(step));
    }
    Some(luma)
}

fn jpeg(layout: &Layout, bytes: &[u8]) -> Option<Vec<u8>> {
    let width = usize::try_from(layout.width).ok()?;
    let height = usize::try_from(layout.height).ok()?;
    let options = DecoderOptions::new_safe()
        .set_max_width(width)
        .set_max_height(height)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    if decoder.dimensions()? != (width, height) {
        return None;
    }
    let luma = decoder.decode().ok()?;
    (luma.len() == width.checked_mul(height)?).then_some(luma)
}
