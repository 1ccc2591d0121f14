//! The receiving side: frames in any order, from anywhere in the loop, from more than one screen.
//! Knows nothing of images: it is given the text of codes.

use super::frame::{Frame, FrameHeader, TransferId};
use super::transfer::{FIRST_CREDIT, Room, Transfer};
use crate::limits::{MAX_STANDING, MAX_TRANSFERS, WIDE_SYMBOLS};

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
    /// Symbols of any transfer that were new when they came.
    pub learnt: usize,
    /// Whether the packet is there.
    pub complete: bool,
    /// What was seen so far.
    pub statistics: ReceiveStatistics,
}

/// Puts packets together from frames.
///
/// Up to [`MAX_TRANSFERS`] transfers are followed side by side, by id and length, and never mixed;
/// the first whose packet has the SHA-256 its id promises wins.
///
/// Which of them are followed is decided as Misra and Gries count frequent elements: each transfer
/// has a standing that rises with its frames, a frame for which there is no place lowers all, and
/// a transfer without standing loses its place. So a transfer that is shown often enough gets in
/// and stays in, however many others are shown beside it without pause. What a receiver cannot do
/// is tell an honest transfer from another one: it knows no keys, and the first that is whole ends
/// the reception.
pub struct Receiver {
    transfers: Vec<Followed>,
    /// Symbols that transfers yet to come may solve for before they have earned any. What one did
    /// not use comes back, so that only made-up transfers use it up.
    credit: u64,
    statistics: ReceiveStatistics,
    accepted: u64,
    learnt: usize,
    packet: Option<Vec<u8>>,
}

/// A transfer and how well it holds its place.
struct Followed {
    transfer: Transfer,
    standing: u32,
}

impl Default for Receiver {
    fn default() -> Self {
        Self::new()
    }
}

impl Receiver {
    /// A receiver that has seen nothing.
    pub fn new() -> Self {
        let places = as_u64(MAX_TRANSFERS);
        Self {
            transfers: Vec::new(),
            credit: FIRST_CREDIT.saturating_mul(places),
            statistics: ReceiveStatistics::default(),
            accepted: 0,
            learnt: 0,
            packet: None,
        }
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
        let stored = self.transfers.iter().fold(0, |sum: usize, one| {
            sum.saturating_add(one.transfer.stored())
        });
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
            self.learnt = self.learnt.saturating_add(added.new);
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
            learnt: self.learnt,
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
        let transfers = self.transfers.iter().map(|followed| &followed.transfer);
        transfers.max_by_key(|transfer| transfer.symbols())
    }

    /// The transfer a frame belongs to, if it is followed or there is a place for it. A transfer
    /// with a single frame makes place at once, drawn by lot, so that stray codes wear nobody down.
    fn transfer_of(&mut self, frame: &Frame) -> Option<&mut Transfer> {
        let header = frame.header();
        let known = self
            .transfers
            .iter()
            .position(|followed| followed.transfer.matches(header));
        let position = match known {
            Some(position) => position,
            None => self.take_place(header)?,
        };
        let followed = self.transfers.get_mut(position)?;
        followed.standing = followed.standing.saturating_add(1).min(MAX_STANDING);
        Some(&mut followed.transfer)
    }

    /// Position of a new transfer, if there is a place for it.
    fn take_place(&mut self, header: &FrameHeader) -> Option<usize> {
        if self.transfers.len() >= MAX_TRANSFERS && !self.make_place() {
            return None;
        }
        let credit = self.credit.min(FIRST_CREDIT);
        let transfer = Transfer::new(header, credit)?;
        self.credit = self.credit.saturating_sub(credit);
        self.transfers.push(Followed {
            transfer,
            standing: 0,
        });
        self.transfers.len().checked_sub(1)
    }

    /// Whether there is a place now; if not, there will be one the sooner.
    fn make_place(&mut self) -> bool {
        if let Some(stray) = self.draw_stray() {
            let stray = self.transfers.remove(stray);
            self.take_back(stray.transfer.unspent());
            return true;
        }
        for followed in &mut self.transfers {
            followed.standing = followed.standing.saturating_sub(1);
        }
        let unplaced = |followed: &mut Followed| followed.standing == 0;
        let unplaced: Vec<Followed> = self.transfers.extract_if(.., unplaced).collect();
        for followed in unplaced {
            self.take_back(followed.transfer.unspent());
        }
        false
    }

    fn take_back(&mut self, credit: u64) {
        let most = FIRST_CREDIT.saturating_mul(as_u64(MAX_TRANSFERS));
        self.credit = self.credit.saturating_add(credit).min(most);
    }

    /// Position of a transfer with one frame. The lot depends on how many frames came, so that a
    /// reception can be repeated exactly.
    fn draw_stray(&self) -> Option<usize> {
        let single = |(_, followed): &(usize, &Followed)| followed.transfer.frames() <= 1;
        let strays = || self.transfers.iter().enumerate().filter(single);
        let [lot, ..] = *TransferId::of(&self.accepted.to_be_bytes()).as_bytes();
        let chosen = usize::from(lot).checked_rem(strays().count())?;
        strays().nth(chosen).map(|(position, _)| position)
    }

    /// Symbols solved for so far, in all attempts of all transfers remembered.
    #[cfg(test)]
    pub(super) fn spent(&self) -> u64 {
        let transfers = self.transfers.iter();
        transfers.map(|followed| followed.transfer.spent()).sum()
    }

    /// Symbols remembered, of all transfers.
    #[cfg(test)]
    pub(super) fn stored(&self) -> usize {
        let transfers = self.transfers.iter();
        transfers.map(|followed| followed.transfer.stored()).sum()
    }
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
