//! Public keys as the policy writes them: an algorithm and a compressed point.
//! Knows nothing of whose they are, and never sees a private key.

use core::fmt;

use data_encoding::HEXLOWER;

/// A signature algorithm with its curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// ECDSA on P-256 (RFC 9053, COSE algorithm -7).
    Es256,
    /// ECDSA on secp256k1 (RFC 8812, COSE algorithm -47).
    Es256k,
}

impl Algorithm {
    /// The name in a key's text form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "es256",
            Self::Es256k => "es256k",
        }
    }
}

/// A public key: a point that lies on the curve of its algorithm.
///
/// ```
/// use transaction_review::{Algorithm, PublicKey};
///
/// let text = "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
/// let key = PublicKey::parse(text).unwrap();
/// assert_eq!(key.algorithm(), Algorithm::Es256k);
/// assert_eq!(key.to_string(), text);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey {
    algorithm: Algorithm,
    point: [u8; 33],
}

impl PublicKey {
    /// Reads `es256:` or `es256k:` and 66 lower-case hexadecimal digits (SEC 1 §2.3.3, compressed).
    pub fn parse(text: &str) -> Option<Self> {
        let (name, digits) = text.split_once(':')?;
        let algorithm = match name {
            "es256" => Algorithm::Es256,
            "es256k" => Algorithm::Es256k,
            _ => return None,
        };
        let point = <[u8; 33]>::try_from(HEXLOWER.decode(digits.as_bytes()).ok()?).ok()?;
        // SEC 1 readers also know one-byte and compact forms (05): only 02 and 03 are ours.
        if !matches!(point.first(), Some(2 | 3)) {
            return None;
        }
        let on_curve = match algorithm {
            Algorithm::Es256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok(),
            Algorithm::Es256k => k256::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok(),
        };
        on_curve.then_some(Self { algorithm, point })
    }

    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The compressed point.
    pub const fn point(&self) -> &[u8; 33] {
        &self.point
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}",
            self.algorithm.name(),
            HEXLOWER.encode(&self.point)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::PublicKey;

    #[test]
    fn a_key_has_one_text_form() {
        let good = "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        assert_eq!(PublicKey::parse(good).unwrap().to_string(), good);
        let p256 = "es256:036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
        assert_eq!(PublicKey::parse(p256).unwrap().to_string(), p256);
        for bad in [
            good.to_uppercase(),
            good.replace("es256k", "ed25519"),
            good.replace(":02", ":04"),
            good.replace(":02", ":05"),
            p256.replace(":03", ":05"),
            good.replace(":02", ":06"),
            good.replace(":02", ":00"),
            good.replace("98", "9"),
            good.replace("es256k:", ""),
            format!("es256k:02{}", "00".repeat(32)),
            good.replace("es256k:", "es256:"),
        ] {
            assert_eq!(PublicKey::parse(&bad), None, "{bad}");
        }
    }
}
