//! What was done since the start, for whoever looks at `GET /status`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use env::Time;

use crate::strangers::Stranger;

/// Counts since the start. Nothing about a person is in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Requests taken into `work`, leftovers of an earlier run included.
    pub(crate) picked: u64,
    /// Results published in `res`, error answers included.
    pub(crate) answered: u64,
    /// Files moved into `quarantine`.
    pub(crate) quarantined: u64,
    /// Requests that were seen and have no result yet.
    pub(crate) waiting: usize,
    /// What lies in `req` and is nobody's request.
    pub(crate) strangers: Vec<Stranger>,
    /// When the last result was published.
    pub(crate) last_answer: Option<Time>,
}

#[derive(Default)]
pub(crate) struct Tally(Mutex<Counts>);

impl Tally {
    pub(crate) fn counts(&self) -> Counts {
        self.lock().clone()
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

    pub(crate) fn strangers(&self, strangers: &[Stranger]) {
        let mut counts = self.lock();
        if counts.strangers != strangers {
            counts.strangers = strangers.to_vec();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
