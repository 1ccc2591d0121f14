//! Why a request is not reviewed. Knows nothing of the policy's limits.

use crate::{BitcoinError, Code, EthereumError, TransactionKind};

/// Why a request cannot be reviewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The wallet is not in the policy.
    #[error("the policy has no wallet \"{wallet}\": correct the request or change the policy")]
    WalletUnknown {
        /// The id asked for.
        wallet: String,
    },
    /// The kind is not the wallet's.
    #[error("the wallet {wallet} signs {expected}, the request carries {found}")]
    KindMismatch {
        /// The wallet.
        wallet: String,
        /// The kind asked for.
        found: TransactionKind,
        /// The wallet's kind.
        expected: TransactionKind,
    },
    /// Previous transactions where none belong.
    #[error("the request carries {found} previous transactions, an Ethereum transaction has none")]
    ProofUnused {
        /// How many.
        found: usize,
    },
    /// The Bitcoin transaction is refused.
    #[error(transparent)]
    Bitcoin(#[from] BitcoinError),
    /// The Ethereum transaction is refused.
    #[error(transparent)]
    Ethereum(#[from] EthereumError),
}

impl ReviewError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::WalletUnknown { .. } => Code::WalletUnknown,
            Self::KindMismatch { .. } => Code::KindMismatch,
            Self::ProofUnused { .. } => Code::ProofUnused,
            Self::Bitcoin(error) => error.code(),
            Self::Ethereum(error) => error.code(),
        }
    }
}
