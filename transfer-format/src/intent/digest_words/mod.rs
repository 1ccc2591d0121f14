//! Digest words: 16 words of the PGP word list that two people compare aloud, 128 bits of a
//! digest. Words of even and odd positions come from different lists, so that a word left out or
//! two words exchanged are noticed. Never BIP-39 words: nobody must take them for a seed.
//!
//! Knows nothing of what was digested.

mod list;

use std::fmt;

/// Words shown of a digest; each stands for one byte.
const WORDS: usize = 16;

/// Words in a group, where they are shown.
const GROUP: usize = 4;

/// The first 16 bytes of a digest as words.
///
/// ```
/// use transfer_format::DigestWords;
///
/// let words = DigestWords::of(&[0; 32]);
/// assert_eq!(words.iter().take(2).collect::<Vec<_>>(), ["aardvark", "adroitness"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestWords([&'static str; WORDS]);

impl DigestWords {
    /// The words of `digest`.
    pub fn of(digest: &[u8; 32]) -> Self {
        let mut words = [""; WORDS];
        for (position, (word, byte)) in words.iter_mut().zip(digest).enumerate() {
            *word = word_at(position, *byte);
        }
        Self(words)
    }

    /// The 16 words in order.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.0.into_iter()
    }
}

impl fmt::Display for DigestWords {
    /// The words with one space between them and two between groups of four.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<String> = self.0.chunks(GROUP).map(|group| group.join(" ")).collect();
        f.write_str(&groups.join("  "))
    }
}

fn word_at(position: usize, byte: u8) -> &'static str {
    let list = if position.is_multiple_of(2) {
        list::EVEN
    } else {
        list::ODD
    };
    list.split_ascii_whitespace()
        .nth(usize::from(byte))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_list_holds_256_different_words_and_the_two_share_none() {
        let even: BTreeSet<&str> = list::EVEN.split_ascii_whitespace().collect();
        let odd: BTreeSet<&str> = list::ODD.split_ascii_whitespace().collect();
        assert_eq!((even.len(), odd.len()), (256, 256));
        assert_eq!(list::EVEN.split_ascii_whitespace().count(), 256);
        assert_eq!(list::ODD.split_ascii_whitespace().count(), 256);
        assert!(even.is_disjoint(&odd));
    }

    /// The worked example that the PGP word list is usually published with (a 20-byte PGP
    /// fingerprint); 16 of its bytes fit here.
    #[test]
    fn the_published_fingerprint_gives_the_published_words() {
        let mut digest = [0_u8; 32];
        digest[..16].copy_from_slice(&[
            0xe5, 0x82, 0x94, 0xf2, 0xe9, 0xa2, 0x27, 0x48, 0x6e, 0x8b, 0x06, 0x1b, 0x31, 0xcc,
            0x52, 0x8f,
        ]);
        assert_eq!(
            DigestWords::of(&digest).to_string(),
            "topmost Istanbul Pluto vagabond  treadmill Pacific brackish dictator  \
             goldfish Medusa afflict bravado  chatter revolver Dupont midsummer"
        );
    }

    #[test]
    fn bytes_past_the_sixteenth_do_not_change_the_words() {
        let mut digest = [9_u8; 32];
        let words = DigestWords::of(&digest);
        digest[16] = 10;
        assert_eq!(DigestWords::of(&digest), words);
        digest[15] = 10;
        assert_ne!(DigestWords::of(&digest), words);
    }
}
