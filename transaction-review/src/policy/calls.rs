//! What a wallet may call: approvals of spenders, and functions of named contracts with bounds on
//! every argument. Knows nothing of any one call: the verdict holds it against these.

use std::sync::Arc;

use alloy_primitives::U256;

use super::PolicyError;
use super::section::Section;
use crate::ethereum::{Address, Function, is_batch};
use crate::{Amount, Asset};

/// A permission: this wallet may let these spenders take so much of this token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveRule {
    id: String,
    wallet: String,
    asset: Asset,
    to: Vec<String>,
    max_allowance: Amount,
}

impl ApproveRule {
    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// The token.
    pub const fn asset(&self) -> Asset {
        self.asset
    }

    /// The spenders: names of the address book. An empty list is nobody.
    pub fn to(&self) -> &[String] {
        &self.to
    }

    /// The most that one approval may allow.
    pub const fn max_allowance(&self) -> &Amount {
        &self.max_allowance
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section =
            section.only(&["id", "wallet", "allow", "asset", "to", "max_allowance"])?;
        section.text("allow")?;
        let id = section.name("id")?;
        let wallet = section.text("wallet")?;
        let asset = section.asset("asset")?;
        if !matches!(asset, Asset::Token(_)) {
            return Err(section.value("asset", &asset.to_string(), "the id of an [[asset]]"));
        }
        let rule = Self {
            id,
            wallet,
            asset,
            to: section.texts("to")?,
            max_allowance: section.amount("max_allowance", asset)?,
        };
        section.finish()?;
        Ok(rule)
    }
}

/// What one argument of a call may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentBound {
    /// Anything; it is shown.
    Any,
    /// An address of these names in the book.
    InAddresses(Vec<String>),
    /// The wallet's own address.
    Wallet,
    /// Exactly this, spelled as on the screens.
    Equals(String),
    /// A number within bounds, both included.
    Between {
        /// The least.
        min: U256,
        /// The most.
        max: U256,
    },
}

impl ArgumentBound {
    /// The names of the address book that it speaks of.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::InAddresses(names) => names,
            Self::Any | Self::Wallet | Self::Equals(_) | Self::Between { .. } => &[],
        }
    }
}

/// A permission: this wallet may call this function of this contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRule {
    id: String,
    wallet: String,
    contract: String,
    chain_id: u64,
    address: Address,
    function: Arc<Function>,
    arguments: Vec<ArgumentBound>,
    max_value: Amount,
    need: Option<u32>,
}

impl CallRule {
    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// The contract's name.
    pub fn contract(&self) -> &str {
        &self.contract
    }

    /// The chain (EIP-155).
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Where the contract is.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// The function.
    pub const fn function(&self) -> &Arc<Function> {
        &self.function
    }

    /// What each argument may be, in their order.
    pub fn arguments(&self) -> &[ArgumentBound] {
        &self.arguments
    }

    /// The most of the native asset that a call may carry.
    pub const fn max_value(&self) -> &Amount {
        &self.max_value
    }

    /// How many approvers it needs by itself.
    pub const fn need(&self) -> Option<u32> {
        self.need
    }

    /// Reads a rule; `place` gives the chain and the address of a registered contract's name.
    pub(super) fn read(
        section: Section,
        place: &dyn Fn(&str) -> Option<(u64, Address)>,
    ) -> Result<Self, PolicyError> {
        let mut section = section.only(&[
            "id", "wallet", "allow", "contract", "function", "args", "value", "quorum",
        ])?;
        section.text("allow")?;
        let id = section.name("id")?;
        let wallet = section.text("wallet")?;
        let contract = section.text("contract")?;
        let unknown = || PolicyError::Reference {
            path: section.path("contract"),
            found: crate::excerpt::excerpt(&contract),
            expected: "the name of a [[contract]] or the id of an [[asset]]",
        };
        let (chain_id, address) = place(&contract).ok_or_else(unknown)?;
        let function = read_function(&mut section)?;
        let arguments = read_arguments(&mut section, &function, chain_id)?;
        let max_value = section.amount("value", Asset::Ether { chain_id })?;
        let need = section.optional_quorum()?;
        section.finish()?;
        Ok(Self {
            id,
            wallet,
            contract,
            chain_id,
            address,
            function: Arc::new(function),
            arguments,
            max_value,
            need,
        })
    }
}

fn read_function(section: &mut Section) -> Result<Function, PolicyError> {
    let text = section.text("function")?;
    Function::parse(&text).map_err(|reason| PolicyError::Function {
        path: section.path("function"),
        reason,
    })
}

/// One bound for each argument: what is not bounded is said to be anything, never left out.
fn read_arguments(
    section: &mut Section,
    function: &Function,
    chain_id: u64,
) -> Result<Vec<ArgumentBound>, PolicyError> {
    let types = function.types();
    let mut bounds: Vec<Option<ArgumentBound>> = vec![None; types.len()];
    let path = section.path("args");
    for mut argument in section.sections("args")? {
        let index = argument.count_or_zero("index")?;
        let place = usize::try_from(index).ok();
        let kind = place.and_then(|place| types.get(place));
        let expected = "the position of an argument, counted from 0, once each";
        let wrong = || argument.value("index", &index.to_string(), expected);
        let kind = kind.ok_or_else(wrong)?;
        let free = is_batch(function.signature()) || !kind.contains("bytes") || fixed_bytes(kind);
        let bound = ArgumentBound::read(&mut argument, kind, free, chain_id)?;
        let wrong = || argument.value("index", &index.to_string(), expected);
        let slot = place.and_then(|place| bounds.get_mut(place));
        match slot.filter(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(bound),
            None => return Err(wrong()),
        }
        argument.finish()?;
    }
    let missing = bounds.iter().position(Option::is_none);
    match missing {
        Some(index) => Err(PolicyError::Missing {
            path: format!("{path} for argument {index}"),
        }),
        None => Ok(bounds.into_iter().flatten().collect()),
    }
}

/// `bytes4` and its like: a word that is shown whole.
fn fixed_bytes(kind: &str) -> bool {
    kind.strip_prefix("bytes")
        .is_some_and(|width| !width.is_empty() && width.bytes().all(|byte| byte.is_ascii_digit()))
}

impl ArgumentBound {
    /// Reads the one bound that an argument has.
    fn read(
        section: &mut Section,
        kind: &str,
        free: bool,
        chain_id: u64,
    ) -> Result<Self, PolicyError> {
        const FORMS: &str = "one of any, in_addresses, equals_wallet, equals, or max with min";
        let number = kind.starts_with("uint") && !kind.contains('[');
        let bound = if section.has("any") {
            let any = section.flag("any")?;
            let expected = "true, and of no bytes, whose meaning nobody can read";
            if !any || !free {
                return Err(section.value("any", kind, expected));
            }
            Self::Any
        } else if section.has("in_addresses") && kind == "address" {
            Self::InAddresses(section.texts("in_addresses")?)
        } else if section.has("equals_wallet") && kind == "address" {
            if !section.flag("equals_wallet")? {
                return Err(section.value("equals_wallet", "false", "true"));
            }
            Self::Wallet
        } else if section.has("equals") {
            Self::Equals(section.text("equals")?)
        } else if section.has("max") && number {
            let max = read_number(section, "max", chain_id)?;
            let min = if section.has("min") {
                read_number(section, "min", chain_id)?
            } else {
                U256::ZERO
            };
            Self::Between { min, max }
        } else {
            return Err(section.value("index", kind, FORMS));
        };
        Ok(bound)
    }
}

/// A number of the chain, or an amount with its unit.
fn read_number(section: &mut Section, key: &str, chain_id: u64) -> Result<U256, PolicyError> {
    let text = section.text(key)?;
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let led_by_zero = text.len() > 1 && text.starts_with('0');
    if digits && !led_by_zero {
        let number = U256::from_str_radix(&text, 10).ok();
        return number.ok_or_else(|| section.value(key, &text, "a number below 2^256"));
    }
    Ok(section.amount_from(key, &text, chain_id)?.units())
}
