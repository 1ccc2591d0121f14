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
    /// More weight units than [`MAX_TRANSACTION_WEIGHT`](crate::limits::MAX_TRANSACTION_WEIGHT).
    #[error(
        "the signed transaction would weigh {found} units, nodes relay {limit} at most: split the payment"
    )]
    TooHeavy {
        /// Weight units (BIP-141) with the longest signatures.
        found: u64,
        /// The cap.
        limit: u64,
    },
    /// Not a PSBT (BIP-174, BIP-370).
    #[error("the bytes are not a PSBT: {reason}")]
    Unreadable {
        /// What the parser says.
        reason: String,
    },
    /// A version other than 0 (BIP-174) and 2 (BIP-370).
    #[error("the PSBT is of a version other than 0 and 2: convert it to one of them")]
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
    /// Inputs that need lock times of both kinds (BIP-370).
    #[error(
        "one input needs a lock time in blocks and another one in seconds: no transaction has both, spend the coins apart"
    )]
    LockTimeUndetermined,
    /// A coin that needs a Schnorr signature (BIP-341).
    #[error(
        "input {input} spends the taproot coin {script}: PKCS#11 tokens make no Schnorr signatures, move such coins with the wallet that made them"
    )]
    InputTaproot {
        /// Which, counted from 1.
        input: usize,
        /// The script in hexadecimal digits.
        script: String,
    },
    /// A coin of which the PSBT does not say where in the wallet it lies.
    #[error(
        "input {input} spends a coin with script {script} and names no key of the wallet for it (PSBT_IN_BIP32_DERIVATION): spend this wallet's coins only, and let the wallet fill in their keys"
    )]
    InputPlace {
        /// Which, counted from 1.
        input: usize,
        /// The script in hexadecimal digits.
        script: String,
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
    /// Too few or too many keys for a coin of the wallet.
    #[error("{place} names {found} keys, the wallet has {expected} there: name every one")]
    DerivationMissing {
        /// Input or output, counted from 1.
        place: String,
        /// How many keys are stated.
        found: usize,
        /// How many there are.
        expected: usize,
    },
    /// A redeem or witness script other than the wallet's.
    #[error("{place} states {field} {found}, the wallet's is {expected}: someone lies")]
    Script {
        /// Input or output, counted from 1.
        place: String,
        /// The field, in the words of BIP-174.
        field: &'static str,
        /// The script stated, in hexadecimal digits.
        found: String,
        /// The script derived.
        expected: String,
    },
    /// An output with keys of nobody we know.
    #[error("output {output} names a key at {found}, which is none of the wallet's: remove it")]
    OutputStranger {
        /// Which, counted from 1.
        output: usize,
        /// The origin stated.
        found: String,
    },
    /// An output that says it is ours, at a place that the wallet does not have.
    #[error(
        "output {output} claims to be change of this wallet at {found}, where the wallet has no keys: treat it as fraud"
    )]
    ChangePlace {
        /// Which, counted from 1.
        output: usize,
        /// The origin stated.
        found: String,
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
    /// The wallet's key is none of its descriptor's.
    #[error("the wallet's key is not in its descriptor: this is a fault of the program")]
    Key,
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
            Self::TooLarge { .. } | Self::TooHeavy { .. } => Code::TransactionTooLarge,
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
            Self::LockTimeUndetermined => Code::LockTimeUndetermined,
            Self::InputTaproot { .. } => Code::InputTaproot,
            Self::InputForeign { .. } | Self::InputPlace { .. } => Code::InputForeign,
            Self::Sighash { .. } => Code::Sighash,
            Self::Derivation { .. }
            | Self::DerivationMissing { .. }
            | Self::OutputStranger { .. } => Code::Derivation,
            Self::Script { .. } => Code::ScriptMismatch,
            Self::ChangeFraud { .. } | Self::ChangePlace { .. } => Code::ChangeFraud,
            Self::AmountRange { .. } => Code::AmountRange,
            Self::FeeNegative { .. } => Code::FeeNegative,
            Self::Key | Self::Digest { .. } => Code::ReviewInternal,
        }
    }
}
