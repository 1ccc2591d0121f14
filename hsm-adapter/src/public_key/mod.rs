//! Public keys on secp256k1 and P-256: as tokens store them, and as people and packets write them.
//! It knows nothing of tokens' objects, addresses or key formats of any chain.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use k256::elliptic_curve::sec1::ToSec1Point;

/// The curves a token may hold keys on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Curve {
    /// NIST P-256 (FIPS 186-4 §D.1.2.3), for people's keys: any token has it.
    P256,
    /// secp256k1 (SEC 2 §2.4.1), for wallets.
    Secp256k1,
}

impl Curve {
    /// The curve that a `CKA_EC_PARAMS` names by its object identifier; other spellings are none.
    pub(crate) fn from_ec_params(der: &[u8]) -> Option<Self> {
        [Self::P256, Self::Secp256k1]
            .into_iter()
            .find(|curve| curve.ec_params() == der)
    }

    /// DER of the curve's object identifier, as `CKA_EC_PARAMS` wants it (PKCS#11 3.0 §2.3.3).
    pub(crate) const fn ec_params(self) -> &'static [u8] {
        match self {
            // 1.2.840.10045.3.1.7
            Self::P256 => &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
            // 1.3.132.0.10
            Self::Secp256k1 => &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a],
        }
    }

    /// The name of the curve's signature algorithm in lower case (RFC 8812 §3.2, RFC 9053 §2.1).
    const fn algorithm(self) -> &'static str {
        match self {
            Self::P256 => "es256",
            Self::Secp256k1 => "es256k",
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "P-256",
            Self::Secp256k1 => "secp256k1",
        })
    }
}

/// A public key: a curve, and a point that is known to lie on it.
///
/// Its text is `es256k:` or `es256:` and the compressed point (SEC 1 §2.3.3) in lower-case hex.
///
/// ```
/// use hsm_adapter::{Curve, PublicKey};
///
/// let text = "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
/// let key: PublicKey = text.parse()?;
/// assert_eq!(key.curve(), Curve::Secp256k1);
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), hsm_adapter::PublicKeyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey {
    curve: Curve,
    point: [u8; Self::POINT_LENGTH],
}

impl PublicKey {
    /// Length of a compressed point in bytes.
    pub const POINT_LENGTH: usize = 33;

    /// Reads a point of SEC 1 §2.3.3, compressed (33 bytes) or not (65 bytes).
    ///
    /// # Errors
    ///
    /// [`PublicKeyError::Encoding`] and [`PublicKeyError::NotOnCurve`].
    pub fn from_sec1(curve: Curve, bytes: &[u8]) -> Result<Self, PublicKeyError> {
        let plain = matches!(
            (bytes.len(), bytes.first()),
            (33, Some(0x02 | 0x03)) | (65, Some(0x04))
        );
        if !plain {
            return Err(PublicKeyError::Encoding {
                length: bytes.len(),
            });
        }
        let compressed = match curve {
            Curve::P256 => p256::PublicKey::from_sec1_bytes(bytes)
                .ok()
                .map(|key| Vec::from(key.to_sec1_point(true).as_bytes())),
            Curve::Secp256k1 => k256::PublicKey::from_sec1_bytes(bytes)
                .ok()
                .map(|key| Vec::from(key.to_sec1_point(true).as_bytes())),
        };
        compressed
            .and_then(|point| <[u8; Self::POINT_LENGTH]>::try_from(point).ok())
            .map(|point| Self { curve, point })
            .ok_or(PublicKeyError::NotOnCurve { curve })
    }

    /// Reads a `CKA_EC_POINT`.
    ///
    /// PKCS#11 wants the point in a DER OCTET STRING (3.0 §2.3.3), some modules leave it bare.
    /// The length tells them apart, never the first byte: `04` begins both. A point in a BIT
    /// STRING, as in a `SubjectPublicKeyInfo`, is neither and refused.
    ///
    /// # Errors
    ///
    /// [`PublicKeyError::Encoding`] and [`PublicKeyError::NotOnCurve`].
    pub fn from_ec_point(curve: Curve, bytes: &[u8]) -> Result<Self, PublicKeyError> {
        let length = bytes.len();
        let ((67, [0x04, 65, point @ ..]) | (35, [0x04, 33, point @ ..]) | (33 | 65, point)) =
            (length, bytes)
        else {
            return Err(PublicKeyError::Encoding { length });
        };
        Self::from_sec1(curve, point)
    }

    /// The curve.
    pub const fn curve(&self) -> Curve {
        self.curve
    }

    /// The compressed point, 33 bytes.
    pub const fn compressed(&self) -> &[u8; Self::POINT_LENGTH] {
        &self.point
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}",
            self.curve.algorithm(),
            HEXLOWER.encode(&self.point)
        )
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (curve, hex) = match text.split_once(':') {
            Some(("es256k", hex)) => (Curve::Secp256k1, hex),
            Some(("es256", hex)) => (Curve::P256, hex),
            Some(_) | None => return Err(PublicKeyError::Algorithm),
        };
        if hex.len() != Self::POINT_LENGTH.saturating_mul(2) {
            return Err(PublicKeyError::TextLength { found: hex.len() });
        }
        let bytes = HEXLOWER
            .decode(hex.as_bytes())
            .map_err(|error| PublicKeyError::Hex {
                position: error.position,
            })?;
        Self::from_sec1(curve, &bytes)
    }
}

/// Why bytes or text are not a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// The text does not begin with `es256k:` or `es256:`.
    #[error("a public key begins with es256k: or es256:, this text does not; copy it again")]
    Algorithm,
    /// Neither a compressed nor an uncompressed point, bare or in an OCTET STRING.
    #[error(
        "{length} bytes are no elliptic-curve point in an encoding that is accepted; read the \
         public key of the token again"
    )]
    Encoding {
        /// How many bytes there were.
        length: usize,
    },
    /// A character that is not lower-case hex.
    #[error("the character at position {position} after the colon is not lower-case hex")]
    Hex {
        /// Position of the character, counted from 0 after the colon.
        position: usize,
    },
    /// No point of the curve has these coordinates.
    #[error("the point does not lie on {curve}; the key is damaged or of another curve")]
    NotOnCurve {
        /// The curve it should lie on.
        curve: Curve,
    },
    /// The text is too short or too long.
    #[error("a public key has 66 hex digits after the colon, this one has {found}; copy it again")]
    TextLength {
        /// How many characters there were.
        found: usize,
    },
}

#[cfg(test)]
mod tests;
