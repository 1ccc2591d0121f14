//! Seconds until a packet is there: a screen that changes, and a camera with a rolling shutter.
//! Knows nothing of the images themselves: a capture is whole or mixed, and a whole one is read
//! with a fixed chance, the same for every scheme.

use std::fmt::Write as _;

use transfer_format::optical::Density;

use super::chance::{Chance, Sample};
use super::schemes::{BcUr, OneSymbolPerFrame, Ours, Scheme};
use super::verdict::Verdict;
use super::{Effort, Figures};

const LENGTHS: [usize; 4] = [2_000, 10_000, 50_000, 200_000];
const SEED: u64 = 20_262;
/// Seconds between two captures of a webcam with 30 images a second.
const CAPTURE: f64 = 1.0 / 30.0;
/// Seconds from the first to the last line of one capture.
const READ_OUT: f64 = 0.028;
/// Seconds a line is exposed.
const EXPOSURE: f64 = 0.015;
/// Seconds a screen takes to draw from top to bottom.
const SCAN_OUT: f64 = 1.0 / 60.0;
/// Where the code begins and ends, in shares of the picture's height.
const CODE: (f64, f64) = (0.1, 0.9);
/// Share of a line's light that must come from one frame.
const CLEAR: f64 = 0.95;
/// Share of the code's lines that may be less clear: level L corrects 7 % of the code words.
const UNCLEAR: f64 = 0.02;
/// Nobody films longer.
const MOST_CAPTURES: u32 = 1_000_000;
/// Lines looked at.
const LINES: u32 = 60;
/// Chance that a whole capture is read: hand-held, level L2.
const READ: f64 = 0.9;

/// Seconds to deliver 2, 10, 50 and 200 KB.
pub fn figures(effort: Effort) -> Figures {
    let mut text = String::from(
        "Seconds to deliver, median / 95th percentile; webcam of 30 images/s, read-out 28 ms,\n\
         exposure 15 ms, screen of 60 Hz; a whole capture is read with chance 0.9.\n\n",
    );
    for rate in [5, 10, 12, 15, 20, 30] {
        let share = seen_once(rate, effort);
        writeln!(
            text,
            "at {rate:2} frames/s {share:.2} of the frames are captured whole"
        )
        .expect("a String");
    }
    writeln!(
        text,
        "\n{:28}{:>14}{:>14}{:>14}{:>14}",
        "", "2 KB", "10 KB", "50 KB", "200 KB"
    )
    .expect("a String");
    let mut medians_at_50_kb = Vec::new();
    for (name, rate, scheme) in SCHEMES {
        write!(text, "{name:28}").expect("a String");
        for length in LENGTHS {
            let sample = deliver(&*scheme(length), rate, length, effort);
            write!(text, "{:7.2}/{:6.2}", sample.median(), sample.p95()).expect("a String");
            if length == 50_000 {
                medians_at_50_kb.push(sample.median());
            }
        }
        text.push('\n');
    }
    text.push('\n');
    let (ours, bc_ur, parity) = (
        medians_at_50_kb[1],
        medians_at_50_kb[3],
        medians_at_50_kb[4],
    );
    let verdicts = vec![
        Verdict::at_most(
            "50 KB, ours v27 / BC-UR at wallet settings",
            ours / bc_ur,
            1.0 / 15.0,
        ),
        Verdict::at_most(
            "50 KB, ours v27 / Parity Signer's settings",
            ours / parity,
            0.8,
        ),
    ];
    Figures { text, verdicts }
}

type Make = fn(usize) -> Box<dyn Scheme>;

/// Name, frames a second, scheme.
const SCHEMES: [(&str, u32, Make); 5] = [
    ("ours v20, 15/s", 15, |length| ours(length, Density::V20)),
    ("ours v27, 15/s", 15, |length| ours(length, Density::V27)),
    ("ours v40, 15/s", 15, |length| ours(length, Density::V40)),
    ("BC-UR 400 B, 5/s", 5, |length| {
        Box::new(BcUr::new(packet(length), 400))
    }),
    ("RaptorQ 1072 B, 15/s", 15, |length| {
        Box::new(OneSymbolPerFrame::new(&packet(length), 1_072))
    }),
];

fn ours(length: usize, density: Density) -> Box<dyn Scheme> {
    Box::new(Ours::new(packet(length), density))
}

fn packet(length: usize) -> Vec<u8> {
    Chance::new(SEED, 0).bytes(length)
}

fn deliver(scheme: &dyn Scheme, rate: u32, length: usize, effort: Effort) -> Sample {
    let trials = effort.trials(if length > 50_000 { 60 } else { 200 });
    Sample::new((0..trials).map(|trial| {
        let mut chance = Chance::new(SEED, trial);
        let mut receiver = scheme.receiver();
        let joined = chance.below(scheme.loop_length());
        let phase = chance.share() / f64::from(rate);
        let captures = (0_u32..MOST_CAPTURES)
            .find(|capture| {
                let time = phase + f64::from(*capture) * CAPTURE;
                let read = chance.share() < READ;
                let frame = whole_frame(time, rate).filter(|_| read);
                frame.is_some_and(|number| receiver.take(joined + number))
            })
            .expect("a packet within any patience");
        f64::from(captures + 1) * CAPTURE + READ_OUT
    }))
}

/// The number of the frame that a capture begun at `time` shows whole, if any.
fn whole_frame(time: f64, rate: u32) -> Option<usize> {
    let period = 1.0 / f64::from(rate);
    let first = (((time + READ_OUT) / period).ceil()).max(1.0) - 1.0;
    [first, first - 1.0]
        .into_iter()
        .filter(|frame| *frame >= 0.0)
        .find_map(|frame| {
            let clear = (0..LINES).filter(|line| {
                let height = CODE.0 + (CODE.1 - CODE.0) * f64::from(*line) / f64::from(LINES - 1);
                let end = time + READ_OUT * height + EXPOSURE;
                let begin = end - EXPOSURE;
                let shown = frame * period + SCAN_OUT * height;
                let lit = end.min(shown + period) - begin.max(shown);
                lit >= CLEAR * EXPOSURE
            });
            let clear = u32::try_from(clear.count()).expect("at most LINES");
            let enough = f64::from(clear) >= (1.0 - UNCLEAR) * f64::from(LINES);
            enough.then(|| number_of(frame))
        })
}

/// Frames are counted in floating point above and as numbers elsewhere.
fn number_of(frame: f64) -> usize {
    let (mut low, mut high) = (0_u32, MOST_CAPTURES);
    while low < high {
        let middle = low.midpoint(high);
        if f64::from(middle) < frame - 0.5 {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    usize::try_from(low).expect("a count")
}

/// Share of the frames shown that at least one capture shows whole.
fn seen_once(rate: u32, effort: Effort) -> f64 {
    let mut chance = Chance::new(SEED, rate);
    let (mut shown, mut seen) = (0_u32, 0_u32);
    for _ in 0..effort.trials(400) {
        let phase = chance.share() / f64::from(rate);
        let captures = (0..60_u32).map(|capture| {
            // No clock is exact: a tenth of a thousandth apart.
            phase + f64::from(capture) * CAPTURE * 1.0001
        });
        let frames: std::collections::BTreeSet<usize> = captures
            .filter_map(|time| whole_frame(time, rate))
            .collect();
        shown += 2 * rate - 2;
        let inside = 1..usize::try_from(2 * rate - 1).expect("a count");
        seen += u32::try_from(frames.iter().filter(|frame| inside.contains(frame)).count())
            .expect("a count");
    }
    f64::from(seen) / f64::from(shown)
}
