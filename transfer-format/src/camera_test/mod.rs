//! The camera test: shows test codes at every density and rate, reads them, and says which profile
//! carries most between this screen and that camera.
//!
//! The codes are ordinary frames of test packets that both sides know, one packet for each profile,
//! so the two sides need not talk: one machine shows, another one reads, or one machine does both.
//!
//! Knows nothing of packets that matter. What it reads decides how codes look and nothing else.

mod observer;
mod report;
mod show;
mod trial;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use self::observer::{Figure, Observer};
pub use self::report::Report;
pub use self::show::{Held, hold, show_trials};
pub use self::trial::{SCREENS_PER_TRIAL, Trial};
use crate::optical::{CodeReader, FrameSource, ReceiveError, SourceError};
use crate::route::{Inbound, RouteError};

/// How long a source may give no image.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads test codes until the last one was seen, the images end, or `stop` is set. `watch` is told
/// after every image.
///
/// # Errors
/// [`RouteError::Optical`] if the images cannot be read at all, or the way in is none of images.
pub fn observe(
    from: &Inbound,
    stop: &AtomicBool,
    watch: &mut dyn FnMut(&Observer),
) -> Result<Observer, RouteError> {
    let mut source = from.images(PATIENCE)?.ok_or_else(|| RouteError::Optical {
        path: from.place(),
        cause: ReceiveError::Source(SourceError::NoImages),
    })?;
    let mut observer = Observer::default();
    let mut reader = CodeReader::new();
    while !stop.load(Ordering::Relaxed) && !observer.is_finished() {
        match next(source.as_mut(), &observer) {
            Ok(Some(image)) => observer.image(reader.read(&image)),
            Ok(None) => break,
            Err(cause) => {
                let (path, cause) = (from.place(), ReceiveError::Source(cause));
                return Err(RouteError::Optical { path, cause });
            }
        }
        watch(&observer);
    }
    Ok(observer)
}

/// The next image; a source that falls silent after it has given some has ended.
fn next(
    source: &mut dyn FrameSource,
    observer: &Observer,
) -> Result<Option<image::GrayImage>, SourceError> {
    match source.next_image() {
        Err(SourceError::Stalled { .. }) if observer.images() > 0 => Ok(None),
        other => other,
    }
}

#[cfg(test)]
mod tests;
