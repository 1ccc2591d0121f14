//! Amounts with their asset: integers in the smallest unit, one way to read them, one to write.
//! Knows nothing of limits and of where an amount comes from.

use core::fmt;

use alloy_primitives::U256;

use crate::limits::MAX_SATOSHIS;

/// What is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asset {
    /// Bitcoin, on the network of the wallet.
    Bitcoin,
    /// The native asset of an Ethereum chain.
    Ether {
        /// The chain (EIP-155).
        chain_id: u64,
    },
}

impl Asset {
    /// Reads `BTC` or `ETH@<chain id>`, the forms in which a policy names an asset.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "BTC" {
            return Some(Self::Bitcoin);
        }
        let digits = text.strip_prefix("ETH@")?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        let chain_id = digits.parse().ok().filter(|_| plain)?;
        Some(Self::Ether { chain_id })
    }

    /// The unit in which people count.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Bitcoin => "BTC",
            Self::Ether { .. } => "ETH",
        }
    }

    /// The unit in which the chain counts.
    pub const fn smallest_unit(self) -> &'static str {
        match self {
            Self::Bitcoin => "sat",
            Self::Ether { .. } => "wei",
        }
    }

    /// Digits between the two units.
    pub const fn decimals(self) -> usize {
        match self {
            Self::Bitcoin => 8,
            Self::Ether { .. } => 18,
        }
    }

    const fn units(self) -> &'static [(&'static str, usize)] {
        match self {
            Self::Bitcoin => &[("BTC", 8), ("sat", 0)],
            Self::Ether { .. } => &[("ETH", 18), ("gwei", 9), ("wei", 0)],
        }
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bitcoin => f.write_str("BTC"),
            Self::Ether { chain_id } => write!(f, "ETH@{chain_id}"),
        }
    }
}

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not `<digits>[.<digits>] <unit>`.
    #[error(
        "\"{found}\" is not an amount: write digits, at most one point, one space and a unit, as in \"2.5 BTC\""
    )]
    Grammar {
        /// The text.
        found: String,
    },
    /// A unit that is not one of the asset's.
    #[error("\"{found}\" is not in a unit of {asset}: use {} or {}", asset.symbol(), asset.smallest_unit())]
    Unit {
        /// The text.
        found: String,
        /// The asset that was expected.
        asset: Asset,
    },
    /// More digits after the point than the unit has.
    #[error("\"{found}\" has more than the {decimals} digits after the point that its unit has")]
    Precision {
        /// The text.
        found: String,
        /// Digits that the unit has.
        decimals: usize,
    },
    /// More than can exist.
    #[error("\"{found}\" is more than can exist")]
    TooLarge {
        /// The text.
        found: String,
    },
}

/// An amount of one asset, in its smallest unit (satoshi, wei).
///
/// ```
/// use transaction_review::{Amount, Asset};
///
/// let amount = Amount::parse(Asset::Bitcoin, "1.23456789 BTC")?;
/// assert_eq!(amount.to_string(), "1.234 567 89 BTC (123 456 789 sat)");
/// # Ok::<(), transaction_review::AmountError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    asset: Asset,
    units: U256,
}

impl Amount {
    /// An amount in the smallest unit of its asset.
    pub const fn new(asset: Asset, units: U256) -> Self {
        Self { asset, units }
    }

    /// An amount of satoshis.
    pub fn satoshis(satoshis: u64) -> Self {
        Self::new(Asset::Bitcoin, U256::from(satoshis))
    }

    /// Reads a number with its unit. There is no sign, exponent, separator or default unit.
    ///
    /// # Errors
    /// [`AmountError`] says which of the rules is broken.
    pub fn parse(asset: Asset, text: &str) -> Result<Self, AmountError> {
        let grammar = || AmountError::Grammar {
            found: text.to_owned(),
        };
        let (number, unit) = text.split_once(' ').ok_or_else(grammar)?;
        let (whole, fraction) = match number.split_once('.') {
            None => (number, ""),
            Some((_, "")) => return Err(grammar()),
            Some(parts) => parts,
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let led_by_zero = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || led_by_zero || !digits(whole) || !digits(fraction) {
            return Err(grammar());
        }
        let decimals = asset
            .units()
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, d)| *d);
        let found = || text.to_owned();
        let decimals = decimals.ok_or_else(|| AmountError::Unit {
            found: found(),
            asset,
        })?;
        if fraction.len() > decimals {
            return Err(AmountError::Precision {
                found: found(),
                decimals,
            });
        }
        let units = U256::from_str_radix(&format!("{whole}{fraction:0<decimals$}"), 10).ok();
        let too_large = || AmountError::TooLarge { found: found() };
        let amount = Self {
            asset,
            units: units.ok_or_else(too_large)?,
        };
        if amount.exists() {
            Ok(amount)
        } else {
            Err(too_large())
        }
    }

    /// What the amount is of.
    pub const fn asset(&self) -> Asset {
        self.asset
    }

    /// The amount in the smallest unit.
    pub const fn units(&self) -> U256 {
        self.units
    }

    /// The amount with a unit and all its digits, without the smallest unit beside it.
    pub fn short(&self) -> String {
        let decimals = self.asset.decimals();
        let digits = format!(
            "{:0>width$}",
            self.units.to_string(),
            width = decimals.saturating_add(1)
        );
        let (whole, fraction) = digits
            .split_at_checked(digits.len().saturating_sub(decimals))
            .unwrap_or((&digits, ""));
        format!(
            "{}.{} {}",
            group_whole(whole),
            group_fraction(fraction),
            self.asset.symbol()
        )
    }

    fn exists(&self) -> bool {
        self.asset != Asset::Bitcoin || self.units <= U256::from(MAX_SATOSHIS)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let smallest = group_whole(&self.units.to_string());
        write!(
            f,
            "{} ({smallest} {})",
            self.short(),
            self.asset.smallest_unit()
        )
    }
}

/// Puts a space before every third digit from the right.
pub(crate) fn group_whole(digits: &str) -> String {
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(index);
        if index > 0 && left.is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

fn group_fraction(digits: &str) -> String {
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index.is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use alloy_primitives::U256;
    use proptest::prelude::*;

    use super::{Amount, AmountError, Asset};

    const ETHER: Asset = Asset::Ether { chain_id: 1 };

    #[test]
    fn an_amount_is_written_in_both_units_with_every_digit() {
        let text = |amount: Amount| amount.to_string();
        assert_eq!(
            text(Amount::satoshis(123_456_789_012)),
            "1 234.567 890 12 BTC (123 456 789 012 sat)"
        );
        assert_eq!(text(Amount::satoshis(0)), "0.000 000 00 BTC (0 sat)");
        assert_eq!(
            text(Amount::new(ETHER, U256::from(50_000_000_000_000_000_u64))),
            "0.050 000 000 000 000 000 ETH (50 000 000 000 000 000 wei)"
        );
    }

    #[test]
    fn an_amount_that_is_not_digits_and_a_unit_is_refused_pol_07() {
        for text in [
            "",
            "1",
            " 1 BTC",
            "1.1",
            "1,5 BTC",
            "1e18 BTC",
            "+1 BTC",
            "-1 BTC",
            "1. BTC",
            ".5 BTC",
            "01 BTC",
            "1_000 BTC",
            "0x10 BTC",
            "1.2.3 BTC",
            "nan BTC",
            "1BTC",
        ] {
            let refusal = Amount::parse(Asset::Bitcoin, text);
            assert_eq!(
                refusal,
                Err(AmountError::Grammar {
                    found: text.to_owned()
                }),
                "{text}"
            );
        }
    }

    #[test]
    fn a_unit_of_another_asset_is_refused_pol_07() {
        for (asset, text) in [
            (Asset::Bitcoin, "1 ETH"),
            (Asset::Bitcoin, "1 btc"),
            (Asset::Bitcoin, "1 BTC "),
            (Asset::Bitcoin, "1 "),
            (Asset::Bitcoin, "1  BTC"),
            (Asset::Bitcoin, "1 wei"),
            (ETHER, "1 BTC"),
            (ETHER, "1 sat"),
            (ETHER, "1 Ether"),
        ] {
            let refusal = AmountError::Unit {
                found: text.to_owned(),
                asset,
            };
            assert_eq!(Amount::parse(asset, text), Err(refusal));
        }
    }

    #[test]
    fn digits_below_the_smallest_unit_are_refused_pol_07() {
        assert_eq!(
            Amount::parse(Asset::Bitcoin, "0.00000001 BTC"),
            Ok(Amount::satoshis(1))
        );
        let refusal = AmountError::Precision {
            found: "0.000000001 BTC".to_owned(),
            decimals: 8,
        };
        assert_eq!(
            Amount::parse(Asset::Bitcoin, "0.000000001 BTC"),
            Err(refusal)
        );
        let refusal = AmountError::Precision {
            found: "0.5 sat".to_owned(),
            decimals: 0,
        };
        assert_eq!(Amount::parse(Asset::Bitcoin, "0.5 sat"), Err(refusal));
    }

    #[test]
    fn more_than_can_exist_is_refused_at_the_last_unit_eth_29() {
        let most = U256::MAX.to_string();
        assert_eq!(
            Amount::parse(ETHER, &format!("{most} wei")),
            Ok(Amount::new(ETHER, U256::MAX))
        );
        let over = format!("{}6 wei", most.strip_suffix('5').unwrap());
        assert_eq!(
            Amount::parse(ETHER, &over),
            Err(AmountError::TooLarge {
                found: over.clone()
            })
        );
        assert!(Amount::parse(Asset::Bitcoin, "21000000 BTC").is_ok());
        let over = "21000000.00000001 BTC".to_owned();
        assert_eq!(
            Amount::parse(Asset::Bitcoin, &over),
            Err(AmountError::TooLarge {
                found: over.clone()
            })
        );
    }

    #[test]
    fn ten_ether_in_wei_is_more_than_an_integer_of_toml_holds_eth_29() {
        let ten = Amount::parse(ETHER, "10 ETH").unwrap();
        assert_eq!(ten.units(), U256::from(10_000_000_000_000_000_000_u64));
        assert_eq!(
            ten,
            Amount::parse(ETHER, "10000000000000000000 wei").unwrap()
        );
        assert_eq!(ten, Amount::parse(ETHER, "10000000000 gwei").unwrap());
    }

    #[test]
    fn an_asset_is_named_in_one_way_only() {
        assert_eq!(Asset::parse("BTC"), Some(Asset::Bitcoin));
        assert_eq!(Asset::parse("ETH@1"), Some(ETHER));
        for text in [
            "btc",
            "ETH",
            "ETH@",
            "ETH@0",
            "ETH@01",
            "ETH@+1",
            "ETH@0x1",
            "ETH@18446744073709551616",
        ] {
            assert_eq!(Asset::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(satoshis in 0..=super::MAX_SATOSHIS) {
            let amount = Amount::satoshis(satoshis);
            let text = amount.to_string();
            let (long, short) = text.split_once('(').unwrap();
            let plain = |part: &str, unit: &str| format!("{} {unit}", part.replace([' ', ')'], "").replace(unit, ""));
            prop_assert_eq!(Amount::parse(Asset::Bitcoin, &plain(long, "BTC")).unwrap(), amount);
            prop_assert_eq!(Amount::parse(Asset::Bitcoin, &plain(short, "sat")).unwrap(), amount);
        }
    }
}
