//! Input as an error text may repeat it: a short and printable piece of it.
//! Knows nothing of what the input was meant to be.

use crate::limits::MAX_ECHO_CHARACTERS;

/// What stands for the rest of a text that was cut off.
const REST: &str = "...";

/// The text with every character outside printable ASCII replaced; its beginning only, with three
/// dots, when it has more than [`MAX_ECHO_CHARACTERS`] characters.
pub(crate) fn excerpt(text: &str) -> String {
    let mut letters = text.chars();
    let mut shown: String = letters
        .by_ref()
        .take(MAX_ECHO_CHARACTERS)
        .map(printable)
        .collect();
    if letters.next().is_some() {
        shown.truncate(MAX_ECHO_CHARACTERS.saturating_sub(REST.len()));
        shown.push_str(REST);
    }
    shown
}

const fn printable(letter: char) -> char {
    match letter {
        ' '..='~' => letter,
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn eighty_characters_are_repeated_and_of_more_only_the_beginning_cli_01() {
        assert_eq!(excerpt(&"x".repeat(80)), "x".repeat(80));
        assert_eq!(excerpt(&"x".repeat(81)), format!("{}...", "x".repeat(77)));
        assert_eq!(excerpt("caf\u{e9}\u{1b}[2J\r\n"), "caf??[2J??");
        assert_eq!(excerpt(&"\u{202e}".repeat(1_000)).len(), 80);
    }
}
