//! A whole reception: honest, poisoned, foreign and forged frames in any order.
//! Knows nothing of images.

use std::sync::OnceLock;

use transfer_format::optical::{Frame, Receiver, Sender};

use super::{noise, with_right_checksum};

/// Packet lengths and symbols per frame of the honest transfers.
const HONEST: [(usize, u8); 4] = [(1, 1), (700, 2), (3_000, 4), (5_000, 7)];
/// The transfer beside them.
const FOREIGN: (usize, u8) = (2_000, 4);
/// Frames made of each.
const FRAMES: usize = 64;
/// Frames shown in one session; each may be tried with many others, which costs a fuzzer time.
const MOST_SHOWN: usize = 64;

struct Transfer {
    packet: Vec<u8>,
    frames: Vec<Frame>,
}

/// The honest packet, or the foreign one, or nothing: whatever else was shown. And no more symbols
/// are remembered than three times the needed ones.
///
/// The first byte chooses the honest transfer; then every four bytes are one frame: what kind, which
/// number, where it is changed and how.
pub fn fountain_session(data: &[u8]) {
    let Some((choice, steps)) = data.split_first() else {
        return;
    };
    let (honest, foreign) = transfers();
    let honest = &honest[usize::from(*choice) % honest.len()];
    let mut receiver = Receiver::new();
    for step in steps.as_chunks::<4>().0.iter().take(MOST_SHOWN) {
        let [kind, number, place, _] = *step;
        let progress = if kind % 8 == 7 {
            let text = honest.frames[usize::from(number) % FRAMES].to_text();
            receiver.accept_text(&text[usize::from(place)..])
        } else if let Some(frame) = shown(honest, foreign, *step) {
            receiver.accept(&frame)
        } else {
            receiver.progress()
        };
        assert!(progress.symbols <= progress.needed * 3 + 64);
        if progress.complete {
            break;
        }
    }
    if let Some(packet) = receiver.into_packet() {
        assert!(
            packet == honest.packet || packet == foreign.packet,
            "a packet that nobody sent"
        );
    }
}

/// The frames that a session shows; those whose headers no frame has are left out.
pub fn frames_of_session(data: &[u8]) -> Vec<Frame> {
    let Some((choice, steps)) = data.split_first() else {
        return Vec::new();
    };
    let (honest, foreign) = transfers();
    let honest = &honest[usize::from(*choice) % honest.len()];
    let steps = steps.as_chunks::<4>().0.iter();
    steps
        .take(MOST_SHOWN)
        .filter_map(|step| shown(honest, foreign, *step))
        .collect()
}

fn shown(honest: &Transfer, foreign: &Transfer, step: [u8; 4]) -> Option<Frame> {
    let [kind, number, place, value] = step;
    let number = usize::from(number) % FRAMES;
    let frame = &honest.frames[number];
    match kind % 8 {
        0..=3 => Some(frame.clone()),
        4 => Frame::from_bytes(&poisoned(frame, place, value)).ok(),
        5 => Some(foreign.frames[number].clone()),
        6 => Frame::from_bytes(&forged(frame, place, value)).ok(),
        _ => None,
    }
}

/// An honest header, and one wrong byte in every symbol or, for an even value, in one.
fn poisoned(frame: &Frame, place: u8, value: u8) -> Vec<u8> {
    let mut bytes = frame.to_bytes();
    let step = if value.is_multiple_of(2) {
        bytes.len()
    } else {
        120
    };
    let start = 15 + usize::from(place) % 120;
    for index in (start..bytes.len()).step_by(step) {
        bytes[index] ^= value | 1;
    }
    with_right_checksum(&bytes)
}

/// A header with one byte changed.
fn forged(frame: &Frame, place: u8, value: u8) -> Vec<u8> {
    let mut bytes = frame.to_bytes();
    bytes[usize::from(place) % 11] = value;
    with_right_checksum(&bytes)
}

fn transfers() -> &'static (Vec<Transfer>, Transfer) {
    static TRANSFERS: OnceLock<(Vec<Transfer>, Transfer)> = OnceLock::new();
    TRANSFERS.get_or_init(|| {
        let honest = (1..).zip(HONEST).map(|(seed, shape)| transfer(seed, shape));
        (honest.collect(), transfer(9, FOREIGN))
    })
}

fn transfer(seed: u32, (length, symbols): (usize, u8)) -> Transfer {
    let packet = noise(length, seed);
    let sender = Sender::new(&packet).expect("a small packet");
    let frames = sender.frames(symbols).take(FRAMES).collect();
    Transfer { packet, frames }
}
