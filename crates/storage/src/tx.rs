//! The transaction that a unit of work sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::{Failure, Trouble};
use crate::value::{Params, Value};
use crate::{Row, Statement, StoreError, postgres, sqlite};

/// Which database a transaction runs on. For the few statements that must differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in a file or in memory.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// How a transaction begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Serializable, may write.
    Unit,
    /// One snapshot, only reads.
    Read,
    /// Changes the schema; sees what others committed while it waited for its lock.
    Migrate,
}

/// A transaction, as a unit of work sees it. A unit awaits nothing else than its methods.
///
/// After a statement failed, the others fail too and the unit cannot be committed: PostgreSQL wants it so, and
/// both databases shall behave alike. What may collide says `ON CONFLICT`.
pub struct Tx {
    engine: Engine,
    mode: Mode,
    name: &'static str,
    trouble: Trouble,
    /// Why SQLite's disk took nothing, until somebody has told it.
    disk: Option<String>,
    /// Whether a statement is under way: the only lawful reason for a unit to wait.
    busy: Arc<AtomicBool>,
    statements: Arc<AtomicU64>,
}

pub(crate) enum Engine {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

impl Tx {
    pub(crate) fn new(engine: Engine, statements: &Arc<AtomicU64>) -> Tx {
        Tx {
            engine,
            mode: Mode::Read,
            name: "",
            trouble: Trouble::None,
            disk: None,
            busy: Arc::default(),
            statements: statements.clone(),
        }
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement that returns no rows, and tells how many it changed.
    ///
    /// # Errors
    /// [`StoreError::Parameter`], [`StoreError::Query`].
    pub async fn execute(
        &mut self,
        statement: &'static Statement,
        params: &Params<'_>,
    ) -> Result<u64, StoreError> {
        self.execute_each(statement, &[params]).await
    }

    /// All rows of a statement. For results that are known to be few: they are held in memory.
    ///
    /// # Errors
    /// [`StoreError::Parameter`], [`StoreError::Query`].
    pub async fn all(
        &mut self,
        statement: &'static Statement,
        params: &Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        self.all_each(statement, &[params]).await
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Rows`] when there are several, [`StoreError::Parameter`], [`StoreError::Query`].
    pub async fn optional(
        &mut self,
        statement: &'static Statement,
        params: &Params<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let mut rows = self.all(statement, params).await?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            rows => Err(StoreError::Rows {
                statement: statement.sql(),
                expected: "at most one row",
                rows,
            }),
        }
    }

    /// The one row that there is.
    ///
    /// # Errors
    /// [`StoreError::Rows`] when there is none or several, [`StoreError::Parameter`], [`StoreError::Query`].
    pub async fn one(
        &mut self,
        statement: &'static Statement,
        params: &Params<'_>,
    ) -> Result<Row, StoreError> {
        let row = self.optional(statement, params).await?;
        row.ok_or(StoreError::Rows {
            statement: statement.sql(),
            expected: "one row",
            rows: 0,
        })
    }

    /// Runs a statement that returns no rows once for each set of parameters, as if one after the other, and tells how
    /// many rows all of them changed. On PostgreSQL that is one round trip however many they are.
    ///
    /// # Errors
    /// [`StoreError::Parameter`], [`StoreError::Query`].
    pub async fn execute_each<'v, P: AsRef<Params<'v>>>(
        &mut self,
        statement: &'static Statement,
        sets: &[P],
    ) -> Result<u64, StoreError> {
        let Some(sets) = self.enter(statement, sets)? else {
            return Ok(0);
        };
        let writes = self.mode != Mode::Read;
        let done = match &mut self.engine {
            Engine::Sqlite(session) => session.execute(statement, &sets, writes),
            Engine::Postgres(session) => session.execute(statement, &sets).await,
        };
        self.leave(statement, done)
    }

    /// The rows of a statement for all sets of parameters, in any order: where it matters, a row tells by a column
    /// which set it answers. On PostgreSQL that is one round trip however many they are.
    ///
    /// # Errors
    /// [`StoreError::Parameter`], [`StoreError::Query`].
    pub async fn all_each<'v, P: AsRef<Params<'v>>>(
        &mut self,
        statement: &'static Statement,
        sets: &[P],
    ) -> Result<Vec<Row>, StoreError> {
        let Some(sets) = self.enter(statement, sets)? else {
            return Ok(Vec::new());
        };
        let writes = self.mode != Mode::Read;
        let done = match &mut self.engine {
            Engine::Sqlite(session) => session.query(statement, &sets, writes),
            Engine::Postgres(session) => session.query(statement, &sets).await,
        };
        self.leave(statement, done)
    }

    fn enter<'p, 'v, P: AsRef<Params<'v>>>(
        &mut self,
        statement: &'static Statement,
        sets: &'p [P],
    ) -> Result<Option<Vec<Vec<&'p Value<'v>>>>, StoreError>
    where
        'v: 'p,
    {
        let sets: Result<Vec<_>, _> = sets.iter().map(|set| statement.arrange(set.as_ref())).collect();
        let sets = sets?;
        if sets.is_empty() {
            return Ok(None);
        }
        if self.trouble != Trouble::None {
            return Err(StoreError::Failed(self.name));
        }
        self.statements.fetch_add(sets.len() as u64, Ordering::Relaxed);
        // Until it is known how it ended: a unit that drops a statement half-way is not committed either.
        self.trouble = Trouble::Statement;
        self.busy.store(true, Ordering::Relaxed);
        Ok(Some(sets))
    }

    fn leave<T>(&mut self, statement: &'static Statement, done: Result<T, Failure>) -> Result<T, StoreError> {
        self.busy.store(false, Ordering::Relaxed);
        match done {
            Ok(done) => {
                self.trouble = Trouble::None;
                Ok(done)
            }
            Err(failure) => {
                self.failed(&failure);
                Err(StoreError::Query {
                    statement: statement.sql(),
                    reason: failure.reason,
                })
            }
        }
    }

    /// Starts anew for the next unit. On PostgreSQL `BEGIN` goes out together with the first statement.
    pub(crate) fn start(&mut self, mode: Mode, name: &'static str) {
        self.mode = mode;
        self.name = name;
        self.trouble = Trouble::None;
        self.busy.store(false, Ordering::Relaxed);
        if let Engine::Postgres(session) = &mut self.engine {
            session.start(mode);
        }
    }

    /// Runs statements without parameters or results, in the transaction: a migration's text.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        self.busy.store(true, Ordering::Relaxed);
        let done = match &mut self.engine {
            Engine::Sqlite(session) => session.batch(sql),
            Engine::Postgres(session) => session.batch(sql).await,
        };
        self.busy.store(false, Ordering::Relaxed);
        if let Err(failure) = &done {
            self.failed(failure);
        }
        done
    }

    /// Ends the transaction, if one was begun, with `COMMIT` or `ROLLBACK`.
    pub(crate) async fn end(&mut self, sql: &'static str) -> Result<(), Failure> {
        let done = match &mut self.engine {
            Engine::Sqlite(session) => session.control(sql),
            Engine::Postgres(session) => session.end(sql).await,
        };
        if let Err(failure) = &done {
            self.failed(failure);
        }
        done
    }

    /// Runs `BEGIN`, `SAVEPOINT` or the like on SQLite, at once.
    pub(crate) fn control(&mut self, sql: &'static str) -> Result<(), Failure> {
        let done = match &self.engine {
            Engine::Sqlite(session) => session.control(sql),
            Engine::Postgres(_) => Err(Failure {
                trouble: Trouble::Statement,
                reason: "this is how SQLite is controlled".into(),
            }),
        };
        if let Err(failure) = &done {
            self.note_disk(failure);
        }
        done
    }

    fn failed(&mut self, failure: &Failure) {
        self.trouble = failure.trouble;
        self.note_disk(failure);
    }

    fn note_disk(&mut self, failure: &Failure) {
        if let (Engine::Sqlite(_), Trouble::Disk | Trouble::Lost) = (&self.engine, failure.trouble) {
            // The first says why; what fails after it only follows.
            self.disk.get_or_insert_with(|| failure.reason.clone());
        }
    }

    /// Why SQLite's disk took nothing since this was asked last.
    pub(crate) fn take_disk_trouble(&mut self) -> Option<String> {
        self.disk.take()
    }

    /// Whether a transaction is open in the database.
    pub(crate) fn is_open(&self) -> bool {
        match &self.engine {
            Engine::Sqlite(session) => session.is_open(),
            Engine::Postgres(session) => session.is_open(),
        }
    }

    /// Whether the connection is gone.
    pub(crate) fn is_lost(&self) -> bool {
        match &self.engine {
            Engine::Sqlite(_) => false,
            Engine::Postgres(session) => self.trouble == Trouble::Lost || session.is_lost(),
        }
    }

    pub(crate) fn trouble(&self) -> Trouble {
        self.trouble
    }

    pub(crate) fn busy(&self) -> Arc<AtomicBool> {
        self.busy.clone()
    }
}
