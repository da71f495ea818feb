//! Tasks, and how a role ends well.

use std::sync::Arc;

use tokio::sync::watch;

use crate::BoxFuture;

/// Starts tasks.
pub trait Tasks: Send + Sync {
    /// Starts a task under a name that diagnostics show.
    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>) -> TaskHandle;
}

/// A running task. Dropping the handle lets the task run on.
pub struct TaskHandle {
    abort: Box<dyn Fn() + Send + Sync>,
    done: BoxFuture<'static, ()>,
}

impl TaskHandle {
    /// From a way to abort and a future that is ready when the task is gone.
    pub fn new(abort: impl Fn() + Send + Sync + 'static, done: BoxFuture<'static, ()>) -> TaskHandle {
        TaskHandle {
            abort: Box::new(abort),
            done,
        }
    }

    /// Ends the task at its next await.
    pub fn abort(&self) {
        (self.abort)();
    }

    /// Waits until the task is gone.
    pub async fn join(self) {
        self.done.await;
    }
}

/// Tells a role's tasks to finish what they have begun and end.
#[derive(Clone)]
pub struct StopHandle(Arc<watch::Sender<bool>>);

/// The other end of a [`StopHandle`].
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl StopHandle {
    /// A fresh pair.
    pub fn new() -> (StopHandle, Stop) {
        let (sender, receiver) = watch::channel(false);
        (StopHandle(Arc::new(sender)), Stop(receiver))
    }

    /// Asks everybody to stop. Asking twice changes nothing.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Whether stopping was asked for. A stop handle that is gone asks for it too.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until stopping is asked for.
    pub async fn asked(&self) {
        let mut told = self.0.clone();
        let _gone_counts_too = told.wait_for(|stop| *stop).await;
    }
}
