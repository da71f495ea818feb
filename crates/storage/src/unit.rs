//! Units of work on their way to a connection, and how one is run there.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use futures_util::FutureExt;
use tokio::sync::oneshot;

use crate::error::Trouble;
use crate::tx::Mode;
use crate::{StoreError, Tx};

/// A unit of work or a read that waits for a connection.
pub(crate) trait Job: Send {
    fn name(&self) -> &'static str;
    fn mode(&self) -> Mode;
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    /// Runs the closure from its beginning; `true` when it succeeded.
    fn attempt<'a>(&'a mut self, tx: &'a mut Tx) -> Pin<Box<dyn Future<Output = bool> + 'a>>;
    /// Gives the closure's own answer, or why there is none.
    fn answer(self: Box<Self>, fate: Result<(), StoreError>);
}

pub(crate) struct Unit<T, E, F> {
    name: &'static str,
    mode: Mode,
    work: F,
    said: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Unit<T, E, F> {
    pub(crate) fn new(name: &'static str, mode: Mode, work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (
            Unit {
                name,
                mode,
                work,
                said: None,
                reply,
            },
            answer,
        )
    }
}

impl<T, E, F> Job for Unit<T, E, F>
where
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn attempt<'a>(&'a mut self, tx: &'a mut Tx) -> Pin<Box<dyn Future<Output = bool> + 'a>> {
        Box::pin(async move {
            self.said = None;
            self.said.insert((self.work)(tx).await).is_ok()
        })
    }

    fn answer(self: Box<Self>, fate: Result<(), StoreError>) {
        let answer = match (fate, self.said) {
            (Ok(()), Some(said)) => said,
            (Ok(()), None) => Err(StoreError::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // A caller that does not wait any more loses its answer, nothing else.
        let _nobody_waits = self.reply.send(answer);
    }
}

/// How a run of a unit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The closure returned `Ok` and all its statements succeeded.
    Yes,
    /// The closure returned `Err`.
    No,
    /// The closure returned `Ok` although a statement had failed.
    YesAfterFailure,
    /// It waited for something else than its `Tx`.
    Foreign,
    /// It panicked.
    Panicked,
}

impl Said {
    /// What is answered when it was not committed.
    pub(crate) fn fate(self, name: &'static str) -> Result<(), StoreError> {
        match self {
            Said::Yes | Said::No => Ok(()),
            Said::YesAfterFailure => Err(StoreError::Failed(name)),
            Said::Foreign => Err(StoreError::ForeignAwait(name)),
            Said::Panicked => Err(StoreError::Panicked(name)),
        }
    }
}

thread_local! {
    /// Whether this thread is polling a unit just now.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether the caller stands inside a unit: a unit may not wait for another one.
pub(crate) fn inside_a_unit() -> bool {
    INSIDE.get()
}

/// Runs a unit once. It may wait only while a statement of its `Tx` is under way.
pub(crate) async fn run(job: &mut dyn Job, tx: &mut Tx, mode: Mode) -> Said {
    tx.start(mode, job.name());
    let busy = tx.busy();
    let said = {
        let mut attempt = pin!(AssertUnwindSafe(job.attempt(tx)).catch_unwind());
        poll_fn(|context| {
            INSIDE.set(true);
            let polled = attempt.as_mut().poll(context);
            INSIDE.set(false);
            match polled {
                Poll::Ready(Ok(true)) => Poll::Ready(Said::Yes),
                Poll::Ready(Ok(false)) => Poll::Ready(Said::No),
                Poll::Ready(Err(_)) => Poll::Ready(Said::Panicked),
                Poll::Pending if busy.load(Ordering::Relaxed) => Poll::Pending,
                Poll::Pending => Poll::Ready(Said::Foreign),
            }
        })
        .await
    };
    match said {
        Said::Yes if tx.trouble() != Trouble::None => Said::YesAfterFailure,
        said => said,
    }
}

/// The result of a future that never waits, because everything below it is SQLite.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> Result<T, StoreError> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Ok(result),
        Poll::Pending => Err(StoreError::Closed),
    }
}
