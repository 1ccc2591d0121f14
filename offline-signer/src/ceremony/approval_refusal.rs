//! Why an approval does not count: one variant for each rule about people.
//! Knows nothing of the ceremony around it.

use transaction_review::Class;
use transfer_format::seal::OpenError;

/// Why an approval does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefusal {
    /// The policy has no such operator.
    #[error("the policy has no operator \"{operator}\"")]
    Unknown {
        /// What was typed, or what the approval says.
        operator: String,
    },
    /// The operator may not approve, or not any more.
    #[error(
        "operator \"{operator}\" may not approve at this time: the role is missing or the enrolment is over"
    )]
    NotAnApprover {
        /// The operator.
        operator: String,
    },
    /// The second operator is the first one, or shares the person, the key or the token.
    #[error(
        "operators \"{first}\" and \"{second}\" share the same {what}: two different people with two tokens must approve"
    )]
    NotDistinct {
        /// The first operator.
        first: String,
        /// The second operator.
        second: String,
        /// `id`, `person`, `key` or `token`.
        what: &'static str,
    },
    /// The operator is the person who asked for the payment.
    #[error(
        "operator \"{operator}\" is {person}, who asked for this payment: the policy wants others to approve it"
    )]
    Initiator {
        /// The operator.
        operator: String,
        /// The person.
        person: String,
    },
    /// Fewer approvals than the policy demands.
    #[error("there are {found} approvals, the policy demands {need} for this payment: begin again")]
    Quorum {
        /// How many are needed.
        need: u32,
        /// How many there are.
        found: usize,
    },
    /// An operator said no.
    #[error("operator \"{operator}\" refused: {reason}")]
    Declined {
        /// The operator.
        operator: String,
        /// In the operator's words.
        reason: String,
    },
    /// Not every page was seen.
    #[error("operator \"{operator}\" stopped before the last page")]
    NotRead {
        /// The operator.
        operator: String,
    },
    /// The approval's seal is not the operator's.
    #[error("the approval of \"{operator}\" does not verify: {cause}")]
    Seal {
        /// The operator.
        operator: String,
        /// Why.
        cause: OpenError,
    },
    /// The approval is for something else.
    #[error(
        "the approval of \"{operator}\" is for another {what}: approvals cannot be carried over"
    )]
    Bound {
        /// The operator.
        operator: String,
        /// Which part differs.
        what: &'static str,
    },
}

impl ApprovalRefusal {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "E_OPERATOR_UNKNOWN",
            Self::NotAnApprover { .. } => "E_OPERATOR_ROLE",
            Self::NotDistinct { .. } => "E_NOT_DISTINCT",
            Self::Initiator { .. } => "E_INITIATOR",
            Self::Quorum { .. } => "E_QUORUM",
            Self::Declined { .. } => "E_DECLINED",
            Self::NotRead { .. } => "E_NOT_READ",
            Self::Seal { .. } => "E_APPROVAL_SEAL",
            Self::Bound { .. } => "E_APPROVAL_BOUND",
        }
    }

    /// The class: an operator's no is a cancellation, everything else a failed approval.
    pub const fn class(&self) -> Class {
        match self {
            Self::Declined { .. } | Self::NotRead { .. } => Class::Cancelled,
            Self::Unknown { .. }
            | Self::NotAnApprover { .. }
            | Self::NotDistinct { .. }
            | Self::Initiator { .. }
            | Self::Quorum { .. }
            | Self::Seal { .. }
            | Self::Bound { .. } => Class::Approval,
        }
    }
}
