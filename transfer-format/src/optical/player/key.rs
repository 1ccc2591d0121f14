//! The keys that steer what is shown.
//! Knows nothing of keyboards.

/// What somebody in front of the screen wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// More in one screen: `+` or `=`.
    Denser,
    /// Less in one screen: `-`.
    Sparser,
    /// More screens in one second: `>` or `.`.
    Faster,
    /// Fewer screens in one second: `<` or `,`.
    Slower,
    /// Stop at this screen, or go on: the space bar.
    Pause,
    /// The other side has read it: `q`, Enter or Escape.
    End,
}

impl Key {
    /// The meaning of a typed character, if it has one.
    ///
    /// ```
    /// use transfer_format::optical::Key;
    ///
    /// assert_eq!(Key::of('+'), Some(Key::Denser));
    /// assert_eq!(Key::of('x'), None);
    /// ```
    pub const fn of(character: char) -> Option<Self> {
        match character {
            '+' | '=' => Some(Self::Denser),
            '-' => Some(Self::Sparser),
            '>' | '.' => Some(Self::Faster),
            '<' | ',' => Some(Self::Slower),
            ' ' => Some(Self::Pause),
            'q' | '\r' | '\n' | '\u{1b}' => Some(Self::End),
            _ => None,
        }
    }
}
