//! Paths of BIP-32: from the seed to an account, every step hardened, and from an account to a
//! child, none hardened. It knows nothing of keys.

use std::fmt;
use std::str::FromStr;

/// The bit that makes a step hardened (BIP-32 "Extended keys").
pub(crate) const HARDENED: u32 = 0x8000_0000;

/// The steps from the master key to an account, every one hardened: a child's private key and the
/// account's extended public key together give the account's private key away, and must not give
/// away more (BIP-32 "Implications").
///
/// Its text is like `84h/0h/0h`; `'` is read for `h`, and `m/` may stand before it.
///
/// ```
/// use hsm_adapter::AccountPath;
///
/// let path: AccountPath = "m/48'/0'/0'/2'".parse()?;
/// assert_eq!(path.to_string(), "48h/0h/0h/2h");
/// # Ok::<(), hsm_adapter::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountPath(Vec<u32>);

impl AccountPath {
    /// Most steps a path may have.
    pub const LONGEST: usize = 8;

    /// Takes 1 to 8 steps, each with its high bit set.
    ///
    /// # Errors
    ///
    /// [`PathError::Depth`] and [`PathError::NotHardened`].
    pub fn new(steps: &[u32]) -> Result<Self, PathError> {
        if steps.is_empty() || steps.len() > Self::LONGEST {
            return Err(PathError::Depth { found: steps.len() });
        }
        match steps.iter().find(|step| **step < HARDENED) {
            Some(step) => Err(PathError::NotHardened { step: *step }),
            None => Ok(Self(steps.to_vec())),
        }
    }

    /// The steps, each with its high bit set.
    pub fn steps(&self) -> &[u32] {
        &self.0
    }
}

impl fmt::Display for AccountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "/" };
            write!(f, "{separator}{}h", step & !HARDENED)?;
        }
        Ok(())
    }
}

impl FromStr for AccountPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let steps = text.strip_prefix("m/").unwrap_or(text).split('/');
        let steps = steps.map(step).collect::<Result<Vec<_>, _>>()?;
        Self::new(&steps)
    }
}

/// One step as people write it: a number without a sign or a zero in front, then `h` or `'`.
fn step(text: &str) -> Result<u32, PathError> {
    let malformed = || PathError::Step {
        text: text.escape_default().take(32).collect(),
    };
    let (digits, hardened) = text
        .strip_suffix(['h', '\''])
        .map_or((text, false), |digits| (digits, true));
    let number = digits
        .parse::<u32>()
        .ok()
        .filter(|number| *number < HARDENED && number.to_string() == digits)
        .ok_or_else(malformed)?;
    if !hardened {
        return Err(PathError::NotHardened { step: number });
    }
    Ok(number | HARDENED)
}

/// The two steps from an account to one of its children, neither hardened: the branch (BIP-44: 0 to
/// receive, 1 for change) and the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChildPath {
    branch: u32,
    index: u32,
}

impl ChildPath {
    /// Takes the branch and the index.
    ///
    /// # Errors
    ///
    /// [`PathError::Hardened`].
    pub fn new(branch: u32, index: u32) -> Result<Self, PathError> {
        match [branch, index].into_iter().find(|step| *step >= HARDENED) {
            Some(step) => Err(PathError::Hardened {
                step: step & !HARDENED,
            }),
            None => Ok(Self { branch, index }),
        }
    }

    /// The first child to receive: what an account proves itself with.
    pub(crate) const FIRST: Self = Self {
        branch: 0,
        index: 0,
    };

    /// The steps.
    pub(crate) const fn steps(self) -> [u32; 2] {
        [self.branch, self.index]
    }
}

impl fmt::Display for ChildPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.branch, self.index)
    }
}

/// Why steps are not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// No step, or too many.
    #[error("an account's path has 1 to 8 steps, this one has {found}")]
    Depth {
        /// How many there were.
        found: usize,
    },
    /// A step below an account is hardened: its extended public key cannot derive it.
    #[error("step {step}h below an account is hardened; give a path without h")]
    Hardened {
        /// The step, without its high bit.
        step: u32,
    },
    /// A step of an account's path is not hardened.
    #[error("step {step} of an account's path is not hardened; write {step}h")]
    NotHardened {
        /// The step.
        step: u32,
    },
    /// Not a step at all.
    #[error("\"{text}\" is no step of a path: write one like 84h, up to 2147483647h")]
    Step {
        /// What was written, cut to 32 characters.
        text: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_and_read_with_every_step_hardened() {
        let path = AccountPath::new(&[0x8000_0054, 0x8000_0000, 0x8000_0007]).unwrap();
        assert_eq!(path.to_string(), "84h/0h/7h");
        for text in ["84h/0h/7h", "84'/0'/7'", "m/84h/0'/7h"] {
            assert_eq!(text.parse(), Ok(path.clone()));
        }
        let last = "2147483647h".parse::<AccountPath>().unwrap();
        assert_eq!(last.steps(), &[u32::MAX]);
    }

    #[test]
    fn a_step_that_is_not_hardened_is_refused() {
        assert_eq!(
            "84h/0".parse::<AccountPath>(),
            Err(PathError::NotHardened { step: 0 })
        );
        assert_eq!(
            AccountPath::new(&[HARDENED, 5]),
            Err(PathError::NotHardened { step: 5 })
        );
    }

    #[test]
    fn a_path_has_one_to_eight_steps() {
        assert_eq!(AccountPath::new(&[]), Err(PathError::Depth { found: 0 }));
        assert_eq!(AccountPath::new(&[HARDENED; 8]).unwrap().steps().len(), 8);
        assert_eq!(
            AccountPath::new(&[HARDENED; 9]),
            Err(PathError::Depth { found: 9 })
        );
    }

    #[test]
    fn what_is_no_step_is_refused() {
        for text in [
            "",
            "h",
            "-1h",
            "+1h",
            "01h",
            "2147483648h",
            "1hh",
            "84H",
            " 1h",
        ] {
            assert_eq!(
                text.parse::<AccountPath>(),
                Err(PathError::Step {
                    text: text.to_owned()
                }),
                "{text}"
            );
        }
    }

    #[test]
    fn a_childs_steps_are_not_hardened() {
        let last = HARDENED - 1;
        assert_eq!(ChildPath::new(1, last).unwrap().to_string(), "1/2147483647");
        assert_eq!(
            ChildPath::new(HARDENED, 0),
            Err(PathError::Hardened { step: 0 })
        );
        assert_eq!(
            ChildPath::new(0, HARDENED + 3),
            Err(PathError::Hardened { step: 3 })
        );
    }
}
