//! What the camera looks at: one or several codes side by side on a white area.
//! Knows nothing of the camera.

use transfer_format::optical::Code;

/// Dark and light modules of a lit screen, quiet zones included.
#[derive(Debug, Clone)]
pub struct Screen {
    columns: usize,
    rows: usize,
    dark: Vec<bool>,
}

impl Screen {
    /// One code with its quiet zone.
    pub fn of(code: &Code) -> Self {
        Self::side_by_side(std::slice::from_ref(code), 1)
    }

    /// Codes of one size in rows of `across`, each with its quiet zone.
    pub fn side_by_side(codes: &[Code], across: usize) -> Self {
        let side = codes.first().map_or(1, Code::width_with_quiet_zone);
        let down = codes.len().div_ceil(across);
        let (columns, rows) = (side * across, side * down);
        let dark = (0..rows * columns)
            .map(|index| {
                let (column, row) = (index % columns, index / columns);
                codes
                    .get(row / side * across + column / side)
                    .is_some_and(|code| code.is_dark(column % side, row % side))
            })
            .collect();
        Self {
            columns,
            rows,
            dark,
        }
    }

    /// Modules across and down.
    pub const fn size(&self) -> (usize, usize) {
        (self.columns, self.rows)
    }

    /// Whether a module is dark; everything outside is light.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.columns && self.dark.get(row * self.columns + column) == Some(&true)
    }
}
