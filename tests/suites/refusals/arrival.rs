//! What is wrong with a packet before its transaction is looked at.

use integration_tests::requests::{arriving, now, sealed, source};
use offline_signer::journal::Entry;
use transfer_format::packet::RefusalNotice;
use transfer_format::seal::Draft;

use crate::room::{
    EARLY, ETHEREUM_ONLY, OVER, Room, STRANGER, TRUSTED, WRONG_KIND, refuse_bitcoin,
};

#[test]
fn a_source_that_is_not_listed_is_refused_with_an_alert_and_nothing_is_shown_pkt_01() {
    let room = Room::new();
    let refused = room.refuse(&sealed(room.bitcoin(), &source(STRANGER)));
    assert_eq!(refused.status, 11, "{}", refused.shown);
    assert!(
        refused.shown.contains("ALERT P1   E_SRC_UNKNOWN"),
        "{}",
        refused.shown
    );
    // Nothing of the request is on the screen but the id of the key.
    assert!(!refused.shown.contains("BY-HAND"));
    assert!(!refused.shown.contains("bcrt1"));
    room.assert_refused("E_SRC_UNKNOWN");
    assert_eq!(room.alerts(), 1);
}

#[test]
fn a_source_outside_its_time_wallet_or_kind_is_refused_with_an_alert_pkt_02() {
    let room = Room::new();
    for (number, byte) in [OVER, EARLY, ETHEREUM_ONLY, WRONG_KIND]
        .into_iter()
        .enumerate()
    {
        let refused = room.refuse(&sealed(room.bitcoin(), &source(byte)));
        assert_eq!(refused.status, 11, "{}", refused.shown);
        room.assert_refused("E_SRC_SCOPE");
        assert_eq!(room.alerts(), number + 1);
    }
}

#[test]
fn a_tampered_packet_is_refused_wherever_it_was_touched_pkt_03() {
    let room = Room::new();
    let packet = sealed(room.bitcoin(), &source(TRUSTED));
    // Every bit is tried without a terminal in the packet layer's own tests; here, ten places
    // over the whole length reach the real program.
    for tenth in 0..10 {
        let mut tampered = packet.clone();
        tampered[packet.len() * tenth / 10] ^= 1;
        let refused = room.refuse(&tampered);
        assert!(matches!(refused.status, 10 | 11), "{}", refused.shown);
        assert!(matches!(
            room.rehearsal.records().last().unwrap().entry,
            Entry::Refused(_)
        ));
    }
    room.assert_nothing_signed();
}

#[test]
fn a_truncated_or_foreign_packet_is_refused() {
    let room = Room::new();
    let packet = sealed(room.bitcoin(), &source(TRUSTED));
    for bytes in [&packet[..packet.len() - 1], &packet[..1], b"\x89PNG", b""] {
        let refused = room.refuse(bytes);
        assert_eq!(refused.status, 10, "{}", refused.shown);
    }
    // The genesis, the enrolment that was sent, and one record for each.
    assert_eq!(room.rehearsal.records().len(), 2 + 4);
    room.assert_nothing_signed();
}

#[test]
fn another_kind_of_message_is_not_a_request_pkt_04() {
    let room = Room::new();
    let sealer = source(TRUSTED);
    let notice = RefusalNotice {
        intent: transfer_format::IntentDigest::of(b"x"),
        station: "signer-1".to_owned(),
        code: "E_DECLINED".to_owned(),
        policy_version: 1,
    };
    let draft = Draft::new(notice, sealer.public_key()).unwrap();
    let refused = room.refuse(sealer.seal(draft).unwrap().bytes());
    assert_eq!(refused.status, 11, "{}", refused.shown);
    room.assert_nothing_signed();
}

#[test]
fn a_request_for_another_station_or_environment_is_refused_pkt_10() {
    let (room, refused) =
        refuse_bitcoin(|request| "signer-2".clone_into(&mut request.audience.station));
    assert_eq!(refused.status, 11, "{}", refused.shown);
    room.assert_refused("E_AUDIENCE");
    let (room, refused) =
        refuse_bitcoin(|request| "production".clone_into(&mut request.audience.environment));
    assert_eq!(refused.status, 11, "{}", refused.shown);
    room.assert_refused("E_AUDIENCE");
}

#[test]
fn a_hostile_payload_of_an_unlisted_source_is_never_parsed_pkt_12() {
    let room = Room::new();
    let mut request = room.bitcoin();
    // The transaction is garbage; whoever parsed it would say so.
    request.transaction = vec![0xff; 64];
    let refused = room.refuse(&sealed(request, &source(STRANGER)));
    assert_eq!(refused.status, 11, "{}", refused.shown);
    room.assert_refused("E_SRC_UNKNOWN");
}

#[test]
fn the_program_as_built_refuses_a_seal_that_is_not_one_pkt_13() {
    let room = Room::new();
    let mut packet = sealed(room.bitcoin(), &source(TRUSTED));
    // The signature is the packet's last 64 bytes.
    let last = packet.len() - 1;
    packet[last] ^= 1;
    let refused = room.refuse(&packet);
    assert_eq!(refused.status, 11, "{}", refused.shown);
    room.assert_nothing_signed();
}

#[test]
fn an_expired_request_is_refused_rpl_04() {
    let (room, refused) = refuse_bitcoin(|request| {
        request.created = now() - 7_200;
        request.expires = now() - 1;
    });
    assert_eq!(refused.status, 12, "{}", refused.shown);
    room.assert_refused("E_EXPIRED");
}

#[test]
fn a_request_from_the_future_or_for_too_long_is_refused_rpl_05() {
    let (room, refused) = refuse_bitcoin(|request| {
        request.created = now() + 3_600;
        request.expires = now() + 7_200;
    });
    assert_eq!(refused.status, 12, "{}", refused.shown);
    room.assert_refused("E_FROM_FUTURE");
    let (room, refused) =
        refuse_bitcoin(|request| request.expires = request.created + 72 * 3_600 + 1);
    assert_eq!(refused.status, 12, "{}", refused.shown);
    room.assert_refused("E_LIFETIME");
}

#[test]
fn a_damaged_medium_is_refused_and_leaves_a_record() {
    let room = Room::new();
    let packet = sealed(room.bitcoin(), &source(TRUSTED));
    let mut medium = transfer_format::medium::to_medium(&packet).unwrap();
    medium[70] ^= 1;
    let file = arriving(&room.rehearsal, "medium.usb", &medium);
    let from = file.replace("file:", "usb:");
    let mut pty = room
        .rehearsal
        .signer(&["sign", "--from", &from, "--to", "file:/nowhere"]);
    assert_eq!(pty.wait(), 20, "{}", pty.shown());
    room.assert_refused("E_MEDIUM_DAMAGED");
}
