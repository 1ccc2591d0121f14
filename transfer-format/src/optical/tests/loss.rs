//! Lost, repeated and late frames.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "a test may panic on a sum that overflows, and counts are rounded down"
)]

use proptest::prelude::*;

use super::{packet, receive_all};
use crate::limits::{MAX_ENCODING_SYMBOLS, MAX_PACKET_BYTES_BY_QR};
use crate::optical::{Frame, Receiver, SendError, Sender};

#[test]
fn the_length_alone_says_how_many_symbols_there_are_ftn_02() {
    for length in [1, 2, 119, 120, 121, 240, 241, 1199, 1200, 1201] {
        let packet = packet(length, 3);
        let sender = Sender::new(&packet).unwrap();
        for symbols in [1, 2, 7, 24] {
            let receiver = receive_all(sender.frames(symbols).take(50));
            assert_eq!(
                receiver.into_packet(),
                Some(packet.clone()),
                "{length}, {symbols}"
            );
        }
    }
}

#[test]
fn a_packet_is_sent_at_the_cap_and_refused_one_past_it() {
    let largest = packet(MAX_PACKET_BYTES_BY_QR, 5);
    let sender = Sender::new(&largest).unwrap();
    let frames = sender.frames(24).take(sender.loop_length(24)).skip(1);
    assert!(receive_all(frames).into_packet() == Some(largest));
    for found in [0, MAX_PACKET_BYTES_BY_QR + 1] {
        let error = SendError::PacketLength {
            found,
            limit: MAX_PACKET_BYTES_BY_QR,
        };
        assert_eq!(Sender::new(&vec![0; found]).map(drop), Err(error));
    }
}

#[test]
fn frames_that_never_come_are_made_up_for_by_later_ones_opt_05_ftn_09() {
    let packet = packet(5000, 3);
    let sender = Sender::new(&packet).unwrap();
    // The first frame is never seen in any loop, a third of the others neither.
    let length = sender.loop_length(7);
    let frames = sender.frames(7).take(length).collect::<Vec<_>>();
    let seen = frames
        .iter()
        .cycle()
        .enumerate()
        .filter(|(n, _)| !(n % length).is_multiple_of(3));
    let receiver = receive_all(seen.take(2 * length).map(|(_, frame)| frame.clone()));
    assert_eq!(receiver.into_packet(), Some(packet));
}

/// Lost one by one or in bursts, forwards or backwards, from the middle of the stream on: as soon
/// as one frame more than needed has come, the packet is there.
#[test]
fn loss_up_to_70_percent_costs_no_more_than_the_lost_frames_opt_05() {
    let packet = packet(10_000, 3);
    let sender = Sender::new(&packet).unwrap();
    let needed = usize::try_from(sender.source_symbols().div_ceil(7)).unwrap();
    for (percent, burst) in (0..=70).step_by(10).flat_map(|loss| [(loss, 1), (loss, 6)]) {
        for start in [0, 5, 40] {
            let stream: Vec<Frame> = sender.frames(7).skip(start).take(200).collect();
            // A pattern of 10 runs of `burst` frames, spread evenly, of which `percent` are lost.
            let seen = |n: &usize| (n / burst) * 3 % 10 >= percent / 10;
            let forwards: Vec<usize> = (0..stream.len()).filter(seen).collect();
            let backwards: Vec<usize> = (0..stream.len()).rev().filter(seen).collect();
            for order in [forwards, backwards] {
                let chosen = order.iter().map(|n| stream[*n].clone()).take(needed + 1);
                let result = receive_all(chosen).into_packet();
                assert!(
                    result.as_ref() == Some(&packet),
                    "{percent}, {burst}, {start}"
                );
            }
        }
    }
}

#[test]
fn the_ids_start_anew_when_they_run_out() {
    let packet = packet(300, 3);
    let sender = Sender::new(&packet).unwrap();
    let per_loop = usize::try_from(MAX_ENCODING_SYMBOLS).unwrap() / 24;
    let mut frames = sender.frames(24).skip(per_loop - 1);
    let last = frames.next().unwrap();
    assert!(last.header().first_symbol() + 24 <= MAX_ENCODING_SYMBOLS);
    assert_eq!(frames.next().unwrap().header().first_symbol(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Start anywhere, lose up to 70 %, repeat, in any order: about as many frames as the
    /// packet has are enough.
    #[test]
    fn any_choice_of_enough_frames_gives_the_packet_opt_05(
        length in 1_usize..6000,
        symbols in 1_u8..=24,
        start in 0_usize..500,
        order in Just((0_usize..40).collect::<Vec<_>>()).prop_shuffle(),
        repeats in 0_usize..3,
    ) {
        let packet = packet(length, 9);
        let sender = Sender::new(&packet).unwrap();
        let needed = sender.source_symbols() + 3;
        let wanted = usize::try_from(needed.div_ceil(u32::from(symbols))).unwrap();
        let window: Vec<Frame> = sender.frames(symbols).skip(start).take(wanted * 3).collect();
        let mut chosen: Vec<&Frame> = window.iter().enumerate()
            .filter(|(n, _)| n % 3 == order[n % 40] % 3).map(|(_, frame)| frame).collect();
        while chosen.len() < wanted {
            chosen.push(&window[chosen.len() * 7 % window.len()]);
        }
        let mut receiver = Receiver::new();
        for _ in 0..=repeats {
            for frame in chosen.iter().rev() {
                receiver.accept(frame);
            }
        }
        // Repeated frames may have left too few different ones: then there is no packet.
        let enough = receiver.progress().symbols >= usize::try_from(needed).unwrap();
        match receiver.into_packet() {
            Some(received) => prop_assert_eq!(received, packet),
            None => prop_assert!(!enough),
        }
    }
}
