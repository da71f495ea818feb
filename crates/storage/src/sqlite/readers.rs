//! Reads of a file: in the caller's poll, each on a connection of its own.
//!
//! A look-up by index takes a few µs while the pages are in memory, less than handing it to another thread.
//! What scans a table does not belong into a request's task.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use super::Session;
use crate::tx::{Engine, Mode};
use crate::unit::{Job, Said, now, run};
use crate::value::Params;
use crate::{Row, Statement, StoreError, Tx};

/// Idle connections that are kept.
const IDLE: usize = 16;

/// The connections that read a file.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Tx>>,
    statements: Arc<AtomicU64>,
}

impl Readers {
    pub(crate) fn new(path: &Path, statements: &Arc<AtomicU64>) -> Readers {
        Readers {
            path: path.to_owned(),
            idle: Mutex::default(),
            statements: statements.clone(),
        }
    }

    /// Runs a read to its end and answers it.
    pub(crate) fn run(&self, mut job: Box<dyn Job>) {
        let fate = self.on_one(|tx| snapshot(tx, &mut *job));
        job.answer(fate);
    }

    /// All rows of one statement.
    pub(crate) fn look(
        &self,
        statement: &'static Statement,
        params: &Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        self.on_one(|tx| look(tx, statement, params))
    }

    /// Does something on an idle connection, or on a new one.
    fn on_one<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut tx = match idle {
            Some(tx) => tx,
            None => {
                let new = Session::reader(&self.path);
                let new = new.map_err(|error| StoreError::Unavailable(error.to_string()))?;
                Tx::new(Engine::Sqlite(new), &self.statements)
            }
        };
        let done = work(&mut tx);
        if !tx.is_open() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE {
                idle.push(tx);
            }
        }
        done
    }
}

/// Runs one statement that only reads: by itself it sees one state of the database.
pub(super) fn look(
    tx: &mut Tx,
    statement: &'static Statement,
    params: &Params<'_>,
) -> Result<Vec<Row>, StoreError> {
    tx.start(Mode::Read, "look");
    now(tx.all(statement, params))?
}

/// Runs a read in a transaction of its own, so that all its statements see the same state.
pub(super) fn snapshot(tx: &mut Tx, job: &mut dyn Job) -> Result<(), StoreError> {
    let unavailable = |failure: crate::error::Failure| StoreError::Unavailable(failure.reason);
    tx.control("BEGIN").map_err(unavailable)?;
    let said = now(run(job, tx, Mode::Read)).unwrap_or(Said::Foreign);
    if tx.is_open() {
        tx.control("COMMIT").map_err(unavailable)?;
    }
    said.fate(job.name())
}
