//! What bounds several transactions together: limits over sliding windows, tiers of approvers, and
//! the hours in which anything is signed. Knows nothing of a history: it is held against these
//! elsewhere.

use super::PolicyError;
use super::section::Section;
use crate::limits::MAX_LIMIT_WINDOW_SECONDS;
use crate::{Amount, Asset, instant};

/// A limit over the time before a request, and the request itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    wallet: String,
    asset: Asset,
    window: u64,
    max: Option<Amount>,
    max_count: Option<u64>,
    per_destination: bool,
}

impl Limit {
    /// The wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// What is paid.
    pub const fn asset(&self) -> Asset {
        self.asset
    }

    /// Seconds that the window is long. It ends with the request and slides: no midnight.
    pub const fn window(&self) -> u64 {
        self.window
    }

    /// The most that may be paid to others within the window, without fees.
    pub const fn max(&self) -> Option<&Amount> {
        self.max.as_ref()
    }

    /// The most intents within the window.
    pub const fn max_count(&self) -> Option<u64> {
        self.max_count
    }

    /// Whether it holds for each destination by itself.
    pub const fn per_destination(&self) -> bool {
        self.per_destination
    }

    /// What it is for: no two limits are for the same.
    pub(super) fn scope(&self) -> String {
        format!(
            "{}, each destination: {}",
            self.name(),
            self.per_destination
        )
    }

    /// The limit in the words of a refusal: wallet, asset and window.
    pub(crate) fn name(&self) -> String {
        let window = instant::duration_text(self.window);
        format!("{} / {} / {window}", self.wallet, self.asset)
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section =
            section.only(&["wallet", "asset", "window", "max", "max_count", "per"])?;
        let wallet = section.text("wallet")?;
        let asset = section.asset("asset")?;
        let window = section.duration("window")?;
        if window > MAX_LIMIT_WINDOW_SECONDS {
            return Err(section.value("window", &instant::duration_text(window), "at most 366d"));
        }
        let max = section.optional_amount("max", asset)?;
        let max_count = section.optional_count("max_count")?;
        if max.is_none() && max_count.is_none() {
            let path = section.path("max");
            return Err(PolicyError::Missing { path });
        }
        let per = section.optional_text("per")?;
        if let Some(other) = per.as_deref().filter(|per| *per != "destination") {
            return Err(section.value("per", other, "\"destination\", or no such key"));
        }
        section.finish()?;
        Ok(Self {
            wallet,
            asset,
            window,
            max,
            max_count,
            per_destination: per.is_some(),
        })
    }
}

/// How many people have to approve up to an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    wallet: String,
    asset: Asset,
    up_to: Amount,
    need: u32,
    exclude_initiator: bool,
}

impl Tier {
    /// The wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// What is paid.
    pub const fn asset(&self) -> Asset {
        self.asset
    }

    /// The largest amount that it is for.
    pub const fn up_to(&self) -> &Amount {
        &self.up_to
    }

    /// How many approvers, at least two.
    pub const fn need(&self) -> u32 {
        self.need
    }

    /// Whether the person behind the source that asks may not be one of them.
    pub const fn exclude_initiator(&self) -> bool {
        self.exclude_initiator
    }

    /// The wallet and the asset, which several tiers share.
    pub(super) fn scope(&self) -> (&str, Asset) {
        (&self.wallet, self.asset)
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&["wallet", "asset", "up_to", "quorum"])?;
        let wallet = section.text("wallet")?;
        let asset = section.asset("asset")?;
        let up_to = section.amount("up_to", asset)?;
        let quorum = section.section("quorum")?;
        let mut quorum = quorum.only(&["need", "role", "exclude_initiator"])?;
        let need = quorum.approvers()?;
        let exclude_initiator =
            quorum.has("exclude_initiator") && quorum.flag("exclude_initiator")?;
        quorum.finish()?;
        section.finish()?;
        Ok(Self {
            wallet,
            asset,
            up_to,
            need,
            exclude_initiator,
        })
    }
}

/// Names of the days as a policy writes them, from Monday on.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_SECONDS: u64 = 86_400;

/// Days and hours (UTC) in which requests are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeWindow {
    days: Vec<usize>,
    from: u64,
    to: u64,
}

impl TimeWindow {
    /// Whether a time (seconds UTC) is inside: from the first second of `from` to the one before
    /// `to`.
    pub fn contains(&self, now: u64) -> bool {
        let (day, second) = weekday(now);
        self.days.contains(&day) && (self.from..self.to).contains(&second)
    }

    /// The first second at or after a time that is inside.
    pub(super) fn opens(&self, now: u64) -> u64 {
        let (_, second) = weekday(now);
        let midnight = now.saturating_sub(second);
        let starts = (0..=7_u64).map(|days| {
            let start = midnight.saturating_add(days.saturating_mul(DAY_SECONDS));
            start.saturating_add(self.from)
        });
        let mut inside = starts
            .map(|start| start.max(now))
            .filter(|at| self.contains(*at));
        inside.next().unwrap_or(u64::MAX)
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&["days", "from", "to"])?;
        let mut days = Vec::new();
        for text in section.texts("days")? {
            let day = DAYS.iter().position(|day| *day == text);
            let unknown = || section.value("days", &text, "mon, tue, wed, thu, fri, sat or sun");
            let day = day.ok_or_else(unknown)?;
            if days.contains(&day) {
                return Err(section.value("days", &text, "a day that is listed once"));
            }
            days.push(day);
        }
        if days.is_empty() {
            return Err(section.value("days", "", "one day at least"));
        }
        let from = read_hour(&mut section, "from")?;
        let to = read_hour(&mut section, "to")?;
        if from >= to {
            let found = hour_text(to);
            let expected = "later than from: a window over midnight is written as two";
            return Err(section.value("to", &found, expected));
        }
        section.finish()?;
        Ok(Self { days, from, to })
    }
}

impl core::fmt::Display for TimeWindow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let days: Vec<&str> = self
            .days
            .iter()
            .filter_map(|day| DAYS.get(*day).copied())
            .collect();
        let (from, to) = (hour_text(self.from), hour_text(self.to));
        write!(f, "{} {from} to {to}", days.join(", "))
    }
}

/// The day of the week, counted from Monday, and the second of the day (UTC).
fn weekday(now: u64) -> (usize, u64) {
    let second = now.checked_rem(DAY_SECONDS).unwrap_or_default();
    let days = now.checked_div(DAY_SECONDS).unwrap_or_default();
    // The first of January 1970 was a Thursday.
    let day = days.saturating_add(3).checked_rem(7).unwrap_or_default();
    (usize::try_from(day).unwrap_or_default(), second)
}

/// Reads `HH:MM`, from `00:00` to `24:00`, as seconds of the day.
fn read_hour(section: &mut Section, key: &str) -> Result<u64, PolicyError> {
    let text = section.text(key)?;
    let seconds = || {
        let (hours, minutes) = text.split_once(':')?;
        let two = |part: &str| {
            let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<u64>().ok().filter(|_| plain)
        };
        let minutes = two(minutes).filter(|minutes| *minutes < 60)?;
        let minutes = two(hours)?.checked_mul(60)?.checked_add(minutes)?;
        minutes
            .checked_mul(60)
            .filter(|seconds| *seconds <= DAY_SECONDS)
    };
    let malformed = || section.value(key, &text, "a time of day in UTC, as in \"07:00\"");
    seconds().ok_or_else(malformed)
}

fn hour_text(seconds: u64) -> String {
    let minutes = seconds.checked_div(60).unwrap_or_default();
    let hours = minutes.checked_div(60).unwrap_or_default();
    let rest = minutes.checked_rem(60).unwrap_or_default();
    format!("{hours:02}:{rest:02}")
}
