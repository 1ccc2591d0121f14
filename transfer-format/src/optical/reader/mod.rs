//! Reads the codes in camera images: finds them once, then follows them from image to image.
//!
//! A library that reads clean codes fails on what a camera makes of them, so this one only leaves
//! the last step to such a library. Finder patterns are searched for between pixels; size and
//! perspective follow from them and from the timing patterns; every alignment pattern is then
//! looked for in a small window, and each module is looked at where those put it. A local
//! threshold and an equaliser learned from the code itself decide which modules are dark.
//!
//! Knows nothing of what codes say, but that only numbers are handed on.

#![expect(
    clippy::float_arithmetic,
    reason = "places between pixels are real numbers; no amount of money comes near this module"
)]

mod candidate;
mod decode;
mod finder;
mod grey;
mod layout;
mod lock;
mod number;
mod pattern;
mod perspective;
mod sample;
#[cfg(test)]
mod tests;

use image::GrayImage;

use crate::limits::MAX_CODES_PER_IMAGE;
use candidate::{Triple, candidates, triples};
use decode::{Decoded, decode};
use finder::{Finder, finders};
use grey::Grey;
use lock::{Lock, Reach};
use perspective::Point;
use sample::Modules;

/// Images after which further codes are looked for beside those that are read.
const NOW_AND_THEN: u8 = 16;

/// Images for which a code that went out of sight is still looked for where it was.
const MAX_MISSED: u8 = 3;

/// Images in a row in which a code that is followed may be there and not be read.
const MAX_UNREAD: u8 = 24;

/// Places where a code may be that are tried in one image.
const MAX_TRIED: usize = 16;

/// Places that may be tried in vain before the reader takes less trouble.
const MAX_VAIN: usize = 64;

/// Places that may be tried in vain in every image from then on, and one more for so many pixels.
const ALWAYS_TRIED: usize = 2;
const PIXELS_PER_TRY: usize = 1 << 17;

/// Places tried in vain that a code which was read makes good.
const WORTH_OF_A_CODE: usize = 4;

const FIRST_REACH: Reach = Reach {
    finders: 0.6,
    alignments: 1.2,
};

const FOLLOWING_REACH: Reach = Reach {
    finders: 3.6,
    alignments: 0.6,
};

/// A code that was read and is expected near the same place in the next image.
#[derive(Debug)]
struct Followed {
    lock: Lock,
    /// Images in a row in which it was not found.
    missed: u8,
    /// Images in a row in which it was found and could not be read.
    unread: u8,
}

impl Followed {
    const fn new(lock: Lock) -> Self {
        Self {
            lock,
            missed: 0,
            unread: 0,
        }
    }

    /// Looks for the code where it was, and says what became of it.
    fn look(&mut self, image: &Grey) -> Decoded {
        let found = Lock::find(image, self.lock.version, &self.lock.map, FOLLOWING_REACH);
        let decoded = found.map_or(Decoded::Nothing, |lock| {
            let decoded = decode(Modules::of(image, &lock));
            if decoded != Decoded::Nothing {
                self.lock = lock;
            }
            decoded
        });
        match decoded {
            Decoded::Digits(_) => (self.missed, self.unread) = (0, 0),
            Decoded::Damaged | Decoded::Other => {
                self.missed = 0;
                self.unread = self.unread.saturating_add(1);
            }
            Decoded::Nothing => self.missed = self.missed.saturating_add(1),
        }
        decoded
    }
}

/// Reads the codes in one image after the other of the same camera.
///
/// ```
/// use transfer_format::optical::{Code, CodeReader, Density, Sender};
///
/// let sender = Sender::new(&[7; 3000])?;
/// let mut reader = CodeReader::new();
/// for frame in sender.frames(Density::V20.symbols_per_frame()).take(2) {
///     let image = Code::of(&frame)?.to_image(3)?;
///     assert_eq!(reader.read(&image), [frame.to_text()]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct CodeReader {
    followed: Vec<Followed>,
    since_news: u8,
    size: (u32, u32),
    /// Places that were tried in vain and not made good since: what looks like codes everywhere
    /// and is none must not cost more than other images.
    vain: usize,
}

impl CodeReader {
    /// A reader that has seen no image yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The texts of the codes in the next image that hold digits only, at most
    /// [`MAX_CODES_PER_IMAGE`]. What cannot be read is left out.
    pub fn read(&mut self, image: &GrayImage) -> Vec<String> {
        if self.size != image.dimensions() {
            *self = Self {
                size: image.dimensions(),
                vain: self.vain,
                ..Self::default()
            };
        }
        let Some(grey) = Grey::of(image) else {
            return Vec::new();
        };
        let pixels = grey.width().saturating_mul(grey.height());
        let tries = ALWAYS_TRIED.saturating_add(pixels.div_euclid(PIXELS_PER_TRY));
        self.vain = self.vain.saturating_sub(tries);
        let mut texts = self.follow(&grey);
        let lost = self.followed.is_empty() || self.followed.iter().any(|code| code.missed > 0);
        if lost || [4, 8, NOW_AND_THEN].contains(&self.since_news) {
            let before = self.followed.len();
            self.acquire(&grey, &mut texts);
            if self.followed.len() > before {
                self.since_news = 0;
            }
        }
        let made_good = texts.len().saturating_mul(WORTH_OF_A_CODE);
        self.vain = self.vain.saturating_sub(made_good);
        let next = self.since_news.saturating_add(1);
        self.since_news = if next > NOW_AND_THEN { 9 } else { next };
        texts
    }

    /// Whether the last image showed a code, read or not.
    pub fn sees_code(&self) -> bool {
        self.followed.iter().any(|code| code.missed == 0)
    }

    /// Reads the codes that were read before, near where they were.
    fn follow(&mut self, image: &Grey) -> Vec<String> {
        let mut texts = Vec::new();
        for mut code in std::mem::take(&mut self.followed) {
            let decoded = code.look(image);
            if code.unread > 0 && code.missed == 0 {
                self.vain = self.vain.saturating_add(1);
            }
            // Two that follow the same code see it once.
            let is_known = code.missed == 0 && self.covers(code.lock.corner());
            if is_known || code.missed > MAX_MISSED || code.unread > MAX_UNREAD {
                continue;
            }
            if let Decoded::Digits(text) = decoded {
                texts.push(text);
            }
            self.followed.push(code);
        }
        texts
    }

    /// Looks for codes anywhere, in images of ever fewer pixels, until one was read.
    fn acquire(&mut self, image: &Grey, texts: &mut Vec<String>) {
        let mut smaller = None;
        let mut scale = 1.0;
        for _ in 0..4 {
            let level: &Grey = smaller.as_ref().unwrap_or(image);
            let patterns: Vec<Finder> = finders(level)
                .iter()
                .map(|finder| finder.enlarged(scale))
                .collect();
            self.acquire_among(image, patterns, texts);
            if !texts.is_empty() || level.width().min(level.height()) < 84 {
                return;
            }
            smaller = Some(level.halved());
            scale *= 2.0;
        }
    }

    fn acquire_among(&mut self, image: &Grey, mut patterns: Vec<Finder>, texts: &mut Vec<String>) {
        patterns.retain(|finder| !self.covers(finder.middle));
        let mut tried: usize = 0;
        for triple in triples(&patterns) {
            let enough = tried >= MAX_TRIED || self.vain >= MAX_VAIN;
            if self.followed.len() >= MAX_CODES_PER_IMAGE || enough {
                return;
            }
            if triple
                .finders
                .iter()
                .any(|finder| self.covers(finder.middle))
            {
                continue;
            }
            tried = tried.saturating_add(1);
            self.vain = self.vain.saturating_add(1);
            if let Some((lock, text)) = first_look(image, &triple) {
                texts.extend(text);
                self.followed.push(Followed::new(lock));
            }
        }
    }

    /// Whether a place in the image belongs to a code that is followed.
    fn covers(&self, place: Point) -> bool {
        self.followed
            .iter()
            .any(|code| code.missed == 0 && code.lock.covers(place))
    }
}

/// A code that three finder patterns belong to, and its digits if they can be read.
fn first_look(image: &Grey, triple: &Triple) -> Option<(Lock, Option<String>)> {
    candidates(image, triple).into_iter().find_map(|candidate| {
        let lock = Lock::find(image, candidate.version, &candidate.map, FIRST_REACH)?;
        match decode(Modules::of(image, &lock)) {
            Decoded::Digits(text) => Some((lock, Some(text))),
            // It is where the next image may show it unspoilt.
            Decoded::Damaged | Decoded::Other => Some((lock, None)),
            Decoded::Nothing => None,
        }
    })
}
