//! What a camera test found, for people to read.
//! Knows nothing of where it is printed.

use std::fmt;

use super::observer::{Figure, Observer};
use super::trial::Trial;
use crate::optical::{Profile, ScreenKind};

/// The figures of a camera test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// A figure for each trial.
    pub figures: Vec<Figure>,
    /// The profile that carries most of those read reliably, if there is one.
    pub best: Option<(ScreenKind, Profile)>,
    /// Images looked at.
    pub images: u64,
    /// Codes that did not belong to the test.
    pub foreign: u64,
}

impl Report {
    /// The report of what was read; of the trials that were shown, where that is known.
    pub fn of(observer: &Observer, shown: Option<&[Trial]>) -> Self {
        let mut figures = observer.figures();
        if let Some(shown) = shown {
            figures.retain(|figure| shown.contains(&figure.trial));
        }
        Self {
            figures,
            best: observer.best(),
            images: observer.images(),
            foreign: observer.foreign(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.figures.is_empty() {
            return writeln!(
                f,
                "{} images, and no test code in any of them: point the camera at the whole code, \
                 make the window larger, avoid reflections",
                self.images
            );
        }
        writeln!(f, "{}", Figure::HEADING)?;
        for figure in &self.figures {
            writeln!(f, "{figure}")?;
        }
        writeln!(f, "{} images, {} foreign codes", self.images, self.foreign)?;
        match self.best {
            Some((_, profile)) => writeln!(f, "best: {profile}"),
            None => writeln!(
                f,
                "best: none was read reliably; move the camera closer, or show codes slower"
            ),
        }
    }
}
