//! What every QR code of a version has in the same place (ISO/IEC 18004 §6.3): finder patterns,
//! timing patterns, alignment patterns.
//! Knows nothing of images.

/// Modules on each side of a code that are looked at with it: part of the quiet zone.
pub(super) const BORDER: usize = 2;

/// Modules along one side of a version.
pub(super) fn side(version: u8) -> usize {
    usize::from(version).saturating_mul(4).saturating_add(17)
}

/// Columns, and rows, of the middles of the alignment patterns (annex E); empty in version 1.
pub(super) fn alignment_lines(version: u8) -> Vec<usize> {
    if version < 2 {
        return Vec::new();
    }
    let version_number = usize::from(version);
    let count = version_number.div_euclid(7).saturating_add(2);
    let gaps = count.saturating_sub(1);
    let step = version_number
        .saturating_mul(8)
        .saturating_add(count.saturating_mul(3))
        .saturating_add(5)
        .div_euclid(gaps.saturating_mul(4))
        .saturating_mul(2);
    let last = side(version).saturating_sub(7);
    let others = (0..gaps)
        .rev()
        .map(|back| last.saturating_sub(back.saturating_mul(step)));
    std::iter::once(6).chain(others).collect()
}

/// The modules whose colour is known beforehand, [`BORDER`] included: dark, light or unknown.
pub(super) struct Layout {
    width: usize,
    known: Vec<Option<bool>>,
}

impl Layout {
    /// The layout of a version.
    pub(super) fn of(version: u8) -> Self {
        let side = side(version);
        let width = side.saturating_add(BORDER.saturating_mul(2));
        let known = vec![None; width.saturating_mul(width)];
        let mut layout = Self { width, known };
        layout.light_border(side);
        for place in 8..side.saturating_sub(8) {
            let dark = place.is_multiple_of(2);
            layout.set(place, 6, dark);
            layout.set(6, place, dark);
        }
        let lines = alignment_lines(version);
        let last = side.saturating_sub(7);
        for (column, row) in pairs(&lines) {
            let finder = [(6, 6), (last, 6), (6, last)].contains(&(column, row));
            if !finder {
                layout.square(column.saturating_sub(2), row.saturating_sub(2), 5, &[2, 0]);
            }
        }
        layout.finders(side);
        layout.set(8, side.saturating_sub(8), true);
        layout
    }

    /// Modules along one side, [`BORDER`] included.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// All modules, row by row.
    pub(super) fn known(&self) -> &[Option<bool>] {
        &self.known
    }

    fn light_border(&mut self, side: usize) {
        let inside = BORDER..side.saturating_add(BORDER);
        for (row, line) in self.known.chunks_exact_mut(self.width).enumerate() {
            for (column, module) in line.iter_mut().enumerate() {
                let outside = !(inside.contains(&column) && inside.contains(&row));
                *module = outside.then_some(false).or(*module);
            }
        }
    }

    fn finders(&mut self, side: usize) {
        let far = side.saturating_sub(8);
        for (left, top) in [(0, 0), (far, 0), (0, far)] {
            self.square(left, top, 8, &[]);
        }
        let far = side.saturating_sub(7);
        for (left, top) in [(0, 0), (far, 0), (0, far)] {
            self.square(left, top, 7, &[3, 1, 0]);
        }
    }

    /// A square of rings about its middle; the rings of `dark` are dark.
    fn square(&mut self, left: usize, top: usize, size: usize, dark: &[usize]) {
        let middle = size.div_euclid(2);
        for (column, row) in pairs(&(0..size).collect::<Vec<_>>()) {
            let ring = column.abs_diff(middle).max(row.abs_diff(middle));
            self.set(
                left.saturating_add(column),
                top.saturating_add(row),
                dark.contains(&ring),
            );
        }
    }

    fn set(&mut self, column: usize, row: usize, dark: bool) {
        let index = row
            .saturating_add(BORDER)
            .saturating_mul(self.width)
            .saturating_add(column)
            .saturating_add(BORDER);
        if let Some(module) = self.known.get_mut(index) {
            *module = Some(dark);
        }
    }
}

/// Every pair of two of the values, row by row: (column, row).
pub(super) fn pairs(values: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    values
        .iter()
        .flat_map(move |row| values.iter().map(move |column| (*column, *row)))
}
