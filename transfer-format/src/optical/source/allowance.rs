//! How many pixels a source may take from compressed files before it is given up.
//! Knows nothing of formats.

use super::SourceError;
use crate::limits::{LEAST_IMAGE_PIXELS, MAX_TOTAL_PIXELS, PIXELS_PER_BYTE, SPARE_PIXELS};

/// Pixels that may still be taken from memory and looked at.
pub(super) struct PixelAllowance {
    allowed: u64,
    taken: u64,
}

impl PixelAllowance {
    pub(super) const fn new() -> Self {
        let allowed = SPARE_PIXELS;
        Self { allowed, taken: 0 }
    }

    /// Notes that a file of so many bytes is read.
    pub(super) const fn add_file(&mut self, bytes: u64) {
        let pixels = bytes.saturating_mul(PIXELS_PER_BYTE);
        self.allowed = self.allowed.saturating_add(pixels);
    }

    /// Takes the pixels of an image, before they are decoded.
    pub(super) fn take(&mut self, width: u32, height: u32) -> Result<(), SourceError> {
        let pixels = u64::from(width).saturating_mul(u64::from(height));
        self.taken = self.taken.saturating_add(pixels.max(LEAST_IMAGE_PIXELS));
        let limit = self.allowed.min(MAX_TOTAL_PIXELS);
        if self.taken > limit {
            return Err(SourceError::TooMuch { limit });
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test may panic on a sum that overflows"
)]
mod tests {
    use super::*;

    /// Takes images of a million pixels, and one with the rest.
    fn taken(bytes: u64, pixels: u64) -> Result<(), SourceError> {
        let mut allowance = PixelAllowance::new();
        allowance.add_file(bytes);
        let million = 1_000_000;
        for _ in 0..pixels.div_euclid(million) {
            allowance.take(1_000, 1_000)?;
        }
        let rest = u32::try_from(pixels.rem_euclid(million)).unwrap();
        if rest > 0 {
            allowance.take(rest, 1)?;
        }
        Ok(())
    }

    #[test]
    fn a_file_pays_for_its_pixels_with_its_bytes_res_01() {
        let bytes = 10_000;
        let limit = SPARE_PIXELS + bytes * PIXELS_PER_BYTE;
        assert_eq!(taken(bytes, limit), Ok(()));
        let error = SourceError::TooMuch { limit };
        assert_eq!(taken(bytes, limit + 1), Err(error));
    }

    #[test]
    fn no_file_pays_for_more_than_all_the_pixels_there_are_res_01() {
        let limit = MAX_TOTAL_PIXELS;
        assert_eq!(taken(u64::MAX, limit), Ok(()));
        let error = SourceError::TooMuch { limit };
        assert_eq!(taken(u64::MAX, limit + LEAST_IMAGE_PIXELS), Err(error));
    }

    #[test]
    fn the_smallest_images_are_not_free_res_01() {
        let mut allowance = PixelAllowance::new();
        let most = SPARE_PIXELS.div_euclid(LEAST_IMAGE_PIXELS);
        for _ in 0..most {
            assert_eq!(allowance.take(1, 1), Ok(()));
        }
        let limit = SPARE_PIXELS;
        assert_eq!(allowance.take(1, 1), Err(SourceError::TooMuch { limit }));
    }
}
