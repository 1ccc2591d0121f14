//! What follows from the journal: which intents exist, what became of them, and where the chain ends.
//! Knows nothing of files; it is rebuilt record by record and has no other source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use transfer_format::IntentDigest;

use super::genesis::Facts;
use super::record::{Entry, Record, RecordDigest};

/// The state that a journal's records add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    facts: Facts,
    genesis: RecordDigest,
    sequence: u64,
    head: RecordDigest,
    time: u64,
    intents: BTreeMap<IntentDigest, IntentState>,
    signature_points: BTreeSet<[u8; 32]>,
}

/// What is known of one intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntentState {
    /// The number of its INTENT record.
    pub sequence: u64,
    /// When that was written, in seconds UTC.
    pub time: u64,
    /// What came of it.
    pub progress: Progress,
}

/// How far an intent came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The token was or may have been asked; what came of it is not known. Counts as spent.
    Unresolved,
    /// The token failed. Counts as spent.
    Failed,
    /// Signed, but no result left.
    Signed,
    /// A result left.
    Released,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unresolved => "unresolved (an INTENT without an OUTCOME)",
            Self::Failed => "failed at the token",
            Self::Signed => "signed but not released",
            Self::Released => "signed and released",
        })
    }
}

/// Why a record cannot follow the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A second genesis, or none at the start.
    #[error("a genesis belongs at the start of a journal and nowhere else")]
    Genesis,
    /// An intent that exists already.
    #[error("intent {0} is recorded twice")]
    IntentTwice(IntentDigest),
    /// An outcome or a release of something that was not about to be.
    #[error("intent {0} has an outcome or a release out of order")]
    OutOfOrder(IntentDigest),
}

impl State {
    /// The state after the first record.
    ///
    /// # Errors
    /// [`StateError::Genesis`] unless it is a genesis.
    pub fn founded(record: &Record, digest: RecordDigest) -> Result<Self, StateError> {
        let Entry::Genesis(genesis) = &record.entry else {
            return Err(StateError::Genesis);
        };
        Ok(Self {
            facts: genesis.facts.clone(),
            genesis: digest,
            sequence: record.sequence,
            head: digest,
            time: record.time,
            intents: BTreeMap::new(),
            signature_points: BTreeSet::new(),
        })
    }

    /// Takes one more record into account.
    ///
    /// # Errors
    /// [`StateError`] if it cannot follow what is known.
    pub fn extend(&mut self, record: &Record, digest: RecordDigest) -> Result<(), StateError> {
        match &record.entry {
            Entry::Genesis(_) => return Err(StateError::Genesis),
            Entry::Refused(_) | Entry::Alert(_) | Entry::Sent(_) => {}
            Entry::Intent(intent) => self.begin(intent.digest, record)?,
            Entry::Outcome(outcome) => {
                let progress = if outcome.signed.is_ok() {
                    Progress::Signed
                } else {
                    Progress::Failed
                };
                self.advance(outcome.intent, Progress::Unresolved, progress)?;
                // A failed intent may have come to some signatures: their nonces count as used.
                self.remember(match &outcome.signed {
                    Ok(signatures) => signatures,
                    Err(failed) => &failed.made,
                });
            }
            Entry::Released(released) => {
                self.advance(released.intent, Progress::Signed, Progress::Released)?;
            }
        }
        self.sequence = record.sequence;
        self.head = digest;
        self.time = self.time.max(record.time);
        Ok(())
    }

    /// What the founders approved.
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The digest of the first record.
    pub const fn genesis(&self) -> &RecordDigest {
        &self.genesis
    }

    /// The number of the last record.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The digest of the last record.
    pub const fn head(&self) -> &RecordDigest {
        &self.head
    }

    /// The latest time in any record, in seconds UTC: the machine's clock may not be before it.
    pub const fn time(&self) -> u64 {
        self.time
    }

    /// What is known of an intent.
    pub fn intent(&self, intent: &IntentDigest) -> Option<&IntentState> {
        self.intents.get(intent)
    }

    /// All intents.
    pub const fn intents(&self) -> &BTreeMap<IntentDigest, IntentState> {
        &self.intents
    }

    /// Whether a signature with this r has been made before: a repeated nonce reveals the key.
    pub fn has_signature_point(&self, r: &[u8; 32]) -> bool {
        self.signature_points.contains(r)
    }

    fn begin(&mut self, intent: IntentDigest, record: &Record) -> Result<(), StateError> {
        let begun = IntentState {
            sequence: record.sequence,
            time: record.time,
            progress: Progress::Unresolved,
        };
        match self.intents.insert(intent, begun) {
            None => Ok(()),
            Some(_) => Err(StateError::IntentTwice(intent)),
        }
    }

    fn advance(
        &mut self,
        intent: IntentDigest,
        from: Progress,
        to: Progress,
    ) -> Result<(), StateError> {
        match self.intents.get_mut(&intent) {
            Some(known) if known.progress == from => {
                known.progress = to;
                Ok(())
            }
            Some(_) | None => Err(StateError::OutOfOrder(intent)),
        }
    }

    fn remember(&mut self, signatures: &[(u32, Vec<u8>)]) {
        let points = signatures
            .iter()
            .filter_map(|(_, signature)| signature.first_chunk());
        self.signature_points.extend(points);
    }
}
