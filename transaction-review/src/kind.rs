//! The kinds of transaction that a request may carry. Knows nothing of their content.

use core::fmt;

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransactionKind {
    /// A PSBT of version 0 (BIP-174).
    BitcoinPsbt,
    /// An unsigned Ethereum transaction in its envelope (EIP-2718).
    EthereumTransaction,
    /// A transaction of a Safe, for one owner to sign.
    SafeTransaction,
    /// A document of typed data (EIP-712).
    TypedData,
    /// A text (EIP-191, version 0x45).
    Message,
    /// An authorization to delegate the account's code (EIP-7702).
    Delegation,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::BitcoinPsbt,
        Self::EthereumTransaction,
        Self::SafeTransaction,
        Self::TypedData,
        Self::Message,
        Self::Delegation,
    ];

    /// The name in a policy.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BitcoinPsbt => "bitcoin-psbt",
            Self::EthereumTransaction => "ethereum-transaction",
            Self::SafeTransaction => "safe-transaction",
            Self::TypedData => "typed-data",
            Self::Message => "message",
            Self::Delegation => "delegation",
        }
    }

    /// Reads the name in a policy.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }
}

impl fmt::Display for TransactionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
