//! Counts the test codes that were read, and makes figures of them.
//! Knows nothing of where images come from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::trial::{SCREENS_PER_TRIAL, Trial, beginning, end};
use crate::limits::SYMBOL_BYTES;
use crate::optical::{Frame, Profile, ScreenKind, TransferId};

/// Percent of its codes that must be read of a profile that is recommended: with fewer, the smallest
/// change of light stops it.
const RELIABLE_PERCENT: u32 = 70;

/// What was read of the trials.
#[derive(Debug)]
pub struct Observer {
    trials: Vec<(Trial, TransferId)>,
    marks: [Option<TransferId>; 2],
    seen: BTreeMap<TransferId, BTreeSet<u32>>,
    images: u64,
    foreign: u64,
    finished: bool,
}

impl Default for Observer {
    fn default() -> Self {
        let kinds = [ScreenKind::Terminal, ScreenKind::Window];
        let trials = kinds.into_iter().flat_map(Trial::all);
        let trials = trials.filter_map(|trial| Some((trial, trial.sender().ok()?.transfer())));
        let mark =
            |sender: Result<crate::optical::Sender, _>| sender.ok().map(|sender| sender.transfer());
        Self {
            trials: trials.collect(),
            marks: [mark(beginning()), mark(end())],
            seen: BTreeMap::new(),
            images: 0,
            foreign: 0,
            finished: false,
        }
    }
}

impl Observer {
    /// Takes note of the codes of one image.
    pub fn image(&mut self, texts: impl IntoIterator<Item = String>) {
        self.images = self.images.saturating_add(1);
        for text in texts {
            match Frame::from_text(&text) {
                Ok(frame) => self.frame(frame.header().transfer(), frame.header().first_symbol()),
                Err(_) => self.foreign = self.foreign.saturating_add(1),
            }
        }
    }

    fn frame(&mut self, transfer: TransferId, first_symbol: u32) {
        if self
            .trials
            .iter()
            .any(|(_, of_trial)| *of_trial == transfer)
        {
            self.seen.entry(transfer).or_default().insert(first_symbol);
            return;
        }
        let [first, last] = self.marks;
        if last == Some(transfer) {
            self.finished = true;
        } else if first != Some(transfer) {
            self.foreign = self.foreign.saturating_add(1);
        }
    }

    /// Images looked at.
    pub const fn images(&self) -> u64 {
        self.images
    }

    /// Codes that do not belong to the test.
    pub const fn foreign(&self) -> u64 {
        self.foreign
    }

    /// Whether a code from behind the last trial was read.
    pub const fn is_finished(&self) -> bool {
        self.finished
    }

    /// Test codes read so far.
    pub fn codes(&self) -> usize {
        self.seen.values().map(BTreeSet::len).sum()
    }

    /// A figure for each trial of the kind of screen that was seen; none if no code was.
    pub fn figures(&self) -> Vec<Figure> {
        let was_seen = |kind| {
            let mut of_kind = self.trials.iter().filter(|(trial, _)| trial.kind() == kind);
            of_kind.any(|(_, transfer)| self.seen.contains_key(transfer))
        };
        let trials = self.trials.iter();
        trials
            .filter(|(trial, _)| was_seen(trial.kind()))
            .map(|(trial, transfer)| Figure {
                trial: *trial,
                read: self.read(*trial, *transfer),
            })
            .collect()
    }

    /// Different codes read of a trial; no more than it shows.
    fn read(&self, trial: Trial, transfer: TransferId) -> u32 {
        let count = self.seen.get(&transfer).map_or(0, BTreeSet::len);
        u32::try_from(count).unwrap_or(u32::MAX).min(trial.codes())
    }

    /// The profile that carries most of those read reliably, and the kind of screen it is for.
    pub fn best(&self) -> Option<(ScreenKind, Profile)> {
        self.figures()
            .into_iter()
            .filter(|figure| figure.percent() >= RELIABLE_PERCENT)
            .max_by_key(|figure| figure.bytes_per_second())
            .map(|figure| (figure.trial.kind(), figure.trial.profile()))
    }
}

/// How one trial went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// The trial.
    pub trial: Trial,
    /// Different codes read of it.
    pub read: u32,
}

impl Figure {
    /// The heading above figures.
    pub const HEADING: &'static str = "profile    codes   read   success   bytes/s";

    /// Percent of the codes shown that were read, rounded down.
    pub fn percent(self) -> u32 {
        let hundredfold = self.read.saturating_mul(100);
        hundredfold.checked_div(self.trial.codes()).unwrap_or(0)
    }

    /// Bytes of symbols that came through in one second.
    pub fn bytes_per_second(self) -> u64 {
        let profile = self.trial.profile();
        let symbols = u64::from(self.read)
            .saturating_mul(u64::from(profile.layout.density().symbols_per_frame()));
        let bytes = symbols.saturating_mul(u64::try_from(SYMBOL_BYTES).unwrap_or(u64::MAX));
        let bytes = bytes.saturating_mul(u64::from(profile.rate.per_second()));
        bytes.checked_div(u64::from(SCREENS_PER_TRIAL)).unwrap_or(0)
    }
}

impl fmt::Display for Figure {
    /// A line that stands below [`HEADING`](Self::HEADING).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, codes) = (self.trial.profile().to_string(), self.trial.codes());
        let (read, percent, bytes) = (self.read, self.percent(), self.bytes_per_second());
        write!(
            f,
            "{name:<10} {codes:>5} {read:>6} {percent:>7} % {bytes:>9}"
        )
    }
}
