//! The intent digest: the one identity of a request that frames, screens, approvals, the journal,
//! the result and the broadcast record carry.
//!
//! Knows nothing of what a request says.

mod digest_words;

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

pub use digest_words::DigestWords;

/// Domain tag in front of the payload bytes of a request.
const DOMAIN: &[u8] = b"coldsign/intent/v1";

/// SHA-256 over the domain tag `coldsign/intent/v1` and a request's sealed payload bytes.
///
/// ```
/// use transfer_format::IntentDigest;
///
/// let intent = IntentDigest::of(b"payload bytes");
/// assert_eq!(intent.to_string().parse(), Ok(intent));
/// assert_eq!(intent.words().iter().count(), 16);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentDigest([u8; 32]);

impl IntentDigest {
    /// The digest of a request whose sealed payload is `payload`.
    pub fn of(payload: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(payload)
            .finalize();
        Self(digest.into())
    }

    /// A digest read back from where it was kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What people read aloud to compare it: the words of its first 16 bytes.
    pub fn words(&self) -> DigestWords {
        DigestWords::of(&self.0)
    }
}

impl fmt::Display for IntentDigest {
    /// 64 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl FromStr for IntentDigest {
    type Err = IntentDigestError;

    /// Reads 64 lower-case hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = text.len();
        let error = IntentDigestError { found };
        let bytes = data_encoding::HEXLOWER
            .decode(text.as_bytes())
            .ok()
            .ok_or(error)?;
        bytes.try_into().map(Self).ok().ok_or(error)
    }
}

/// Text that is not an intent digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an intent digest is 64 digits from 0-9 and a-f, and this text of {found} bytes is not; copy \
     it again"
)]
pub struct IntentDigestError {
    /// Bytes of the text.
    pub found: usize,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_digest_covers_the_domain_tag_and_every_payload_byte() {
        let expected: [u8; 32] = Sha256::digest(b"coldsign/intent/v1abc").into();
        assert_eq!(IntentDigest::of(b"abc").as_bytes(), &expected);
        assert_ne!(IntentDigest::of(b"abd"), IntentDigest::of(b"abc"));
    }

    #[test]
    fn upper_case_short_and_long_hex_are_refused() {
        let text = IntentDigest::of(b"abc").to_string();
        for wrong in [
            text.to_uppercase(),
            text.chars().skip(1).collect(),
            format!("{text}00"),
        ] {
            let error = IntentDigestError { found: wrong.len() };
            assert_eq!(wrong.parse::<IntentDigest>(), Err(error));
        }
    }

    proptest! {
        #[test]
        fn text_and_bytes_lead_back_to_the_same_digest(bytes: [u8; 32]) {
            let digest = IntentDigest::from_bytes(bytes);
            prop_assert_eq!(digest.to_string().parse(), Ok(digest));
            prop_assert_eq!(digest.as_bytes(), &bytes);
        }
    }
}
