//! Trials shown on a screen without time, and what is made of the codes that were read.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "a test may panic on a sum that overflows"
)]

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::*;
use crate::optical::{Draw, Key, Layout, Picture, PlayError, Room, Screen, ScreenKind, read_codes};

/// Reads back every so many of its own pictures.
struct Mirror {
    modules: usize,
    every: usize,
    shown: usize,
    end_after: Option<usize>,
    observer: Observer,
}

impl Mirror {
    fn new(modules: usize, every: usize) -> Self {
        Self {
            modules,
            every,
            shown: 0,
            end_after: None,
            observer: Observer::default(),
        }
    }
}

fn read(picture: &Picture) -> Vec<String> {
    let rows: Vec<&[bool]> = picture.rows().collect();
    let side = u32::try_from(picture.side() * 3).unwrap();
    let module = |pixel: u32| usize::try_from(pixel.div_euclid(3)).unwrap();
    read_codes(&image::GrayImage::from_fn(side, side, |x, y| {
        image::Luma([if rows[module(y)][module(x)] { 0 } else { 255 }])
    }))
}

impl Screen for Mirror {
    type Drawing = Vec<String>;
    type Failure = PlayError;

    fn room(&mut self) -> Result<Room, PlayError> {
        Ok(Room {
            columns: self.modules,
            rows: self.modules,
            cells_per_module: 1,
        })
    }

    fn draw(&self, _: Layout, _: Room) -> Draw<Vec<String>> {
        Box::new(read)
    }

    fn show(&mut self, drawing: &Vec<String>, _: &str) -> Result<(), PlayError> {
        if self.shown.is_multiple_of(self.every) {
            self.observer.image(drawing.clone());
        }
        self.shown += 1;
        Ok(())
    }

    fn key(&mut self, _: Option<Duration>) -> Result<Option<Key>, PlayError> {
        Ok((self.end_after == Some(self.shown)).then_some(Key::End))
    }
}

#[test]
fn everything_shown_in_a_small_terminal_is_counted_and_the_best_is_named() {
    // Room for V10, not for V15.
    let mut mirror = Mirror::new(70, 1);
    let shown = show_trials(&mut mirror, ScreenKind::Terminal).unwrap();
    assert_eq!(shown, Trial::all(ScreenKind::Terminal)[..6]);
    assert!(mirror.observer.is_finished());
    let figures = mirror.observer.figures();
    let lines: Vec<String> = figures.iter().map(Figure::to_string).collect();
    assert_eq!(
        Figure::HEADING,
        "profile    codes   read   success   bytes/s"
    );
    assert_eq!(lines[0], "v7@6          30     30     100 %       720");
    assert_eq!(lines[5], "v10@10        30     30     100 %      2400");
    assert_eq!(lines[6], "v15@6         30      0       0 %         0");
    let best = (ScreenKind::Terminal, "v10@10".parse().unwrap());
    assert_eq!(mirror.observer.best(), Some(best));
}

#[test]
fn a_profile_that_is_read_half_of_the_time_is_not_recommended() {
    let mut mirror = Mirror::new(53, 2);
    show_trials(&mut mirror, ScreenKind::Terminal).unwrap();
    let figures = mirror.observer.figures();
    assert_eq!(figures[0].percent(), 50);
    assert_eq!(mirror.observer.best(), None);
}

#[test]
fn the_key_that_ends_it_ends_it_and_the_reader_does_not_think_it_finished() {
    let mut mirror = Mirror::new(70, 1);
    mirror.end_after = Some(60);
    let shown = show_trials(&mut mirror, ScreenKind::Terminal).unwrap();
    assert_eq!(shown.len(), 1);
    assert!(!mirror.observer.is_finished());
}

#[test]
fn codes_of_a_real_transfer_are_foreign_to_the_test_opt_01() {
    let mut observer = Observer::default();
    let sender = crate::optical::Sender::new(b"a packet").unwrap();
    let texts = sender.frames(1).take(3).map(|frame| frame.to_text());
    observer.image(texts.chain(["not a frame".to_owned()]));
    assert_eq!((observer.foreign(), observer.codes()), (4, 0));
    assert_eq!(observer.figures(), []);
}

#[test]
fn a_source_that_is_no_camera_says_so() {
    let stop = AtomicBool::new(false);
    let from: Inbound = "file:/nowhere".parse().unwrap();
    let error = observe(&from, &stop, &mut |_| {}).unwrap_err();
    assert_eq!(error.code(), "E_IMAGE_NONE");
}
