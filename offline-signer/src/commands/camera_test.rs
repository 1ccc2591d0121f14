//! `camera-test`: finds out which density and rate this screen and a camera manage.
//! Knows nothing of stations: it opens no journal and no token, and what it reads decides how codes
//! look and nothing else.

use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use transfer_format::camera_test::{Held, Report, hold, observe};
use transfer_format::optical::{Profile, Profiles, ProfilesError, ScreenKind};
use transfer_format::route::Inbound;

use super::codes::{WatchedWindow, on_terminal};
use super::session;
use crate::arguments::CameraTestArguments;
use crate::failure::Failure;
use crate::terminal::ControllingTerminal;

/// What is said when another machine knows the result.
const ELSEWHERE: &str = "The machine with the camera names the best profile. Keep it where the codes were shown: \
                         camera-test --to screen|window --keep PROFILE\n";

pub(super) fn run(home: &Path, arguments: &CameraTestArguments) -> Result<(), Failure> {
    let kind = arguments.to.map(ScreenKind::from);
    let from = arguments.from.as_ref();
    match (kind, arguments.keep) {
        (Some(kind), Some(profile)) => remember(home, kind, profile),
        (Some(kind), None) => match shown(kind, from)? {
            Held::Shown(count) => {
                session::print(&format!("{count} profiles were shown. {ELSEWHERE}"))
            }
            Held::Read(report) => {
                session::print(&report.to_string())?;
                let best = report.best;
                best.map_or(Ok(()), |(kind, best)| remember(home, kind, best))
            }
            Held::Unread(cause) => Err(cause.into()),
        },
        (None, _) => from.map_or(Ok(()), |from| {
            let observer = observe(from, &AtomicBool::new(false), &mut |_| {})?;
            session::print(&Report::of(&observer, None).to_string())?;
            session::print(ELSEWHERE)
        }),
    }
}

fn shown(kind: ScreenKind, from: Option<&Inbound>) -> Result<Held, Failure> {
    let mut terminal = ControllingTerminal::open()?;
    match kind {
        ScreenKind::Terminal => on_terminal(&mut terminal, |screen| hold(screen, kind, from)),
        ScreenKind::Window => hold(&mut WatchedWindow::open(&mut terminal)?, kind, from),
    }
}

fn remember(home: &Path, kind: ScreenKind, profile: Profile) -> Result<(), Failure> {
    // What cannot be read is replaced.
    let profiles = Profiles::load(home).unwrap_or_default();
    profiles
        .with(kind, profile)
        .remember(home)
        .map_err(failed)?;
    session::print(&format!("{profile} is remembered for this machine.\n"))
}

fn failed(error: ProfilesError) -> Failure {
    match error {
        ProfilesError::File { path, action, kind } => Failure::File { path, action, kind },
        ProfilesError::Damaged { path } => Failure::File {
            path,
            action: "read",
            kind: io::ErrorKind::InvalidData,
        },
    }
}
