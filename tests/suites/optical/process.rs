//! The scanner's process: what it hands over, what it may cost, and what becomes of one that was
//! taken over.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use integration_tests::programs::offline_signer;
use offline_signer::ceremony::Refusal;
use transfer_format::medium::to_medium;
use transfer_format::optical::{SinkOptions, write_gif, write_png_folder};
use transfer_format::route::{Inbound, MediumAccess, RouteError};
use transfer_format::scanner::{
    Misbehaviour, RecordError, Scan as _, ScanJob, ScanLimits, Scanner, ScannerError,
};

use crate::film;
use crate::measured::measure;

/// Bytes of the largest packet that codes carry.
const LARGEST: usize = 1 << 20;
/// KiB of memory a scanner may hold.
const MAX_PEAK_KIB: u64 = 64 << 10;

#[test]
fn a_packet_comes_through_the_scanners_process_by_every_way() {
    let folder = tempfile::tempdir().unwrap();
    let packet = film::packet(900, 1);
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), &packet).unwrap();
    fs::write(at("usb"), to_medium(&packet).unwrap()).unwrap();
    write_gif(&at("gif"), &packet, &SinkOptions::default()).unwrap();
    write_png_folder(&at("frames"), &packet, &SinkOptions::default()).unwrap();
    let pictures = film::pictures(&packet, film::needed(&packet));
    fs::rename(film::recording(folder.path(), &pictures), at("y4m")).unwrap();
    for way in ["file", "usb", "gif", "frames", "y4m"] {
        let from = format!("{way}:{}", at(way).display());
        let mut last = None;
        let scanner = Scanner::new(offline_signer(), ScanLimits::default());
        let read = scanner.scan(&parsed(&from), MediumAccess::ReadOnly, &mut |progress| {
            last = Some(*progress);
        });
        assert_eq!(read, Ok(packet.clone()), "{way}");
        let is_optical = !["file", "usb"].contains(&way);
        let complete = last.is_some_and(|last| last.symbols >= last.needed && last.needed > 0);
        assert_eq!(complete, is_optical, "{way}: {last:?}");
    }
}

#[test]
fn what_the_scanner_refuses_is_refused_with_its_code_and_sentence() {
    let from = parsed("usb:/nowhere/at/all");
    let scanner = Scanner::new(offline_signer(), ScanLimits::default());
    let here = from.read(MediumAccess::Any).unwrap_err();
    let there = scanner
        .scan(&from, MediumAccess::Any, &mut |_| {})
        .unwrap_err();
    assert_eq!(there.code(), here.code());
    assert_eq!(there.to_string(), here.to_string());
}

#[test]
fn a_scanner_that_was_taken_over_is_started_three_more_times_and_given_up_opt_06() {
    for (what, last) in [
        ("segfault", Misbehaviour::Ended),
        ("panic", Misbehaviour::Ended),
        ("quit", Misbehaviour::Ended),
        ("half", Misbehaviour::Ended),
        ("gibibyte", RecordError::Kind { found: 0 }.into()),
        ("chatter", RecordError::TooMany.into()),
        ("shell", RecordError::Kind { found: b'o' }.into()),
        (
            "huge",
            RecordError::Length {
                found: (4 << 20) + 1,
                limit: 4 << 20,
            }
            .into(),
        ),
        ("two", RecordError::Trailing.into()),
        ("code", RecordError::Content.into()),
        ("escape", RecordError::Content.into()),
        ("hint", RecordError::Content.into()),
    ] {
        let error = stub(what, ScanLimits::default()).unwrap_err();
        let expected = ScannerError::Failed { attempts: 4, last };
        assert_eq!(error, RouteError::Scanner { cause: expected }, "{what}");
        assert_eq!(error.code(), "E_SCANNER");
        assert_eq!(Refusal::from(error).class().exit_code(), 70);
    }
}

#[test]
fn a_scanner_that_hangs_is_killed_opt_06() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("process");
    let limits = ScanLimits {
        idle: Duration::from_millis(300),
        restarts: 1,
        ..ScanLimits::default()
    };
    let error = stub(&format!("spin={}", place.display()), limits).unwrap_err();
    let cause = ScannerError::Failed {
        attempts: 2,
        last: Misbehaviour::Hung,
    };
    assert_eq!(error, RouteError::Scanner { cause });
    let process = fs::read_to_string(&place).unwrap();
    assert!(!Path::new("/proc").join(process).exists());
}

#[test]
fn a_scanner_that_failed_once_is_given_another_chance_opt_06() {
    let folder = tempfile::tempdir().unwrap();
    let what = format!("once={}", folder.path().join("marker").display());
    assert_eq!(stub(&what, ScanLimits::default()), Ok(b"packet".to_vec()));
}

#[test]
fn a_scanner_gets_no_files_no_memory_and_no_processes_res_03() {
    let error = stub("grab", ScanLimits::default()).unwrap_err();
    // The kernel lets the superuser start processes all the same.
    let is_superuser = rustix::process::getuid().is_root();
    let expected = format!("many files: false, a gibibyte: false, a program: {is_superuser}");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_scanner_that_writes_to_a_file_is_killed_res_03() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("loot");
    let error = stub(&format!("write={}", place.display()), ScanLimits::default()).unwrap_err();
    let cause = ScannerError::Failed {
        attempts: 4,
        last: Misbehaviour::Ended,
    };
    assert_eq!(error, RouteError::Scanner { cause });
    assert_eq!(fs::read(place).unwrap(), b"");
}

#[test]
fn the_largest_packets_cost_little_res_01() {
    let folder = tempfile::tempdir().unwrap();
    let packet = film::packet(LARGEST, 2);
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), &packet).unwrap();
    fs::write(at("usb"), to_medium(&packet).unwrap()).unwrap();
    for way in ["file", "usb"] {
        let measured = measure(&job(&format!("{way}:{}", at(way).display())));
        assert_eq!(measured.packet(), packet, "{way}");
        assert!(measured.peak_kib <= MAX_PEAK_KIB, "{way}: {measured:?}");
        assert!(measured.processor <= Duration::from_secs(2), "{way}");
    }
}

#[test]
fn a_flood_of_images_takes_no_more_memory_than_a_few_of_them_opt_10() {
    let folder = tempfile::tempdir().unwrap();
    let packet = film::packet(2_000, 3);
    let pictures = film::pictures(&packet, film::needed(&packet) * 2);
    let blank = film::blank(255);
    let (path, player) = film::live(folder.path(), move |pipe| {
        use std::io::Write as _;
        for picture in pictures.iter().cycle() {
            pipe.write_all(picture)?;
            for _ in 0..4 {
                pipe.write_all(&blank)?;
            }
        }
        Ok(())
    });
    let begun = Instant::now();
    let measured = measure(&job(&format!("y4m:{}", path.display())));
    player.join().unwrap();
    assert_eq!(measured.packet(), packet);
    assert!(
        measured.peak_kib <= MAX_PEAK_KIB,
        "{} KiB",
        measured.peak_kib
    );
    // One thread that decodes, and one that mostly waits.
    assert!(
        measured.processor <= begun.elapsed().mul_f64(1.25),
        "{:?} in {:?}",
        measured.processor,
        measured.wall
    );
}

/// Runs the scanner that was taken over.
fn stub(what: &str, limits: ScanLimits) -> Result<Vec<u8>, RouteError> {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_scanner-stub"));
    let from = Inbound::File(what.into());
    Scanner::new(program, limits).scan(&from, MediumAccess::ReadOnly, &mut |_| {})
}

fn parsed(text: &str) -> Inbound {
    text.parse().unwrap()
}

fn job(from: &str) -> ScanJob {
    let limits = ScanLimits::default();
    ScanJob {
        from: parsed(from),
        access: MediumAccess::ReadOnly,
        idle: limits.idle,
        total: limits.total,
    }
}
