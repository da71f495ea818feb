//! Waiting: for a condition, with a deadline, and nothing else. The one place where these tests sleep.

use std::time::{Duration, Instant};

/// Real time since a moment.
pub struct Watch(Instant);

impl Watch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "processes of their own live in real time"
    )]
    pub fn start() -> Watch {
        Watch(Instant::now())
    }

    /// How long it runs.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// How long a condition may take before a test gives up. Far more than anything takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Looks again and again until there is something to give.
///
/// # Panics
/// With `what`, when nothing was there within [`PATIENCE`].
#[track_caller]
pub fn wait_until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    match within(PATIENCE, look) {
        Some(found) => found,
        None => panic!("waited {} s in vain: {what}", PATIENCE.as_secs()),
    }
}

/// As [`wait_until`], and says what there is to say when it was in vain.
///
/// # Panics
/// With `what` and what `tell` says, when nothing was there within [`PATIENCE`].
#[track_caller]
pub fn wait_until_or_tell<T>(
    what: &str,
    look: impl FnMut() -> Option<T>,
    tell: impl FnOnce() -> String,
) -> T {
    match within(PATIENCE, look) {
        Some(found) => found,
        None => panic!("waited {} s in vain: {what}\n{}", PATIENCE.as_secs(), tell()),
    }
}

/// Looks again and again until it is done; every [`PATIENCE`] it must have come nearer. The look gives what is left to
/// do, in any terms, or nothing when nobody could say.
///
/// # Panics
/// With `what` and what is left, when nothing changed for so long.
#[track_caller]
pub fn wait_while_it_goes_on<P: PartialEq + std::fmt::Debug>(
    what: &str,
    look: impl FnMut() -> Result<(), Option<P>>,
) {
    wait_while_it_goes_on_within(PATIENCE, what, look);
}

/// As [`wait_while_it_goes_on`], where each step may take so long.
///
/// # Panics
/// With `what` and what is left, when nothing changed for so long.
#[track_caller]
pub fn wait_while_it_goes_on_within<P: PartialEq + std::fmt::Debug>(
    step: Duration,
    what: &str,
    mut look: impl FnMut() -> Result<(), Option<P>>,
) {
    let mut before = None;
    while let Err(left) = look() {
        let changed = within(step, || match look() {
            Ok(()) => Some(()),
            Err(now) => (now.is_some() && now != before).then_some(()),
        });
        assert!(
            changed.is_some(),
            "waited {} s in vain: {what}: {left:?}",
            step.as_secs()
        );
        before = left;
    }
}

/// Looks again and again until there is something to give, or the span is over.
pub fn within<T>(span: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let watch = Watch::start();
    let mut gap = Duration::from_micros(500);
    loop {
        let found = look();
        if found.is_some() || watch.elapsed() >= span {
            return found;
        }
        rest(gap);
        gap = (gap * 2).min(Duration::from_millis(20));
    }
}

/// Lets time pass: before a fault whose moment the dice chose, and between two looks. Never to wait for something.
#[expect(
    clippy::disallowed_methods,
    reason = "processes of their own live in real time"
)]
pub fn rest(span: Duration) {
    std::thread::sleep(span);
}
