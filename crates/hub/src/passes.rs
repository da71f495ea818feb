//! Going through whoever waits for something, a batch at a time, for as long as the hub runs.

use std::time::Duration;

use env::{Env, Stop};

use crate::HubError;

/// How often it is looked when nobody rings.
pub(crate) const OWN_LOOK: Duration = Duration::from_secs(5);
/// The pauses after failures, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// What a batch came to.
pub(crate) struct Batch<P> {
    /// Whether anything was done for anybody.
    pub(crate) some: bool,
    /// The place of the last one that was looked at, if there may be more behind it.
    pub(crate) last: Option<P>,
}

/// Where a pass stands. Each batch goes on behind the last one, because a database may keep the places of those who do not
/// wait any more; a pass in which something was done is followed by another at once, because whoever came meanwhile may
/// stand before the last.
///
/// ```text
/// while nobody asks to stop {
///     register at the bell; do a batch behind `after`; `go_on` with what it came to
/// }
/// ```
pub(crate) struct Pass<P> {
    what: &'static str,
    /// The place of the last one that was looked at in this pass.
    pub(crate) after: Option<P>,
    some: bool,
    pause: Duration,
}

impl<P> Pass<P> {
    /// The first one.
    pub(crate) fn new(what: &'static str) -> Pass<P> {
        Pass {
            what,
            after: None,
            some: false,
            pause: FIRST_PAUSE,
        }
    }

    /// Takes note of a batch, and waits if there is nothing more to do: for the bell, which must have been registered at
    /// before the batch, so that what came meanwhile is heard; after a failure for a while and no bell.
    pub(crate) async fn go_on(
        &mut self,
        env: &Env,
        stop: &Stop,
        rung: impl Future<Output = ()> + Unpin,
        done: Result<Batch<P>, HubError>,
    ) {
        let asked = std::pin::pin!(stop.asked());
        match done {
            Ok(done) => {
                self.pause = FIRST_PAUSE;
                self.some |= done.some;
                self.after = done.last;
                if self.after.is_none() && !std::mem::take(&mut self.some) {
                    let waiting = std::pin::pin!(env.sleep(OWN_LOOK));
                    let waiting = futures_util::future::select(rung, waiting);
                    futures_util::future::select(waiting, asked).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, what = self.what, "a register could not be asked; it is tried again");
                self.pause = (self.pause * 2).min(LAST_PAUSE);
                let waiting = std::pin::pin!(env.sleep(self.pause));
                futures_util::future::select(waiting, asked).await;
            }
        }
    }
}
