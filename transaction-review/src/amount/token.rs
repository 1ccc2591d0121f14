//! Tokens: what a policy registers of a contract, so that amounts of it can be read and written.
//! Knows nothing of what the contract says of itself: names and decimals come from the policy only.

use core::fmt;

use alloy_primitives::Address;

/// Letters that a symbol may have.
const SYMBOL_LETTERS: usize = 11;

/// Digits after the point that a token may have; a number of the chain has 77 digits.
const MAX_DECIMALS: u8 = 36;

/// A symbol of 1 to 11 letters and digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    letters: [u8; SYMBOL_LETTERS],
    length: u8,
}

impl Symbol {
    /// Reads ASCII letters, digits and points that begin with a letter; none of the native assets' units
    /// is a symbol.
    pub fn parse(text: &str) -> Option<Self> {
        const TAKEN: [&str; 5] = ["btc", "sat", "eth", "gwei", "wei"];
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        let begins = text.starts_with(|first: char| first.is_ascii_alphabetic());
        let taken = TAKEN.contains(&text.to_ascii_lowercase().as_str());
        let length = u8::try_from(text.len()).ok();
        let length = length.filter(|_| plain && begins && !taken)?;
        let mut letters = [0; SYMBOL_LETTERS];
        letters
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Some(Self { letters, length })
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        let letters = self.letters.get(..usize::from(self.length));
        letters
            .and_then(|letters| core::str::from_utf8(letters).ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A token of an Ethereum chain (ERC-20) as a policy registers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    chain_id: u64,
    contract: [u8; 20],
    symbol: Symbol,
    decimals: u8,
}

impl Token {
    /// A token; `None` for more than 36 decimals.
    pub fn new(chain_id: u64, contract: Address, symbol: Symbol, decimals: u8) -> Option<Self> {
        (decimals <= MAX_DECIMALS).then_some(Self {
            chain_id,
            contract: contract.0.0,
            symbol,
            decimals,
        })
    }

    /// The chain (EIP-155).
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The contract.
    pub const fn contract(&self) -> Address {
        Address::new(self.contract)
    }

    /// The symbol that people see.
    pub fn symbol(&self) -> &str {
        self.symbol.as_str()
    }

    /// Digits after the point.
    pub const fn decimals(&self) -> u8 {
        self.decimals
    }

    /// The name in a policy: `USDC@1`.
    pub fn id(&self) -> String {
        format!("{}@{}", self.symbol.as_str(), self.chain_id)
    }
}
