//! Connections that are kept for the next call.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::line::RealLine;
use crate::Callee;

/// For how long one is kept that nobody uses: shorter than any listener's patience.
const KEPT: Duration = Duration::from_secs(15);
/// How many are kept for one callee.
const MOST: usize = 64;

/// Connections that wait for their next call.
#[derive(Default)]
pub(super) struct Pool(Mutex<BTreeMap<Callee, Vec<Kept>>>);

struct Kept {
    line: RealLine,
    /// Under which of our certificates it was made.
    generation: u64,
    since: Instant,
}

impl Pool {
    /// The one that was used last, if it is of this generation and still there.
    pub(super) fn take(&self, to: &Callee, generation: u64) -> Option<RealLine> {
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = pool.get_mut(to)?;
        kept.retain(|one| one.generation == generation && one.since.elapsed() < KEPT && one.line.is_there());
        kept.pop().map(|one| one.line)
    }

    /// Keeps one.
    pub(super) fn put(&self, to: &Callee, generation: u64, line: RealLine) {
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = match pool.get_mut(to) {
            Some(kept) => kept,
            None => pool.entry(to.clone()).or_default(),
        };
        if kept.len() < MOST {
            #[expect(clippy::disallowed_methods, reason = "this is the door")]
            let since = Instant::now();
            kept.push(Kept {
                line,
                generation,
                since,
            });
        }
    }
}
