//! A request that the policy allows, with the screens that the operators are going to read.
//! Nobody has agreed to it yet.

use transaction_review::{Review, Screen, screens_digest};
use transfer_format::IntentDigest;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::approved::{APPROVER, Approvals, Approved, Bound};
use super::attempt::Attempt;
use super::ports::Desk;
use super::received::Received;
use super::refusal::Refusal;

/// A request that may be signed once two people approve it.
pub struct Permitted {
    packet: Packet<Request>,
    review: Review,
    screens: Vec<Screen>,
    began: u64,
}

impl Permitted {
    pub(super) const fn new(
        packet: Packet<Request>,
        review: Review,
        screens: Vec<Screen>,
        began: u64,
    ) -> Self {
        Self {
            packet,
            review,
            screens,
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

    /// Has two operators, one after the other, read everything and sign that they agree. The
    /// second one starts from the stored bytes again, not from the first one's screen.
    ///
    /// # Errors
    /// [`Refusal::Approval`], [`Refusal::Token`], [`Refusal::Terminal`], [`Refusal::Changed`].
    pub(super) fn approve(self, desk: &mut Desk<'_>) -> Result<Approved, Refusal> {
        let bound = self.bound(desk);
        let first = bound.ask("first", None, &self.screens, &mut desk.room)?;
        let again = self.read_again(desk)?;
        if again.bound(desk) != bound {
            return Err(Refusal::Changed);
        }
        let second = bound.ask("second", Some(&first), &again.screens, &mut desk.room)?;
        let approvals = Approvals::count(
            first.into_sealed(),
            second.into_sealed(),
            &bound,
            desk.room.station,
            desk.room.clock.now(),
        )?;
        Ok(Approved::new(again.packet, again.review, bound, approvals))
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
