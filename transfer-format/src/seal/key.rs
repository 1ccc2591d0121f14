//! The public key of a seal: its algorithm, its text form, its id, and the check of a signature.
//! Knows nothing of packets: it is given 32 bytes and a signature over them.

use std::fmt;
use std::str::FromStr;

use k256::ecdsa::signature::hazmat::PrehashVerifier as _;
use sha2::{Digest, Sha256};

/// Domain tag of a key's id.
const KEY_ID_DOMAIN: &[u8] = b"coldsign/key-id/v1";

/// The algorithms of a seal. Both sign SHA-256 of the `Sig_structure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SealAlgorithm {
    /// ECDSA on secp256k1, -47 (RFC 8812 §3.2).
    Es256k,
    /// ECDSA on P-256, -7 (RFC 9053 §2.1).
    Es256,
}

impl SealAlgorithm {
    /// Both algorithms.
    pub const ALL: [Self; 2] = [Self::Es256k, Self::Es256];

    /// The number in the IANA registry of COSE algorithms.
    pub const fn cose_number(self) -> i64 {
        match self {
            Self::Es256k => -47,
            Self::Es256 => -7,
        }
    }

    /// The name in a key's text form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256k => "es256k",
            Self::Es256 => "es256",
        }
    }

    /// The algorithm of a COSE number.
    pub fn from_cose_number(number: i64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.cose_number() == number)
    }
}

impl fmt::Display for SealAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The `kid` of a seal: the first 16 bytes of SHA-256 over `coldsign/key-id/v1`, the algorithm's
/// name, a colon and the compressed point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// A key id read back from where it was kept.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    /// 32 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// Why bytes or text are not a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealKeyError {
    /// The text does not start with an algorithm's name and a colon.
    #[error("a public key starts with es256k: or es256:, and this text does not; copy it again")]
    UnknownAlgorithm,
    /// Not 66 lower-case hexadecimal digits behind the colon.
    #[error(
        "66 digits from 0-9 and a-f follow the colon of a public key, and here {found} characters \
         follow that are not; copy it again"
    )]
    NotHexadecimal {
        /// Characters behind the colon.
        found: usize,
    },
    /// Bytes that are not the one form of a point of the curve that is read (SEC 1 §2.3.4).
    #[error(
        "the {found} bytes are no compressed point of the curve of {algorithm}, 33 bytes of which \
         the first is 02 or 03; copy the key again"
    )]
    NotAPoint {
        /// The algorithm whose curve was asked.
        algorithm: SealAlgorithm,
        /// Bytes given.
        found: usize,
    },
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// r or s is zero or not below the group's order.
    #[error("the signature holds numbers outside the curve's order; refuse its author")]
    Malformed,
    /// s lies in the upper half of the group's order (BIP-146; here for both curves).
    #[error("the signature is valid in two forms and this is the forbidden one (high s)")]
    HighS,
    /// The signature is not this key's over these bytes.
    #[error("the seal does not fit the data: one of them was changed, or another key made it")]
    WrongSignature,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    Es256k(k256::ecdsa::VerifyingKey),
    Es256(p256::ecdsa::VerifyingKey),
}

/// A public key that can check seals.
///
/// ```
/// use transfer_format::seal::SealKey;
///
/// let text = "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
/// let key: SealKey = text.parse()?;
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), transfer_format::seal::SealKeyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealKey(Point);

impl SealKey {
    /// Characters of the longest text form.
    pub const MAX_TEXT_LENGTH: usize = 73;

    /// The key of a compressed SEC 1 point: 33 bytes, the first 02 or 03. The other forms that
    /// libraries read (uncompressed 04, compact 05) are refused, so that a key has one form.
    ///
    /// # Errors
    /// [`SealKeyError::NotAPoint`].
    pub fn from_point(algorithm: SealAlgorithm, point: &[u8]) -> Result<Self, SealKeyError> {
        let error = SealKeyError::NotAPoint {
            algorithm,
            found: point.len(),
        };
        if point.len() != 33 || !matches!(point.first(), Some(0x02 | 0x03)) {
            return Err(error);
        }
        match algorithm {
            SealAlgorithm::Es256k => k256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .map(|key| Self(Point::Es256k(key)))
                .ok(),
            SealAlgorithm::Es256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .map(|key| Self(Point::Es256(key)))
                .ok(),
        }
        .ok_or(error)
    }

    /// The algorithm of the key's seals.
    pub const fn algorithm(&self) -> SealAlgorithm {
        match self.0 {
            Point::Es256k(_) => SealAlgorithm::Es256k,
            Point::Es256(_) => SealAlgorithm::Es256,
        }
    }

    /// The compressed SEC 1 point, 33 bytes.
    pub fn compressed_point(&self) -> Vec<u8> {
        match &self.0 {
            Point::Es256k(key) => key.to_sec1_point(true).as_bytes().to_vec(),
            Point::Es256(key) => key.to_sec1_point(true).as_bytes().to_vec(),
        }
    }

    /// The id that the seals of this key carry.
    pub fn key_id(&self) -> KeyId {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(KEY_ID_DOMAIN)
            .chain_update(self.algorithm().name())
            .chain_update(b":")
            .chain_update(self.compressed_point())
            .finalize()
            .into();
        let (id, _) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
        KeyId(*id)
    }

    /// Checks a signature (r‖s, 32 bytes each, big-endian) over the 32 bytes `prehash`.
    ///
    /// # Errors
    /// [`SealError::Malformed`], [`SealError::HighS`], [`SealError::WrongSignature`].
    pub fn verify_prehash(
        &self,
        prehash: &[u8; 32],
        signature: &[u8; 64],
    ) -> Result<(), SealError> {
        let verified = match &self.0 {
            Point::Es256k(key) => {
                let parsed = k256::ecdsa::Signature::from_slice(signature);
                let signature = parsed.ok().ok_or(SealError::Malformed)?;
                if signature.normalize_s() != signature {
                    return Err(SealError::HighS);
                }
                key.verify_prehash(prehash, &signature)
            }
            Point::Es256(key) => {
                let parsed = p256::ecdsa::Signature::from_slice(signature);
                let signature = parsed.ok().ok_or(SealError::Malformed)?;
                if signature.normalize_s() != signature {
                    return Err(SealError::HighS);
                }
                key.verify_prehash(prehash, &signature)
            }
        };
        verified.ok().ok_or(SealError::WrongSignature)
    }
}

impl fmt::Display for SealKey {
    /// The algorithm's name, a colon, and the compressed point in lower-case hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let point = data_encoding::HEXLOWER.encode(&self.compressed_point());
        write!(f, "{}:{point}", self.algorithm())
    }
}

impl FromStr for SealKey {
    type Err = SealKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, digits) = text.split_once(':').ok_or(SealKeyError::UnknownAlgorithm)?;
        let algorithm = SealAlgorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(SealKeyError::UnknownAlgorithm)?;
        let error = SealKeyError::NotHexadecimal {
            found: digits.chars().count(),
        };
        let point = data_encoding::HEXLOWER
            .decode(digits.as_bytes())
            .ok()
            .ok_or(error)?;
        if point.len() != 33 {
            return Err(error);
        }
        Self::from_point(algorithm, &point)
    }
}
