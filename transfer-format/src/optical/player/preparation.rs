//! The thread that draws ahead: pictures of one layout, in order, a few more than are shown.
//! Knows nothing of when they are shown. It ends when nobody takes pictures any more.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use super::{Draw, PlayError};
use crate::optical::code::{Code, CodeError};
use crate::optical::layout::Layout;
use crate::optical::picture::Picture;
use crate::optical::sender::Sender;

/// Drawings that wait to be shown: a third of a second at the default rate.
const AHEAD: usize = 5;

/// A drawing, and which symbols it shows.
pub(in crate::optical) struct Ready<D> {
    pub(in crate::optical) drawing: D,
    /// Id of its first symbol.
    pub(in crate::optical) first_symbol: u32,
    /// Id behind its last symbol.
    pub(in crate::optical) next_symbol: u32,
}

/// Drawings without end.
pub(in crate::optical) struct Preparation<D> {
    ready: Receiver<Result<Ready<D>, CodeError>>,
}

impl<D: Send + 'static> Preparation<D> {
    /// Starts to draw a sender's frames from a symbol on.
    pub(super) fn start(
        sender: &Arc<Sender>,
        layout: Layout,
        first_symbol: u32,
        draw: Draw<D>,
    ) -> Result<Self, PlayError> {
        prepare_at_most(sender, layout, (first_symbol, usize::MAX), draw)
    }

    /// The next drawing, as soon as there is one.
    pub(in crate::optical) fn next(&mut self) -> Result<Ready<D>, PlayError> {
        self.find().ok_or(PlayError::Thread {
            kind: std::io::ErrorKind::BrokenPipe,
        })?
    }

    /// The next drawing; `None` after the last.
    pub(in crate::optical) fn find(&mut self) -> Option<Result<Ready<D>, PlayError>> {
        let ready = self.ready.recv().ok()?;
        Some(ready.map_err(PlayError::from))
    }
}

/// Starts to draw `screens` screens from the symbol `first_symbol` on.
pub(in crate::optical) fn prepare_at_most<D: Send + 'static>(
    sender: &Arc<Sender>,
    layout: Layout,
    (first_symbol, screens): (u32, usize),
    draw: Draw<D>,
) -> Result<Preparation<D>, PlayError> {
    let (give, ready) = sync_channel(AHEAD);
    let sender = Arc::clone(sender);
    Builder::new()
        .name("draw codes".to_owned())
        .spawn(move || draw_all(&sender, layout, (first_symbol, screens), &draw, &give))
        .map_err(|error| PlayError::Thread { kind: error.kind() })?;
    Ok(Preparation { ready })
}

fn draw_all<D>(
    sender: &Sender,
    layout: Layout,
    (first_symbol, screens): (u32, usize),
    draw: &Draw<D>,
    give: &SyncSender<Result<Ready<D>, CodeError>>,
) {
    let symbols = layout.density().symbols_per_frame();
    let mut frames = sender.frames_from(symbols, first_symbol);
    for _ in 0..screens {
        let shown: Vec<_> = frames.by_ref().take(layout.codes().number()).collect();
        let Some(first) = shown.first().map(|frame| frame.header().first_symbol()) else {
            return;
        };
        let codes: Result<Vec<_>, _> = shown.iter().map(Code::of).collect();
        let ready = codes.map(|codes| Ready {
            drawing: draw(&Picture::of_layout(&codes, layout)),
            first_symbol: first,
            next_symbol: frames.next_symbol(),
        });
        let failed = ready.is_err();
        // Whoever took the drawings has gone: the screen changed, or all is over.
        if give.send(ready).is_err() || failed {
            return;
        }
    }
}
