//! The Bitcoin networks, and addresses as texts for scripts.
//! Knows nothing of wallets: an address says which script it is for, not whose it is.

use core::fmt;

use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Script, ScriptBuf};

/// A Bitcoin network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Network {
    /// Where coins have value.
    Mainnet,
    /// The test network (BIP-94 and its predecessor).
    Testnet,
    /// The signed test network (BIP-325).
    Signet,
    /// A private chain for tests.
    Regtest,
}

impl Network {
    /// Reads `mainnet`, `testnet`, `signet` or `regtest`.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Mainnet, Self::Testnet, Self::Signet, Self::Regtest];
        all.into_iter().find(|network| network.name() == text)
    }

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mainnet => "mainnet",
            Self::Testnet => "testnet",
            Self::Signet => "signet",
            Self::Regtest => "regtest",
        }
    }

    /// The script that an address pays to, if the address is of this network.
    pub(crate) fn script_of(self, address: &str) -> Option<ScriptBuf> {
        let address: Address<NetworkUnchecked> = address.parse().ok()?;
        Some(address.require_network(self.kind()).ok()?.script_pubkey())
    }

    /// The address of a script, for the kinds of script that have a well-known one.
    pub(crate) fn address_of(self, script: &Script) -> Option<String> {
        let known = script.is_p2pkh()
            || script.is_p2sh()
            || script.is_p2wpkh()
            || script.is_p2wsh()
            || script.is_p2tr();
        let address = Address::from_script(script, self.kind())
            .ok()
            .filter(|_| known)?;
        Some(address.to_string())
    }

    const fn kind(self) -> bitcoin::Network {
        match self {
            Self::Mainnet => bitcoin::Network::Bitcoin,
            Self::Testnet => bitcoin::Network::Testnet,
            Self::Signet => bitcoin::Network::Signet,
            Self::Regtest => bitcoin::Network::Regtest,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The script of an address with a correct checksum, whatever its network.
pub(crate) fn script_of(address: &str) -> Option<ScriptBuf> {
    let address: Address<NetworkUnchecked> = address.parse().ok()?;
    Some(address.assume_checked().script_pubkey())
}
