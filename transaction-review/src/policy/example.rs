//! Examples inside a policy: what somebody would ask for, and the code that must be the answer.
//! Knows nothing of how they are tried: the verdict's [`examples`](crate::verdict) does that.

use super::section::Section;
use super::{Policy, PolicyError};
use crate::{Amount, Asset, Code};

/// A test of the policy that it carries itself. A policy whose examples do not hold is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    name: String,
    wallet: String,
    to: String,
    amount: Amount,
    fee: Amount,
    expect: Option<Code>,
}

impl Example {
    /// What it shows, in words.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The wallet that pays.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// Whom: a name of the address book, or an address.
    pub fn to(&self) -> &str {
        &self.to
    }

    /// How much.
    pub const fn amount(&self) -> &Amount {
        &self.amount
    }

    /// The fee; on Ethereum the most that gas can cost.
    pub const fn fee(&self) -> &Amount {
        &self.fee
    }

    /// What is paid.
    pub const fn asset(&self) -> Asset {
        self.amount.asset()
    }

    /// The code of the refusal; `None` if it is permitted.
    pub const fn expect(&self) -> Option<Code> {
        self.expect
    }

    /// Whom it pays, as an address: the book's, or the one it names.
    pub(crate) fn destination<'a>(&'a self, policy: &'a Policy) -> &'a str {
        let mut book = policy.addresses().iter();
        let entry = book.find(|entry| entry.name() == self.to && entry.covers(self.asset()));
        entry.map_or(&self.to, |entry| entry.value())
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&["name", "intent", "expect"])?;
        let name = section.name("name")?;
        let intent = section.section("intent")?;
        let mut intent = intent.only(&["wallet", "asset", "to", "amount", "fee"])?;
        let wallet = intent.text("wallet")?;
        let asset = intent.asset("asset")?;
        let to = intent.text("to")?;
        let amount = intent.amount("amount", asset)?;
        // A token's transfer costs the native asset of its chain.
        let native = asset.chain_id().map(|chain_id| Asset::Ether { chain_id });
        let fee = intent.amount("fee", native.unwrap_or(asset))?;
        let expected = section.text("expect")?;
        let mut codes = Code::ALL.iter().copied();
        let code = codes.find(|code| code.as_str() == expected);
        if code.is_none() && expected != "OK" {
            return Err(section.value("expect", &expected, "OK or a reason code"));
        }
        intent.finish()?;
        section.finish()?;
        Ok(Self {
            name,
            wallet,
            to,
            amount,
            fee,
            expect: code,
        })
    }
}
