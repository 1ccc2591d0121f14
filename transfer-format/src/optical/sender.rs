//! The sending side: an endless row of frames, first the packet itself, then repair symbols.
//! Knows nothing of how a frame is shown.

use super::fountain::{BlockLength, Encoder};
use super::frame::{Frame, FrameHeader, TransferId};
use crate::limits::{MAX_ENCODING_SYMBOLS, MAX_PACKET_BYTES_BY_QR, MAX_SYMBOLS_PER_FRAME};

/// Why a packet cannot be sent as codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The packet is empty or larger than [`MAX_PACKET_BYTES_BY_QR`].
    #[error("the packet has {found} bytes; between 1 and {limit} may cross as codes: use a medium")]
    PacketLength {
        /// Bytes of the packet.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
}

/// One packet, ready to be shown.
pub struct Sender {
    transfer: TransferId,
    length: BlockLength,
    encoder: Encoder,
}

impl Sender {
    /// A sender of `packet`.
    ///
    /// # Errors
    /// [`SendError::PacketLength`].
    pub fn new(packet: &[u8]) -> Result<Self, SendError> {
        let (found, limit) = (packet.len(), MAX_PACKET_BYTES_BY_QR);
        let length = BlockLength::new(found).ok_or(SendError::PacketLength { found, limit })?;
        let encoder = Encoder::new(packet, length);
        Ok(Self {
            transfer: TransferId::of(packet),
            length,
            encoder,
        })
    }

    /// The id that every frame carries.
    pub const fn transfer(&self) -> TransferId {
        self.transfer
    }

    /// Symbols the packet is cut into; a receiver needs about as many.
    pub fn source_symbols(&self) -> u32 {
        self.length.source_symbols()
    }

    /// Frames without end, each with `symbols_per_frame` symbols (at least 1, at most
    /// [`MAX_SYMBOLS_PER_FRAME`]). When the ids run out they start anew.
    pub fn frames(&self, symbols_per_frame: u8) -> Frames<'_> {
        self.frames_from(symbols_per_frame, 0)
    }

    /// As [`frames`](Self::frames), from the symbol with the id `next_symbol` on: how a row of
    /// frames goes on when its density changes.
    pub fn frames_from(&self, symbols_per_frame: u8, next_symbol: u32) -> Frames<'_> {
        let most = u8::try_from(MAX_SYMBOLS_PER_FRAME).unwrap_or(u8::MAX);
        Frames {
            sender: self,
            symbol_count: symbols_per_frame.clamp(1, most),
            next_symbol,
        }
    }

    /// Frames after which a loop may start again without loss: twice the packet's symbols.
    pub fn loop_length(&self, symbols_per_frame: u8) -> usize {
        let symbols = self.source_symbols().saturating_mul(2);
        let frames = symbols.div_ceil(u32::from(symbols_per_frame.max(1)));
        usize::try_from(frames).unwrap_or(usize::MAX)
    }
}

/// The frames of a [`Sender`], without end.
pub struct Frames<'s> {
    sender: &'s Sender,
    symbol_count: u8,
    next_symbol: u32,
}

impl Frames<'_> {
    /// The id of the symbol with which the next frame begins.
    pub(super) const fn next_symbol(&self) -> u32 {
        self.next_symbol
    }
}

impl Iterator for Frames<'_> {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        let mut first = self.next_symbol;
        let mut end = first.saturating_add(u32::from(self.symbol_count));
        if end > MAX_ENCODING_SYMBOLS {
            first = 0;
            end = u32::from(self.symbol_count);
        }
        self.next_symbol = end;
        let symbols = (first..end)
            .flat_map(|id| self.sender.encoder.symbol(id))
            .collect();
        let length = self.sender.length.bytes();
        let count = usize::from(self.symbol_count);
        let header = FrameHeader::new(self.sender.transfer, length, count, first);
        header.and_then(|header| Frame::new(header, symbols)).ok()
    }
}
