//! Frames of other transfers, and forged ones.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a test may panic on a sum that overflows: it fails then"
)]

use proptest::prelude::*;

use super::{forged, packet, poisoned, receive_all};
use crate::limits::{MAX_ENCODING_SYMBOLS, MAX_TRANSFERS, SYMBOL_BYTES};
use crate::optical::{Frame, Receiver, Sender};
use crate::packet::Request;
use crate::packet::samples::{self, sealer};
use crate::seal::{Draft, Envelope};

#[test]
fn two_interleaved_transfers_are_never_mixed_opt_01() {
    let (honest, other) = (packet(3000, 1), packet(3000, 2));
    let (sender, foreign) = (Sender::new(&honest).unwrap(), Sender::new(&other).unwrap());
    for share in 1..10 {
        let mut frames = sender.frames(4);
        let mut strays = foreign.frames(4);
        let mut receiver = Receiver::new();
        for turn in 0..200 {
            let frame = if turn % 10 < share {
                strays.next()
            } else {
                frames.next()
            }
            .unwrap();
            if receiver.accept(&frame).complete {
                break;
            }
        }
        let result = receiver.into_packet();
        assert!([Some(&honest), Some(&other)].contains(&result.as_ref()));
    }
}

#[test]
fn foreign_frames_are_counted_and_do_not_hinder_opt_01() {
    let honest = packet(3000, 1);
    let sender = Sender::new(&honest).unwrap();
    let mut receiver = Receiver::new();
    for (n, frame) in sender.frames(4).enumerate().take(60) {
        // A flood of other transfers, one frame each, between two honest frames.
        for k in 0..10 {
            let stray = packet(500 + n, u8::try_from(k).unwrap());
            let stray = Sender::new(&stray).unwrap().frames(4).nth(k).unwrap();
            receiver.accept(&stray);
        }
        if receiver.accept(&frame).complete {
            break;
        }
    }
    assert!(receiver.progress().statistics.foreign >= 60);
    assert!(receiver.into_packet() == Some(honest));
}

#[test]
fn stray_codes_before_the_transfer_do_not_keep_it_out_opt_01() {
    let honest = packet(3000, 1);
    let mut receiver = Receiver::new();
    for seed in 0..u8::try_from(MAX_TRANSFERS * 3).unwrap() {
        let stray = Sender::new(&packet(900, 100 + seed))
            .unwrap()
            .frames(1)
            .next()
            .unwrap();
        receiver.accept(&stray);
    }
    for frame in Sender::new(&honest).unwrap().frames(4).take(10) {
        receiver.accept(&frame);
    }
    assert!(receiver.into_packet() == Some(honest));
}

#[test]
fn a_frame_with_another_length_is_another_transfer_opt_14() {
    let honest = packet(3000, 1);
    let sender = Sender::new(&honest).unwrap();
    let mut receiver = Receiver::new();
    let frames: Vec<Frame> = sender.frames(4).take(8).collect();
    for frame in &frames {
        let lying = forged(frame, |bytes| bytes[7] ^= 1);
        receiver.accept(&Frame::from_bytes(&lying).unwrap());
        receiver.accept(frame);
    }
    assert!(receiver.into_packet() == Some(honest));
}

#[test]
fn damaged_texts_are_counted_and_change_nothing_opt_04() {
    let honest = packet(300, 1);
    let sender = Sender::new(&honest).unwrap();
    let mut receiver = Receiver::new();
    for text in ["", "1", "hello", "\u{1b}]0;x\u{7}", "12345678901234567"] {
        assert!(!receiver.accept_text(text).complete);
    }
    let progress = receiver.accept(&sender.frames(7).next().unwrap());
    assert!(progress.complete);
    assert_eq!(progress.statistics.damaged, 5);
    assert_eq!(progress.statistics.frames, 6);
}

/// One poisoned frame first: the fountain code alone would give wrong bytes for ever.
#[test]
fn one_poisoned_frame_is_overcome_within_twice_the_frames_opt_02_ftn_05() {
    for length in [200, 1000, 3000, 20_000] {
        let honest = packet(length, 1);
        let sender = Sender::new(&honest).unwrap();
        for position in 0..4 {
            let mut frames: Vec<Frame> = sender
                .frames(4)
                .take(2 * sender.loop_length(4) + 2)
                .collect();
            frames[position] = poisoned(&frames[position]);
            let received = receive_all(frames).into_packet();
            assert!(
                received.as_ref() == Some(&honest),
                "{length} bytes, frame {position}"
            );
        }
    }
}

#[test]
fn a_poisoned_copy_beside_each_of_three_honest_frames_is_overcome_opt_02() {
    let honest = packet(3000, 1);
    let sender = Sender::new(&honest).unwrap();
    let frames = sender.frames(4).enumerate().flat_map(|(n, frame)| {
        if n < 3 {
            vec![poisoned(&frame), frame]
        } else {
            vec![frame]
        }
    });
    let receiver = receive_all(frames.take(2 * sender.loop_length(4)));
    assert!(receiver.progress().statistics.conflicting > 0);
    assert!(receiver.into_packet() == Some(honest));
}

/// Honest frames that it takes when each comes behind eight frames of hostile streams, which are
/// chosen by `lot`, so many frames of one at a time.
fn honest_frames_needed(streams: u8, frames_in_a_row: usize, mut lot: u32) -> usize {
    let honest = packet(3000, 1);
    let sender = Sender::new(&honest).unwrap();
    let template = Sender::new(&packet(60_000, 2)).unwrap();
    let template: Vec<Frame> = template.frames(4).take(20).collect();
    let hostile = std::iter::repeat_with(|| {
        lot = lot.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [high, second, ..] = lot.to_be_bytes();
        let frame = &template[usize::from(second) % template.len()];
        let bytes = forged(frame, |bytes| {
            bytes[1..5].copy_from_slice(&[high % streams; 4]);
        });
        vec![Frame::from_bytes(&bytes).unwrap(); frames_in_a_row]
    });
    let mut hostile = hostile.flatten();
    let mut receiver = Receiver::new();
    for (count, frame) in (1..=150).zip(sender.frames(4)) {
        for stray in hostile.by_ref().take(8) {
            receiver.accept(&stray);
        }
        if receiver.accept(&frame).complete {
            assert!(receiver.into_packet() == Some(honest));
            return count;
        }
    }
    usize::MAX
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Up to three poisoned frames anywhere: the honest packet within twice the honest frames,
    /// and never another one.
    #[test]
    fn up_to_three_poisoned_frames_are_overcome_opt_02(
        length in 1500_usize..6000,
        positions in proptest::collection::btree_set(0_usize..12, 1..=3),
        offset in 0_usize..SYMBOL_BYTES,
    ) {
        let honest = packet(length, 1);
        let sender = Sender::new(&honest).unwrap();
        let frames = sender.frames(4).enumerate().map(|(n, frame)| {
            if positions.contains(&n) {
                let bytes = forged(&frame, |bytes| bytes[15 + offset] ^= 0x55);
                Frame::from_bytes(&bytes).unwrap()
            } else {
                frame
            }
        });
        let receiver = receive_all(frames.take(2 * sender.loop_length(4)));
        prop_assert!(receiver.into_packet() == Some(honest));
    }

    /// Eleven others at most: there is a place for each, and not one honest frame is lost.
    #[test]
    fn a_transfer_shown_in_one_of_nine_frames_arrives_among_eight_hostile_ones_opt_01_ftn_04(
        streams in 1_u8..=11,
        lot in any::<u32>(),
    ) {
        prop_assert!(honest_frames_needed(streams, 1, lot) <= 8);
    }

    /// As many others as there can be, each for as long as it likes: some honest frames are lost.
    #[test]
    fn a_transfer_shown_in_one_of_nine_frames_arrives_whatever_the_others_are_opt_01_ftn_04(
        streams in 12_u8..=250,
        frames_in_a_row in 1_usize..20,
        lot in any::<u32>(),
    ) {
        prop_assert!(honest_frames_needed(streams, frames_in_a_row, lot) <= 150);
    }

    #[test]
    fn hostile_headers_never_panic_and_never_give_a_packet_ftn_06(
        headers in proptest::collection::vec(
            (any::<[u8; 4]>(), 1_u32..5000, 0_u32..MAX_ENCODING_SYMBOLS - 4, any::<u8>()), 1..40),
    ) {
        let template = Sender::new(&packet(100, 0)).unwrap().frames(4).next().unwrap();
        let mut receiver = Receiver::new();
        for (id, length, first, fill) in headers {
            let bytes = forged(&template, |bytes| {
                bytes[1..5].copy_from_slice(&[id[0] & 1, 0, 0, 0]);
                bytes[5..8].copy_from_slice(&length.to_be_bytes()[1..]);
                bytes[8..11].copy_from_slice(&first.to_be_bytes()[1..]);
                bytes[15..].fill(fill);
            });
            receiver.accept(&Frame::from_bytes(&bytes).unwrap());
        }
        prop_assert_eq!(receiver.into_packet(), None);
    }
}

/// Loop hints and frame headers are not part of what is signed: whatever they say, the packet
/// that comes out is the sealed one, with the intent it had.
#[test]
fn the_way_a_packet_was_framed_never_changes_its_intent_pkt_07() {
    let draft = Draft::new(samples::request(), sealer().public_key()).unwrap();
    let sealed = sealer().seal(draft).unwrap();
    let codes = Sender::new(sealed.bytes()).unwrap();
    for symbols in 1..=24 {
        for start in [0, 1, 5] {
            let receiver = receive_all(codes.frames(symbols).skip(start).take(20));
            let packet = receiver.into_packet().unwrap();
            let opened = Envelope::read(packet)
                .unwrap()
                .open::<Request>(&sealer().public_key())
                .unwrap();
            assert_eq!(opened.intent(), sealed.intent());
        }
    }
}
