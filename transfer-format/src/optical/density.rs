//! How much one code carries: a ladder of QR versions, always with error correction level L and
//! in numeric mode (optical measurements: the fountain repairs lost frames cheaper than M or Q).
//!
//! Knows nothing of what a code carries.

use crate::limits::SYMBOL_BYTES;

/// Light modules around a code (ISO/IEC 18004 §5.3.8).
pub(super) const QUIET_ZONE: usize = 4;

/// A step of the ladder, named after its QR version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Density {
    /// Version 7: 1 symbol.
    V7,
    /// Version 10: 2 symbols.
    V10,
    /// Version 15: 4 symbols.
    V15,
    /// Version 20: 7 symbols.
    V20,
    /// Version 25: 10 symbols; about what a large terminal can show.
    V25,
    /// Version 27: 12 symbols.
    V27,
    /// Version 38: 22 symbols; four of them fit a screen of 1080 pixels at 3 pixels per module.
    V38,
    /// Version 40: 24 symbols.
    V40,
}

impl Density {
    /// Every step, ascending.
    pub const ALL: [Self; 8] = [
        Self::V7,
        Self::V10,
        Self::V15,
        Self::V20,
        Self::V25,
        Self::V27,
        Self::V38,
        Self::V40,
    ];

    /// The step used where nothing speaks for another.
    pub const DEFAULT: Self = Self::V20;

    /// The QR version.
    pub const fn version(self) -> u8 {
        match self {
            Self::V7 => 7,
            Self::V10 => 10,
            Self::V15 => 15,
            Self::V20 => 20,
            Self::V25 => 25,
            Self::V27 => 27,
            Self::V38 => 38,
            Self::V40 => 40,
        }
    }

    /// Symbols in one frame.
    pub const fn symbols_per_frame(self) -> u8 {
        match self {
            Self::V7 => 1,
            Self::V10 => 2,
            Self::V15 => 4,
            Self::V20 => 7,
            Self::V25 => 10,
            Self::V27 => 12,
            Self::V38 => 22,
            Self::V40 => 24,
        }
    }

    /// Modules along one side, without the quiet zone.
    pub fn modules(self) -> usize {
        usize::from(self.version())
            .saturating_mul(4)
            .saturating_add(17)
    }

    /// Modules along one side, quiet zone included.
    pub fn modules_with_quiet_zone(self) -> usize {
        self.modules().saturating_add(QUIET_ZONE.saturating_mul(2))
    }

    /// The densest step that a terminal of so many columns and rows shows whole, in half blocks.
    pub fn for_terminal(columns: u16, rows: u16) -> Option<Self> {
        let available = usize::from(columns).min(usize::from(rows).saturating_mul(2));
        Self::ALL
            .into_iter()
            .rev()
            .find(|step| step.modules_with_quiet_zone() <= available)
    }

    /// The densest step that fits a square of `pixels` pixels a side at `pixels_per_module`.
    pub fn for_pixels(pixels: usize, pixels_per_module: usize) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|step| {
            step.modules_with_quiet_zone()
                .saturating_mul(pixels_per_module)
                <= pixels
        })
    }

    /// The smallest step that is no denser than this one and shows a packet of `packet_length`
    /// bytes in one code, or this one: small packets get codes that are easy to read.
    #[must_use]
    pub fn no_more_than_needed(self, packet_length: usize) -> Self {
        let symbols = packet_length.div_ceil(SYMBOL_BYTES);
        Self::ALL
            .into_iter()
            .find(|step| usize::from(step.symbols_per_frame()) >= symbols)
            .map_or(self, |enough| enough.min(self))
    }

    /// The smallest step whose frames carry `symbols` symbols.
    pub(super) fn for_symbols(symbols: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|step| step.symbols_per_frame() >= symbols)
    }
}
