//! Hostile and broken sources of images, read by a scanner's process.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use integration_tests::programs::{Ended, online_builder, run};
use transfer_format::optical::{AnimatedGif, FrameSource as _};
use transfer_format::route::MediumAccess;
use transfer_format::scanner::ScanJob;

use crate::film;
use crate::measured::{Measured, measure};

/// KiB of memory a scanner may hold.
const MAX_PEAK_KIB: u64 = 64 << 10;
const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(500);

#[test]
fn images_of_too_many_pixels_are_refused_before_memory_is_taken_opt_08() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb");
    let gif = [b"GIF89a".as_slice(), &[0xff; 4], &[0xf0, 0, 0], &[0; 64]].concat();
    for (way, content) in [
        ("y4m", b"YUV4MPEG2 W10000 H10000 Cmono\nFRAME\n".to_vec()),
        ("y4m", b"YUV4MPEG2 W1 H8000001 Cmono\nFRAME\n".to_vec()),
        (
            "y4m",
            b"YUV4MPEG2 W4294967295 H4294967295\nFRAME\n".to_vec(),
        ),
        ("gif", gif),
    ] {
        fs::write(&path, content).unwrap();
        let measured = scanned(&format!("{way}:{}", path.display()), LONG, LONG);
        assert_eq!(measured.code(), "E_IMAGE_SIZE");
        assert!(measured.peak_kib <= 16 << 10, "{} KiB", measured.peak_kib);
    }
}

#[test]
fn an_animation_of_the_largest_images_stays_within_the_memory_opt_08() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.gif");
    fs::write(&path, large_animation(2_000, 2_000, 2)).unwrap();
    let mut source = AnimatedGif::open(&path).unwrap();
    assert_eq!(source.next_image().unwrap().unwrap().width(), 2_000);
    let measured = scanned(&format!("gif:{}", path.display()), LONG, LONG);
    assert_eq!(measured.code(), "E_FRAME_INCOMPLETE");
    assert!(
        measured.peak_kib <= MAX_PEAK_KIB,
        "{} KiB",
        measured.peak_kib
    );
}

#[test]
fn a_program_says_so_with_its_exit_status_opt_08() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.y4m");
    fs::write(&path, "YUV4MPEG2 W10000 H10000 Cmono\n").unwrap();
    let ended = received(folder.path(), &path);
    assert_eq!(ended.code, 19, "{ended:?}");
    assert!(ended.stderr.contains("E_IMAGE_SIZE"), "{ended:?}");
}

#[test]
fn a_source_that_stops_is_given_up_opt_09() {
    let folder = tempfile::tempdir().unwrap();
    let (over, wait) = mpsc::channel::<()>();
    let picture = film::pictures(&film::packet(5_000, 1), 1).concat();
    let (path, player) = film::live(folder.path(), move |pipe| {
        pipe.write_all(&picture)?;
        // The camera is there and silent, until the test is over.
        wait.recv().ok();
        Ok(())
    });
    let measured = scanned(&format!("y4m:{}", path.display()), SHORT, LONG);
    assert_eq!(measured.code(), "E_IMAGE_STALLED");
    drop(over);
    player.join().unwrap();
}

#[test]
fn a_camera_that_sees_nothing_new_is_given_up_opt_09() {
    let frozen = film::pictures(&film::packet(5_000, 1), 1).concat();
    for picture in [film::blank(0), film::blank(255), frozen] {
        let folder = tempfile::tempdir().unwrap();
        let (path, player) = film::live(folder.path(), move |pipe| {
            loop {
                pipe.write_all(&picture)?;
            }
        });
        let measured = scanned(&format!("y4m:{}", path.display()), SHORT, LONG);
        assert_eq!(measured.code(), "E_SCAN_IDLE");
        player.join().unwrap();
    }
}

#[test]
fn a_camera_that_is_unplugged_ends_the_scan_opt_09() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = film::pictures(&film::packet(5_000, 1), 3).concat();
    let half = pictures.len() - 1_000;
    let (path, player) = film::live(folder.path(), move |pipe| pipe.write_all(&pictures[..half]));
    let measured = scanned(&format!("y4m:{}", path.display()), LONG, LONG);
    assert_eq!(measured.code(), "E_FRAME_INCOMPLETE");
    player.join().unwrap();
}

#[test]
fn a_transfer_that_trickles_is_given_up_when_its_time_is_over_res_05() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = film::pictures(&film::packet(20_000, 1), 60);
    let (over, wait) = mpsc::channel::<()>();
    let (path, player) = film::live(folder.path(), move |pipe| {
        for picture in pictures {
            pipe.write_all(&picture)?;
            // The attacker's patience, not the test's.
            if wait.recv_timeout(Duration::from_millis(100))
                == Err(mpsc::RecvTimeoutError::Disconnected)
            {
                break;
            }
        }
        Ok(())
    });
    let measured = scanned(
        &format!("y4m:{}", path.display()),
        SHORT,
        Duration::from_secs(2),
    );
    assert_eq!(measured.code(), "E_SCAN_TIME");
    drop(over);
    player.join().unwrap();
}

#[test]
fn codes_of_another_transfer_neither_mix_nor_stop_one_opt_01() {
    let ours = film::packet(1_500, 1);
    let theirs = film::pictures(&film::packet(60_000, 9), 200);
    for foreign_in_ten in [1, 5, 9] {
        let folder = tempfile::tempdir().unwrap();
        let mut theirs = theirs.iter().cloned();
        let mut pictures = Vec::new();
        for (number, picture) in film::pictures(&ours, film::needed(&ours) + 2)
            .into_iter()
            .enumerate()
        {
            let foreign = (number + 1) * foreign_in_ten / (10 - foreign_in_ten)
                - number * foreign_in_ten / (10 - foreign_in_ten);
            pictures.extend(theirs.by_ref().take(foreign));
            pictures.push(picture);
        }
        let path = film::recording(folder.path(), &pictures);
        let measured = scanned(&format!("y4m:{}", path.display()), LONG, LONG);
        assert_eq!(measured.packet(), ours, "{foreign_in_ten} in ten");
    }
}

#[test]
fn many_codes_of_another_transfer_are_noticed_opt_01() {
    let folder = tempfile::tempdir().unwrap();
    let ours = film::packet(4_000, 1);
    let mut pictures = film::pictures(&film::packet(60_000, 9), 17);
    pictures.extend(film::pictures(&ours, film::needed(&ours)));
    let ended = received(folder.path(), &film::recording(folder.path(), &pictures));
    assert_eq!(ended.code, 10, "{ended:?}");
    assert!(
        ended.stderr.contains("NOTICE  E_FRAME_FOREIGN\n"),
        "{ended:?}"
    );
}

#[test]
fn every_layout_of_colours_gives_the_same_packet() {
    let ours = film::packet(300, 1);
    let pictures = film::pictures(&ours, film::needed(&ours));
    let luma = 640 * 480;
    for (name, chroma) in [
        ("mono", 0),
        ("420", luma / 2),
        ("420jpeg", luma / 2),
        ("420mpeg2", luma / 2),
        ("420paldv", luma / 2),
        ("422", luma),
        ("444", luma * 2),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.y4m");
        let mut film = format!("YUV4MPEG2 W640 H480 F30:1 C{name} XYSCSS=x\n").into_bytes();
        for picture in &pictures {
            film.extend_from_slice(picture);
            film.extend_from_slice(&vec![7; chroma]);
        }
        fs::write(&path, film).unwrap();
        let measured = scanned(&format!("y4m:{}", path.display()), LONG, LONG);
        assert_eq!(measured.packet(), ours, "{name}");
    }
}

fn scanned(from: &str, idle: Duration, total: Duration) -> Measured {
    measure(&ScanJob {
        from: from.parse().unwrap(),
        access: MediumAccess::ReadOnly,
        idle,
        total,
    })
}

/// A builder that is asked to receive a film.
fn received(folder: &Path, film: &Path) -> Ended {
    let home = folder.join("home").to_str().unwrap().to_owned();
    let from = format!("y4m:{}", film.display());
    let nothing: [(&str, &str); 0] = [];
    let made = run(&online_builder(), ["--home", &home, "init"], nothing);
    assert_eq!(made.code, 0, "{made:?}");
    let arguments = ["--home", &home, "receive", "--from", &from];
    run(&online_builder(), arguments, nothing)
}

/// A GIF of white images, all of which are large and take few bytes.
fn large_animation(width: u16, height: u16, images: usize) -> Vec<u8> {
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    let mut gif = [b"GIF89a".as_slice(), &size, &[0x80, 0, 0]].concat();
    gif.extend_from_slice(&[255, 255, 255, 0, 0, 0]);
    for _ in 0..images {
        gif.extend_from_slice(&[0x2c, 0, 0, 0, 0]);
        gif.extend_from_slice(&size);
        gif.push(0);
        gif.extend_from_slice(&lzw_of_zeros(usize::from(width) * usize::from(height)));
    }
    gif.push(0x3b);
    gif
}

/// The LZW code stream of a GIF for `count` pixels of colour 0, two bits to a colour.
fn lzw_of_zeros(count: usize) -> Vec<u8> {
    let (mut bits, mut bytes) = (0_u32, Vec::new());
    let mut held = 0;
    let mut push = |code: u32, width: u32| {
        bits |= code << held;
        held += width;
        while held >= 8 {
            bytes.push(u8::try_from(bits & 0xff).unwrap());
            bits >>= 8;
            held -= 8;
        }
    };
    let (clear, end) = (4, 5);
    push(clear, 3);
    let (mut left, mut run, mut next, mut width) = (count, 1, 6_u32, 3);
    // Each code stands for a run of zeros one longer than the last, until the table is full.
    while left > 0 {
        let length = run.min(left);
        let code = if length == 1 {
            0
        } else {
            4 + u32::try_from(length).unwrap()
        };
        push(code, width);
        left -= length;
        run += 1;
        next += u32::from(run > 2);
        if next == 1 << width && width < 12 {
            width += 1;
        }
        if next >= 4_094 {
            push(clear, width);
            (run, next, width) = (1, 6, 3);
        }
    }
    push(end, width);
    push(0, 7);
    let mut blocks = vec![2];
    for block in bytes.chunks(255) {
        blocks.push(u8::try_from(block.len()).unwrap());
        blocks.extend_from_slice(block);
    }
    blocks.push(0);
    blocks
}
