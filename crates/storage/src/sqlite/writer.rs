//! The one thread that writes a file, and its group commit.
//!
//! A commit costs a flush of the disk, however much it carries. So units that wait together are committed
//! together: each but the first in its own savepoint, so that one that fails takes nothing of its neighbours with it, and
//! all answered after the one `COMMIT`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use env::Env;

use super::Session;
use super::disk::Disk;
use crate::error::{Failure, Trouble};
use crate::tx::Engine;
use crate::unit::{Job, Said, now, run};
use crate::{StoreError, Tx};

/// Units in a group, at most.
const GROUP: usize = 256;
/// How long a group stays open while more units come.
const OPEN: Duration = Duration::from_millis(5);

/// The queue before the writer thread. The thread ends when the queue is dropped and empty.
pub(crate) struct Writer {
    queue: Sender<Box<dyn Job>>,
}

impl Writer {
    pub(crate) fn start(
        env: &Env,
        path: &Path,
        create: bool,
        statements: &Arc<AtomicU64>,
    ) -> Result<Writer, String> {
        let session = Session::writer(path, create).map_err(|error| error.to_string())?;
        let (queue, jobs) = channel();
        let tx = Tx::new(Engine::Sqlite(session), statements);
        let thread = Thread {
            env: env.clone(),
            jobs,
            tx,
            disk: Disk::new(path.display().to_string()),
        };
        let spawned = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || thread.serve());
        spawned
            .map(|_| Writer { queue })
            .map_err(|error| error.to_string())
    }

    pub(crate) fn submit(&self, job: Box<dyn Job>) {
        if let Err(refused) = self.queue.send(job) {
            refused.0.answer(Err(StoreError::Closed));
        }
    }
}

struct Thread {
    env: Env,
    jobs: Receiver<Box<dyn Job>>,
    tx: Tx,
    disk: Disk,
}

/// A unit of a group that is not committed yet, and what its closure said.
struct Waiting {
    job: Box<dyn Job>,
    said: Said,
}

impl Thread {
    fn serve(mut self) {
        while let Ok(first) = self.jobs.recv() {
            let mut group = Vec::new();
            let fate = match self.tx.control("BEGIN IMMEDIATE") {
                Ok(()) => self.fill(first, &mut group).and_then(|()| self.commit(&group)),
                Err(failure) => {
                    group.push(Waiting {
                        job: first,
                        said: Said::No,
                    });
                    Err(StoreError::Unavailable(failure.reason))
                }
            };
            let trouble = self.tx.take_disk_trouble();
            if trouble.is_some() || fate.is_ok() {
                self.tell(trouble.as_deref());
            }
            self.answer(group, &fate);
        }
    }

    fn tell(&mut self, trouble: Option<&str>) {
        match (self.disk.after(self.env.now(), trouble), trouble) {
            (Some(said), Some(_)) => tracing::error!("{said}"),
            (Some(said), None) => tracing::warn!("{said}"),
            (None, _) => {}
        }
    }

    /// Runs units until the queue is empty, or the group is large or old enough.
    fn fill(&mut self, first: Box<dyn Job>, group: &mut Vec<Waiting>) -> Result<(), StoreError> {
        let opened = self.env.now();
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            if !job.is_abandoned() {
                let is_first = group.iter().all(|unit| unit.said != Said::Yes);
                let said = if is_first {
                    self.run_first(&mut *job)
                } else {
                    self.run_one(&mut *job)
                };
                let name = job.name();
                group.push(Waiting {
                    job,
                    said: said.as_ref().map_or(Said::No, |said| *said),
                });
                said.map_err(|failure| commit_error(name, failure))?;
            }
            if group.len() < GROUP && self.env.now().since(opened) < OPEN {
                next = self.jobs.try_recv().ok();
            }
        }
        Ok(())
    }

    /// Runs a unit that nothing stands before: what it leaves behind is all that there is, so it needs no savepoint, and where
    /// one unit comes at a time that is two statements less for each. An error is one of the whole group.
    fn run_first(&mut self, job: &mut dyn Job) -> Result<Said, Failure> {
        let said = self.attempt(job)?;
        if said != Said::Yes {
            self.tx.control("ROLLBACK")?;
            self.tx.control("BEGIN IMMEDIATE")?;
        }
        Ok(said)
    }

    /// Runs a unit in its savepoint. An error is one of the whole group.
    fn run_one(&mut self, job: &mut dyn Job) -> Result<Said, Failure> {
        self.tx.control("SAVEPOINT unit")?;
        let said = self.attempt(job)?;
        if said != Said::Yes {
            self.tx.control("ROLLBACK TO unit")?;
        }
        self.tx.control("RELEASE unit")?;
        Ok(said)
    }

    fn attempt(&mut self, job: &mut dyn Job) -> Result<Said, Failure> {
        let mode = job.mode();
        let said = now(run(job, &mut self.tx, mode)).unwrap_or(Said::Foreign);
        if self.tx.is_open() {
            return Ok(said);
        }
        // A full disk and the like: SQLite has rolled back everything by itself.
        Err(Failure {
            trouble: Trouble::Statement,
            reason: "the transaction was rolled back".into(),
        })
    }

    fn commit(&mut self, group: &[Waiting]) -> Result<(), StoreError> {
        let committed = || group.iter().filter(|unit| unit.said == Said::Yes);
        for unit in committed() {
            self.env
                .crash_point(&format!("{}.before_commit", unit.job.name()))?;
        }
        let name = group.first().map_or("", |unit| unit.job.name());
        self.tx
            .control("COMMIT")
            .map_err(|failure| commit_error(name, failure))?;
        for unit in committed() {
            self.env
                .crash_point(&format!("{}.after_commit", unit.job.name()))?;
        }
        Ok(())
    }

    fn answer(&mut self, group: Vec<Waiting>, fate: &Result<(), StoreError>) {
        if self.tx.is_open()
            && let Err(failure) = self.tx.control("ROLLBACK")
        {
            tracing::error!(reason = failure.reason, "SQLite could not roll back");
        }
        for Waiting { job, said } in group {
            // A unit that failed by itself may have seen its neighbours' work, so it shares their fate too.
            let fate = fate.clone().and_then(|()| said.fate(job.name()));
            job.answer(fate);
        }
    }
}

fn commit_error(unit: &'static str, failure: Failure) -> StoreError {
    match failure.trouble {
        Trouble::Lost => StoreError::OutcomeUnknown,
        _ => StoreError::Commit {
            unit,
            reason: failure.reason,
        },
    }
}
