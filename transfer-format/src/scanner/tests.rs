//! The records, the arguments and the sentences of the scanner.

use std::time::Duration;

use image::{GrayImage, Luma};
use proptest::prelude::*;

use super::hint::Observer;
use super::record::{MAX_PROGRESS_RECORDS, Record, RecordReader};
use super::*;
use crate::input::{FileKind, InputError};
use crate::limits::MAX_PACKET_BYTES;

fn progress() -> ScanProgress {
    ScanProgress {
        symbols: 100,
        needed: 400,
        images: 31,
        codes: 30,
        damaged: 1,
        foreign: 2,
        hint: None,
    }
}

/// Everything that comes out of bytes that come in pieces.
fn read(bytes: &[u8], piece: usize) -> Result<Vec<Record>, RecordError> {
    let mut reader = RecordReader::default();
    let mut records = Vec::new();
    for piece in bytes.chunks(piece.max(1)) {
        reader.push(piece);
        while let Some(record) = reader.next()? {
            records.push(record);
        }
    }
    Ok(records)
}

fn head(kind: u8, length: u32) -> Vec<u8> {
    [&[kind], length.to_be_bytes().as_slice()].concat()
}

#[test]
fn a_packet_of_the_cap_is_taken_and_one_byte_more_is_refused_at_its_head_opt_06() {
    let most = Record::Packet(vec![7; MAX_PACKET_BYTES]);
    assert_eq!(read(&most.to_bytes(), 1 << 16), Ok(vec![most]));
    let found = MAX_PACKET_BYTES + 1;
    let more = head(b'K', u32::try_from(found).unwrap());
    let limit = MAX_PACKET_BYTES;
    assert_eq!(read(&more, 5), Err(RecordError::Length { found, limit }));
}

#[test]
fn no_more_progress_is_taken_than_there_can_be_opt_06() {
    let record = Record::Progress(progress()).to_bytes();
    let most = record.repeat(MAX_PROGRESS_RECORDS);
    assert_eq!(
        read(&most, 1 << 16).map(|records| records.len()),
        Ok(MAX_PROGRESS_RECORDS)
    );
    let more = record.repeat(MAX_PROGRESS_RECORDS + 1);
    assert_eq!(read(&more, 1 << 16), Err(RecordError::TooMany));
}

#[test]
fn a_refusal_has_a_known_code_and_a_short_printable_sentence_opt_07() {
    let known = ScanRefusal::new("E_FILE", "no\x1b[2J\nsuch file");
    assert_eq!(known.sentence(), "no\\u{1b}[2J such file");
    let record = Record::Refusal(known);
    assert_eq!(read(&record.to_bytes(), 3), Ok(vec![record]));
    for body in [
        "E_MADE_UP\nsentence",
        "E_FILE",
        "E_FILE\nline\nline",
        "E_FILE\n\x1b[2J",
        "E_FILE\n\u{e9}",
        &format!("E_FILE\n{}", "x".repeat(701)),
    ] {
        let length = u32::try_from(body.len()).unwrap();
        let bytes = [head(b'E', length), body.as_bytes().to_vec()].concat();
        assert_eq!(read(&bytes, 64), Err(RecordError::Content), "{body:?}");
    }
    let longest = format!("E_FILE\n{}", "x".repeat(700));
    let length = u32::try_from(longest.len()).unwrap();
    let bytes = [head(b'E', length), longest.into_bytes()].concat();
    assert_eq!(read(&bytes, 64).map(|records| records.len()), Ok(1));
}

#[test]
fn nothing_may_follow_the_last_record_opt_06() {
    let mut bytes = Record::Packet(vec![1]).to_bytes();
    bytes.push(0);
    assert_eq!(read(&bytes, 64), Err(RecordError::Trailing));
}

const fn a_pipe() -> InputError {
    InputError::Kind {
        found: FileKind::Pipe,
        expected: "a file",
    }
}

#[test]
fn every_code_that_a_way_in_can_give_is_one_a_scanner_may_give() {
    use crate::optical::{CameraError, Progress, ReceiveError, SourceError, StreamError};
    let path = std::path::PathBuf::new;
    let source = |cause: SourceError| RouteError::Optical {
        path: path(),
        cause: cause.into(),
    };
    let kind = std::io::ErrorKind::Other;
    let errors = [
        source(SourceError::Unreadable { kind }),
        source(SourceError::NoImages),
        source(SourceError::TooManyImages { limit: 0 }),
        source(SourceError::Stream(StreamError::Foreign)),
        source(SourceError::Stalled { seconds: 0 }),
        source(SourceError::Damaged {
            number: 0,
            format: "",
        }),
        source(SourceError::Camera(CameraError::Absent)),
        source(SourceError::Camera(CameraError::Permission {
            path: path(),
        })),
        source(SourceError::Camera(CameraError::Busy { path: path() })),
        source(SourceError::Camera(CameraError::NoCamera { path: path() })),
        source(SourceError::Camera(CameraError::Virtual {
            path: path(),
            driver: String::new(),
        })),
        source(SourceError::Camera(CameraError::Format {
            path: path(),
            offered: String::new(),
        })),
        RouteError::Optical {
            path: path(),
            cause: ReceiveError::Incomplete(Progress::default()),
        },
        RouteError::Optical {
            path: path(),
            cause: ReceiveError::TooManyFrames { limit: 0 },
        },
        RouteError::File {
            path: path(),
            action: "",
            kind,
        },
        source(SourceError::TooMuch { limit: 0 }),
        source(SourceError::Input(InputError::TooLarge { limit: 0 })),
        source(SourceError::Input(a_pipe())),
        RouteError::TooLarge {
            path: path(),
            limit: 0,
        },
        RouteError::Writable { path: path() },
        RouteError::ProtectionUnknown { path: path(), kind },
    ];
    for error in errors.into_iter().chain(medium_errors()) {
        let refusal = ScanRefusal::told(error.code(), "sentence");
        assert_eq!(refusal.map(|told| told.code()), Some(error.code()));
    }
}

fn medium_errors() -> Vec<RouteError> {
    use crate::medium::MediumError;
    let kind = std::io::ErrorKind::Other;
    let causes = [
        MediumError::Foreign,
        MediumError::Unreadable { kind },
        MediumError::Truncated { expected: 0 },
        MediumError::UnsupportedVersion { found: 0 },
        MediumError::ReservedNotZero,
        MediumError::Length { found: 0, limit: 0 },
        MediumError::SecondPacket,
        MediumError::WrongDigest,
    ];
    causes
        .map(|cause| RouteError::Medium {
            path: std::path::PathBuf::new(),
            cause,
        })
        .into()
}

#[test]
fn a_job_comes_back_from_its_arguments() {
    for from in ["camera", "camera:/dev/video2", "y4m:-", "usb:/dev/sdb"] {
        let job = ScanJob {
            from: from.parse().unwrap(),
            access: MediumAccess::ReadOnly,
            idle: Duration::from_millis(1_234),
            total: Duration::from_mins(2),
        };
        assert_eq!(ScanJob::from_arguments(&job.arguments()), Some(job));
    }
    let other = ["sign", "camera", "any", "1", "2"].map(Into::into);
    assert_eq!(ScanJob::from_arguments(&other), None);
    let short = ["scan-worker", "camera", "any", "1"].map(Into::into);
    assert_eq!(ScanJob::from_arguments(&short), None);
    let made_up = ["scan-worker", "camera", "write", "1", "2"].map(Into::into);
    assert_eq!(ScanJob::from_arguments(&made_up), None);
}

#[test]
fn the_line_says_how_far_how_fast_and_how_long() {
    let after = Duration::from_secs(4);
    let line = progress().line(after);
    assert_eq!(
        line,
        "100 of 400 symbols, 25 a second, about 12 s left; 2 foreign, 1 damaged"
    );
    let nothing = ScanProgress {
        images: 9,
        ..ScanProgress::default()
    };
    assert_eq!(nothing.line(after), "looking for a code: 9 images so far");
    let whole = ScanProgress {
        symbols: 400,
        ..progress()
    };
    assert_eq!(
        whole.line(after),
        "400 of 400 symbols, 100 a second, nearly there; 2 foreign, 1 damaged"
    );
}

#[test]
fn no_hint_makes_the_line_wider_than_a_terminal() {
    for hint in [Hint::Dark, Hint::Glare, Hint::Closer, Hint::Steady] {
        for needed in [0, 9_999] {
            let progress = ScanProgress {
                symbols: 9_999,
                needed,
                hint: Some(hint),
                ..ScanProgress::default()
            };
            let line = progress.line(Duration::from_secs(1));
            assert!(line.len() <= 79, "{line}");
            assert!(line.ends_with(hint.sentence()), "{line}");
        }
    }
}

#[test]
fn no_number_a_scanner_says_breaks_the_line() {
    let worst = ScanProgress {
        symbols: u64::MAX,
        needed: 1,
        foreign: u64::MAX,
        ..ScanProgress::default()
    };
    assert!(
        worst
            .line(Duration::MAX)
            .starts_with("18446744073709551615 of 1")
    );
    assert!(worst.line(Duration::ZERO).contains(" 0 a second"));
}

#[test]
fn seventeen_foreign_codes_are_told_and_sixteen_are_not_opt_01() {
    let told = |foreign| {
        let mut output = Vec::new();
        let mut display = ProgressDisplay::new(&mut output, false);
        display.show(&ScanProgress {
            foreign,
            ..progress()
        });
        display.finish();
        String::from_utf8(output).unwrap()
    };
    assert_eq!(told(FOREIGN_NOTICE), "");
    let text = told(FOREIGN_NOTICE + 1);
    assert!(text.starts_with("NOTICE  E_FRAME_FOREIGN\n"), "{text}");
}

#[test]
fn a_line_on_a_terminal_is_written_over_and_taken_away() {
    let mut output = Vec::new();
    let mut display = ProgressDisplay::new(&mut output, true);
    display.show(&progress());
    display.show(&progress());
    display.finish();
    let text = String::from_utf8(output).unwrap();
    assert_eq!(text.matches("100 of 400").count(), 1, "{text:?}");
    assert!(
        text.starts_with('\r') && text.ends_with("\r\x1b[K"),
        "{text:?}"
    );
    assert!(!text.contains('\n'), "{text:?}");
}

#[test]
fn images_without_a_code_give_a_hint_that_goes_away_with_the_next_code() {
    let image = |luma| GrayImage::from_pixel(64, 64, Luma([luma]));
    for (luma, expected) in [(5, Hint::Dark), (255, Hint::Glare), (128, Hint::Closer)] {
        let mut observer = Observer::default();
        for _ in 0..29 {
            observer.look(&image(luma), 0);
        }
        assert_eq!(observer.hint(), None);
        observer.look(&image(luma), 0);
        assert_eq!(observer.hint(), Some(expected));
        observer.look(&image(luma), 1);
        assert_eq!(observer.hint(), None);
    }
    let mut observer = Observer::default();
    observer.look(&image(128), 1);
    for _ in 0..30 {
        observer.look(&image(128), 0);
    }
    assert_eq!(observer.hint(), Some(Hint::Steady));
}

proptest! {
    #[test]
    fn records_come_back_however_they_are_cut(
        numbers in any::<[u64; 6]>(),
        packet in proptest::collection::vec(any::<u8>(), 0..300),
        piece in 1_usize..80,
    ) {
        let [symbols, needed, images, codes, damaged, foreign] = numbers;
        let progress = ScanProgress {
            symbols, needed, images, codes, damaged, foreign, hint: Some(Hint::Steady),
        };
        let records = vec![Record::Progress(progress), Record::Packet(packet)];
        let bytes: Vec<u8> = records.iter().flat_map(Record::to_bytes).collect();
        prop_assert_eq!(read(&bytes, piece), Ok(records));
    }

    #[test]
    fn whatever_a_scanner_says_is_a_record_or_refused_opt_06(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        piece in 1_usize..80,
    ) {
        for record in read(&bytes, piece).unwrap_or_default() {
            if let Record::Refusal(refusal) = record {
                prop_assert!(refusal.sentence().bytes().all(|byte| (0x20..0x7f).contains(&byte)));
            }
        }
    }
}
