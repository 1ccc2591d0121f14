//! Grey values between the pixels of an image, and images of half the size.
//! Knows nothing of codes.

use image::GrayImage;

use super::number::{real, whole};
use super::perspective::Point;

/// Sides beyond this are not looked at.
const MAX_SIDE: usize = 16_384;

/// An image to look things up in; 0 is black.
pub(super) struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Grey {
    /// The image, or nothing if it is too small or too long to hold a code.
    pub(super) fn of(image: &GrayImage) -> Option<Self> {
        let width = usize::try_from(image.width()).ok()?;
        let height = usize::try_from(image.height()).ok()?;
        let sides = 21..=MAX_SIDE;
        (sides.contains(&width) && sides.contains(&height)).then(|| Self {
            width,
            height,
            pixels: image.as_raw().clone(),
        })
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) const fn height(&self) -> usize {
        self.height
    }

    /// Rows of pixels, from the top.
    pub(super) fn rows(&self) -> std::slice::ChunksExact<'_, u8> {
        self.pixels.chunks_exact(self.width)
    }

    pub(super) fn contains(&self, point: Point) -> bool {
        (0.0..real(self.width)).contains(&point.x) && (0.0..real(self.height)).contains(&point.y)
    }

    /// The value at a point, between the four pixels about it; the border repeats.
    /// The middle of the first pixel is at (0.5, 0.5).
    pub(super) fn at(&self, point: Point) -> f32 {
        let x = (point.x - 0.5).clamp(0.0, real(self.width.saturating_sub(1)));
        let y = (point.y - 0.5).clamp(0.0, real(self.height.saturating_sub(1)));
        let (left, top) = (whole(x), whole(y));
        let start = top.saturating_mul(self.width).saturating_add(left);
        let below = start.saturating_add(self.width);
        let value = |index: usize| self.pixels.get(index).copied().map(f32::from);
        let corner = value(start).unwrap_or(0.0);
        let right = value(start.saturating_add(1)).unwrap_or(corner);
        let under = value(below).unwrap_or(corner);
        let across = value(below.saturating_add(1)).unwrap_or(under);
        let (share, fall) = (x - real(left), y - real(top));
        let upper = corner + (right - corner) * share;
        let lower = under + (across - under) * share;
        upper + (lower - upper) * fall
    }

    /// Half as many pixels each way, each the mean of four.
    pub(super) fn halved(&self) -> Self {
        let width = self.width.div_euclid(2);
        let mut pixels = Vec::with_capacity(self.pixels.len().div_euclid(4));
        for pair in self.pixels.chunks_exact(self.width.saturating_mul(2)) {
            let (upper, lower) = pair.split_at(self.width);
            let (upper, _) = upper.as_chunks::<2>();
            let (lower, _) = lower.as_chunks::<2>();
            pixels.extend(upper.iter().zip(lower).map(|(upper, lower)| {
                let sum: u16 = upper.iter().chain(lower).copied().map(u16::from).sum();
                u8::try_from(sum >> 2).unwrap_or(u8::MAX)
            }));
        }
        Self {
            width,
            height: self.height.div_euclid(2),
            pixels,
        }
    }
}
