//! A code as text for a terminal: half blocks, two modules to a character.
//! Knows nothing of the terminal but its size.

use super::code::{Code, CodeError};
use super::frame::Frame;
use super::picture::Picture;
use super::player::Room;

/// Black on white, in fixed colours of the 256-colour palette: a theme cannot turn them around.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
/// Back to the terminal's own colours.
const RESET: &str = "\u{1b}[0m";

/// Why a code was not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TerminalError {
    /// The frame is no code.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The terminal is too small; a code that is cut off cannot be read.
    #[error(
        "the code needs {needed_columns} columns and {needed_rows} rows, and the terminal has \
         {columns} and {rows}; enlarge it, choose a smaller font, or send to a GIF"
    )]
    TooSmall {
        /// Columns of the code.
        needed_columns: usize,
        /// Rows of the code.
        needed_rows: usize,
        /// Columns of the terminal.
        columns: u16,
        /// Rows of the terminal.
        rows: u16,
    },
}

/// A code drawn for a terminal.
pub struct TerminalCode;

impl TerminalCode {
    /// Draws a frame's code with its quiet zone, dark on light on any background. Lines end in
    /// `\r\n`, so that the drawing is right in raw mode as well.
    ///
    /// # Errors
    /// [`TerminalError`].
    pub fn render(frame: &Frame, columns: u16, rows: u16) -> Result<String, TerminalError> {
        let picture = Picture::of(&Code::of(frame)?);
        let needed_columns = picture.side();
        let needed_rows = needed_columns.div_ceil(2);
        if needed_columns > usize::from(columns) || needed_rows > usize::from(rows) {
            return Err(TerminalError::TooSmall {
                needed_columns,
                needed_rows,
                columns,
                rows,
            });
        }
        Ok(Self::draw(&picture))
    }

    /// Draws a picture, however large the terminal is. No setting changes its colours, `NO_COLOR`
    /// neither: a code is no decoration.
    pub fn draw(picture: &Picture) -> String {
        let rows: Vec<&[bool]> = picture.rows().collect();
        let lines: Vec<String> = rows.chunks(2).map(line).collect();
        lines.join("\r\n")
    }

    /// What a terminal of so many columns and rows can show, its last row left for a caption.
    pub fn room(columns: u16, rows: u16) -> Room {
        Room {
            columns: usize::from(columns),
            rows: usize::from(rows.saturating_sub(1)).saturating_mul(2),
            cells_per_module: 1,
        }
    }
}

/// One line of characters for a row of modules and the one below it.
fn line(rows: &[&[bool]]) -> String {
    let top = rows.first().copied().unwrap_or_default();
    let bottom = rows.get(1).copied().unwrap_or_default();
    let bottom = bottom.iter().copied().chain(std::iter::repeat(false));
    let blocks: String = (top.iter().zip(bottom))
        .map(|(top, bottom)| match (top, bottom) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        })
        .collect();
    format!("{BLACK_ON_WHITE}{blocks}{RESET}")
}

/// Writes one drawing over the other, without clearing in between.
///
/// Drawings of one size cover each other whole; only a change of size clears the terminal.
#[derive(Debug, Clone, Copy, Default)]
pub struct TerminalPainter {
    drawn: usize,
}

impl TerminalPainter {
    /// What to write before the first drawing: another page, if the terminal has one, no cursor.
    pub const BEGIN: &'static str = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J";
    /// What to write after the last drawing.
    pub const END: &'static str = "\u{1b}[2J\u{1b}[?25h\u{1b}[?1049l";

    /// What to write for a drawing with a line of printable ASCII below it, cut off at the
    /// terminal's width.
    pub fn paint(&mut self, drawing: &str, caption: &str, columns: u16) -> String {
        let clear = if self.drawn == drawing.lines().count() {
            ""
        } else {
            "\u{1b}[2J"
        };
        self.drawn = drawing.lines().count();
        let caption: String = caption.chars().take(usize::from(columns)).collect();
        // Mode 2026 shows all at once, where a terminal knows it.
        format!("\u{1b}[?2026h{clear}\u{1b}[H{drawing}\r\n{caption}\u{1b}[K\u{1b}[?2026l")
    }
}
