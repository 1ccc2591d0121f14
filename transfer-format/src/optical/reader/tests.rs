//! Images that are turned, tilted, mirrored, inverted, or no images of codes at all.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "a test may panic on a sum that overflows, and pixels are divided into modules"
)]

use image::{GrayImage, Luma};
use proptest::prelude::*;

use super::number::{real, whole};
use super::perspective::{Perspective, Point};
use super::{CodeReader, layout};
use crate::optical::{Code, Density, Frame, Sender, read_codes};

fn frames(density: Density, count: usize) -> Vec<Frame> {
    let packet: Vec<u8> = (0..=u8::MAX).cycle().take(5000).collect();
    let sender = Sender::new(&packet).unwrap();
    sender
        .frames(density.symbols_per_frame())
        .take(count)
        .collect()
}

/// A code seen at an angle: three corners on a circle, the second and third at other depths.
fn seen(code: &Code, side: usize, depths: [f32; 2], turn: f32) -> GrayImage {
    let middle = real(side) / 2.0;
    let corner = |angle: f32| {
        let (down, across) = (turn + angle).to_radians().sin_cos();
        let reach = middle * 0.75;
        Point::new(middle + reach * across, middle + reach * down)
    };
    let corners = [corner(225.0), corner(315.0), corner(135.0)];
    let map = Perspective::from_finders(corners, real(code.width()), depths);
    // Many points of each module, much finer than a pixel.
    let mut sums = vec![(0.0_f32, 0.0_f32); side * side];
    let steps = code.width_with_quiet_zone() * 16;
    for (row, column) in (0..steps).flat_map(|row| (0..steps).map(move |column| (row, column))) {
        let place = |step: usize| real(step) / 16.0 - 4.0;
        let pixel = map.pixel(Point::new(place(column), place(row)));
        let dark = code.is_dark(column / 16, row / 16);
        if let Some((sum, count)) = sums.get_mut(whole(pixel.y) * side + whole(pixel.x)) {
            *sum += if dark { 20.0 } else { 200.0 };
            *count += 1.0;
        }
    }
    let greys = sums.into_iter().map(|(sum, count)| {
        let grey = if count > 0.0 { sum / count } else { 120.0 };
        u8::try_from(whole(grey)).unwrap()
    });
    let pixels = u32::try_from(side).unwrap();
    GrayImage::from_raw(pixels, pixels, greys.collect()).unwrap()
}

#[test]
fn a_code_is_read_at_any_turn_and_tilt() {
    for (density, side) in [(Density::V7, 300), (Density::V20, 500)] {
        let frame = frames(density, 1).remove(0);
        let code = Code::of(&frame).unwrap();
        for (turn, depths) in [
            (0.0, [1.0, 1.0]),
            (17.0, [1.1, 0.95]),
            (45.0, [1.0, 1.1]),
            (100.0, [0.9, 1.1]),
            (181.0, [1.05, 1.05]),
            (290.0, [1.0, 0.9]),
        ] {
            let image = seen(&code, side, depths, turn);
            assert_eq!(
                CodeReader::new().read(&image),
                [frame.to_text()],
                "{turn} {depths:?}"
            );
        }
    }
}

#[test]
fn a_code_that_moves_is_followed_from_image_to_image() {
    let mut reader = CodeReader::new();
    for (number, frame) in frames(Density::V15, 8).iter().enumerate() {
        let code = Code::of(frame).unwrap();
        let image = seen(&code, 400, [1.0, 1.02], real(number));
        assert_eq!(reader.read(&image), [frame.to_text()], "{number}");
        assert!(reader.sees_code());
    }
    let nothing = GrayImage::from_pixel(400, 400, Luma([120]));
    for _ in 0..5 {
        assert_eq!(reader.read(&nothing), Vec::<String>::new());
        assert!(!reader.sees_code());
    }
}

#[test]
fn a_code_taken_away_and_shown_elsewhere_is_found_again() {
    let mut reader = CodeReader::new();
    let shown = frames(Density::V10, 3);
    for (turn, frame) in [0.0, 120.0, 240.0].into_iter().zip(&shown) {
        let image = seen(&Code::of(frame).unwrap(), 400, [1.0, 1.0], turn);
        assert_eq!(reader.read(&image), [frame.to_text()]);
    }
    let frame = shown.first().unwrap();
    let larger = seen(&Code::of(frame).unwrap(), 700, [1.0, 1.0], 5.0);
    assert_eq!(reader.read(&larger), [frame.to_text()]);
}

#[test]
fn four_codes_of_a_screen_are_read_at_once_opt_04() {
    let frames = frames(Density::V20, 4);
    let images: Vec<GrayImage> = frames
        .iter()
        .map(|frame| Code::of(frame).unwrap().to_image(3).unwrap())
        .collect();
    let side = images[0].width();
    let image = GrayImage::from_fn(2 * side, 2 * side, |x, y| {
        let number = usize::try_from(y / side * 2 + x / side).unwrap();
        *images[number].get_pixel(x % side, y % side)
    });
    let mut reader = CodeReader::new();
    let mut expected: Vec<String> = frames.iter().map(Frame::to_text).collect();
    expected.sort_unstable();
    for _ in 0..3 {
        let mut texts = reader.read(&image);
        texts.sort_unstable();
        assert_eq!(texts, expected);
    }
}

#[test]
fn a_mirrored_code_is_read_and_an_inverted_one_is_nothing_opt_04() {
    let frame = frames(Density::V15, 1).remove(0);
    let mut image = Code::of(&frame).unwrap().to_image(3).unwrap();
    image::imageops::flip_horizontal_in_place(&mut image);
    assert_eq!(CodeReader::new().read(&image), [frame.to_text()]);
    image::imageops::invert(&mut image);
    assert_eq!(CodeReader::new().read(&image), Vec::<String>::new());
}

#[test]
fn other_modes_are_left_out_opt_04_opt_07() {
    for content in ["\u{1b}[2Jhttp://example.com", "HTTP://EXAMPLE.COM", "漢字"] {
        let code = qrcode::QrCode::new(content).unwrap();
        let width = code.width();
        let colors = code.into_colors();
        let side = u32::try_from((width + 8) * 4).unwrap();
        let image = GrayImage::from_fn(side, side, |x, y| {
            let module = |pixel: u32| usize::try_from(pixel / 4).unwrap().wrapping_sub(4);
            let (x, y) = (module(x), module(y));
            let dark = x < width && y < width && colors[y * width + x] == qrcode::Color::Dark;
            Luma([if dark { 0 } else { 255 }])
        });
        assert_eq!(read_codes(&image), Vec::<String>::new(), "{content:?}");
    }
}

#[test]
fn alignment_patterns_are_where_the_standard_puts_them() {
    // ISO/IEC 18004, annex E, table E.1.
    assert_eq!(layout::alignment_lines(1), Vec::<usize>::new());
    assert_eq!(layout::alignment_lines(2), [6, 18]);
    assert_eq!(layout::alignment_lines(7), [6, 22, 38]);
    assert_eq!(layout::alignment_lines(20), [6, 34, 62, 90]);
    assert_eq!(layout::alignment_lines(27), [6, 34, 62, 90, 118]);
    assert_eq!(layout::alignment_lines(32), [6, 34, 60, 86, 112, 138]);
    assert_eq!(layout::alignment_lines(36), [6, 24, 50, 76, 102, 128, 154]);
    assert_eq!(layout::alignment_lines(40), [6, 30, 58, 86, 114, 142, 170]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the image: no panic, and no digits that nobody showed.
    #[test]
    fn garbage_is_never_read_and_never_panics_opt_04(
        width in 0_u32..200,
        height in 0_u32..200,
        cell in 1_u32..9,
        seed in any::<u32>(),
    ) {
        let image = GrayImage::from_fn(width, height, |x, y| {
            let place = (x / cell).wrapping_mul(0x9e37_79b9) ^ (y / cell).wrapping_mul(0x85eb_ca6b);
            let [value, ..] = (place ^ seed).wrapping_mul(0xc2b2_ae35).to_be_bytes();
            Luma([if cell > 4 { value / 128 * 255 } else { value }])
        });
        prop_assert_eq!(read_codes(&image), Vec::<String>::new());
    }

    /// A degraded code gives its own digits or none, also to a reader that followed it.
    #[test]
    fn a_degraded_code_gives_its_digits_or_nothing_opt_04(
        noise in 0_u8..120,
        seed in any::<u32>(),
        blots in proptest::collection::vec((0_u32..300, 0_u32..300, 1_u32..120, 0_u8..=255), 0..6),
    ) {
        let shown = frames(Density::V10, 2);
        let mut reader = CodeReader::new();
        for frame in &shown {
            let mut image = Code::of(frame).unwrap().to_image(4).unwrap();
            if frame.header() != shown[0].header() {
                degrade(&mut image, noise, seed, &blots);
            }
            for text in reader.read(&image) {
                prop_assert_eq!(text, frame.to_text());
            }
        }
    }
}

fn degrade(image: &mut GrayImage, noise: u8, seed: u32, blots: &[(u32, u32, u32, u8)]) {
    let mut chance = seed;
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        chance = chance.wrapping_mul(0x0019_660d).wrapping_add(0x3c6e_f35f);
        let [high, ..] = chance.to_be_bytes();
        let grey = u8::min(pixel.0[0], 255 - noise).saturating_add(high % noise.max(1));
        let blot = blots.iter().find(|(left, top, size, _)| {
            (*left..left + size).contains(&x) && (*top..top + size).contains(&y)
        });
        *pixel = Luma([blot.map_or(grey, |(.., grey)| *grey)]);
    }
}
