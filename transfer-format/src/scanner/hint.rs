//! Guesses from the images and what was read in them what would help a scan along.
//! Knows nothing of transfers.

use image::GrayImage;

use super::progress::Hint;

/// Images without a code after which something is said.
const PATIENCE: u64 = 30;
/// Brightness, of 255, below which nine in ten samples of a dark image lie.
const DARK: u8 = 40;
/// Brightness above which nine in ten samples of a white image lie.
const WHITE: u8 = 250;
/// One pixel in so many is looked at.
const STRIDE: usize = 97;

/// What was seen in the images so far.
#[derive(Default)]
pub(super) struct Observer {
    without_code: u64,
    has_seen_code: bool,
    hint: Option<Hint>,
}

impl Observer {
    /// Looks at an image in which `codes` codes were read.
    pub(super) fn look(&mut self, image: &GrayImage, codes: usize) {
        if codes > 0 {
            self.has_seen_code = true;
            self.without_code = 0;
            self.hint = None;
            return;
        }
        self.without_code = self.without_code.saturating_add(1);
        if self.without_code >= PATIENCE {
            self.hint = Some(self.guess(image));
        }
    }

    /// Notes that a code is there, whether it can be read or not.
    pub(super) const fn recognise(&mut self) {
        self.has_seen_code = true;
    }

    pub(super) const fn hint(&self) -> Option<Hint> {
        self.hint
    }

    fn guess(&self, image: &GrayImage) -> Hint {
        let samples = || image.as_raw().iter().step_by(STRIDE);
        let most = |count: usize| count.saturating_mul(10) >= samples().count().saturating_mul(9);
        if most(samples().filter(|luma| **luma < DARK).count()) {
            Hint::Dark
        } else if most(samples().filter(|luma| **luma > WHITE).count()) {
            Hint::Glare
        } else if self.has_seen_code {
            Hint::Steady
        } else {
            Hint::Closer
        }
    }
}
