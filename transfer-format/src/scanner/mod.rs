//! The scanner: a process of the same program that turns a way in into bytes, and can do nothing
//! else.
//!
//! Images, codes, the fountain code and media are parsed only there, under hard limits of memory,
//! processor time, files and processes. It hands over one packet or one refusal, and progress on
//! the way, as records through a pipe; whatever else it does makes it one that misbehaves, and it
//! is killed and started again at most [`ScanLimits::restarts`] times.
//!
//! Knows nothing of what a packet says. The system calls it may make are not narrowed down yet.

mod confinement;
mod display;
mod hint;
mod job;
mod progress;
mod record;
mod refusal;
mod supervisor;
mod worker;

use crate::route::{Inbound, MediumAccess, RouteError};

pub use self::confinement::{ConfinementError, MAX_DATA_BYTES, confine, no_new_processes};
pub use self::display::ProgressDisplay;
pub use self::job::{ScanJob, ScanLimits};
pub use self::progress::{FOREIGN_NOTICE, Hint, ScanProgress};
pub use self::record::RecordError;
pub use self::refusal::ScanRefusal;
pub use self::supervisor::{Misbehaviour, Scanner, ScannerError};
pub use self::worker::run_as_worker;

/// Something that reads what arrives.
pub trait Scan {
    /// Reads what is there, once, and tells `watch` how it goes. A block device must be what
    /// `access` demands.
    ///
    /// # Errors
    /// [`RouteError`].
    fn scan(
        &self,
        from: &Inbound,
        access: MediumAccess,
        watch: &mut dyn FnMut(&ScanProgress),
    ) -> Result<Vec<u8>, RouteError>;
}

/// Reads in the very process that asks: for tests, which have no program to start.
#[derive(Debug, Clone, Copy, Default)]
pub struct InThisProcess;

impl Scan for InThisProcess {
    fn scan(
        &self,
        from: &Inbound,
        access: MediumAccess,
        _: &mut dyn FnMut(&ScanProgress),
    ) -> Result<Vec<u8>, RouteError> {
        from.read(access)
    }
}

#[cfg(test)]
mod tests;
