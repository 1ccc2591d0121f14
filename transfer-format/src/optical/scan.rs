//! From images to a packet: finds the codes in each image and gives their digits to a receiver.
//! Knows nothing of where the images come from.

use super::reader::CodeReader;
use super::receiver::{Progress, ReceiveStatistics, Receiver};
use super::source::{FrameSource, SourceError};
use crate::limits::MAX_FRAMES;
use image::GrayImage;

/// Why no packet came out of the images.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// The source failed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The images ended before the packet was whole.
    #[error(
        "the images ended with {symbols} of at least {needed} symbols of a packet; show the codes \
         longer ({damaged} codes were damaged, {foreign} belonged to something else)",
        symbols = .0.symbols, needed = .0.needed,
        damaged = .0.statistics.damaged, foreign = .0.statistics.foreign
    )]
    Incomplete(Progress),
    /// More codes than [`MAX_FRAMES`] and still no packet.
    #[error("{limit} codes gave no packet; somebody may be showing codes that do not belong here")]
    TooManyFrames {
        /// Codes looked at.
        limit: usize,
    },
}

impl ReceiveError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Source(error) => error.code(),
            Self::Incomplete(_) => "E_FRAME_INCOMPLETE",
            Self::TooManyFrames { .. } => "E_FRAME_LIMIT",
        }
    }
}

/// A packet that came through, its SHA-256 held against the transfer id and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The packet, as hostile as before: its seal is still to be checked.
    pub packet: Vec<u8>,
    /// What was seen on the way.
    pub statistics: ReceiveStatistics,
}

/// Reads images until a packet is whole.
///
/// # Errors
/// [`ReceiveError`].
pub fn receive(source: &mut dyn FrameSource) -> Result<Received, ReceiveError> {
    receive_at_most(source, MAX_FRAMES)
}

pub(super) fn receive_at_most(
    source: &mut dyn FrameSource,
    limit: usize,
) -> Result<Received, ReceiveError> {
    let mut receiver = Receiver::new();
    let mut reader = CodeReader::new();
    let mut codes: usize = 0;
    let mut learnt: usize = 0;
    while let Some(image) = source.next_image()? {
        for text in reader.read(&image) {
            codes = codes.saturating_add(1);
            receiver.accept_text(&text);
        }
        let progress = receiver.progress();
        if progress.complete {
            break;
        }
        source.taught(progress.learnt.saturating_sub(learnt))?;
        learnt = progress.learnt;
        if codes >= limit {
            return Err(ReceiveError::TooManyFrames { limit });
        }
    }
    let progress = receiver.progress();
    match receiver.into_packet() {
        Some(packet) => Ok(Received {
            packet,
            statistics: progress.statistics,
        }),
        None => Err(ReceiveError::Incomplete(progress)),
    }
}

/// The texts of the codes in a single image that hold digits only; at most
/// [`MAX_CODES_PER_IMAGE`](crate::limits::MAX_CODES_PER_IMAGE) codes are looked at. What cannot be
/// read is left out.
///
/// For one image after the other a [`CodeReader`] is quicker.
pub fn read_codes(image: &GrayImage) -> Vec<String> {
    CodeReader::new().read(image)
}
