//! Shows the trials one after the other, from beginning to end, once.
//! Knows nothing of who reads them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::observe;
use super::observer::Observer;
use super::report::Report;
use super::trial::{SCREENS_PER_TRIAL, Trial, beginning, end};
use crate::optical::{
    Density, FrameRate, Key, Layout, PlayError, Profile, Screen, ScreenKind, Sender, show_some,
};
use crate::route::{Inbound, RouteError};

/// Screens of the beginning and of the end: three seconds each.
const MARK_SCREENS: u32 = 24;

/// What came of showing the trials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// So many trials were shown; whoever read them knows more.
    Shown(usize),
    /// They were shown and read.
    Read(Report),
    /// The images could not be read.
    Unread(RouteError),
}

/// Shows the trials and, if there is a way in, reads them there: a camera that sees this very
/// screen. It is open and has given an image before the first code is shown.
///
/// # Errors
/// The screen's own.
pub fn hold<S: Screen>(
    screen: &mut S,
    kind: ScreenKind,
    from: Option<&Inbound>,
) -> Result<Held, S::Failure> {
    let Some(from) = from else {
        return Ok(Held::Shown(show_trials(screen, kind)?.len()));
    };
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let (tell, ready) = sync_channel(1);
        let stop = &stop;
        let mut first_image = move |_: &Observer| {
            // Only the first is waited for; nobody takes note of the others.
            tell.try_send(()).unwrap_or_default();
        };
        let reader = scope.spawn(move || observe(from, stop, &mut first_image));
        // Nothing to wait for if the reader has ended before its first image.
        let shown = match ready.recv() {
            Ok(()) => show_trials(screen, kind),
            Err(_) => Ok(Vec::new()),
        };
        stop.store(true, Ordering::Relaxed);
        let observer = reader.join();
        let shown = shown?;
        Ok(match observer {
            Ok(Ok(observer)) => Held::Read(Report::of(&observer, Some(&shown))),
            Ok(Err(cause)) => Held::Unread(cause),
            // The one way a thread ends without a value is a fault of the program.
            Err(_) => Held::Unread(RouteError::NoScreen),
        })
    })
}

/// Shows every trial that the screen has room for. Returns those that were shown; fewer if somebody
/// pressed the key that ends it.
///
/// # Errors
/// The screen's own.
pub fn show_trials<S: Screen>(screen: &mut S, kind: ScreenKind) -> Result<Vec<Trial>, S::Failure> {
    let mut shown = Vec::new();
    let mark = Profile {
        layout: Layout::one(Density::V7),
        rate: FrameRate::MARK,
    };
    let sender = beginning().map_err(PlayError::from)?;
    if some(
        screen,
        sender,
        mark,
        (
            MARK_SCREENS,
            "hold the camera so that it sees the whole code",
        ),
    )? == Some(Key::End)
    {
        return Ok(shown);
    }
    let room = screen.room()?.modules();
    let trials = Trial::all(kind).into_iter();
    for trial in trials.filter(|trial| trial.profile().layout.fits(room)) {
        let caption = format!("camera test {}   q end", trial.profile());
        let sender = trial.sender().map_err(PlayError::from)?;
        let count = (SCREENS_PER_TRIAL, caption.as_str());
        if some(screen, sender, trial.profile(), count)? == Some(Key::End) {
            return Ok(shown);
        }
        shown.push(trial);
    }
    let sender = end().map_err(PlayError::from)?;
    some(screen, sender, mark, (MARK_SCREENS, "camera test: end"))?;
    Ok(shown)
}

fn some<S: Screen>(
    screen: &mut S,
    sender: Sender,
    profile: Profile,
    count: (u32, &str),
) -> Result<Option<Key>, S::Failure> {
    show_some(&Arc::new(sender), screen, profile, count)
}
