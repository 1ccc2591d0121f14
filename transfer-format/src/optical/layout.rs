//! What a whole screen shows: one code, or four of the same density in a square.
//! Knows nothing of pixels and characters, only of modules.

use std::fmt;
use std::str::FromStr;

use super::density::Density;

/// How many codes a screen shows at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodesPerScreen {
    /// One code.
    One,
    /// Two by two codes, each with its own frame: for a large screen and a good camera.
    Four,
}

impl CodesPerScreen {
    /// The number of codes.
    pub const fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Four => 4,
        }
    }

    /// Codes along one side of the screen.
    pub(super) const fn along_one_side(self) -> usize {
        match self {
            Self::One => 1,
            Self::Four => 2,
        }
    }
}

/// A step of the ladder of screens: a density and a number of codes.
///
/// ```
/// use transfer_format::optical::Layout;
///
/// let layout: Layout = "v27x4".parse()?;
/// assert_eq!(layout.symbols_per_screen(), 48);
/// assert_eq!(layout.to_string(), "v27x4");
/// # Ok::<(), transfer_format::optical::LayoutError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layout {
    density: Density,
    codes: CodesPerScreen,
}

/// Why a text names no layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is no layout: name one of {}", ladder())]
pub struct LayoutError {
    /// The text.
    pub found: String,
}

impl Layout {
    /// Every step, by what a screen carries, ascending.
    pub const LADDER: [Self; 12] = [
        Self::one(Density::V7),
        Self::one(Density::V10),
        Self::one(Density::V15),
        Self::one(Density::V20),
        Self::one(Density::V25),
        Self::one(Density::V27),
        Self::one(Density::V38),
        Self::one(Density::V40),
        Self::four(Density::V20),
        Self::four(Density::V27),
        Self::four(Density::V38),
        Self::four(Density::V40),
    ];

    /// One code of this density.
    pub const fn one(density: Density) -> Self {
        let codes = CodesPerScreen::One;
        Self { density, codes }
    }

    /// Four codes of this density.
    pub const fn four(density: Density) -> Self {
        let codes = CodesPerScreen::Four;
        Self { density, codes }
    }

    /// The density of each code.
    pub const fn density(self) -> Density {
        self.density
    }

    /// How many codes there are.
    pub const fn codes(self) -> CodesPerScreen {
        self.codes
    }

    /// Symbols that all codes of one screen carry together.
    pub fn symbols_per_screen(self) -> u32 {
        let symbols = u32::from(self.density.symbols_per_frame());
        symbols.saturating_mul(u32::from(self.codes.count()))
    }

    /// Modules along one side of the square of codes, every code with its whole quiet zone.
    pub fn modules(self) -> usize {
        let modules = self.density.modules_with_quiet_zone();
        modules.saturating_mul(self.codes.along_one_side())
    }

    /// The next step that carries more and has at most `room` modules a side; this one if there is
    /// none.
    #[must_use]
    pub fn denser(self, room: usize) -> Self {
        Self::LADDER
            .into_iter()
            .find(|step| step.symbols_per_screen() > self.symbols_per_screen() && step.fits(room))
            .unwrap_or(self)
    }

    /// The next step that carries less and has at most `room` modules a side; this one if there is
    /// none.
    #[must_use]
    pub fn sparser(self, room: usize) -> Self {
        Self::LADDER
            .into_iter()
            .rev()
            .find(|step| step.symbols_per_screen() < self.symbols_per_screen() && step.fits(room))
            .unwrap_or(self)
    }

    /// This step if it has at most `room` modules a side, or else the next smaller one that has;
    /// `None` if not even the smallest fits.
    pub fn within(self, room: usize) -> Option<Self> {
        if self.fits(room) {
            return Some(self);
        }
        let step = self.sparser(room);
        step.fits(room).then_some(step)
    }

    /// As [`Density::no_more_than_needed`], for a screen.
    #[must_use]
    pub fn no_more_than_needed(self, packet_length: usize) -> Self {
        let enough = self.density.no_more_than_needed(packet_length);
        if enough < self.density || self.codes == CodesPerScreen::One {
            return Self::one(enough);
        }
        // One code of the smallest step that holds the packet is easier to read than four.
        let whole = Density::V40.no_more_than_needed(packet_length);
        let symbols = packet_length.div_ceil(crate::limits::SYMBOL_BYTES);
        if usize::from(whole.symbols_per_frame()) >= symbols {
            return Self::one(whole);
        }
        self
    }

    /// Whether a square of `room` modules holds it.
    pub fn fits(self, room: usize) -> bool {
        self.modules() <= room
    }
}

impl fmt::Display for Layout {
    /// The QR version, and `x4` for four codes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.density.version();
        match self.codes {
            CodesPerScreen::One => write!(f, "v{version}"),
            CodesPerScreen::Four => write!(f, "v{version}x4"),
        }
    }
}

impl FromStr for Layout {
    type Err = LayoutError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut steps = Self::LADDER.into_iter();
        let found = steps.find(|step| step.to_string() == text);
        found.ok_or_else(|| LayoutError {
            found: text.to_owned(),
        })
    }
}

/// The names of all steps.
fn ladder() -> String {
    let names: Vec<String> = Layout::LADDER.iter().map(Layout::to_string).collect();
    names.join(", ")
}
