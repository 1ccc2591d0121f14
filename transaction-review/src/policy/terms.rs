//! What a Bitcoin wallet's transactions may have beside payments: data outputs and a lock time.
//! Knows nothing of a transaction: it is held against these elsewhere.

use super::PolicyError;
use super::section::Section;

/// Bytes of a data output's whole script that a policy may allow at most: what nodes have relayed
/// by default for a decade is 83, what consensus allows in a script is 10 000.
const MAX_DATA_BYTES: u64 = 10_000;
/// Heights are lock times below this number, seconds from there on (BIP-65).
const LOCK_TIME_THRESHOLD: u64 = 500_000_000;

/// Whether outputs that nobody can spend (`OP_RETURN`) are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataOutputs {
    /// None.
    Deny,
    /// Any number of them, together no longer than this.
    Allow {
        /// Bytes of all their scripts together, `OP_RETURN` and everything after it.
        max_bytes: u64,
    },
}

/// What a lock time (BIP-65) may be. Without a bound of its kind only 0 is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LockTimeRule {
    /// The highest block. Which block is the newest is not known at a station, so the bound is
    /// absolute.
    pub max_height: Option<u32>,
    /// Seconds after the time of the verdict.
    pub max_ahead: Option<u64>,
}

impl DataOutputs {
    /// Reads `op_return`: `"deny"`, which is also what holds without it, or `{ max_bytes = 80 }`.
    pub(super) fn read(section: &mut Section) -> Result<Self, PolicyError> {
        const KEY: &str = "op_return";
        if !section.has(KEY) {
            return Ok(Self::Deny);
        }
        if section.is_text(KEY) {
            let text = section.text(KEY)?;
            let expected = "\"deny\" or { max_bytes = ... }";
            let deny = (text == "deny").then_some(Self::Deny);
            return deny.ok_or_else(|| section.value(KEY, &text, expected));
        }
        let mut terms = section.section(KEY)?.only(&["max_bytes"])?;
        let max_bytes = terms.count("max_bytes")?;
        if max_bytes > MAX_DATA_BYTES {
            return Err(terms.value("max_bytes", &max_bytes.to_string(), "at most 10000"));
        }
        terms.finish()?;
        Ok(Self::Allow { max_bytes })
    }
}

impl LockTimeRule {
    /// Reads `lock_time`: `{ max_height = 900000, max_ahead = "24h" }`, one of them or both.
    pub(super) fn read(section: &mut Section) -> Result<Self, PolicyError> {
        const KEY: &str = "lock_time";
        if !section.has(KEY) {
            return Ok(Self::default());
        }
        let mut terms = section.section(KEY)?.only(&["max_height", "max_ahead"])?;
        let height = terms.optional_count("max_height")?;
        let below = |height: u64| {
            u32::try_from(height)
                .ok()
                .filter(|_| height < LOCK_TIME_THRESHOLD)
        };
        let max_height = match height {
            None => None,
            Some(height) => Some(below(height).ok_or_else(|| {
                terms.value(
                    "max_height",
                    &height.to_string(),
                    "a height below 500000000",
                )
            })?),
        };
        let max_ahead = terms.optional_duration("max_ahead")?;
        if max_height.is_none() && max_ahead.is_none() {
            return Err(PolicyError::Missing {
                path: terms.path("max_height"),
            });
        }
        terms.finish()?;
        Ok(Self {
            max_height,
            max_ahead,
        })
    }
}
