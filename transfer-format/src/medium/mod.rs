//! A packet on a medium without a file system: a fixed header at offset 0 of the device or image
//! file, the packet behind it, zeros up to the sector's end.
//!
//! Knows nothing of devices: it makes bytes, and reads them once from whatever gives them.
//!
//! | offset | bytes | content |
//! |---|---|---|
//! | 0 | 8 | `COLDSIGN` |
//! | 8 | 2 | version, 1, big-endian |
//! | 10 | 2 | zero |
//! | 12 | 4 | length of the packet in bytes, big-endian |
//! | 16 | 32 | SHA-256 of the packet |
//! | 48 | 16 | zero |
//! | 64 | | the packet, then zeros up to a multiple of 512 |

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::limits::MAX_PACKET_BYTES;

const MAGIC: [u8; 8] = *b"COLDSIGN";
const VERSION: u16 = 1;
const HEADER_BYTES: usize = 64;
/// Bytes of a sector; what is on a medium is a multiple of it.
const SECTOR_BYTES: usize = 512;

/// Why a medium holds no packet, or a packet fits no medium.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediumError {
    /// The device or file could not be read.
    #[error("the medium could not be read ({kind}); take it out, put it in again, and repeat")]
    Unreadable {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
    /// The medium ends inside the header or the packet.
    #[error("the medium ends too early: {expected} bytes were to come; write it again")]
    Truncated {
        /// Bytes of the part that is not whole.
        expected: usize,
    },
    /// The first eight bytes are not `COLDSIGN`.
    #[error("this medium was not written by Coldsign; nothing else of it was read")]
    Foreign,
    /// A version other than 1.
    #[error("the medium has format version {found} and this program reads version 1")]
    UnsupportedVersion {
        /// Version in the header.
        found: u16,
    },
    /// A reserved byte of the header is not zero.
    #[error("a reserved byte of the medium's header is not zero; refuse the medium")]
    ReservedNotZero,
    /// The packet is empty or larger than [`MAX_PACKET_BYTES`].
    #[error("the packet would be {found} bytes long; between 1 and {limit} are allowed")]
    Length {
        /// Bytes claimed or given.
        found: usize,
        /// Most bytes allowed.
        limit: usize,
    },
    /// A byte between the packet and the sector's end is not zero.
    #[error("something is hidden behind the packet on the medium; refuse the medium")]
    PaddingNotZero,
    /// Another packet starts in the sector behind the first one's last.
    #[error("the medium holds a second packet behind the first; put exactly one on it")]
    SecondPacket,
    /// The packet is not the one the header describes.
    #[error("the packet on the medium is damaged: its SHA-256 differs; write the medium again")]
    WrongDigest,
}

impl MediumError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "E_MEDIUM_UNREADABLE",
            Self::Truncated { .. } => "E_MEDIUM_TRUNCATED",
            Self::Foreign => "E_MEDIUM_FOREIGN",
            Self::UnsupportedVersion { .. } => "E_MEDIUM_VERSION",
            Self::ReservedNotZero | Self::PaddingNotZero => "E_MEDIUM_HIDDEN",
            Self::Length { .. } => "E_MEDIUM_SIZE",
            Self::SecondPacket => "E_MEDIUM_SECOND",
            Self::WrongDigest => "E_MEDIUM_DAMAGED",
        }
    }
}

/// What is to be written at offset 0 of a medium: header, packet and padding.
///
/// ```
/// let bytes = transfer_format::medium::to_medium(b"packet")?;
/// assert_eq!(bytes.len(), 512);
/// assert_eq!(transfer_format::medium::read_medium(&mut bytes.as_slice())?, b"packet");
/// # Ok::<(), transfer_format::medium::MediumError>(())
/// ```
///
/// # Errors
/// [`MediumError::Length`].
pub fn to_medium(packet: &[u8]) -> Result<Vec<u8>, MediumError> {
    let length = checked_length(packet.len())?;
    let mut bytes = Vec::with_capacity(HEADER_BYTES.saturating_add(packet.len()));
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_be_bytes());
    bytes.extend_from_slice(&[0; 2]);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&Sha256::digest(packet));
    bytes.extend_from_slice(&[0; 16]);
    bytes.extend_from_slice(packet);
    bytes.resize(bytes.len().next_multiple_of(SECTOR_BYTES), 0);
    Ok(bytes)
}

/// Reads the packet of a medium, front to back and once. Of what lies behind the sector the packet
/// ends in, eight bytes are read, to see whether a second packet starts there; no memory is taken
/// beyond what the medium really gives.
///
/// # Errors
/// [`MediumError`]: the first rule that does not hold.
pub fn read_medium(medium: &mut impl Read) -> Result<Vec<u8>, MediumError> {
    let header = read_exactly(medium, HEADER_BYTES)?;
    let fields = Header::parse(&header)?;
    let packet = read_exactly(medium, fields.length)?;
    let whole = HEADER_BYTES.saturating_add(fields.length);
    let padding = whole.next_multiple_of(SECTOR_BYTES).saturating_sub(whole);
    if read_exactly(medium, padding)?.iter().any(|byte| *byte != 0) {
        return Err(MediumError::PaddingNotZero);
    }
    if <[u8; 32]>::from(Sha256::digest(&packet)) != fields.digest {
        return Err(MediumError::WrongDigest);
    }
    // A medium may end here, and what an older use left behind does not matter.
    if read_at_most(medium, MAGIC.len())? == MAGIC {
        return Err(MediumError::SecondPacket);
    }
    Ok(packet)
}

struct Header {
    length: usize,
    digest: [u8; 32],
}

impl Header {
    fn parse(bytes: &[u8]) -> Result<Self, MediumError> {
        let truncated = MediumError::Truncated {
            expected: HEADER_BYTES,
        };
        let mut rest = bytes;
        let magic: [u8; 8] = take(&mut rest).ok_or_else(|| truncated.clone())?;
        let version: [u8; 2] = take(&mut rest).ok_or_else(|| truncated.clone())?;
        let reserved: [u8; 2] = take(&mut rest).ok_or_else(|| truncated.clone())?;
        let length: [u8; 4] = take(&mut rest).ok_or_else(|| truncated.clone())?;
        let digest: [u8; 32] = take(&mut rest).ok_or_else(|| truncated.clone())?;
        let more_reserved: [u8; 16] = take(&mut rest).ok_or(truncated)?;
        if magic != MAGIC {
            return Err(MediumError::Foreign);
        }
        let found = u16::from_be_bytes(version);
        if found != VERSION {
            return Err(MediumError::UnsupportedVersion { found });
        }
        if reserved != [0; 2] || more_reserved != [0; 16] {
            return Err(MediumError::ReservedNotZero);
        }
        let claimed = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        checked_length(claimed)?;
        Ok(Self {
            length: claimed,
            digest,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*chunk)
}

fn checked_length(found: usize) -> Result<u32, MediumError> {
    let error = MediumError::Length {
        found,
        limit: MAX_PACKET_BYTES,
    };
    if found == 0 || found > MAX_PACKET_BYTES {
        return Err(error);
    }
    u32::try_from(found).ok().ok_or(error)
}

fn read_exactly(medium: &mut impl Read, expected: usize) -> Result<Vec<u8>, MediumError> {
    let bytes = read_at_most(medium, expected)?;
    if bytes.len() == expected {
        Ok(bytes)
    } else {
        Err(MediumError::Truncated { expected })
    }
}

fn read_at_most(medium: &mut impl Read, limit: usize) -> Result<Vec<u8>, MediumError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    medium
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| MediumError::Unreadable { kind: error.kind() })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
