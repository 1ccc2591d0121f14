//! Lines: labels, wrapping and grouping. Nothing is ever cut off.
//! Knows columns, nothing of what the text says.

use crate::limits::SCREEN_COLUMNS;

const LABEL: usize = 11;

/// A block: a label before the first line, the rest indented under it.
pub(super) fn block(label: &str, lines: &[String]) -> Vec<String> {
    let width = SCREEN_COLUMNS.saturating_sub(LABEL);
    let wrapped = lines.iter().flat_map(|line| wrap(line, width));
    let mut block: Vec<String> = wrapped.map(|line| format!("{:LABEL$}{line}", "")).collect();
    if let Some(first) = block.first_mut() {
        let rest = first.trim_start().to_owned();
        *first = format!("{label:<LABEL$}{rest}");
    }
    block
}

/// Puts a space after every fourth character; a leading `0x` belongs to the first group.
pub(super) fn groups_of_four(text: &str) -> String {
    let (lead, digits) = match text.strip_prefix("0x") {
        Some(digits) => ("0x", digits),
        None => ("", text),
    };
    let mut grouped = lead.to_owned();
    for (index, letter) in digits.chars().enumerate() {
        if index > 0 && index.is_multiple_of(4) {
            grouped.push(' ');
        }
        grouped.push(letter);
    }
    grouped
}

/// Breaks a line at spaces, and inside a word only where the word alone is too long.
pub(super) fn wrap(line: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        for (index, piece) in pieces(word, width).into_iter().enumerate() {
            let fits = |last: &&mut String| {
                let length = last.len().saturating_add(1).saturating_add(piece.len());
                index == 0 && length <= width
            };
            match lines.last_mut().filter(fits) {
                Some(last) => *last = format!("{last} {piece}"),
                None => lines.push(piece),
            }
        }
    }
    lines
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.is_empty() {
        return vec![String::new()];
    }
    letters
        .chunks(width.max(1))
        .map(|piece| piece.iter().collect())
        .collect()
}
