//! How far a scan has come, and the one line that says so.
//! Knows nothing of terminals; what it is told by a scanner it only counts with.

use std::time::Duration;

/// Codes of other transfers from which on somebody should be told.
pub const FOREIGN_NOTICE: u64 = 16;

/// How far a scan has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScanProgress {
    /// Symbols of the leading transfer.
    pub symbols: u64,
    /// Symbols its packet is cut into; 0 before the first code.
    pub needed: u64,
    /// Images looked at.
    pub images: u64,
    /// Codes read in them.
    pub codes: u64,
    /// Codes that were no frame of ours, or damaged.
    pub damaged: u64,
    /// Codes of other transfers.
    pub foreign: u64,
    /// What would help.
    pub hint: Option<Hint>,
}

/// What would help a scan along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// The images are dark.
    Dark,
    /// The images are white all over.
    Glare,
    /// No code was found yet.
    Closer,
    /// Codes were found, and are not any more.
    Steady,
}

impl Hint {
    const ALL: [Self; 4] = [Self::Dark, Self::Glare, Self::Closer, Self::Steady];

    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Dark => 1,
            Self::Glare => 2,
            Self::Closer => 3,
            Self::Steady => 4,
        }
    }

    pub(super) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|hint| hint.number() == number)
    }

    /// What the operator should do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Dark => "Dark picture: uncover the camera or brighten the screen.",
            Self::Glare => "White picture: turn the light or the screen away.",
            Self::Closer => "No code yet: come closer, until it fills the picture.",
            Self::Steady => "Lost the code: hold still, or have it shown slower.",
        }
    }
}

impl ScanProgress {
    /// Whether so many codes of other transfers came that somebody should be told.
    pub const fn is_disturbed(&self) -> bool {
        self.foreign > FOREIGN_NOTICE
    }

    /// One line for the operator, after `elapsed` since the scan began.
    ///
    /// ```
    /// use std::time::Duration;
    /// use transfer_format::scanner::ScanProgress;
    ///
    /// let progress = ScanProgress { symbols: 100, needed: 400, foreign: 2, ..Default::default() };
    /// assert_eq!(
    ///     progress.line(Duration::from_secs(4)),
    ///     "100 of 400 symbols, 25 a second, about 12 s left; 2 foreign, 0 damaged"
    /// );
    /// ```
    pub fn line(&self, elapsed: Duration) -> String {
        match (self.needed, self.hint) {
            (0, None) => format!("looking for a code: {} images so far", self.images),
            (0, Some(hint)) => hint.sentence().to_owned(),
            (_, None) => self.counted(elapsed),
            (_, Some(hint)) => format!(
                "{} of {} symbols. {}",
                self.symbols,
                self.needed,
                hint.sentence()
            ),
        }
    }

    fn counted(&self, elapsed: Duration) -> String {
        let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let rate = self
            .symbols
            .saturating_mul(1_000)
            .checked_div(milliseconds)
            .unwrap_or(0);
        let missing = self.needed.saturating_sub(self.symbols);
        let left = missing
            .saturating_mul(milliseconds)
            .div_ceil(self.symbols.max(1))
            .div_ceil(1_000);
        let time = if missing == 0 {
            "nearly there".to_owned()
        } else {
            format!("about {left} s left")
        };
        format!(
            "{} of {} symbols, {rate} a second, {time}; {} foreign, {} damaged",
            self.symbols, self.needed, self.foreign, self.damaged
        )
    }
}
