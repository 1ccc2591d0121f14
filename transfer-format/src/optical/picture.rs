//! What a screen shows at one moment, as modules: one code or a square of four, quiet zones
//! included.
//! Knows nothing of how large a module is.

use super::code::Code;
use super::layout::{CodesPerScreen, Layout};

/// A square of dark and light modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    side: usize,
    modules: Vec<bool>,
}

impl Picture {
    /// The picture of one code.
    pub fn of(code: &Code) -> Self {
        Self::arranged(std::slice::from_ref(code), 1, code.width_with_quiet_zone())
    }

    /// The codes of a layout, row by row. Where one is missing or is of another density, the place
    /// stays light.
    pub(super) fn of_layout(codes: &[Code], layout: Layout) -> Self {
        let cell = layout.density().modules_with_quiet_zone();
        Self::arranged(codes, layout.codes().along_one_side(), cell)
    }

    fn arranged(codes: &[Code], along_one_side: usize, cell: usize) -> Self {
        let side = cell.saturating_mul(along_one_side);
        let mut modules = Vec::with_capacity(side.saturating_mul(side));
        let codes = codes.chunks(along_one_side.max(1)).take(along_one_side);
        for (code_row, row) in codes.flat_map(|codes| (0..cell).map(move |row| (codes, row))) {
            let end = modules.len().saturating_add(side);
            let row_of = |code: &Code| -> Vec<bool> {
                (0..cell).map(|column| code.is_dark(column, row)).collect()
            };
            modules.extend(code_row.iter().flat_map(row_of));
            modules.resize(end, false);
        }
        modules.resize(side.saturating_mul(side), false);
        Self { side, modules }
    }

    /// Modules along one side.
    pub const fn side(&self) -> usize {
        self.side
    }

    /// The rows from the top; `true` is dark.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.modules.chunks(self.side.max(1))
    }
}

impl CodesPerScreen {
    /// The number of codes, to take as many.
    pub(super) fn number(self) -> usize {
        usize::from(self.count())
    }
}
