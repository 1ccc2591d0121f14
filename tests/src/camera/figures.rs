//! How often, and how fast, codes are read from the camera's images: ours against others.
//! Knows nothing of how the figures are shown.

use std::time::Duration;

use image::GrayImage;
use transfer_format::optical::{Code, CodeReader, Density, Sender, read_codes};

use super::{Camera, Level, Screen};

/// Pixels per module that are compared.
pub const PIXELS_PER_MODULE: [f32; 5] = [2.0, 2.5, 3.0, 4.0, 6.0];

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contestant {
    /// Our reader, which knows where the codes were in the image before.
    Tracked,
    /// Our reader, each image as if it were the first.
    Still,
    /// The crate `rqrr` as it stands.
    Rqrr,
    /// The crate `rxing` as it stands: its QR detector, trying harder.
    Rxing,
}

impl Contestant {
    /// All, in the order of the columns.
    pub const ALL: [Self; 4] = [Self::Tracked, Self::Still, Self::Rqrr, Self::Rxing];

    /// The head of the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tracked => "ours, tracked",
            Self::Still => "ours, still",
            Self::Rqrr => "rqrr",
            Self::Rxing => "rxing",
        }
    }
}

/// What one contestant reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Who.
    pub contestant: Contestant,
    /// Images.
    pub images: usize,
    /// Images whose code was read right.
    pub read: usize,
    /// Processor time of the middle image.
    pub median: Duration,
}

impl Score {
    /// Share of the images that were read.
    pub fn success(&self) -> f32 {
        super::real(self.read) / super::real(self.images.max(1))
    }
}

/// What is photographed.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// The code.
    pub density: Density,
    /// Clips, each from a place of its own.
    pub clips: usize,
    /// Images of each clip, each showing another frame.
    pub images: usize,
    /// Where the chances begin.
    pub seed: u64,
}

impl Course {
    /// Reads the images of one level and size with each contestant.
    pub fn run(
        &self,
        pixels_per_module: f32,
        level: Level,
        contestants: &[Contestant],
    ) -> Vec<Score> {
        let symbols = self.density.symbols_per_frame();
        let packet: Vec<u8> = (0..=u8::MAX).cycle().take(20_000).collect();
        let sender = Sender::new(&packet).expect("the packet is small");
        let mut tallies: Vec<Tally> = contestants.iter().copied().map(Tally::new).collect();
        let mut frames = sender.frames(symbols);
        for clip in (0_u64..).take(self.clips) {
            let seed = self.seed.wrapping_add(clip.wrapping_mul(0x1000));
            let mut camera = Camera::new(level, pixels_per_module, seed);
            let mut reader = CodeReader::new();
            for _ in 0..self.images {
                let frame = frames.next().expect("frames do not end");
                let code = Code::of(&frame).expect("the density fits a code");
                let image = camera.photograph(&Screen::of(&code));
                let text = frame.to_text();
                let all = tallies.iter_mut();
                all.for_each(|tally| tally.read(&mut reader, &image, &text));
            }
        }
        tallies.into_iter().map(Tally::score).collect()
    }
}

/// One contestant at work.
struct Tally {
    contestant: Contestant,
    read: usize,
    times: Vec<Duration>,
}

impl Tally {
    const fn new(contestant: Contestant) -> Self {
        Self {
            contestant,
            read: 0,
            times: Vec::new(),
        }
    }

    fn read(&mut self, tracked: &mut CodeReader, image: &GrayImage, text: &str) {
        let begin = processor_time();
        let read = match self.contestant {
            Contestant::Tracked => tracked.read(image).iter().any(|found| found == text),
            Contestant::Still => read_codes(image).iter().any(|found| found == text),
            Contestant::Rqrr => rqrr_reads(image, text),
            Contestant::Rxing => rxing_reads(image, text),
        };
        self.times.push(processor_time().saturating_sub(begin));
        self.read += usize::from(read);
    }

    fn score(mut self) -> Score {
        self.times.sort_unstable();
        let median = self.times.get(self.times.len() / 2).copied();
        Score {
            contestant: self.contestant,
            images: self.times.len(),
            read: self.read,
            median: median.unwrap_or_default(),
        }
    }
}

fn rqrr_reads(image: &GrayImage, text: &str) -> bool {
    let (width, height) = image.dimensions();
    let size = |pixels: u32| usize::try_from(pixels).unwrap_or(0);
    let pixels = image.as_raw();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(size(width), size(height), |x, y| {
            pixels[y * size(width) + x]
        });
    prepared.detect_grids().iter().any(|grid| {
        let mut content = Vec::new();
        grid.decode_to(&mut content).is_ok() && content == text.as_bytes()
    })
}

fn rxing_reads(image: &GrayImage, text: &str) -> bool {
    use rxing::{BarcodeFormat, helpers::detect_in_luma_slice};
    let (width, height) = image.dimensions();
    let format = Some(BarcodeFormat::QR_CODE);
    // The crate's own documentation says that its detector can panic.
    std::panic::catch_unwind(|| detect_in_luma_slice(image.as_raw(), width, height, format))
        .is_ok_and(|result| result.is_ok_and(|result| result.getText() == text))
}

/// The time this thread has been at work: other programs on the machine do not count.
fn processor_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}
