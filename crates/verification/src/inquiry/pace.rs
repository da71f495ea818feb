//! When the uniform answer leaves: on a grid that begins with its question.
//!
//! About a number that nobody has there is nothing to open and to fold, about one with a voucher elsewhere there is. Whoever
//! measures answers could tell the two apart, so the answer that must say nothing waits for the next beat. An answer that
//! shows somebody need not wait: its bytes say that already.

use std::time::Duration;

use env::{Env, Time};

/// Longer than looking and answering takes, so that nearly everything leaves on the first beat, and short for a desk.
const BEAT: Duration = Duration::from_millis(2);

/// Waits for the beat after now, counted from when the question came.
pub(super) async fn wait(env: &Env, came: Time) {
    env.sleep(until_beat(env.now().since(came))).await;
}

/// How long it is to the next beat when so much time is gone.
fn until_beat(gone: Duration) -> Duration {
    let beat = BEAT.as_nanos();
    let left = beat - gone.as_nanos() % beat;
    Duration::from_nanos(u64::try_from(left).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_leave_on_beats_only() {
        for micros in (0..9_000).chain(4_999_990..5_000_010) {
            let gone = Duration::from_micros(micros);
            let left = until_beat(gone);
            assert!(Duration::ZERO < left && left <= BEAT, "{micros}");
            assert_eq!((gone + left).as_nanos() % BEAT.as_nanos(), 0, "{micros}");
        }
    }
}
