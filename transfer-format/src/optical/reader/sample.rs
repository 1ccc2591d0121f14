//! Which modules are dark: grey values of all modules, a local threshold, and an equaliser that
//! learns from the code itself what blur and motion did to it.
//! Knows nothing of how modules carry data.

use super::grey::Grey;
use super::layout::{BORDER, Layout};
use super::lock::Lock;
use super::number::{LeastSquares, real};
use super::perspective::Point;

/// Modules to each side that make up a local mean.
const NEAR: usize = 4;

/// Strength of the first equaliser: how much of a module's difference from its neighbours is
/// added to it.
const STRENGTH: f32 = 0.5;

/// Neighbours that the learned equaliser weighs: those at most two steps away.
const TAPS: usize = 13;

/// One module in so many is learned from.
const LEARNED: usize = 3;

/// The taps, the mean of the decisions near, and a constant.
const FEATURES: usize = TAPS + 2;

/// The modules of a code and of its border: dark is positive.
pub(super) struct Modules {
    layout: Layout,
    /// Grey values freed of light and contrast.
    signals: Vec<f32>,
    /// What they are taken for.
    decisions: Vec<f32>,
}

impl Modules {
    /// Looks at the middle of each module of a code.
    pub(super) fn of(image: &Grey, lock: &Lock) -> Self {
        let layout = Layout::of(lock.version);
        let signals = normal(&greys(image, lock, layout.width()), layout.width());
        let mut modules = Self {
            decisions: signals.clone(),
            signals,
            layout,
        };
        modules.decisions = modules.sharpened();
        modules
    }

    /// Share of the modules known beforehand that came out wrong.
    pub(super) fn wrong(&self) -> f32 {
        let width = self.layout.width();
        let inner = width.saturating_sub(BORDER.saturating_mul(2));
        let known = self.layout.known().chunks_exact(width);
        let lines = known.zip(self.decisions.chunks_exact(width));
        let (mut wrong, mut all) = (0.0, 1.0);
        for (known, decided) in lines.skip(BORDER).take(inner) {
            let modules = known.iter().zip(decided).skip(BORDER).take(inner);
            for (dark, value) in modules.filter_map(|(known, value)| Some(((*known)?, value))) {
                all += 1.0;
                wrong += f32::from(u8::from(dark != (*value > 0.0)));
            }
        }
        wrong / all
    }

    /// Modules along one side, without the border.
    pub(super) fn side(&self) -> usize {
        self.layout.width().saturating_sub(BORDER.saturating_mul(2))
    }

    /// Whether a module is dark.
    pub(super) fn is_dark(&self, column: usize, row: usize) -> bool {
        let index = row
            .saturating_add(BORDER)
            .saturating_mul(self.layout.width())
            .saturating_add(column)
            .saturating_add(BORDER);
        self.decisions.get(index).is_some_and(|value| *value > 0.0)
    }

    /// Learns from the decisions so far, and decides anew.
    pub(super) fn learn(&mut self) {
        let known = self.layout.known();
        let targets: Vec<f32> = known
            .iter()
            .zip(&self.decisions)
            .map(|(known, value)| {
                let dark = known.unwrap_or(*value > 0.0);
                if dark { 1.0 } else { -1.0 }
            })
            .collect();
        let near = box_mean(&targets, self.layout.width());
        let mut fit = LeastSquares::<FEATURES>::new(1e-3);
        let rows: Vec<[f64; FEATURES]> = (0..targets.len())
            .map(|index| self.features(index, &near))
            .collect();
        for (row, target) in rows.iter().zip(&targets).step_by(LEARNED) {
            fit.add(row, f64::from(*target), 1.0);
        }
        let weights = fit.solved();
        let decide = |row: &[f64; FEATURES]| {
            let sum: f64 = row
                .iter()
                .zip(&weights)
                .map(|(value, weight)| value * weight)
                .sum();
            if sum > 0.0 { 1.0 } else { -1.0 }
        };
        self.decisions = rows.iter().map(decide).collect();
    }

    fn features(&self, index: usize, near: &[f32]) -> [f64; FEATURES] {
        let width = self.layout.width();
        let value = |values: &[f32], index: Option<usize>| {
            let value = index.and_then(|index| values.get(index)).copied();
            f64::from(value.unwrap_or(-1.0))
        };
        let up = index.checked_sub(width);
        let down = index.checked_add(width);
        let left = |index: Option<usize>, by: usize| index.and_then(|index| index.checked_sub(by));
        let right = |index: Option<usize>, by: usize| index.and_then(|index| index.checked_add(by));
        let here = Some(index);
        let signal = |index: Option<usize>| value(&self.signals, index);
        [
            signal(here),
            signal(left(here, 1)),
            signal(right(here, 1)),
            signal(up),
            signal(down),
            signal(left(up, 1)),
            signal(right(up, 1)),
            signal(left(down, 1)),
            signal(right(down, 1)),
            signal(left(here, 2)),
            signal(right(here, 2)),
            signal(left(up, width)),
            signal(right(down, width)),
            value(near, here),
            1.0,
        ]
    }

    /// The equaliser that needs to know nothing: `s + a·(s − mean of the four neighbours)`.
    fn sharpened(&self) -> Vec<f32> {
        let width = self.layout.width();
        let at = |index: Option<usize>| {
            let value = index.and_then(|index| self.signals.get(index));
            value.copied().unwrap_or(-1.0)
        };
        self.signals
            .iter()
            .enumerate()
            .map(|(index, signal)| {
                let sum = at(index.checked_sub(1))
                    + at(index.checked_add(1))
                    + at(index.checked_sub(width))
                    + at(index.checked_add(width));
                signal + STRENGTH * (signal - sum / 4.0)
            })
            .collect()
    }
}

/// The grey value of each module: the mean of five points about its middle.
fn greys(image: &Grey, lock: &Lock, width: usize) -> Vec<f32> {
    let border = real(BORDER);
    let middle = Point::new(real(width) / 2.0, real(width) / 2.0);
    let [right, down] = lock.map.steps(middle);
    let small = right.length().min(down.length()) < SMALL;
    let (right, down) = (right.times(SPREAD), down.times(SPREAD));
    let grey = |row: usize, column: usize| {
        let module = Point::new(real(column) - border + 0.5, real(row) - border + 0.5);
        let place = lock.pixel(module);
        if small {
            return image.at(place);
        }
        let beside = [
            place.plus(right),
            place.minus(right),
            place.plus(down),
            place.minus(down),
        ];
        (image.at(place) + beside.into_iter().map(|place| image.at(place)).sum::<f32>()) / 5.0
    };
    (0..width)
        .flat_map(|row| (0..width).map(move |column| (row, column)))
        .map(|(row, column)| grey(row, column))
        .collect()
}

/// Pixels of a module below which one point between four pixels says as much as five.
const SMALL: f32 = 2.6;

/// Modules from the middle of a module to the other points that are looked at.
const SPREAD: f32 = 0.2;

/// Frees grey values of their local mean and contrast, and turns them round: dark is positive.
fn normal(greys: &[f32], width: usize) -> Vec<f32> {
    let means = box_mean(greys, width);
    let differences: Vec<f32> = means
        .iter()
        .zip(greys)
        .map(|(mean, grey)| mean - grey)
        .collect();
    let sizes: Vec<f32> = differences.iter().map(|value| value.abs()).collect();
    let contrasts = box_mean(&sizes, width);
    let each = differences.iter().zip(&contrasts);
    each.map(|(value, contrast)| value / contrast.max(1.0))
        .collect()
}

/// The mean of the values at most [`NEAR`] away in either direction; less at the border.
fn box_mean(values: &[f32], width: usize) -> Vec<f32> {
    let rows = row_means(values, width);
    transposed(&row_means(&transposed(&rows, width), width), width)
}

fn row_means(values: &[f32], width: usize) -> Vec<f32> {
    let mut means = Vec::with_capacity(values.len());
    for row in values.chunks_exact(width.max(1)) {
        for column in 0..row.len() {
            let first = column.saturating_sub(NEAR);
            let last = column.saturating_add(NEAR).saturating_add(1).min(row.len());
            let window = row.get(first..last).unwrap_or_default();
            means.push(window.iter().sum::<f32>() / real(window.len()));
        }
    }
    means
}

fn transposed(values: &[f32], width: usize) -> Vec<f32> {
    let column = |column: usize| values.iter().skip(column).step_by(width.max(1)).copied();
    (0..width).flat_map(column).collect()
}
