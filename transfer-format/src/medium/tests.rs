//! The medium: every rule of the header, every bit, and readers that stop or fail.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a test may panic on a sum that overflows: it fails then"
)]

use std::io::{self, Read};

use super::*;

const PACKET: &[u8] = b"a packet that is not one";

fn read(bytes: &[u8]) -> Result<Vec<u8>, MediumError> {
    read_medium(&mut { bytes })
}

#[test]
fn the_layout_is_the_documented_one() {
    let bytes = to_medium(PACKET).unwrap();
    assert_eq!(bytes.len(), 512);
    assert_eq!(&bytes[..16], b"COLDSIGN\x00\x01\x00\x00\x00\x00\x00\x18");
    assert_eq!(bytes[16..48], Sha256::digest(PACKET)[..]);
    assert_eq!(bytes[48..64], [0; 16]);
    assert_eq!(&bytes[64..88], PACKET);
    assert!(bytes[88..].iter().all(|byte| *byte == 0));
}

#[test]
fn a_packet_is_read_back_at_every_length_around_a_sector() {
    for length in [1, 447, 448, 449, 959, 960, 961, 5000] {
        let packet = vec![7; length];
        let bytes = to_medium(&packet).unwrap();
        assert!(bytes.len().is_multiple_of(512));
        assert_eq!(read(&bytes), Ok(packet));
    }
}

#[test]
fn the_largest_packet_is_taken_and_one_byte_more_is_refused() {
    let packet = vec![7; MAX_PACKET_BYTES];
    assert_eq!(read(&to_medium(&packet).unwrap()), Ok(packet));
    let error = MediumError::Length {
        found: MAX_PACKET_BYTES + 1,
        limit: MAX_PACKET_BYTES,
    };
    assert_eq!(
        to_medium(&vec![7; MAX_PACKET_BYTES + 1]),
        Err(error.clone())
    );
    let mut bytes = to_medium(PACKET).unwrap();
    let claimed = u32::try_from(MAX_PACKET_BYTES + 1).unwrap();
    bytes[12..16].copy_from_slice(&claimed.to_be_bytes());
    assert_eq!(read(&bytes), Err(error));
    let empty = MediumError::Length {
        found: 0,
        limit: MAX_PACKET_BYTES,
    };
    assert_eq!(to_medium(&[]), Err(empty));
}

#[test]
fn a_claim_of_four_gigabytes_is_refused_from_the_header_alone() {
    let mut bytes = to_medium(PACKET).unwrap();
    bytes[12..16].copy_from_slice(&[0xff; 4]);
    let found = usize::try_from(u32::MAX).unwrap();
    assert_eq!(
        read(&bytes),
        Err(MediumError::Length {
            found,
            limit: MAX_PACKET_BYTES
        })
    );
}

#[test]
fn a_flipped_bit_anywhere_on_the_medium_is_refused() {
    let bytes = to_medium(PACKET).unwrap();
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[position] ^= 1 << bit;
            assert!(read(&changed).is_err(), "bit {bit} of byte {position}");
        }
    }
}

#[test]
fn each_rule_of_the_header_has_its_own_refusal() {
    let bytes = to_medium(PACKET).unwrap();
    let changed = |position: usize, value: u8| {
        let mut changed = bytes.clone();
        changed[position] = value;
        read(&changed)
    };
    assert_eq!(changed(0, b'c'), Err(MediumError::Foreign));
    assert_eq!(
        changed(9, 2),
        Err(MediumError::UnsupportedVersion { found: 2 })
    );
    assert_eq!(changed(10, 1), Err(MediumError::ReservedNotZero));
    assert_eq!(changed(63, 1), Err(MediumError::ReservedNotZero));
    assert_eq!(changed(64, b'A'), Err(MediumError::WrongDigest));
    assert_eq!(changed(88, 1), Err(MediumError::PaddingNotZero));
    assert_eq!(changed(511, 1), Err(MediumError::PaddingNotZero));
}

#[test]
fn a_medium_that_ends_anywhere_too_early_is_refused() {
    let bytes = to_medium(PACKET).unwrap();
    for length in 0..bytes.len() {
        let expected = match length {
            0..64 => 64,
            64..88 => PACKET.len(),
            _ => 512 - 88,
        };
        assert_eq!(
            read(&bytes[..length]),
            Err(MediumError::Truncated { expected })
        );
    }
}

/// Counts what is read and goes on for ever.
struct Endless {
    start: Vec<u8>,
    read: usize,
}

impl Read for Endless {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        for byte in buf.iter_mut() {
            *byte = self.start.get(self.read).copied().unwrap_or(0xee);
            self.read += 1;
        }
        Ok(buf.len())
    }
}

#[test]
fn eight_bytes_past_the_last_sector_are_read_and_no_more() {
    let start = to_medium(PACKET).unwrap();
    let mut endless = Endless { start, read: 0 };
    assert_eq!(read_medium(&mut endless).unwrap(), PACKET);
    assert_eq!(endless.read, 520);
}

#[test]
fn a_second_packet_on_the_medium_is_refused_usb_08() {
    let mut bytes = to_medium(PACKET).unwrap();
    bytes.extend_from_slice(&to_medium(b"another").unwrap());
    assert_eq!(read(&bytes), Err(MediumError::SecondPacket));
    // What an older, longer packet left behind is no second packet.
    let mut bytes = to_medium(&[7; 2000]).unwrap();
    bytes[..512].copy_from_slice(&to_medium(PACKET).unwrap());
    assert_eq!(read(&bytes).as_deref(), Ok(PACKET));
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

#[test]
fn a_medium_that_cannot_be_read_says_why() {
    let error = MediumError::Unreadable {
        kind: io::ErrorKind::PermissionDenied,
    };
    assert_eq!(read_medium(&mut Failing), Err(error));
}
