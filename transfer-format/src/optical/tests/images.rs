//! Images really drawn and really read.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "a test may panic on a sum that overflows, and pixels are divided into modules"
)]

use std::path::Path;

use proptest::prelude::*;

use super::packet;
use crate::durable::write_new;
use crate::input::{FileKind, InputError};
use crate::limits::{MAX_IMAGE_PIXELS, SYMBOL_BYTES};
use crate::optical::{
    AnimatedGif, Code, Density, Frame, FrameSource, ImageFolder, ReceiveError, Sender, SinkError,
    SinkOptions, SourceError, digits_of, read_codes, receive, scan, write_gif, write_png_folder,
};

struct Images(std::vec::IntoIter<image::GrayImage>);

impl FrameSource for Images {
    fn next_image(&mut self) -> Result<Option<image::GrayImage>, SourceError> {
        Ok(self.0.next())
    }
}

#[test]
fn every_density_is_drawn_and_read_back() {
    let sender = Sender::new(&packet(4000, 1)).unwrap();
    for density in Density::ALL {
        let frame = sender.frames(density.symbols_per_frame()).next().unwrap();
        let code = Code::of(&frame).unwrap();
        assert_eq!(code.width(), density.modules());
        let image = code.to_image(4).unwrap();
        assert_eq!(read_codes(&image), [frame.to_text()], "{density:?}");
    }
}

#[test]
fn the_densest_frame_of_each_step_is_the_largest_that_fits() {
    for density in Density::ALL {
        let digits = |symbols: usize| digits_of(&vec![0; 15 + symbols * SYMBOL_BYTES]).len();
        let symbols = usize::from(density.symbols_per_frame());
        let version = qrcode::Version::Normal(i16::from(density.version()));
        let fits = |digits: usize| {
            let mut bits = qrcode::bits::Bits::new(version);
            bits.push_numeric_data(&vec![b'0'; digits]).is_ok()
                && bits.push_terminator(qrcode::EcLevel::L).is_ok()
        };
        assert!(fits(digits(symbols)), "{density:?}");
        assert!(!fits(digits(symbols + 1)), "{density:?}");
    }
}

#[test]
fn a_packet_crosses_as_a_folder_of_images() {
    let folder = tempfile::tempdir().unwrap();
    let frames = folder.path().join("frames");
    let packet = packet(2500, 1);
    let written = write_png_folder(&frames, &packet, &SinkOptions::default()).unwrap();
    assert_eq!(std::fs::read_dir(&frames).unwrap().count(), written);
    let received = receive(&mut ImageFolder::open(&frames).unwrap()).unwrap();
    assert_eq!(received.packet, packet);
    assert_eq!(received.statistics.damaged, 0);
}

#[test]
fn a_packet_crosses_as_an_animation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("request.gif");
    let packet = packet(2500, 1);
    let options = SinkOptions {
        pixels_per_module: 4,
        ..SinkOptions::default()
    };
    assert_eq!(write_gif(&path, &packet, &options), Ok(6));
    let received = receive(&mut AnimatedGif::open(&path).unwrap()).unwrap();
    assert_eq!(received.packet, packet);
}

#[test]
fn nothing_is_ever_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("request.gif");
    std::fs::File::create_new(&path).unwrap();
    let options = SinkOptions::default();
    let kind = std::io::ErrorKind::AlreadyExists;
    assert_eq!(
        write_gif(&path, b"packet", &options),
        Err(SinkError::Unwritable { kind })
    );
    assert_eq!(
        write_png_folder(folder.path(), b"packet", &options),
        Err(SinkError::NotEmpty)
    );
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

#[test]
fn too_few_images_say_how_many_symbols_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let frames = folder.path().join("frames");
    let options = SinkOptions {
        frames: Some(2),
        ..SinkOptions::default()
    };
    assert_eq!(write_png_folder(&frames, &packet(2500, 1), &options), Ok(2));
    let error = receive(&mut ImageFolder::open(&frames).unwrap()).unwrap_err();
    let ReceiveError::Incomplete(progress) = error else {
        panic!("{error}")
    };
    assert_eq!((progress.symbols, progress.needed), (14, 21));
    assert_eq!(
        error.to_string(),
        "the images ended with 14 of at least 21 symbols of a packet; show the codes longer (0 \
         codes were damaged, 0 belonged to something else)"
    );
}

#[test]
fn two_codes_in_one_image_are_both_read_opt_04() {
    let sender = Sender::new(&packet(400, 1)).unwrap();
    let frames: Vec<Frame> = sender.frames(2).take(2).collect();
    let codes: Vec<image::GrayImage> = frames
        .iter()
        .map(|frame| Code::of(frame).unwrap().to_image(4).unwrap())
        .collect();
    let side = codes[0].width();
    let image = image::GrayImage::from_fn(2 * side, side, |x, y| {
        *codes[usize::from(x >= side)].get_pixel(x % side, y)
    });
    let mut texts = read_codes(&image);
    texts.sort_unstable();
    let mut expected: Vec<String> = frames.iter().map(Frame::to_text).collect();
    expected.sort_unstable();
    assert_eq!(texts, expected);
}

#[test]
fn codes_that_hold_text_are_left_out_opt_04_opt_07() {
    let code = qrcode::QrCode::new(b"\x1b[2Jhttp://example.com").unwrap();
    let width = u32::try_from(code.width()).unwrap();
    let colors = code.into_colors();
    let image = image::GrayImage::from_fn((width + 8) * 4, (width + 8) * 4, |x, y| {
        let module = |pixel: u32| (pixel / 4).checked_sub(4).filter(|module| *module < width);
        let dark = module(x).zip(module(y)).is_some_and(|(x, y)| {
            colors[usize::try_from(y * width + x).unwrap()] == qrcode::Color::Dark
        });
        image::Luma([if dark { 0 } else { 255 }])
    });
    assert_eq!(read_codes(&image), Vec::<String>::new());
    let mut source = Images(vec![image].into_iter());
    assert!(matches!(
        receive(&mut source),
        Err(ReceiveError::Incomplete(_))
    ));
}

#[test]
fn images_without_a_code_are_passed_over() {
    let sizes = [(0, 0), (1, 1), (20, 20), (21, 21), (1, 500), (300, 200)];
    for luma in [0, 128, 255] {
        for (width, height) in sizes {
            let image = image::GrayImage::from_pixel(width, height, image::Luma([luma]));
            assert_eq!(read_codes(&image), Vec::<String>::new());
        }
    }
}

fn write_png_of_size(path: &Path, width: u32, height: u32) {
    // A real header with a right checksum, and nothing behind it.
    let mut header = b"IHDR".to_vec();
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d".to_vec();
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(&crc32fast::hash(&header).to_be_bytes());
    bytes.extend_from_slice(b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e");
    write_new(path, &bytes).unwrap();
}

#[test]
fn an_image_beyond_the_pixel_cap_is_refused_before_memory_is_taken_opt_08() {
    let folder = tempfile::tempdir().unwrap();
    write_png_of_size(&folder.path().join("a.png"), 4000, 1000);
    write_png_of_size(&folder.path().join("b.png"), 4000, 1001);
    write_png_of_size(&folder.path().join("c.png"), 16_384, 1);
    write_png_of_size(&folder.path().join("d.png"), 16_385, 1);
    write_png_of_size(&folder.path().join("e.png"), 0x7fff_ffff, 0x7fff_ffff);
    let mut source = ImageFolder::open(folder.path()).unwrap();
    let limit = MAX_IMAGE_PIXELS;
    let format = "PNG image";
    assert_eq!(
        source.next_image(),
        Err(SourceError::Damaged { number: 0, format })
    );
    let too_many = |number, width, height| SourceError::TooManyPixels {
        number,
        width,
        height,
        limit,
    };
    assert_eq!(source.next_image(), Err(too_many(1, 4000, 1001)));
    assert_eq!(
        source.next_image(),
        Err(SourceError::Damaged { number: 2, format })
    );
    assert_eq!(source.next_image(), Err(too_many(3, 16_385, 1)));
    source.next_image().unwrap_err();
}

#[test]
fn an_animation_beyond_the_pixel_cap_is_refused_opt_08() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.gif");
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend_from_slice(&0xffff_u16.to_le_bytes());
    bytes.extend_from_slice(&0xffff_u16.to_le_bytes());
    bytes.extend_from_slice(&[0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x3b]);
    write_new(&path, &bytes).unwrap();
    let (width, height, limit) = (0xffff, 0xffff, MAX_IMAGE_PIXELS);
    let error = SourceError::TooManyPixels {
        number: 0,
        width,
        height,
        limit,
    };
    assert_eq!(AnimatedGif::open(&path).map(drop), Err(error));
}

/// Every way in which a PNG file gives grey values, and all the chunks beside the picture that a
/// program may write.
#[test]
fn pictures_of_every_kind_are_read_and_what_is_beside_them_is_left_out_opt_08() {
    let folder = tempfile::tempdir().unwrap();
    let kinds = [
        (png::ColorType::Grayscale, vec![0, 128, 255]),
        (png::ColorType::GrayscaleAlpha, vec![0, 9, 128, 9, 255, 9]),
        (
            png::ColorType::Rgb,
            vec![0, 0, 0, 128, 128, 128, 255, 255, 255],
        ),
        (
            png::ColorType::Rgba,
            vec![0, 0, 0, 9, 128, 128, 128, 9, 255, 255, 255, 9],
        ),
        (png::ColorType::Indexed, vec![0, 1, 2]),
    ];
    for (number, (colours, samples)) in kinds.iter().enumerate() {
        let mut info = png::Info::with_size(3, 1);
        info.color_type = *colours;
        info.icc_profile = Some(vec![0; 100_000].into());
        if *colours == png::ColorType::Indexed {
            info.palette = Some(vec![0, 0, 0, 128, 128, 128, 255, 255, 255].into());
        }
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::with_info(&mut bytes, info).unwrap();
        encoder
            .add_ztxt_chunk("Comment".to_owned(), "x".repeat(100_000))
            .unwrap();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(samples).unwrap();
        writer.finish().unwrap();
        write_new(&folder.path().join(format!("{number}.png")), &bytes).unwrap();
    }
    let mut source = ImageFolder::open(folder.path()).unwrap();
    for kind in kinds {
        let image = source.next_image().unwrap().unwrap();
        assert_eq!(image.into_raw(), [0, 128, 255], "{kind:?}");
    }
}

#[test]
fn frames_that_show_the_same_are_given_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("still.gif");
    let mut encoder = gif::Encoder::new(Vec::new(), 1, 1, &[0, 0, 0, 255, 255, 255]).unwrap();
    for value in [0, 0, 0, 1, 1, 0] {
        encoder
            .write_frame(&gif::Frame::from_indexed_pixels(1, 1, vec![value], None))
            .unwrap();
    }
    write_new(&path, &encoder.into_inner().unwrap()).unwrap();
    let mut source = AnimatedGif::open(&path).unwrap();
    for expected in [0, 255, 0] {
        assert_eq!(source.next_image().unwrap().unwrap().into_raw(), [expected]);
    }
    assert_eq!(source.next_image(), Ok(None));
}

#[test]
fn a_member_of_a_folder_that_is_no_file_is_refused_usb_04() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("a.png")).unwrap();
    let found = FileKind::Link;
    let expected = "a file";
    assert_eq!(
        ImageFolder::open(folder.path()).unwrap().next_image(),
        Err(SourceError::Input(InputError::Kind { found, expected }))
    );
}

#[test]
fn files_that_are_no_images_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        ImageFolder::open(folder.path()).map(drop),
        Err(SourceError::NoImages)
    );
    let path = folder.path().join("a.png");
    write_new(&path, b"neither the one nor the other").unwrap();
    let error = SourceError::Damaged {
        number: 0,
        format: "PNG image",
    };
    assert_eq!(
        ImageFolder::open(folder.path()).unwrap().next_image(),
        Err(error)
    );
    let error = SourceError::Damaged {
        number: 0,
        format: "GIF animation",
    };
    assert_eq!(AnimatedGif::open(&path).map(drop), Err(error));
    let missing = folder.path().join("missing");
    let error = SourceError::Unreadable {
        kind: std::io::ErrorKind::NotFound,
    };
    assert_eq!(ImageFolder::open(&missing).map(drop), Err(error));
}

/// A GIF of another program: frames that cover part of the canvas, with transparency.
#[test]
fn partial_and_transparent_frames_are_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("partial.gif");
    let mut encoder =
        gif::Encoder::new(Vec::new(), 2, 1, &[0, 0, 0, 255, 255, 255, 9, 9, 9]).unwrap();
    encoder
        .write_frame(&gif::Frame::from_indexed_pixels(2, 1, vec![0, 0], None))
        .unwrap();
    let mut second = gif::Frame::from_indexed_pixels(2, 1, vec![1, 2], Some(2));
    second.dispose = gif::DisposalMethod::Previous;
    encoder.write_frame(&second).unwrap();
    let mut third = gif::Frame::from_indexed_pixels(1, 1, vec![1], None);
    third.left = 1;
    third.dispose = gif::DisposalMethod::Background;
    encoder.write_frame(&third).unwrap();
    encoder
        .write_frame(&gif::Frame::from_indexed_pixels(1, 1, vec![1], None))
        .unwrap();
    write_new(&path, &encoder.into_inner().unwrap()).unwrap();
    let mut source = AnimatedGif::open(&path).unwrap();
    for expected in [[0, 0], [255, 0], [0, 255], [255, 255]] {
        assert_eq!(source.next_image().unwrap().unwrap().into_raw(), expected);
    }
    assert_eq!(source.next_image(), Ok(None));
}

/// Gives the same code for ever.
struct Flood(image::GrayImage);

impl FrameSource for Flood {
    fn next_image(&mut self) -> Result<Option<image::GrayImage>, SourceError> {
        Ok(Some(self.0.clone()))
    }
}

#[test]
fn a_flood_of_codes_ends_at_the_cap_ftn_04() {
    let frame = Sender::new(&packet(400, 1))
        .unwrap()
        .frames(1)
        .next()
        .unwrap();
    let mut source = Flood(Code::of(&frame).unwrap().to_image(4).unwrap());
    let error = ReceiveError::TooManyFrames { limit: 5 };
    assert_eq!(scan::receive_at_most(&mut source, 5), Err(error));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// A code with blots, stripes and inverted patches on it gives its own digits or nothing.
    #[test]
    fn a_spoilt_code_never_panics_and_never_gives_another_frame_opt_04(
        blots in proptest::collection::vec((0_u32..220, 0_u32..220, 1_u32..60, 1_u32..60, 0_u8..3), 0..12),
    ) {
        let frame = Sender::new(&packet(100, 1)).unwrap().frames(1).next().unwrap();
        let mut image = Code::of(&frame).unwrap().to_image(4).unwrap();
        for (left, top, width, height, kind) in blots {
            for (x, y) in (left..left + width).flat_map(|x| (top..top + height).map(move |y| (x, y))) {
                if let Some(pixel) = image.get_pixel_mut_checked(x, y) {
                    pixel.0[0] = match kind {
                        0 => 0,
                        1 => 255,
                        _ => 255 - pixel.0[0],
                    };
                }
            }
        }
        for text in read_codes(&image) {
            if let Ok(read) = Frame::from_text(&text) {
                prop_assert_eq!(&read, &frame);
            }
        }
    }
}
