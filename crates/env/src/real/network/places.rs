//! Who may be connected at the same time.
//!
//! Connections cost nothing to open, so whoever opens as many as there are would shut everybody else out. So none that
//! waits for a whole request keeps its place against a newcomer: the one that has waited longest goes, and before all those
//! that have shown who they are, those that have not: somebody without a certificate shuts nobody out who has one. What is
//! being answered stays until the answer is handed to the operating system.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

/// The places of a listener.
pub(super) struct Places {
    free: Arc<Semaphore>,
    line: Arc<Line>,
}

/// The connections that wait for a request.
#[derive(Default)]
struct Line {
    waiting: Mutex<Waiting>,
    /// One more waits.
    more: Notify,
}

#[derive(Default)]
struct Waiting {
    turns: u64,
    /// Who must make room first: strangers, and the longest waiting of them.
    by_turn: BTreeMap<Turn, Arc<Notify>>,
}

/// When somebody has to make room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    /// They have shown who they are.
    known: bool,
    number: u64,
}

/// A connection's place. Dropping it makes it free.
pub(super) struct Place {
    line: Arc<Line>,
    /// Its turn while it waits.
    turn: Mutex<Option<Turn>>,
    /// It is of somebody who has shown who they are.
    known: AtomicBool,
    /// There is an answer, not yet handed on.
    answered: AtomicBool,
    leave: Arc<Notify>,
    _free_again: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(most: usize) -> Places {
        Places {
            free: Arc::new(Semaphore::new(most)),
            line: Arc::default(),
        }
    }

    /// A place for a newcomer; nothing when the listener is gone.
    pub(super) async fn take(&self) -> Option<Place> {
        let free = match self.free.clone().try_acquire_owned() {
            Ok(free) => free,
            Err(_) => self.make_room().await?,
        };
        let place = Place {
            line: self.line.clone(),
            turn: Mutex::default(),
            known: AtomicBool::new(false),
            answered: AtomicBool::new(false),
            leave: Arc::default(),
            _free_again: free,
        };
        place.waits();
        Some(place)
    }

    async fn make_room(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            if self.send_longest_away() {
                return self.free.clone().acquire_owned().await.ok();
            }
            // All are being answered: the first that is done goes, or is sent away.
            tokio::select! {
                free = self.free.clone().acquire_owned() => return free.ok(),
                () = self.line.more.notified() => {}
            }
        }
    }

    /// Sends away whoever has waited longest; whether there was somebody.
    pub(super) fn send_longest_away(&self) -> bool {
        let longest = self.line.lock().by_turn.pop_first();
        longest.is_some_and(|(_, leave)| {
            leave.notify_one();
            true
        })
    }
}

impl Line {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// They have shown who they are.
    pub(super) fn is_known(&self) {
        self.known.store(true, Ordering::Release);
        self.waits();
    }

    /// There is a whole request: nobody sends the connection away before it is answered.
    pub(super) fn is_asked(&self) {
        self.changes(&mut self.line.lock(), None);
    }

    /// There is an answer; when it is handed on, the connection waits again.
    pub(super) fn has_answer(&self) {
        self.answered.store(true, Ordering::Release);
    }

    fn is_handed_on(&self) {
        if self.answered.swap(false, Ordering::AcqRel) {
            self.waits();
        }
    }

    fn waits(&self) {
        let mut waiting = self.line.lock();
        waiting.turns += 1;
        let turn = Turn {
            known: self.known.load(Ordering::Acquire),
            number: waiting.turns,
        };
        waiting.by_turn.insert(turn, self.leave.clone());
        self.changes(&mut waiting, Some(turn));
        drop(waiting);
        self.line.more.notify_one();
    }

    /// When it has to make room.
    pub(super) async fn must_leave(&self) {
        self.leave.notified().await;
    }

    fn changes(&self, waiting: &mut Waiting, turn: Option<Turn>) {
        let mut held = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *held, turn) {
            waiting.by_turn.remove(&before);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.is_asked();
    }
}

/// A socket that tells its place when all that was written is handed on, and ends when nothing can be for too long.
pub(super) struct Socket<I> {
    io: I,
    place: Arc<Place>,
    patience: Duration,
    /// Since nothing could be handed on.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl<I> Socket<I> {
    pub(super) fn new(io: I, place: Arc<Place>, patience: Duration) -> Socket<I> {
        Socket {
            io,
            place,
            patience,
            stuck: None,
        }
    }

    /// What was written, unless the client has taken nothing for too long.
    fn patiently<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let patience = self.patience;
        #[expect(clippy::disallowed_methods, reason = "this is the door")]
        let stuck = self
            .stuck
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(stuck.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<I: Read + Unpin> Read for Socket<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<I: Write + Unpin> Write for Socket<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.patiently(cx, written)
    }

    /// hyper flushes when nothing of an answer is left with it.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.io).poll_flush(cx))?;
        self.place.is_handed_on();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bytes);
        self.patiently(cx, written)
    }
}
