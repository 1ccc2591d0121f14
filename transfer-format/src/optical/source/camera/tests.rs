//! A camera made up of lists and images: what is chosen of it and what its bytes become.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;

use image::ImageEncoder as _;

use super::device::{Identity, Mode, PixelFormat};
use super::*;

const NV12: PixelFormat = PixelFormat(*b"NV12");

struct MadeUp {
    driver: &'static str,
    captures: bool,
    modes: Vec<Mode>,
    answer: Option<Layout>,
    images: VecDeque<Vec<u8>>,
}

impl MadeUp {
    fn new(modes: &[Mode]) -> Self {
        Self {
            driver: "uvcvideo",
            captures: true,
            modes: modes.to_vec(),
            answer: None,
            images: VecDeque::new(),
        }
    }
}

impl VideoDevice for MadeUp {
    fn path(&self) -> PathBuf {
        "/dev/video7".into()
    }

    fn identity(&mut self) -> Result<Identity, CameraError> {
        Ok(Identity {
            driver: self.driver.to_owned(),
            captures: self.captures,
        })
    }

    fn modes(&mut self) -> Result<Vec<Mode>, CameraError> {
        Ok(self.modes.clone())
    }

    fn set_up(&mut self, mode: Mode) -> Result<Layout, CameraError> {
        Ok(self.answer.unwrap_or(Layout {
            format: mode.format,
            width: mode.width,
            height: mode.height,
            stride: 0,
        }))
    }

    fn start(&mut self) -> Result<(), CameraError> {
        Ok(())
    }

    fn next_image(&mut self, _: Duration, take: &mut dyn FnMut(&[u8])) -> Result<(), CameraError> {
        take(&self.images.pop_front().unwrap_or_default());
        Ok(())
    }
}

const fn mode(format: PixelFormat, width: u32, height: u32, interval: u32) -> Mode {
    Mode {
        format,
        width,
        height,
        interval,
    }
}

#[test]
fn a_quick_mode_near_to_720_lines_is_chosen_and_raw_before_jpeg() {
    let slow_raw = mode(PixelFormat::YUYV, 1280, 720, 100_000);
    let quick_jpeg = mode(PixelFormat::MJPG, 1280, 720, 33_333);
    let small_raw = mode(PixelFormat::YUYV, 640, 480, 33_333);
    let large_jpeg = mode(PixelFormat::MJPG, 1920, 1080, 33_333);
    let foreign = mode(NV12, 1280, 720, 33_333);
    let all = [slow_raw, large_jpeg, foreign, small_raw, quick_jpeg];
    assert_eq!(negotiation::choose(&all), Some(quick_jpeg));
    assert_eq!(negotiation::choose(&[slow_raw, small_raw]), Some(small_raw));
    let quick_raw = mode(PixelFormat::YUYV, 1280, 720, 33_333);
    assert_eq!(
        negotiation::choose(&[quick_jpeg, quick_raw]),
        Some(quick_raw)
    );
    assert_eq!(negotiation::choose(&[foreign]), None);
    let enormous = mode(PixelFormat::GREY, 8_000_001, 1, 33_333);
    assert_eq!(negotiation::choose(&[enormous]), None);
}

#[test]
fn a_camera_without_a_format_that_is_read_says_what_it_offers() {
    let modes = [
        mode(NV12, 640, 480, 0),
        mode(PixelFormat(*b"H\x1b64"), 640, 480, 0),
    ];
    let error = Running::start(MadeUp::new(&modes)).err().unwrap();
    let expected = CameraError::Format {
        path: "/dev/video7".into(),
        offered: "H\\u{1b}64, NV12".to_owned(),
    };
    assert_eq!(error, expected);
}

#[test]
fn a_camera_that_sets_itself_up_otherwise_is_refused() {
    let mut device = MadeUp::new(&[mode(PixelFormat::GREY, 640, 480, 0)]);
    for (format, width) in [(NV12, 640), (PixelFormat::GREY, 100_000)] {
        device.answer = Some(Layout {
            format,
            width,
            height: 480,
            stride: 0,
        });
        let layout = device.set_up(device.modes[0]).unwrap();
        let error = layout.check(PixelFormat::GREY, &device.path()).unwrap_err();
        let expected = CameraError::Device {
            path: "/dev/video7".into(),
            action: "be set up for images of a size that is read",
            kind: io::ErrorKind::Unsupported,
        };
        assert_eq!(error, expected);
    }
}

#[test]
fn a_program_that_poses_as_a_camera_is_named() {
    let mut device = MadeUp::new(&[]);
    device.driver = "v4l2 loopback";
    let error = identified(device).err().unwrap();
    assert_eq!(error.code(), "E_CAMERA_VIRTUAL");
    assert!(error.to_string().contains("v4l2 loopback"), "{error}");
}

#[test]
fn the_first_real_camera_is_taken_and_the_first_reason_given_if_there_is_none() {
    let device = |driver, captures| {
        let mut device = MadeUp::new(&[]);
        (device.driver, device.captures) = (driver, captures);
        Ok(device)
    };
    let found = first([
        device("vivid", true),
        device("uvcvideo", false),
        device("uvcvideo", true),
    ]);
    assert!(found.is_ok_and(|found| found.captures));
    let none = first([device("uvcvideo", false), device("vivid", true)]);
    let path = PathBuf::from("/dev/video7");
    assert_eq!(none.err(), Some(CameraError::NoCamera { path }));
    let nothing: [Result<MadeUp, CameraError>; 0] = [];
    assert_eq!(first(nothing).err(), Some(CameraError::Absent));
}

#[test]
fn the_brightness_of_every_format_comes_through() {
    let luma: Vec<u8> = (0..64 * 48_u32)
        .map(|pixel| u8::try_from(pixel % 64 * 4).unwrap())
        .collect();
    let layout = |format, stride| Layout {
        format,
        width: 64,
        height: 48,
        stride,
    };
    let padded: Vec<u8> = luma
        .chunks(64)
        .flat_map(|row| [row, &[9; 6]].concat())
        .collect();
    let grey = pixels::brightness(&layout(PixelFormat::GREY, 70), &padded).unwrap();
    assert_eq!(grey.into_raw(), luma);
    let by_turns: Vec<u8> = luma.iter().flat_map(|luma| [*luma, 128]).collect();
    let yuyv = pixels::brightness(&layout(PixelFormat::YUYV, 0), &by_turns).unwrap();
    assert_eq!(yuyv.into_raw(), luma);
    let mjpg = pixels::brightness(&layout(PixelFormat::MJPG, 0), &jpeg_of(&luma)).unwrap();
    let furthest = mjpg
        .as_raw()
        .iter()
        .zip(&luma)
        .map(|(a, b)| a.abs_diff(*b))
        .max();
    assert!(furthest < Some(8), "{furthest:?}");
}

#[test]
fn damaged_images_are_left_out_until_there_are_too_many() {
    let whole = vec![3; 64 * 48];
    let mut device = MadeUp::new(&[mode(PixelFormat::GREY, 64, 48, 0)]);
    device.images = [vec![3; 64 * 48 - 1], Vec::new(), whole.clone()].into();
    let mut camera = Running::start(device).unwrap();
    assert_eq!(camera.next_image().unwrap().into_raw(), whole);
    let error = CameraError::Damaged {
        path: "/dev/video7".into(),
        images: MAX_DAMAGED,
    };
    assert_eq!(camera.next_image(), Err(SourceError::Camera(error)));
}

#[test]
fn a_jpeg_of_another_size_or_cut_short_is_damaged() {
    let luma = vec![100; 64 * 48];
    let jpeg = jpeg_of(&luma);
    let layout = |width| Layout {
        format: PixelFormat::MJPG,
        width,
        height: 48,
        stride: 0,
    };
    assert!(pixels::brightness(&layout(64), &jpeg).is_some());
    assert_eq!(pixels::brightness(&layout(63), &jpeg), None);
    assert_eq!(pixels::brightness(&layout(65), &jpeg), None);
    assert_eq!(pixels::brightness(&layout(64), &jpeg[..20]), None);
    assert_eq!(pixels::brightness(&layout(64), &[]), None);
}

#[test]
fn a_device_that_is_no_camera_is_said_to_be_none() {
    let error = Camera::open(Some(Path::new("/dev/null"))).err().unwrap();
    let path = PathBuf::from("/dev/null");
    assert_eq!(error, SourceError::Camera(CameraError::NoCamera { path }));
    let error = Camera::open(Some(Path::new("/dev/video999")))
        .err()
        .unwrap();
    let path = PathBuf::from("/dev/video999");
    assert_eq!(error, SourceError::Camera(CameraError::Unknown { path }));
}

/// 64 × 48 pixels as a JPEG.
fn jpeg_of(luma: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95)
        .write_image(luma, 64, 48, image::ExtendedColorType::L8)
        .unwrap();
    bytes
}
