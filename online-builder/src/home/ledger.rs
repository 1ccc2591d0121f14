//! Requests and answers brought together: what was asked, and what became of it.
//! Knows nothing of transactions.

use std::collections::{BTreeMap, BTreeSet};

use transfer_format::IntentDigest;
use transfer_format::seal::SealKey;

use super::{ANSWERS, Home, HomeError, Lock, find, keep, names};
use crate::earlier::{Earlier, Ledger, Outcome};

impl Home {
    /// Everything that this builder asked, as it stands at a time (seconds UTC).
    ///
    /// # Errors
    /// [`HomeError::Damaged`], [`HomeError::File`].
    pub fn ledger(&self, source: &SealKey, now: u64) -> Result<Ledger, HomeError> {
        let stations = self.stations(source)?;
        let mut signed = BTreeSet::new();
        let mut refused = BTreeMap::new();
        for station in &stations {
            let results = self.results(station)?;
            signed.extend(results.iter().map(|result| result.intent));
            for refusal in self.refusals(station)? {
                refused.insert(refusal.intent, refusal.code);
            }
        }
        let withdrawn = self.withdrawn()?;
        let mut requests = Vec::new();
        for request in self.requests(source)? {
            let intent = request.intent();
            // A request may have been refused at first, or withdrawn, and signed later.
            let outcome = if signed.contains(&intent) {
                Outcome::Signed
            } else if let Some(code) = refused.remove(&intent) {
                Outcome::Refused(code)
            } else if withdrawn.contains(&intent) {
                Outcome::Withdrawn
            } else if now >= request.payload().expires {
                Outcome::Expired
            } else {
                Outcome::Waiting
            };
            requests.push(Earlier { request, outcome });
        }
        Ok(Ledger::new(stations, requests))
    }

    /// Keeps in mind that a request is not to be signed any more.
    ///
    /// # Errors
    /// [`HomeError::File`].
    pub fn withdraw(&self, _lock: &Lock, intent: &IntentDigest) -> Result<(), HomeError> {
        let path = self.part(ANSWERS).join(format!("{WITHDRAWN}{intent}"));
        match find(&path)? {
            Some(_) => Ok(()),
            None => keep(&path, b""),
        }
    }

    fn withdrawn(&self) -> Result<BTreeSet<IntentDigest>, HomeError> {
        let folder = self.part(ANSWERS);
        let mut withdrawn = BTreeSet::new();
        for name in names(&folder)? {
            if let Some(digits) = name.strip_prefix(WITHDRAWN) {
                let intent = digits.parse();
                let damaged = |error| HomeError::damaged(&folder.join(&name), &error);
                withdrawn.insert(intent.map_err(damaged)?);
            }
        }
        Ok(withdrawn)
    }
}

const WITHDRAWN: &str = "withdrawn-";
