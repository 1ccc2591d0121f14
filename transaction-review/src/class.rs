//! Classes of outcome and the exit status each of them has.
//! Knows nothing of what was wrong: that is a [`Code`](crate::Code).

use core::fmt;

/// A class of outcome. Its exit status is stable: scripts and the manual rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The command line or a configuration file is wrong.
    Usage,
    /// Bytes are not in the format they claim.
    Format,
    /// A seal or a source is not one we trust.
    Authentication,
    /// Replayed, expired, or a clock that cannot be believed.
    Freshness,
    /// A transaction that lies or that is not fully understood.
    Semantics,
    /// The policy does not allow it.
    Policy,
    /// Approvals are missing or not distinct.
    Approval,
    /// The HSM or its module misbehaves.
    Hsm,
    /// The journal does not verify.
    Journal,
    /// The station is not isolated.
    Isolation,
    /// Larger than a cap.
    Resource,
    /// A medium cannot be read or must not be used.
    Media,
    /// An operator said no.
    Cancelled,
    /// A disk failed.
    Storage,
    /// The station waits for two people.
    Locked,
    /// A fault of the program; it fails closed.
    Internal,
}

impl Class {
    /// The exit status of a program that ends with this class.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Format => 10,
            Self::Authentication => 11,
            Self::Freshness => 12,
            Self::Semantics => 13,
            Self::Policy => 14,
            Self::Approval => 15,
            Self::Hsm => 16,
            Self::Journal => 17,
            Self::Isolation => 18,
            Self::Resource => 19,
            Self::Media => 20,
            Self::Cancelled => 21,
            Self::Storage => 22,
            Self::Locked => 23,
            Self::Internal => 70,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Usage => "usage",
            Self::Format => "format",
            Self::Authentication => "authentication",
            Self::Freshness => "freshness",
            Self::Semantics => "semantics",
            Self::Policy => "policy",
            Self::Approval => "approval",
            Self::Hsm => "HSM",
            Self::Journal => "journal",
            Self::Isolation => "isolation",
            Self::Resource => "resource",
            Self::Media => "media",
            Self::Cancelled => "cancelled",
            Self::Storage => "storage",
            Self::Locked => "locked",
            Self::Internal => "internal",
        })
    }
}
