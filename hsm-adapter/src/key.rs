//! Keys as a token lists them: identifier, label, curve, public half and where they came from.
//! It knows nothing of handles and sessions, and never of private values.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;

use crate::device::DeviceError;
use crate::nonces::NonceError;
use crate::origin::{OriginClass, OriginEvidence, UnsafeAttributes};
use crate::public_key::{Curve, PublicKey, PublicKeyError};
use crate::random::RandomError;
use crate::signature::SignatureError;

/// The identifier that ties a private key to its public half (`CKA_ID`), 1 to 64 bytes.
/// Its text is lower-case hex.
///
/// ```
/// use hsm_adapter::KeyId;
///
/// assert_eq!("0a01".parse(), KeyId::new(vec![0x0a, 0x01]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(Vec<u8>);

impl KeyId {
    /// Most bytes an identifier may have.
    pub const LONGEST: usize = 64;

    /// Takes an identifier's bytes.
    ///
    /// # Errors
    ///
    /// [`KeyIdError::Length`].
    pub fn new(bytes: Vec<u8>) -> Result<Self, KeyIdError> {
        if bytes.is_empty() || bytes.len() > Self::LONGEST {
            return Err(KeyIdError::Length { found: bytes.len() });
        }
        Ok(Self(bytes))
    }

    /// The bytes of `CKA_ID`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for KeyId {
    type Err = KeyIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = HEXLOWER
            .decode(text.as_bytes())
            .map_err(|error| KeyIdError::Hex {
                position: error.position,
            })?;
        Self::new(bytes)
    }
}

/// Why bytes or text are not a key identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyIdError {
    /// The text is not lower-case hex with two digits a byte.
    #[error("a key id is lower-case hex, two digits a byte; look at position {position}")]
    Hex {
        /// Position of the character, counted from 0.
        position: usize,
    },
    /// Empty or too long.
    #[error("a key id has 1 to 64 bytes, this one has {found}")]
    Length {
        /// How many bytes there were.
        found: usize,
    },
}

/// What a key that is to be born shall be called, and on which curve it shall lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySpec {
    id: KeyId,
    label: String,
    curve: Curve,
}

impl KeySpec {
    /// Most characters a label may have.
    pub const LONGEST_LABEL: usize = 64;

    /// Describes a key that does not exist yet. The label is 1 to 64 printable ASCII characters.
    ///
    /// # Errors
    ///
    /// [`KeySpecError::LabelLength`] and [`KeySpecError::LabelCharacter`].
    pub fn new(id: KeyId, label: &str, curve: Curve) -> Result<Self, KeySpecError> {
        check_label(label)?;
        Ok(Self {
            id,
            label: label.to_owned(),
            curve,
        })
    }

    /// The identifier the key shall have.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The label people shall see.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The curve.
    pub const fn curve(&self) -> Curve {
        self.curve
    }
}

/// Whether people can be shown this label as it is.
///
/// # Errors
///
/// [`KeySpecError`].
pub(crate) fn check_label(label: &str) -> Result<(), KeySpecError> {
    let found = label.chars().count();
    if found == 0 || found > KeySpec::LONGEST_LABEL {
        return Err(KeySpecError::LabelLength { found });
    }
    label
        .chars()
        .position(|character| !matches!(character, ' '..='~'))
        .map_or(Ok(()), |position| {
            Err(KeySpecError::LabelCharacter { position })
        })
}

/// Why a key cannot be called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySpecError {
    /// A character outside printable ASCII.
    #[error("a key label is printable ASCII; the character at position {position} is not")]
    LabelCharacter {
        /// Position of the character, counted from 0.
        position: usize,
    },
    /// Empty or too long.
    #[error("a key label has 1 to 64 characters, this one has {found}")]
    LabelLength {
        /// How many characters there were.
        found: usize,
    },
}

/// One key pair of a token: exactly one private key, and exactly one public key, under one id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    pub(crate) id: KeyId,
    pub(crate) label: String,
    pub(crate) public_key: PublicKey,
    pub(crate) evidence: OriginEvidence,
    pub(crate) unsafe_attributes: UnsafeAttributes,
}

impl KeyInfo {
    /// The identifier (`CKA_ID`).
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The label (`CKA_LABEL`) in printable ASCII; other characters are shown as `?`. A label
    /// proves nothing: two keys may have the same.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The curve.
    pub const fn curve(&self) -> Curve {
        self.public_key.curve()
    }

    /// The public key *as the token's public object has it*: a claim, until
    /// [`Unlocked::registered`](crate::Unlocked::registered) has proven it.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// What the token says about where the key came from.
    pub const fn evidence(&self) -> &OriginEvidence {
        &self.evidence
    }

    /// What that amounts to.
    pub fn class(&self) -> OriginClass {
        self.evidence.class()
    }

    /// Attributes that forbid the key's use; empty for a key that may be used.
    pub const fn unsafe_attributes(&self) -> &UnsafeAttributes {
        &self.unsafe_attributes
    }
}

/// Why a key cannot be made, or cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// More than one private or public key under the id: which one would sign is not known.
    #[error(
        "the token holds {private_keys} private and {public_keys} public keys with id {id}, where \
         one of each is needed; have the surplus ones removed"
    )]
    Ambiguous {
        /// The identifier.
        id: KeyId,
        /// How many private keys have it.
        private_keys: usize,
        /// How many public keys have it.
        public_keys: usize,
    },
    /// The device failed.
    #[error("{0}; stop here and have the device looked at")]
    Device(#[from] DeviceError),
    /// The id is taken, by an object of any class.
    #[error("the token already holds an object with id {id}; choose another id")]
    IdInUse {
        /// The identifier.
        id: KeyId,
    },
    /// The nonce of the proof was used before.
    #[error(transparent)]
    Nonce(#[from] NonceError),
    /// No private key has the id.
    #[error("the token holds no private key with id {id}; is it the right token?")]
    NotFound {
        /// The identifier.
        id: KeyId,
    },
    /// The token could not sign a fresh challenge with the private half of the registered key.
    #[error(
        "the token shows the public key of {id} but does not hold its private half ({fault}); do \
         not use this token"
    )]
    NotPossessed {
        /// The identifier.
        id: KeyId,
        /// What was wrong with the signature it gave.
        fault: SignatureError,
    },
    /// The token's public object cannot be read as a point of a known curve.
    #[error("the token's public key with id {id} cannot be read: {fault}")]
    PublicKey {
        /// The identifier.
        id: KeyId,
        /// What was wrong with it.
        fault: PublicKeyError,
    },
    /// No random challenge could be made.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The key could leave the token, or do other things than sign.
    #[error(
        "the key with id {id} must not be used because of its attributes: {attributes}; have a \
         new key born in the token"
    )]
    UnsafeAttributes {
        /// The identifier.
        id: KeyId,
        /// Which attributes, and what they should be.
        attributes: UnsafeAttributes,
    },
    /// The key's curve is neither secp256k1 nor P-256, or the token does not say which it is.
    #[error("the curve of the key with id {id} is neither secp256k1 nor P-256; use another key")]
    UnsupportedCurve {
        /// The identifier.
        id: KeyId,
    },
    /// The token's key is on another curve than the registered one.
    #[error(
        "the key with id {id} is on {found}, registered is one on {expected}; is it the right token?"
    )]
    WrongCurve {
        /// The identifier.
        id: KeyId,
        /// The curve of the registered key.
        expected: Curve,
        /// The curve of the token's key.
        found: Curve,
    },
    /// The token's key is another one than the registered one.
    #[error(
        "the token's key with id {id} is {found}, registered is {expected}; is it the right token?"
    )]
    WrongPublicKey {
        /// The identifier.
        id: KeyId,
        /// The registered key.
        expected: PublicKey,
        /// The token's key.
        found: PublicKey,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_has_one_to_sixty_four_bytes() {
        assert_eq!(KeyId::new(Vec::new()), Err(KeyIdError::Length { found: 0 }));
        assert_eq!(KeyId::new(vec![0]), Ok(KeyId(vec![0])));
        assert_eq!(KeyId::new(vec![0; 64]), Ok(KeyId(vec![0; 64])));
        assert_eq!(
            KeyId::new(vec![0; 65]),
            Err(KeyIdError::Length { found: 65 })
        );
    }

    #[test]
    fn a_key_id_is_written_and_read_as_lower_case_hex() {
        let id = KeyId::new(vec![0x00, 0xab]).unwrap();
        assert_eq!(id.to_string(), "00ab");
        assert_eq!("00ab".parse(), Ok(id));
        assert_eq!(
            "00AB".parse::<KeyId>(),
            Err(KeyIdError::Hex { position: 2 })
        );
        assert_eq!("00a".parse::<KeyId>(), Err(KeyIdError::Hex { position: 2 }));
        assert_eq!("".parse::<KeyId>(), Err(KeyIdError::Length { found: 0 }));
    }

    #[test]
    fn a_label_is_one_to_sixty_four_printable_characters() {
        let spec = |label: &str| {
            KeySpec::new(KeyId::new(vec![1]).unwrap(), label, Curve::P256).map(|spec| spec.label)
        };
        assert_eq!(spec(""), Err(KeySpecError::LabelLength { found: 0 }));
        assert_eq!(spec("a"), Ok("a".to_owned()));
        assert_eq!(spec(&"a".repeat(64)), Ok("a".repeat(64)));
        assert_eq!(
            spec(&"a".repeat(65)),
            Err(KeySpecError::LabelLength { found: 65 })
        );
        assert_eq!(
            spec("ab\u{1b}[2J"),
            Err(KeySpecError::LabelCharacter { position: 2 })
        );
        assert_eq!(
            spec("caf\u{e9}"),
            Err(KeySpecError::LabelCharacter { position: 3 })
        );
    }
}
