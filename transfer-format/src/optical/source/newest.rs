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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver};

    use image::Luma;

    use super::*;

    /// A source that gives what is sent to it, and stops when nobody can send any more.
    struct Sent(Receiver<GrayImage>);

    impl FrameSource for Sent {
        fn next_image(&mut self) -> Result<Option<GrayImage>, SourceError> {
            Ok(self.0.recv().ok())
        }
    }

    fn image(luma: u8) -> GrayImage {
        GrayImage::from_pixel(2, 2, Luma([luma]))
    }

    #[test]
    fn what_was_not_fetched_in_time_is_dropped_and_the_last_image_comes_before_the_end() {
        let (sender, receiver) = mpsc::channel();
        for luma in 0..5 {
            sender.send(image(luma)).unwrap();
        }
        drop(sender);
        let mut newest = Newest::of(|| Ok(Sent(receiver)), Duration::from_secs(30)).unwrap();
        // When the thread has ended, all five have been taken.
        while Arc::strong_count(&newest.mailbox) > 1 {
            thread::yield_now();
        }
        assert_eq!(newest.next_image(), Ok(Some(image(4))));
        assert_eq!(newest.next_image(), Ok(None));
    }

    #[test]
    fn a_source_that_gives_nothing_is_given_up_opt_09() {
        let (_sender, receiver) = mpsc::channel();
        let mut newest = Newest::of(|| Ok(Sent(receiver)), Duration::from_millis(1)).unwrap();
        assert_eq!(
            newest.next_image(),
            Err(SourceError::Stalled { seconds: 0 })
        );
    }

    #[test]
    fn a_source_that_cannot_be_opened_says_why() {
        let open = || Err::<Sent, _>(SourceError::NoImages);
        let mut newest = Newest::of(open, Duration::from_secs(30)).unwrap();
        assert_eq!(newest.next_image(), Err(SourceError::NoImages));
    }
}
