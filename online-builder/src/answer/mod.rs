//! Answers: which station spoke, whether it answers a request of ours, and whether every signature
//! holds. Knows nothing of files; it believes no packet for its own sake.

mod error;
mod files;
mod witness;

use transaction_review::{Part, Review, Signature, SignedTransaction, combine};
use transfer_format::packet::{PacketKind, RefusalNotice, Request, SigningResult};
use transfer_format::seal::{Envelope, Packet};

pub use self::error::AnswerError;
pub use self::files::{FileError, broadcast_files, write_files};
pub use self::witness::{Standing, check_witness};

use crate::request::{review_again, reviewed_kind};
use crate::station::Station;

/// An answer whose seal is that of a pinned station.
#[derive(Debug)]
pub enum Answer {
    /// The station signed.
    Result(Packet<SigningResult>),
    /// The station refused.
    Refusal(Packet<RefusalNotice>),
}

impl Answer {
    /// Opens an answer with the key of the pinned station that the seal names.
    ///
    /// # Errors
    /// [`AnswerError::Packet`], [`AnswerError::StationUnknown`], [`AnswerError::NotAnAnswer`],
    /// [`AnswerError::Seal`], [`AnswerError::Station`].
    pub fn open(bytes: Vec<u8>, stations: &[Station]) -> Result<(&Station, Self), AnswerError> {
        let envelope = Envelope::read(bytes)?;
        let key_id = envelope.key_id();
        let station = stations
            .iter()
            .find(|station| station.key().key_id() == key_id)
            .ok_or(AnswerError::StationUnknown { key_id })?;
        let seal = |cause| AnswerError::Seal {
            station: station.id().to_owned(),
            cause,
        };
        let answer = match envelope.kind() {
            PacketKind::Result => Self::Result(envelope.open(station.key()).map_err(seal)?),
            PacketKind::Refusal => Self::Refusal(envelope.open(station.key()).map_err(seal)?),
            found @ (PacketKind::Request | PacketKind::Approval | PacketKind::Enrolment) => {
                return Err(AnswerError::NotAnAnswer { found });
            }
        };
        let named = match &answer {
            Self::Result(result) => &result.payload().station,
            Self::Refusal(refusal) => &refusal.payload().station,
        };
        if named == station.id() {
            return Ok((station, answer));
        }
        Err(AnswerError::Station {
            found: named.clone(),
            expected: station.id().to_owned(),
        })
    }
}

/// Checks that the request was meant for the station that answers it.
///
/// # Errors
/// [`AnswerError::OtherStation`].
pub fn check_audience(request: &Packet<Request>, station: &Station) -> Result<(), AnswerError> {
    let asked = &request.payload().audience.station;
    if asked == station.id() {
        return Ok(());
    }
    Err(AnswerError::OtherStation {
        intent: request.intent(),
        asked: asked.clone(),
        answered: station.id().to_owned(),
    })
}

/// What one station signed: the request as reviewed under its policy, and its signatures.
#[derive(Debug)]
pub struct Share {
    review: Review,
    signatures: Vec<Signature>,
}

/// Checks a result against the request it answers, and reads its signatures for the review of the
/// request's own bytes under that station's policy.
///
/// # Errors
/// [`AnswerError::OtherStation`], [`AnswerError::Rehearsal`], [`AnswerError::Approvals`],
/// [`AnswerError::Review`], [`AnswerError::SignatureForm`].
pub fn share(
    result: &SigningResult,
    request: &Packet<Request>,
    station: &Station,
) -> Result<Share, AnswerError> {
    check_audience(request, station)?;
    if result.rehearsal != station.is_rehearsal() {
        return Err(AnswerError::Rehearsal {
            station: station.id().to_owned(),
            found: result.rehearsal,
        });
    }
    let repeated = |(position, digest)| result.approvals.iter().take(position).any(|d| d == digest);
    let distinct = result.approvals.iter().enumerate();
    let found = distinct.filter(|entry| !repeated(*entry)).count();
    if found < APPROVALS {
        return Err(AnswerError::Approvals { found });
    }
    let review = review_again(station, request.payload())?;
    let kind = reviewed_kind(request.payload().kind);
    let mut signatures = Vec::new();
    for entry in &result.signatures {
        let index = entry.index;
        let signature = Signature::from_bytes(kind, index, &entry.signature);
        signatures.push(signature.ok_or(AnswerError::SignatureForm { index })?);
    }
    Ok(Share { review, signatures })
}

impl Share {
    /// The registered key whose signatures these are, a compressed point.
    pub const fn public_key(&self) -> &[u8; 33] {
        &self.review.key().public_key
    }
}

/// Puts the transaction together from the shares of one station or of several, after every
/// signature was verified anew under its own station's key. With too few shares it is a part that
/// nobody can broadcast.
///
/// # Errors
/// [`AnswerError::Signatures`].
pub fn signed_transaction(shares: &[Share]) -> Result<SignedTransaction, AnswerError> {
    let parts: Vec<Part<'_>> = shares
        .iter()
        .map(|share| Part {
            review: &share.review,
            signatures: &share.signatures,
        })
        .collect();
    Ok(combine(&parts)?)
}

/// Distinct approvals that a result refers to, at least: dual control.
const APPROVALS: usize = 2;

#[cfg(test)]
mod tests;
