//! What this builder asked before, and what became of it: the history of the pre-flight, and the
//! coins that are taken. Knows nothing of files.
//!
//! A station judges by its journal, which the builder does not see. Here a request counts as
//! committed from the second in which it was sealed, for two of them must not be on their way to a
//! station that can sign only one. It stops counting when the station refuses it, when it expires
//! without an answer, and when the preparer withdraws it; a result counts for ever. So the verdict
//! here is the station's, but where a request of another builder or one that expired was signed:
//! there the station's own verdict is what counts.

mod error;

use std::collections::{BTreeMap, BTreeSet};

use transaction_review::{Commitment, History, Review, Spend};
use transfer_format::IntentDigest;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

pub use self::error::EarlierError;

use crate::request::review_again;
use crate::station::Station;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// No answer yet, and it can still be signed.
    Waiting,
    /// No answer, and too late for one that is signed after this.
    Expired,
    /// The station refused it, with this code.
    Refused(String),
    /// The preparer withdrew it.
    Withdrawn,
    /// The station signed it.
    Signed,
}

impl Outcome {
    /// In one or two words.
    pub fn text(&self) -> String {
        match self {
            Self::Waiting => "no answer".to_owned(),
            Self::Expired => "expired".to_owned(),
            Self::Refused(code) => format!("refused {code}"),
            Self::Withdrawn => "withdrawn".to_owned(),
            Self::Signed => "signed".to_owned(),
        }
    }
}

/// A request of this builder.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// The request.
    pub request: Packet<Request>,
    /// What became of it.
    pub outcome: Outcome,
}

impl Earlier {
    /// Whether what it spends counts as spent.
    pub const fn counts(&self) -> bool {
        matches!(self.outcome, Outcome::Waiting | Outcome::Signed)
    }

    fn intent(&self) -> IntentDigest {
        self.request.intent()
    }
}

/// Every request of this builder, in the order in which they were made, with the stations that they
/// are for.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    stations: BTreeMap<String, Station>,
    requests: Vec<Earlier>,
}

impl Ledger {
    /// The requests in the order of their sequence.
    pub fn new(stations: Vec<Station>, requests: Vec<Earlier>) -> Self {
        let stations = stations.into_iter();
        Self {
            stations: stations.map(|one| (one.id().to_owned(), one)).collect(),
            requests,
        }
    }

    /// All requests.
    pub fn requests(&self) -> &[Earlier] {
        &self.requests
    }

    /// The station of this id, if it is enrolled.
    pub fn station(&self, id: &str) -> Option<&Station> {
        self.stations.get(id)
    }

    /// The request of this intent.
    pub fn find(&self, intent: &IntentDigest) -> Option<&Earlier> {
        let mut requests = self.requests.iter();
        requests.find(|earlier| earlier.intent() == *intent)
    }

    /// The number of the next request.
    pub fn next_sequence(&self) -> u64 {
        let sequences = self.requests.iter();
        let last = sequences.map(|earlier| earlier.request.payload().sequence);
        last.max().map_or(1, |last| last.saturating_add(1))
    }

    /// What is committed at a station as far as this builder knows, oldest first. The number of
    /// each commitment is the request's own, for the journal's is known for a result only.
    ///
    /// One request can be left out: the one that is judged.
    ///
    /// # Errors
    /// [`EarlierError::Unreviewable`] for a request that does not pass its review any more.
    pub fn history(
        &self,
        station: &Station,
        but: Option<IntentDigest>,
    ) -> Result<History, EarlierError> {
        let mut history = History::new();
        for earlier in self.requests.iter().filter(|earlier| earlier.counts()) {
            let request = earlier.request.payload();
            if request.audience.station == station.id() && Some(earlier.intent()) != but {
                let review = self.review(earlier)?;
                let intent = *earlier.intent().as_bytes();
                let (sequence, time) = (request.sequence, request.created);
                history.record(Commitment::of(&review, intent, sequence, time));
            }
        }
        Ok(history)
    }

    /// Every request for the same transaction of the same wallet, whichever station it is for: this
    /// one, those for the other stations of the wallet, and those that were built anew.
    pub fn same_transaction(&self, intent: &IntentDigest) -> Vec<&Earlier> {
        let of = |earlier: &Earlier| {
            let request = earlier.request.payload();
            (request.wallet.clone(), request.transaction.clone())
        };
        let wanted = self.find(intent).map(of);
        let same = |earlier: &&Earlier| Some(of(earlier)) == wanted;
        self.requests.iter().filter(same).collect()
    }

    /// The request that one for this station replaces: the one of this intent, or, where that was
    /// for another station of the same wallet, the one for the same transaction at this station.
    ///
    /// # Errors
    /// [`EarlierError::NotReplaceable`].
    pub fn replaced(
        &self,
        intent: IntentDigest,
        station: &Station,
    ) -> Result<&Earlier, EarlierError> {
        let here = |earlier: &&Earlier| {
            earlier.counts() && earlier.request.payload().audience.station == station.id()
        };
        let same = self.same_transaction(&intent);
        let named = same.iter().find(|earlier| earlier.intent() == intent);
        let newest = same.iter().rev().copied().find(here);
        let named = named.copied().filter(here).or(newest);
        named.ok_or_else(|| EarlierError::NotReplaceable {
            intent,
            station: station.id().to_owned(),
        })
    }

    /// The numbers of the requests that this one replaces, and of those that replace it, however
    /// far the chain goes; requests for the same transaction at other stations are among them.
    pub fn family(&self, earlier: &Earlier) -> BTreeSet<u64> {
        let bytes = |earlier: &Earlier| earlier.request.payload().transaction.clone();
        let mut pairs = Vec::new();
        for other in &self.requests {
            let replaced = other.request.payload().replaces;
            let replaced = replaced.and_then(|intent| self.find(&intent));
            pairs.extend(replaced.map(|replaced| [bytes(replaced), bytes(other)]));
        }
        let mut transactions = BTreeSet::from([bytes(earlier)]);
        // Each round joins the next links of the chain, and there are no more links than pairs.
        for _ in &pairs {
            let joined = pairs
                .iter()
                .filter(|pair| pair.iter().any(|one| transactions.contains(one)));
            let joined: Vec<Vec<u8>> = joined.flatten().cloned().collect();
            transactions.extend(joined);
        }
        let members = self.requests.iter().map(|other| other.request.payload());
        members
            .filter(|payload| transactions.contains(&payload.transaction))
            .map(|payload| payload.sequence)
            .collect()
    }

    /// The last index on a branch of a wallet that any request touched, whatever became of it.
    ///
    /// # Errors
    /// [`EarlierError::Unreviewable`].
    pub fn last_index(&self, wallet: &str, branch: u32) -> Result<Option<u32>, EarlierError> {
        let mut last = None;
        for earlier in &self.requests {
            if earlier.request.payload().wallet == wallet {
                let review = self.review(earlier)?;
                let places = review.change_places().iter();
                let here = places.filter(|(_, found, _)| *found == branch);
                last = last.max(here.map(|(_, _, index)| *index).max());
            }
        }
        Ok(last)
    }

    /// The coins and nonces that are taken, each with the number of the request that took it first,
    /// but for those of the requests of these numbers.
    ///
    /// # Errors
    /// [`EarlierError::Unreviewable`].
    pub fn taken(&self, but: &BTreeSet<u64>) -> Result<BTreeMap<Taken, u64>, EarlierError> {
        let mut taken = BTreeMap::new();
        for earlier in self.requests.iter().filter(|earlier| earlier.counts()) {
            let sequence = earlier.request.payload().sequence;
            if but.contains(&sequence) {
                continue;
            }
            for spend in self.review(earlier)?.spends() {
                taken.entry(Taken::of(spend)).or_insert(sequence);
            }
        }
        Ok(taken)
    }

    /// A request as its station reviews it.
    ///
    /// # Errors
    /// [`EarlierError::Unreviewable`], [`EarlierError::Station`].
    pub fn review(&self, earlier: &Earlier) -> Result<Review, EarlierError> {
        let (request, intent) = (earlier.request.payload(), earlier.intent());
        let id = &request.audience.station;
        let station = self.station(id).ok_or_else(|| EarlierError::Station {
            intent,
            station: id.clone(),
        })?;
        review_again(station, request).map_err(|cause| EarlierError::Unreviewable {
            intent,
            cause: Box::new(cause),
        })
    }
}

/// What only one transaction can use up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taken {
    /// A Bitcoin coin: the transaction's id in the byte order of the wire, and the position.
    Coin([u8; 32], u32),
    /// A nonce of an account on a chain.
    Nonce(u64, [u8; 20], u64),
    /// A nonce of a document: chain, contract, nonce.
    Permit(u64, [u8; 20], [u8; 32]),
}

impl Taken {
    /// What a transaction uses up, without its amount.
    pub fn of(spend: &Spend) -> Self {
        match spend {
            Spend::Outpoint { txid, vout, .. } => Self::Coin(*txid, *vout),
            Spend::Nonce {
                chain_id,
                address,
                nonce,
            } => Self::Nonce(*chain_id, *address, *nonce),
            Spend::Permit {
                chain_id,
                contract,
                nonce,
            } => Self::Permit(*chain_id, *contract, *nonce),
        }
    }
}

#[cfg(test)]
mod tests;
