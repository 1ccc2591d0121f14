//! The limits a scanner's process sets itself before it reads a single byte from outside.
//! Knows nothing of what the process does; system calls are not narrowed down here.

use std::io;

use rustix::io::Errno;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, getrlimit, set_dumpable_behavior,
    set_parent_process_death_signal, setrlimit,
};
use rustix::thread::set_no_new_privs;

/// Bytes of memory that a scanner may take for its data.
pub const MAX_DATA_BYTES: u64 = 96 << 20;
/// Bytes of addresses: program, libraries, stacks and data.
const MAX_ADDRESS_BYTES: u64 = 1 << 30;
/// Seconds of processor time: a scan of ten minutes on one core, and some.
const MAX_PROCESSOR_SECONDS: u64 = 660;
/// Open files: standard streams, the way in, and what the standard library needs.
const MAX_FILES: u64 = 16;

/// Why a process is not confined, so that it must not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the scanner's limits cannot be set ({kind}), so it does not start")]
pub struct ConfinementError {
    /// What the operating system reported.
    pub kind: io::ErrorKind,
}

impl From<Errno> for ConfinementError {
    fn from(error: Errno) -> Self {
        let kind = io::Error::from(error).kind();
        Self { kind }
    }
}

/// Confines this process for good: memory, processor time, open files; nothing may be written to
/// a file, no core is left behind, no program started from it gets new rights, and it ends with
/// the process that started it.
///
/// # Errors
/// [`ConfinementError`]; some limits may have been set by then.
pub fn confine() -> Result<(), ConfinementError> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, MAX_FILES)?;
    limit(Resource::Cpu, MAX_PROCESSOR_SECONDS)?;
    limit(Resource::Data, MAX_DATA_BYTES)?;
    limit(Resource::As, MAX_ADDRESS_BYTES)
}

/// From here on the process can start neither processes nor threads. The kernel does not hold the
/// superuser to it.
///
/// # Errors
/// [`ConfinementError`].
pub fn no_new_processes() -> Result<(), ConfinementError> {
    limit(Resource::Nproc, 0)
}

/// Never raises a limit that is lower already.
fn limit(resource: Resource, most: u64) -> Result<(), ConfinementError> {
    let most = getrlimit(resource)
        .maximum
        .map_or(most, |present| present.min(most));
    setrlimit(
        resource,
        Rlimit {
            current: Some(most),
            maximum: Some(most),
        },
    )?;
    Ok(())
}
