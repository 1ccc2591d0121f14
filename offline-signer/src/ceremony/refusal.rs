//! Why a ceremony ended without a result: one variant for each rule, its code and its exit class.
//! Knows nothing of how a refusal is shown; it is recorded here and nowhere else.

use transaction_review::{Class, Code, ReviewError, SourceError, Verdict};
use transfer_format::route::{RouteError, RouteFault};
use transfer_format::seal::{EnvelopeError, KeyId, OpenError, SealError};

use super::approval_refusal::ApprovalRefusal;
use crate::clock::utc;
use crate::isolation::IsolationError;
use crate::journal::{JournalError, Progress, StorageError};
use crate::terminal::TerminalError;
use crate::tokens::TokenRefusal;

/// Why nothing left the station.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The bytes are not a packet.
    #[error("what arrived is not a Coldsign packet: {0}")]
    Unreadable(#[from] EnvelopeError),
    /// The seal's key is not on the list of authorised sources.
    #[error(
        "the request is sealed with key {key_id}, which is not one of the policy's sources: find out who sent it before anything else is done"
    )]
    SourceUnknown {
        /// The id in the seal.
        key_id: KeyId,
    },
    /// The seal or the payload behind it is not what it claims.
    #[error("the packet from source \"{source_id}\" was refused: {cause}")]
    Seal {
        /// The source whose key the seal names.
        source_id: String,
        /// What is wrong with it.
        cause: OpenError,
    },
    /// The source may not ask for this.
    #[error("source \"{source_id}\" may not ask for this: {cause}")]
    SourceScope {
        /// The source.
        source_id: String,
        /// The rule of the policy.
        cause: SourceError,
    },
    /// The request is for another station or environment.
    #[error(
        "the request is for station \"{found}\" in environment \"{found_environment}\", and this is station \"{station}\" in \"{environment}\": take it to the right station"
    )]
    Audience {
        /// The station that the request names.
        found: String,
        /// The environment that the request names.
        found_environment: String,
        /// This station.
        station: String,
        /// This station's environment.
        environment: String,
    },
    /// The request is larger than the policy lets one be.
    #[error("the request is {found} bytes, the policy allows {limit}: split the payment")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: u64,
    },
    /// The intent was approved before.
    #[error("this request was approved before: journal record {record}, {}; it is {progress} and is never signed again", utc(*.time))]
    Replay {
        /// Number of the INTENT record.
        record: u64,
        /// When it was written, in seconds UTC.
        time: u64,
        /// What became of it.
        progress: Progress,
    },
    /// The request's time is over.
    #[error("the request expired at {}, and it is {}: have the builder make a new one", utc(*.expires), utc(*.now))]
    Expired {
        /// Its end, in seconds UTC.
        expires: u64,
        /// The present, in seconds UTC.
        now: u64,
    },
    /// The request comes from the future.
    #[error("the request says it was made at {}, and it is {} here: correct whichever clock is wrong", utc(*.created), utc(*.now))]
    FromTheFuture {
        /// When it says it was made, in seconds UTC.
        created: u64,
        /// The present, in seconds UTC.
        now: u64,
    },
    /// The request would be valid for too long.
    #[error(
        "the request is valid for {found} s, the policy allows {limit} s: build it with a nearer end"
    )]
    Lifetime {
        /// Seconds from its making to its end.
        found: u64,
        /// Seconds that the policy allows.
        limit: u64,
    },
    /// The machine's clock is before the journal's last record.
    #[error("the clock says {}, but the journal has a record of {}: set the clock right", utc(*.now), utc(*.floor))]
    ClockBack {
        /// The present, in seconds UTC.
        now: u64,
        /// The latest time in the journal, in seconds UTC.
        floor: u64,
    },
    /// The transaction lies, or is not fully understood.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The policy does not allow it.
    #[error("{}", .0.reasons())]
    Policy(Box<Verdict>),
    /// Approvals are missing, not distinct or not valid.
    #[error(transparent)]
    Approval(#[from] ApprovalRefusal),
    /// What was read again from the stored bytes is not what was shown before.
    #[error(
        "the request read again from the stored bytes is not the one that was shown: stop, and have the station examined"
    )]
    Changed,
    /// A token refused or failed.
    #[error(transparent)]
    Token(#[from] TokenRefusal),
    /// A token repeated a nonce, which gives its key away.
    #[error(
        "the token used a nonce a second time for wallet \"{wallet}\": the key must be taken out of use; the signature does not leave"
    )]
    NonceReuse {
        /// The wallet.
        wallet: String,
    },
    /// The signatures do not assemble to what was reviewed.
    #[error("the signatures do not verify for the reviewed transaction: {code}: {sentence}")]
    Signatures {
        /// The code of the check.
        code: Code,
        /// What it found.
        sentence: String,
    },
    /// The station's own packet could not be sealed.
    #[error("the station key's seal was refused: {0}")]
    OwnSeal(#[from] SealError),
    /// A packet of the station's own does not fit its format.
    #[error("the result does not fit its packet format: {sentence}")]
    OwnPacket {
        /// Which rule.
        sentence: String,
    },
    /// The machine is not isolated.
    #[error(transparent)]
    Isolation(#[from] IsolationError),
    /// The journal does not verify or could not be written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Nobody could be asked.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// Nothing could be read from the channel.
    #[error(transparent)]
    Route(#[from] RouteError),
}

impl Refusal {
    /// The reason code, unique and stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code(),
            Self::SourceUnknown { .. } => "E_SRC_UNKNOWN",
            Self::Seal { cause, .. } => cause.code(),
            Self::SourceScope { .. } => "E_SRC_SCOPE",
            Self::Audience { .. } => "E_AUDIENCE",
            Self::TooLarge { .. } => "E_REQUEST_SIZE",
            Self::Replay { .. } => "E_REPLAY",
            Self::Expired { .. } => "E_EXPIRED",
            Self::FromTheFuture { .. } => "E_FROM_FUTURE",
            Self::Lifetime { .. } => "E_LIFETIME",
            Self::ClockBack { .. } => "E_CLOCK_BACK",
            Self::Review(error) => error.code().as_str(),
            Self::Policy(verdict) => verdict.primary.map_or("E_POLICY_DENY_ALL", Code::as_str),
            Self::Approval(refusal) => refusal.code(),
            Self::Changed => "E_REVIEW_CHANGED",
            Self::Token(refusal) => refusal.code(),
            Self::NonceReuse { .. } => "E_NONCE_REUSE",
            Self::Signatures { code, .. } => code.as_str(),
            Self::OwnSeal(_) => "E_STATION_SEAL",
            Self::OwnPacket { .. } => "E_STATION_PACKET",
            Self::Isolation(_) => "E_NOT_ISOLATED",
            Self::Storage(StorageError::Busy) => "E_BUSY",
            Self::Storage(StorageError::Missing(_)) => "E_NO_STATION",
            Self::Storage(StorageError::Exists(_)) => "E_STATION_EXISTS",
            Self::Storage(StorageError::Corrupt(error)) => journal_code(error),
            Self::Storage(_) => "E_JOURNAL_IO",
            Self::Terminal(error) => terminal_code(error),
            Self::Route(error) => error.code(),
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        match self {
            Self::Unreadable(_)
            | Self::Seal {
                cause: OpenError::Payload(_) | OpenError::NotReproduced,
                ..
            } => Class::Format,
            Self::SourceUnknown { .. }
            | Self::Seal { .. }
            | Self::SourceScope { .. }
            | Self::Audience { .. } => Class::Authentication,
            Self::TooLarge { .. } => Class::Resource,
            Self::Replay { .. }
            | Self::Expired { .. }
            | Self::FromTheFuture { .. }
            | Self::Lifetime { .. }
            | Self::ClockBack { .. } => Class::Freshness,
            Self::Review(error) => error.code().class(),
            Self::Policy(verdict) => verdict.primary.map_or(Class::Policy, Code::class),
            Self::Approval(refusal) => refusal.class(),
            Self::Token(refusal) => refusal.class(),
            Self::NonceReuse { .. } | Self::Signatures { .. } | Self::OwnSeal(_) => Class::Hsm,
            Self::OwnPacket { .. } => Class::Internal,
            Self::Isolation(_) => Class::Isolation,
            Self::Storage(StorageError::Busy) => Class::Locked,
            Self::Storage(StorageError::Missing(_) | StorageError::Exists(_)) => Class::Usage,
            Self::Storage(StorageError::Corrupt(_)) => Class::Journal,
            Self::Storage(_) => Class::Storage,
            Self::Changed
            | Self::Terminal(
                TerminalError::NotATerminal { .. }
                | TerminalError::TwoTerminals
                | TerminalError::NoTerminal,
            ) => Class::Approval,
            Self::Terminal(_) => Class::Cancelled,
            Self::Route(error) => route_class(error),
        }
    }

    /// Whether it is an alert of the highest priority (security catalogue, P1): somebody is trying.
    pub fn is_alert(&self) -> bool {
        match self {
            Self::SourceUnknown { .. }
            | Self::SourceScope { .. }
            | Self::Audience { .. }
            | Self::ClockBack { .. }
            | Self::Changed
            | Self::NonceReuse { .. }
            | Self::Signatures { .. }
            | Self::Isolation(_) => true,
            Self::Seal { cause, .. } => {
                !matches!(cause, OpenError::Payload(_) | OpenError::NotReproduced)
            }
            Self::Review(error) => {
                let code = error.code();
                matches!(
                    code,
                    Code::ChangeFraud | Code::UtxoConflict | Code::SafeDelegateCall
                )
            }
            // Code that would run as a Safe, whatever it was dressed as (the theft of February 2025).
            Self::Policy(verdict) => {
                let mut failed = verdict.failed();
                failed.any(|check| check.code == Code::SafeDelegateCall)
            }
            Self::Token(refusal) => refusal.is_alert(),
            Self::Storage(error) => matches!(error, StorageError::Corrupt(_)),
            Self::Unreadable(_)
            | Self::TooLarge { .. }
            | Self::Replay { .. }
            | Self::Expired { .. }
            | Self::FromTheFuture { .. }
            | Self::Lifetime { .. }
            | Self::Approval(_)
            | Self::OwnSeal(_)
            | Self::OwnPacket { .. }
            | Self::Terminal(_)
            | Self::Route(_) => false,
        }
    }
}

/// The class of a channel's fault.
fn route_class(error: &RouteError) -> Class {
    match error.fault() {
        RouteFault::Medium => Class::Media,
        RouteFault::Resource => Class::Resource,
        RouteFault::Internal => Class::Internal,
    }
}

const fn journal_code(error: &JournalError) -> &'static str {
    match error {
        JournalError::NotCanonical { .. }
        | JournalError::NotARecord { .. }
        | JournalError::Encoding { .. }
        | JournalError::Empty => "E_JOURNAL_UNREADABLE",
        JournalError::Sequence { .. } => "E_JOURNAL_SEQUENCE",
        JournalError::Chain { .. } => "E_JOURNAL_CHAIN",
        JournalError::Time { .. } => "E_JOURNAL_TIME",
        JournalError::State { .. } => "E_JOURNAL_STATE",
        JournalError::Request { .. }
        | JournalError::Signatures { .. }
        | JournalError::Verdict { .. } => "E_JOURNAL_EVIDENCE",
    }
}

const fn terminal_code(error: &TerminalError) -> &'static str {
    match error {
        TerminalError::NotATerminal { .. }
        | TerminalError::TwoTerminals
        | TerminalError::NoTerminal => "E_NOT_TTY",
        TerminalError::Closed => "E_TERMINAL_CLOSED",
        TerminalError::Interrupted => "E_INTERRUPTED",
        TerminalError::TooSmall { .. } => "E_TERMINAL_SIZE",
        TerminalError::LineTooLong => "E_LINE_LENGTH",
        TerminalError::Device(_) => "E_TERMINAL_DEVICE",
    }
}
