//! Why a PSBT is not reviewed. Knows nothing of the policy's limits.

use crate::Code;

/// Why a Bitcoin transaction is not understood or not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BitcoinError {
    /// More bytes, inputs or outputs than a cap of [`limits`](crate::limits).
    #[error("the transaction has {found} {what}, the most is {limit}: split the payment")]
    TooLarge {
        /// Bytes, inputs or outputs.
        what: &'static str,
        /// How many.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// Not a PSBT (BIP-174).
    #[error("the bytes are not a PSBT of version 0: {reason}")]
    Unreadable {
        /// What the parser says.
        reason: String,
    },
    /// A version other than 0, such as those of BIP-370.
    #[error("the PSBT is of a version above 0: convert it to version 0")]
    Version,
    /// Trailing bytes, another order or a longer form than needed.
    #[error(
        "the PSBT has {found} bytes, its canonical encoding has {canonical} and differs: build the request anew"
    )]
    NotCanonical {
        /// Bytes found.
        found: usize,
        /// Bytes of the canonical encoding.
        canonical: usize,
    },
    /// A field that a request must not have.
    #[error("the PSBT has the field {field} in {place}, which a request must not have: remove it")]
    Field {
        /// The map.
        place: String,
        /// The field, in the words of BIP-174.
        field: &'static str,
    },
    /// A signature where none may be.
    #[error(
        "the PSBT has {field} in {place}: a request holds no signatures, start from the unsigned one"
    )]
    Presigned {
        /// The map.
        place: String,
        /// The field, in the words of BIP-174.
        field: &'static str,
    },
    /// No inputs or no outputs.
    #[error(
        "the transaction has {inputs} inputs and {outputs} outputs: it needs one of each at least"
    )]
    Empty {
        /// Inputs.
        inputs: usize,
        /// Outputs.
        outputs: usize,
    },
    /// A version other than 1 and 2.
    #[error("the transaction has version {found}, this program signs versions 1 and 2")]
    TransactionVersion {
        /// The version.
        found: i32,
    },
    /// One coin twice.
    #[error("inputs {first} and {second} both spend {outpoint}: a coin is spent once")]
    InputDuplicate {
        /// The earlier input, counted from 1.
        first: usize,
        /// The later one.
        second: usize,
        /// The coin.
        outpoint: String,
    },
    /// A previous transaction that is not one, or not in its one form without witnesses.
    #[error(
        "previous transaction {index} is not a canonical transaction without witnesses: {reason}"
    )]
    ProofUnreadable {
        /// Which, counted from 1.
        index: usize,
        /// What is wrong.
        reason: String,
    },
    /// Not sorted by txid, or one twice.
    #[error(
        "previous transaction {index} is out of order or there twice: they are sorted by txid bytes"
    )]
    ProofOrder {
        /// Which, counted from 1.
        index: usize,
    },
    /// A previous transaction of no input.
    #[error("the previous transaction {txid} proves no input: remove it")]
    ProofUnused {
        /// Its id.
        txid: String,
    },
    /// An input without its previous transaction (CVE-2020-14199).
    #[error(
        "input {input} spends {outpoint}, whose transaction is not in the request: its amount is not proven"
    )]
    UtxoUnproven {
        /// Which, counted from 1.
        input: usize,
        /// The coin.
        outpoint: String,
    },
    /// An output that the previous transaction does not have.
    #[error("input {input} spends {outpoint}, but that transaction has only {outputs} outputs")]
    UtxoOutOfRange {
        /// Which, counted from 1.
        input: usize,
        /// The coin.
        outpoint: String,
        /// How many outputs there are.
        outputs: usize,
    },
    /// `witness_utxo` says something else than the previous transaction.
    #[error(
        "input {input}: the PSBT states {stated_sat} sat, the previous transaction proves {proven_sat} sat (or another script): someone lies"
    )]
    UtxoConflict {
        /// Which, counted from 1.
        input: usize,
        /// What `witness_utxo` says.
        stated_sat: u64,
        /// What is true.
        proven_sat: u64,
    },
    /// A coin of another wallet, or of another kind.
    #[error(
        "input {input} spends a coin with script {script}, which is not the wallet's: spend this wallet's coins only"
    )]
    InputForeign {
        /// Which, counted from 1.
        input: usize,
        /// The script in hexadecimal digits.
        script: String,
    },
    /// A signature hash type other than `SIGHASH_ALL`.
    #[error("input {input} asks for signature hash type {found:#04x}: only ALL (0x01) is signed")]
    Sighash {
        /// Which, counted from 1.
        input: usize,
        /// The type.
        found: u32,
    },
    /// A key of someone else, or ours at another origin.
    #[error("{place} names the key {key} at {found}, the wallet's key is at {expected}")]
    Derivation {
        /// Input or output, counted from 1.
        place: String,
        /// The key.
        key: String,
        /// The origin stated.
        found: String,
        /// The origin declared in the policy.
        expected: String,
    },
    /// An output that says it is ours and is not: an attempt at fraud.
    #[error(
        "output {output} claims to be change of this wallet, but its script is {script} and not {expected}: treat it as fraud"
    )]
    ChangeFraud {
        /// Which, counted from 1.
        output: usize,
        /// The script in hexadecimal digits.
        script: String,
        /// The wallet's own.
        expected: String,
    },
    /// More than 21 million bitcoin in an amount or a sum.
    #[error("{what} is more than the 21 million bitcoin that can exist")]
    AmountRange {
        /// Which amount or sum.
        what: String,
    },
    /// Outputs above inputs.
    #[error(
        "the outputs are worth {outputs_sat} sat, the inputs {inputs_sat} sat: the fee would be negative"
    )]
    FeeNegative {
        /// Sum of inputs.
        inputs_sat: u64,
        /// Sum of outputs.
        outputs_sat: u64,
    },
    /// A digest could not be computed although every input was recognised.
    #[error("input {input} has no signing digest: this is a fault of the program")]
    Digest {
        /// Which, counted from 1.
        input: usize,
    },
}

impl BitcoinError {
    /// The reason code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::TransactionTooLarge,
            Self::Unreadable { .. } => Code::PsbtUnreadable,
            Self::Version => Code::PsbtVersion,
            Self::NotCanonical { .. } => Code::PsbtNotCanonical,
            Self::Field { .. } => Code::PsbtField,
            Self::Presigned { .. } => Code::PsbtPresigned,
            Self::Empty { .. } => Code::TransactionEmpty,
            Self::TransactionVersion { .. } => Code::TransactionVersion,
            Self::InputDuplicate { .. } => Code::InputDuplicate,
            Self::ProofUnreadable { .. } => Code::ProofUnreadable,
            Self::ProofOrder { .. } => Code::ProofOrder,
            Self::ProofUnused { .. } => Code::ProofUnused,
            Self::UtxoUnproven { .. } | Self::UtxoOutOfRange { .. } => Code::UtxoUnproven,
            Self::UtxoConflict { .. } => Code::UtxoConflict,
            Self::InputForeign { .. } => Code::InputForeign,
            Self::Sighash { .. } => Code::Sighash,
            Self::Derivation { .. } => Code::Derivation,
            Self::ChangeFraud { .. } => Code::ChangeFraud,
            Self::AmountRange { .. } => Code::AmountRange,
            Self::FeeNegative { .. } => Code::FeeNegative,
            Self::Digest { .. } => Code::ReviewInternal,
        }
    }
}
