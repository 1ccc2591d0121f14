//! Frames: every field at its limit and past it, every bit, every length.

use proptest::prelude::*;

use super::{forged, packet};
use crate::limits::{
    MAX_ENCODING_SYMBOLS, MAX_PACKET_BYTES_BY_QR, MAX_SYMBOLS_PER_FRAME, SYMBOL_BYTES,
};
use crate::optical::{DigitsError, Frame, FrameError, Sender, digits_of, from_digits};

fn frame() -> Frame {
    Sender::new(&packet(1000, 1))
        .unwrap()
        .frames(3)
        .next()
        .unwrap()
}

#[test]
fn a_frame_is_read_back_from_its_digits() {
    let frame = frame();
    assert_eq!(frame.to_bytes().len(), 16 + 3 * SYMBOL_BYTES);
    assert!(frame.to_text().bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(Frame::from_text(&frame.to_text()), Ok(frame));
}

#[test]
fn a_flipped_bit_anywhere_in_a_frame_is_refused() {
    let bytes = frame().to_bytes();
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[position] ^= 1 << bit;
            assert!(
                Frame::from_bytes(&changed).is_err(),
                "bit {bit} of byte {position}"
            );
        }
    }
    let mut changed = bytes;
    changed[50] ^= 1;
    assert_eq!(Frame::from_bytes(&changed), Err(FrameError::Checksum));
}

#[test]
fn a_frame_of_another_version_is_refused_opt_03() {
    for found in [0, 2, 255] {
        let bytes = forged(&frame(), |bytes| bytes[0] = found);
        let error = FrameError::UnsupportedVersion { found };
        assert_eq!(Frame::from_bytes(&bytes), Err(error));
    }
}

#[test]
fn a_packet_length_is_taken_at_the_cap_and_refused_beyond_it_ftn_01_ftn_07() {
    let of_length = |length: usize| {
        let length = u32::try_from(length).unwrap().to_be_bytes();
        Frame::from_bytes(&forged(&frame(), |bytes| {
            bytes[5..8].copy_from_slice(&length[1..]);
        }))
    };
    let limit = MAX_PACKET_BYTES_BY_QR;
    of_length(1).unwrap();
    of_length(limit).unwrap();
    for found in [0, limit + 1, 0x00ff_ffff] {
        assert_eq!(
            of_length(found),
            Err(FrameError::PacketLength { found, limit })
        );
    }
}

#[test]
fn symbol_ids_are_taken_up_to_the_cap_and_refused_beyond_it_ftn_03_ftn_06() {
    let first = |first: u32| {
        let first = first.to_be_bytes();
        Frame::from_bytes(&forged(&frame(), |bytes| {
            bytes[9..12].copy_from_slice(&first[1..]);
        }))
    };
    let limit = MAX_ENCODING_SYMBOLS;
    first(0).unwrap();
    first(limit - 3).unwrap();
    for start in [limit - 2, limit, 0x00ff_ffff] {
        let error = FrameError::SymbolId {
            found: start + 3,
            limit,
        };
        assert_eq!(first(start), Err(error));
    }
}

#[test]
fn a_symbol_count_that_is_not_the_frame_s_is_refused_ftn_06_opt_14() {
    let limit = MAX_SYMBOLS_PER_FRAME;
    for found in [0, 1, 2, 4, 24, 25, 255] {
        let count = u8::try_from(found).unwrap();
        let bytes = forged(&frame(), |bytes| bytes[8] = count);
        assert_eq!(
            Frame::from_bytes(&bytes),
            Err(FrameError::SymbolCount { found, limit })
        );
    }
}

#[test]
fn a_frame_of_the_most_symbols_is_taken_and_one_of_more_is_not() {
    let sender = Sender::new(&packet(1000, 1)).unwrap();
    let most = u8::try_from(MAX_SYMBOLS_PER_FRAME).unwrap();
    let frame = sender.frames(255).next().unwrap();
    assert_eq!(frame.header().symbol_count(), most);
    assert_eq!(Frame::from_text(&frame.to_text()), Ok(frame.clone()));
    let bytes = forged(&frame, |bytes| {
        bytes[8] += 1;
        bytes.extend_from_slice(&[0; SYMBOL_BYTES]);
    });
    let (found, limit) = (MAX_SYMBOLS_PER_FRAME + 1, MAX_SYMBOLS_PER_FRAME);
    assert_eq!(
        Frame::from_bytes(&bytes),
        Err(FrameError::SymbolCount { found, limit })
    );
}

#[test]
fn a_frame_cut_anywhere_is_refused_ftn_06() {
    let bytes = frame().to_bytes();
    for found in 0..bytes.len() {
        let error = Frame::from_bytes(&bytes[..found]).unwrap_err();
        let whole_symbols = found > 16 && (found - 16).is_multiple_of(SYMBOL_BYTES);
        let expected = if whole_symbols {
            FrameError::SymbolCount {
                found: 3,
                limit: MAX_SYMBOLS_PER_FRAME,
            }
        } else {
            FrameError::Length { found }
        };
        assert_eq!(error, expected);
    }
}

#[test]
fn digits_that_stand_for_no_bytes_are_refused() {
    assert_eq!(from_digits("12a"), Err(DigitsError::NotADigit));
    assert_eq!(from_digits("-12"), Err(DigitsError::NotADigit));
    assert_eq!(from_digits("\u{1b}[2J"), Err(DigitsError::NotADigit));
    for found in [1, 2, 4, 6, 7, 9, 11, 12, 14, 16, 18] {
        let digits = "0".repeat(found);
        assert_eq!(
            from_digits(&digits),
            Err(DigitsError::Count { found }),
            "{found}"
        );
    }
    assert_eq!(from_digits("255"), Ok(vec![255]));
    assert_eq!(
        from_digits("256"),
        Err(DigitsError::GroupTooLarge { group: 0 })
    );
    assert_eq!(from_digits("72057594037927935"), Ok(vec![255; 7]));
    assert_eq!(
        from_digits("0000000000000000072057594037927936"),
        Err(DigitsError::GroupTooLarge { group: 1 })
    );
}

proptest! {
    #[test]
    fn bytes_lead_back_from_their_digits(
        bytes in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        prop_assert_eq!(from_digits(&digits_of(&bytes)), Ok(bytes));
    }

    #[test]
    fn any_accepted_digits_are_the_ones_the_frame_shows(digits in "[0-9]{0,400}") {
        if let Ok(frame) = Frame::from_text(&digits) {
            prop_assert_eq!(frame.to_text(), digits);
        }
    }
}
