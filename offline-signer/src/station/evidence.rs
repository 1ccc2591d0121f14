//! Checks, record by record, that people approved what the journal says they approved.
//! Knows nothing of the chain between the records, and needs nothing but public keys.

use super::{Station, StationError, founding_bound};
use crate::ceremony::{APPROVER, Approvals, Bound, Refusal};
use crate::journal::{Entry, JournalError, Record};

/// What a journal's approvals add up to, while its records go by.
#[derive(Default)]
pub struct Evidence {
    station: Option<Station>,
    failure: Option<StationError>,
}

impl Evidence {
    /// Takes one record into account. The first thing wrong is kept, whatever follows.
    pub fn take(&mut self, record: &Record) {
        if self.failure.is_none() {
            self.failure = self.check(record).err();
        }
    }

    /// The station, if every approval counted.
    ///
    /// # Errors
    /// The first [`StationError`].
    pub fn station(self) -> Result<Station, StationError> {
        match self.failure {
            Some(failure) => Err(failure),
            None => self.station.ok_or_else(|| JournalError::Empty.into()),
        }
    }

    fn check(&mut self, record: &Record) -> Result<(), StationError> {
        if let Entry::Genesis(genesis) = &record.entry {
            self.station = Some(Station::new(&genesis.facts)?);
        }
        let Some(station) = &self.station else {
            return Ok(());
        };
        let (approvals, bound) = match &record.entry {
            Entry::Genesis(genesis) => (
                &genesis.approvals,
                founding_bound(&genesis.facts, station).1,
            ),
            Entry::Intent(intent) => {
                let bound = Bound {
                    intent: intent.digest,
                    review: intent.review,
                    policy: intent.policy,
                    ceremony: intent.ceremony,
                    head: record.previous,
                    role: APPROVER,
                };
                (&intent.approvals, bound)
            }
            Entry::Refused(_) | Entry::Alert(_) | Entry::Outcome(_) | Entry::Released(_) => {
                return Ok(());
            }
        };
        let [first, second] = approvals.as_slice() else {
            let (record, found) = (record.sequence, approvals.len());
            return Err(JournalError::Approvals { record, found }.into());
        };
        count(first, second, &bound, station, record)
    }
}

fn count(
    first: &[u8],
    second: &[u8],
    bound: &Bound,
    station: &Station,
    record: &Record,
) -> Result<(), StationError> {
    let counted = Approvals::count(first.to_vec(), second.to_vec(), bound, station, record.time);
    counted
        .map(drop)
        .map_err(|cause: Refusal| StationError::Approval {
            record: record.sequence,
            cause: Box::new(cause),
        })
}
