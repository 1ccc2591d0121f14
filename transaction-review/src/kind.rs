//! The kinds of transaction that a request may carry. Knows nothing of their content.

use core::fmt;

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransactionKind {
    /// A PSBT of version 0 (BIP-174).
    BitcoinPsbt,
    /// An unsigned Ethereum transaction in its envelope (EIP-2718).
    EthereumTransaction,
}

impl TransactionKind {
    /// The name in a policy.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BitcoinPsbt => "bitcoin-psbt",
            Self::EthereumTransaction => "ethereum-transaction",
        }
    }

    /// Reads the name in a policy.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::BitcoinPsbt, Self::EthereumTransaction]
            .into_iter()
            .find(|kind| kind.name() == text)
    }
}

impl fmt::Display for TransactionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
