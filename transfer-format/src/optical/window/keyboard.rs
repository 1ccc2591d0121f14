//! From the number of a pressed key to its meaning.
//! Knows nothing of windows.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask, KeyPressEvent};
use x11rb::rust_connection::RustConnection;

use super::WindowError;
use crate::optical::player::Key;

/// Return, Enter, Escape, and plus and minus of the numeric block (X11 protocol, appendix A).
const NAMED: [(u32, char); 5] = [
    (0xff0d, '\r'),
    (0xff8d, '\r'),
    (0xff1b, '\u{1b}'),
    (0xffab, '+'),
    (0xffad, '-'),
];

/// The keyboard's table: some symbols for each key.
pub(super) struct Keyboard {
    first_key: u8,
    symbols_per_key: usize,
    symbols: Vec<u32>,
}

impl Keyboard {
    pub(super) fn load(connection: &RustConnection) -> Result<Self, WindowError> {
        let setup = connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let count = last.saturating_sub(first).saturating_add(1);
        let table = connection.get_keyboard_mapping(first, count)?.reply()?;
        Ok(Self {
            first_key: first,
            symbols_per_key: usize::from(table.keysyms_per_keycode),
            symbols: table.keysyms,
        })
    }

    /// The meaning of a pressed key, if it has one.
    pub(super) fn key(&self, press: &KeyPressEvent) -> Option<Key> {
        let index = usize::from(press.detail.checked_sub(self.first_key)?);
        let symbols = self
            .symbols
            .chunks(self.symbols_per_key.max(1))
            .nth(index)?;
        let shift = u16::from(press.state) & u16::from(KeyButMask::SHIFT) != 0;
        let symbol = if shift {
            symbols.get(1)
        } else {
            symbols.first()
        };
        Key::of(character(*symbol?)?)
    }
}

/// Symbols of Latin 1 have the numbers of its characters.
fn character(symbol: u32) -> Option<char> {
    let named = NAMED.iter().find(|(number, _)| *number == symbol);
    let latin = u8::try_from(symbol).ok().map(char::from);
    named.map(|(_, character)| *character).or(latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyboard() -> Keyboard {
        Keyboard {
            first_key: 8,
            symbols_per_key: 2,
            symbols: vec![0x2c, 0x3c, 0xff0d, 0, 0x71, 0x51],
        }
    }

    fn press(detail: u8, state: KeyButMask) -> KeyPressEvent {
        KeyPressEvent {
            detail,
            state,
            ..KeyPressEvent::default()
        }
    }

    #[test]
    fn a_key_means_what_is_printed_on_it() {
        let none = KeyButMask::default();
        let cases = [
            (8, none, Some(Key::Slower)),
            (8, KeyButMask::SHIFT, Some(Key::Slower)),
            (9, none, Some(Key::End)),
            (10, none, Some(Key::End)),
            (10, KeyButMask::SHIFT, None),
            (7, none, None),
            (11, none, None),
        ];
        for (detail, state, key) in cases {
            assert_eq!(keyboard().key(&press(detail, state)), key, "{detail}");
        }
    }
}
