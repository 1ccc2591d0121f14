//! The types of transaction (EIP-2718) that are read. Knows nothing of their fields.

use core::fmt;

/// A type of transaction. Type 3 (blobs) and everything newer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransactionType {
    /// Before EIP-2718, bound to a chain by EIP-155.
    Legacy,
    /// EIP-2930.
    AccessList,
    /// EIP-1559.
    DynamicFee,
    /// EIP-7702.
    SetCode,
}

impl TransactionType {
    /// Every type.
    pub const ALL: [Self; 4] = [
        Self::Legacy,
        Self::AccessList,
        Self::DynamicFee,
        Self::SetCode,
    ];

    /// The type byte; of a legacy transaction, which has none, 0.
    pub const fn number(self) -> u8 {
        match self {
            Self::Legacy => 0,
            Self::AccessList => 1,
            Self::DynamicFee => 2,
            Self::SetCode => 4,
        }
    }

    /// Whether the tip has a field of its own.
    pub(super) const fn has_tip(self) -> bool {
        matches!(self, Self::DynamicFee | Self::SetCode)
    }
}

impl fmt::Display for TransactionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Legacy => "0x00, EIP-155",
            Self::AccessList => "0x01, EIP-2930",
            Self::DynamicFee => "0x02, EIP-1559",
            Self::SetCode => "0x04, EIP-7702",
        })
    }
}
