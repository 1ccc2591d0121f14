//! Codes drawn in a second, by density. The only figures here that depend on the machine.
//! Knows nothing of screens.

use std::fmt::Write as _;

use rustix::time::{ClockId, clock_gettime};
use transfer_format::optical::{Code, Density, Sender};

use super::chance::Chance;
use super::verdict::Verdict;
use super::{Effort, Figures};

/// Frames a second that the densest code must be drawn with: twice what a screen shows.
const NEEDED: f64 = 30.0;

/// Frames drawn in a second, at every density, by one core.
pub fn figures(effort: Effort) -> Figures {
    let packet = Chance::new(20_263, 0).bytes(50_000);
    let sender = Sender::new(&packet).expect("a packet within the cap");
    let mut text = String::from("Codes drawn from a packet of 50 KB, one core\n\n");
    let mut slowest = f64::INFINITY;
    for density in Density::ALL {
        let frames = effort.trials(200);
        let start = thread_seconds();
        let drawn = sender
            .frames(density.symbols_per_frame())
            .take(usize::try_from(frames).expect("a count"))
            .map(|frame| Code::of(&frame).expect("it fits").width());
        let modules = drawn.max().expect("at least one frame");
        let rate = f64::from(frames) / (thread_seconds() - start);
        slowest = slowest.min(rate);
        let version = density.version();
        writeln!(
            text,
            "v{version:2} ({modules} modules): {rate:6.0} frames/s"
        )
        .expect("a String");
    }
    text.push('\n');
    let verdicts = vec![Verdict::at_least(
        "frames/s at the slowest density",
        slowest,
        NEEDED,
    )];
    Figures { text, verdicts }
}

/// Seconds that this thread has had a core: other programs may run beside.
pub fn thread_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let whole = u32::try_from(time.tv_sec).expect("a program that ends");
    let nanoseconds = u32::try_from(time.tv_nsec).expect("below a second");
    f64::from(whole) + f64::from(nanoseconds) / 1e9
}
