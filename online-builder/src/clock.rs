//! Tells the time as seconds since 1970-01-01 UTC, writes it, and reads durations.
//! Knows nothing of what the time is used for.

use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Where the builder takes the time from. Tests inject their own.
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
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
        elapsed.map_or(0, |elapsed| elapsed.as_secs())
    }
}

/// Writes a moment as people and auditors read it.
///
/// ```
/// assert_eq!(online_builder::clock::utc(1_796_112_000), "2026-12-01T08:00:00Z");
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

/// How long a request is good for, in seconds.
///
/// ```
/// use online_builder::clock::Lifetime;
///
/// assert_eq!("36h".parse::<Lifetime>()?.seconds(), 129_600);
/// # Ok::<(), online_builder::clock::LifetimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime(u64);

/// Why a text is not a lifetime.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a duration: write a number from 1 and one of s, m, h, d, as in 24h")]
pub struct LifetimeError {
    /// The text.
    pub found: String,
}

impl Lifetime {
    /// The seconds.
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

impl FromStr for Lifetime {
    type Err = LifetimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_duration(text).map(Self).ok_or_else(|| LifetimeError {
            found: text.to_owned(),
        })
    }
}

fn read_duration(text: &str) -> Option<u64> {
    let unit = text.chars().next_back()?;
    let digits = text.strip_suffix(unit)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits
        .parse::<u64>()
        .ok()
        .filter(|_| plain)?
        .checked_mul(seconds)
}

#[cfg(test)]
mod tests {
    use super::{Lifetime, LifetimeError, utc};

    #[test]
    fn a_lifetime_is_a_number_and_one_letter() {
        for (text, seconds) in [("1s", 1), ("10m", 600), ("24h", 86_400), ("3d", 259_200)] {
            assert_eq!(text.parse::<Lifetime>().map(Lifetime::seconds), Ok(seconds));
        }
        // 2^64 - 1 seconds are 213503982334601 days and a part of one.
        let largest = "213503982334601d".parse::<Lifetime>();
        assert_eq!(
            largest.map(Lifetime::seconds),
            Ok(18_446_744_073_709_526_400)
        );
        let past = "213503982334602d";
        for text in [
            "", "h", "1", "0h", "01h", "1.5h", "-1h", "+1h", "1 h", "1w", "1\u{e9}", past,
        ] {
            let error = LifetimeError {
                found: text.to_owned(),
            };
            assert_eq!(text.parse::<Lifetime>(), Err(error));
        }
    }

    #[test]
    fn a_moment_no_calendar_reaches_is_still_written() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(u64::MAX), "18446744073709551615 s after 1970");
    }
}
