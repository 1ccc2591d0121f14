//! Versions of the Safe contract whose hashes are known, and where their `MultiSendCallOnly` is.
//! Knows nothing of transactions.

use core::fmt;

use alloy_primitives::{Address, address};

/// A version. Before 1.3.0 the domain had no chain, so that a signature was valid on all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SafeVersion {
    /// 1.3.0.
    V1_3_0,
    /// 1.4.1.
    V1_4_1,
    /// 1.5.0.
    V1_5_0,
}

impl SafeVersion {
    /// Every version.
    pub const ALL: [Self; 3] = [Self::V1_3_0, Self::V1_4_1, Self::V1_5_0];

    /// Reads a version as the contract's `VERSION()` gives it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut versions = Self::ALL.into_iter();
        versions.find(|version| version.as_str() == text)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::V1_3_0 => "1.3.0",
            Self::V1_4_1 => "1.4.1",
            Self::V1_5_0 => "1.5.0",
        }
    }
}

impl fmt::Display for SafeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const CALL_ONLY_1_3_0: [Address; 2] = [
    address!("40A2aCCbd92BCA938b02010E17A5b8929b49130D"),
    address!("A1dabEF33b3B82c7814B6D82A79e50F4AC44102B"),
];
const CALL_ONLY_1_4_1: [Address; 1] = [address!("9641d764fc13c8B624c04430C7356C1C7C8102e2")];
const CALL_ONLY_1_5_0: [Address; 1] = [address!("A83c336B20401Af773B6219BA5027174338D1836")];

/// Where `MultiSendCallOnly` of a version is, on every chain that has it: the deployments that Safe
/// publishes (`@safe-global/safe-deployments`, `canonical` and, for 1.3.0, `eip155`).
pub const fn multi_send_call_only(version: SafeVersion) -> &'static [Address] {
    match version {
        SafeVersion::V1_3_0 => &CALL_ONLY_1_3_0,
        SafeVersion::V1_4_1 => &CALL_ONLY_1_4_1,
        SafeVersion::V1_5_0 => &CALL_ONLY_1_5_0,
    }
}
