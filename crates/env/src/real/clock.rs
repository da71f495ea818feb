//! The wall clock and the kernel's randomness.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::RealWorld;
use crate::{BoxFuture, Clock, Random, Time};

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub(super) fn wall_clock() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

impl Clock for RealWorld {
    fn now(&self) -> Time {
        wall_clock()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

impl Random for RealWorld {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Without randomness no key, salt or number of ours is safe: there is nothing to go on with.
            tracing::error!(%error, "the kernel gives no randomness");
            std::process::abort();
        }
    }
}
