//! The only door to the fountain code: what gets through it cannot make `raptorq` panic.
//!
//! `raptorq` asserts on ids, counts and sizes, and returns wrong bytes for damaged symbols; so
//! every value here comes from a checked [`FrameHeader`](super::FrameHeader), and every result
//! goes to a check of its SHA-256. Knows nothing of frames and transfers.

use std::collections::BTreeMap;

use raptorq::{
    EncodingPacket, ObjectTransmissionInformation, PayloadId, SourceBlockDecoder,
    SourceBlockEncoder,
};

use crate::limits::{MAX_ENCODING_SYMBOLS, MAX_PACKET_BYTES_BY_QR, SYMBOL_BYTES};

/// One symbol.
pub(super) type Symbol = [u8; SYMBOL_BYTES];

/// A packet length between 1 byte and [`MAX_PACKET_BYTES_BY_QR`], the only one that gets here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockLength(u32);

impl BlockLength {
    pub(super) fn new(bytes: usize) -> Option<Self> {
        let in_range = (1..=MAX_PACKET_BYTES_BY_QR).contains(&bytes);
        u32::try_from(bytes).ok().filter(|_| in_range).map(Self)
    }

    /// Bytes of the packet.
    pub(super) fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// Symbols the packet is cut into: K of RFC 6330.
    pub(super) fn source_symbols(self) -> u32 {
        self.0.div_ceil(symbol_bytes())
    }

    fn configuration(self) -> ObjectTransmissionInformation {
        let size = u16::try_from(SYMBOL_BYTES).unwrap_or(u16::MAX);
        ObjectTransmissionInformation::new(u64::from(self.0), size, 1, 1, 1)
    }

    fn padded_bytes(self) -> u64 {
        u64::from(self.source_symbols()).saturating_mul(u64::from(symbol_bytes()))
    }
}

fn symbol_bytes() -> u32 {
    u32::try_from(SYMBOL_BYTES).unwrap_or(u32::MAX)
}

/// Makes the symbols of one packet.
pub(super) struct Encoder {
    source: Vec<Symbol>,
    block: SourceBlockEncoder,
}

impl Encoder {
    pub(super) fn new(packet: &[u8], length: BlockLength) -> Self {
        let mut padded = packet.to_vec();
        padded.resize(packet.len().next_multiple_of(SYMBOL_BYTES), 0);
        let (source, _) = padded.as_chunks::<SYMBOL_BYTES>();
        let block = SourceBlockEncoder::new(0, &length.configuration(), &padded);
        Self {
            source: source.to_vec(),
            block,
        }
    }

    /// The symbol of an id: of the packet itself below K, a repair symbol from there on.
    pub(super) fn symbol(&self, id: u32) -> Symbol {
        let source = usize::try_from(id)
            .ok()
            .and_then(|index| self.source.get(index));
        if let Some(symbol) = source {
            return *symbol;
        }
        let count = u32::try_from(self.source.len()).unwrap_or(u32::MAX);
        let repair = self.block.repair_packets(id.saturating_sub(count), 1);
        let symbol = repair
            .first()
            .and_then(|packet| packet.data().first_chunk());
        symbol.copied().unwrap_or([0; SYMBOL_BYTES])
    }
}

/// Solves for the packet; `None` if the symbols do not suffice. The bytes may be wrong if a symbol
/// was.
pub(super) fn solve(length: BlockLength, symbols: &BTreeMap<u32, Symbol>) -> Option<Vec<u8>> {
    let packets = symbols
        .iter()
        .filter(|(id, _)| **id < MAX_ENCODING_SYMBOLS)
        .map(|(id, symbol)| EncodingPacket::new(PayloadId::new(0, *id), symbol.to_vec()));
    let mut decoder = SourceBlockDecoder::new(0, &length.configuration(), length.padded_bytes());
    let mut packet = decoder.decode(packets)?;
    packet.truncate(length.bytes());
    (packet.len() == length.bytes()).then_some(packet)
}
