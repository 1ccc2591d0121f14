//! Where frames go when nobody looks at a screen: a folder of PNG images, or one animated GIF.
//! Knows nothing of packets but their bytes. Never overwrites anything.

use std::io;
use std::path::Path;

use image::{ExtendedColorType, ImageEncoder as _};

use super::code::{Code, CodeError};
use super::density::Density;
use super::sender::{SendError, Sender};
use crate::durable::{folder_of, sync_folder, write_new};

/// Palette of the GIF: index 0 black, index 1 white.
const PALETTE: [u8; 6] = [0, 0, 0, 255, 255, 255];
/// Hundredths of a second that a GIF shows one frame; about 14 frames a second.
const GIF_DELAY: u16 = 7;

/// Why frames were not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// The packet cannot be sent as codes.
    #[error(transparent)]
    Send(#[from] SendError),
    /// A frame could not be drawn.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The folder holds something already; frames of two transfers must not lie side by side.
    #[error("the folder for the frames is not empty; name a new one")]
    NotEmpty,
    /// A file or folder could not be written.
    #[error("the frames could not be written ({kind}); see to the disk or name another place")]
    Unwritable {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
    /// The image encoder refused.
    #[error("a frame could not be encoded as an image; this is an error of the program")]
    Encoder,
}

impl From<io::Error> for SinkError {
    fn from(error: io::Error) -> Self {
        Self::Unwritable { kind: error.kind() }
    }
}

/// How frames are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinkOptions {
    /// The densest code allowed; small packets get smaller ones.
    pub density: Density,
    /// Pixels along one side of a module.
    pub pixels_per_module: u32,
    /// Frames to write; `None` for the recommended loop, [`Sender::loop_length`].
    pub frames: Option<usize>,
}

impl Default for SinkOptions {
    fn default() -> Self {
        Self {
            density: Density::DEFAULT,
            pixels_per_module: 6,
            frames: None,
        }
    }
}

/// Writes frames as `frame-00000.png` and so on into `folder`, which is made if it is missing and
/// must be empty. Returns how many.
///
/// # Errors
/// [`SinkError`]. What was written before the error stays.
pub fn write_png_folder(
    folder: &Path,
    packet: &[u8],
    options: &SinkOptions,
) -> Result<usize, SinkError> {
    let sender = Sender::new(packet)?;
    std::fs::create_dir_all(folder)?;
    if std::fs::read_dir(folder)?.next().is_some() {
        return Err(SinkError::NotEmpty);
    }
    let images = images(&sender, packet.len(), options);
    let mut written: usize = 0;
    for (number, image) in images.enumerate() {
        let image = image?;
        let mut encoded = Vec::new();
        image::codecs::png::PngEncoder::new(&mut encoded)
            .write_image(&image, image.width(), image.height(), ExtendedColorType::L8)
            .ok()
            .ok_or(SinkError::Encoder)?;
        write_new(&folder.join(format!("frame-{number:05}.png")), &encoded)?;
        written = written.saturating_add(1);
    }
    sync_folder(folder)?;
    sync_folder(folder_of(folder))?;
    Ok(written)
}

/// Writes frames as one GIF that repeats for ever to `path`, which must not exist. Returns how
/// many frames it has.
///
/// # Errors
/// [`SinkError`].
pub fn write_gif(path: &Path, packet: &[u8], options: &SinkOptions) -> Result<usize, SinkError> {
    let sender = Sender::new(packet)?;
    let mut encoder: Option<gif::Encoder<Vec<u8>>> = None;
    let mut written: usize = 0;
    for image in images(&sender, packet.len(), options) {
        let image = image?;
        let side = u16::try_from(image.width())
            .ok()
            .ok_or(SinkError::Encoder)?;
        if encoder.is_none() {
            encoder = Some(start_gif(side)?);
        }
        let pixels = image
            .iter()
            .map(|luma| u8::from(*luma != 0))
            .collect::<Vec<u8>>();
        let mut frame = gif::Frame::from_indexed_pixels(side, side, pixels, None);
        frame.delay = GIF_DELAY;
        if let Some(encoder) = encoder.as_mut() {
            encoder.write_frame(&frame).ok().ok_or(SinkError::Encoder)?;
        }
        written = written.saturating_add(1);
    }
    let encoder = encoder.ok_or(SinkError::Encoder)?;
    write_new(path, &encoder.into_inner().ok().ok_or(SinkError::Encoder)?)?;
    sync_folder(folder_of(path))?;
    Ok(written)
}

fn start_gif(side: u16) -> Result<gif::Encoder<Vec<u8>>, SinkError> {
    let started = gif::Encoder::new(Vec::new(), side, side, &PALETTE);
    let mut encoder = started.ok().ok_or(SinkError::Encoder)?;
    encoder
        .set_repeat(gif::Repeat::Infinite)
        .ok()
        .ok_or(SinkError::Encoder)?;
    Ok(encoder)
}

fn images(
    sender: &Sender,
    packet_length: usize,
    options: &SinkOptions,
) -> impl Iterator<Item = Result<image::GrayImage, CodeError>> {
    let symbols = options
        .density
        .no_more_than_needed(packet_length)
        .symbols_per_frame();
    let count = options
        .frames
        .unwrap_or_else(|| sender.loop_length(symbols))
        .max(1);
    let scale = options.pixels_per_module;
    sender
        .frames(symbols)
        .take(count)
        .map(move |frame| Code::of(&frame)?.to_image(scale))
}
