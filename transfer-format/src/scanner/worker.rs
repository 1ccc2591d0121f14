//! The scanner's own side: confines itself, reads, and says what it found.
//! Knows nothing of the process that started it but the pipe to it.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use image::GrayImage;

use super::confinement::{ConfinementError, confine, no_new_processes};
use super::hint::Observer;
use super::job::ScanJob;
use super::progress::ScanProgress;
use super::record::Record;
use super::refusal::ScanRefusal;
use crate::limits::MAX_FRAMES;
use crate::optical::{CodeReader, ReceiveError, Receiver, SourceError};
use crate::route::RouteError;

/// Between two progress records.
const REPORT: Duration = Duration::from_millis(100);

/// Does a scanner's job if the arguments, the program's name first, are those of a scanner; any
/// other arguments are left to the program. To be called before anything else.
pub fn run_as_worker(arguments: &[OsString]) -> Option<ExitCode> {
    let job = ScanJob::from_arguments(arguments.get(1..)?)?;
    let mut output = io::stdout().lock();
    let last = match work(&job, &mut output) {
        Ok(packet) => Record::Packet(packet),
        Err(stop) => Record::Refusal(ScanRefusal::new(stop.code(), &stop.to_string())),
    };
    let told = output
        .write_all(&last.to_bytes())
        .and_then(|()| output.flush());
    Some(told.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS))
}

/// Why a scan ends without a packet.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Confinement(#[from] ConfinementError),
    #[error(transparent)]
    Route(#[from] RouteError),
    #[error(
        "no new symbol was read for {seconds} s ({symbols} of {needed} are there, {foreign} codes \
         were of another transfer): check what the camera sees, then start again"
    )]
    Idle {
        seconds: u64,
        symbols: u64,
        needed: u64,
        foreign: u64,
    },
    #[error(
        "the packet was not whole after {seconds} s ({symbols} of {needed} symbols): show denser \
         codes or use a medium"
    )]
    Time {
        seconds: u64,
        symbols: u64,
        needed: u64,
    },
    #[error("the process that started the scanner is gone")]
    Pipe(io::ErrorKind),
}

impl Stop {
    const fn code(&self) -> &'static str {
        match self {
            Self::Confinement(_) => "E_SCANNER_CONFINEMENT",
            Self::Route(error) => error.code(),
            Self::Idle { .. } => "E_SCAN_IDLE",
            Self::Time { .. } => "E_SCAN_TIME",
            Self::Pipe(_) => "E_SCANNER",
        }
    }
}

fn work(job: &ScanJob, output: &mut dyn Write) -> Result<Vec<u8>, Stop> {
    confine()?;
    let Some(mut source) = job.from.images(job.idle)? else {
        no_new_processes()?;
        return Ok(job.from.read(job.access)?);
    };
    // Threads, if the source needs one, have been started.
    no_new_processes()?;
    let mut scan = Running::new(job);
    while let Some(image) = source.next_image().map_err(|cause| scan.failed(cause))? {
        if scan.look(&image) {
            scan.reported = None;
            scan.report(output)?;
            break;
        }
        scan.report(output)?;
        let taught = source.taught(scan.taught());
        taught.map_err(|cause| scan.failed(cause))?;
        scan.check()?;
    }
    scan.finish()
}

/// A scan that runs.
struct Running<'a> {
    job: &'a ScanJob,
    reader: CodeReader,
    receiver: Receiver,
    observer: Observer,
    begun: Instant,
    reported: Option<Instant>,
    /// When something new was last learnt, and what was known then.
    advanced: (Instant, usize, u64),
    /// New symbols in all images, and in all but the last.
    learnt: [usize; 2],
    progress: ScanProgress,
}

impl<'a> Running<'a> {
    fn new(job: &'a ScanJob) -> Self {
        let begun = Instant::now();
        Self {
            job,
            reader: CodeReader::new(),
            receiver: Receiver::new(),
            observer: Observer::default(),
            begun,
            reported: None,
            advanced: (begun, 0, 0),
            learnt: [0; 2],
            progress: ScanProgress::default(),
        }
    }

    /// Reads the codes of an image; whether the packet is whole.
    fn look(&mut self, image: &GrayImage) -> bool {
        let texts = self.reader.read(image);
        if self.reader.sees_code() {
            self.observer.recognise();
        }
        self.observer.look(image, texts.len());
        for text in &texts {
            self.receiver.accept_text(text);
        }
        let received = self.receiver.progress();
        let [before, _] = self.learnt;
        self.learnt = [received.learnt, before];
        let known = (received.symbols, received.statistics.conflicting);
        let (_, symbols, conflicting) = self.advanced;
        if known != (symbols, conflicting) {
            self.advanced = (Instant::now(), known.0, known.1);
        }
        self.progress = ScanProgress {
            symbols: as_u64(received.symbols),
            needed: as_u64(received.needed),
            images: self.progress.images.saturating_add(1),
            codes: received.statistics.frames,
            damaged: received.statistics.damaged,
            foreign: received.statistics.foreign,
            hint: self.observer.hint(),
        };
        received.complete
    }

    /// New symbols in the last image.
    const fn taught(&self) -> usize {
        let [all, before] = self.learnt;
        all.saturating_sub(before)
    }

    fn report(&mut self, output: &mut dyn Write) -> Result<(), Stop> {
        if self.reported.is_some_and(|last| last.elapsed() < REPORT) {
            return Ok(());
        }
        self.reported = Some(Instant::now());
        output
            .write_all(&Record::Progress(self.progress).to_bytes())
            .and_then(|()| output.flush())
            .map_err(|error| Stop::Pipe(error.kind()))
    }

    fn check(&self) -> Result<(), Stop> {
        let (symbols, needed) = (self.progress.symbols, self.progress.needed);
        if self.progress.codes > as_u64(MAX_FRAMES) {
            return Err(self.unreceived(ReceiveError::TooManyFrames { limit: MAX_FRAMES }));
        }
        if self.begun.elapsed() > self.job.total {
            let seconds = self.job.total.as_secs();
            return Err(Stop::Time {
                seconds,
                symbols,
                needed,
            });
        }
        let (advanced, ..) = self.advanced;
        if advanced.elapsed() > self.job.idle {
            return Err(Stop::Idle {
                seconds: self.job.idle.as_secs(),
                symbols,
                needed,
                foreign: self.progress.foreign,
            });
        }
        Ok(())
    }

    fn failed(&self, cause: SourceError) -> Stop {
        self.unreceived(cause.into())
    }

    fn unreceived(&self, cause: ReceiveError) -> Stop {
        Stop::Route(RouteError::Optical {
            path: self.job.from.place(),
            cause,
        })
    }

    fn finish(self) -> Result<Vec<u8>, Stop> {
        let progress = self.receiver.progress();
        let incomplete = self.unreceived(ReceiveError::Incomplete(progress));
        self.receiver.into_packet().ok_or(incomplete)
    }
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
