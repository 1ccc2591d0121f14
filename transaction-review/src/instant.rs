//! Instants and durations as people read them. Knows nothing of clocks: every time is an argument.

use jiff::Timestamp;

/// Seconds since 1970 UTC as an RFC 3339 text; a bare number where no calendar reaches.
pub(crate) fn text(seconds: u64) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .map_or_else(|| format!("{seconds} s"), |instant| instant.to_string())
}

/// Reads `YYYY-MM-DDTHH:MM:SSZ`, the one spelling of RFC 3339 §5.6 that is used here: UTC, whole
/// seconds, no leap second, capitals.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let pattern = b"0000-00-00T00:00:00Z";
    let fits = |(byte, form): (u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *form,
    };
    if text.len() != pattern.len() || !text.bytes().zip(pattern).all(fits) {
        return None;
    }
    let instant: Timestamp = text.parse().ok()?;
    let seconds = u64::try_from(instant.as_second()).ok()?;
    // A leap second, which has no number of its own, would be read as the second before it.
    (self::text(seconds) == text).then_some(seconds)
}

/// Reads `<digits><s|m|h|d>` as seconds.
pub(crate) fn parse_duration(text: &str) -> Option<u64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits
        .parse::<u64>()
        .ok()
        .filter(|_| plain)?
        .checked_mul(seconds)
}

/// Seconds as a policy writes them, in the largest unit that leaves no rest.
pub(crate) fn duration_text(seconds: u64) -> String {
    for (unit, letter) in [(86_400, 'd'), (3_600, 'h'), (60, 'm')] {
        let rest = seconds.checked_rem(unit);
        // Up to three days are written in hours, as most limits and lifetimes are.
        let whole = seconds
            .checked_div(unit)
            .filter(|number| rest == Some(0) && *number > 0);
        if let Some(number) = whole.filter(|number| unit != 86_400 || *number > 3) {
            return format!("{number}{letter}");
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_duration_is_written_in_its_largest_unit() {
        for (seconds, text) in [
            (1, "1s"),
            (60, "1m"),
            (3_601, "3601s"),
            (86_400, "24h"),
            (259_200, "72h"),
            (604_800, "7d"),
            (0, "0s"),
        ] {
            assert_eq!(super::duration_text(seconds), text);
        }
    }

    #[test]
    fn an_instant_is_utc_and_whole_seconds() {
        assert_eq!(super::parse("2026-12-01T08:00:00Z"), Some(1_796_112_000));
        assert_eq!(super::text(1_796_112_000), "2026-12-01T08:00:00Z");
        for text in [
            "2026-12-01T08:00:00+00:00",
            "2026-12-01T08:00:00-00:00",
            "2026-12-01T08:00:00.5Z",
            "2026-12-01T08:00:00.0Z",
            "2026-12-01T08:00:60Z",
            "2016-12-31T23:59:60Z",
            "2026-12-01T24:00:00Z",
            "2026-02-29T08:00:00Z",
            "2026-12-01t08:00:00Z",
            "2026-12-01T08:00:00z",
            "2026-12-01 08:00:00Z",
            "2026-12-01T08:00Z",
            "2026-12-01T08:00:00",
            "20261201T080000Z",
            "+02026-12-01T08:00Z",
            "2026-12-01",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(super::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_is_a_number_and_one_letter() {
        assert_eq!(super::parse_duration("72h"), Some(259_200));
        assert_eq!(super::parse_duration("10m"), Some(600));
        for text in [
            "",
            "h",
            "1",
            "0h",
            "01h",
            "1.5h",
            "-1h",
            "1 h",
            "1w",
            "+1h",
            "1\u{e9}",
            "99999999999999999999d",
        ] {
            assert_eq!(super::parse_duration(text), None, "{text}");
        }
    }
}
