//! What may be paid, to whom, and what it may cost: address book, rules and fee caps.
//! Knows nothing of a transaction: it is held against these elsewhere.

use super::PolicyError;
use super::section::Section;
use crate::{Amount, Asset};

/// An entry of the address book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressEntry {
    name: String,
    asset: Asset,
    value: String,
    effective_after: u64,
    evidence: Option<String>,
}

impl AddressEntry {
    /// The name that people see.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What may be paid to it.
    pub const fn asset(&self) -> Asset {
        self.asset
    }

    /// The address: a Bitcoin address or an EIP-55 one.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether it names whoever gets this asset: an entry of a chain is for its tokens too.
    pub fn covers(&self, asset: Asset) -> bool {
        match (self.asset, asset) {
            (Asset::Bitcoin, Asset::Bitcoin) => true,
            (Asset::Ether { chain_id }, Asset::Ether { .. } | Asset::Token(_)) => {
                asset.chain_id() == Some(chain_id)
            }
            (Asset::Bitcoin, Asset::Ether { .. } | Asset::Token(_))
            | (Asset::Ether { .. }, Asset::Bitcoin)
            | (Asset::Token(_), _) => false,
        }
    }

    /// The first second (UTC) at which it may be paid.
    pub const fn effective_after(&self) -> u64 {
        self.effective_after
    }

    /// How the address was confirmed.
    pub fn evidence(&self) -> Option<&str> {
        self.evidence.as_deref()
    }

    /// What is paid in the end: the script, whatever the network and the spelling of its address, or
    /// the account.
    pub(super) fn destination(&self) -> String {
        match self.asset {
            Asset::Bitcoin => crate::bitcoin::script_of(&self.value)
                .map_or_else(String::new, |script| script.to_hex_string()),
            Asset::Ether { .. } | Asset::Token(_) => self.value.clone(),
        }
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section =
            section.only(&["name", "asset", "value", "effective_after", "evidence"])?;
        let name = section.name("name")?;
        let asset = section.asset("asset")?;
        let value = section.text("value")?;
        let well_formed = match asset {
            Asset::Bitcoin => crate::bitcoin::script_of(&value).is_some(),
            Asset::Ether { .. } => crate::ethereum::parse_address(&value).is_some(),
            Asset::Token(_) => {
                let expected = "BTC or ETH@<chain id>, which covers the chain's tokens";
                return Err(section.value("asset", &asset.to_string(), expected));
            }
        };
        if !well_formed {
            return Err(section.value(
                "value",
                &value,
                "an address of its asset with a correct checksum",
            ));
        }
        let effective_after = section.instant("effective_after")?;
        let evidence = section.optional_text("evidence")?;
        section.finish()?;
        Ok(Self {
            name,
            asset,
            value,
            effective_after,
            evidence,
        })
    }
}

/// A permission: this wallet may pay this asset to these names, so much at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    id: String,
    wallet: String,
    asset: Asset,
    to: Vec<String>,
    max_per_transaction: Amount,
}

impl Rule {
    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// The asset.
    pub const fn asset(&self) -> Asset {
        self.asset
    }

    /// Names of the address book. An empty list is nobody.
    pub fn to(&self) -> &[String] {
        &self.to
    }

    /// The most that one transaction may pay out in all.
    pub const fn max_per_transaction(&self) -> &Amount {
        &self.max_per_transaction
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&["id", "wallet", "allow", "asset", "to", "max_per_tx"])?;
        let id = section.name("id")?;
        let wallet = section.text("wallet")?;
        let allow = section.text("allow")?;
        if allow != "transfer" {
            return Err(section.unsupported("allow", &allow));
        }
        let asset = section.asset("asset")?;
        let to = section.texts("to")?;
        let max_per_transaction = section.amount("max_per_tx", asset)?;
        section.finish()?;
        Ok(Self {
            id,
            wallet,
            asset,
            to,
            max_per_transaction,
        })
    }
}

/// The caps on what a transaction of a wallet may cost. All of them must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeCaps {
    wallet: String,
    caps: FeeCap,
}

/// The caps by chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeeCap {
    /// For Bitcoin.
    Bitcoin {
        /// The most in all.
        max_absolute: Amount,
        /// The most per virtual byte, in satoshis.
        max_rate: u64,
        /// The most as a part of what is paid to others, in millionths (1 % is 10 000).
        max_millionths_of_external: u64,
    },
    /// For Ethereum.
    Ethereum {
        /// The chain.
        chain_id: u64,
        /// The most that gas limit times maximum fee per gas may be.
        max_native: Amount,
        /// The most gas.
        max_gas: u64,
    },
}

impl FeeCaps {
    /// The wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// The caps.
    pub const fn caps(&self) -> &FeeCap {
        &self.caps
    }

    /// What the caps are for: the wallet and, for Ethereum, the chain.
    pub(super) fn scope(&self) -> String {
        match &self.caps {
            FeeCap::Bitcoin { .. } => self.wallet.clone(),
            FeeCap::Ethereum { chain_id, .. } => format!("{}, chain {chain_id}", self.wallet),
        }
    }

    /// The asset in which the fee is paid.
    pub(crate) const fn asset(&self) -> Asset {
        match self.caps {
            FeeCap::Bitcoin { .. } => Asset::Bitcoin,
            FeeCap::Ethereum { chain_id, .. } => Asset::Ether { chain_id },
        }
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let for_ethereum = section.has("chain");
        let mut section = section.only(if for_ethereum {
            &["wallet", "chain", "max_native", "max_gas"]
        } else {
            &[
                "wallet",
                "max_absolute",
                "max_rate",
                "max_percent_of_external",
            ]
        })?;
        let wallet = section.text("wallet")?;
        let caps = if for_ethereum {
            let chain_id = section.count("chain")?;
            let max_native = section.amount("max_native", Asset::Ether { chain_id })?;
            FeeCap::Ethereum {
                chain_id,
                max_native,
                max_gas: section.count("max_gas")?,
            }
        } else {
            let max_absolute = section.amount("max_absolute", Asset::Bitcoin)?;
            let max_rate = read_rate(&mut section)?;
            let max_millionths_of_external = read_percent(&mut section)?;
            FeeCap::Bitcoin {
                max_absolute,
                max_rate,
                max_millionths_of_external,
            }
        };
        section.finish()?;
        Ok(Self { wallet, caps })
    }
}

fn read_rate(section: &mut Section) -> Result<u64, PolicyError> {
    let text = section.text("max_rate")?;
    let digits = text.strip_suffix(" sat/vB").and_then(whole);
    digits.ok_or_else(|| {
        section.value(
            "max_rate",
            &text,
            "a whole number of sat/vB, as in \"40 sat/vB\"",
        )
    })
}

/// A percentage with at most four digits after the point, in millionths.
fn read_percent(section: &mut Section) -> Result<u64, PolicyError> {
    let text = section.text("max_percent_of_external")?;
    let millionths = || {
        let (percent, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        let plain = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = format!("{fraction:0<4}");
        let fraction = fraction
            .parse::<u64>()
            .ok()
            .filter(|_| plain && fraction.len() == 4)?;
        whole(percent)?.checked_mul(10_000)?.checked_add(fraction)
    };
    let read = millionths().filter(|millionths| *millionths <= 1_000_000);
    read.ok_or_else(|| {
        section.value(
            "max_percent_of_external",
            &text,
            "a percentage up to 100, as in \"1.0\"",
        )
    })
}

/// Digits without sign, separator or leading zero.
fn whole(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let led_by_zero = text.len() > 1 && text.starts_with('0');
    text.parse().ok().filter(|_| plain && !led_by_zero)
}
