//! Images: whatever pixels a camera or a file gives.
//! Knows nothing of transfers.

use std::sync::OnceLock;

use ::image::{GrayImage, Luma};
use transfer_format::optical::{Code, Density, Frame, Sender, read_codes};

use super::noise;

/// Pixels of a module in a picture made of modules.
const SCALE: u32 = 3;

/// The texts read from an image are digits, and a frame among them is written back the same. If
/// the image is a code that was spoilt, the frame is the honest one, or there is none.
///
/// The first byte says what the rest is: pixels, modules, or changes to an honest code.
pub fn image(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    match kind % 3 {
        0 => read_back(&pixels(rest), None),
        1 => read_back(&modules(rest), None),
        _ => {
            let (frame, honest) = honest();
            read_back(&spoilt(honest, rest), Some(frame));
        }
    }
}

fn read_back(image: &GrayImage, honest: Option<&Frame>) {
    for text in read_codes(image) {
        assert!(text.bytes().all(|byte| byte.is_ascii_digit()));
        if let Ok(frame) = Frame::from_text(&text) {
            assert_eq!(frame.to_text(), text, "written back differently");
            assert!(
                honest.is_none_or(|honest| *honest == frame),
                "another frame"
            );
        }
    }
}

/// A width, then grey values.
fn pixels(data: &[u8]) -> GrayImage {
    let (width, values) = data.split_first().unwrap_or((&0, &[]));
    let width = u32::from(*width) + 1;
    let height = u32::try_from(values.len()).unwrap_or(0) / width;
    GrayImage::from_fn(width, height, |x, y| Luma([at(values, y * width + x)]))
}

/// A width, then one bit for each module, set for dark.
fn modules(data: &[u8]) -> GrayImage {
    let (width, bits) = data.split_first().unwrap_or((&0, &[]));
    let width = u32::from(*width) + 1;
    let height = u32::try_from(bits.len() * 8).unwrap_or(0) / width;
    GrayImage::from_fn(width * SCALE, height * SCALE, |x, y| {
        let bit = (y / SCALE) * width + x / SCALE;
        let dark = at(bits, bit / 8) >> (7 - bit % 8) & 1 == 1;
        Luma([if dark { 0 } else { 255 }])
    })
}

/// The honest code with rectangles painted over, inverted, brightened or shifted: six bytes each.
fn spoilt(honest: &GrayImage, changes: &[u8]) -> GrayImage {
    let mut image = honest.clone();
    for [left, top, width, height, how, value] in changes.as_chunks::<6>().0.iter().take(64) {
        let before = image.clone();
        let columns = u32::from(*left)..u32::from(*left) + u32::from(*width);
        for x in columns.take_while(|x| *x < before.width()) {
            let rows = u32::from(*top)..u32::from(*top) + u32::from(*height);
            for y in rows.take_while(|y| *y < before.height()) {
                let old = before.get_pixel(x, y)[0];
                let new = match how % 4 {
                    0 => *value,
                    1 => 255 - old,
                    2 => old.saturating_add(*value),
                    _ => before.get_pixel((x + u32::from(*value)) % before.width(), y)[0],
                };
                image.put_pixel(x, y, Luma([new]));
            }
        }
    }
    image
}

fn at(bytes: &[u8], index: u32) -> u8 {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    bytes.get(index).copied().unwrap_or(0)
}

fn honest() -> &'static (Frame, GrayImage) {
    static HONEST: OnceLock<(Frame, GrayImage)> = OnceLock::new();
    HONEST.get_or_init(|| {
        let sender = Sender::new(&noise(500, 1)).expect("a small packet");
        let symbols = Density::V10.symbols_per_frame();
        let frame = sender.frames(symbols).next().expect("frames without end");
        let code = Code::of(&frame).expect("it fits");
        (frame, code.to_image(SCALE).expect("a small image"))
    })
}
