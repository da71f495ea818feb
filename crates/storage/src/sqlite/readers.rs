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
use crate::{StoreError, Tx};

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
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let tx = match idle {
            Some(tx) => Ok(tx),
            None => Session::reader(&self.path).map(|new| Tx::new(Engine::Sqlite(new), &self.statements)),
        };
        let mut tx = match tx {
            Ok(tx) => tx,
            Err(error) => return job.answer(Err(StoreError::Unavailable(error.to_string()))),
        };
        let fate = snapshot(&mut tx, &mut *job);
        if !tx.is_open() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE {
                idle.push(tx);
            }
        }
        job.answer(fate);
    }
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
