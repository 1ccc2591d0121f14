//! Whole and real numbers, one into the other, without surprises.
//! Knows nothing of images.

/// A count of pixels or modules as a real number; 65 535 and above are all the same.
pub(super) fn real(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Rounded down; below zero, and what is no number, is zero.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a conversion that saturates at both ends is what is wanted"
)]
pub(super) const fn whole(value: f32) -> usize {
    value as usize
}

/// Solves a symmetric positive semi-definite system by conjugate gradients.
pub(super) fn solve<const N: usize>(matrix: &[[f64; N]; N], right: &[f64; N]) -> [f64; N] {
    let dot = |left: &[f64; N], right: &[f64; N]| -> f64 {
        left.iter().zip(right).map(|(one, other)| one * other).sum()
    };
    let mut solution = [0.0; N];
    let mut rest = *right;
    let mut direction = rest;
    let mut square = dot(&rest, &rest);
    let enough = square * 1e-20;
    for _ in 0..N.saturating_mul(6) {
        let image = matrix.map(|row| dot(&row, &direction));
        let steepness = dot(&direction, &image);
        // Also ends where a value is no number.
        if !(square > enough && steepness > 0.0) {
            break;
        }
        let step = square / steepness;
        for (value, way) in solution.iter_mut().zip(&direction) {
            *value += step * way;
        }
        for (value, change) in rest.iter_mut().zip(&image) {
            *value -= step * change;
        }
        let next = dot(&rest, &rest);
        for (way, value) in direction.iter_mut().zip(&rest) {
            *way = value + *way * next / square;
        }
        square = next;
    }
    solution
}

/// The normal equations of a least-squares fit, row by row.
pub(super) struct LeastSquares<const N: usize> {
    matrix: [[f64; N]; N],
    right: [f64; N],
}

impl<const N: usize> LeastSquares<N> {
    /// No rows; `ridge` keeps what the rows leave open near zero.
    pub(super) fn new(ridge: f64) -> Self {
        let mut matrix = [[0.0; N]; N];
        for (row, cells) in matrix.iter_mut().enumerate() {
            if let Some(cell) = cells.get_mut(row) {
                *cell = ridge;
            }
        }
        Self {
            matrix,
            right: [0.0; N],
        }
    }

    /// Asks that the coefficients times `row` be `target`.
    pub(super) fn add(&mut self, row: &[f64; N], target: f64, weight: f64) {
        for ((cells, right), factor) in self.matrix.iter_mut().zip(&mut self.right).zip(row) {
            let factor = factor * weight;
            *right += factor * target;
            for (cell, value) in cells.iter_mut().zip(row) {
                *cell += factor * value;
            }
        }
    }

    /// The coefficients.
    pub(super) fn solved(&self) -> [f64; N] {
        solve(&self.matrix, &self.right)
    }
}
