//! Images: whatever pixels a camera or a file gives.
//! Knows nothing of transfers.

use std::sync::OnceLock;

use ::image::{GrayImage, Luma};
use transfer_format::optical::{Code, Density, Frame, Sender, read_codes};

use super::noise;

/// Pixels of a module in a picture made of modules.
const SCALE: u32 = 3;
/// Modules along a side of such a picture, and changes to an honest code: more of them cost a
/// fuzzer time and show it nothing new.
const MOST_MODULES: u32 = 64;
const MOST_CHANGES: usize = 12;

/// The texts read from an image are digits, and a frame among them is written back the same. If
/// the image is a code that was spoilt, the frame is the honest one, or there is none.
///
/// The first byte says what the rest is: pixels, modules, or changes to an honest code.
pub fn image(data: &[u8]) {
    let Some(image) = picture(data) else { return };
    let is_spoilt = data.first().is_some_and(|kind| kind % 3 == 2);
    read_back(&image, is_spoilt.then(|| &honest().0));
}

/// The image that the bytes stand for.
pub fn picture(data: &[u8]) -> Option<GrayImage> {
    let (kind, rest) = data.split_first()?;
    Some(match kind % 3 {
        0 => pixels(rest),
        1 => modules(rest),
        _ => spoilt(&honest().1, rest),
    })
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

/// A width less one, then one bit for each module, set for dark.
fn modules(data: &[u8]) -> GrayImage {
    let (width, bits) = data.split_first().unwrap_or((&0, &[]));
    let width = u32::from(*width) % MOST_MODULES + 1;
    let height = u32::try_from(bits.len() * 8).unwrap_or(0) / width;
    let height = height.min(MOST_MODULES);
    GrayImage::from_fn(width * SCALE, height * SCALE, |x, y| {
        let bit = (y / SCALE) * width + x / SCALE;
        let dark = at(bits, bit / 8) >> (7 - bit % 8) & 1 == 1;
        Luma([if dark { 0 } else { 255 }])
    })
}

/// The honest code with rectangles painted over, inverted, brightened or shifted: six bytes each.
fn spoilt(honest: &GrayImage, changes: &[u8]) -> GrayImage {
    let mut image = honest.clone();
    let changes = changes.as_chunks::<6>().0.iter().take(MOST_CHANGES);
    for [left, top, width, height, how, value] in changes {
        let columns = u32::from(*left)..u32::from(*left) + u32::from(*width);
        let rows = u32::from(*top)..u32::from(*top) + u32::from(*height);
        let shown = |end: u32, most: u32| end.min(most);
        for y in rows.start..shown(rows.end, image.height()) {
            for x in columns.start..shown(columns.end, image.width()) {
                let old = image.get_pixel(x, y)[0];
                let new = match how % 4 {
                    0 => *value,
                    1 => 255 - old,
                    2 => old.saturating_add(*value),
                    _ => honest.get_pixel((x + u32::from(*value)) % honest.width(), y)[0],
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
