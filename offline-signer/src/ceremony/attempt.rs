//! A ceremony that ended without a result, and the record that it leaves.
//! Knows nothing of why; that is the refusal's.

use sha2::{Digest, Sha256};
use transfer_format::IntentDigest;

use super::ports::{Desk, People};
use super::refusal::Refusal;
use crate::journal::{Alert, Entry, Journal, Refused, StorageError, kept};
use crate::terminal::TerminalError;

/// A ceremony that did not come to its end, with all that is known of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    packet: Option<[u8; 32]>,
    /// The intent digest, once the seal was verified.
    pub intent: Option<IntentDigest>,
    /// The source, as far as it is known.
    pub source: Option<String>,
    /// Why it ended; `None` only while it goes on.
    pub refusal: Option<Refusal>,
    /// Why the refusal could not be recorded, if it could not.
    pub unrecorded: Option<StorageError>,
    /// Whether the intent is in the journal all the same: it counts as spent.
    pub spent: bool,
    /// Why an alert could not be shown, if there was one and it could not.
    pub unshown: Option<TerminalError>,
}

impl Attempt {
    /// An attempt with these bytes, of which nothing more is known.
    pub fn of(bytes: &[u8]) -> Self {
        Self::with(Some(Sha256::digest(bytes).into()))
    }

    /// An attempt of which no byte could be read.
    pub fn unread() -> Self {
        Self::with(None)
    }

    fn with(packet: Option<[u8; 32]>) -> Self {
        Self {
            packet,
            intent: None,
            source: None,
            refusal: None,
            unrecorded: None,
            unshown: None,
            spent: false,
        }
    }

    /// Records a refusal and shows it if it is an alert. The refusal stands even if neither works.
    pub(super) fn refuse(self, refusal: Refusal, desk: &mut Desk<'_>) -> Self {
        let now = desk.room.clock.now();
        self.record(refusal, desk.journal, now)
            .shown_to(desk.room.people)
    }

    /// Shows the refusal to people if it is an alert.
    #[must_use]
    pub fn shown_to(mut self, people: &mut dyn People) -> Self {
        if let Some(alert) = self.alert() {
            self.unshown = people.alert(&alert).err();
        }
        self
    }

    /// Records a refusal at `now`, in seconds UTC; for refusals before anybody could be asked.
    #[must_use]
    pub fn record(mut self, refusal: Refusal, journal: &mut Journal, now: u64) -> Self {
        let refused = Refused {
            packet: self.packet,
            intent: self.intent,
            source: self.source.clone(),
            code: refusal.code().to_owned(),
            sentence: kept(&refusal.to_string()),
        };
        let recorded_intent = self
            .intent
            .is_some_and(|intent| journal.state().intent(&intent).is_some());
        self.spent = recorded_intent && !matches!(refusal, Refusal::Replay { .. });
        self.refusal = Some(refusal);
        let alerted = self.alert().map_or(Ok(()), |alert| {
            journal.append(Entry::Alert(alert), now).map(drop)
        });
        let recorded = journal.append(Entry::Refused(refused), now).map(drop);
        self.unrecorded = alerted.and(recorded).err();
        self
    }

    fn alert(&self) -> Option<Alert> {
        let refusal = self.refusal.as_ref().filter(|refusal| refusal.is_alert())?;
        Some(Alert {
            packet: self.packet,
            code: refusal.code().to_owned(),
            sentence: kept(&refusal.to_string()),
        })
    }
}
