//! A station: its folder, its founding facts, its policy, and the keys that these register.
//! Knows nothing of ceremonies in progress; it says who is who.

mod evidence;
mod founding;
mod opening;
mod screens;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use transaction_review::{
    Class, History, Operator, Policy, PolicyError, Source, Subject, WalletKey,
};
use transfer_format::packet::{self, Request};
use transfer_format::seal::{
    DraftError, Envelope, KeyId, Packet, SealAlgorithm, SealKey, SealKeyError,
};

use crate::ceremony::Refusal;
use crate::journal::{Facts, Journal, JournalError, StorageError};

pub use self::evidence::Evidence;
pub use self::founding::{FoundingError, FoundingPlan, found, founding_bound};

/// For each wallet, what the policy registers: a key or an account on the station's token.
pub type WalletKeys = BTreeMap<String, WalletKey>;

/// Who the station is.
pub struct Station {
    policy: Policy,
    sources: Vec<(KeyId, SealKey, Source)>,
    operators: Vec<(KeyId, SealKey, Operator)>,
    seal_key: SealKey,
    token_serial: String,
    wallets: WalletKeys,
}

/// Why the founding facts do not make a station.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StationError {
    /// The journal cannot be used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// An approval in the journal does not count.
    #[error("record {record} holds an approval that does not count: {cause}")]
    Approval {
        /// The record's number.
        record: u64,
        /// Why.
        cause: Box<Refusal>,
    },
    /// The policy in the genesis is not one.
    #[error("the policy in the journal is refused: {0}")]
    Policy(#[from] PolicyError),
    /// A key is not written as keys are.
    #[error("a key in the journal is refused: {0}")]
    Key(#[from] SealKeyError),
    /// The genesis names no token.
    #[error("the journal names no token for the station")]
    NoToken,
}

impl From<JournalError> for StationError {
    fn from(error: JournalError) -> Self {
        Self::Storage(StorageError::Corrupt(error))
    }
}

impl StationError {
    /// The reason code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Storage(error) => Refusal::Storage(error.clone()).code(),
            Self::Approval { .. } => "E_JOURNAL_APPROVAL",
            Self::Policy(_) => "E_JOURNAL_POLICY",
            Self::Key(_) | Self::NoToken => "E_JOURNAL_FACTS",
        }
    }

    /// The class.
    pub fn class(&self) -> Class {
        match self {
            Self::Storage(error) => Refusal::Storage(error.clone()).class(),
            Self::Approval { .. } | Self::Policy(_) | Self::Key(_) | Self::NoToken => {
                Class::Journal
            }
        }
    }
}

impl Station {
    /// The station that founding facts describe.
    ///
    /// # Errors
    /// [`StationError`].
    pub fn new(facts: &Facts) -> Result<Self, StationError> {
        let policy = Policy::parse(&facts.policy)?;
        let mut sources = Vec::new();
        for source in policy.sources() {
            let key: SealKey = source.public_key().to_string().parse()?;
            sources.push((key.key_id(), key, source.clone()));
        }
        let mut operators = Vec::new();
        for operator in policy.operators() {
            let key: SealKey = operator.public_key().to_string().parse()?;
            operators.push((key.key_id(), key, operator.clone()));
        }
        let token = facts.tokens.first().ok_or(StationError::NoToken)?;
        Ok(Self {
            sources,
            operators,
            seal_key: facts.station_key.parse()?,
            token_serial: token.serial.clone(),
            wallets: wallet_keys(&policy)?,
            policy,
        })
    }

    /// Opens the journal in `home`, verifies its chain and every approval in it, and returns the
    /// station that its genesis describes, and what its intents commit to.
    ///
    /// # Errors
    /// [`StationError`].
    pub fn open(home: &Path) -> Result<(Self, Journal, History), StationError> {
        let mut evidence = Evidence::default();
        let journal = Journal::open(&journal_path(home), |record| evidence.take(record))?;
        let (station, history) = evidence.station()?;
        Ok((station, journal, history))
    }

    /// The policy in force.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The source whose key has this id.
    pub fn source(&self, id: KeyId) -> Option<(&Source, &SealKey)> {
        let known = self.sources.iter().find(|(known, _, _)| *known == id);
        known.map(|(_, key, source)| (source, key))
    }

    /// The request behind a seal, and its source: nothing of it is known before the seal verifies.
    ///
    /// # Errors
    /// [`Refusal::SourceUnknown`], [`Refusal::Seal`].
    pub fn opened(&self, envelope: Envelope) -> Result<(Packet<Request>, &Source), Refusal> {
        let key_id = envelope.key_id();
        let (source, key) = self
            .source(key_id)
            .ok_or(Refusal::SourceUnknown { key_id })?;
        let packet = envelope.open(key).map_err(|cause| Refusal::Seal {
            source_id: source.id().to_owned(),
            cause,
        })?;
        Ok((packet, source))
    }

    /// The operator whose key has this id.
    pub fn operator_with_key(&self, id: KeyId) -> Option<(&Operator, SealKey)> {
        let known = self.operators.iter().find(|(known, _, _)| *known == id);
        known.map(|(_, key, operator)| (operator, *key))
    }

    /// The key that an operator approves with.
    ///
    /// # Errors
    /// [`Refusal::OwnPacket`] if the policy has no such operator.
    pub fn operator_key(&self, operator: &Operator) -> Result<SealKey, Refusal> {
        self.operators
            .iter()
            .find(|(_, _, known)| known.id() == operator.id())
            .map(|(_, key, _)| *key)
            .ok_or_else(|| Refusal::OwnPacket {
                sentence: format!("the policy has no key for \"{}\"", operator.id()),
            })
    }

    /// The key that seals what leaves the station.
    pub const fn station_key(&self) -> &SealKey {
        &self.seal_key
    }

    /// The serial of the station's token.
    pub fn token_serial(&self) -> &str {
        &self.token_serial
    }

    /// The wallets' keys.
    pub const fn wallets(&self) -> &WalletKeys {
        &self.wallets
    }
}

/// The wallets' keys, as a policy registers them.
///
/// # Errors
/// [`SealKeyError`] if a registered key is not a point of secp256k1.
pub fn wallet_keys(policy: &Policy) -> Result<WalletKeys, SealKeyError> {
    let mut keys = WalletKeys::new();
    for wallet in policy.wallets() {
        let key = wallet.key();
        SealKey::from_point(SealAlgorithm::Es256k, &key.public_key)?;
        keys.insert(wallet.id().to_owned(), key.clone());
    }
    Ok(keys)
}

/// Where a station's journal is.
pub fn journal_path(home: &Path) -> PathBuf {
    home.join("journal.cbor")
}

/// The word of the packet format for a kind, as the review takes it.
pub const fn reviewed_kind(kind: packet::TransactionKind) -> transaction_review::TransactionKind {
    use transaction_review::TransactionKind;
    match kind {
        packet::TransactionKind::BitcoinPsbt => TransactionKind::BitcoinPsbt,
        packet::TransactionKind::EthereumTransaction => TransactionKind::EthereumTransaction,
        packet::TransactionKind::SafeTransaction => TransactionKind::SafeTransaction,
        packet::TransactionKind::TypedData => TransactionKind::TypedData,
        packet::TransactionKind::Message => TransactionKind::Message,
        packet::TransactionKind::Delegation => TransactionKind::Delegation,
    }
}

/// What a request asks for, as the review takes it.
pub fn subject(request: &Request) -> Subject<'_> {
    Subject {
        wallet: &request.wallet,
        kind: reviewed_kind(request.kind),
        transaction: &request.transaction,
        previous_transactions: &request.previous_transactions,
        reference: &request.reference,
        replaces: request.replaces.map(|intent| *intent.as_bytes()),
    }
}

/// A packet of our own that its format refuses: a fault of this program.
pub fn own_packet(error: &DraftError) -> Refusal {
    Refusal::OwnPacket {
        sentence: error.to_string(),
    }
}
