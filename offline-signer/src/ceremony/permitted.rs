//! A request that the policy allows, with the screens that the operators are going to read.
//! Nobody has agreed to it yet.

use transaction_review::{Quorum, Review, Screen, screens_digest};
use transfer_format::IntentDigest;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::approved::{APPROVER, Approvals, Approved, Bound, Given};
use super::attempt::Attempt;
use super::ports::Desk;
use super::received::Received;
use super::refusal::Refusal;

/// A request that may be signed once enough people approve it.
pub struct Permitted {
    packet: Packet<Request>,
    review: Review,
    screens: Vec<Screen>,
    quorum: Quorum,
    began: u64,
}

impl Permitted {
    pub(super) const fn new(
        packet: Packet<Request>,
        review: Review,
        screens: Vec<Screen>,
        quorum: Quorum,
        began: u64,
    ) -> Self {
        Self {
            packet,
            review,
            screens,
            quorum,
            began,
        }
    }

    /// The intent.
    pub fn intent(&self) -> IntentDigest {
        self.packet.intent()
    }

    /// Everything that an operator reads before deciding.
    pub fn screens(&self) -> &[Screen] {
        &self.screens
    }

    /// What an approval given now is bound to.
    pub fn bound(&self, desk: &Desk<'_>) -> Bound {
        Bound {
            intent: self.packet.intent(),
            review: screens_digest(&self.screens),
            policy: desk.room.station.policy().hash(),
            ceremony: desk.ceremony,
            head: *desk.journal.state().head(),
            role: APPROVER,
        }
    }

    /// Has as many operators as the verdict demands, one after the other, read everything and sign
    /// that they agree. Each after the first starts from the stored bytes again, not from the
    /// screen of the one before.
    ///
    /// # Errors
    /// [`Refusal::Approval`], [`Refusal::Token`], [`Refusal::Terminal`], [`Refusal::Changed`].
    pub(super) fn approve(self, desk: &mut Desk<'_>) -> Result<Approved, Refusal> {
        let bound = self.bound(desk);
        let quorum = self.quorum.clone();
        let mut given = vec![bound.ask(&[], &quorum, &self.screens, &mut desk.room)?];
        let mut latest = self;
        while u32::try_from(given.len()).is_ok_and(|approved| approved < quorum.need) {
            let again = latest.read_again(desk)?;
            if again.bound(desk) != bound || again.quorum != quorum {
                return Err(Refusal::Changed);
            }
            given.push(bound.ask(&given, &quorum, &again.screens, &mut desk.room)?);
            latest = again;
        }
        let approvals = Approvals::count(
            given.into_iter().map(Given::into_sealed).collect(),
            &quorum,
            &bound,
            desk.room.station,
            desk.room.clock.now(),
        )?;
        Ok(Approved::new(
            latest.packet,
            latest.review,
            bound,
            approvals,
        ))
    }

    fn read_again(&self, desk: &Desk<'_>) -> Result<Self, Refusal> {
        let bytes = self.packet.bytes().to_vec();
        let mut attempt = Attempt::of(&bytes);
        Received::new(bytes, desk.room.isolation.prove()?)
            .authenticate(desk, &mut attempt)?
            .judged_at(self.began)
            .review(desk)?
            .permit(desk)
    }
}
