//! A figure held against the one that was to be reached.
//! Knows nothing of how it came about.

use std::fmt;

/// One figure and its bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub found: f64,
    /// The figure that was to be reached.
    pub bound: Bound,
}

/// On which side of a number a figure must lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

impl Verdict {
    /// `found` must be at most `bound`.
    pub fn at_most(what: impl Into<String>, found: f64, bound: f64) -> Self {
        Self {
            what: what.into(),
            found,
            bound: Bound::AtMost(bound),
        }
    }

    /// `found` must be at least `bound`.
    pub fn at_least(what: impl Into<String>, found: f64, bound: f64) -> Self {
        Self {
            what: what.into(),
            found,
            bound: Bound::AtLeast(bound),
        }
    }

    /// Whether the figure was reached.
    pub fn holds(&self) -> bool {
        match self.bound {
            Bound::AtMost(bound) => self.found <= bound,
            Bound::AtLeast(bound) => self.found >= bound,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.holds() { "PASS" } else { "FAIL" };
        let (relation, bound) = match self.bound {
            Bound::AtMost(bound) => ("at most", bound),
            Bound::AtLeast(bound) => ("at least", bound),
        };
        let Self { what, found, .. } = self;
        write!(f, "{word}  {what}: {found:.3}, {relation} {bound:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_at_its_bound_holds_and_one_past_it_does_not() {
        assert!(Verdict::at_most("x", 1.0, 1.0).holds());
        assert!(!Verdict::at_most("x", 1.001, 1.0).holds());
        assert!(!Verdict::at_least("x", 0.999, 1.0).holds());
        let line = Verdict::at_least("share", 0.5, 0.95).to_string();
        assert_eq!(line, "FAIL  share: 0.500, at least 0.950");
    }
}
