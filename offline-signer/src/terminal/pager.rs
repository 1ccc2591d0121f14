//! Lays screens out on pages that fit the terminal, cutting no line and splitting no block.
//! Knows nothing of what the lines say, nor of the terminal itself.

use transaction_review::Screen;

/// The fewest columns that a review needs.
pub const PAGE_COLUMNS: u16 = 80;

/// The fewest rows that a review needs.
pub const PAGE_ROWS: u16 = 24;

/// Rows that the banner, the heading, two rules and the prompt take from a page.
const FRAME_ROWS: u16 = 6;

/// What one page shows between its heading and its prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The heading of the screen that this page belongs to.
    pub heading: String,
    /// The lines, none wider than the terminal.
    pub lines: Vec<String>,
}

/// Splits `screens` into pages for a terminal of `columns` × `rows`.
///
/// A block stays on one page unless it is longer than a page; a line wider than the terminal goes
/// on in the next row, and nothing is dropped (CLI-03).
pub fn paginate(screens: &[Screen], columns: u16, rows: u16) -> Vec<Page> {
    let room = usize::from(rows.saturating_sub(FRAME_ROWS).max(1));
    let width = usize::from(columns.max(1));
    let mut pages = Vec::new();
    for screen in screens {
        let mut page = Page {
            heading: screen.heading.clone(),
            lines: Vec::new(),
        };
        for block in &screen.blocks {
            let lines: Vec<String> = block.iter().flat_map(|line| folded(line, width)).collect();
            let gap = usize::from(!page.lines.is_empty());
            let needed = page
                .lines
                .len()
                .saturating_add(gap)
                .saturating_add(lines.len());
            if needed > room && !page.lines.is_empty() {
                pages.push(turned(&mut page));
            }
            if !page.lines.is_empty() {
                page.lines.push(String::new());
            }
            // A block longer than a page fills the rest of this one and goes on on the next.
            let first = lines.len().min(room.saturating_sub(page.lines.len()));
            let (first, others) = lines.split_at_checked(first).unwrap_or((&lines, &[]));
            page.lines.extend_from_slice(first);
            for more in others.chunks(room) {
                pages.push(turned(&mut page));
                page.lines.extend_from_slice(more);
            }
        }
        pages.push(page);
    }
    pages
}

fn turned(page: &mut Page) -> Page {
    Page {
        heading: page.heading.clone(),
        lines: std::mem::take(&mut page.lines),
    }
}

fn folded(line: &str, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    for character in line.chars() {
        if row.chars().count() >= width {
            rows.push(std::mem::take(&mut row));
        }
        row.push(character);
    }
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn screen(blocks: &[&[&str]]) -> Screen {
        Screen {
            heading: "SEND BITCOIN".to_owned(),
            blocks: blocks
                .iter()
                .map(|block| block.iter().map(|line| (*line).to_owned()).collect())
                .collect(),
        }
    }

    #[test]
    fn a_block_that_does_not_fit_moves_whole_to_the_next_page_cli_03() {
        let pages = paginate(&[screen(&[&["a", "b"], &["c", "d"]])], 80, FRAME_ROWS + 4);
        let lines: Vec<_> = pages.iter().map(|page| page.lines.clone()).collect();
        assert_eq!(lines, [["a", "b"], ["c", "d"]]);
    }

    #[test]
    fn a_block_that_just_fits_stays() {
        let pages = paginate(&[screen(&[&["a", "b"], &["c", "d"]])], 80, FRAME_ROWS + 5);
        assert_eq!(pages.len(), 1);
        assert_eq!(pages[0].lines, ["a", "b", "", "c", "d"]);
    }

    proptest! {
        #[test]
        fn every_character_of_every_line_is_on_some_page(
            blocks in prop::collection::vec(prop::collection::vec("[ -~]{0,200}", 0..9), 0..9),
            rows in PAGE_ROWS..60,
        ) {
            let screen = Screen { heading: String::new(), blocks: blocks.clone() };
            let pages = paginate(&[screen], PAGE_COLUMNS, rows);
            let shown: String = pages.iter().flat_map(|page| page.lines.concat().into_bytes()).map(char::from).collect();
            let wanted: String = blocks.concat().concat();
            prop_assert_eq!(shown, wanted);
            for page in pages {
                prop_assert!(page.lines.len() <= usize::from(rows.saturating_sub(FRAME_ROWS)));
            }
        }
    }
}
