//! Keeps only the newest image of a live source, so that reading codes never lags behind it.
//! Knows nothing of where the images come from.
//!
//! A thread takes the images as they come, no more than [`MOST_PER_SECOND`] of them; what was not
//! fetched when the next one comes is dropped. At any time no more than three images are held: the
//! one being taken, the newest, and the one being looked at.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use image::GrayImage;

use super::{FrameSource, SourceError};

/// Images taken in a second: twice what any screen is asked to show. A flood waits in its pipe.
const MOST_PER_SECOND: u32 = 60;

/// The newest image of a source that runs by itself.
pub struct Newest {
    mailbox: Arc<Mailbox>,
    patience: Duration,
}

#[derive(Default)]
struct Mailbox {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    newest: Option<GrayImage>,
    /// How the source ended, once it has.
    end: Option<Result<(), SourceError>>,
    /// Nobody fetches images any more.
    abandoned: bool,
}

impl Newest {
    /// Opens a source in a thread of its own and takes its images. A source that gives none for
    /// `patience` is given up, and so is one that cannot be opened in that time.
    ///
    /// # Errors
    /// [`SourceError::Unreadable`] if the system gives no thread.
    pub fn of<S: FrameSource>(
        open: impl FnOnce() -> Result<S, SourceError> + Send + 'static,
        patience: Duration,
    ) -> Result<Self, SourceError> {
        let mailbox = Arc::new(Mailbox::default());
        let theirs = Arc::clone(&mailbox);
        thread::Builder::new()
            .name("images".to_owned())
            .spawn(move || {
                let end = open().and_then(|source| take(source, &theirs));
                theirs.lock().end = Some(end);
                theirs.changed.notify_all();
            })?;
        Ok(Self { mailbox, patience })
    }
}

impl FrameSource for Newest {
    fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError> {
        let waiting = |state: &mut State| state.newest.is_none() && state.end.is_none();
        let (mut state, _) = self
            .mailbox
            .changed
            .wait_timeout_while(self.mailbox.lock(), self.patience, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(image) = state.newest.take() {
            return Ok(Some(image));
        }
        match state.end.clone() {
            Some(end) => end.map(|()| None),
            None => Err(SourceError::Stalled {
                seconds: self.patience.as_secs(),
            }),
        }
    }
}

impl Drop for Newest {
    fn drop(&mut self) {
        self.mailbox.lock().abandoned = true;
    }
}

impl Mailbox {
    /// Every change of the state is whole when the lock is let go, so a poisoned one is as good.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(mut source: impl FrameSource, mailbox: &Mailbox) -> Result<(), SourceError> {
    let pace = Duration::from_secs(1)
        .checked_div(MOST_PER_SECOND)
        .unwrap_or_default();
    loop {
        let begun = Instant::now();
        let Some(image) = source.next_image()? else {
            return Ok(());
        };
        {
            let mut state = mailbox.lock();
            if state.abandoned {
                return Ok(());
            }
            state.newest = Some(image);
        }
        mailbox.changed.notify_all();
        thread::sleep(pace.saturating_sub(begun.elapsed()));
    }
}
