//! Finder patterns in an image: places where dark and light follow as 1 : 1 : 3 : 1 : 1, along a
//! row and along a column (ISO/IEC 18004 §12, step b).
//!
//! Edges are placed between pixels, so that modules of two pixels are enough.
//! Knows nothing of which patterns belong to one code.

use super::grey::Grey;
use super::number::real;
use super::perspective::Point;

/// Pixels along one side of a block with a threshold of its own.
const BLOCK: usize = 8;

/// Grey values between dark and light below which nothing is there.
const LEAST_CONTRAST: u8 = 14;

/// Places looked at more closely in one image: so many at least, one more for so many pixels, and
/// so many at most.
const MIN_CHECKS: usize = 1_000;
const PIXELS_PER_CHECK: usize = 128;
const MAX_CHECKS: usize = 6_000;

/// Finder patterns kept of one image.
const MAX_FINDERS: usize = 48;

/// The middle of what looks like a finder pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finder {
    pub(super) middle: Point,
    /// A seventh of the way through it along rows and columns, in pixels.
    pub(super) module: f32,
    /// The grey value between dark and light.
    pub(super) threshold: f32,
    votes: u32,
}

/// The finder patterns of an image, those seen in most rows first.
pub(super) fn finders(image: &Grey) -> Vec<Finder> {
    let thresholds = thresholds(image);
    let across = image.width().div_ceil(BLOCK);
    let mut search = Search {
        image,
        found: Vec::new(),
        near: Vec::new(),
        checks: checks(image),
    };
    for (y, row) in image.rows().enumerate().skip(1).step_by(2) {
        let start = y.div_euclid(BLOCK).saturating_mul(across);
        let end = start.saturating_add(across);
        let limits = thresholds.get(start..end).unwrap_or_default();
        search.scan(real(y) + 0.5, row, limits);
    }
    search.found.append(&mut search.near);
    let mut found = search.found;
    found.sort_by_key(|finder| std::cmp::Reverse(finder.votes));
    found.truncate(MAX_FINDERS);
    found
}

fn checks(image: &Grey) -> usize {
    let pixels = image.width().saturating_mul(image.height());
    let more = pixels.div_euclid(PIXELS_PER_CHECK);
    MIN_CHECKS.saturating_add(more).min(MAX_CHECKS)
}

/// For each block the middle between the darkest and the lightest pixel near it; 0 where they are
/// too close.
fn thresholds(image: &Grey) -> Vec<u8> {
    let across = image.width().div_ceil(BLOCK);
    let mut extremes = Vec::new();
    let rows: Vec<&[u8]> = image.rows().collect();
    for band in rows.chunks(BLOCK) {
        let mut line = vec![(u8::MAX, u8::MIN); across];
        for row in band {
            for ((low, high), block) in line.iter_mut().zip(row.chunks(BLOCK)) {
                *low = block.iter().fold(*low, |low, value| low.min(*value));
                *high = block.iter().fold(*high, |high, value| high.max(*value));
            }
        }
        extremes.extend(line);
    }
    let widened = widened_by_two(&extremes, across);
    let widened = widened.into_iter().map(|(low, high)| {
        if high.saturating_sub(low) < LEAST_CONTRAST {
            0
        } else {
            low.midpoint(high)
        }
    });
    widened.collect()
}

/// The extremes of all blocks at most two away.
fn widened_by_two(extremes: &[(u8, u8)], across: usize) -> Vec<(u8, u8)> {
    let join = |blocks: &mut dyn Iterator<Item = (u8, u8)>| {
        blocks.fold((u8::MAX, u8::MIN), |sum, one| {
            (sum.0.min(one.0), sum.1.max(one.1))
        })
    };
    let mut rows = Vec::with_capacity(extremes.len());
    for line in extremes.chunks(across.max(1)) {
        for column in 0..line.len() {
            let near = line.iter().skip(column.saturating_sub(2));
            let count = column.min(2).saturating_add(3);
            rows.push(join(&mut near.take(count).copied()));
        }
    }
    (0..rows.len())
        .map(|index| {
            let column = index.checked_rem(across).unwrap_or(0);
            let row = index.checked_div(across).unwrap_or(0);
            let first = row.saturating_sub(2);
            let near = (first..=row.saturating_add(2))
                .filter_map(|row| rows.get(row.saturating_mul(across).saturating_add(column)));
            join(&mut near.copied())
        })
        .collect()
}

struct Search<'a> {
    image: &'a Grey,
    /// Patterns that lie above the present row.
    found: Vec<Finder>,
    /// Patterns that the present row may cross. Only these are compared with a new one: an image
    /// full of patterns has thousands.
    near: Vec<Finder>,
    /// Places that may still be looked at more closely.
    checks: usize,
}

impl Search<'_> {
    fn scan(&mut self, y: f32, row: &[u8], limits: &[u8]) {
        let passed = |finder: &mut Finder| finder.middle.y + finder.module * 2.0 < y;
        self.found.extend(self.near.extract_if(.., passed));
        let mut line = Line::new();
        for (block, (pixels, limit)) in row.chunks(BLOCK).zip(limits).enumerate() {
            let left = real(block.saturating_mul(BLOCK));
            for edges in line.patterns(left, pixels, *limit) {
                self.check(&edges, y, f32::from(*limit));
            }
        }
    }

    /// Looks at a place along its column and its row.
    fn check(&mut self, edges: &[f32; 6], y: f32, threshold: f32) {
        let place = Point::new(middle(edges), y);
        let known = self.near.iter_mut().find(|finder| {
            let (way, reach) = (finder.middle.minus(place), finder.module * 2.0);
            way.x.abs() < reach && way.length() < reach
        });
        if let Some(finder) = known {
            finder.votes = finder.votes.saturating_add(1);
            return;
        }
        let Some(checks) = self.checks.checked_sub(1) else {
            return;
        };
        self.checks = checks;
        let reach = width(edges) * 1.5;
        let Some(column) = profile(self.image, place, Point::new(0.0, 1.0), threshold, reach)
        else {
            return;
        };
        let place = Point::new(place.x, place.y + middle(&column));
        let Some(row) = profile(self.image, place, Point::new(1.0, 0.0), threshold, reach) else {
            return;
        };
        let place = Point::new(place.x + middle(&row), place.y);
        let (wide, high) = (width(&row), width(&column));
        if !is_pattern(&column) || !is_pattern(&row) || wide > high * 1.8 || high > wide * 1.8 {
            return;
        }
        self.near.push(Finder {
            middle: place,
            module: (wide + high) / 14.0,
            threshold,
            votes: 1,
        });
    }
}

/// A way along a row: what was seen last.
struct Line {
    edges: [f32; 6],
    dark: bool,
    before: u8,
}

impl Line {
    const fn new() -> Self {
        Self {
            edges: [f32::NEG_INFINITY; 6],
            dark: false,
            before: u8::MAX,
        }
    }

    /// The edges of patterns that end among the next pixels.
    fn patterns(&mut self, left: f32, pixels: &[u8], limit: u8) -> Vec<[f32; 6]> {
        let mut found = Vec::new();
        if pixels.iter().all(|value| (*value < limit) == self.dark) {
            self.before = pixels.last().copied().unwrap_or(self.before);
            return found;
        }
        for (offset, value) in pixels.iter().enumerate() {
            if (*value < limit) != self.dark {
                self.dark = !self.dark;
                let edge = left + real(offset) - 0.5 + crossing(self.before, *value, limit);
                let [_, rest @ ..] = self.edges;
                let [second, third, fourth, fifth, last] = rest;
                self.edges = [second, third, fourth, fifth, last, edge];
                let ends = !self.dark && is_pattern(&self.edges);
                found.extend(ends.then_some(self.edges));
            }
            self.before = *value;
        }
        found
    }
}

/// The part of a pixel at which the value `limit` lies between two pixels.
fn crossing(before: u8, after: u8, limit: u8) -> f32 {
    let (before, after) = (f32::from(before), f32::from(after));
    // A pixel is dark if it is below the limit: the edge lies half a grey value lower.
    let share = (f32::from(limit) - 0.5 - before) / (after - before);
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.5
    }
}

fn width(edges: &[f32; 6]) -> f32 {
    let [first, .., last] = edges;
    last - first
}

fn middle(edges: &[f32; 6]) -> f32 {
    let [_, _, left, right, _, _] = edges;
    (left + right) / 2.0
}

/// Whether five runs between six edges are about 1 : 1 : 3 : 1 : 1.
fn is_pattern(edges: &[f32; 6]) -> bool {
    let [first, second, third, fourth, fifth, last] = edges;
    let module = (last - first) / 7.0;
    let narrow = |run: f32| run > module * 0.4 && run < module * 1.75;
    let wide = fourth - third;
    module > 1.0
        && module.is_finite()
        && narrow(second - first)
        && narrow(third - second)
        && wide > module * 2.0
        && wide < module * 4.2
        && narrow(fifth - fourth)
        && narrow(last - fifth)
}

/// The six edges of a finder pattern on a line through its middle, as distances from there.
pub(super) fn profile(
    image: &Grey,
    middle: Point,
    direction: Point,
    threshold: f32,
    reach: f32,
) -> Option<[f32; 6]> {
    let [fourth, fifth, last] = edges_towards(image, middle, direction, threshold, reach)?;
    let back = direction.times(-1.0);
    let [third, second, first] = edges_towards(image, middle, back, threshold, reach)?;
    Some([-first, -second, -third, fourth, fifth, last])
}

/// Distances of the first three edges from a dark place.
fn edges_towards(
    image: &Grey,
    middle: Point,
    direction: Point,
    threshold: f32,
    reach: f32,
) -> Option<[f32; 3]> {
    const STEP: f32 = 0.5;
    let mut edges = [0.0; 3];
    let mut remaining = edges.iter_mut();
    let mut edge = remaining.next()?;
    let mut dark = true;
    let mut before = image.at(middle);
    if before >= threshold {
        return None;
    }
    let mut distance = 0.0;
    while distance < reach {
        distance += STEP;
        let place = middle.plus(direction.times(distance));
        if !image.contains(place) {
            return None;
        }
        let value = image.at(place);
        if (value < threshold) != dark {
            dark = !dark;
            *edge = distance - STEP * (value - threshold) / (value - before);
            match remaining.next() {
                Some(next) => edge = next,
                None => return Some(edges),
            }
        }
        before = value;
    }
    None
}

/// Pixels of one module of a finder pattern along a line through its middle, measured between
/// edges of the same kind, which blur and a wrong threshold move alike.
pub(super) fn module_along(image: &Grey, finder: &Finder, direction: Point) -> Option<f32> {
    let reach = finder.module * 10.0;
    let edges = profile(image, finder.middle, direction, finder.threshold, reach)?;
    let [first, second, _, _, fifth, last] = edges;
    is_pattern(&edges).then_some(((fifth - first) + (last - second)) / 12.0)
}

impl Finder {
    /// The same pattern in an image `scale` times as large.
    pub(super) fn enlarged(self, scale: f32) -> Self {
        Self {
            middle: self.middle.times(scale),
            module: self.module * scale,
            ..self
        }
    }
}
