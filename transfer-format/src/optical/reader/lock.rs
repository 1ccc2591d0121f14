//! Where exactly every module of a code is: finder and alignment patterns are looked for in small
//! windows, a perspective map is fitted to them, and what it leaves over is spread between them.
//! Knows nothing of what the code says.

use super::grey::Grey;
use super::layout::{alignment_lines, pairs, side};
use super::number::real;
use super::pattern::Pattern;
use super::perspective::{FINDER_MIDDLE, Match, Perspective, Point};

/// Likeness from which a pattern counts as found.
const FOUND: f32 = 0.55;

/// How far from where they should be the patterns may lie, in modules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) finders: f32,
    pub(super) alignments: f32,
}

/// A code whose place in an image is known.
#[derive(Debug, Clone)]
pub(super) struct Lock {
    pub(super) version: u8,
    pub(super) map: Perspective,
    lines: Vec<f32>,
    residuals: Vec<Point>,
}

impl Lock {
    /// Finds the patterns of a code near where `map` puts them.
    pub(super) fn find(image: &Grey, version: u8, map: &Perspective, reach: Reach) -> Option<Self> {
        let modules = real(side(version));
        let (map, mut matches) = finders(image, map, modules, reach.finders)?;
        let lines: Vec<f32> = alignment_lines(version)
            .into_iter()
            .map(|line| real(line) + 0.5)
            .collect();
        let nodes = Nodes::find(image, &map, &lines, reach.alignments);
        matches.extend(nodes.matches(&map, &lines));
        let fitted = robust(&matches, modules).unwrap_or(map);
        let residuals = nodes.residuals(&fitted, &lines, &map);
        let map = fitted;
        Some(Self {
            version,
            map,
            lines,
            residuals,
        })
    }

    /// Where a place of the code is in the image.
    pub(super) fn pixel(&self, module: Point) -> Point {
        let count = self.lines.len();
        let place = self.map.pixel(module);
        if count < 2 {
            return place;
        }
        let (column, across) = self.cell(module.x);
        let (row, down) = self.cell(module.y);
        let residual = |row: usize, column: usize| {
            let index = row.saturating_mul(count).saturating_add(column);
            self.residuals.get(index).copied().unwrap_or(Point::ZERO)
        };
        let between =
            |one: Point, other: Point, share: f32| one.plus(other.minus(one).times(share));
        let (right, below) = (column.saturating_add(1), row.saturating_add(1));
        let upper = between(residual(row, column), residual(row, right), across);
        let lower = between(residual(below, column), residual(below, right), across);
        place.plus(between(upper, lower, down))
    }

    /// Between which lines a place is, and how far on the way from one to the next.
    fn cell(&self, place: f32) -> (usize, f32) {
        let last = self.lines.len().saturating_sub(2);
        let behind = self.lines.iter().filter(|line| **line <= place).count();
        let cell = behind.saturating_sub(1).min(last);
        let line = |index: usize| self.lines.get(index).copied().unwrap_or(0.0);
        let (from, to) = (line(cell), line(cell.saturating_add(1)));
        (
            cell,
            ((place - from) / (to - from).max(1.0)).clamp(0.0, 1.0),
        )
    }
}

/// The map moved to where the finder patterns are.
fn finders(
    image: &Grey,
    map: &Perspective,
    modules: f32,
    reach: f32,
) -> Option<(Perspective, Vec<Match>)> {
    let far = modules - FINDER_MIDDLE;
    let near = FINDER_MIDDLE;
    let places = [(near, near), (far, near), (near, far)].map(|(x, y)| Point::new(x, y));
    let pattern = Pattern::finder();
    let mut matches = Vec::new();
    for module in places {
        let (pixel, likeness) = pattern.find(image, map.pixel(module), map.steps(module), reach);
        if likeness < FOUND {
            return None;
        }
        let weight = 1.0;
        matches.push(Match {
            module,
            pixel,
            weight,
        });
    }
    let [first, second, third] = matches.first_chunk::<3>()?;
    let [corner, right, below] = places;
    let depth = map.depth(corner);
    let map = Perspective::from_finders(
        [first.pixel, second.pixel, third.pixel],
        modules,
        [map.depth(right) / depth, map.depth(below) / depth],
    );
    Some((map, matches))
}

/// The crossings of the alignment lines: how far from the map the pattern there was seen.
struct Nodes {
    count: usize,
    offsets: Vec<Option<Point>>,
}

impl Nodes {
    fn find(image: &Grey, map: &Perspective, lines: &[f32], reach: f32) -> Self {
        let count = lines.len();
        let mut nodes = Self {
            count,
            offsets: Vec::with_capacity(count.saturating_mul(count)),
        };
        let pattern = Pattern::alignment();
        let last = count.saturating_sub(1);
        for (column, row) in pairs(&(0..count).collect::<Vec<_>>()) {
            let corner = [(0, 0), (last, 0), (0, last)].contains(&(column, row));
            let offset = if corner {
                // The finder patterns hold the map in place here.
                Some(Point::ZERO)
            } else {
                nodes.look(image, map, &pattern, (column, row), lines, reach)
            };
            nodes.offsets.push(offset);
        }
        nodes
    }

    fn offset(&self, column: usize, row: usize) -> Option<Point> {
        let index = row.checked_mul(self.count)?.checked_add(column)?;
        self.offsets.get(index).copied().flatten()
    }

    /// What the neighbours that were found lead to expect.
    fn expected(&self, column: usize, row: usize) -> Point {
        let before = |place: usize, by: usize| place.checked_sub(by);
        let at = |column: Option<usize>, row: Option<usize>| {
            column
                .zip(row)
                .and_then(|(column, row)| self.offset(column, row))
        };
        let left = at(before(column, 1), Some(row));
        let up = at(Some(column), before(row, 1));
        let across = at(before(column, 1), before(row, 1));
        match (left, up, across) {
            (Some(left), Some(up), Some(across)) => left.plus(up).minus(across),
            (Some(one), Some(other), None) => one.plus(other).times(0.5),
            (Some(one), None, _) | (None, Some(one), _) | (None, None, Some(one)) => one,
            (None, None, None) => Point::ZERO,
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "where, in what, and for what to look"
    )]
    fn look(
        &self,
        image: &Grey,
        map: &Perspective,
        pattern: &Pattern,
        (column, row): (usize, usize),
        lines: &[f32],
        reach: f32,
    ) -> Option<Point> {
        let module = Point::new(*lines.get(column)?, *lines.get(row)?);
        let place = map.pixel(module);
        let start = place.plus(self.expected(column, row));
        let (pixel, likeness) = pattern.find(image, start, map.steps(module), reach);
        (likeness >= FOUND).then(|| pixel.minus(place))
    }

    fn matches(&self, map: &Perspective, lines: &[f32]) -> Vec<Match> {
        self.found(lines)
            .into_iter()
            .map(|(module, offset)| Match {
                module,
                pixel: map.pixel(module).plus(offset),
                weight: 0.5,
            })
            .collect()
    }

    /// Patterns that were really looked for and found.
    fn found(&self, lines: &[f32]) -> Vec<(Point, Point)> {
        let last = self.count.saturating_sub(1);
        pairs(&(0..self.count).collect::<Vec<_>>())
            .zip(&self.offsets)
            .filter(|(place, _)| ![(0, 0), (last, 0), (0, last)].contains(place))
            .filter_map(|((column, row), offset)| {
                let module = Point::new(*lines.get(column)?, *lines.get(row)?);
                offset.map(|offset| (module, offset))
            })
            .collect()
    }
}

impl Nodes {
    /// What the fitted map leaves over at each crossing; where nothing was found, what the
    /// crossings beside it have.
    fn residuals(&self, map: &Perspective, lines: &[f32], before: &Perspective) -> Vec<Point> {
        let limit = 1.5;
        let known: Vec<Option<Point>> = pairs(&(0..self.count).collect::<Vec<_>>())
            .zip(&self.offsets)
            .map(|((column, row), offset)| {
                let module = Point::new(*lines.get(column)?, *lines.get(row)?);
                let [right, _] = map.steps(module);
                let pixel = before.pixel(module).plus((*offset)?);
                let residual = pixel.minus(map.pixel(module));
                (residual.length() < right.length() * limit).then_some(residual)
            })
            .collect();
        known
            .iter()
            .enumerate()
            .map(|(index, residual)| residual.unwrap_or_else(|| beside(&known, self.count, index)))
            .collect()
    }
}

/// The mean of what the crossings beside one have.
fn beside(known: &[Option<Point>], count: usize, index: usize) -> Point {
    let neighbours = [
        index.checked_sub(1),
        index.checked_add(1),
        index.checked_sub(count),
        index.checked_add(count),
    ];
    let (mut sum, mut found) = (Point::ZERO, 0.0);
    for residual in neighbours.into_iter().flatten() {
        if let Some(Some(residual)) = known.get(residual) {
            sum = sum.plus(*residual);
            found += 1.0;
        }
    }
    sum.times(1.0 / f32::max(found, 1.0))
}

/// The map through matches; those that lie far from it lose their say.
fn robust(matches: &[Match], modules: f32) -> Option<Perspective> {
    // Eight unknowns: with three finder patterns and less than two others the map stays as it is.
    if matches.len() < 5 {
        return (matches.len() == 4)
            .then(|| Perspective::fitted(matches, modules))
            .flatten();
    }
    let mut matches = matches.to_vec();
    let mut map = Perspective::fitted(&matches, modules)?;
    for _ in 0..2 {
        for one in &mut matches {
            let [right, _] = map.steps(one.module);
            let distance =
                map.pixel(one.module).minus(one.pixel).length() / right.length().max(0.5);
            one.weight = 1.0 / (1.0 + (distance / 0.35).powi(4));
        }
        map = Perspective::fitted(&matches, modules)?;
    }
    Some(map)
}

impl Lock {
    /// The middle of the first finder pattern in the image.
    pub(super) fn corner(&self) -> Point {
        self.map.pixel(Point::new(FINDER_MIDDLE, FINDER_MIDDLE))
    }

    /// Whether a place in the image lies in one of the finder patterns.
    pub(super) fn covers(&self, place: Point) -> bool {
        let (near, far) = (FINDER_MIDDLE, real(side(self.version)) - FINDER_MIDDLE);
        [(near, near), (far, near), (near, far)]
            .into_iter()
            .any(|(x, y)| {
                let module = Point::new(x, y);
                let [right, down] = self.map.steps(module);
                let distance = self.map.pixel(module).minus(place).length();
                distance < right.length().max(down.length()) * 3.0
            })
    }
}
