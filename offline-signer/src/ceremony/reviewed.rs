//! A request that is understood: its effects, its digests, and nothing hidden.
//! Whether it is allowed is not known yet.

use transaction_review::{Review, judge};
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::permitted::Permitted;
use super::ports::Desk;
use super::refusal::Refusal;
use crate::isolation::Isolated;

/// A request that was read to the last byte.
pub struct Reviewed {
    packet: Packet<Request>,
    source: String,
    isolated: Isolated,
    began: u64,
    review: Review,
}

impl Reviewed {
    pub(super) const fn new(
        packet: Packet<Request>,
        source: String,
        isolated: Isolated,
        began: u64,
        review: Review,
    ) -> Self {
        Self {
            packet,
            source,
            isolated,
            began,
            review,
        }
    }

    /// Holds the review against the policy.
    ///
    /// # Errors
    /// [`Refusal::Policy`] with every check that failed.
    pub(super) fn permit(self, desk: &Desk<'_>) -> Result<Permitted, Refusal> {
        let verdict = judge(
            desk.room.station.policy(),
            &self.review,
            desk.history,
            self.began,
        );
        if !verdict.permitted {
            return Err(Refusal::Policy(Box::new(verdict)));
        }
        let opening =
            desk.room
                .station
                .opening(&self.packet, &self.source, &verdict.quorum, &self.isolated);
        let mut screens = vec![opening];
        screens.extend(self.review.screens(desk.room.station.policy(), &verdict));
        Ok(Permitted::new(
            self.packet,
            self.review,
            screens,
            verdict.quorum,
            self.began,
        ))
    }
}
