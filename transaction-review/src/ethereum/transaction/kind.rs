//! The four types of transaction that are understood (EIP-2718), and which fields each has.
//! Knows nothing of the values.

use core::fmt;

/// The type of a transaction. Blobs (type 3, EIP-4844) and whatever comes later are not signed.
///
/// ```
/// use transaction_review::ethereum::TransactionType;
///
/// assert_eq!(TransactionType::DynamicFee.to_string(), "0x02, EIP-1559");
/// assert_eq!(TransactionType::SetCode.number(), 4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransactionType {
    /// Type 0 with a chain id (EIP-155): one gas price.
    Legacy,
    /// Type 1 (EIP-2930): one gas price and an access list.
    AccessList,
    /// Type 2 (EIP-1559): two prices and an access list.
    DynamicFee,
    /// Type 4 (EIP-7702): type 2 and authorizations that give accounts code.
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

    /// The number of EIP-2718; the encoding of type 0 does not begin with it.
    pub const fn number(self) -> u8 {
        match self {
            Self::Legacy => 0,
            Self::AccessList => 1,
            Self::DynamicFee => 2,
            Self::SetCode => 4,
        }
    }

    /// The type of what begins with this byte. A list begins with `0xc0` or more.
    pub(super) const fn of_first_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::AccessList),
            2 => Some(Self::DynamicFee),
            4 => Some(Self::SetCode),
            0xc0..=0xff => Some(Self::Legacy),
            _ => None,
        }
    }

    /// A gas price, where later types have a tip and a maximum.
    pub(super) const fn has_one_price(self) -> bool {
        match self {
            Self::Legacy | Self::AccessList => true,
            Self::DynamicFee | Self::SetCode => false,
        }
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
