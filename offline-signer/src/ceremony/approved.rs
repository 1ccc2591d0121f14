//! A request that enough different people approved, each with a key on a token of their own.
//! Nothing is recorded yet, and the station's token is still locked.

use transaction_review::{Operator, Quorum, Review, Role, Screen};
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

/// A quorum's yeses, by as many people, to the same thing. There is no other way to have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals {
    sealed: Vec<Vec<u8>>,
    digests: Vec<[u8; 32]>,
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
    /// `earlier` are those who approved before.
    pub(crate) fn ask(
        &self,
        earlier: &[Given],
        quorum: &Quorum,
        screens: &[Screen],
        room: &mut Room<'_>,
    ) -> Result<Given, Refusal> {
        let id = room.people.who(&place(earlier.len()))?;
        let operator = approver(&id, room.station, room.clock.now())?.clone();
        not_excluded(&operator, quorum)?;
        for other in earlier {
            distinct(&other.operator, &operator)?;
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
    /// Counts sealed approvals: there must be as many as `quorum` needs, or more; each must verify under the
    /// key that the policy gives its operator and be bound to `bound`; the operators must differ in
    /// id, person, key and token, and none may be the person whom the quorum excludes. `now` is in
    /// seconds UTC.
    ///
    /// # Errors
    /// [`Refusal::Approval`] with the rule that failed.
    pub fn count(
        sealed: Vec<Vec<u8>>,
        quorum: &Quorum,
        bound: &Bound,
        station: &Station,
        now: u64,
    ) -> Result<Self, Refusal> {
        let found = sealed.len();
        let need = quorum.need.max(Quorum::LEAST.need);
        if u32::try_from(found).is_ok_and(|found| found < need) {
            return Err(ApprovalRefusal::Quorum { need, found }.into());
        }
        let mut operators: Vec<&Operator> = Vec::new();
        let mut digests = Vec::new();
        for approval in &sealed {
            let (operator, packet) = verified(approval.clone(), bound, station, now)?;
            not_excluded(operator, quorum)?;
            for other in &operators {
                distinct(other, operator)?;
            }
            operators.push(operator);
            digests.push(packet.digest());
        }
        Ok(Self { sealed, digests })
    }

    /// The same approvals, if they still count at `now`, in seconds UTC: an enrolment may have
    /// ended since they were given, and the quorum may have risen.
    ///
    /// # Errors
    /// As [`Self::count`].
    pub(super) fn counted_again(
        self,
        quorum: &Quorum,
        bound: &Bound,
        station: &Station,
        now: u64,
    ) -> Result<Self, Refusal> {
        Self::count(self.sealed, quorum, bound, station, now)
    }

    /// SHA-256 of each sealed approval, as a result carries them.
    pub fn digests(&self) -> &[[u8; 32]] {
        &self.digests
    }

    /// The sealed approvals, as the journal keeps them.
    pub fn packets(&self) -> &[Vec<u8>] {
        &self.sealed
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

/// Whoever asked for the payment does not approve it where the policy says so (DUA-02).
fn not_excluded(operator: &Operator, quorum: &Quorum) -> Result<(), ApprovalRefusal> {
    if quorum.excluded_person.as_deref() != Some(operator.person()) {
        return Ok(());
    }
    Err(ApprovalRefusal::Initiator {
        operator: operator.id().to_owned(),
        person: operator.person().to_owned(),
    })
}

/// The place of an operator after so many others, as a word.
fn place(earlier: usize) -> String {
    const WORDS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
    match WORDS.get(earlier) {
        Some(word) => (*word).to_owned(),
        None => format!("{}th", earlier.saturating_add(1)),
    }
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
