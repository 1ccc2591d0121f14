//! `camera-test`: finds out which density and rate this screen and a camera manage.
//! Knows nothing of stations and requests; it needs no more than the builder's folder.

use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde_json::json;
use transfer_format::camera_test::{Held, Report, hold, observe};
use transfer_format::optical::{Profile, Profiles, ProfilesError, ScreenKind, Window};
use transfer_format::route::Inbound;

use crate::arguments::CameraTestArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::home::Home;
use crate::screen::{ScreenError, Terminal};

/// What is said when another machine knows the result.
const ELSEWHERE: &str = "The machine with the camera names the best profile. Keep it where the codes were shown: \
                         camera-test --to screen|window --keep PROFILE\n";

pub(super) fn run(
    home: &Path,
    arguments: &CameraTestArguments,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let kind = arguments.to.map(ScreenKind::from);
    if kind.is_some() {
        // What is found out is kept in the builder's folder: better to know before than after.
        Home::open(home)?;
    }
    let from = arguments.from.as_ref();
    match (kind, arguments.keep) {
        (Some(kind), Some(profile)) => remember(home, kind, profile, console),
        (Some(kind), None) => match shown(kind, from, console)? {
            Held::Shown(count) => console.say(&format!("{count} profiles were shown. {ELSEWHERE}")),
            Held::Read(report) => {
                tell(&report, console)?;
                let best = report.best;
                best.map_or(Ok(()), |(kind, best)| remember(home, kind, best, console))
            }
            Held::Unread(cause) => Err(cause.into()),
        },
        (None, _) => from.map_or(Ok(()), |from| {
            let observer = observe(from, &AtomicBool::new(false), &mut |_| {})?;
            tell(&Report::of(&observer, None), console)?;
            console.say(ELSEWHERE)
        }),
    }
}

fn shown(
    kind: ScreenKind,
    from: Option<&Inbound>,
    console: &mut Console<'_>,
) -> Result<Held, Failure> {
    match kind {
        ScreenKind::Terminal => {
            let mut terminal = Terminal::begin(console.canvas())?;
            let held = hold(&mut terminal, kind, from);
            let ended = terminal.end();
            let held = held?;
            ended?;
            Ok(held)
        }
        ScreenKind::Window => {
            let mut window = Window::open().map_err(ScreenError::from)?;
            Ok(hold(&mut window, kind, from).map_err(ScreenError::from)?)
        }
    }
}

fn tell(report: &Report, console: &mut Console<'_>) -> Result<(), Failure> {
    console.say(&report.to_string())?;
    let profiles = report.figures.iter().map(|figure| {
        json!({
            "profile": figure.trial.profile().to_string(),
            "codes": figure.trial.codes(),
            "read": figure.read,
            "bytes_per_second": figure.bytes_per_second(),
        })
    });
    console.object(&json!({
        "schema": "camera-test/1",
        "images": report.images,
        "foreign": report.foreign,
        "best": report.best.map(|(_, profile)| profile.to_string()),
        "profiles": profiles.collect::<Vec<_>>(),
    }))
}

fn remember(
    home: &Path,
    kind: ScreenKind,
    profile: Profile,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    // What cannot be read is replaced.
    let profiles = Profiles::load(home).unwrap_or_default();
    profiles
        .with(kind, profile)
        .remember(home)
        .map_err(failed)?;
    console.say(&format!("{profile} is remembered for this machine.\n"))
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
