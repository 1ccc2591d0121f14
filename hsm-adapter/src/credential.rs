//! What opens a token: the user PIN, from the prompt to `C_Login`, wiped after.
//! It knows nothing of prompts, and has no way to show or copy what it holds.

use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

/// What [`Token::unlock`](crate::Token::unlock) needs.
///
/// An enum, because a PIN typed at a prompt is the first way and not the last: a PIN put together
/// from the shares of several custodians is to be a variant of its own, so that every `match` has
/// to say what it does about it.
pub enum Credential {
    /// The user PIN as one person typed it.
    Pin(SecretPin),
}

/// A user PIN: 4 to 255 printable ASCII characters.
///
/// It cannot be printed, copied or compared, and its memory is wiped when it is dropped.
///
/// ```
/// use hsm_adapter::{PinError, SecretPin};
/// use zeroize::Zeroizing;
///
/// assert!(SecretPin::new(Zeroizing::new("correct horse".into())).is_ok());
/// assert_eq!(SecretPin::new(Zeroizing::new("123".into())).err(), Some(PinError::Length { found: 3 }));
/// ```
///
/// ```compile_fail
/// # use hsm_adapter::SecretPin;
/// fn show(pin: SecretPin) -> String {
///     format!("{pin:?}") // a PIN has no Debug
/// }
/// ```
pub struct SecretPin(AuthPin);

impl SecretPin {
    /// Shortest PIN in characters: what SoftHSM accepts at least.
    pub const SHORTEST: usize = 4;
    /// Longest PIN in characters: what SoftHSM accepts at most.
    pub const LONGEST: usize = 255;

    /// Takes over a PIN; the text it came in is wiped.
    ///
    /// # Errors
    ///
    /// [`PinError::Length`] and [`PinError::Character`], neither of which says what was typed.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "taken by value so that it is wiped here"
    )]
    pub fn new(text: Zeroizing<String>) -> Result<Self, PinError> {
        let found = text.chars().count();
        if !(Self::SHORTEST..=Self::LONGEST).contains(&found) {
            return Err(PinError::Length { found });
        }
        if !text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
            return Err(PinError::Character);
        }
        Ok(Self(AuthPin::new(Box::from(text.as_str()))))
    }

    /// The PIN in the shape `C_Login` wants it.
    pub(crate) fn as_auth_pin(&self) -> &AuthPin {
        &self.0
    }
}

/// Why a text cannot be a PIN. The text itself is never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// A character outside printable ASCII: tokens differ in how they read one.
    #[error(
        "a PIN consists of printable ASCII characters only; this one has another; type it again"
    )]
    Character,
    /// Too short or too long.
    #[error("a PIN has 4 to 255 characters, this one has {found}; type it again")]
    Length {
        /// How many characters there were.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<PinError> {
        SecretPin::new(Zeroizing::new(text.to_owned())).err()
    }

    #[test]
    fn a_pin_has_four_to_two_hundred_and_fifty_five_characters() {
        assert_eq!(refusal("123"), Some(PinError::Length { found: 3 }));
        assert_eq!(refusal("1234"), None);
        assert_eq!(refusal(&"7".repeat(255)), None);
        assert_eq!(
            refusal(&"7".repeat(256)),
            Some(PinError::Length { found: 256 })
        );
    }

    #[test]
    fn a_pin_is_printable_ascii() {
        assert_eq!(refusal(" ~az09"), None);
        assert_eq!(refusal("12\u{7f}45"), Some(PinError::Character));
        assert_eq!(refusal("12\n45"), Some(PinError::Character));
        assert_eq!(refusal("pässword"), Some(PinError::Character));
    }

    #[test]
    fn a_refusal_does_not_repeat_what_was_typed() {
        let text = refusal("secret\u{1b}")
            .map(|error| error.to_string())
            .unwrap();
        assert!(!text.contains("secret"), "{text}");
    }
}
