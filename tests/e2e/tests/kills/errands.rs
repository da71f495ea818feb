//! People with errands at the roles: each errand is said again until it is answered, and those of one person are done in
//! the order in which they were given.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use madoguchi_e2e::api::Reply;
use madoguchi_e2e::wait::rest;
use serde_json::Value;

/// Before the same thing is said again.
const AGAIN: Duration = Duration::from_millis(4);

/// What somebody is sent to do.
pub(crate) trait Errand: Send + 'static {
    /// How many kinds there are.
    const KINDS: usize;

    /// Which kind this one is.
    fn kind(&self) -> usize;

    /// Says it once.
    fn say(&self) -> Said;

    /// What it is, for a failure's message.
    fn name(&self) -> String;
}

/// What came of saying something once.
pub(crate) enum Said {
    /// Nobody answered, or it could not be answered now.
    Unheard,
    /// It was answered; what is wrong with the answer, if anything.
    Heard(Result<(), String>),
}

impl Said {
    /// Judges an answer: a 200 by what it says.
    pub(crate) fn judge(
        answered: std::io::Result<Reply>,
        note: impl FnOnce(&Value) -> Result<(), String>,
    ) -> Said {
        let Ok(reply) = answered else { return Said::Unheard };
        match reply.status {
            503 => Said::Unheard,
            200 => Said::Heard(note(&reply.json()).map_err(|fault| format!("{fault}: {}", reply.text()))),
            status => Said::Heard(Err(format!("refused: {status} {}", reply.text()))),
        }
    }
}

/// What all of them share.
struct Shared {
    /// Errands that are not done yet, by kind.
    open: Vec<AtomicUsize>,
    unheard: AtomicU64,
    wrong: Mutex<Vec<String>>,
    stopping: AtomicBool,
}

/// The people, each with a queue.
pub(crate) struct Errands<E> {
    queues: Vec<Sender<E>>,
    threads: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl<E: Errand> Errands<E> {
    /// So many people.
    pub(crate) fn with(people: usize) -> Errands<E> {
        let shared = Arc::new(Shared {
            open: (0..E::KINDS).map(|_| AtomicUsize::new(0)).collect(),
            unheard: AtomicU64::new(0),
            wrong: Mutex::new(Vec::new()),
            stopping: AtomicBool::new(false),
        });
        let (mut queues, mut threads) = (Vec::new(), Vec::new());
        for _ in 0..people {
            let (sender, errands) = channel();
            let shared = shared.clone();
            queues.push(sender);
            threads.push(std::thread::spawn(move || work(&errands, &shared)));
        }
        Errands {
            queues,
            threads,
            shared,
        }
    }

    /// Sends one of them.
    pub(crate) fn give(&self, whom: usize, errand: E) {
        if let Some(open) = self.shared.open.get(errand.kind()) {
            open.fetch_add(1, Ordering::SeqCst);
        }
        // They end only when told to.
        let sent = self
            .queues
            .get(whom % self.queues.len())
            .map(|queue| queue.send(errand).is_ok());
        assert_eq!(sent, Some(true), "{:?}", self.wrong());
    }

    /// Errands of a kind that are not done yet.
    pub(crate) fn open_of(&self, kind: usize) -> usize {
        self.shared
            .open
            .get(kind)
            .map_or(0, |open| open.load(Ordering::SeqCst))
    }

    /// Errands that are not done yet.
    pub(crate) fn open(&self) -> usize {
        (0..E::KINDS).map(|kind| self.open_of(kind)).sum()
    }

    /// How often something had to be said again.
    pub(crate) fn unheard(&self) -> u64 {
        self.shared.unheard.load(Ordering::SeqCst)
    }

    /// Answers that should never have come.
    pub(crate) fn wrong(&self) -> Vec<String> {
        lock(&self.shared.wrong).clone()
    }
}

impl<E> Drop for Errands<E> {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.queues.clear();
        for thread in self.threads.drain(..) {
            let _panicked = thread.join();
        }
    }
}

fn work<E: Errand>(errands: &Receiver<E>, shared: &Shared) {
    while let Ok(errand) = errands.recv() {
        loop {
            if shared.stopping.load(Ordering::SeqCst) {
                return;
            }
            match errand.say() {
                Said::Unheard => {
                    shared.unheard.fetch_add(1, Ordering::SeqCst);
                    rest(AGAIN);
                }
                Said::Heard(judged) => {
                    if let Err(fault) = judged {
                        lock(&shared.wrong).push(format!("{}: {fault}", errand.name()));
                    }
                    if let Some(open) = shared.open.get(errand.kind()) {
                        open.fetch_sub(1, Ordering::SeqCst);
                    }
                    break;
                }
            }
        }
    }
}

/// Whether an answer says what it must.
pub(crate) fn expect(what: &str, found: &Value, expected: &Value) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: {found} instead of {expected}"))
    }
}

/// A lock that a panicked thread does not close.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
