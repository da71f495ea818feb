//! The loop over the folders.
//!
//! Everything that a crash must not lose is in the folders themselves, so there is nothing to restore: at every
//! look the state of a request follows from where its files are.
//!
//! | `req` | `work` | what it means, and what is done |
//! |---|---|---|
//! | request | | new: claimed by moving it into `work` |
//! | | request | undecided: asked, then the answer is kept in `work` |
//! | | request, answer | answered: the request is removed (or, when it was broken, quarantined) |
//! | | answer | published by moving it into `res` |
//!
//! The answer of a bulk inquiry's second step may be a `.zip`; there is never more than one of both. What outlives a
//! bulk inquiry's first step is its 受付番号, and that is verification's to keep.
//!
//! The answer is published by a move, last of all. A receipt computer may remove a result as soon as it has read it;
//! whatever dies then, nothing is left from which a second result could be made.

mod bench;
mod incoming;
mod job;
mod kind;
mod room;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use env::{BoxFuture, FileError, Stop, Time};
use exchange::oqs::names::{Family, RequestName};
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::{FutureExt, select_biased};

pub(crate) use bench::Bench;
use incoming::{InWork, Incoming};
use job::{Job, Trouble};
pub(crate) use kind::{Kind, kind};
use room::Room;

/// Looks come at least so far apart, however many changes are told.
const LEAST_GAP: Duration = Duration::from_millis(20);
/// How long a request rests whose files could not be handled (disk full, share gone).
const REST: Duration = Duration::from_secs(5);

/// What becomes of a job: its name, and how it ended.
type Ending = (RequestName, Result<(), Trouble>);

/// Looks at the folders and hands requests to the [`Bench`].
pub(crate) struct Agent {
    bench: Arc<Bench>,
    rescan: Duration,
    incoming: Incoming,
    /// Requests that are being handled, by name.
    busy: BTreeMap<String, Family>,
    /// Requests of which something was in `work` at the last look, and is not being handled: they rest, or wait for room.
    resting_in_work: usize,
    /// Requests that rest after trouble, and until when.
    resting: BTreeMap<String, Time>,
    /// Whether the last look failed.
    troubled: bool,
}

impl Agent {
    pub(crate) fn new(bench: Bench, rescan: Duration) -> Agent {
        Agent {
            bench: Arc::new(bench),
            rescan,
            incoming: Incoming::default(),
            busy: BTreeMap::new(),
            resting_in_work: 0,
            resting: BTreeMap::new(),
            troubled: false,
        }
    }

    /// Runs until stopping is asked for, then waits for what is being handled.
    pub(crate) async fn run(mut self, stop: Stop) {
        let bench = self.bench.clone();
        let mut handled = FuturesUnordered::new();
        while !stop.is_asked() {
            let mut jobs = Vec::new();
            let looked = self.look(&mut jobs).await;
            if let Err(Trouble::Crashed) = looked {
                return;
            }
            self.tell(looked.err().as_ref());
            // What was found before trouble came is handled all the same.
            for job in jobs {
                self.busy.insert(job.name.to_string(), job.name.family());
                handled.push(spawn(&bench, job));
            }
            let (looked_at, rescan) = (bench.env.now(), self.rescan);
            bench
                .tally
                .waiting(self.busy.len() + self.resting_in_work + self.incoming.queued);
            let next = async {
                let changed = bench.env.files().changed(&bench.folders.req);
                let rescan = bench.env.sleep(rescan);
                if let Either::Left(_) = select(changed, pin!(rescan)).await {
                    let since = bench.env.now().since(looked_at);
                    bench.env.sleep(LEAST_GAP.saturating_sub(since)).await;
                }
            };
            let mut next = pin!(next.fuse());
            let mut asked = pin!(stop.asked().fuse());
            select_biased! {
                () = asked => {}
                ending = handled.select_next_some() => self.settle(ending),
                () = next => {}
            }
        }
        while let Some(ending) = handled.next().await {
            self.settle(ending);
        }
    }

    /// One look: what was left in `work` first, then what came into `req`, in the order of names.
    async fn look(&mut self, jobs: &mut Vec<Job>) -> Result<(), Trouble> {
        let now = self.bench.env.now();
        // A clock that was set back gives no longer rest.
        self.resting
            .retain(|_, until| now < *until && *until <= now + REST);
        let mut room = Room::new();
        for family in self.busy.values() {
            room.fill(*family);
        }
        let mut in_work: BTreeSet<String> = self.busy.keys().cloned().collect();
        let mut taken_up = BTreeSet::new();
        self.resting_in_work = 0;
        for name in self.bench.kept().await? {
            let text = name.to_string();
            let free = !self.busy.contains_key(&text) && !self.resting.contains_key(&text);
            if free && room.has(name.family()) {
                room.fill(name.family());
                self.bench.tally.picked();
                taken_up.insert(text.clone());
                jobs.push(Job {
                    name,
                    since: now,
                    left_over: true,
                });
            } else if !self.busy.contains_key(&text) {
                self.resting_in_work += 1;
            }
            in_work.insert(text);
        }
        self.incoming
            .take(
                &self.bench,
                InWork {
                    taken_up,
                    all: in_work,
                },
                room,
                jobs,
            )
            .await
    }

    /// Trouble with the folders is told once, not at every look.
    fn tell(&mut self, trouble: Option<&Trouble>) {
        if let (Some(error), false) = (trouble, self.troubled) {
            tracing::error!(%error, "医療機関のフォルダを処理できません。{}", error.remedy());
        }
        self.troubled = trouble.is_some();
    }

    fn settle(&mut self, (name, ended): Ending) {
        let text = name.to_string();
        self.busy.remove(&text);
        match ended {
            Ok(()) | Err(Trouble::Stopping | Trouble::Crashed) => {}
            Err(error) => {
                tracing::error!(%error, request = text, "照会を work に残しました。{}", error.remedy());
                self.resting.insert(text, self.bench.env.now() + REST);
            }
        }
    }
}

/// Handles a job as a task of its own: one that goes wrong takes nobody with it.
fn spawn(bench: &Arc<Bench>, job: Job) -> BoxFuture<'static, Ending> {
    let ended = Arc::new(Mutex::new(Err(Trouble::Died)));
    let (slot, handling, name) = (ended.clone(), bench.clone(), job.name.clone());
    let task = bench.env.spawn("institution.request", async move {
        let result = handling.handle(job).await;
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = result;
    });
    Box::pin(async move {
        task.join().await;
        let mut slot = ended.lock().unwrap_or_else(PoisonError::into_inner);
        (name, std::mem::replace(&mut *slot, Ok(())))
    })
}

/// Looking again may find it; now it is gone.
fn unless_missing<T>(done: Result<T, FileError>) -> Result<Option<T>, FileError> {
    match done {
        Ok(value) => Ok(Some(value)),
        Err(FileError::Missing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
