//! Which finder patterns belong to one code, and how large the code is.
//! Knows nothing of what the code says.

use super::finder::{Finder, module_along};
use super::grey::Grey;
use super::layout::side;
use super::number::real;
use super::perspective::{FINDER_MIDDLE, Perspective, Point};

/// Triples that are looked at in one image.
const MAX_TRIPLES: usize = 40;

/// A code that may be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) version: u8,
    pub(super) map: Perspective,
}

/// Three finder patterns that lie as those of a code: the corner, then right of it, then below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Triple {
    pub(super) finders: [Finder; 3],
    unlikeliness: f32,
}

/// Triples that may be codes, the likeliest first.
pub(super) fn triples(finders: &[Finder]) -> Vec<Triple> {
    // A pattern is never two corners at once: the distance between them would be none.
    let two = |corner: Finder, right: Finder| {
        finders
            .iter()
            .filter_map(move |below| triple([corner, right, *below]))
    };
    let one = |corner: Finder| finders.iter().flat_map(move |right| two(corner, *right));
    let mut triples: Vec<Triple> = finders.iter().flat_map(|corner| one(*corner)).collect();
    triples.sort_by(|one, other| one.unlikeliness.total_cmp(&other.unlikeliness));
    triples.truncate(MAX_TRIPLES);
    triples
}

fn triple(finders: [Finder; 3]) -> Option<Triple> {
    let [corner, right, below] = finders;
    let across = right.middle.minus(corner.middle);
    let down = below.middle.minus(corner.middle);
    let (width, height) = (across.length(), down.length());
    // Seen from the front the way from right to below turns clockwise; a mirrored code is found
    // with the two exchanged and told apart by the decoder.
    if across.cross(down) <= 0.0 || width > height * 1.7 || height > width * 1.7 {
        return None;
    }
    let skew = across.dot(down) / (width * height);
    let sizes = finders.map(|finder| finder.module);
    let [a, b, c] = sizes;
    let (least, most) = (a.min(b).min(c), a.max(b).max(c));
    let modules = (width + height) / (a + b + c) * 1.5;
    if skew.abs() > 0.5 || most > least * 1.7 || !(9.0..=260.0).contains(&modules) {
        return None;
    }
    let ratio = (width / height).ln().abs();
    Some(Triple {
        finders,
        unlikeliness: skew.abs() + ratio + (most / least).ln() + modules / 400.0,
    })
}

/// What three finder patterns tell about the plane they lie in.
struct Frame {
    middles: [Point; 3],
    /// Modules between the finder patterns, as far as their sizes tell.
    estimate: f32,
    depths: [f32; 2],
}

fn frame(image: &Grey, triple: &Triple) -> Frame {
    let [corner, right, below] = &triple.finders;
    let measure = |from: &Finder, to: &Finder| {
        let way = to.middle.minus(from.middle);
        let length = way.length().max(1.0);
        let direction = way.times(1.0 / length);
        // A way at an angle through the pattern is longer than the module is wide.
        let slant = direction.x.abs().max(direction.y.abs());
        let module = |finder: &Finder| {
            module_along(image, finder, direction).unwrap_or(finder.module * slant)
        };
        let (near, far) = (module(from), module(to));
        // A perspective map of a line: its length in modules is the length in pixels over the
        // geometric mean of the scales at its ends; the depths are as the roots of the scales.
        (length / (near * far).sqrt(), (near / far).sqrt())
    };
    let (across, right_depth) = measure(corner, right);
    let (down, below_depth) = measure(corner, below);
    Frame {
        middles: triple.finders.map(|finder| finder.middle),
        estimate: across.midpoint(down),
        depths: [right_depth, below_depth].map(|depth| depth.clamp(0.6, 1.6)),
    }
}

/// The versions whose timing patterns are where they should be, the clearest first.
pub(super) fn candidates(image: &Grey, triple: &Triple) -> Vec<Candidate> {
    let frame = frame(image, triple);
    let mut rated: Vec<(f32, Candidate)> = (1..=40_u8)
        .filter_map(|version| {
            let modules = real(side(version));
            let between = modules - 2.0 * FINDER_MIDDLE;
            let difference = (between - frame.estimate).abs();
            if difference > (frame.estimate * 0.12).max(4.5) {
                return None;
            }
            let (score, map) = best_depths(image, &frame, modules);
            let candidate = Candidate { version, map };
            (score > 0.3).then_some((score - 0.01 * difference, candidate))
        })
        .collect();
    rated.sort_by(|one, other| other.0.total_cmp(&one.0));
    let ordered = rated.into_iter().map(|(_, candidate)| candidate);
    ordered.take(2).collect()
}

/// Tries depths near those measured: a timing pattern shows a small error in the middle of a long
/// line at once.
fn best_depths(image: &Grey, frame: &Frame, modules: f32) -> (f32, Perspective) {
    let [right, below] = frame.depths;
    let build =
        |right: f32, below: f32| Perspective::from_finders(frame.middles, modules, [right, below]);
    let mut best = (right, f32::MIN);
    let rate = |depths: [f32; 2], direction: Direction, value: f32, best: &mut (f32, f32)| {
        let [right, below] = depths;
        let score = timing_score(image, &build(right, below), modules, direction);
        if score > best.1 {
            *best = (value, score);
        }
    };
    let changes = (-6_i8..=6).map(|step| 1.0 + f32::from(step) * 0.01);
    for change in changes.clone() {
        let value = right * change;
        rate([value, below], Direction::Across, value, &mut best);
    }
    let (right, across) = best;
    let mut best = (below, f32::MIN);
    for change in changes {
        let value = below * change;
        rate([right, value], Direction::Down, value, &mut best);
    }
    let (below, down) = best;
    (across.min(down), build(right, below))
}

#[derive(Debug, Clone, Copy)]
enum Direction {
    Across,
    Down,
}

/// How clearly dark and light alternate along a timing pattern: 1 is perfect, 0 is chance.
fn timing_score(image: &Grey, map: &Perspective, modules: f32, direction: Direction) -> f32 {
    let line = 6.5;
    let value = |place: f32| {
        let module = match direction {
            Direction::Across => Point::new(place, line),
            Direction::Down => Point::new(line, place),
        };
        image.at(map.pixel(module))
    };
    // Module 8 is dark, then they alternate.
    let (mut place, end) = (8.5, modules - 8.0);
    let (mut before, mut here) = (value(place - 1.0), value(place));
    let (mut sum, mut total) = (0.0, f32::MIN_POSITIVE);
    let mut sign = 1.0;
    while place < end {
        let next = value(place + 1.0);
        let darker = before + next - 2.0 * here;
        sum += sign * darker;
        total += darker.abs();
        sign = -sign;
        (before, here) = (here, next);
        place += 1.0;
    }
    sum / total
}
