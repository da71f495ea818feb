//! Tasks on tokio.

use super::RealWorld;
use crate::{BoxFuture, TaskHandle, Tasks};

impl Tasks for RealWorld {
    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>) -> TaskHandle {
        let running = self.runtime.spawn(task);
        let abort = running.abort_handle();
        let done = async move {
            if let Err(error) = running.await
                && error.is_panic()
            {
                tracing::error!(task = name, "a task panicked");
            }
        };
        TaskHandle::new(move || abort.abort(), Box::pin(done))
    }
}
