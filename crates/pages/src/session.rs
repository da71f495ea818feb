//! Sessions: what a browser window has begun here.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use env::{Env, Time};

/// 128 random bits. Whoever has it has the session, so it is shown in no log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// From its text of 32 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<SessionId> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(SessionId(bytes))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// The sessions of one listener, in memory only.
pub struct Sessions<T> {
    env: Env,
    idle: Duration,
    most: usize,
    held: Mutex<BTreeMap<SessionId, Held<T>>>,
}

struct Held<T> {
    touched: Time,
    value: T,
}

impl<T> Sessions<T> {
    /// Sessions that end when nobody has touched them for `idle`; of more than `most` the one left alone the longest ends.
    #[must_use]
    pub fn new(env: &Env, idle: Duration, most: usize) -> Sessions<T> {
        Sessions {
            env: env.clone(),
            idle,
            most,
            held: Mutex::default(),
        }
    }

    /// Begins one. Its id is new: nothing that a browser had before becomes worth something.
    pub fn begin(&self, value: T) -> SessionId {
        let (id, touched) = (SessionId(self.env.random()), self.env.now());
        let mut held = self.swept();
        while held.len() >= self.most {
            let alone = held.iter().min_by_key(|(_, held)| held.touched);
            let Some(id) = alone.map(|(id, _)| *id) else { break };
            held.remove(&id);
        }
        held.insert(id, Held { touched, value });
        id
    }

    /// Does something with a session's value; nothing when it is not held any more.
    pub fn with<R>(&self, id: Option<SessionId>, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut held = self.swept();
        let held = held.get_mut(&id?)?;
        held.touched = self.env.now();
        Some(work(&mut held.value))
    }

    /// Ends one.
    pub fn end(&self, id: Option<SessionId>) -> Option<T> {
        self.swept().remove(&id?).map(|held| held.value)
    }

    /// Ends those that nobody touches. Every use does; call it from time to time where there may be no use for long.
    pub fn sweep(&self) {
        drop(self.swept());
    }

    fn swept(&self) -> MutexGuard<'_, BTreeMap<SessionId, Held<T>>> {
        let now = self.env.now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, held| {
            // A clock that was set back lets nothing live longer.
            held.touched = held.touched.min(now);
            now.since(held.touched) < self.idle
        });
        held
    }
}

#[cfg(test)]
mod tests {
    use env::sim::Simulation;

    use super::*;

    #[test]
    fn sessions_left_alone_end_and_there_are_never_too_many() {
        let fleet = Simulation::new(1, Time::from_micros(1_795_000_000_000_000));
        let env = fleet.node("desk", "desk");
        let clock = env.clone();
        let sessions = Sessions::new(&env, Duration::from_secs(60), 2);
        let wait = |seconds| {
            let clock = clock.clone();
            fleet.run(
                1000,
                async move { clock.sleep(Duration::from_secs(seconds)).await },
            );
        };
        let first = sessions.begin(1);
        wait(59);
        assert_eq!(sessions.with(Some(first), |value| *value), Some(1));
        wait(59);
        let second = sessions.begin(2);
        assert_eq!(
            sessions.with(Some(first), |value| *value),
            Some(1),
            "touched again"
        );
        wait(1);
        assert_eq!(sessions.with(Some(second), |value| *value), Some(2));
        let third = sessions.begin(3);
        assert_eq!(
            sessions.with(Some(first), |value| *value),
            None,
            "left alone the longest"
        );
        assert_eq!(sessions.end(Some(third)), Some(3));
        assert_eq!(sessions.end(Some(third)), None);
        assert_eq!(sessions.with(None, |value| *value), None);
        wait(61);
        assert_eq!(sessions.with(Some(second), |value| *value), None, "over");
        assert_eq!(SessionId::parse(&second.to_string()), Some(second));
        assert_eq!(SessionId::parse("1"), None);
    }

    #[test]
    fn a_clock_that_is_set_back_lets_no_session_live_longer() {
        let fleet = Simulation::new(2, Time::from_micros(1_795_000_000_000_000));
        let env = fleet.node("desk", "desk");
        let sessions = Sessions::new(&env, Duration::from_secs(60), 2);
        let session = sessions.begin(());
        let minutes = |minutes: i64| Time::from_micros(1_795_000_000_000_000 + minutes * 60_000_000);
        fleet.set_clock("desk", minutes(-60));
        sessions.sweep();
        assert!(sessions.with(Some(session), |()| ()).is_some(), "in use");
        fleet.set_clock("desk", minutes(-120));
        sessions.sweep();
        fleet.set_clock("desk", minutes(-119));
        assert!(sessions.with(Some(session), |()| ()).is_none(), "over");
    }
}
