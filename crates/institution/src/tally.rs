//! What was done since the start, for whoever looks at `GET /status`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use env::Time;

/// Counts since the start. Nothing about a person is in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Requests taken into `work`, leftovers of an earlier run included.
    pub(crate) picked: u64,
    /// Results published in `res`, error answers included.
    pub(crate) answered: u64,
    /// Files moved into `quarantine`.
    pub(crate) quarantined: u64,
    /// Requests that were seen and have no result yet.
    pub(crate) waiting: usize,
    /// When the last result was published.
    pub(crate) last_answer: Option<Time>,
}

#[derive(Default)]
pub(crate) struct Tally(Mutex<Counts>);

impl Tally {
    pub(crate) fn counts(&self) -> Counts {
        *self.lock()
    }

    pub(crate) fn picked(&self) {
        self.lock().picked += 1;
    }

    pub(crate) fn answered(&self, at: Time) {
        let mut counts = self.lock();
        counts.answered += 1;
        counts.last_answer = Some(at);
    }

    pub(crate) fn quarantined(&self) {
        self.lock().quarantined += 1;
    }

    pub(crate) fn waiting(&self, waiting: usize) {
        self.lock().waiting = waiting;
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
