//! Answers that are not believed, each for its own reason.

use transaction_review::Class;
use transfer_format::IntentDigest;

use super::*;
use crate::fixture::{Builder, FakeStation, payment, refusal};

/// A builder with two stations, and a request for the first.
fn asked() -> (Builder, [FakeStation; 2], Packet<Request>) {
    let (builder, first) = Builder::with_station();
    let second = FakeStation::new(0x42, "station-2", &builder.source());
    assert_eq!(builder.enrol(&second).status, 0);
    let built = builder.build_psbt(&payment(50_000).serialize(), &[]);
    let request = builder.request(&built);
    (builder, [first, second], request)
}

#[test]
fn a_station_that_is_not_enrolled_is_refused_opt_11() {
    let (builder, [first, _], request) = asked();
    let stranger = FakeStation::new(0x43, "station-1", &builder.source());
    let ended = builder.receive(stranger.sealed(first.sign(&request, 4, 1)).bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_STATION_UNKNOWN  (exit 11)");
}

#[test]
fn every_flipped_bit_of_a_result_is_refused_pkt_03() {
    let (_builder, [first, second], request) = asked();
    let stations = [first.station(), second.station()];
    let packet = first.sealed(first.sign(&request, 4, 1)).bytes().to_vec();
    for place in 0..packet.len() {
        for bit in 0..8 {
            let mut changed = packet.clone();
            changed[place] ^= 1 << bit;
            let class = Answer::open(changed, &stations).unwrap_err().class();
            assert!(
                matches!(class, Class::Format | Class::Authentication),
                "{place}.{bit}"
            );
        }
    }
    for end in 0..packet.len() {
        assert!(
            Answer::open(packet[..end].to_vec(), &stations).is_err(),
            "{end}"
        );
    }
}

#[test]
fn a_packet_that_answers_nothing_is_refused_pkt_04() {
    let (builder, [first, _], request) = asked();
    let ended = builder.receive(first.sealed(first.enrolment()).bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_PACKET_KIND  (exit 11)");
    // The builder's own request, sent back: no station has sealed it.
    let ended = builder.receive(request.bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_STATION_UNKNOWN  (exit 11)");
    let forged = first.sealed(request.payload().clone());
    let ended = builder.receive(forged.bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_PACKET_KIND  (exit 11)");
}

#[test]
fn an_answer_in_the_name_of_another_station_is_refused_opt_11() {
    let (builder, [first, second], request) = asked();
    let ended = builder.receive(second.sealed(first.sign(&request, 4, 1)).bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_RESULT_STATION  (exit 11)");
    let ended = builder.receive(
        second.sealed(first.refuse(&request, "E_DECLINED")).bytes(),
        &[],
    );
    assert_eq!(refusal(&ended), "REFUSED  E_RESULT_STATION  (exit 11)");
}

#[test]
fn a_station_that_was_not_asked_is_refused_opt_11() {
    let (builder, [_, second], request) = asked();
    for packet in [
        second.sealed(second.sign(&request, 4, 1)).bytes().to_vec(),
        second
            .sealed(second.refuse(&request, "E_DECLINED"))
            .bytes()
            .to_vec(),
    ] {
        let ended = builder.receive(&packet, &[]);
        assert_eq!(refusal(&ended), "REFUSED  E_RESULT_STATION  (exit 11)");
        assert!(
            ended.errors.contains("was for the station \"station-1\""),
            "{}",
            ended.errors
        );
    }
}

#[test]
fn an_answer_nobody_asked_for_is_refused_opt_11() {
    let (builder, [first, _], request) = asked();
    let mut result = first.sign(&request, 4, 1);
    result.intent = IntentDigest::of(b"another");
    let mut notice = first.refuse(&request, "E_DECLINED");
    notice.intent = result.intent;
    for packet in [
        first.sealed(result).bytes().to_vec(),
        first.sealed(notice).bytes().to_vec(),
    ] {
        let ended = builder.receive(&packet, &[]);
        assert_eq!(refusal(&ended), "REFUSED  E_RESULT_UNASKED  (exit 11)");
    }
}

#[test]
fn the_result_of_another_request_does_not_fit_opt_11() {
    let (builder, [first, _], request) = asked();
    let other = builder.request(&builder.build_psbt(&payment(60_000).serialize(), &[]));
    let mut swapped = first.sign(&request, 4, 1);
    swapped.intent = other.intent();
    let ended = builder.receive(first.sealed(swapped).bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_SIGNATURE_INVALID  (exit 16)");
}

#[test]
fn signatures_of_the_other_chain_do_not_fit() {
    let (builder, [first, _], request) = asked();
    let transfer = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let mut result = first.sign(&transfer, 4, 1);
    result.intent = request.intent();
    let ended = builder.receive(first.sealed(result).bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_SIGNATURE_FORMAT  (exit 16)");
}

#[test]
fn a_result_without_its_watermark_is_refused() {
    let (builder, [first, _], request) = asked();
    let mut result = first.sign(&request, 4, 1);
    result.rehearsal = false;
    let ended = builder.receive(first.sealed(result).bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_RESULT_REHEARSAL  (exit 11)");
}

#[test]
fn one_approval_or_the_same_one_twice_is_not_dual_control() {
    let (builder, [first, _], request) = asked();
    for approvals in [vec![[1; 32]], vec![[1; 32]; 2], vec![[7; 32]; 16]] {
        let mut result = first.sign(&request, 4, 1);
        result.approvals = approvals;
        let error = AnswerError::Approvals { found: 1 };
        let outcome = share(&result, &request, &first.station()).map(drop);
        assert_eq!(outcome, Err(error));
        let ended = builder.receive(first.sealed(result).bytes(), &[]);
        assert_eq!(refusal(&ended), "REFUSED  E_RESULT_APPROVALS  (exit 11)");
    }
}

#[test]
fn a_result_from_a_station_that_was_rolled_back_is_refused_rpl_11() {
    let (builder, [first, second], request) = asked();
    let other = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let ended = builder.receive(first.sealed(first.sign(&request, 4, 1)).bytes(), &[]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    for (sequence, head) in [(4, 1), (4, 2), (3, 1), (9, 1)] {
        let forked = first.sealed(first.sign(&other, sequence, head));
        let ended = builder.receive(forked.bytes(), &[]);
        assert_eq!(refusal(&ended), "REFUSED  E_WITNESS_FORK  (exit 12)");
    }
    let next = first.sealed(first.sign(&other, 5, 2));
    assert_eq!(builder.receive(next.bytes(), &[]).status, 0);
    // Another station has a journal of its own.
    let more = ["--station", "station-2"];
    let arguments = [
        "--json",
        "build",
        "ethereum",
        "--wallet",
        "eth-cold",
        "--chain",
        "11155111",
        "--nonce",
        "8",
        "--to",
        crate::fixture::ETHEREUM_PAYEE,
        "--value",
        "0.1 ETH",
        "--max-fee",
        "30 gwei",
        "--tip",
        "1 gwei",
        "--reference",
        "INV-3",
    ];
    let third = builder.request(&builder.run(&[&arguments[..], &more].concat()));
    let result = second.sealed(second.sign(&third, 1, 9));
    assert_eq!(builder.receive(result.bytes(), &[]).status, 0);
}

#[test]
fn an_older_result_that_comes_late_is_taken_with_a_warning_rpl_11() {
    let (builder, [first, _], request) = asked();
    let transfer = |value| builder.request(&builder.build_transfer(value, &[]));
    let [late, third] = ["0.5 ETH", "0.6 ETH"].map(transfer);
    let receive = |request, sequence, head| {
        let result = first.sealed(first.sign(request, sequence, head));
        builder.receive(result.bytes(), &[])
    };
    assert!(!receive(&request, 9, 2).errors.contains("WARNING"));
    let ended = receive(&late, 4, 1);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    let warning = "WARNING P2\nThis result is of record 4 of station-1's journal, and one of \
                   record 9 is known.\n";
    assert!(ended.errors.starts_with(warning), "{}", ended.errors);
    let said: serde_json::Value = serde_json::from_str(&ended.output).unwrap();
    assert_eq!(
        (&said["late"], &said["outcome"]),
        (&true.into(), &"signed".into())
    );
    // The newest record is still the 9th, and neither record is free any more.
    for (sequence, head) in [(4, 3), (9, 3), (10, 1), (10, 2)] {
        let ended = receive(&third, sequence, head);
        assert_eq!(refusal(&ended), "REFUSED  E_WITNESS_FORK  (exit 12)");
    }
    assert!(
        receive(&third, 8, 3)
            .errors
            .contains("one of record 9 is known")
    );
}

#[test]
fn a_request_signed_twice_differently_is_refused_rpl_11() {
    let (builder, [first, _], request) = asked();
    let result = first.sealed(first.sign(&request, 4, 1));
    assert_eq!(builder.receive(result.bytes(), &[]).status, 0);
    let second = first.sealed(first.sign(&request, 6, 1));
    let ended = builder.receive(second.bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_RESULT_CONFLICT  (exit 12)");
}

#[test]
fn garbage_is_no_answer() {
    let (builder, _, _) = asked();
    for content in [&b""[..], b"hello", &[0xd2], &[0xff; 500]] {
        assert_eq!(builder.receive(content, &[]).status, 10);
    }
}
