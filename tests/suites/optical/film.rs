//! Films of codes, as a camera would give them: raw images in the format YUV4MPEG2.
//! It knows nothing of who looks at them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use transfer_format::optical::{Code, Density, Frame, Sender};

/// Pixels across the picture.
const WIDTH: usize = 640;
/// Pixels down the picture.
const HEIGHT: usize = 480;

/// The head of a film.
pub fn head() -> Vec<u8> {
    format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip A1:1 Cmono\n").into_bytes()
}

/// One picture with a code in its middle, ready to be put into a film.
pub fn picture(frame: &Frame) -> Vec<u8> {
    let code = Code::of(frame).unwrap();
    let scale = (HEIGHT / code.width_with_quiet_zone()).min(5);
    let image = code.to_image(u32::try_from(scale).unwrap()).unwrap();
    let side = usize::try_from(image.width()).unwrap();
    let mut luma = vec![255; WIDTH * HEIGHT];
    let (left, top) = ((WIDTH - side) / 2, (HEIGHT - side) / 2);
    for (row, pixels) in image.as_raw().chunks(side).enumerate() {
        let start = (top + row) * WIDTH + left;
        luma[start..start + side].copy_from_slice(pixels);
    }
    [b"FRAME\n".as_slice(), &luma].concat()
}

/// One picture of a single brightness.
pub fn blank(luma: u8) -> Vec<u8> {
    [b"FRAME\n".as_slice(), &vec![luma; WIDTH * HEIGHT]].concat()
}

/// The pictures of a packet's first `count` frames.
pub fn pictures(packet: &[u8], count: usize) -> Vec<Vec<u8>> {
    let sender = Sender::new(packet).unwrap();
    sender
        .frames(Density::V10.symbols_per_frame())
        .take(count)
        .map(|frame| picture(&frame))
        .collect()
}

/// Pictures that a packet needs when none is lost.
pub fn needed(packet: &[u8]) -> usize {
    let symbols = Sender::new(packet).unwrap().source_symbols();
    usize::try_from(symbols.div_ceil(u32::from(Density::V10.symbols_per_frame()))).unwrap()
}

/// A recording of pictures.
pub fn recording(folder: &Path, pictures: &[Vec<u8>]) -> PathBuf {
    let path = folder.join("recording.y4m");
    fs::write(&path, [head(), pictures.concat()].concat()).unwrap();
    path
}

/// A named pipe into which a thread plays a film, until nobody reads it any more or `play` ends.
pub fn live(
    folder: &Path,
    play: impl FnOnce(&mut File) -> io::Result<()> + Send + 'static,
) -> (PathBuf, JoinHandle<()>) {
    let path = folder.join("camera");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let theirs = path.clone();
    let player = thread::spawn(move || {
        let mut pipe = File::options().write(true).open(theirs).unwrap();
        // It ends when the reader is gone, and that is what it is for.
        drop(pipe.write_all(&head()).and_then(|()| play(&mut pipe)));
    });
    (path, player)
}

/// Bytes that look like nothing in particular.
pub fn packet(length: usize, seed: u8) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect()
}
