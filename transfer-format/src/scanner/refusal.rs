//! Why a scanner handed over no packet: a code of a closed list and a printable sentence.
//! Knows nothing of the rules behind them; it carries what the scanner's process said.

use crate::printable::printable;

/// The codes that a scanner may give; any other makes it one that misbehaves.
const CODES: [&str; 33] = [
    "E_CAMERA_ABSENT",
    "E_CAMERA_BUSY",
    "E_CAMERA_DEVICE",
    "E_CAMERA_FORMAT",
    "E_CAMERA_PERMISSION",
    "E_CAMERA_VIRTUAL",
    "E_FILE",
    "E_FILE_KIND",
    "E_FILE_SIZE",
    "E_FRAME_INCOMPLETE",
    "E_FRAME_LIMIT",
    "E_IMAGE_DAMAGED",
    "E_IMAGE_NONE",
    "E_IMAGE_SIZE",
    "E_IMAGE_STALLED",
    "E_IMAGE_STREAM",
    "E_IMAGE_UNREADABLE",
    "E_MEDIA_PROTECTION",
    "E_MEDIA_RW",
    "E_MEDIUM_DAMAGED",
    "E_MEDIUM_FOREIGN",
    "E_MEDIUM_HIDDEN",
    "E_MEDIUM_SECOND",
    "E_MEDIUM_SIZE",
    "E_MEDIUM_TRUNCATED",
    "E_MEDIUM_UNREADABLE",
    "E_MEDIUM_VERSION",
    "E_NO_SCREEN",
    "E_SCANNER",
    "E_SCAN_IDLE",
    "E_SCAN_TIME",
    "E_SINK",
    "E_SCANNER_CONFINEMENT",
];

/// Characters of a sentence; longer ones are cut.
const MAX_SENTENCE: usize = 700;

/// A refusal as the scanner's process gave it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct ScanRefusal {
    code: &'static str,
    sentence: String,
}

impl ScanRefusal {
    /// What a scanner says of itself: made printable, and cut.
    pub(super) fn new(code: &'static str, sentence: &str) -> Self {
        let mut sentence = printable(sentence).replace('\n', " ");
        sentence.truncate(MAX_SENTENCE);
        Self { code, sentence }
    }

    /// What a scanner said, if it is a known code and a printable sentence.
    pub(super) fn told(code: &str, sentence: &str) -> Option<Self> {
        let code = CODES.into_iter().find(|known| *known == code)?;
        let is_fit = sentence.len() <= MAX_SENTENCE
            && sentence.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        is_fit.then(|| Self {
            code,
            sentence: sentence.to_owned(),
        })
    }

    /// The stable reason code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence for the operator.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }
}
