//! The receiving side: frames in any order, from anywhere in the loop, from more than one screen.
//! Knows nothing of images: it is given the text of codes.

use super::frame::{Frame, TransferId};
use super::transfer::{Room, Transfer};
use crate::limits::{MAX_TRANSFERS, WIDE_SYMBOLS};

/// A transfer that is not seen for so many frames may be forgotten for a new one.
const FORGOTTEN_AFTER_FRAMES: u64 = 64;

/// What a receiver has seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReceiveStatistics {
    /// Texts and frames given to it.
    pub frames: u64,
    /// Texts that were no frame, or damaged.
    pub damaged: u64,
    /// Frames of other transfers than the one that leads.
    pub foreign: u64,
    /// Symbols that were known already.
    pub duplicates: u64,
    /// Symbols that contradicted one seen before.
    pub conflicting: u64,
}

/// How far a receiver has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Symbols of the leading transfer.
    pub symbols: usize,
    /// Symbols its packet is cut into; 0 before the first frame.
    pub needed: usize,
    /// Whether the packet is there.
    pub complete: bool,
    /// What was seen so far.
    pub statistics: ReceiveStatistics,
}

/// Puts packets together from frames.
///
/// Up to [`MAX_TRANSFERS`] transfers are followed side by side, by id and length, and never mixed;
/// the first whose packet has the SHA-256 its id promises wins.
#[derive(Default)]
pub struct Receiver {
    transfers: Vec<Transfer>,
    statistics: ReceiveStatistics,
    accepted: u64,
    packet: Option<Vec<u8>>,
}

impl Receiver {
    /// A receiver that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the text of one code. What is no frame is counted and forgotten.
    pub fn accept_text(&mut self, text: &str) -> Progress {
        let Ok(frame) = Frame::from_text(text) else {
            self.statistics.frames = self.statistics.frames.saturating_add(1);
            self.statistics.damaged = self.statistics.damaged.saturating_add(1);
            return self.progress();
        };
        self.accept(&frame)
    }

    /// Takes one frame.
    pub fn accept(&mut self, frame: &Frame) -> Progress {
        self.statistics.frames = self.statistics.frames.saturating_add(1);
        self.accepted = self.accepted.saturating_add(1);
        let number = self.accepted;
        let stored = self
            .transfers
            .iter()
            .fold(0, |sum: usize, one| sum.saturating_add(one.stored()));
        let room = if stored < WIDE_SYMBOLS {
            Room::Wide
        } else {
            Room::Narrow
        };
        if self.packet.is_none()
            && let Some(transfer) = self.transfer_of(frame)
        {
            let added = transfer.add(frame, number, room);
            if transfer.has_something_to_try(added) {
                self.packet = transfer.solve();
            }
            let statistics = &mut self.statistics;
            statistics.duplicates = statistics
                .duplicates
                .saturating_add(as_u64(added.duplicates));
            statistics.conflicting = statistics
                .conflicting
                .saturating_add(as_u64(added.conflicting));
        }
        self.progress()
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let leading = self.leading();
        let own = leading.map_or(0, Transfer::frames);
        let statistics = ReceiveStatistics {
            foreign: self.accepted.saturating_sub(own),
            ..self.statistics
        };
        Progress {
            symbols: leading.map_or(0, Transfer::symbols),
            needed: leading.map_or(0, Transfer::needed),
            complete: self.packet.is_some(),
            statistics,
        }
    }

    /// The transfer that has come farthest.
    pub fn transfer(&self) -> Option<TransferId> {
        self.leading().map(Transfer::id)
    }

    /// The packet, if it is there. Its SHA-256 was held against the transfer id only: whether it
    /// is a packet at all its seal must say.
    pub fn into_packet(self) -> Option<Vec<u8>> {
        self.packet
    }

    fn leading(&self) -> Option<&Transfer> {
        self.transfers
            .iter()
            .max_by_key(|transfer| transfer.symbols())
    }

    /// The transfer a frame belongs to. When there are too many, a new one takes the place of one,
    /// drawn by lot, that got a single frame and nothing since, or else of the one not seen for
    /// longest: what was shown before can thus not keep the honest transfer out, nor a flood of
    /// stray codes push it aside for long.
    fn transfer_of(&mut self, frame: &Frame) -> Option<&mut Transfer> {
        let header = frame.header();
        if let Some(known) = self
            .transfers
            .iter()
            .position(|transfer| transfer.matches(header))
        {
            return self.transfers.get_mut(known);
        }
        if self.transfers.len() >= MAX_TRANSFERS {
            let stray = self.draw_stray().or_else(|| self.forgotten())?;
            self.transfers.remove(stray);
        }
        self.transfers.push(Transfer::new(header)?);
        self.transfers.last_mut()
    }

    /// Position of a transfer with one frame. The lot depends on how many frames came, so that a
    /// reception can be repeated exactly.
    fn draw_stray(&self) -> Option<usize> {
        let single = |(_, transfer): &(usize, &Transfer)| transfer.frames() <= 1;
        let strays = || self.transfers.iter().enumerate().filter(single);
        let [lot, ..] = *TransferId::of(&self.accepted.to_be_bytes()).as_bytes();
        let chosen = usize::from(lot).checked_rem(strays().count())?;
        strays().nth(chosen).map(|(position, _)| position)
    }

    /// Position of the transfer whose last frame is the longest ago, if that is long.
    fn forgotten(&self) -> Option<usize> {
        let (position, oldest) = self
            .transfers
            .iter()
            .enumerate()
            .min_by_key(|(_, transfer)| transfer.last_frame())?;
        let age = self.accepted.saturating_sub(oldest.last_frame());
        (age > FORGOTTEN_AFTER_FRAMES).then_some(position)
    }

    /// Symbols solved for so far, in all attempts of all transfers remembered.
    #[cfg(test)]
    pub(super) fn spent(&self) -> u64 {
        self.transfers.iter().map(Transfer::spent).sum()
    }

    /// Symbols remembered, of all transfers.
    #[cfg(test)]
    pub(super) fn stored(&self) -> usize {
        self.transfers.iter().map(Transfer::stored).sum()
    }
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
