//! Tells the time as seconds since 1970-01-01 UTC.
//! Knows nothing of what the time is used for, and never steps it.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Where the ceremony takes the time from. Tests inject their own.
pub trait Clock {
    /// The present, in seconds since 1970-01-01 UTC; zero if the machine's clock is before that.
    fn now(&self) -> u64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn now(&self) -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs())
    }
}

/// Writes a moment as people and auditors read it, for example `2026-12-01T08:00:00Z`.
///
/// ```
/// assert_eq!(offline_signer::clock::utc(1_764_576_000), "2025-12-01T08:00:00Z");
/// ```
pub fn utc(seconds: u64) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .map_or_else(
            || format!("{seconds} s after 1970"),
            |moment| moment.to_string(),
        )
}
