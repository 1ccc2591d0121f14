//! Inputs made to cost much: each of them read by a scanner's process, which may hold 64 MiB and
//! use two seconds.

use std::fs;
use std::io::BufWriter;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::GrayImage;
use integration_tests::properties;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use transfer_format::optical::{Code, Density, Sender};
use transfer_format::route::MediumAccess;
use transfer_format::scanner::ScanJob;

use crate::film;
use crate::measured::{Measured, measure};

/// KiB of memory a scanner may hold.
const MAX_PEAK_KIB: u64 = 64 << 10;

/// Processor time for an input of at most 1 MiB.
const MAX_PROCESSOR: Duration = Duration::from_secs(2);

/// Bytes that a compressed bomb unfolds to: more than a scanner could hold.
const UNFOLDED: usize = 128 << 20;

#[test]
fn images_that_unfold_beyond_their_size_cost_little_opt_08_res_01() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        (
            "profile",
            png_with(|info| info.icc_profile = Some(vec![0; UNFOLDED].into())),
        ),
        ("text", png_with_text()),
        (
            "deep",
            blank_png(2_000, 2_000, png::ColorType::Rgba, png::BitDepth::Sixteen),
        ),
        (
            "long",
            blank_png(16_384, 244, png::ColorType::Rgba, png::BitDepth::Sixteen),
        ),
        (
            "thin",
            blank_png(1, 16_384, png::ColorType::Rgba, png::BitDepth::Sixteen),
        ),
    ] {
        let images = folder.path().join(name);
        fs::create_dir(&images).unwrap();
        fs::write(images.join("a.png"), &bytes).unwrap();
        let measured = cheap(&way("frames", &images), name);
        assert_eq!(measured.code(), "E_FRAME_INCOMPLETE", "{name}");
    }
}

#[test]
fn a_folder_full_of_empty_images_is_given_up_opt_08_res_01() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = blank_png(2_000, 2_000, png::ColorType::Grayscale, png::BitDepth::One);
    for number in 0..500 {
        fs::write(folder.path().join(format!("{number:03}.png")), &bytes).unwrap();
    }
    let measured = cheap(&way("frames", folder.path()), "folder");
    assert_eq!(measured.code(), "E_IMAGE_SIZE");
}

#[test]
fn an_animation_that_never_ends_is_given_up_opt_08_res_01() {
    let folder = tempfile::tempdir().unwrap();
    for (name, colours) in [("still", [1, 1]), ("flickering", [0, 1])] {
        let path = folder.path().join(name);
        let mut file = BufWriter::new(fs::File::create(&path).unwrap());
        let mut encoder =
            gif::Encoder::new(&mut file, 2_000, 2_000, &[0, 0, 0, 255, 255, 255]).unwrap();
        for number in 0..60 {
            let pixels = vec![colours[number % 2]; 4_000_000];
            let frame = gif::Frame::from_indexed_pixels(2_000, 2_000, pixels, None);
            encoder.write_frame(&frame).unwrap();
        }
        drop(encoder);
        drop(file);
        let measured = cheap(&way("gif", &path), name);
        assert_eq!(measured.code(), "E_IMAGE_SIZE", "{name}");
    }
}

/// Finder patterns everywhere, noise everywhere, and codes everywhere of which none can be read.
#[test]
fn images_that_look_like_codes_everywhere_cost_little_opt_06_res_01() {
    let folder = tempfile::tempdir().unwrap();
    let patterns = GrayImage::from_fn(1_280, 720, |x, y| {
        let (x, y) = (x / 2 % 9, y / 2 % 9);
        let ring = x.abs_diff(3).max(y.abs_diff(3));
        image::Luma([if ring > 3 || ring == 2 { 255 } else { 0 }])
    });
    let noise = GrayImage::from_raw(640, 480, film::packet(640 * 480, 5)).unwrap();
    let frames = Sender::new(&film::packet(9_000, 1)).unwrap();
    let frame = frames.frames(Density::V10.symbols_per_frame()).next();
    let code = Code::of(&frame.unwrap()).unwrap().to_image(2).unwrap();
    let codes = GrayImage::from_fn(640, 480, |x, y| {
        let (x, y) = (x % code.width(), y % code.height());
        let pixel = *code.get_pixel(x, y);
        let is_spoilt = x > 40 && y > 40 && x < code.width() - 40 && (x / 2 + y / 2) % 3 == 0;
        if is_spoilt {
            image::Luma([255 - pixel.0[0]])
        } else {
            pixel
        }
    });
    for (name, image) in [("patterns", patterns), ("noise", noise), ("codes", codes)] {
        let path = film_of(folder.path(), name, &vec![image; 3]);
        let measured = cheap(&way("y4m", &path), name);
        assert_eq!(measured.code(), "E_FRAME_INCOMPLETE", "{name}");
    }
}

#[test]
fn what_the_fuzzers_keep_costs_a_scanner_little_opt_04_ftn_04_res_01() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in kept("image") {
        let Some(image) = properties::picture(&bytes) else {
            continue;
        };
        if image.width() == 0 || image.height() == 0 {
            continue;
        }
        let path = film_of(folder.path(), &name, &[image]);
        cheap(&way("y4m", &path), &name);
    }
    for (name, bytes) in kept("fountain_session") {
        let frames = properties::frames_of_session(&bytes);
        let pictures: Vec<Vec<u8>> = frames.iter().take(48).map(film::picture).collect();
        let path = film::recording(folder.path(), &pictures);
        cheap(&way("y4m", &path), &name);
    }
}

#[test]
fn what_is_no_file_is_refused_before_it_is_read_usb_04() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    mknodat(CWD, at("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    fs::write(at("file"), b"content").unwrap();
    symlink(at("file"), at("link")).unwrap();
    let _listener = UnixListener::bind(at("socket")).unwrap();
    let device = PathBuf::from("/dev/zero");
    for path in [at("pipe"), at("link"), at("socket"), device] {
        for kind in ["gif", "usb", "file", "y4m"] {
            // A pipe is what a stream of images usually is.
            if kind == "y4m" && path == at("pipe") {
                continue;
            }
            let measured = cheap(&way(kind, &path), kind);
            assert_eq!(measured.code(), "E_FILE_KIND", "{kind} {}", path.display());
        }
    }
    let images = at("images");
    fs::create_dir(&images).unwrap();
    fs::rename(at("pipe"), images.join("a.png")).unwrap();
    let measured = cheap(&way("frames", &images), "frames");
    assert_eq!(measured.code(), "E_FILE_KIND");
}

fn way(kind: &str, path: &Path) -> String {
    format!("{kind}:{}", path.display())
}

/// What a scanner made of an input, and that it cost no more than it may.
fn cheap(from: &str, name: &str) -> Measured {
    let measured = measure(&ScanJob {
        from: from.parse().unwrap(),
        access: MediumAccess::ReadOnly,
        idle: Duration::from_mins(2),
        total: Duration::from_mins(5),
    });
    let (peak, processor) = (measured.peak_kib, measured.processor);
    println!("{name}: {peak} KiB, {processor:?}");
    assert!(peak <= MAX_PEAK_KIB, "{name}: {peak} KiB");
    assert!(processor <= MAX_PROCESSOR, "{name}: {processor:?}");
    measured
}

fn film_of(folder: &Path, name: &str, images: &[GrayImage]) -> PathBuf {
    let (width, height) = images[0].dimensions();
    let mut film = format!("YUV4MPEG2 W{width} H{height} Cmono\n").into_bytes();
    for image in images {
        film.extend_from_slice(b"FRAME\n");
        film.extend_from_slice(image.as_raw());
    }
    let path = folder.join(format!("{name}.y4m"));
    fs::write(&path, film).unwrap();
    path
}

fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    };
    entries.map(|entry| read(entry.path())).collect()
}

fn png_with(change: impl FnOnce(&mut png::Info<'static>)) -> Vec<u8> {
    let mut info = png::Info::with_size(1, 1);
    change(&mut info);
    let mut bytes = Vec::new();
    let encoder = png::Encoder::with_info(&mut bytes, info).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0]).unwrap();
    writer.finish().unwrap();
    bytes
}

fn png_with_text() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
    let text = || "x".repeat(UNFOLDED);
    encoder
        .add_ztxt_chunk("Comment".to_owned(), text())
        .unwrap();
    let mut writer = encoder.write_header().unwrap();
    let mut chunk = png::text_metadata::ITXtChunk::new("XML:com.adobe.xmp", text());
    chunk.compressed = true;
    writer.write_text_chunk(&chunk).unwrap();
    writer.write_image_data(&[0]).unwrap();
    writer.finish().unwrap();
    bytes
}

fn blank_png(width: u32, height: u32, colours: png::ColorType, depth: png::BitDepth) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colours);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    let row = usize::try_from(width).unwrap() * colours.samples() * depth as usize;
    let samples = vec![0; row.div_ceil(8) * usize::try_from(height).unwrap()];
    writer.write_image_data(&samples).unwrap();
    writer.finish().unwrap();
    bytes
}
