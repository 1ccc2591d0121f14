//! What a policy registers of a chain: tokens with their symbols and decimals, and contracts with a
//! name. Knows nothing of what may be done with them: rules say that.

use super::PolicyError;
use super::section::Section;
use crate::ethereum::Address;
use crate::{Symbol, Token};

/// A contract that rules can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    name: String,
    chain_id: u64,
    address: Address,
}

impl Contract {
    /// The name that people see.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The chain (EIP-155).
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Where it is.
    pub const fn address(&self) -> Address {
        self.address
    }

    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&["name", "chain", "address"])?;
        let contract = Self {
            name: section.name("name")?,
            chain_id: section.count("chain")?,
            address: section.address("address")?,
        };
        section.finish()?;
        Ok(contract)
    }
}

/// Reads `[[asset]]`: the id is the symbol, `@` and the chain, so that one name cannot mean two
/// things.
pub(super) fn read_token(section: Section) -> Result<Token, PolicyError> {
    let mut section = section.only(&["id", "chain", "contract", "symbol", "decimals"])?;
    let id = section.text("id")?;
    let chain_id = section.count("chain")?;
    let contract = section.address("contract")?;
    let text = section.text("symbol")?;
    let symbol = Symbol::parse(&text).ok_or_else(|| {
        section.value(
            "symbol",
            &text,
            "1 to 11 letters, digits and points, no unit of BTC or ETH",
        )
    })?;
    let decimals = read_decimals(&mut section)?;
    let token = decimals.and_then(|decimals| Token::new(chain_id, contract, symbol, decimals));
    let token = token.ok_or_else(|| section.value("decimals", "more than 36", "0 to 36"))?;
    if id != token.id() {
        return Err(section.value("id", &id, "the symbol, \"@\" and the chain, as in USDC@1"));
    }
    section.finish()?;
    Ok(token)
}

/// Digits after the point; zero is a number of them too.
fn read_decimals(section: &mut Section) -> Result<Option<u8>, PolicyError> {
    let decimals = section.count_or_zero("decimals")?;
    Ok(u8::try_from(decimals).ok())
}
