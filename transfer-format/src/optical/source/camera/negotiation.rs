//! Chooses, among the ways in which a camera can send images, the one that is best for codes.
//! Knows nothing of devices.

use std::collections::BTreeSet;

use super::device::{Mode, PixelFormat};
use crate::limits::MAX_IMAGE_PIXELS;
use crate::printable::printable;

/// Pixels of the size that codes are read best at: 1280 × 720.
const BEST_PIXELS: u64 = 1280 * 720;
/// The longest time between two images of a camera that is quick enough: 25 images a second.
const QUICK: u32 = 40_000;

/// The best way: quick before slow, near to 1280 × 720, and the least work to decode.
pub(super) fn choose(modes: &[Mode]) -> Option<Mode> {
    modes
        .iter()
        .filter(|mode| (1..=MAX_IMAGE_PIXELS).contains(&pixels(mode)))
        .filter_map(|mode| Some((rank(mode)?, *mode)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, mode)| mode)
}

/// The formats on offer, for a message.
pub(super) fn names(modes: &[Mode]) -> String {
    let names: BTreeSet<String> = modes
        .iter()
        .map(|mode| {
            let PixelFormat(characters) = mode.format;
            printable(&String::from_utf8_lossy(&characters))
        })
        .collect();
    if names.is_empty() {
        return "nothing".to_owned();
    }
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// Smaller is better; `None` for a format that is not read.
fn rank(mode: &Mode) -> Option<(bool, u64, usize)> {
    let work = [PixelFormat::GREY, PixelFormat::YUYV, PixelFormat::MJPG]
        .iter()
        .position(|format| *format == mode.format)?;
    let is_slow = mode.interval > QUICK;
    Some((is_slow, pixels(mode).abs_diff(BEST_PIXELS), work))
}

fn pixels(mode: &Mode) -> u64 {
    u64::from(mode.width).saturating_mul(u64::from(mode.height))
}
