//! A request that two different people approved, each with a key on a token of their own.
//! Nothing is recorded yet, and the station's token is still locked.

use transaction_review::{Operator, Review, Role, Screen};
use transfer_format::IntentDigest;
use transfer_format::packet::{Approval, Request};
use transfer_format::seal::{Draft, Envelope, Packet};

use super::approval_refusal::ApprovalRefusal;
use super::ports::{Decision, Desk, Reading, Room, SealDigest};
use super::recorded::Recorded;
use super::refusal::Refusal;
use crate::station::{Station, own_packet};

/// A request with its approvals.
pub struct Approved {
    packet: Packet<Request>,
    review: Review,
    bound: Bound,
    approvals: Approvals,
}

/// What an approval is bound to: change any of it, and the approval is for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The intent digest.
    pub intent: IntentDigest,
    /// Digest of the screens that were read.
    pub review: [u8; 32],
    /// Hash of the policy in force.
    pub policy: [u8; 32],
    /// The ceremony's random id.
    pub ceremony: [u8; 16],
    /// The journal's head when the ceremony began.
    pub head: [u8; 32],
    /// In which role people approve: [`APPROVER`] or [`FOUNDER`].
    pub role: &'static str,
}

/// Two yeses, by two people, to the same thing. There is no other way to have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals {
    first: Vec<u8>,
    second: Vec<u8>,
    digests: [[u8; 32]; 2],
}

/// An operator's approval, sealed, and who gave it.
pub(crate) struct Given {
    operator: Operator,
    sealed: Vec<u8>,
}

/// The role that approves transactions, as an approval names it.
pub const APPROVER: &str = "approver";

/// The role that founds a station, as an approval names it.
pub const FOUNDER: &str = "founder";

impl Bound {
    /// Has one operator say who they are, read every page, decide, and sign with their own token.
    pub(crate) fn ask(
        &self,
        place: &str,
        earlier: Option<&Given>,
        screens: &[Screen],
        room: &mut Room<'_>,
    ) -> Result<Given, Refusal> {
        let id = room.people.who(place)?;
        let operator = approver(&id, room.station, room.clock.now())?.clone();
        if let Some(earlier) = earlier {
            distinct(&earlier.operator, &operator)?;
        }
        if room.people.read(&id, screens)? == Reading::Stopped {
            return Err(ApprovalRefusal::NotRead { operator: id }.into());
        }
        if let Decision::Refuse { reason } = room.people.decide(&id, &self.summary())? {
            return Err(ApprovalRefusal::Declined {
                operator: id,
                reason,
            }
            .into());
        }
        let key = room.station.operator_key(&operator)?;
        let approval = Approval {
            intent: self.intent,
            review_digest: self.review,
            policy_hash: self.policy,
            ceremony: self.ceremony,
            journal_head: self.head,
            operator: id.clone(),
            role: self.role.to_owned(),
            approved_at: room.clock.now(),
        };
        let draft = Draft::new(approval, key).map_err(|error| own_packet(&error))?;
        let pin = room.people.pin(&id, operator.token())?;
        room.isolation.prove()?;
        let digest = SealDigest::of(&draft);
        let signature = room.tokens.approve(operator.token(), &key, pin, &digest)?;
        let sealed = draft.seal(signature)?.bytes().to_vec();
        room.people
            .tell(&format!("{id} approved intent {}.", self.intent))?;
        Ok(Given { operator, sealed })
    }

    fn summary(&self) -> Vec<String> {
        vec![
            format!("intent  {}", self.intent),
            format!("words   {}", self.intent.words()),
        ]
    }

    fn differs(&self, approval: &Approval) -> Option<&'static str> {
        if approval.intent != self.intent {
            return Some("intent");
        }
        if approval.review_digest != self.review {
            return Some("review");
        }
        if approval.policy_hash != self.policy {
            return Some("policy");
        }
        if approval.ceremony != self.ceremony {
            return Some("ceremony");
        }
        if approval.journal_head != self.head {
            return Some("journal head");
        }
        (approval.role != self.role).then_some("role")
    }
}

impl Given {
    /// The sealed approval packet.
    pub(crate) fn into_sealed(self) -> Vec<u8> {
        self.sealed
    }
}

impl Approvals {
    /// Counts two sealed approvals: each must verify under the key that the policy gives its
    /// operator, be bound to `bound`, and the two operators must differ in id, person, key and
    /// token. `now` is in seconds UTC.
    ///
    /// # Errors
    /// [`Refusal::Approval`] with the rule that failed.
    pub fn count(
        first: Vec<u8>,
        second: Vec<u8>,
        bound: &Bound,
        station: &Station,
        now: u64,
    ) -> Result<Self, Refusal> {
        let (one, first_packet) = verified(first, bound, station, now)?;
        let (two, second_packet) = verified(second, bound, station, now)?;
        distinct(one, two)?;
        Ok(Self {
            digests: [first_packet.digest(), second_packet.digest()],
            first: first_packet.bytes().to_vec(),
            second: second_packet.bytes().to_vec(),
        })
    }

    /// The same approvals, if they still count at `now`, in seconds UTC: an enrolment may have
    /// ended since they were given.
    ///
    /// # Errors
    /// As [`Self::count`].
    pub(super) fn counted_again(
        self,
        bound: &Bound,
        station: &Station,
        now: u64,
    ) -> Result<Self, Refusal> {
        Self::count(self.first, self.second, bound, station, now)
    }

    /// SHA-256 of each sealed approval, as a result carries them.
    pub const fn digests(&self) -> &[[u8; 32]; 2] {
        &self.digests
    }

    /// The sealed approvals, as the journal keeps them.
    pub fn packets(&self) -> Vec<Vec<u8>> {
        vec![self.first.clone(), self.second.clone()]
    }
}

impl Approved {
    pub(super) const fn new(
        packet: Packet<Request>,
        review: Review,
        bound: Bound,
        approvals: Approvals,
    ) -> Self {
        Self {
            packet,
            review,
            bound,
            approvals,
        }
    }

    /// Unlocks the station's token, then writes the intent down, durably.
    ///
    /// The PIN comes first: a mistyped one must not leave an intent that counts as spent.
    ///
    /// # Errors
    /// [`Refusal::Token`], [`Refusal::Storage`], and whatever changed since the request was
    /// reviewed: [`Refusal::Expired`], [`Refusal::Policy`], [`Refusal::Isolation`].
    pub(super) fn record<'d>(self, desk: &mut Desk<'d>) -> Result<Recorded<'d>, Refusal> {
        Recorded::write(&self.packet, self.review, &self.bound, self.approvals, desk)
    }
}

fn verified<'s>(
    sealed: Vec<u8>,
    bound: &Bound,
    station: &'s Station,
    now: u64,
) -> Result<(&'s Operator, Packet<Approval>), Refusal> {
    let envelope = Envelope::read(sealed)?;
    let key_id = envelope.key_id();
    let unknown = || ApprovalRefusal::Unknown {
        operator: format!("key {key_id}"),
    };
    let (operator, key) = station.operator_with_key(key_id).ok_or_else(unknown)?;
    let id = operator.id().to_owned();
    let packet = envelope
        .open::<Approval>(&key)
        .map_err(|cause| ApprovalRefusal::Seal {
            operator: id.clone(),
            cause,
        })?;
    if packet.payload().operator != operator.id() {
        return Err(ApprovalRefusal::Bound {
            operator: id,
            what: "operator",
        }
        .into());
    }
    approver(operator.id(), station, now)?;
    if let Some(what) = bound.differs(packet.payload()) {
        return Err(ApprovalRefusal::Bound { operator: id, what }.into());
    }
    Ok((operator, packet))
}

fn approver<'s>(id: &str, station: &'s Station, now: u64) -> Result<&'s Operator, ApprovalRefusal> {
    let operator = station
        .policy()
        .operator(id)
        .ok_or_else(|| ApprovalRefusal::Unknown {
            operator: id.to_owned(),
        })?;
    if operator.may_act(Role::Approver, now) {
        return Ok(operator);
    }
    Err(ApprovalRefusal::NotAnApprover {
        operator: id.to_owned(),
    })
}

/// Two operators must differ in everything that makes them two (DUA-01).
fn distinct(first: &Operator, second: &Operator) -> Result<(), ApprovalRefusal> {
    let what = if first.id() == second.id() {
        "id"
    } else if first.person() == second.person() {
        "person"
    } else if first.public_key() == second.public_key() {
        "key"
    } else if first.token() == second.token() {
        "token"
    } else {
        return Ok(());
    };
    let (first, second) = (first.id().to_owned(), second.id().to_owned());
    Err(ApprovalRefusal::NotDistinct {
        first,
        second,
        what,
    })
}
