//! The whole channel: frames lost, repeated, foreign, poisoned; and images really drawn and read.

mod frames;
mod hostile;
mod images;
mod loss;
mod poison;
mod terminal;

use super::{Frame, Receiver};

/// A packet of `length` bytes that look like noise, different for each `seed`.
pub(super) fn packet(length: usize, seed: u8) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    let mut bytes = Vec::with_capacity(length);
    for _ in 0..length {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.push(state.to_be_bytes()[0]);
    }
    bytes
}

/// A frame's bytes, changed by `change`, with a checksum that fits again: what a forger shows.
fn forged(frame: &Frame, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = frame.to_bytes();
    change(&mut bytes);
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&bytes[..11]);
    hasher.update(&bytes[15..]);
    bytes[11..15].copy_from_slice(&hasher.finalize().to_be_bytes());
    bytes
}

fn poisoned(frame: &Frame) -> Frame {
    Frame::from_bytes(&forged(frame, |bytes| bytes[20] ^= 0xff)).unwrap()
}

fn receive_all(frames: impl IntoIterator<Item = Frame>) -> Receiver {
    let mut receiver = Receiver::new();
    for frame in frames {
        if receiver.accept(&frame).complete {
            break;
        }
    }
    receiver
}
