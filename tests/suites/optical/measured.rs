//! Runs a scanner's process by itself and measures what it costs.
//! It knows nothing of what the scanner reads.

use std::fs;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use integration_tests::programs::offline_signer;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use transfer_format::scanner::ScanJob;

/// Between two looks at the process.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 2_000_000,
};

/// What a scanner's process said and cost.
#[derive(Debug)]
pub struct Measured {
    /// Everything it wrote.
    pub said: Vec<u8>,
    /// The most memory it held, in KiB.
    pub peak_kib: u64,
    /// Processor time of all its threads.
    pub processor: Duration,
    /// From its start to its end.
    pub wall: Duration,
}

impl Measured {
    /// Kind and content of its last record.
    pub fn last(&self) -> (u8, &[u8]) {
        let mut rest = self.said.as_slice();
        loop {
            let (head, behind) = rest.split_first_chunk::<5>().expect("a record");
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
            let (body, after) = behind.split_at(usize::try_from(length).unwrap());
            if after.is_empty() {
                return (head[0], body);
            }
            rest = after;
        }
    }

    /// The packet it handed over.
    pub fn packet(&self) -> &[u8] {
        let (kind, body) = self.last();
        assert_eq!(kind, b'K', "{}", String::from_utf8_lossy(body));
        body
    }

    /// The code with which it refused.
    pub fn code(&self) -> String {
        let (kind, body) = self.last();
        assert_eq!(kind, b'E');
        let text = String::from_utf8(body.to_vec()).unwrap();
        text.split('\n').next().unwrap().to_owned()
    }
}

/// Runs a scanner's process with a job to its end.
pub fn measure(job: &ScanJob) -> Measured {
    let begun = Instant::now();
    let mut child = Command::new(offline_signer())
        .args(job.arguments())
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut measured = Measured {
        said: Vec::new(),
        peak_kib: 0,
        processor: Duration::ZERO,
        wall: Duration::ZERO,
    };
    let mut chunk = [0; 4096];
    loop {
        look(&child, &mut measured);
        let mut waiting = [PollFd::new(&output, PollFlags::IN)];
        if poll(&mut waiting, Some(&LOOK)).unwrap() == 0 {
            continue;
        }
        let count = output.read(&mut chunk).unwrap();
        if count == 0 {
            break;
        }
        measured.said.extend_from_slice(&chunk[..count]);
    }
    measured.wall = begun.elapsed();
    assert!(child.wait().unwrap().success());
    measured
}

/// The high-water mark only grows, so the last look that finds one is the one that counts.
fn look(child: &Child, measured: &mut Measured) {
    let folder = format!("/proc/{}", child.id());
    let status = fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|value| value.trim().strip_suffix(" kB")?.parse().ok());
    // Before it has become the scanner, it is still a copy of this process.
    let stat = fs::read_to_string(format!("{folder}/stat")).unwrap_or_default();
    if !stat.contains("(offline-signer)") {
        return;
    }
    if let Some(peak) = peak {
        measured.peak_kib = measured.peak_kib.max(peak);
    }
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let fields: Vec<&str> = behind.split_whitespace().collect();
    // Fields 14 and 15 of proc_pid_stat(5), in hundredths of a second.
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|field| field.parse::<u64>().ok())
    };
    if let (Some(user), Some(system)) = (ticks(11), ticks(12)) {
        measured.processor = Duration::from_millis((user + system) * 10);
    }
}
