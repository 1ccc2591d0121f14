//! A screen without time: keys are pressed after so many shown pictures.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a test may panic on a sum that overflows"
)]

use std::collections::VecDeque;

use super::*;
use crate::optical::tests::packet;
use crate::optical::{Density, Frame, Receiver, read_codes};

/// Shows 2 pixels per module and keeps every picture.
struct Paper {
    rooms: VecDeque<usize>,
    keys: VecDeque<Option<Key>>,
    waits: Vec<Option<Duration>>,
    pictures: Vec<Picture>,
    captions: Vec<String>,
}

impl Paper {
    fn new(modules: usize, keys: &[Option<Key>]) -> Self {
        Self {
            rooms: VecDeque::from([modules]),
            keys: keys.iter().copied().collect(),
            waits: Vec::new(),
            pictures: Vec::new(),
            captions: Vec::new(),
        }
    }
}

impl Screen for Paper {
    type Drawing = Picture;
    type Failure = PlayError;

    fn room(&mut self) -> Result<Room, PlayError> {
        let modules = self.rooms.pop_front().unwrap_or_default();
        if self.rooms.is_empty() {
            self.rooms.push_back(modules);
        }
        Ok(Room {
            columns: modules,
            rows: modules,
            cells_per_module: 1,
        })
    }

    fn draw(&self, _: Layout, _: Room) -> Draw<Picture> {
        Box::new(Picture::clone)
    }

    fn show(&mut self, drawing: &Picture, caption: &str) -> Result<(), PlayError> {
        self.pictures.push(drawing.clone());
        self.captions.push(caption.to_owned());
        Ok(())
    }

    fn key(&mut self, wait: Option<Duration>) -> Result<Option<Key>, PlayError> {
        self.waits.push(wait);
        Ok(self.keys.pop_front().unwrap_or(Some(Key::End)))
    }
}

fn image_of(picture: &Picture) -> image::GrayImage {
    let rows: Vec<&[bool]> = picture.rows().collect();
    let side = u32::try_from(picture.side() * 4).unwrap();
    let module = |pixel: u32| usize::try_from(pixel).unwrap() >> 2;
    image::GrayImage::from_fn(side, side, |x, y| {
        image::Luma([if rows[module(y)][module(x)] { 0 } else { 255 }])
    })
}

fn profile(text: &str) -> Profile {
    text.parse().unwrap()
}

fn frames(picture: &Picture) -> Vec<Frame> {
    let texts = read_codes(&image_of(picture));
    texts
        .iter()
        .map(|text| Frame::from_text(text).unwrap())
        .collect()
}

#[test]
fn a_packet_crosses_while_its_density_changes() {
    let packet = packet(9000, 3);
    let mut keys = vec![
        None,
        Some(Key::Sparser),
        None,
        None,
        Some(Key::Denser),
        None,
    ];
    keys.extend([None; 12]);
    let mut paper = Paper::new(200, &keys);
    let end = play(&packet, &mut paper, profile("v20@15")).unwrap();
    assert_eq!(end, profile("v20@15"));
    let mut receiver = Receiver::new();
    for picture in &paper.pictures {
        for frame in frames(picture) {
            receiver.accept(&frame);
        }
    }
    assert_eq!(receiver.into_packet(), Some(packet));
    let sides: std::collections::BTreeSet<usize> =
        paper.pictures.iter().map(Picture::side).collect();
    let [v15, v20] = [Density::V15, Density::V20].map(Density::modules_with_quiet_zone);
    assert_eq!(sides, [v15, v20].into());
}

#[test]
fn symbols_go_on_where_they_were_when_the_density_changes() {
    let keys = [None, Some(Key::Denser), None, Some(Key::Denser), None];
    let mut paper = Paper::new(400, &keys);
    play(&packet(90_000, 1), &mut paper, profile("v10@10")).unwrap();
    let first: Vec<u32> = paper
        .pictures
        .iter()
        .map(|picture| frames(picture)[0].header().first_symbol())
        .collect();
    assert_eq!(first, [0, 2, 4, 8]);
}

#[test]
fn four_codes_divide_the_symbols_of_a_screen() {
    let mut paper = Paper::new(400, &[]);
    play(&packet(90_000, 1), &mut paper, profile("v27x4@10")).unwrap();
    let frames = frames(&paper.pictures[0]);
    let mut shown: Vec<_> = frames
        .iter()
        .map(|frame| (frame.header().first_symbol(), frame.header().symbol_count()))
        .collect();
    shown.sort_unstable();
    assert_eq!(shown, [(0, 12), (12, 12), (24, 12), (36, 12)]);
}

#[test]
fn a_pause_waits_for_a_key_without_end() {
    let keys = [Some(Key::Pause), Some(Key::Faster), Some(Key::Pause), None];
    let mut paper = Paper::new(400, &keys);
    let end = play(&packet(900, 1), &mut paper, profile("v10@10")).unwrap();
    assert_eq!(end, profile("v10@12"));
    let waits: Vec<bool> = paper.waits.iter().map(Option::is_some).collect();
    assert_eq!(waits, [true, false, false, true, true]);
    assert_eq!(paper.pictures.len(), 2);
}

#[test]
fn a_screen_made_smaller_shows_smaller_codes() {
    let mut paper = Paper::new(400, &[None, None]);
    // Asked before the first screen, after it, and before the next one.
    paper.rooms = VecDeque::from([105, 100, 100]);
    let end = play(&packet(90_000, 1), &mut paper, profile("v40@10")).unwrap();
    let sides: Vec<usize> = paper.pictures.iter().map(Picture::side).collect();
    assert_eq!(sides, [105, 85, 85]);
    assert_eq!(end, profile("v15@10"));
}

#[test]
fn a_screen_one_module_too_small_is_refused() {
    let play = |modules| {
        play(
            &packet(900, 1),
            &mut Paper::new(modules, &[]),
            Profile::TERMINAL,
        )
    };
    assert_eq!(play(53), Ok(profile("v7@8")));
    let (needed, room) = (53, 52);
    assert_eq!(play(52), Err(PlayError::TooSmall { needed, room }));
}

#[test]
fn a_small_packet_gets_one_code_that_is_easy_to_read() {
    for (length, layout) in [(120, "v7"), (121, "v10"), (2880, "v40"), (2881, "v27x4")] {
        let wanted: Layout = "v27x4".parse().unwrap();
        assert_eq!(wanted.no_more_than_needed(length).to_string(), layout);
    }
}

#[test]
fn the_ladder_of_layouts_ascends_and_ends() {
    let symbols = Layout::LADDER.map(Layout::symbols_per_screen);
    assert!(symbols.is_sorted_by(|one, next| one < next), "{symbols:?}");
    let ([first, ..], [.., last]) = (Layout::LADDER, Layout::LADDER);
    assert_eq!((first.sparser(1000), last.denser(1000)), (first, last));
    // V40 has 185 modules; four codes of V20 need 210.
    let v40 = Layout::one(Density::V40);
    assert_eq!(v40.denser(209), v40);
    assert_eq!(v40.denser(210), Layout::four(Density::V20));
    assert_eq!(Layout::four(Density::V20).within(209), Some(v40));
}
