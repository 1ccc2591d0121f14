//! A scanner that was taken over: whatever a broken parser could be made to do, the process that
//! started it must survive. The "file" of its job says what it does.
//! It knows nothing of codes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};
use std::thread;

use rustix::process::{Signal, getpid, kill_process};
use transfer_format::route::Inbound;
use transfer_format::scanner::{ScanJob, confine, no_new_processes};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let job = ScanJob::from_arguments(&arguments[1..]).expect("a scanner's arguments");
    let Inbound::File(what) = job.from else {
        return ExitCode::FAILURE;
    };
    let what = what.to_str().expect("ASCII").to_owned();
    let (what, argument) = what.split_once('=').unwrap_or((&what, ""));
    match what {
        "segfault" => kill_process(getpid(), Signal::SEGV).expect("a signal"),
        "panic" => panic!("on purpose"),
        "quit" => {}
        "spin" => spin(argument),
        "gibibyte" => gibibyte(&[0; 1 << 12]),
        "chatter" => gibibyte(&record(b'P', &[0; 49])),
        "shell" => {
            let error = Command::new("/bin/sh").args(["-c", "echo owned"]).exec();
            panic!("{error}");
        }
        "huge" => say(&[b'K', 0, 64, 0, 1]),
        "half" => say(&record(b'K', b"packet")[..8]),
        "two" => say(&[record(b'K', b"packet"), record(b'K', b"packet")].concat()),
        "code" => say(&record(b'E', b"E_MADE_UP\nsentence")),
        "escape" => say(&record(b'E', b"E_FILE\n\x1b[2Jgone")),
        "hint" => say(&record(b'P', &[9; 49])),
        "once" => once(argument),
        "grab" => say(&record(b'E', grab().as_bytes())),
        "write" => write(argument),
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("a short record");
    [&[kind], length.to_be_bytes().as_slice(), body].concat()
}

fn say(bytes: &[u8]) {
    let mut output = io::stdout().lock();
    output
        .write_all(bytes)
        .and_then(|()| output.flush())
        .expect("somebody listens");
}

/// Says who it is, and never ends.
fn spin(place: &str) {
    fs::write(place, getpid().as_raw_nonzero().to_string()).expect("the folder is the test's");
    loop {
        thread::yield_now();
    }
}

fn gibibyte(chunk: &[u8]) {
    for _ in 0..(1 << 30) / chunk.len() {
        say(chunk);
    }
}

/// Fails the first time, and works the second.
fn once(place: &str) {
    if File::options()
        .write(true)
        .create_new(true)
        .open(place)
        .is_err()
    {
        say(&record(b'K', b"packet"));
    }
}

/// Under the scanner's limits, takes as much as it can get.
fn grab() -> String {
    confine().expect("limits");
    no_new_processes().expect("limits");
    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }
    let many = files.len() > 16;
    let mut memory = Vec::<u8>::new();
    let gibibyte = memory.try_reserve_exact(1 << 30).is_ok();
    drop(files);
    let program = Command::new("/bin/true").status().is_ok();
    format!("E_FILE\nmany files: {many}, a gibibyte: {gibibyte}, a program: {program}")
}

/// Under the scanner's limits, writes to a file.
fn write(place: &str) {
    confine().expect("limits");
    let mut file = File::create(place).expect("a file can be made");
    let written = file.write(b"x");
    say(&record(
        b'E',
        format!("E_FILE\nwritten: {}", written.is_ok()).as_bytes(),
    ));
}
