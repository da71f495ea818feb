//! A stopwatch.

use std::time::{Duration, Instant};

/// A moment of the monotonic clock.
#[derive(Clone, Copy)]
pub(crate) struct Watch(Instant);

impl Watch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "real time is what is measured here; env's clock has µs only"
    )]
    pub(crate) fn start() -> Watch {
        Watch(Instant::now())
    }

    /// Since it was started.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
