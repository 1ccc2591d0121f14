//! A sealed packet from outside: its head can be read, its payload only with the right key.
//! Knows nothing of which keys are right.

use sha2::{Digest, Sha256};

use super::key::{KeyId, SealAlgorithm, SealError, SealKey};
use super::packet::Packet;
use super::structure::{
    COSE_SIGN1_TAG, HEADER_ALGORITHM, HEADER_CONTENT_TYPE, HEADER_KEY_ID, protected_header, sealed,
    signing_digest,
};
use crate::cbor::{CanonicalError, ReadError, Reader, check_canonical_tagged};
use crate::limits::MAX_PACKET_BYTES;
use crate::packet::{PacketKind, Payload, PayloadError};

/// Longest content type that is looked at, in characters.
const MAX_CONTENT_TYPE_LENGTH: usize = 64;

/// Why bytes are not a sealed packet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// More bytes than [`MAX_PACKET_BYTES`].
    #[error("the packet is {found} bytes long and {limit} are allowed; it was not looked at")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not canonical CBOR in the tag of COSE_Sign1.
    #[error("this is no sealed packet: {0}")]
    NotCanonical(#[from] CanonicalError),
    /// Not the four parts of a seal, or not the three entries of its header.
    #[error("the packet's seal is not built as it must be: {0}")]
    Structure(#[from] ReadError),
    /// An algorithm outside the closed list (RFC 8812 §3.2, RFC 9053 §2.1).
    #[error(
        "the seal's algorithm {found} is neither ES256K (-47) nor ES256 (-7); refuse its author"
    )]
    UnknownAlgorithm {
        /// COSE number in the header.
        found: i64,
    },
    /// A content type that no kind of packet has.
    #[error("no kind of packet is called {found}; a newer program may have made it")]
    UnknownContentType {
        /// The content type, printable ASCII.
        found: String,
    },
}

impl EnvelopeError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "E_PACKET_SIZE",
            Self::NotCanonical(error) | Self::Structure(ReadError::NotCanonical(error)) => {
                error.code()
            }
            Self::Structure(_) => "E_SEAL_STRUCTURE",
            Self::UnknownAlgorithm { .. } => "E_SEAL_ALGORITHM",
            Self::UnknownContentType { .. } => "E_PACKET_KIND",
        }
    }
}

/// Why a sealed packet was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// A packet of another kind than the one asked for.
    #[error("the packet is a {found} where a {expected} belongs; nothing of it was used")]
    WrongKind {
        /// Kind in the header.
        found: PacketKind,
        /// Kind asked for.
        expected: PacketKind,
    },
    /// The header names another algorithm than the key's.
    #[error("the seal is made with {found} and the key is for {expected}")]
    WrongAlgorithm {
        /// Algorithm in the header.
        found: SealAlgorithm,
        /// Algorithm of the key.
        expected: SealAlgorithm,
    },
    /// The header names another key.
    #[error("the seal names the key {found} and was held against {expected}")]
    WrongKey {
        /// Key id in the header.
        found: KeyId,
        /// Id of the key.
        expected: KeyId,
    },
    /// The signature does not hold.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The payload breaks its schema.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The packet, put together again from its parts, gives other bytes.
    #[error("the packet means the same as another encoding of itself; refuse its author")]
    NotReproduced,
}

impl OpenError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongKind { .. } => "E_PACKET_KIND",
            Self::WrongAlgorithm { .. } => "E_SEAL_ALGORITHM",
            Self::WrongKey { .. } => "E_SEAL_KEY",
            Self::Seal(_) => "E_SEAL_SIGNATURE",
            Self::Payload(error) => error.code(),
            Self::NotReproduced => "E_CBOR_NONCANONICAL",
        }
    }
}

/// A sealed packet whose form was checked and whose seal was not. Its payload cannot be reached.
pub struct Envelope {
    bytes: Vec<u8>,
    protected: Vec<u8>,
    payload: Vec<u8>,
    signature: [u8; 64],
    kind: PacketKind,
    algorithm: SealAlgorithm,
    key_id: KeyId,
}

impl Envelope {
    /// Reads the form of a packet: size, canonical CBOR, the parts of COSE_Sign1, the header.
    ///
    /// # Errors
    /// [`EnvelopeError`]: the first rule that does not hold.
    pub fn read(bytes: Vec<u8>) -> Result<Self, EnvelopeError> {
        if bytes.len() > MAX_PACKET_BYTES {
            let found = bytes.len();
            return Err(EnvelopeError::TooLarge {
                found,
                limit: MAX_PACKET_BYTES,
            });
        }
        check_canonical_tagged(&bytes, COSE_SIGN1_TAG)?;
        // The tag 18 takes one byte: 0xd2.
        let (_, body) = bytes.split_at_checked(1).unwrap_or_default();
        let parts = read_parts(body)?;
        let header = read_header(&parts.protected)?;
        let Parts {
            protected,
            payload,
            signature,
        } = parts;
        let (kind, algorithm, key_id) = header;
        Ok(Self {
            bytes,
            protected,
            payload,
            signature,
            kind,
            algorithm,
            key_id,
        })
    }

    /// The kind the header claims.
    pub const fn kind(&self) -> PacketKind {
        self.kind
    }

    /// The algorithm the header claims.
    pub const fn algorithm(&self) -> SealAlgorithm {
        self.algorithm
    }

    /// The key the header claims, by which the reader looks it up.
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// SHA-256 of the whole packet: what a refusal of it is recorded under.
    pub fn packet_digest(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }

    /// Checks the seal with `key`, then reads the payload as a `P`.
    ///
    /// # Errors
    /// [`OpenError`]: the first rule that does not hold. No parser of payloads runs before the
    /// signature was checked.
    pub fn open<P: Payload>(self, key: &SealKey) -> Result<Packet<P>, OpenError> {
        if self.kind != P::KIND {
            return Err(OpenError::WrongKind {
                found: self.kind,
                expected: P::KIND,
            });
        }
        if self.algorithm != key.algorithm() {
            let (found, expected) = (self.algorithm, key.algorithm());
            return Err(OpenError::WrongAlgorithm { found, expected });
        }
        if self.key_id != key.key_id() {
            return Err(OpenError::WrongKey {
                found: self.key_id,
                expected: key.key_id(),
            });
        }
        let digest = signing_digest(P::KIND, &self.protected, &self.payload);
        key.verify_prehash(&digest, &self.signature)?;
        let payload = P::decode(&self.payload)?;
        let protected = protected_header(key.algorithm(), P::KIND, key.key_id());
        if sealed(&protected, &payload.encode()?, &self.signature) != self.bytes {
            return Err(OpenError::NotReproduced);
        }
        Ok(Packet::verified(self.bytes, self.payload, payload, *key))
    }
}

struct Parts {
    protected: Vec<u8>,
    payload: Vec<u8>,
    signature: [u8; 64],
}

fn read_parts(body: &[u8]) -> Result<Parts, ReadError> {
    Reader::new(body)?.tuple(4, |parts| {
        let protected = parts.bytes(1..=MAX_PACKET_BYTES)?.to_vec();
        parts.map(|_| Ok::<_, ReadError>(()))?;
        let payload = parts.bytes(1..=MAX_PACKET_BYTES)?.to_vec();
        Ok(Parts {
            protected,
            payload,
            signature: parts.fixed()?,
        })
    })
}

fn read_header(protected: &[u8]) -> Result<(PacketKind, SealAlgorithm, KeyId), EnvelopeError> {
    let (number, content_type, key_id) = Reader::new(protected)?.map(|header| {
        let number = header.field(HEADER_ALGORITHM)?.int()?;
        let content_type = header
            .field(HEADER_CONTENT_TYPE)?
            .text(1..=MAX_CONTENT_TYPE_LENGTH)?;
        let key_id = KeyId::from_bytes(header.field(HEADER_KEY_ID)?.fixed()?);
        Ok::<_, ReadError>((number, content_type, key_id))
    })?;
    let algorithm = SealAlgorithm::from_cose_number(number)
        .ok_or(EnvelopeError::UnknownAlgorithm { found: number })?;
    let kind =
        PacketKind::from_content_type(&content_type).ok_or(EnvelopeError::UnknownContentType {
            found: content_type,
        })?;
    Ok((kind, algorithm, key_id))
}
