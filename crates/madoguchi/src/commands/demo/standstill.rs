//! Noticing that nothing moves any more: a disk is full, a role is stuck. Whoever waits is told, and not kept waiting.

use std::time::Duration;

use env::Time;

use crate::outcome::Failure;

/// How long nothing may move.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was seen last of something that should move, and since when it is so.
pub(super) struct Standstill<P> {
    last: P,
    since: Time,
}

impl<P: PartialEq> Standstill<P> {
    /// From what is seen now.
    pub(super) const fn new(now: Time, seen: P) -> Standstill<P> {
        Standstill {
            last: seen,
            since: now,
        }
    }

    /// Takes what is seen now; an error when it has been the same for too long. `what` names what does not move.
    pub(super) fn look(&mut self, now: Time, seen: P, what: &str) -> Result<(), Failure> {
        if seen != self.last {
            (self.last, self.since) = (seen, now);
        }
        if now.since(self.since) < PATIENCE {
            return Ok(());
        }
        Err(Failure::failed(format!(
            "{what}が {} 秒間まったく進みません。",
            PATIENCE.as_secs()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_the_same_for_long_stands_still() {
        let at = |seconds: i64| Time::from_micros(seconds * 1_000_000);
        let mut run = Standstill::new(at(0), 0);
        for (second, seen) in [(59, 0), (59, 1), (118, 1), (118, 0), (177, 0)] {
            assert!(run.look(at(second), seen, "発券").is_ok(), "{second}");
        }
        assert!(run.look(at(178), 0, "発券").is_err());
        // What moves again is waited for again.
        assert!(run.look(at(179), 2, "発券").is_ok());
    }
}
