//! How many pixels a source may take from compressed files before it is given up.
//! Knows nothing of formats.

use super::SourceError;
use crate::limits::{
    LEAST_IMAGE_PIXELS, MAX_TOTAL_PIXELS, PIXELS_PER_BYTE, PIXELS_PER_SYMBOL, SPARE_PIXELS,
    VAIN_PIXELS_PER_BYTE,
};

/// Pixels that may still be taken from memory and looked at.
#[derive(Default)]
pub(super) struct PixelAllowance {
    bytes: u64,
    taken: u64,
    /// Pixels in which nothing new was seen.
    vain: u64,
    last: u64,
}

impl PixelAllowance {
    /// Notes that a file of so many bytes is read.
    pub(super) const fn add_file(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Takes the pixels of an image, before they are decoded.
    pub(super) fn take(&mut self, width: u32, height: u32) -> Result<(), SourceError> {
        let pixels = u64::from(width).saturating_mul(u64::from(height));
        self.last = pixels.max(LEAST_IMAGE_PIXELS);
        self.taken = self.taken.saturating_add(self.last);
        self.within(self.taken, PIXELS_PER_BYTE)
    }

    /// Notes how many new symbols the last image taught.
    pub(super) fn taught(&mut self, symbols: usize) -> Result<(), SourceError> {
        let symbols = u64::try_from(symbols).unwrap_or(u64::MAX);
        let paid = symbols.saturating_mul(PIXELS_PER_SYMBOL);
        self.vain = self.vain.saturating_add(self.last.saturating_sub(paid));
        self.within(self.vain, VAIN_PIXELS_PER_BYTE)
    }

    fn within(&self, pixels: u64, per_byte: u64) -> Result<(), SourceError> {
        let paid = self.bytes.saturating_mul(per_byte);
        let limit = paid.saturating_add(SPARE_PIXELS).min(MAX_TOTAL_PIXELS);
        if pixels > limit {
            return Err(SourceError::TooMuch { limit });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes images of a million pixels, and one with the rest.
    fn taken(bytes: u64, pixels: u64) -> Result<(), SourceError> {
        let mut allowance = PixelAllowance::default();
        allowance.add_file(bytes);
        let million = 1_000_000;
        for _ in 0..pixels.div_euclid(million) {
            allowance.take(1_000, 1_000)?;
        }
        let rest = u32::try_from(pixels.rem_euclid(million)).unwrap_or(0);
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
        let mut allowance = PixelAllowance::default();
        let most = SPARE_PIXELS.div_euclid(LEAST_IMAGE_PIXELS);
        for _ in 0..most {
            assert_eq!(allowance.take(1, 1), Ok(()));
        }
        let limit = SPARE_PIXELS;
        assert_eq!(allowance.take(1, 1), Err(SourceError::TooMuch { limit }));
    }

    #[test]
    fn images_that_teach_nothing_are_paid_for_dearly_and_symbols_pay_for_theirs_res_01() {
        let bytes = 1_000_000;
        let mut allowance = PixelAllowance::default();
        allowance.add_file(bytes);
        for _ in 0..16 {
            allowance.take(1_000, 1_000).unwrap();
            assert_eq!(allowance.taught(0), Ok(()));
        }
        for _ in 0..3 {
            allowance.take(1_000, 1_000).unwrap();
            assert_eq!(allowance.taught(7), Ok(()));
        }
        allowance.take(1_000, 1_000).unwrap();
        let limit = SPARE_PIXELS + bytes * VAIN_PIXELS_PER_BYTE;
        assert_eq!(allowance.taught(6), Err(SourceError::TooMuch { limit }));
    }
}
