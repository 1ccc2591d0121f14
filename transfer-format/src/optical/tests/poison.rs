//! Somebody who shows frames with honest headers and wrong symbols, and what he can make us spend.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "a test may panic on a sum that overflows, and counts are rounded down"
)]

use super::{forged, packet, poisoned, receive_all};
use crate::limits::{MAX_PACKET_BYTES_BY_QR, MAX_TRANSFERS, SYMBOL_BYTES};
use crate::optical::transfer::{Room, Transfer};
use crate::optical::{Frame, Receiver, Sender};

const SYMBOLS: u8 = 7;

/// A frame whose every symbol is wrong.
fn wholly_poisoned(frame: &Frame, seed: u8) -> Frame {
    let noise = packet(frame.to_bytes().len() - 15, seed);
    let bytes = forged(frame, |bytes| bytes[15..].copy_from_slice(&noise));
    Frame::from_bytes(&bytes).unwrap()
}

/// Frames that a receiver needs when nothing is lost, in whole frames.
fn honest_frames(sender: &Sender) -> usize {
    usize::try_from(sender.source_symbols().div_ceil(u32::from(SYMBOLS))).unwrap()
}

/// Frames of a made-up packet of `length` bytes, with the symbols from `first` to `end`.
fn made_up(length: usize, seed: u8, first: u32, end: u32) -> impl Iterator<Item = Frame> {
    let template = Sender::new(&packet(100, seed)).unwrap();
    let template = template.frames(24).next().unwrap();
    let length = u32::try_from(length).unwrap().to_be_bytes();
    (first..end).step_by(24).map(move |first| {
        let bytes = forged(&template, |bytes| {
            bytes[5..8].copy_from_slice(&length[1..]);
            bytes[8..11].copy_from_slice(&first.to_be_bytes()[1..]);
            let noise = packet(bytes.len() - 15, first.to_be_bytes()[3]);
            bytes[15..].copy_from_slice(&noise);
        });
        Frame::from_bytes(&bytes).unwrap()
    })
}

/// The frames, those at `spoilt` wholly poisoned.
fn with_poison(frames: &[Frame], spoilt: [usize; 3]) -> Vec<Frame> {
    let shown = frames.iter().enumerate().map(|(n, frame)| {
        if spoilt.contains(&n) {
            wholly_poisoned(frame, 9)
        } else {
            frame.clone()
        }
    });
    shown.collect()
}

/// Three whole frames in place of honest ones: the packet within twice the honest frames in at
/// least 99 of 100 transfers, and never another one.
#[test]
fn three_poisoned_frames_are_overcome_in_99_of_100_transfers_opt_02_ftn_05() {
    for length in [4_000, 10_000] {
        let honest = packet(length, 1);
        let sender = Sender::new(&honest).unwrap();
        let half = honest_frames(&sender);
        let frames: Vec<Frame> = sender.frames(SYMBOLS).take(2 * half).collect();
        let results = (0..100_usize).map(|trial| {
            let spoilt = [trial % half, trial * 7 % half, (trial * 13 + 5) % half];
            receive_all(with_poison(&frames, spoilt)).into_packet()
        });
        let packets: Vec<Vec<u8>> = results.flatten().collect();
        assert!(packets.iter().all(|packet| *packet == honest));
        assert!(packets.len() >= 99, "{length} bytes: {}", packets.len());
    }
}

/// A second screen that puts the same three frames into every loop, in place of honest ones that
/// are never seen.
#[test]
fn a_poisoner_who_repeats_himself_every_loop_delays_and_does_not_kill_opt_02() {
    for length in [4_000, 6_000, 12_000] {
        let honest = packet(length, 3);
        let sender = Sender::new(&honest).unwrap();
        let in_loop = sender.loop_length(SYMBOLS);
        let frames: Vec<Frame> = sender.frames(SYMBOLS).take(in_loop).collect();
        for shift in 0..20 {
            let spoilt = [shift, shift + 2, shift + 3].map(|position| position % in_loop);
            let shown = with_poison(&frames, spoilt).into_iter().cycle();
            let received = receive_all(shown.take(3 * in_loop)).into_packet();
            assert!(received.as_ref() == Some(&honest), "{length}, {shift}");
        }
    }
}

/// A poisoned copy beside every single honest frame: half of all that is seen is wrong.
#[test]
fn poison_beside_every_honest_frame_never_gives_another_packet_opt_02() {
    let honest = packet(3000, 1);
    let sender = Sender::new(&honest).unwrap();
    let mut receiver = Receiver::new();
    for frame in sender.frames(SYMBOLS).take(200) {
        receiver.accept(&poisoned(&frame));
        receiver.accept(&frame);
    }
    let result = receiver.into_packet();
    assert!(result.is_none() || result == Some(honest));
}

/// The dearest lie: the largest packet there is, and every symbol of it made up. An attempt costs
/// a packet's symbols; there are no more than 24 for as many frames as the packet would have.
#[test]
fn a_made_up_packet_of_the_largest_size_costs_a_bounded_work_ftn_04_ftn_07_res_01() {
    let mut receiver = Receiver::new();
    for frame in made_up(MAX_PACKET_BYTES_BY_QR, 0, 0, 8_904) {
        receiver.accept(&frame);
    }
    let progress = receiver.progress();
    assert_eq!((progress.needed, progress.complete), (8739, false));
    assert_eq!(progress.symbols, 8904);
    // 1 MiB was shown. At most so many symbols were solved for; at 5 µs each, less than 2 s.
    assert!(receiver.spent() <= (1 << 13) + 24 * 8904);
    assert_eq!(receiver.stored(), 8904);
}

/// Twelve lies of a twelfth of the size: as many frames, and no more work.
#[test]
fn many_made_up_packets_cost_no_more_than_one_res_01() {
    let mut receiver = Receiver::new();
    let length = MAX_PACKET_BYTES_BY_QR / MAX_TRANSFERS;
    for transfer in 0..u8::try_from(MAX_TRANSFERS).unwrap() {
        for frame in made_up(length, transfer, 0, 744) {
            receiver.accept(&frame);
        }
    }
    assert!(!receiver.progress().complete);
    assert!(receiver.spent() <= 12 * ((1 << 13) + 24 * 744));
}

/// Lies that come and go, two frames each: the first contradicts the second, so that many choices
/// are open. What they may cost beside what their frames earn is given once and for all.
#[test]
fn made_up_packets_without_end_share_one_credit_ftn_04_res_01() {
    let mut receiver = Receiver::new();
    let mut spent = 0;
    for number in 0..400_u32 {
        let before = receiver.spent();
        let length = SYMBOL_BYTES - usize::try_from(number % 100).unwrap();
        for seed in 0..3 {
            let frame = Sender::new(&packet(length, 1)).unwrap().frames(1).next();
            let bytes = forged(&frame.unwrap(), |bytes| {
                bytes[1..5].copy_from_slice(&number.to_be_bytes());
                let noise = packet(SYMBOL_BYTES, seed);
                bytes[15..].copy_from_slice(&noise);
            });
            receiver.accept(&Frame::from_bytes(&bytes).unwrap());
        }
        spent += receiver.spent().saturating_sub(before);
    }
    let earned = 400 * 3 * 24;
    assert!(spent <= 12 * (1 << 13) + earned, "{spent}");
}

#[test]
fn a_transfer_remembers_three_times_its_symbols_and_as_many_as_it_needs_when_room_is_narrow_ftn_04()
{
    for (room, most) in [(Room::Wide, 3 * 9 + 64), (Room::Narrow, 9 + 64)] {
        let frames: Vec<Frame> = made_up(9 * SYMBOL_BYTES, 0, 0, 240).collect();
        let mut transfer = Transfer::new(frames[0].header(), 0).unwrap();
        for (number, frame) in (1..).zip(&frames) {
            transfer.add(frame, number, room);
        }
        assert_eq!(transfer.stored(), most);
    }
}

/// As many transfers as are followed, each seen more than once, and then the honest one.
#[test]
fn transfers_shown_before_do_not_keep_the_honest_one_out_opt_01() {
    let mut receiver = Receiver::new();
    for seed in 0..u8::try_from(MAX_TRANSFERS).unwrap() {
        for frame in made_up(5000, seed, 0, 24 * 3) {
            receiver.accept(&frame);
        }
    }
    let honest = packet(20_000, 1);
    let sender = Sender::new(&honest).unwrap();
    for frame in sender.frames(SYMBOLS).take(200) {
        receiver.accept(&frame);
    }
    assert!(receiver.into_packet() == Some(honest));
}
