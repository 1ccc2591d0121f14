//! Half blocks, and the step of the ladder that fits.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "a test may panic on a sum that overflows, and pixels are divided into modules"
)]

use super::packet;
use crate::optical::{Density, Frame, Sender, TerminalCode, TerminalError, read_codes};

fn frame() -> Frame {
    Sender::new(&packet(100, 1))
        .unwrap()
        .frames(1)
        .next()
        .unwrap()
}

/// The drawing, turned back into an image: 4 by 4 pixels per module.
fn image_of(drawing: &str) -> image::GrayImage {
    let lines: Vec<Vec<char>> = drawing
        .split("\r\n")
        .map(|line| {
            let line = line.strip_prefix("\u{1b}[38;5;16;48;5;231m").unwrap();
            line.strip_suffix("\u{1b}[0m").unwrap().chars().collect()
        })
        .collect();
    let width = u32::try_from(lines[0].len()).unwrap();
    let height = u32::try_from(lines.len()).unwrap() * 2;
    image::GrayImage::from_fn(width * 4, height * 4, |x, y| {
        let (x, y) = (
            usize::try_from(x / 4).unwrap(),
            usize::try_from(y / 4).unwrap(),
        );
        let dark = match lines[y / 2][x] {
            '█' => true,
            '▀' => y.is_multiple_of(2),
            '▄' => !y.is_multiple_of(2),
            ' ' => false,
            other => panic!("{other:?} in the drawing"),
        };
        image::Luma([if dark { 0 } else { 255 }])
    })
}

#[test]
fn a_code_in_half_blocks_is_read_back() {
    let drawing = TerminalCode::render(&frame(), 53, 27).unwrap();
    assert_eq!(read_codes(&image_of(&drawing)), [frame().to_text()]);
}

#[test]
fn a_terminal_one_column_or_row_too_small_is_refused() {
    let (needed_columns, needed_rows) = (53, 27);
    for (columns, rows) in [(52, 27), (53, 26), (0, 0)] {
        let error = TerminalError::TooSmall {
            needed_columns,
            needed_rows,
            columns,
            rows,
        };
        assert_eq!(TerminalCode::render(&frame(), columns, rows), Err(error));
    }
}

#[test]
fn the_density_follows_the_terminal_and_the_packet() {
    assert_eq!(Density::for_terminal(52, 100), None);
    assert_eq!(Density::for_terminal(53, 27), Some(Density::V7));
    assert_eq!(Density::for_terminal(80, 24), None);
    assert_eq!(Density::for_terminal(125, 63), Some(Density::V25));
    assert_eq!(Density::for_terminal(1000, 1000), Some(Density::V40));
    assert_eq!(Density::for_pixels(1064, 8), Some(Density::V27));
    assert_eq!(Density::for_pixels(1063, 8), Some(Density::V25));
    assert_eq!(Density::V20.no_more_than_needed(120), Density::V7);
    assert_eq!(Density::V20.no_more_than_needed(121), Density::V10);
    assert_eq!(Density::V20.no_more_than_needed(100_000), Density::V20);
    assert_eq!(Density::V40.no_more_than_needed(100_000), Density::V40);
}
