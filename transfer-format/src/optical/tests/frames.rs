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
    assert_eq!(frame.to_bytes().len(), 15 + 3 * SYMBOL_BYTES);
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
            bytes[8..11].copy_from_slice(&first[1..]);
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

/// The header says nothing of the symbols: their number is what the frame's length makes it.
#[test]
fn the_number_of_symbols_is_the_frame_s_length_and_no_claim_ftn_06_opt_14() {
    let limit = MAX_SYMBOLS_PER_FRAME;
    for found in [0, 1, 2, 3, limit, limit + 1, 255, 256, 1000] {
        let bytes = forged(&frame(), |bytes| bytes.resize(15 + found * SYMBOL_BYTES, 7));
        let read = Frame::from_bytes(&bytes);
        match found {
            0 => assert_eq!(read, Err(FrameError::Length { found: 15 })),
            1..=MAX_SYMBOLS_PER_FRAME => {
                assert_eq!(usize::from(read.unwrap().header().symbol_count()), found);
            }
            _ => assert_eq!(read, Err(FrameError::SymbolCount { found, limit })),
        }
    }
}

#[test]
fn a_frame_of_the_most_symbols_is_taken_and_one_of_more_is_not() {
    let sender = Sender::new(&packet(1000, 1)).unwrap();
    let most = u8::try_from(MAX_SYMBOLS_PER_FRAME).unwrap();
    let frame = sender.frames(255).next().unwrap();
    assert_eq!(frame.header().symbol_count(), most);
    assert_eq!(Frame::from_text(&frame.to_text()), Ok(frame.clone()));
    let bytes = forged(&frame, |bytes| bytes.extend_from_slice(&[0; SYMBOL_BYTES]));
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
        let whole_symbols = found > 15 && (found - 15).is_multiple_of(SYMBOL_BYTES);
        let expected = if whole_symbols {
            FrameError::Checksum
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
    // 1 to 10 bytes take 3, 5, 8, 10, 13, 15, 17, 20, 22 and 25 digits.
    for found in [1, 2, 4, 6, 7, 9, 11, 12, 14, 16, 18, 19, 21, 23, 24] {
        let digits = "0".repeat(found);
        assert_eq!(
            from_digits(&digits),
            Err(DigitsError::Count { found }),
            "{found}"
        );
    }
}

/// One less than 256ⁿ is the largest number of n bytes; one more is refused.
#[test]
fn a_number_is_taken_at_the_largest_of_its_bytes_and_refused_one_past_it() {
    let limits = [
        (1, "255", "256"),
        (2, "65535", "65536"),
        (7, "72057594037927935", "72057594037927936"),
        (8, "18446744073709551615", "18446744073709551616"),
        (9, "4722366482869645213695", "4722366482869645213696"),
    ];
    for (bytes, largest, too_large) in limits {
        assert_eq!(from_digits(largest), Ok(vec![255; bytes]));
        assert_eq!(digits_of(&vec![255; bytes]), largest);
        let error = DigitsError::TooLarge { bytes };
        assert_eq!(from_digits(too_large), Err(error));
        assert_eq!(from_digits(&"9".repeat(largest.len())), Err(error));
        assert_eq!(from_digits(&"0".repeat(largest.len())), Ok(vec![0; bytes]));
    }
}

/// The largest number of so many bytes never begins with a zero, so no digit is wasted; and it is
/// read back, so none is missing.
#[test]
fn the_number_of_digits_is_the_least_that_do_for_every_length_a_code_holds() {
    for bytes in 1..=2943 {
        let largest = vec![255; bytes];
        let digits = digits_of(&largest);
        assert!(!digits.starts_with('0'), "{bytes}");
        assert_eq!(from_digits(&digits), Ok(largest));
    }
}

#[test]
fn more_digits_than_any_code_holds_are_refused_before_they_cost_anything() {
    // 2943 bytes are 7088 digits, and 2944 would be 7090: one more than a code of version 40 holds.
    assert_eq!(from_digits(&"0".repeat(7088)), Ok(vec![0; 2943]));
    let found = digits_of(&[0; 2944]).len();
    assert_eq!(found, 7090);
    for found in [found, 24_082_400] {
        let digits = "0".repeat(found);
        assert_eq!(from_digits(&digits), Err(DigitsError::Count { found }));
    }
}

/// What a second reader does in one line, with somebody else's arithmetic.
#[test]
fn the_digits_are_the_bytes_as_one_number() {
    let bytes = frame().to_bytes();
    let number = num_bigint::BigUint::from_bytes_be(&bytes).to_string();
    assert_eq!(frame().to_text().trim_start_matches('0'), number);
}

proptest! {
    #[test]
    fn bytes_lead_back_from_their_digits(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
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
