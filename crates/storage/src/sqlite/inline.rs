//! A database in this process's memory, for simulations: everything happens in the caller's poll, on the
//! caller's thread, in the caller's order. So the same seed gives the same run.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use env::{Env, PlantedFault};

use super::Session;
use super::readers::{look, snapshot};
use crate::error::{Failure, Trouble};
use crate::tx::{Engine, Mode};
use crate::unit::{Job, Said, now, run};
use crate::value::Params;
use crate::{Row, Statement, StoreError, Tx};

/// Keeps a database in memory alive while no store is open on it: a simulated node's disk.
pub struct InlineAnchor {
    // Only held. The lock makes it shareable between threads.
    _connection: Option<Mutex<Session>>,
}

/// Keeps the database that [`crate::DatabaseConfig::Inline`] names alive until the anchor is dropped.
///
/// Stores that are open on it hold it alive as well; when the last of them and the anchor are gone, so is it.
pub fn hold_inline(name: &str) -> InlineAnchor {
    let connection = Session::inline(name);
    if let Err(error) = &connection {
        tracing::error!(%error, name, "the database in memory cannot be held");
    }
    InlineAnchor {
        _connection: connection.ok().map(Mutex::new),
    }
}

/// A store's connection to a database in memory.
pub(crate) struct Inline {
    env: Env,
    state: Mutex<State>,
}

struct State {
    tx: Tx,
    /// Only with [`PlantedFault::AcknowledgeBeforeCommit`]: the unit that was acknowledged and not committed.
    acknowledged: Option<&'static str>,
}

impl Inline {
    pub(crate) fn open(env: &Env, name: &str, statements: &Arc<AtomicU64>) -> Result<Inline, String> {
        let session = Session::inline(name).map_err(|error| error.to_string())?;
        let tx = Tx::new(Engine::Sqlite(session), statements);
        Ok(Inline {
            env: env.clone(),
            state: Mutex::new(State {
                tx,
                acknowledged: None,
            }),
        })
    }

    /// Runs a unit or a read to its end and answers it.
    pub(crate) fn run(&self, mut job: Box<dyn Job>) {
        let fate = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            match job.mode() {
                Mode::Read if state.acknowledged.is_some() => {
                    let said = now(run(&mut *job, &mut state.tx, Mode::Read)).unwrap_or(Said::Foreign);
                    said.fate(job.name())
                }
                Mode::Read => snapshot(&mut state.tx, &mut *job),
                Mode::Unit | Mode::Migrate => state.unit(&self.env, &mut *job),
            }
        };
        job.answer(fate);
    }

    /// All rows of one statement.
    pub(crate) fn look(
        &self,
        statement: &'static Statement,
        params: &Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        look(&mut state.tx, statement, params)
    }
}

impl State {
    fn unit(&mut self, env: &Env, job: &mut dyn Job) -> Result<(), StoreError> {
        if let Some(earlier) = self.acknowledged.take() {
            self.commit(env, earlier)?;
        }
        let name = job.name();
        self.tx
            .control("BEGIN IMMEDIATE")
            .map_err(|failure| StoreError::Unavailable(failure.reason))?;
        let mode = job.mode();
        let said = now(run(job, &mut self.tx, mode)).unwrap_or(Said::Foreign);
        if said != Said::Yes {
            self.roll_back();
            return said.fate(name);
        }
        if mode == Mode::Unit && env.planted(PlantedFault::AcknowledgeBeforeCommit) {
            self.acknowledged = Some(name);
            return Ok(());
        }
        self.commit(env, name)
    }

    fn commit(&mut self, env: &Env, name: &'static str) -> Result<(), StoreError> {
        if let Err(crashed) = env.crash_point(&format!("{name}.before_commit")) {
            self.roll_back();
            return Err(crashed.into());
        }
        if let Err(Failure { trouble, reason }) = self.tx.control("COMMIT") {
            self.roll_back();
            return Err(match trouble {
                Trouble::Lost => StoreError::OutcomeUnknown,
                _ => StoreError::Commit { unit: name, reason },
            });
        }
        Ok(env.crash_point(&format!("{name}.after_commit"))?)
    }

    fn roll_back(&mut self) {
        if self.tx.is_open()
            && let Err(failure) = self.tx.control("ROLLBACK")
        {
            tracing::error!(reason = failure.reason, "SQLite could not roll back");
        }
    }
}
