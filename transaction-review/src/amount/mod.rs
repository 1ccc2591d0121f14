//! Amounts with their asset: integers in the smallest unit, one way to read them, one to write.
//! Knows nothing of limits and of where an amount comes from.

mod token;

use core::fmt;

use alloy_primitives::U256;

pub use token::{Symbol, Token};

use crate::excerpt::excerpt;
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
    /// A token (ERC-20) that the policy has registered.
    Token(Token),
}

impl Asset {
    /// Reads `BTC` or `ETH@<chain id>`, the forms in which a policy names an asset of its own. Tokens
    /// have names only in the policy that registers them.
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
    pub fn symbol(&self) -> &str {
        match self {
            Self::Bitcoin => "BTC",
            Self::Ether { .. } => "ETH",
            Self::Token(token) => token.symbol(),
        }
    }

    /// The unit in which the chain counts.
    pub const fn smallest_unit(&self) -> &'static str {
        match self {
            Self::Bitcoin => "sat",
            Self::Ether { .. } => "wei",
            Self::Token(_) => "base units",
        }
    }

    /// Digits between the two units.
    pub fn decimals(&self) -> usize {
        match self {
            Self::Bitcoin => 8,
            Self::Ether { .. } => 18,
            Self::Token(token) => usize::from(token.decimals()),
        }
    }

    /// The chain (EIP-155) of an asset that has one.
    pub const fn chain_id(&self) -> Option<u64> {
        match self {
            Self::Bitcoin => None,
            Self::Ether { chain_id } => Some(*chain_id),
            Self::Token(token) => Some(token.chain_id()),
        }
    }

    /// Digits after the point that a unit has, by the unit's name in a policy.
    fn unit(&self, name: &str) -> Option<usize> {
        match (self, name) {
            (Self::Bitcoin, "BTC") => Some(8),
            (Self::Ether { .. }, "ETH") => Some(18),
            (Self::Ether { .. }, "gwei") => Some(9),
            (Self::Bitcoin, "sat") | (Self::Ether { .. }, "wei") => Some(0),
            (Self::Token(token), name) if name == token.id() => Some(self.decimals()),
            (Self::Bitcoin | Self::Ether { .. } | Self::Token(_), _) => None,
        }
    }

    /// The units in which a policy may write an amount.
    fn units(&self) -> String {
        match self {
            Self::Bitcoin => "BTC or sat".to_owned(),
            Self::Ether { .. } => "ETH or wei".to_owned(),
            Self::Token(token) => token.id(),
        }
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bitcoin => f.write_str("BTC"),
            Self::Ether { chain_id } => write!(f, "ETH@{chain_id}"),
            Self::Token(token) => f.write_str(&token.id()),
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
    #[error("\"{found}\" is not in a unit of {asset}: use {}", asset.units())]
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
            found: excerpt(text),
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
        let decimals = asset.unit(unit);
        let found = || excerpt(text);
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
        let point = if fraction.is_empty() { "" } else { "." };
        format!(
            "{}{point}{} {}",
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
mod tests;
