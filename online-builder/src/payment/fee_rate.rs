//! What a virtual byte costs, as people write it and as fees are worked out: in whole numbers.
//! Knows nothing of transactions but their size.

use core::fmt;
use core::str::FromStr;

use super::PaymentError;

/// A fee rate in satoshis for 1000 virtual bytes (BIP-141).
///
/// ```
/// use online_builder::payment::FeeRate;
///
/// let rate: FeeRate = "12.5 sat/vB".parse()?;
/// assert_eq!(rate.fee(141), 1_763);
/// assert_eq!(rate.to_string(), "12.5 sat/vB");
/// # Ok::<(), online_builder::payment::PaymentError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeeRate(u32);

impl FeeRate {
    /// The least by which a replacement has to pay more, for each of its own bytes (BIP-125, rule 4).
    pub const INCREMENT: Self = Self(SCALE);

    /// The fee in satoshis for a size in virtual bytes, rounded up.
    pub fn fee(self, virtual_bytes: u64) -> u64 {
        let exact = u64::from(self.0).saturating_mul(virtual_bytes);
        exact.div_ceil(u64::from(SCALE))
    }

    /// The number before the unit: `12`, or `12.5`.
    pub(super) fn number(self) -> String {
        let digits = format!("{:04}", self.0);
        let (whole, rest) = digits
            .split_at_checked(digits.len().saturating_sub(3))
            .unwrap_or_default();
        let rest = rest.trim_end_matches('0');
        if rest.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{rest}")
        }
    }
}

impl fmt::Display for FeeRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sat/vB", self.number())
    }
}

impl FromStr for FeeRate {
    type Err = PaymentError;

    /// Reads `12 sat/vB` or `12.5 sat/vB`: from 0.001 to 1 000 000, with three decimals at most.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || PaymentError::FeeRate {
            found: text.to_owned(),
        };
        let number = text.strip_suffix(" sat/vB").ok_or_else(malformed)?;
        let (whole, rest) = number.split_once('.').unwrap_or((number, "0"));
        let plain = |digits: &str, most: usize| {
            (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if !plain(whole, 7) || !plain(rest, 3) || leading_zero {
            return Err(malformed());
        }
        let rate: u32 = format!("{whole}{rest:0<3}")
            .parse()
            .map_err(|_digits| malformed())?;
        if (1..=MOST).contains(&rate) {
            Ok(Self(rate))
        } else {
            Err(malformed())
        }
    }
}

const SCALE: u32 = 1_000;

const MOST: u32 = 1_000_000 * SCALE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_and_written_the_same() {
        for text in ["0.001", "0.5", "1", "12", "12.5", "12.345", "1000000"] {
            let rate: FeeRate = format!("{text} sat/vB").parse().unwrap();
            assert_eq!(rate.to_string(), format!("{text} sat/vB"));
        }
        let rate: FeeRate = "12.500 sat/vB".parse().unwrap();
        assert_eq!(rate.to_string(), "12.5 sat/vB");
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "",
            "12",
            "12 sat",
            "12sat/vB",
            "12 sat/vb",
            " 12 sat/vB",
            "12  sat/vB",
            "-1 sat/vB",
            "+1 sat/vB",
            "1e3 sat/vB",
            "1. sat/vB",
            ".5 sat/vB",
            "0 sat/vB",
            "0.000 sat/vB",
            "1.2345 sat/vB",
            "1000000.001 sat/vB",
            "99999999 sat/vB",
            "012 sat/vB",
            "1,5 sat/vB",
            "nan sat/vB",
            "inf sat/vB",
        ] {
            let found = text.to_owned();
            let refused = text.parse::<FeeRate>();
            assert_eq!(refused, Err(PaymentError::FeeRate { found }), "{text}");
        }
    }

    #[test]
    fn a_fee_is_rounded_up_to_a_whole_satoshi() {
        let fee = |text: &str, size| text.parse::<FeeRate>().unwrap().fee(size);
        assert_eq!(fee("1 sat/vB", 141), 141);
        assert_eq!(fee("0.001 sat/vB", 1), 1);
        assert_eq!(fee("0.001 sat/vB", 1_000), 1);
        assert_eq!(fee("0.001 sat/vB", 1_001), 2);
        assert_eq!(fee("12.345 sat/vB", 200), 2_469);
    }
}
