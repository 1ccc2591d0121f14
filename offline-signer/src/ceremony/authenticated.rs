//! A request that an authorised source sealed for this very station and wallet.
//! What its transaction does is not known yet.

use transaction_review::{Policy, Source, review};
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::ports::Desk;
use super::refusal::Refusal;
use super::reviewed::Reviewed;
use crate::isolation::Isolated;
use crate::station::{reviewed_kind, subject};

/// A request whose author is known.
pub struct Authenticated {
    packet: Packet<Request>,
    source: String,
    isolated: Isolated,
    /// The present at the start; the whole ceremony is judged at this one moment, so that both
    /// operators read the same text.
    began: u64,
}

impl Authenticated {
    pub(super) fn new(
        packet: Packet<Request>,
        source: &Source,
        size: usize,
        isolated: Isolated,
        desk: &Desk<'_>,
    ) -> Result<Self, Refusal> {
        let (request, policy) = (packet.payload(), desk.room.station.policy());
        let facts = desk.journal.state().facts();
        if request.audience.station != facts.station
            || request.audience.environment != facts.environment
        {
            return Err(Refusal::Audience {
                found: request.audience.station.clone(),
                found_environment: request.audience.environment.clone(),
                station: facts.station.clone(),
                environment: facts.environment.clone(),
            });
        }
        let began = desk.room.clock.now();
        check_source(&packet, began, desk)?;
        let limit = policy.max_request_bytes();
        if u64::try_from(size).unwrap_or(u64::MAX) > limit {
            return Err(Refusal::TooLarge { found: size, limit });
        }
        Ok(Self {
            source: source.id().to_owned(),
            packet,
            isolated,
            began,
        })
    }

    /// The same request, judged at the moment at which the ceremony began.
    pub(super) fn judged_at(self, began: u64) -> Self {
        Self { began, ..self }
    }

    /// Makes sure that the request is fresh and was never approved, then reads its transaction to
    /// the last byte.
    ///
    /// # Errors
    /// [`Refusal::ClockBack`], [`Refusal::Replay`], [`Refusal::FromTheFuture`],
    /// [`Refusal::Expired`], [`Refusal::Lifetime`], [`Refusal::Review`].
    pub(super) fn review(self, desk: &Desk<'_>) -> Result<Reviewed, Refusal> {
        check_freshness(&self.packet, self.began, desk)?;
        let request = self.packet.payload();
        let review = review(desk.room.station.policy(), &subject(request))?;
        let mut review = review.of_intent(*self.packet.intent().as_bytes());
        if let Some((source, _)) = desk.room.station.source(self.packet.key().key_id()) {
            review = review.asked_by(source);
        }
        Ok(Reviewed::new(
            self.packet,
            self.source,
            self.isolated,
            self.began,
            review,
        ))
    }
}

/// Makes sure that the source may ask for this wallet and kind at `now`, in seconds UTC.
pub(super) fn check_source(
    packet: &Packet<Request>,
    now: u64,
    desk: &Desk<'_>,
) -> Result<(), Refusal> {
    let (request, key_id) = (packet.payload(), packet.key().key_id());
    let Some((source, _)) = desk.room.station.source(key_id) else {
        return Err(Refusal::SourceUnknown { key_id });
    };
    source
        .authorise(&request.wallet, reviewed_kind(request.kind), now)
        .map_err(|cause| Refusal::SourceScope {
            source_id: source.id().to_owned(),
            cause,
        })
}

/// Holds the request's times and its intent against the clock and the journal.
pub(super) fn check_freshness(
    packet: &Packet<Request>,
    now: u64,
    desk: &Desk<'_>,
) -> Result<(), Refusal> {
    let (request, state) = (packet.payload(), desk.journal.state());
    // Two seconds are what a clock may step back when it is corrected (security catalogue, RPL-06).
    if now.saturating_add(2) < state.time() {
        return Err(Refusal::ClockBack {
            now,
            floor: state.time(),
        });
    }
    if let Some(known) = state.intent(&packet.intent()) {
        let (record, time, progress) = (known.sequence, known.time, known.progress);
        return Err(Refusal::Replay {
            record,
            time,
            progress,
        });
    }
    check_times(request, desk.room.station.policy(), now)
}

/// Holds the request's times against `now`, in seconds UTC; the journal's verification holds a
/// recorded request against the time of its record in the same way.
pub(crate) fn check_times(request: &Request, policy: &Policy, now: u64) -> Result<(), Refusal> {
    if request.created > now.saturating_add(policy.max_clock_skew()) {
        return Err(Refusal::FromTheFuture {
            created: request.created,
            now,
        });
    }
    if now >= request.expires {
        return Err(Refusal::Expired {
            expires: request.expires,
            now,
        });
    }
    let found = request.expires.saturating_sub(request.created);
    if found > policy.max_request_lifetime() {
        return Err(Refusal::Lifetime {
            found,
            limit: policy.max_request_lifetime(),
        });
    }
    Ok(())
}
