//! Makes any text safe to show: what is not printable ASCII becomes visible.
//! Knows nothing of where a text came from; that is why it trusts none.

/// Replaces every character but printable ASCII and the line feed by its escape, so that no text
/// can move the cursor, change colours, reorder letters or reach the clipboard (CLI-01, CLI-02).
///
/// ```
/// use transfer_format::printable::printable;
/// assert_eq!(printable("pay\u{202e}1\x1b[2J\n"), "pay\\u{202e}1\\u{1b}[2J\n");
/// ```
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' || matches!(character, ' '..='~') {
            safe.push(character);
        } else {
            safe.extend(character.escape_unicode());
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::printable;

    proptest! {
        #[test]
        fn nothing_but_printable_ascii_and_line_feeds_ever_comes_out_cli_01(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(shown.bytes().all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte)));
        }
    }
}
