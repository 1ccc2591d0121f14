//! The rules about two people, on approvals sealed by software keys: no token is needed to see
//! that a signature over something else does not count.

use proptest::prelude::*;
use transaction_review::Quorum;
use transfer_format::IntentDigest;
use transfer_format::packet::Approval;
use transfer_format::seal::{Draft, SoftwareSealer};

use super::*;
use crate::journal::{Facts, ModuleRecord, TokenRecord};
use crate::station::Station;

const NOW: u64 = 1_790_000_000;

fn key(byte: u8) -> SoftwareSealer {
    SoftwareSealer::from_bytes(&[byte; 32]).unwrap()
}

/// Operators a, b and e; c is not an approver; d's enrolment is over.
fn station() -> Station {
    let operator = |id: &str, byte: u8, role: &str, until: &str| {
        format!(
            "[[operator]]\nid = \"{id}\"\nperson = \"hr:{id}\"\npubkey = \"{}\"\ntoken = \"T-{id}\"\nroles = [\"{role}\"]\nnot_after = {until}T00:00:00Z\n",
            key(byte).public_key()
        )
    };
    let policy = [
        "[policy]\nid = \"p\"\nversion = 1\nenvironment = \"test\"\nsigners = [\"s\"]\neffective_after = 2026-01-01T00:00:00Z\nexpires = 2036-01-01T00:00:00Z\nclock = { max_skew = \"10m\" }\nrequest = { max_lifetime = \"72h\", max_bytes = 262144 }\n".to_owned(),
        operator("a", 1, "approver", "2036-01-01"),
        operator("b", 2, "approver", "2036-01-01"),
        operator("c", 3, "maintenance", "2036-01-01"),
        operator("d", 4, "approver", "2026-02-01"),
        operator("e", 5, "approver", "2036-01-01"),
    ]
    .concat();
    let facts = Facts {
        station: "s".to_owned(),
        environment: "test".to_owned(),
        rehearsal: true,
        policy,
        modules: vec![ModuleRecord {
            path: "/m".into(),
            sha256: [0; 32],
        }],
        tokens: vec![TokenRecord {
            manufacturer: String::new(),
            model: String::new(),
            serial: "T".to_owned(),
        }],
        station_key_id: vec![1],
        station_key: key(9).public_key().to_string(),
        wallets: Vec::new(),
        earlier_stations: 0,
        ceremony: [0; 16],
        program: "test".to_owned(),
    };
    Station::new(&facts).unwrap()
}

fn bound() -> Bound {
    Bound {
        intent: IntentDigest::from_bytes([1; 32]),
        review: [2; 32],
        policy: [3; 32],
        ceremony: [4; 16],
        head: [5; 32],
        role: APPROVER,
    }
}

fn approval(operator: &str, bound: &Bound) -> Approval {
    Approval {
        intent: bound.intent,
        review_digest: bound.review,
        policy_hash: bound.policy,
        ceremony: bound.ceremony,
        journal_head: bound.head,
        operator: operator.to_owned(),
        role: bound.role.to_owned(),
        approved_at: NOW,
    }
}

fn sealed(byte: u8, approval: Approval) -> Vec<u8> {
    let sealer = key(byte);
    let draft = Draft::new(approval, sealer.public_key()).unwrap();
    sealer.seal(draft).unwrap().bytes().to_vec()
}

fn by(byte: u8, operator: &str) -> Vec<u8> {
    sealed(byte, approval(operator, &bound()))
}

fn count(first: Vec<u8>, second: Vec<u8>) -> Result<Approvals, Refusal> {
    Approvals::count(
        vec![first, second],
        &Quorum::LEAST,
        &bound(),
        &station(),
        NOW,
    )
}

fn refused(operator: &str, what: &'static str) -> Refusal {
    ApprovalRefusal::Bound {
        operator: operator.to_owned(),
        what,
    }
    .into()
}

#[test]
fn two_approvals_of_two_people_for_the_same_thing_count() {
    let approvals = count(by(1, "a"), by(2, "b")).unwrap();
    assert_eq!(approvals.packets(), [by(1, "a"), by(2, "b")]);
}

#[test]
fn a_quorum_of_three_is_three_different_people_dua_01() {
    let quorum = Quorum {
        need: 3,
        ..Quorum::LEAST
    };
    let count = |given| Approvals::count(given, &quorum, &bound(), &station(), NOW);
    let all = vec![by(1, "a"), by(2, "b"), by(5, "e")];
    assert_eq!(count(all.clone()).unwrap().packets(), all);
    let two = ApprovalRefusal::Quorum { need: 3, found: 2 };
    assert_eq!(count(all[..2].to_vec()), Err(two.into()));
    let again = ApprovalRefusal::NotDistinct {
        first: "a".to_owned(),
        second: "a".to_owned(),
        what: "id",
    };
    let twice = vec![by(1, "a"), by(2, "b"), by(1, "a")];
    assert_eq!(count(twice), Err(again.into()));
}

#[test]
fn a_quorum_below_two_is_still_two() {
    let quorum = Quorum {
        need: 1,
        ..Quorum::LEAST
    };
    let counted = Approvals::count(vec![by(1, "a")], &quorum, &bound(), &station(), NOW);
    let expected = ApprovalRefusal::Quorum { need: 2, found: 1 };
    assert_eq!(counted, Err(expected.into()));
}

#[test]
fn approvals_still_count_when_the_quorum_falls() {
    // A payment of the day before left the window while the last PIN was typed.
    let all = vec![by(1, "a"), by(2, "b"), by(5, "e")];
    let counted = Approvals::count(all.clone(), &Quorum::LEAST, &bound(), &station(), NOW);
    assert_eq!(counted.unwrap().packets(), all);
}

#[test]
fn whoever_asked_for_the_payment_does_not_approve_it_dua_02() {
    let quorum = Quorum {
        excluded_person: Some("hr:b".to_owned()),
        ..Quorum::LEAST
    };
    let count = |given| Approvals::count(given, &quorum, &bound(), &station(), NOW);
    let expected = ApprovalRefusal::Initiator {
        operator: "b".to_owned(),
        person: "hr:b".to_owned(),
    };
    assert_eq!(count(vec![by(1, "a"), by(2, "b")]), Err(expected.into()));
    let others = vec![by(1, "a"), by(5, "e")];
    assert_eq!(count(others.clone()).unwrap().packets(), others);
}

#[test]
fn approvals_stop_counting_when_the_quorum_rises_dua_15() {
    let approvals = count(by(1, "a"), by(2, "b")).unwrap();
    let risen = Quorum {
        need: 3,
        ..Quorum::LEAST
    };
    let expected = ApprovalRefusal::Quorum { need: 3, found: 2 };
    assert_eq!(
        approvals.counted_again(&risen, &bound(), &station(), NOW),
        Err(expected.into())
    );
}

#[test]
fn one_operator_twice_does_not_count_dua_01() {
    let expected = ApprovalRefusal::NotDistinct {
        first: "a".to_owned(),
        second: "a".to_owned(),
        what: "id",
    };
    assert_eq!(count(by(1, "a"), by(1, "a")), Err(expected.into()));
}

#[test]
fn an_approval_under_another_operators_name_does_not_count_dua_01() {
    assert_eq!(count(by(1, "b"), by(2, "b")), Err(refused("a", "operator")));
}

#[test]
fn an_approval_of_a_key_that_no_operator_has_does_not_count() {
    let operator = format!("key {}", key(7).public_key().key_id());
    let expected = ApprovalRefusal::Unknown { operator };
    assert_eq!(count(by(1, "a"), by(7, "b")), Err(expected.into()));
}

#[test]
fn somebody_without_the_role_and_an_operator_whose_time_is_over_may_not_approve() {
    for (byte, operator) in [(3, "c"), (4, "d")] {
        let expected = ApprovalRefusal::NotAnApprover {
            operator: operator.to_owned(),
        };
        assert_eq!(count(by(1, "a"), by(byte, operator)), Err(expected.into()));
    }
}

#[test]
fn an_approval_for_anything_else_does_not_count_dua_03() {
    let mut cases: Vec<(&'static str, Approval)> = Vec::new();
    let mut case = |what, change: fn(&mut Approval)| {
        let mut other = approval("b", &bound());
        change(&mut other);
        cases.push((what, other));
    };
    case("intent", |other| {
        other.intent = IntentDigest::from_bytes([9; 32]);
    });
    case("review", |other| other.review_digest = [9; 32]);
    case("policy", |other| other.policy_hash = [9; 32]);
    case("ceremony", |other| other.ceremony = [9; 16]);
    case("journal head", |other| other.journal_head = [9; 32]);
    case("role", |other| FOUNDER.clone_into(&mut other.role));
    for (what, other) in cases {
        assert_eq!(count(by(1, "a"), sealed(2, other)), Err(refused("b", what)));
    }
}

#[test]
fn a_request_sealed_by_an_operator_is_not_an_approval_pkt_04() {
    let sealer = key(2);
    let notice = transfer_format::packet::RefusalNotice {
        intent: bound().intent,
        station: "s".to_owned(),
        code: "E_DECLINED".to_owned(),
        policy_version: 1,
    };
    let draft = Draft::new(notice, sealer.public_key()).unwrap();
    let notice = sealer.seal(draft).unwrap().bytes().to_vec();
    let refusal = count(by(1, "a"), notice).unwrap_err();
    assert_eq!(refusal.code(), "E_APPROVAL_SEAL");
}

#[test]
fn an_approval_counts_no_more_once_its_operators_time_is_over_dua_08() {
    // The enrolment of d ended on 2026-02-01.
    let before = 1_769_000_000;
    let station = station();
    let approvals = Approvals::count(
        vec![by(1, "a"), by(4, "d")],
        &Quorum::LEAST,
        &bound(),
        &station,
        before,
    )
    .unwrap();
    let expected = ApprovalRefusal::NotAnApprover {
        operator: "d".to_owned(),
    };
    assert_eq!(
        approvals.counted_again(&Quorum::LEAST, &bound(), &station, NOW),
        Err(expected.into())
    );
}

proptest! {
    #[test]
    fn an_approval_with_any_flipped_bit_does_not_count_dua_03(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut second = by(2, "b");
        let place = place.index(second.len());
        second[place] ^= 1 << bit;
        let refusal = count(by(1, "a"), second).unwrap_err();
        prop_assert!(refusal.class().exit_code() == 15 || refusal.class().exit_code() == 10);
    }

    #[test]
    fn an_approval_given_for_one_thing_never_counts_for_another_dua_03(
        intent in any::<[u8; 32]>(),
        head in any::<[u8; 32]>(),
        ceremony in any::<[u8; 16]>(),
    ) {
        let other = Bound { intent: IntentDigest::from_bytes(intent), head, ceremony, ..bound() };
        prop_assume!(other != bound());
        let counted = Approvals::count(vec![by(1, "a"), by(2, "b")], &Quorum::LEAST, &other, &station(), NOW);
        prop_assert_eq!(counted.unwrap_err().code(), "E_APPROVAL_BOUND");
    }
}
