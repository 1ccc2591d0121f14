//! The side that starts a scanner: believes nothing but a well-formed record, and ends a process
//! that does anything else.
//!
//! Knows nothing of codes and media. This is the one place where a process is started, and the
//! program started is always this very one.

use std::io::{self, Read as _};
use std::path::PathBuf;
#[expect(
    clippy::disallowed_types,
    reason = "the scanner is this very program, started with nothing but pipes"
)]
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::Scan;
use super::job::{ScanJob, ScanLimits};
use super::progress::ScanProgress;
use super::record::{Record, RecordError, RecordReader};
use super::refusal::ScanRefusal;
use crate::route::{Inbound, MediumAccess, RouteError};

/// The program that runs, even if its file was replaced meanwhile.
const THIS_PROGRAM: &str = "/proc/self/exe";
/// What a scanner is given beyond its own limits of time before it counts as hanging.
const GRACE: Duration = Duration::from_secs(10);
/// Bytes read from the pipe at once.
const CHUNK: usize = 1 << 16;

/// How a scanner did something else than its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misbehaviour {
    /// It ended without a packet or a refusal.
    #[error("it ended without an answer")]
    Ended,
    /// It said nothing for too long.
    #[error("it hung")]
    Hung,
    /// It said something else than a record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The pipe to it failed.
    #[error("the pipe to it failed ({kind})")]
    Pipe {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
}

/// Why a scan gave no packet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScannerError {
    /// No process could be started.
    #[error("the scanner cannot be started ({kind}): restart the machine")]
    NotStarted {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
    /// The scanner refused what it read.
    #[error(transparent)]
    Refused(ScanRefusal),
    /// The scanner misbehaved every time.
    #[error(
        "the scanner failed {attempts} times, the last time because {last}: what it was given may \
         be an attack; keep the medium or the recording and have it examined"
    )]
    Failed {
        /// Times it was started.
        attempts: u32,
        /// What it did at last.
        last: Misbehaviour,
    },
}

impl ScannerError {
    /// The stable reason code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotStarted { .. } | Self::Failed { .. } => "E_SCANNER",
            Self::Refused(refusal) => refusal.code(),
        }
    }
}

/// Starts scanners.
///
/// ```no_run
/// use transfer_format::route::MediumAccess;
/// use transfer_format::scanner::{Scan as _, Scanner};
///
/// let from = "y4m:/run/camera".parse()?;
/// let packet = Scanner::of_this_program().scan(&from, MediumAccess::ReadOnly, &mut |_| {})?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scanner {
    program: PathBuf,
    limits: ScanLimits,
}

impl Scanner {
    /// Scanners of the program that runs, with the usual limits. The program must call
    /// [`run_as_worker`](super::run_as_worker) before anything else.
    pub fn of_this_program() -> Self {
        Self::new(THIS_PROGRAM.into(), ScanLimits::default())
    }

    /// Scanners of a program, which must call [`run_as_worker`](super::run_as_worker).
    pub const fn new(program: PathBuf, limits: ScanLimits) -> Self {
        Self { program, limits }
    }

    fn attempt(
        &self,
        job: &ScanJob,
        begun: Instant,
        watch: &mut dyn FnMut(&ScanProgress),
    ) -> Result<Result<Vec<u8>, ScanRefusal>, Fault> {
        let mut process = Process::start(self, job, begun)?;
        let mut reader = RecordReader::default();
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = process.read(&mut chunk)?;
            let bytes = chunk.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Err(Misbehaviour::Ended.into());
            }
            reader.push(bytes);
            while let Some(record) = reader.next().map_err(Misbehaviour::from)? {
                process.heard = Instant::now();
                match record {
                    Record::Progress(progress) => watch(&progress),
                    Record::Packet(packet) => return Ok(Ok(packet)),
                    Record::Refusal(refusal) => return Ok(Err(refusal)),
                }
            }
        }
    }
}

impl Scan for Scanner {
    fn scan(
        &self,
        from: &Inbound,
        access: MediumAccess,
        watch: &mut dyn FnMut(&ScanProgress),
    ) -> Result<Vec<u8>, RouteError> {
        let job = ScanJob {
            from: from.clone(),
            access,
            idle: self.limits.idle,
            total: self.limits.total,
        };
        // What came through standard input cannot be read a second time.
        let restarts = if from.is_standard_input() {
            0
        } else {
            self.limits.restarts
        };
        let begun = Instant::now();
        let mut attempts: u32 = 0;
        loop {
            attempts = attempts.saturating_add(1);
            let cause = match self.attempt(&job, begun, watch) {
                Ok(Ok(packet)) => return Ok(packet),
                Ok(Err(refusal)) => ScannerError::Refused(refusal),
                Err(Fault::NotStarted(kind)) => ScannerError::NotStarted { kind },
                Err(Fault::Misbehaviour(_)) if attempts <= restarts => continue,
                Err(Fault::Misbehaviour(last)) => ScannerError::Failed { attempts, last },
            };
            return Err(RouteError::Scanner { cause });
        }
    }
}

/// Why one attempt came to nothing.
enum Fault {
    NotStarted(io::ErrorKind),
    Misbehaviour(Misbehaviour),
}

impl From<Misbehaviour> for Fault {
    fn from(misbehaviour: Misbehaviour) -> Self {
        Self::Misbehaviour(misbehaviour)
    }
}

/// A scanner's process; it is dead when this is gone.
struct Process {
    child: Child,
    output: ChildStdout,
    begun: Instant,
    heard: Instant,
    idle: Duration,
    total: Duration,
}

impl Process {
    #[expect(
        clippy::disallowed_types,
        reason = "the scanner is this very program, started with nothing but pipes"
    )]
    fn start(scanner: &Scanner, job: &ScanJob, begun: Instant) -> Result<Self, Fault> {
        let input = if job.from.is_standard_input() {
            Stdio::inherit()
        } else {
            Stdio::null()
        };
        let mut child = Command::new(&scanner.program)
            .args(job.arguments())
            .env_clear()
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Fault::NotStarted(error.kind()))?;
        let Some(output) = child.stdout.take() else {
            return Err(Fault::NotStarted(io::ErrorKind::BrokenPipe));
        };
        Ok(Self {
            child,
            output,
            begun,
            heard: Instant::now(),
            idle: job.idle.saturating_add(GRACE.min(job.idle)),
            total: job.total.saturating_add(GRACE.min(job.total)),
        })
    }

    /// Some bytes of what it says; none at the end.
    fn read(&mut self, chunk: &mut [u8]) -> Result<usize, Misbehaviour> {
        loop {
            let left = self
                .idle
                .saturating_sub(self.heard.elapsed())
                .min(self.total.saturating_sub(self.begun.elapsed()));
            if left.is_zero() {
                return Err(Misbehaviour::Hung);
            }
            let wait = Timespec::try_from(left).unwrap_or(Timespec {
                tv_sec: 1,
                tv_nsec: 0,
            });
            let mut waiting = [PollFd::new(&self.output, PollFlags::IN)];
            match poll(&mut waiting, Some(&wait)) {
                Ok(0) | Err(Errno::INTR) => continue,
                Ok(_) => {}
                Err(error) => return Err(failed(&error.into())),
            }
            return self.output.read(chunk).map_err(|error| failed(&error));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Killing a process that has ended already fails, and is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn failed(error: &io::Error) -> Misbehaviour {
    Misbehaviour::Pipe { kind: error.kind() }
}
