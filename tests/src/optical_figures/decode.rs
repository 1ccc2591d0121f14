//! Codes read by pixels per module and level of the camera model, and how long it takes: our
//! reader following a code and starting anew, the plain `rqrr`, and `rxing`.
//! Knows nothing of how a code is found in an image.

use std::fmt::Write as _;

use transfer_format::optical::Density;

use super::verdict::Verdict;
use super::{Effort, Figures};
use crate::camera::Level;
use crate::camera::figures::{Contestant, Course, PIXELS_PER_MODULE, Score};

const LEVELS: [(Level, &str); 5] = [
    (Level::Synthetic, "L0"),
    (Level::Tripod, "L1"),
    (Level::HandHeld, "L2"),
    (Level::Poor, "L3"),
    (Level::Bad, "L4"),
];
/// Pixels per module and level at which nearly every image must be read.
const MUST_READ: [(f32, Level); 3] = [
    (2.5, Level::HandHeld),
    (3.0, Level::Poor),
    (4.0, Level::Poor),
];
const SHARE: f64 = 0.95;
/// Milliseconds that the middle image may take.
const MILLISECONDS: f64 = 12.0;

/// Share of the codes read and milliseconds per image of 1280 by 720.
pub fn figures(effort: Effort) -> Figures {
    let mut text = String::from(
        "Codes of version 20 read in 1280 by 720: share / median milliseconds of one core\n\n     px  level",
    );
    for contestant in Contestant::ALL {
        write!(text, " | {:13}", contestant.name()).expect("a String");
    }
    text.push('\n');
    let mut judged = Judged::default();
    for pixels in PIXELS_PER_MODULE {
        for (level, name) in LEVELS {
            let course = course(effort, must_read(pixels, level));
            let scores = course.run(pixels, level, &Contestant::ALL);
            write!(text, "{pixels:7.1}  {name:5}").expect("a String");
            for score in &scores {
                let cell = format!("{:4.2} / {:6.1}", score.success(), milliseconds(score));
                write!(text, " | {cell:13}").expect("a String");
            }
            text.push('\n');
            judged.note(pixels, level, name, &scores);
        }
    }
    text.push('\n');
    let behind = Verdict::at_most("places where rxing reads more", judged.behind.into(), 0.0);
    judged.verdicts.push(behind);
    Figures {
        text,
        verdicts: judged.verdicts,
    }
}

/// Where a share of 95 of 100 is asked for there are 120 images, elsewhere 30.
fn course(effort: Effort, must_read: bool) -> Course {
    let (clips, images) = match (effort, must_read) {
        (Effort::Full, true) => (24, 5),
        (Effort::Full, false) => (6, 5),
        (Effort::Quick, _) => (2, 3),
    };
    Course {
        density: Density::V20,
        clips,
        images,
        seed: 20_264,
    }
}

fn must_read(pixels: f32, level: Level) -> bool {
    MUST_READ
        .iter()
        .any(|(size, which)| (size - pixels).abs() < f32::EPSILON && *which == level)
}

fn milliseconds(score: &Score) -> f64 {
    score.median.as_secs_f64() * 1e3
}

#[derive(Default)]
struct Judged {
    verdicts: Vec<Verdict>,
    /// Places where `rxing` reads more than we do.
    behind: u32,
}

impl Judged {
    fn note(&mut self, pixels: f32, level: Level, name: &str, scores: &[Score]) {
        let of = |contestant| {
            let score = scores.iter().find(|score| score.contestant == contestant);
            score.expect("everybody took part")
        };
        let ours = of(Contestant::Tracked);
        let success = f64::from(ours.success());
        let rxing = f64::from(of(Contestant::Rxing).success());
        let place = format!("{pixels} px, {name}");
        if success < rxing {
            self.behind += 1;
        }
        if must_read(pixels, level) {
            let what = format!("share read at {place}");
            self.verdicts.push(Verdict::at_least(what, success, SHARE));
            let what = format!("milliseconds at {place}");
            let found = milliseconds(ours);
            self.verdicts
                .push(Verdict::at_most(what, found, MILLISECONDS));
        }
    }
}
