//! From modules to digits: the grid decoder of `rqrr` with its Reed-Solomon correction.
//! Knows nothing of images.

use rqrr::{Grid, SimpleGrid};

use super::sample::Modules;

/// Modules known beforehand that may be wrong for a code to be worth decoding, as a share.
const WORTH_DECODING: f32 = 0.22;

/// As many may be wrong before the equaliser has learned anything; chance is a half.
const WORTH_LEARNING: f32 = 0.36;

/// What became of a code whose place is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decoded {
    /// Its digits.
    Digits(String),
    /// It says something that is no number.
    Other,
    /// It is there, but too damaged: two frames in one image, for instance.
    Damaged,
    /// It does not look like a code of that version.
    Nothing,
}

/// Reads the modules; the equaliser learns twice, and once more if that does not do.
pub(super) fn decode(mut modules: Modules) -> Decoded {
    if modules.wrong() > WORTH_LEARNING {
        return Decoded::Nothing;
    }
    modules.learn();
    if modules.wrong() > WORTH_DECODING {
        return Decoded::Nothing;
    }
    modules.learn();
    text(&modules).unwrap_or_else(|| {
        for _ in 0..4 {
            modules.learn();
        }
        text(&modules).unwrap_or(Decoded::Damaged)
    })
}

fn text(modules: &Modules) -> Option<Decoded> {
    let grid = SimpleGrid::from_func(modules.side(), |x, y| modules.is_dark(x, y));
    let mut content = Vec::new();
    Grid::new(grid).decode_to(&mut content).ok()?;
    Some(digits(content))
}

/// Only numbers are handed on.
pub(super) fn digits(content: Vec<u8>) -> Decoded {
    match String::from_utf8(content) {
        Ok(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => Decoded::Digits(text),
        Ok(_) | Err(_) => Decoded::Other,
    }
}
