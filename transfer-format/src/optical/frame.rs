//! A frame: what one QR code carries. Header of 15 bytes, then symbols of 120 bytes each; how many
//! there are follows from the frame's length.
//!
//! Knows nothing of the other frames of its transfer. All multi-byte numbers are big-endian.
//!
//! | offset | bytes | content |
//! |---|---|---|
//! | 0 | 1 | version, 1 |
//! | 1 | 4 | transfer id: the first bytes of the packet's SHA-256 |
//! | 5 | 3 | length of the packet in bytes |
//! | 8 | 3 | encoding symbol id of the first symbol; the others follow it |
//! | 11 | 4 | CRC-32 (ISO-HDLC) of bytes 0 to 10 and the symbols |

use std::fmt;

use sha2::{Digest, Sha256};

use super::digits::{DigitsError, digits_of, from_digits};
use crate::limits::{
    MAX_ENCODING_SYMBOLS, MAX_PACKET_BYTES_BY_QR, MAX_SYMBOLS_PER_FRAME, SYMBOL_BYTES,
};

const VERSION: u8 = 1;
/// Bytes of the header without its checksum.
const CHECKED_HEADER_BYTES: usize = 11;
/// Bytes of the whole header.
const HEADER_BYTES: usize = 15;

/// The name of a transfer: the first four bytes of its packet's SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId([u8; 4]);

impl TransferId {
    /// The id under which `packet` is sent.
    pub fn of(packet: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::digest(packet).into();
        let (prefix, _) = digest.split_first_chunk().unwrap_or((&[0; 4], &[]));
        Self(*prefix)
    }

    /// The four bytes.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl fmt::Display for TransferId {
    /// Eight lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// What a frame says about itself; every value within its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    transfer: TransferId,
    packet_length: usize,
    symbol_count: u8,
    first_symbol: u32,
}

impl FrameHeader {
    pub(super) fn new(
        transfer: TransferId,
        packet_length: usize,
        symbols: usize,
        first_symbol: u32,
    ) -> Result<Self, FrameError> {
        if packet_length == 0 || packet_length > MAX_PACKET_BYTES_BY_QR {
            let limit = MAX_PACKET_BYTES_BY_QR;
            return Err(FrameError::PacketLength {
                found: packet_length,
                limit,
            });
        }
        let limit = MAX_SYMBOLS_PER_FRAME;
        let found = symbols;
        let symbol_count = u8::try_from(symbols)
            .ok()
            .filter(|_| (1..=limit).contains(&found))
            .ok_or(FrameError::SymbolCount { found, limit })?;
        let end = first_symbol.saturating_add(u32::from(symbol_count));
        if end > MAX_ENCODING_SYMBOLS {
            return Err(FrameError::SymbolId {
                found: end,
                limit: MAX_ENCODING_SYMBOLS,
            });
        }
        Ok(Self {
            transfer,
            packet_length,
            symbol_count,
            first_symbol,
        })
    }

    /// The transfer it belongs to.
    pub const fn transfer(&self) -> TransferId {
        self.transfer
    }

    /// Bytes of the packet.
    pub const fn packet_length(&self) -> usize {
        self.packet_length
    }

    /// Symbols in the frame.
    pub const fn symbol_count(&self) -> u8 {
        self.symbol_count
    }

    /// Encoding symbol id of the first symbol.
    pub const fn first_symbol(&self) -> u32 {
        self.first_symbol
    }

    fn checked_bytes(&self) -> [u8; CHECKED_HEADER_BYTES] {
        let [_, length @ ..] = u32::try_from(self.packet_length)
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        let [_, first @ ..] = self.first_symbol.to_be_bytes();
        let [id_0, id_1, id_2, id_3] = self.transfer.0;
        let [length_0, length_1, length_2] = length;
        let [first_0, first_1, first_2] = first;
        [
            VERSION, id_0, id_1, id_2, id_3, length_0, length_1, length_2, first_0, first_1,
            first_2,
        ]
    }
}

/// Why a code's content is no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Not digits that stand for bytes.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// A length that no number of symbols gives.
    #[error(
        "the frame is {found} bytes long; a header of 15 and whole symbols of 120 belong there"
    )]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// A version other than 1.
    #[error("the frame has format version {found} and this program reads version 1")]
    UnsupportedVersion {
        /// Version in the header.
        found: u8,
    },
    /// No symbols, or more than [`MAX_SYMBOLS_PER_FRAME`].
    #[error("the frame has {found} symbols; between 1 and {limit} belong there")]
    SymbolCount {
        /// Symbols found.
        found: usize,
        /// Symbols allowed.
        limit: usize,
    },
    /// The packet is empty or larger than may cross by QR.
    #[error("the frame is of a packet of {found} bytes; between 1 and {limit} may cross as codes")]
    PacketLength {
        /// Bytes in the header.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A symbol id past the last one allowed.
    #[error("the frame's symbols end at id {found}; no transfer has more than {limit}")]
    SymbolId {
        /// Id behind the last symbol.
        found: u32,
        /// Ids allowed.
        limit: u32,
    },
    /// The checksum does not fit.
    #[error("the frame was not read correctly: its checksum differs")]
    Checksum,
}

/// One frame: a header and its symbols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    header: FrameHeader,
    symbols: Vec<u8>,
}

impl Frame {
    /// A frame of symbols that fit the header.
    pub(super) fn new(header: FrameHeader, symbols: Vec<u8>) -> Result<Self, FrameError> {
        let expected = usize::from(header.symbol_count).checked_mul(SYMBOL_BYTES);
        if expected == Some(symbols.len()) {
            Ok(Self { header, symbols })
        } else {
            Err(FrameError::Length {
                found: symbols.len().saturating_add(HEADER_BYTES),
            })
        }
    }

    /// Reads a frame, and accepts no field that is out of its limits.
    ///
    /// # Errors
    /// [`FrameError`]: the first rule that does not hold.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrameError> {
        let length = FrameError::Length { found: bytes.len() };
        let (checked, rest) = bytes
            .split_first_chunk::<CHECKED_HEADER_BYTES>()
            .ok_or(length)?;
        let (checksum, symbols) = rest.split_first_chunk::<4>().ok_or(length)?;
        let (whole, left_over) = symbols.as_chunks::<SYMBOL_BYTES>();
        if whole.is_empty() || !left_over.is_empty() {
            return Err(length);
        }
        let [
            version,
            id_0,
            id_1,
            id_2,
            id_3,
            length_0,
            length_1,
            length_2,
            first @ ..,
        ] = *checked;
        if version != VERSION {
            return Err(FrameError::UnsupportedVersion { found: version });
        }
        let [first_0, first_1, first_2] = first;
        let packet_length = u32::from_be_bytes([0, length_0, length_1, length_2]);
        let header = FrameHeader::new(
            TransferId([id_0, id_1, id_2, id_3]),
            usize::try_from(packet_length).unwrap_or(usize::MAX),
            whole.len(),
            u32::from_be_bytes([0, first_0, first_1, first_2]),
        )?;
        if checksum_of(checked, symbols) != u32::from_be_bytes(*checksum) {
            return Err(FrameError::Checksum);
        }
        Self::new(header, symbols.to_vec())
    }

    /// Reads a frame from the digits of a code.
    ///
    /// # Errors
    /// [`FrameError`]: the first rule that does not hold.
    pub fn from_text(text: &str) -> Result<Self, FrameError> {
        Self::from_bytes(&from_digits(text)?)
    }

    /// The frame's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let checked = self.header.checked_bytes();
        let mut bytes = checked.to_vec();
        bytes.extend_from_slice(&checksum_of(&checked, &self.symbols).to_be_bytes());
        bytes.extend_from_slice(&self.symbols);
        bytes
    }

    /// The digits that a code shows.
    pub fn to_text(&self) -> String {
        digits_of(&self.to_bytes())
    }

    /// The header.
    pub const fn header(&self) -> &FrameHeader {
        &self.header
    }

    /// The symbols and their ids.
    pub fn symbols(&self) -> impl Iterator<Item = (u32, &[u8; SYMBOL_BYTES])> {
        let (symbols, _) = self.symbols.as_chunks::<SYMBOL_BYTES>();
        (self.header.first_symbol..).zip(symbols)
    }
}

fn checksum_of(header: &[u8], symbols: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(symbols);
    hasher.finalize()
}
