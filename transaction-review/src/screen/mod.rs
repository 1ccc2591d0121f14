//! Review screens: everything a review and its verdict say, as plain text that is never cut.
//! Knows columns and blocks, nothing of terminals, pages and keys.

mod bitcoin;
mod effect;
mod ethereum;
mod fields;
mod text;
mod verdict;

#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

use crate::review::Details;
use crate::{Policy, Review, Verdict};

/// Domain tag of [`screens_digest`].
pub const REVIEW_DIGEST_TAG: &[u8] = b"coldsign/review/v1";

/// One subject of the review. A block's lines stay together on one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// What the screen is about.
    pub heading: String,
    /// Blocks of lines of printable ASCII, at most [`SCREEN_COLUMNS`](crate::limits::SCREEN_COLUMNS)
    /// columns each.
    pub blocks: Vec<Vec<String>>,
}

impl Review {
    /// The screens that every operator sees, in order: what is paid, what it is made of, what the
    /// policy says. Addresses are whole; nothing is shortened.
    pub fn screens(&self, policy: &Policy, verdict: &Verdict) -> Vec<Screen> {
        let mut screens = match self.details() {
            Details::Bitcoin(reviewed) => bitcoin::screens(self, reviewed),
            Details::Ethereum(reviewed) => ethereum::screens(self, reviewed),
        };
        screens.push(verdict::screen(self, policy, verdict));
        screens
    }
}

/// The review digest that approvals bind: SHA-256 over [`REVIEW_DIGEST_TAG`] and the screens, each
/// list and each text led by its length as eight bytes, big-endian.
pub fn screens_digest(screens: &[Screen]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(REVIEW_DIGEST_TAG);
    length(&mut hash, screens.len());
    for screen in screens {
        line(&mut hash, &screen.heading);
        length(&mut hash, screen.blocks.len());
        for block in &screen.blocks {
            length(&mut hash, block.len());
            for text in block {
                line(&mut hash, text);
            }
        }
    }
    hash.finalize().into()
}

fn line(hash: &mut Sha256, text: &str) {
    length(hash, text.len());
    hash.update(text.as_bytes());
}

fn length(hash: &mut Sha256, length: usize) {
    hash.update(u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
}
