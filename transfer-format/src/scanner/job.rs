//! What a scanner is asked to do, as the arguments of its process.
//! Knows nothing of how it is done.

use std::ffi::OsString;
use std::time::Duration;

use crate::route::{Inbound, MediumAccess};

/// The first argument of a scanner's process.
const WORD: &str = "scan-worker";

/// How long a scan may take, and how often a scanner that misbehaves is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanLimits {
    /// Without a new symbol, or without an image, a scan is given up after this.
    pub idle: Duration,
    /// A scan is given up after this.
    pub total: Duration,
    /// Times a scanner that misbehaved is started again.
    pub restarts: u32,
}

impl Default for ScanLimits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30),
            total: Duration::from_mins(10),
            restarts: 3,
        }
    }
}

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanJob {
    /// Where from.
    pub from: Inbound,
    /// What is demanded of a block device.
    pub access: MediumAccess,
    /// Without a new symbol, or without an image, the scan is given up after this.
    pub idle: Duration,
    /// The scan is given up after this.
    pub total: Duration,
}

impl ScanJob {
    /// The arguments that make the program a scanner with this job.
    pub fn arguments(&self) -> [OsString; 5] {
        let access = match self.access {
            MediumAccess::ReadOnly => "read-only",
            MediumAccess::Any => "any",
        };
        [
            WORD.to_owned(),
            self.from.to_string(),
            access.to_owned(),
            self.idle.as_millis().to_string(),
            self.total.as_millis().to_string(),
        ]
        .map(OsString::from)
    }

    /// The job in the arguments behind a program's name; `None` if they are not a scanner's.
    pub fn from_arguments(arguments: &[OsString]) -> Option<Self> {
        let [word, from, access, idle, total] = arguments else {
            return None;
        };
        if word != WORD {
            return None;
        }
        let access = match access.to_str()? {
            "read-only" => MediumAccess::ReadOnly,
            "any" => MediumAccess::Any,
            _ => return None,
        };
        let milliseconds = |text: &OsString| text.to_str()?.parse().ok();
        Some(Self {
            from: from.to_str()?.parse().ok()?,
            access,
            idle: milliseconds(idle).map(Duration::from_millis)?,
            total: milliseconds(total).map(Duration::from_millis)?,
        })
    }
}
