//! The text in a terminal's byte stream, without what moves the cursor and sets colours.
//! It keeps no picture of the screen: text is in the order in which it was sent.

/// Plain text, and how far into an escape sequence the stream is (ECMA-48 §5.3–5.4, and OSC).
#[derive(Debug, Default)]
pub(super) struct PlainText {
    bytes: Vec<u8>,
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The last byte was text.
    #[default]
    Text,
    /// The last byte ended a sequence: what comes is text.
    EndOfSequence,
    /// After `ESC`, or an intermediate byte such as the first of `ESC ( B`.
    Escape,
    /// After `ESC [`, to a byte from `@` to `~`.
    ControlSequence,
    /// After `ESC ]`, to BEL or `ESC \`.
    SystemCommand,
}

impl State {
    fn after(self, byte: u8) -> Self {
        match self {
            _ if byte == 0x1b => Self::Escape,
            Self::Text | Self::EndOfSequence => Self::Text,
            Self::Escape => match byte {
                b'[' => Self::ControlSequence,
                b']' => Self::SystemCommand,
                0x20..=0x2f => Self::Escape,
                _ => Self::EndOfSequence,
            },
            Self::ControlSequence if matches!(byte, 0x40..=0x7e) => Self::EndOfSequence,
            Self::SystemCommand if byte == 0x07 => Self::EndOfSequence,
            Self::ControlSequence | Self::SystemCommand => self,
        }
    }
}

impl PlainText {
    /// Takes the next bytes of the stream, which may end anywhere.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.state = self.state.after(*byte);
            let is_shown = !matches!(byte, b'\r' | 0x07 | 0x00);
            if self.state == State::Text && is_shown {
                self.bytes.push(*byte);
            }
        }
    }

    /// Where the first `text` after `start` ends.
    pub(super) fn end_of(&self, text: &str, start: usize) -> Option<usize> {
        let wanted = text.as_bytes();
        assert!(!wanted.is_empty(), "an empty text is always there");
        let position = self.bytes[start..]
            .windows(wanted.len())
            .position(|here| here == wanted)?;
        Some(start + position + wanted.len())
    }

    pub(super) fn between(&self, start: usize, end: usize) -> String {
        String::from_utf8_lossy(&self.bytes[start..end]).into_owned()
    }

    pub(super) fn text(&self) -> String {
        self.between(0, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(stream: &[u8]) -> String {
        let mut text = PlainText::default();
        // One byte at a time: a sequence may be cut anywhere.
        for byte in stream {
            text.push(&[*byte]);
        }
        text.text()
    }

    #[test]
    fn colours_cursor_movements_and_titles_are_left_out() {
        let stream = b"\x1b[?1049h\x1b[2J\x1b[1;31mPay\x1b[0m \x1b]0;title\x07to\x1b(B\r\nBob\x1b]8;;\x1b\\!";
        assert_eq!(plain(stream), "Pay to\nBob!");
    }

    #[test]
    fn characters_of_several_bytes_stay_whole() {
        assert_eq!(plain("▀ 1 ₿ é".as_bytes()), "▀ 1 ₿ é");
    }

    #[test]
    fn a_text_is_found_after_the_start_only() {
        let mut text = PlainText::default();
        text.push(b"PIN: PIN: ");
        assert_eq!(text.end_of("PIN:", 0), Some(4));
        assert_eq!(text.end_of("PIN:", 4), Some(9));
        assert_eq!(text.end_of("PIN:", 9), None);
    }
}
