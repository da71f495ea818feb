//! A role's database: opened once, cloned freely, used through units of work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use env::Env;

use crate::postgres::lookers::Lookers;
use crate::postgres::pool::{Pool, Server};
use crate::sqlite::inline::Inline;
use crate::sqlite::readers::Readers;
use crate::sqlite::writer::Writer;
use crate::tx::Mode;
use crate::unit::{Unit, inside_a_unit};
use crate::value::Params;
use crate::{DatabaseConfig, Migration, Row, Statement, StoreError, Tx, migration};

/// Connections to PostgreSQL that a store holds.
const CONNECTIONS: usize = 8;
/// How often a unit runs whose outcome stays unknown.
const TRIES: u32 = 3;

/// A role's database. Clones share it; when the last one is gone, what was submitted is finished and the
/// connections close.
#[derive(Clone)]
pub struct Store {
    backend: Arc<Backend>,
    statements: Arc<AtomicU64>,
}

enum Backend {
    File { writer: Writer, readers: Readers },
    Inline(Box<Inline>),
    Postgres { pool: Pool, lookers: Box<Lookers> },
}

impl Store {
    /// Opens a database that has exactly these migrations.
    ///
    /// # Errors
    /// [`StoreError::Migration`] when the database has fewer (run [`Store::migrate`]), more (it is newer than
    /// the program) or others; [`StoreError::Open`] or [`StoreError::Unavailable`] when it cannot be reached.
    pub async fn open(
        env: &Env,
        database: &DatabaseConfig,
        migrations: &'static [Migration],
    ) -> Result<Store, StoreError> {
        let store = Store::connect(env, database, false, CONNECTIONS)?;
        let shown = database.to_string();
        store
            .read("open", async move |tx| {
                migration::check(tx, &shown, migrations).await
            })
            .await?;
        Ok(store)
    }

    /// Brings a database to these migrations, all that are missing in one transaction, and returns the names of
    /// what it applied. A database that is not there yet is made: the SQLite file, the PostgreSQL schema.
    /// Several processes may do this at the same time.
    ///
    /// # Errors
    /// [`StoreError::Migration`] when a migration fails, or one that was applied has another text or place now;
    /// [`StoreError::Open`] or [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn migrate(
        env: &Env,
        database: &DatabaseConfig,
        migrations: &'static [Migration],
    ) -> Result<Vec<String>, StoreError> {
        let store = Store::connect(env, database, true, 1)?;
        let place = database.clone();
        let now = env.now();
        store
            .submit("migrate", Mode::Migrate, async move |tx: &mut Tx| {
                migration::apply(tx, &place, migrations, now).await
            })
            .await
    }

    fn connect(
        env: &Env,
        database: &DatabaseConfig,
        create: bool,
        connections: usize,
    ) -> Result<Store, StoreError> {
        let statements = Arc::new(AtomicU64::new(0));
        let cannot = |reason| StoreError::Open {
            database: database.to_string(),
            reason,
        };
        let backend = match database {
            DatabaseConfig::Sqlite { path } => {
                if !create && !path.exists() {
                    return Err(cannot("there is no such file yet; migrate makes it".into()));
                }
                let writer = Writer::start(env, path, create, &statements).map_err(cannot)?;
                Backend::File {
                    writer,
                    readers: Readers::new(path, &statements),
                }
            }
            DatabaseConfig::Inline { name } => {
                Backend::Inline(Box::new(Inline::open(env, name, &statements).map_err(cannot)?))
            }
            DatabaseConfig::Postgres { url, schema } => {
                let config = DatabaseConfig::server(url, schema)?;
                let (env, schema, statements) = (env.clone(), schema.clone(), statements.clone());
                let server = Server {
                    env,
                    config,
                    schema,
                    connections,
                    statements,
                };
                Backend::Postgres {
                    pool: Pool::start(server.clone()).map_err(cannot)?,
                    lookers: Box::new(Lookers::new(server)),
                }
            }
        };
        Ok(Store {
            backend: Arc::new(backend),
            statements,
        })
    }

    /// Runs a unit of work: everything it does through its [`Tx`] happens or nothing does, as if it were alone.
    /// It is answered after its commit is durable.
    ///
    /// The closure may run several times, so it changes nothing but the database; and it awaits nothing but its
    /// `Tx`. An `Err` that it returns rolls it back and is returned. The name stands in errors and in the crash
    /// points `NAME.before_commit` and `NAME.after_commit`. A caller that stops waiting does not stop a unit
    /// that has begun.
    ///
    /// # Errors
    /// What the closure returned; or a [`StoreError`], of which only [`StoreError::OutcomeUnknown`] and
    /// [`StoreError::Crashed`] leave open whether the unit stands.
    pub async fn unit<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(name, Mode::Unit, work).await
    }

    /// A [`unit`](Store::unit) that does nothing the second time, and of which somebody waits to know whether it stands: when that is
    /// unknown after its commit, it runs again.
    ///
    /// # Errors
    /// As [`Store::unit`]; [`StoreError::OutcomeUnknown`] when it stayed unknown.
    pub async fn settled<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let work = Arc::new(work);
        let mut tries = 0;
        loop {
            tries += 1;
            let again = work.clone();
            let once = async move |tx: &mut Tx| again(tx).await.map_err(Ended::Said);
            match self.unit(name, once).await {
                Ok(done) => return Ok(done),
                Err(Ended::Stored(StoreError::OutcomeUnknown)) if tries < TRIES => {}
                // What comes afterwards says nothing of the first time.
                Err(_) if tries > 1 => return Err(StoreError::OutcomeUnknown.into()),
                Err(Ended::Said(error)) => return Err(error),
                Err(Ended::Stored(error)) => return Err(error.into()),
            }
        }
    }

    /// Reads: all statements see one state of the database, and none may write. On SQLite it runs in the
    /// caller's poll, so it finds its few rows by index.
    ///
    /// # Errors
    /// What the closure returned, or a [`StoreError`].
    pub async fn read<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(name, Mode::Read, work).await
    }

    /// Looks: one statement that only reads, and all its rows. It is the cheapest way to read, because a statement
    /// alone sees one state of the database without a transaction around it. On SQLite it runs in the caller's
    /// poll, so it finds its few rows by index.
    ///
    /// # Errors
    /// [`StoreError::Parameter`], [`StoreError::Query`], [`StoreError::Unavailable`].
    pub async fn look(
        &self,
        statement: &'static Statement,
        params: &Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        if inside_a_unit() {
            return Err(StoreError::ForeignAwait("look"));
        }
        match &*self.backend {
            Backend::File { readers, .. } => readers.look(statement, params),
            Backend::Inline(inline) => inline.look(statement, params),
            Backend::Postgres { lookers, .. } => lookers.look(statement, params).await,
        }
    }

    async fn submit<T, E, F>(&self, name: &'static str, mode: Mode, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if inside_a_unit() {
            return Err(StoreError::ForeignAwait(name).into());
        }
        let (unit, answer) = Unit::new(name, mode, work);
        let job = Box::new(unit);
        match &*self.backend {
            Backend::File { readers, .. } if mode == Mode::Read => readers.run(job),
            Backend::File { writer, .. } => writer.submit(job),
            Backend::Inline(inline) => inline.run(job),
            Backend::Postgres { pool, .. } => pool.submit(job),
        }
        answer.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// How many statements of units, reads and looks ran so far, repetitions included. Tests count with it.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}

/// How a unit ended without its answer.
enum Ended<E> {
    /// Its closure said so.
    Said(E),
    /// The database did.
    Stored(StoreError),
}

impl<E> From<StoreError> for Ended<E> {
    fn from(error: StoreError) -> Ended<E> {
        Ended::Stored(error)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &*self.backend {
            Backend::File { .. } => "Store(SQLite)",
            Backend::Inline(_) => "Store(inline)",
            Backend::Postgres { .. } => "Store(PostgreSQL)",
        })
    }
}
