//! Why a request is not built.
//! Knows nothing of what happens to one that is.

use transaction_review::bitcoin::PrepareError;
use transaction_review::ethereum::{EthereumError, TypedDataError};
use transaction_review::{AmountError, Class, Code, ReviewError, SourceError, Verdict};
use transfer_format::seal::{DraftError, SealError};

use crate::codes::class_of;
use crate::payment::PaymentError;

/// Why a request is not built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A file that is no PSBT.
    #[error(
        "the file of {found} bytes is neither a PSBT nor base64 of one (BIP-174): export the \
         unsigned transaction from the wallet as a PSBT"
    )]
    NotAPsbt {
        /// Bytes of the file.
        found: usize,
    },
    /// A PSBT from which no request can be made.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// An amount on the command line.
    #[error("{option}: {cause}")]
    Amount {
        /// The option.
        option: &'static str,
        /// Why.
        cause: AmountError,
    },
    /// A price of gas that no transaction can state.
    #[error("{option}: the price of gas is more than a transaction can state")]
    GasPrice {
        /// The option.
        option: &'static str,
    },
    /// A recipient without the checksum of EIP-55.
    #[error(
        "--to \"{found}\" is not an address with the capitals of EIP-55: copy it again, whole, from \
         where it was approved"
    )]
    Address {
        /// What was given.
        found: String,
    },
    /// Call data that is none.
    #[error("--data: {problem}")]
    CallData {
        /// What is wrong.
        problem: &'static str,
    },
    /// A file that is not the JSON it should be.
    #[error("the file is not JSON that is read: {problem}")]
    Json {
        /// What is wrong, with line and column.
        problem: String,
    },
    /// A foreign document with a part that is not read.
    #[error("{place} {problem}")]
    Document {
        /// Where.
        place: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A document that its own types do not describe.
    #[error(transparent)]
    TypedData(#[from] TypedDataError),
    /// A message that nobody could read.
    #[error(transparent)]
    Message(#[from] EthereumError),
    /// A hash that is not the transaction's.
    #[error(
        "{name} is not the hash of this transaction on the wallet's chain, which is 0x{computed}: do not trust where it comes from"
    )]
    SafeHash {
        /// The field.
        name: &'static str,
        /// The hash computed here, 64 digits.
        computed: String,
    },
    /// A wallet that is no Safe.
    #[error("the wallet {wallet} of the policy is no Safe: name one with --wallet")]
    NotSafe {
        /// The wallet.
        wallet: String,
    },
    /// A reference that cannot stand in a request.
    #[error(
        "the reference has {found} characters or some that are not printable ASCII: 1 to {limit} \
         letters, digits and signs are allowed"
    )]
    Reference {
        /// Characters found.
        found: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A reference that another one could be taken for on a screen.
    #[error(
        "the reference has {found}: on a screen it could be taken for another one. Give it again \
         without"
    )]
    ReferenceForm {
        /// What it has.
        found: &'static str,
    },
    /// A request that would live longer than the policy allows.
    #[error(
        "the request would be good for {found} s and the policy allows {limit} s: shorten --expires-in"
    )]
    Lifetime {
        /// Seconds asked for.
        found: u64,
        /// Seconds allowed.
        limit: u64,
    },
    /// The policy does not know this builder: the pin was not checked.
    #[error("the policy has no source with this builder's key")]
    NoSource,
    /// This builder may not ask for this.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// No transaction can be made of coins and payments.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// The transaction is not understood or not believed.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The policy refuses it.
    #[error("{}", explain(.0))]
    Refused(Box<Verdict>),
    /// The request cannot be encoded.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The request is larger than the policy allows.
    #[error("the request has {found} bytes and the policy allows {limit}: split the payment")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: u64,
    },
    /// The seal failed: a fault of the program.
    #[error("the request could not be sealed: {0}")]
    Seal(#[from] SealError),
}

impl BuildError {
    /// The reason code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAPsbt { .. } => Code::PsbtUnreadable.as_str(),
            Self::Prepare(error) => prepare_code(error).as_str(),
            Self::Amount { .. } | Self::GasPrice { .. } => "E_AMOUNT",
            Self::Address { .. } => "E_ADDRESS",
            Self::CallData { .. } => "E_CALL_DATA",
            Self::Json { .. } => "E_JSON",
            Self::Document { .. } => "E_DOCUMENT",
            Self::TypedData(error) => error.code().as_str(),
            Self::Message(error) => error.code().as_str(),
            Self::SafeHash { .. } => "E_SAFE_HASH",
            Self::NotSafe { .. } => "E_NOT_SAFE",
            Self::Reference { .. } | Self::ReferenceForm { .. } => "E_REFERENCE",
            Self::Lifetime { .. } => "E_LIFETIME",
            Self::NoSource => "E_SRC_UNKNOWN",
            Self::Source(error) => error.code().as_str(),
            Self::Payment(error) => error.code(),
            Self::Review(error) => error.code().as_str(),
            Self::Refused(verdict) => verdict
                .primary
                .map_or(Code::PolicyDenyAll.as_str(), Code::as_str),
            Self::Draft(DraftError::Payload(error)) => error.code(),
            Self::Draft(DraftError::TooLarge { .. }) => "E_PACKET_SIZE",
            Self::TooLarge { .. } => "E_REQUEST_SIZE",
            Self::Seal(_) => "E_SOURCE_SEAL",
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        class_of(self.code())
    }
}

/// Every check that failed, a line for each.
fn explain(verdict: &Verdict) -> String {
    let mut lines = vec!["the policy does not allow this, and no request was made:".to_owned()];
    lines.extend(verdict.failed().map(|check| format!("  {check}")));
    lines.join("\n")
}

const fn prepare_code(error: &PrepareError) -> Code {
    match error {
        PrepareError::Unreadable(error) => error.code(),
        PrepareError::ProofMissing { .. } | PrepareError::ProofForeign { .. } => Code::UtxoUnproven,
        PrepareError::TooLarge { .. } => Code::TransactionTooLarge,
    }
}
