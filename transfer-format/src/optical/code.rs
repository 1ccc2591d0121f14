//! A frame as a QR code: a square of dark and light modules, and an image of it.
//! Knows nothing of where the code is shown.

use image::{GrayImage, Luma};
use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::construct_codewords;
use qrcode::{Color, EcLevel, Version};

use super::density::{Density, QUIET_ZONE};
use super::frame::Frame;

/// The mask of every code. Readers take any (the format information names it). The standard has the
/// writer try all eight and keep the one with the fewest false patterns (ISO/IEC 18004 §7.8.3), which
/// takes forty times as long; symbols look like noise, so no mask is better than another.
const MASK: MaskPattern = MaskPattern::Checkerboard;

/// Why a frame is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// No step of the ladder carries so many symbols.
    #[error("a frame of {symbols} symbols fits no code; use fewer symbols per frame")]
    TooManySymbols {
        /// Symbols of the frame.
        symbols: u8,
    },
    /// The encoder refused.
    #[error("the frame could not be drawn as a code ({reason}); this is an error of the program")]
    Encoder {
        /// What the encoder said.
        reason: qrcode::types::QrError,
    },
    /// An image of this scale would be too large.
    #[error("an image with {pixels_per_module} pixels per module is too large; use fewer")]
    Scale {
        /// Pixels along one side of a module.
        pixels_per_module: u32,
    },
}

/// A QR code in numeric mode, error correction level L.
pub struct Code {
    modules: Vec<bool>,
    width: usize,
}

impl Code {
    /// The code of a frame, in the smallest version of the ladder that carries it.
    ///
    /// # Errors
    /// [`CodeError::TooManySymbols`], [`CodeError::Encoder`].
    pub fn of(frame: &Frame) -> Result<Self, CodeError> {
        let symbols = frame.header().symbol_count();
        let density = Density::for_symbols(symbols).ok_or(CodeError::TooManySymbols { symbols })?;
        let encoder = |reason| CodeError::Encoder { reason };
        let version = Version::Normal(i16::from(density.version()));
        let mut bits = Bits::new(version);
        bits.push_numeric_data(frame.to_text().as_bytes())
            .map_err(encoder)?;
        bits.push_terminator(EcLevel::L).map_err(encoder)?;
        let (data, correction) =
            construct_codewords(&bits.into_bytes(), version, EcLevel::L).map_err(encoder)?;
        let mut canvas = Canvas::new(version, EcLevel::L);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        canvas.apply_mask(MASK);
        let modules = canvas.into_colors();
        let modules = modules.into_iter().map(|color| color == Color::Dark);
        Ok(Self {
            modules: modules.collect(),
            width: density.modules(),
        })
    }

    /// Modules along one side, without the quiet zone.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Modules along one side, quiet zone included.
    pub const fn width_with_quiet_zone(&self) -> usize {
        self.width.saturating_add(QUIET_ZONE.saturating_mul(2))
    }

    /// Whether the module at a column and row is dark, both counted from 0 at the corner of the
    /// quiet zone. Everything outside the code is light.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        let inside = |position: usize| {
            position
                .checked_sub(QUIET_ZONE)
                .filter(|position| *position < self.width)
        };
        match (inside(column), inside(row)) {
            (Some(column), Some(row)) => row
                .checked_mul(self.width)
                .and_then(|start| start.checked_add(column))
                .and_then(|index| self.modules.get(index).copied())
                .unwrap_or(false),
            (Some(_) | None, _) => false,
        }
    }

    /// An image of the code and its quiet zone, black on white.
    ///
    /// # Errors
    /// [`CodeError::Scale`] if it would be larger than 65 535 pixels a side, or empty.
    pub fn to_image(&self, pixels_per_module: u32) -> Result<GrayImage, CodeError> {
        let scale = CodeError::Scale { pixels_per_module };
        let side = u32::try_from(self.width_with_quiet_zone())
            .ok()
            .and_then(|modules| modules.checked_mul(pixels_per_module))
            .filter(|side| (1..=u32::from(u16::MAX)).contains(side))
            .ok_or(scale)?;
        let module = |pixel: u32| {
            pixel
                .checked_div(pixels_per_module)
                .and_then(|module| usize::try_from(module).ok())
                .unwrap_or(0)
        };
        Ok(GrayImage::from_fn(side, side, |x, y| {
            Luma([if self.is_dark(module(x), module(y)) {
                0
            } else {
                255
            }])
        }))
    }
}
