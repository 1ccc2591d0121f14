//! Requests: a transaction, held against the review and the policy that the station will use, then
//! sealed. Knows nothing of files, and asks for nothing that the policy refuses.

mod error;
mod json;
mod literal;
mod psbt_file;
mod safe_transaction;
mod transfer;
mod typed_data;

use transaction_review::{
    History, Review, ReviewError, Screen, Subject, TransactionKind, Verdict, judge, review,
};
use transfer_format::IntentDigest;
use transfer_format::limits::MAX_REFERENCE_LENGTH;
use transfer_format::packet::{self, Audience, Request};
use transfer_format::seal::{Draft, Packet, SoftwareSealer};

pub use self::error::BuildError;
pub use self::psbt_file::from_psbt_file;
pub use self::safe_transaction::{SafeCall, from_safe_call, from_safe_json, safe_of};
pub use self::transfer::{Transfer, from_delegation, from_message, from_transfer};
pub use self::typed_data::from_typed_data;

use crate::station::Station;

/// A transaction in the form that crosses the gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// What the bytes are.
    pub kind: TransactionKind,
    /// The PSBT without previous transactions, the unsigned transaction, the document or the text.
    pub bytes: Vec<u8>,
    /// For Bitcoin the previous transactions without witnesses, sorted by txid bytes, once each.
    pub previous_transactions: Vec<Vec<u8>>,
    /// The PSBT it was made of, with everything that stays behind.
    pub psbt: Option<Vec<u8>>,
}

impl Transaction {
    /// What is whole by itself: everything but a PSBT.
    const fn alone(kind: TransactionKind, bytes: Vec<u8>) -> Self {
        Self {
            kind,
            bytes,
            previous_transactions: Vec::new(),
            psbt: None,
        }
    }
}

/// What a request says beside its transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The wallet's id.
    pub wallet: String,
    /// The business reference, 1 to 64 characters of printable ASCII. Screens show it between
    /// quotation marks, so it has none, and no space at its ends or beside another one.
    pub reference: String,
    /// The present, in seconds UTC.
    pub created: u64,
    /// Seconds for which the request is good.
    pub lifetime: u64,
    /// The request that it replaces, such as one with too low a fee.
    pub replaces: Option<IntentDigest>,
}

/// A transaction that was reviewed and judged as the station will do it.
#[derive(Debug)]
pub struct Preflight<'s> {
    station: &'s Station,
    order: Order,
    transaction: Transaction,
    review: Review,
    verdict: Verdict,
}

impl<'s> Preflight<'s> {
    /// Reviews a transaction and judges it at the time of the order, after what was asked of the
    /// station before.
    ///
    /// # Errors
    /// [`BuildError::Reference`], [`BuildError::ReferenceForm`], [`BuildError::Lifetime`],
    /// [`BuildError::Source`], [`BuildError::NoSource`], [`BuildError::Review`]. A verdict that
    /// refuses is no error yet: it is to be shown first.
    pub fn of(
        station: &'s Station,
        order: Order,
        transaction: Transaction,
        history: &History,
    ) -> Result<Self, BuildError> {
        check_reference(&order.reference)?;
        let (found, limit) = (order.lifetime, station.policy().max_request_lifetime());
        if found > limit {
            return Err(BuildError::Lifetime { found, limit });
        }
        let source = station.source().ok_or(BuildError::NoSource)?;
        source.authorise(&order.wallet, transaction.kind, order.created)?;
        let subject = Subject {
            wallet: &order.wallet,
            kind: transaction.kind,
            transaction: &transaction.bytes,
            previous_transactions: &transaction.previous_transactions,
            reference: &order.reference,
            replaces: order.replaces.map(|intent| *intent.as_bytes()),
        };
        let review = review(station.policy(), &subject)?.asked_by(source);
        let verdict = judge(station.policy(), &review, history, order.created);
        Ok(Self {
            station,
            order,
            transaction,
            review,
            verdict,
        })
    }

    /// What the operators will read.
    pub fn screens(&self) -> Vec<Screen> {
        self.review.screens(self.station.policy(), &self.verdict)
    }

    /// What the policy says.
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// The transaction.
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Seals the request with this number among those of the builder.
    ///
    /// # Errors
    /// [`BuildError::Refused`] unless the policy permits it, [`BuildError::Draft`],
    /// [`BuildError::TooLarge`], [`BuildError::Seal`].
    pub fn seal(
        &self,
        sequence: u64,
        source: &SoftwareSealer,
    ) -> Result<Packet<Request>, BuildError> {
        if !self.verdict.permitted && !self.verdict.only_waits() {
            return Err(BuildError::Refused(Box::new(self.verdict.clone())));
        }
        let draft = Draft::new(self.request(sequence), source.public_key())?;
        let packet = source.seal(draft)?;
        let (found, limit) = (
            packet.bytes().len(),
            self.station.policy().max_request_bytes(),
        );
        if u64::try_from(found).unwrap_or(u64::MAX) > limit {
            return Err(BuildError::TooLarge { found, limit });
        }
        Ok(packet)
    }

    fn request(&self, sequence: u64) -> Request {
        let (order, transaction) = (&self.order, &self.transaction);
        Request {
            audience: Audience {
                station: self.station.id().to_owned(),
                environment: self.station.environment().to_owned(),
            },
            wallet: order.wallet.clone(),
            kind: packet_kind(transaction.kind),
            transaction: transaction.bytes.clone(),
            previous_transactions: transaction.previous_transactions.clone(),
            reference: order.reference.clone(),
            created: order.created,
            expires: order.created.saturating_add(order.lifetime),
            sequence,
            preflight_verdict: self.verdict.code_text().to_owned(),
            replaces: order.replaces,
        }
    }
}

fn check_reference(reference: &str) -> Result<(), BuildError> {
    let found = reference.chars().count();
    let plain = reference.chars().all(|letter| matches!(letter, ' '..='~'));
    if !plain || !(1..=MAX_REFERENCE_LENGTH).contains(&found) {
        return Err(BuildError::Reference {
            found,
            limit: MAX_REFERENCE_LENGTH,
        });
    }
    let doubtful = [
        ("a quotation mark", reference.contains('"')),
        ("a space at its beginning", reference.starts_with(' ')),
        ("a space at its end", reference.ends_with(' ')),
        ("two spaces in a row", reference.contains("  ")),
    ];
    match doubtful.into_iter().find(|(_, has)| *has) {
        Some((found, _)) => Err(BuildError::ReferenceForm { found }),
        None => Ok(()),
    }
}

/// Reviews a request that was sealed before, under the policy of its station.
///
/// # Errors
/// [`ReviewError`].
pub fn review_again(station: &Station, request: &Request) -> Result<Review, ReviewError> {
    let subject = Subject {
        wallet: &request.wallet,
        kind: reviewed_kind(request.kind),
        transaction: &request.transaction,
        previous_transactions: &request.previous_transactions,
        reference: &request.reference,
        replaces: request.replaces.map(|intent| *intent.as_bytes()),
    };
    let review = review(station.policy(), &subject)?;
    Ok(match station.source() {
        Some(source) => review.asked_by(source),
        None => review,
    })
}

/// The kind as the review names it.
pub const fn reviewed_kind(kind: packet::TransactionKind) -> TransactionKind {
    match kind {
        packet::TransactionKind::BitcoinPsbt => TransactionKind::BitcoinPsbt,
        packet::TransactionKind::EthereumTransaction => TransactionKind::EthereumTransaction,
        packet::TransactionKind::SafeTransaction => TransactionKind::SafeTransaction,
        packet::TransactionKind::TypedData => TransactionKind::TypedData,
        packet::TransactionKind::Message => TransactionKind::Message,
        packet::TransactionKind::Delegation => TransactionKind::Delegation,
    }
}

/// The kind as packets name it.
const fn packet_kind(kind: TransactionKind) -> packet::TransactionKind {
    match kind {
        TransactionKind::BitcoinPsbt => packet::TransactionKind::BitcoinPsbt,
        TransactionKind::EthereumTransaction => packet::TransactionKind::EthereumTransaction,
        TransactionKind::SafeTransaction => packet::TransactionKind::SafeTransaction,
        TransactionKind::TypedData => packet::TransactionKind::TypedData,
        TransactionKind::Message => packet::TransactionKind::Message,
        TransactionKind::Delegation => packet::TransactionKind::Delegation,
    }
}

#[cfg(test)]
mod tests;
