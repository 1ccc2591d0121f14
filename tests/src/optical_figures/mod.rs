//! The figures of the optical channel: frames needed, seconds to deliver, codes drawn a second,
//! codes read. What the program `optical-benchmark` prints.
//!
//! Everything but the times taken by this machine is the same in each run: chance comes from a
//! seed. Knows nothing of how the channel is used.

pub mod chance;
pub mod decode;
pub mod delivery;
pub mod encode;
pub mod frames;
pub mod schemes;
pub mod verdict;

use std::fmt::Write as _;

use verdict::Verdict;

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Some minutes: the figures of `docs/src/performance.md`.
    Full,
    /// A tenth of the trials.
    Quick,
}

impl Effort {
    /// `trials`, or a tenth of them.
    pub const fn trials(self, trials: u32) -> u32 {
        match self {
            Self::Full => trials,
            Self::Quick => trials.div_ceil(10),
        }
    }
}

/// A table and what it is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// What was measured, with the table.
    pub text: String,
    /// Whether what was to be reached was reached.
    pub verdicts: Vec<Verdict>,
}

impl Figures {
    /// The table, then a line for each verdict.
    pub fn print(&self) -> String {
        let mut out = self.text.clone();
        for verdict in &self.verdicts {
            writeln!(out, "{verdict}").expect("a String takes everything");
        }
        out
    }
}
