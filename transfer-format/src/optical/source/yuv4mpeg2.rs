//! A stream of raw images in the format YUV4MPEG2, as ffmpeg (`-f yuv4mpegpipe`) and
//! `GStreamer` (`y4menc`) write it.
//!
//! Knows nothing of codes and pipes. Only brightness is kept; colour is read and thrown away. The
//! text at the head of the stream and of each image is bounded, and so is what it may announce.

use std::io::{self, BufRead, BufReader, Read};

use image::GrayImage;

use super::{FrameSource, SourceError, check_pixels};

/// Bytes of the line at the head of a stream or of an image, its end included.
const MAX_LINE_BYTES: u64 = 256;

/// Why a stream is not one of raw images that are read here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// The stream does not begin with `YUV4MPEG2` and a line's end soon after.
    #[error(
        "the stream is not YUV4MPEG2; have ffmpeg write it with \"-pix_fmt gray -f yuv4mpegpipe\""
    )]
    Foreign,
    /// Width or height is missing, given twice, zero or no number.
    #[error("the stream's head does not give one {parameter} of 1 or more; write it again")]
    Size {
        /// `width` or `height`.
        parameter: &'static str,
    },
    /// Samples other than of eight bits, or an unknown layout of colours.
    #[error(
        "the stream's colours are laid out in a way that is not read here; read are mono, 420, \
         422 and 444 of eight bits: add \"-pix_fmt gray\" to the ffmpeg command"
    )]
    ColourSpace,
    /// An image does not begin with `FRAME` and a line's end soon after.
    #[error("image {number} (counted from 0) of the stream does not begin with FRAME")]
    Frame {
        /// The image, from 0.
        number: usize,
    },
}

impl StreamError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Foreign | Self::Size { .. } | Self::ColourSpace | Self::Frame { .. } => {
                "E_IMAGE_STREAM"
            }
        }
    }
}

/// The images of a stream, one after the other, none left out.
///
/// ```
/// use transfer_format::optical::{FrameSource as _, Yuv4Mpeg2};
///
/// let stream = b"YUV4MPEG2 W2 H1 Cmono\nFRAME\n\x10\xf0".as_slice();
/// let mut source = Yuv4Mpeg2::open(stream)?;
/// let image = source.next_image()?.ok_or("an image")?;
/// assert_eq!(image.into_raw(), [0x10, 0xf0]);
/// assert_eq!(source.next_image()?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Yuv4Mpeg2<R> {
    stream: BufReader<R>,
    width: u32,
    height: u32,
    luma_bytes: usize,
    chroma_bytes: u64,
    number: usize,
}

impl<R: Read> Yuv4Mpeg2<R> {
    /// Reads the head of a stream.
    ///
    /// # Errors
    /// [`SourceError::Unreadable`], [`SourceError::TooManyPixels`], [`SourceError::Stream`].
    pub fn open(stream: R) -> Result<Self, SourceError> {
        let mut stream = BufReader::new(stream);
        let line = read_line(&mut stream)?.ok_or(StreamError::Foreign)?;
        let mut words = line.split(|byte| *byte == b' ');
        if words.next() != Some(b"YUV4MPEG2") {
            return Err(StreamError::Foreign.into());
        }
        let (mut width, mut height, mut colours) = (None, None, None);
        for word in words {
            match word.split_first() {
                Some((b'W', digits)) => once(&mut width, "width", digits)?,
                Some((b'H', digits)) => once(&mut height, "height", digits)?,
                Some((b'C', name)) => colours = Some(Colours::named(name)?),
                Some(_) | None => {}
            }
        }
        let width = width.ok_or(StreamError::Size { parameter: "width" })?;
        let height = height.ok_or(StreamError::Size {
            parameter: "height",
        })?;
        check_pixels(0, width, height)?;
        let pixels = u64::from(width).saturating_mul(u64::from(height));
        Ok(Self {
            stream,
            width,
            height,
            luma_bytes: usize::try_from(pixels).unwrap_or(usize::MAX),
            chroma_bytes: colours.unwrap_or(Colours::Quarter).bytes(width, height),
            number: 0,
        })
    }

    /// Whether an image begins here; `false` at the end of the stream.
    fn begins(&mut self) -> Result<bool, SourceError> {
        let Some(line) = read_line(&mut self.stream)? else {
            return Ok(false);
        };
        if line == b"FRAME" || line.starts_with(b"FRAME ") {
            return Ok(true);
        }
        let number = self.number;
        Err(StreamError::Frame { number }.into())
    }
}

impl<R: Read> FrameSource for Yuv4Mpeg2<R> {
    /// The next image. One that the stream's end cuts short counts as the end.
    fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError> {
        if !self.begins()? {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        let mut luma = vec![0; self.luma_bytes];
        if let Err(error) = self.stream.read_exact(&mut luma) {
            if error.kind() == io::ErrorKind::UnexpectedEof {
                return Ok(None);
            }
            return Err(error.into());
        }
        let mut chroma = self.stream.by_ref().take(self.chroma_bytes);
        io::copy(&mut chroma, &mut io::sink())?;
        Ok(GrayImage::from_raw(self.width, self.height, luma))
    }
}

/// How many samples of colour accompany those of brightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    /// None.
    Mono,
    /// Two for each square of four.
    Quarter,
    /// Two for each two side by side.
    Half,
    /// Two for each.
    Full,
}

impl Colours {
    fn named(name: &[u8]) -> Result<Self, StreamError> {
        match name {
            b"mono" => Ok(Self::Mono),
            b"420" | b"420jpeg" | b"420mpeg2" | b"420paldv" => Ok(Self::Quarter),
            b"422" => Ok(Self::Half),
            b"444" => Ok(Self::Full),
            _ => Err(StreamError::ColourSpace),
        }
    }

    /// Bytes of colour behind the brightness of one image.
    fn bytes(self, width: u32, height: u32) -> u64 {
        let (width, height) = (u64::from(width), u64::from(height));
        let plane = match self {
            Self::Mono => 0,
            Self::Quarter => width.div_ceil(2).saturating_mul(height.div_ceil(2)),
            Self::Half => width.div_ceil(2).saturating_mul(height),
            Self::Full => width.saturating_mul(height),
        };
        plane.saturating_mul(2)
    }
}

fn once(
    place: &mut Option<u32>,
    parameter: &'static str,
    digits: &[u8],
) -> Result<(), StreamError> {
    let wrong = StreamError::Size { parameter };
    let text = std::str::from_utf8(digits).ok();
    let number = text.and_then(|text| text.parse::<u32>().ok());
    let number = number.filter(|number| *number > 0);
    match (number, place.replace(number.unwrap_or(0))) {
        (Some(_), None) => Ok(()),
        _ => Err(wrong),
    }
}

/// A line without its end; `None` if the stream ends before the line does, or the line is too
/// long to be one of this format.
fn read_line(stream: &mut impl BufRead) -> Result<Option<Vec<u8>>, SourceError> {
    let mut line = Vec::new();
    stream.take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() == Some(b'\n') {
        return Ok(Some(line));
    }
    // Not a line of this format; a word that is none says so to whoever asked.
    Ok(Some(Vec::new()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::MAX_IMAGE_PIXELS;

    fn opened(head: &str) -> Result<(u32, u32, u64), SourceError> {
        let stream = [head.as_bytes(), b"\n"].concat();
        Yuv4Mpeg2::open(stream.as_slice())
            .map(|opened| (opened.width, opened.height, opened.chroma_bytes))
    }

    #[test]
    fn the_head_of_a_stream_is_read_and_its_colours_are_counted() {
        assert_eq!(opened("YUV4MPEG2 W5 H3 F30:1 Ip A1:1 Cmono"), Ok((5, 3, 0)));
        assert_eq!(opened("YUV4MPEG2 H3 W5"), Ok((5, 3, 12)));
        assert_eq!(opened("YUV4MPEG2 W5 H3 C420jpeg"), Ok((5, 3, 12)));
        assert_eq!(opened("YUV4MPEG2 W5 H3 C422"), Ok((5, 3, 18)));
        assert_eq!(opened("YUV4MPEG2 W5 H3 C444 XYSCSS=444"), Ok((5, 3, 30)));
    }

    #[test]
    fn what_is_no_head_is_refused() {
        let size = |parameter| StreamError::Size { parameter };
        for (head, error) in [
            ("", StreamError::Foreign),
            ("RIFF", StreamError::Foreign),
            ("YUV4MPEG W5 H3", StreamError::Foreign),
            ("YUV4MPEG2 W5", size("height")),
            ("YUV4MPEG2 H3", size("width")),
            ("YUV4MPEG2 W5 W5 H3", size("width")),
            ("YUV4MPEG2 W5 H0", size("height")),
            ("YUV4MPEG2 W-5 H3", size("width")),
            ("YUV4MPEG2 W4294967296 H3", size("width")),
            ("YUV4MPEG2 W5 H3 C420p10", StreamError::ColourSpace),
            ("YUV4MPEG2 W5 H3 Cmono16", StreamError::ColourSpace),
            ("YUV4MPEG2 W5 H3 C", StreamError::ColourSpace),
        ] {
            assert_eq!(opened(head), Err(error.into()), "{head}");
        }
    }

    #[test]
    fn four_million_pixels_are_read_and_a_row_more_is_refused_opt_08() {
        assert_eq!(opened("YUV4MPEG2 W4000 H1000 Cmono"), Ok((4_000, 1_000, 0)));
        assert_eq!(opened("YUV4MPEG2 W16384 H1 Cmono"), Ok((16_384, 1, 0)));
        for (width, height) in [(4_000, 1_001), (16_385, 1), (1, 16_385)] {
            let error = SourceError::TooManyPixels {
                number: 0,
                width,
                height,
                limit: MAX_IMAGE_PIXELS,
            };
            let head = format!("YUV4MPEG2 W{width} H{height} Cmono");
            assert_eq!(opened(&head), Err(error));
        }
    }

    #[test]
    fn a_line_of_the_longest_length_is_read_and_a_longer_one_is_refused() {
        let fill = |length: usize| format!("{:X<length$}", "YUV4MPEG2 W5 H3 Cmono X");
        let longest = usize::try_from(MAX_LINE_BYTES).unwrap() - 1;
        assert_eq!(opened(&fill(longest)), Ok((5, 3, 0)));
        assert_eq!(opened(&fill(longest + 1)), Err(StreamError::Foreign.into()));
    }

    #[test]
    fn colours_are_thrown_away_and_a_cut_image_is_the_end() {
        let stream = b"YUV4MPEG2 W2 H1 C444\nFRAME Ip\n\x01\x02cccc\nFRAME\n\x03".to_vec();
        let mut source = Yuv4Mpeg2::open(stream.as_slice()).unwrap();
        assert_eq!(source.next_image().unwrap().unwrap().into_raw(), [1, 2]);
        let wrong = StreamError::Frame { number: 1 };
        assert_eq!(source.next_image(), Err(wrong.into()));
        let stream = b"YUV4MPEG2 W2 H1 Cmono\nFRAME\n\x03".as_slice();
        assert_eq!(Yuv4Mpeg2::open(stream).unwrap().next_image(), Ok(None));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_images_of_the_announced_size_or_refused(
            head in "YUV4MPEG2 W[0-9]{1,2} H[0-9]{1,2}( C(mono|420|444))?",
            body in proptest::collection::vec(any::<u8>(), 0..2_000),
            noise in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let framed = [head.as_bytes(), b"\nFRAME\n", &body].concat();
            for stream in [framed, noise] {
                let Ok(mut source) = Yuv4Mpeg2::open(stream.as_slice()) else { continue };
                while let Ok(Some(image)) = source.next_image() {
                    prop_assert_eq!(image.width(), source.width);
                    prop_assert_eq!(image.height(), source.height);
                }
            }
        }
    }
}
