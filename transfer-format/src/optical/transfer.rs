//! One transfer on the receiving side: its symbols, and how the packet is found among them when
//! some are poisoned.
//!
//! Knows nothing of other transfers. A wrong symbol with a right checksum is only noticed when the
//! packet's SHA-256 differs; then the packet is solved for again from other choices of symbols.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::fountain::{BlockLength, Symbol, solve};
use super::frame::{Frame, FrameHeader, TransferId};
use crate::limits::MAX_SYMBOL_VARIANTS;

/// Symbols solved for, over a whole transfer, before it is given up: 14 attempts at the largest
/// packet, hundreds at a usual one. It bounds what a hostile screen can make a receiver spend.
const SOLVE_BUDGET: u64 = 1 << 17;
/// Symbols more than K that a choice among poisoned ones takes, for a solution to be likely.
const SURPLUS: usize = 2;
/// Choices tried per frame of a small packet; a large one gets fewer.
const MAX_CHOICES_PER_FRAME: u32 = 16;

/// What was seen under one symbol id.
struct Variant {
    symbol: Symbol,
    sightings: u32,
}

/// What a frame added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Added {
    pub(super) new: usize,
    pub(super) duplicates: usize,
    pub(super) conflicting: usize,
}

pub(super) struct Transfer {
    id: TransferId,
    length: BlockLength,
    symbols: BTreeMap<u32, Vec<Variant>>,
    /// Symbols remembered, variants counted.
    stored: usize,
    frames: u64,
    poisoned: bool,
    choice: u32,
    budget: u64,
}

impl Transfer {
    /// A transfer that `header` belongs to.
    pub(super) fn new(header: &FrameHeader) -> Option<Self> {
        let length = BlockLength::new(header.packet_length())?;
        Some(Self {
            id: header.transfer(),
            length,
            symbols: BTreeMap::new(),
            stored: 0,
            frames: 0,
            poisoned: false,
            choice: 0,
            budget: SOLVE_BUDGET,
        })
    }

    pub(super) fn matches(&self, header: &FrameHeader) -> bool {
        self.id == header.transfer() && self.length.bytes() == header.packet_length()
    }

    pub(super) const fn id(&self) -> TransferId {
        self.id
    }

    pub(super) const fn frames(&self) -> u64 {
        self.frames
    }

    /// Different symbol ids seen.
    pub(super) fn symbols(&self) -> usize {
        self.symbols.len()
    }

    /// Symbols the packet is cut into.
    pub(super) fn needed(&self) -> usize {
        usize::try_from(self.length.source_symbols()).unwrap_or(usize::MAX)
    }

    /// Takes a frame's symbols. No more than three times the needed ones are remembered.
    pub(super) fn add(&mut self, frame: &Frame) -> Added {
        self.frames = self.frames.saturating_add(1);
        let most = self.needed().saturating_mul(3).saturating_add(64);
        let mut added = Added::default();
        for (id, symbol) in frame.symbols() {
            let variants = self.symbols.get_mut(&id);
            let known = variants.as_ref().map_or(0, |variants| variants.len());
            let seen = variants.and_then(|all| all.iter_mut().find(|one| one.symbol == *symbol));
            if let Some(seen) = seen {
                seen.sightings = seen.sightings.saturating_add(1);
                added.duplicates = added.duplicates.saturating_add(1);
                continue;
            }
            if known == 0 {
                added.new = added.new.saturating_add(1);
            } else {
                added.conflicting = added.conflicting.saturating_add(1);
            }
            if known < MAX_SYMBOL_VARIANTS && self.stored < most {
                self.stored = self.stored.saturating_add(1);
                let variant = Variant {
                    symbol: *symbol,
                    sightings: 1,
                };
                self.symbols.entry(id).or_default().push(variant);
            }
        }
        added
    }

    /// Whether what a frame added is worth another try: new symbols always, repeated and
    /// contradicted ones once poison has shown.
    pub(super) const fn has_something_to_try(&self, added: Added) -> bool {
        added.new > 0 || self.poisoned && (added.conflicting > 0 || added.duplicates > 0)
    }

    /// Tries to find the packet. Once a solution was wrong, several choices are tried per call,
    /// within a budget for the whole transfer.
    pub(super) fn solve(&mut self) -> Option<Vec<u8>> {
        if self.symbols.len() < self.needed() {
            return None;
        }
        let choices = if self.poisoned {
            self.choices_per_frame()
        } else {
            1
        };
        (0..choices).find_map(|_| self.try_one())
    }

    fn choices_per_frame(&self) -> u32 {
        4096_u32
            .checked_div(self.length.source_symbols())
            .unwrap_or(1)
            .clamp(1, MAX_CHOICES_PER_FRAME)
    }

    fn try_one(&mut self) -> Option<Vec<u8>> {
        let cost = u64::from(self.length.source_symbols());
        self.budget = self.budget.checked_sub(cost)?;
        if self.poisoned {
            self.choice = self.choice.wrapping_add(1);
        }
        let packet = solve(self.length, &self.chosen())?;
        if TransferId::of(&packet) == self.id {
            return Some(packet);
        }
        self.poisoned = true;
        None
    }

    /// Before poison shows: every symbol, in the form seen most. After: a different pseudo-random
    /// choice each time, every other one of them preferring what was seen twice and undisputed.
    fn chosen(&self) -> BTreeMap<u32, Symbol> {
        if !self.poisoned {
            return self
                .symbols
                .iter()
                .filter_map(|(id, all)| Some((*id, best(all)?)))
                .collect();
        }
        let prefer_confirmed = self.choice.is_multiple_of(2);
        let mut ranked: Vec<(bool, u64, u32)> = self
            .symbols
            .iter()
            .map(|(id, all)| {
                let confirmed = all.len() == 1 && all.iter().any(|variant| variant.sightings > 1);
                (prefer_confirmed && !confirmed, self.draw(*id), *id)
            })
            .collect();
        ranked.sort_unstable();
        ranked
            .into_iter()
            .take(self.needed().saturating_add(SURPLUS))
            .filter_map(|(_, draw, id)| Some((id, self.variant(id, draw)?)))
            .collect()
    }

    fn variant(&self, id: u32, draw: u64) -> Option<Symbol> {
        let all = self.symbols.get(&id)?;
        let count = u64::try_from(all.len()).ok()?;
        let index = usize::try_from(draw.checked_rem(count)?).ok()?;
        all.get(index).map(|variant| variant.symbol)
    }

    /// A number that depends on the transfer, the choice and the id, and on nothing else, so that
    /// a reception can be repeated exactly.
    fn draw(&self, id: u32) -> u64 {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.id.as_bytes())
            .chain_update(self.choice.to_be_bytes())
            .chain_update(id.to_be_bytes())
            .finalize()
            .into();
        digest
            .first_chunk()
            .map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }
}

fn best(variants: &[Variant]) -> Option<Symbol> {
    variants
        .iter()
        .max_by_key(|variant| variant.sightings)
        .map(|variant| variant.symbol)
}
