//! Our reader before the camera model: it must read what a hand-held camera sees, and more than
//! the best reader there is.
//! It knows nothing of packets. The figures of all sizes and levels: `optical-benchmark`.

use integration_tests::camera::figures::{Contestant, Course};
use integration_tests::camera::{Camera, Level, Mix, Screen};
use transfer_format::optical::{Code, CodeReader, Density, Sender};

fn codes(count: usize) -> Vec<(Code, String)> {
    let packet: Vec<u8> = (0..=u8::MAX).cycle().take(9000).collect();
    let sender = Sender::new(&packet).expect("the packet is small");
    let frames = sender.frames(Density::V20.symbols_per_frame());
    frames
        .take(count)
        .map(|frame| (Code::of(&frame).expect("it fits"), frame.to_text()))
        .collect()
}

#[test]
fn codes_of_few_pixels_are_read_in_poor_pictures_where_others_fail() {
    let course = Course {
        density: Density::V20,
        clips: 2,
        images: 3,
        seed: 1,
    };
    let contestants = [Contestant::Tracked, Contestant::Rxing];
    for (pixels, level) in [
        (2.5, Level::HandHeld),
        (3.0, Level::Poor),
        (4.0, Level::Poor),
    ] {
        let scores = course.run(pixels, level, &contestants);
        let read: Vec<usize> = scores.iter().map(|score| score.read).collect();
        let [ours, theirs] = *read else {
            panic!("two contestants, {read:?}")
        };
        let name = level.name();
        assert!(ours >= theirs, "{pixels} {name}: {ours} against {theirs}");
        assert_eq!(ours, 6, "{pixels} pixels, {name}");
    }
}

#[test]
fn two_frames_in_one_image_give_one_of_them_or_none_and_the_next_image_is_read_opt_04() {
    let codes = codes(5);
    let mut camera = Camera::new(Level::Tripod, 3.0, 7);
    let mut reader = CodeReader::new();
    for pair in codes.windows(2) {
        let [(first, first_text), (second, second_text)] = pair else {
            panic!("windows of two")
        };
        let (first, next) = (Screen::of(first), Screen::of(second));
        let mix = Mix {
            next: &next,
            boundary: 0.5,
        };
        let image = camera.photograph_mixed(&first, mix);
        for text in reader.read(&image) {
            assert!(text == *first_text || text == *second_text);
        }
        let image = camera.photograph(&next);
        assert_eq!(reader.read(&image), std::slice::from_ref(second_text));
    }
}

#[test]
fn four_codes_of_one_screen_are_read_in_a_picture_taken_by_hand_opt_04() {
    let codes = codes(4);
    let (codes, mut texts): (Vec<Code>, Vec<String>) = codes.into_iter().unzip();
    let screen = Screen::side_by_side(&codes, 2);
    let image = Camera::new(Level::HandHeld, 3.0, 3).photograph(&screen);
    let mut read = CodeReader::new().read(&image);
    read.sort_unstable();
    texts.sort_unstable();
    assert_eq!(read, texts);
}

#[test]
fn a_camera_with_the_same_seed_takes_the_same_pictures() {
    let codes = codes(1);
    let screen = Screen::of(&codes[0].0);
    let picture = |seed: u64| Camera::new(Level::Bad, 2.0, seed).photograph(&screen);
    assert_eq!(picture(5), picture(5));
    assert_ne!(picture(5), picture(6));
}
