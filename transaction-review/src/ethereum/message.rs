//! Messages (EIP-191, version 0x45): a text that people can read, and the digest of it.
//! Knows nothing of whether an account may sign one: most may not.

use alloy_primitives::keccak256;

use super::EthereumError;
use crate::limits::MAX_MESSAGE_CHARACTERS;

/// Bytes of a digest: a message of that length could be one (a Safe takes such a signature for its
/// owner's approval).
const DIGEST_BYTES: usize = 32;

/// A text of printable ASCII, never 32 characters long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(String);

impl Message {
    /// Reads a message from its bytes.
    ///
    /// # Errors
    /// [`EthereumError::MessageLength`] for none, more than
    /// [`MAX_MESSAGE_CHARACTERS`], or exactly 32 bytes; [`EthereumError::MessageText`] for a byte
    /// outside printable ASCII.
    pub fn decode(bytes: &[u8]) -> Result<Self, EthereumError> {
        let found = bytes.len();
        if found == 0 || found > MAX_MESSAGE_CHARACTERS || found == DIGEST_BYTES {
            return Err(EthereumError::MessageLength { found });
        }
        let position = bytes.iter().position(|byte| !matches!(byte, b' '..=b'~'));
        if let Some(position) = position {
            return Err(EthereumError::MessageText { position });
        }
        let text = String::from_utf8(bytes.to_vec()).ok();
        text.map(Self)
            .ok_or(EthereumError::MessageText { position: 0 })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Keccak-256 of `0x19 "Ethereum Signed Message:\n" length text` (EIP-191).
    pub fn digest(&self) -> [u8; 32] {
        let Self(text) = self;
        keccak256(format!(
            "\u{19}Ethereum Signed Message:\n{}{text}",
            text.len()
        ))
        .0
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::{EthereumError, MAX_MESSAGE_CHARACTERS, Message};

    #[test]
    fn the_digest_is_that_of_other_libraries() {
        // eth-account 0.13, defunct_hash_message(text="Hello World").
        let message = Message::decode(b"Hello World").unwrap();
        assert_eq!(
            HEXLOWER.encode(&message.digest()),
            "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2"
        );
    }

    #[test]
    fn thirty_two_bytes_are_refused_whatever_they_say_eth_21() {
        for found in [0, 32, MAX_MESSAGE_CHARACTERS + 1] {
            let refusal = Err(EthereumError::MessageLength { found });
            assert_eq!(Message::decode(&vec![b'a'; found]), refusal);
        }
        for taken in [1, 31, 33, MAX_MESSAGE_CHARACTERS] {
            assert_eq!(
                Message::decode(&vec![b'a'; taken]).unwrap().text().len(),
                taken
            );
        }
    }

    #[test]
    fn what_cannot_be_printed_is_refused_at_its_position_eth_21() {
        for byte in (0..=255).filter(|byte| !(0x20..=0x7e).contains(byte)) {
            let refusal = Err(EthereumError::MessageText { position: 2 });
            assert_eq!(Message::decode(&[b'o', b'k', byte]), refusal);
        }
    }
}
