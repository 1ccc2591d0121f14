//! One transfer on the receiving side: its symbols, and how the packet is found among them when
//! some are poisoned.
//!
//! Knows nothing of other transfers. A wrong symbol with a right checksum is only noticed when the
//! packet's SHA-256 differs; then the packet is solved for again from other choices of symbols.

use std::collections::BTreeMap;

use super::fountain::{BlockLength, Symbol, solve};
use super::frame::{Frame, FrameHeader, TransferId};
use crate::limits::MAX_SYMBOL_VARIANTS;

/// Symbols that may be solved for before the first frame is counted: hundreds of attempts at a
/// small packet, none at the largest.
pub(super) const FIRST_CREDIT: u64 = 1 << 13;
/// Symbols that may be solved for, per symbol received: 24 attempts for as many symbols as the
/// packet has. An attempt costs about 5 µs per symbol; 1 MiB of lies thus costs about a second.
const CREDIT_PER_SYMBOL: u64 = 24;
/// What an attempt costs beside its symbols: RFC 6330 pads small blocks.
const COST_OF_AN_ATTEMPT: u64 = 16;
/// Choices tried per frame of a small packet; a large one gets fewer.
const MAX_CHOICES_PER_FRAME: u32 = 128;

/// How much a transfer may remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Three times the symbols its packet has: enough to choose among poisoned ones.
    Wide,
    /// No more than it takes to solve when no symbol is poisoned.
    Narrow,
}

/// What was seen under one symbol id.
struct Variant {
    symbol: Symbol,
    sightings: u32,
    /// The frame that brought it first: a poisoned frame is left out as a whole.
    frame: u64,
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
    choice: u64,
    /// Attempts that failed because the symbols did not suffice, and how many there must be before
    /// the next one.
    singular: u32,
    needed_next: usize,
    credit: u64,
    spent: u64,
}

impl Transfer {
    /// A transfer that `header` belongs to. It may solve for `credit` symbols, at most
    /// [`FIRST_CREDIT`], before it has earned any by its frames.
    pub(super) fn new(header: &FrameHeader, credit: u64) -> Option<Self> {
        let length = BlockLength::new(header.packet_length())?;
        Some(Self {
            id: header.transfer(),
            length,
            symbols: BTreeMap::new(),
            stored: 0,
            frames: 0,
            poisoned: false,
            choice: 0,
            singular: 0,
            needed_next: 0,
            credit: credit.min(FIRST_CREDIT),
            spent: 0,
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

    /// Symbols remembered, contradicting ones counted each.
    pub(super) const fn stored(&self) -> usize {
        self.stored
    }

    /// What is left of the credit it was given.
    pub(super) fn unspent(&self) -> u64 {
        self.credit.saturating_sub(self.spent).min(FIRST_CREDIT)
    }

    /// Symbols solved for so far, in all attempts together.
    #[cfg(test)]
    pub(super) const fn spent(&self) -> u64 {
        self.spent
    }

    /// Different symbol ids seen.
    pub(super) fn symbols(&self) -> usize {
        self.symbols.len()
    }

    /// Symbols the packet is cut into.
    pub(super) fn needed(&self) -> usize {
        usize::try_from(self.length.source_symbols()).unwrap_or(usize::MAX)
    }

    /// Takes the symbols of the receiver's frame `number`, as many as there is room for.
    pub(super) fn add(&mut self, frame: &Frame, number: u64, room: Room) -> Added {
        self.frames = self.frames.saturating_add(1);
        let most = match room {
            Room::Wide => self.needed().saturating_mul(3),
            Room::Narrow => self.needed(),
        }
        .saturating_add(64);
        let mut added = Added::default();
        for (id, symbol) in frame.symbols() {
            self.credit = self.credit.saturating_add(CREDIT_PER_SYMBOL);
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
                    frame: number,
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

    /// Tries to find the packet. Once a solution was wrong, several choices are tried per call.
    /// All attempts together cost no more than what came in has earned.
    pub(super) fn solve(&mut self) -> Option<Vec<u8>> {
        if self.symbols.len() < self.needed().max(self.needed_next) {
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
        let cost = u64::from(self.length.source_symbols()).saturating_add(COST_OF_AN_ATTEMPT);
        let spent = self.spent.saturating_add(cost);
        if spent > self.allowed() {
            return None;
        }
        self.spent = spent;
        if self.poisoned {
            self.choice = self.choice.saturating_add(1);
        }
        let Some(packet) = solve(self.length, &self.chosen()) else {
            self.wait_for_more();
            return None;
        };
        if TransferId::of(&packet) == self.id {
            return Some(packet);
        }
        self.poisoned = true;
        None
    }

    /// What may be spent by now. A choice among few more symbols than needed hardly ever leaves
    /// out every poisoned frame, so once poison has shown the credit opens with the square of the
    /// surplus: all of it when there are twice as many symbols as needed.
    fn allowed(&self) -> u64 {
        if !self.poisoned {
            return self.credit;
        }
        let needed = as_u64(self.needed());
        let surplus = as_u64(self.stored).saturating_sub(needed).min(needed);
        let open = self.credit.saturating_mul(surplus.saturating_mul(surplus));
        open.checked_div(needed.saturating_mul(needed)).unwrap_or(0)
    }

    /// After an attempt that had too few symbols: 1 more before the next, then 2, 4, 8 more. Two
    /// in a row are a matter of luck once in ten thousand packets; a row of them is made.
    fn wait_for_more(&mut self) {
        if self.poisoned {
            return;
        }
        let more = 1_usize.checked_shl(self.singular).unwrap_or(usize::MAX);
        self.singular = self.singular.saturating_add(1);
        self.needed_next = self.symbols.len().saturating_add(more);
    }

    /// Before poison shows: every symbol, in the form seen most. After: the symbols of frames
    /// drawn by lot, others each time; every second draw prefers what was seen twice and
    /// undisputed.
    fn chosen(&self) -> BTreeMap<u32, Symbol> {
        if !self.poisoned {
            return self
                .symbols
                .iter()
                .filter_map(|(id, all)| Some((*id, best(all)?)))
                .collect();
        }
        let prefer_confirmed = self.choice.is_multiple_of(2);
        let mut ranked: Vec<(bool, u64, u32, &Variant)> = Vec::with_capacity(self.stored);
        for (id, all) in &self.symbols {
            for variant in all {
                let confirmed = all.len() == 1 && variant.sightings > 1;
                let unconfirmed = prefer_confirmed && !confirmed;
                ranked.push((unconfirmed, self.draw(variant.frame), *id, variant));
            }
        }
        ranked.sort_unstable_by_key(|(unconfirmed, draw, id, _)| (*unconfirmed, *draw, *id));
        let mut chosen = BTreeMap::new();
        let mut last = None;
        for (_, _, id, variant) in ranked {
            // Whole frames: one that is not poisoned has nothing to hide.
            if chosen.len() >= self.needed() && last != Some(variant.frame) {
                break;
            }
            last = Some(variant.frame);
            chosen.entry(id).or_insert(variant.symbol);
        }
        chosen
    }

    /// The lot of a frame in the present choice (the finaliser of `SplitMix64`). It depends on the
    /// choice and the frame's number and on nothing else, so that a reception can be repeated
    /// exactly.
    const fn draw(&self, frame: u64) -> u64 {
        let mut lot = self
            .choice
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(frame)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        lot = (lot ^ (lot >> 30_u32)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        lot = (lot ^ (lot >> 27_u32)).wrapping_mul(0x94d0_49bb_1331_11eb);
        lot ^ (lot >> 31_u32)
    }
}

fn best(variants: &[Variant]) -> Option<Symbol> {
    variants
        .iter()
        .max_by_key(|variant| variant.sightings)
        .map(|variant| variant.symbol)
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
