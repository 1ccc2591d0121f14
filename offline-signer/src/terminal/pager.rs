//! Lays screens out on pages that fit the terminal, cutting no line and splitting no block.
//! Knows nothing of what the lines say, nor of the terminal itself.

use transaction_review::Screen;

use super::printable;

/// The fewest columns that a review needs.
pub const PAGE_COLUMNS: u16 = 80;

/// The fewest rows that a review needs.
pub const PAGE_ROWS: u16 = 24;

/// Rows that a page needs beside its lines: up to two for the banner and three for the heading
/// (a station's and an operator's id have up to 64 characters), two rules and the prompt.
const FRAME_ROWS: u16 = 8;

/// How a row begins that goes on with the line above: no line can pass for another one's rest,
/// and no rest for a line.
const CONTINUED: &str = "  > ";

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

/// The rows of a line as the terminal will show it, escapes included.
fn folded(line: &str, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    for character in printable(line).chars() {
        if row.chars().count() >= width {
            rows.push(std::mem::replace(&mut row, CONTINUED.to_owned()));
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

    #[test]
    fn a_tab_takes_the_room_of_its_escape_cli_03() {
        let tabs = "\t".repeat(72);
        let pages = paginate(
            &[screen(&[&["id = \"x\"", &tabs]])],
            PAGE_COLUMNS,
            PAGE_ROWS,
        );
        for page in &pages {
            assert!(
                page.lines
                    .iter()
                    .all(|line| line.len() <= usize::from(PAGE_COLUMNS))
            );
            assert!(page.lines.len() <= usize::from(PAGE_ROWS.saturating_sub(FRAME_ROWS)));
        }
        assert_eq!(pages[0].lines[0], "id = \"x\"");
    }

    #[test]
    fn the_rest_of_a_long_line_cannot_pass_for_a_line_cli_03() {
        let long = format!("# {}max_per_tx = \"0.1 BTC\"", "-".repeat(78));
        let pages = paginate(&[screen(&[&[&long]])], PAGE_COLUMNS, PAGE_ROWS);
        assert_eq!(pages[0].lines[1], "  > max_per_tx = \"0.1 BTC\"");
    }

    proptest! {
        #[test]
        fn every_character_of_every_line_is_on_some_page(
            blocks in prop::collection::vec(prop::collection::vec("[!-~]{0,200}", 0..9), 0..9),
            rows in PAGE_ROWS..60,
        ) {
            let screen = Screen { heading: String::new(), blocks: blocks.clone() };
            let pages = paginate(&[screen], PAGE_COLUMNS, rows);
            let lines = pages.iter().flat_map(|page| &page.lines);
            let shown: String =
                lines.map(|line| line.strip_prefix(CONTINUED).unwrap_or(line)).collect();
            prop_assert_eq!(shown, blocks.concat().concat());
            for page in pages {
                prop_assert!(page.lines.len() <= usize::from(rows.saturating_sub(FRAME_ROWS)));
            }
        }
    }
}
