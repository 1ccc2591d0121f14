//! Foreign text as it is shown: everything that is not plain is escaped, and no two texts look alike.
//! Knows nothing of where the text comes from.

use core::fmt::Write as _;

/// Printable ASCII as it is, but for quotation mark and backslash; everything else as `\u{...}`.
pub(crate) fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                shown.push('\\');
                shown.push(letter);
            }
            ' '..='~' => shown.push(letter),
            other => {
                // Writing into a text does not fail.
                let written = write!(shown, "\\u{{{:x}}}", u32::from(other));
                debug_assert!(written.is_ok(), "memory takes it");
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::escaped;

    #[test]
    fn what_could_hide_or_reorder_is_shown_as_its_number_cli_02_t712_15() {
        assert_eq!(escaped("pay \u{202e}evil"), "pay \\u{202e}evil");
        assert_eq!(escaped("a\"b\\c\u{1b}[2J"), "a\\\"b\\\\c\\u{1b}[2J");
        assert_eq!(escaped("Kr\u{430}ken"), "Kr\\u{430}ken");
    }

    proptest! {
        #[test]
        fn the_alphabet_is_printable_and_no_two_texts_look_alike_cli_01(one in ".*", other in ".*") {
            let shown = escaped(&one);
            prop_assert!(shown.bytes().all(|byte| (0x20..=0x7e).contains(&byte)));
            prop_assert_eq!(shown == escaped(&other), one == other);
        }
    }
}
