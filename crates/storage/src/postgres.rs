//! A connection to PostgreSQL.
//!
//! One thread ([`pool`]) holds the connections that units run on. A connection runs one unit at a time; `BEGIN`
//! goes out together with the unit's first statement, so that it costs no round trip of its own. Single
//! statements that read go over [`lookers`].

use std::collections::HashMap;
use std::time::Duration;

use env::Env;
use futures_util::future::{join, join_all};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls};

use crate::error::Failure;
use crate::row::Cell;
use crate::tx::Mode;
use crate::value::Value;
use crate::{Row, Statement};

mod failure;
pub(crate) mod lookers;
pub(crate) mod pool;
mod types;

use failure::failure;
use types::Bind;

/// How often something whose connection broke is tried; with the waits in between about three seconds.
const BREAKS: u32 = 9;

/// A connection on which one unit runs at a time.
pub(crate) struct Session {
    client: Client,
    /// What was prepared, by the statement's address (statements are statics) and how many sets it takes.
    prepared: HashMap<(usize, usize), tokio_postgres::Statement>,
    /// The `BEGIN` that goes out with the next statement.
    begin: Option<&'static str>,
    open: bool,
}

/// How many sets of parameters travel in one statement, the most first.
const GROUPS: [usize; 3] = [64, 8, 1];

/// Some sets of parameters and the statement that takes them.
struct Group<'v> {
    prepared: tokio_postgres::Statement,
    values: Vec<Value<'v>>,
}

impl Session {
    /// Connects. Call it inside a `LocalSet`: the connection is driven by a task of this thread.
    pub(crate) async fn connect(server: &tokio_postgres::Config, schema: &str) -> Result<Session, Failure> {
        let (client, connection) = server
            .connect(NoTls)
            .await
            .map_err(|error| failure(&error, false))?;
        tokio::task::spawn_local(async move {
            ended(connection.await);
        });
        // A server may be set up to answer before a commit is durable; not to us.
        let durable = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";
        set_up(&client, schema, durable).await?;
        Ok(Session {
            client,
            prepared: HashMap::new(),
            begin: None,
            open: false,
        })
    }

    pub(crate) fn start(&mut self, mode: Mode) {
        self.begin = Some(match mode {
            Mode::Unit => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Migrate => "BEGIN ISOLATION LEVEL READ COMMITTED",
        });
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    /// Executes all sets, sent before the first is answered.
    pub(crate) async fn execute(
        &mut self,
        statement: &'static Statement,
        sets: &[Vec<&Value<'_>>],
    ) -> Result<u64, Failure> {
        let groups = self.groups(statement, sets).await?;
        let begin = self.take_begin();
        let executing = groups.iter().map(async |group| {
            let bound = bind(&group.values);
            self.client.execute(&group.prepared, &references(&bound)).await
        });
        let sent = join(send(&self.client, begin), join_all(executing)).await;
        let changed: Vec<u64> = self.outcome((sent.0, sent.1.into_iter().collect()))?;
        Ok(changed.iter().sum())
    }

    /// The rows of all sets, sent before the first is answered.
    pub(crate) async fn query(
        &mut self,
        statement: &'static Statement,
        sets: &[Vec<&Value<'_>>],
    ) -> Result<Vec<Row>, Failure> {
        let groups = self.groups(statement, sets).await?;
        let begin = self.take_begin();
        let asking = groups.iter().map(async |group| {
            let bound = bind(&group.values);
            let rows = self.client.query(&group.prepared, &references(&bound)).await?;
            rows_of(statement, &group.prepared, &rows)
        });
        let sent = join(send(&self.client, begin), join_all(asking)).await;
        let rows: Vec<Vec<Row>> = self.outcome((sent.0, sent.1.into_iter().collect()))?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Sets of parameters as they travel: many to a statement when it takes many.
    async fn groups<'v>(
        &mut self,
        statement: &'static Statement,
        sets: &[Vec<&Value<'v>>],
    ) -> Result<Vec<Group<'v>>, Failure> {
        let mut groups = Vec::new();
        let mut rest = sets;
        while !rest.is_empty() {
            let fits = |size: &&usize| **size <= rest.len() && (**size == 1 || statement.takes_many());
            let size = GROUPS.iter().find(fits).copied().unwrap_or(1);
            let (group, after) = rest.split_at(size);
            groups.push(Group {
                prepared: self.prepare(statement, size).await?,
                values: group.iter().flatten().map(|value| **value).collect(),
            });
            rest = after;
        }
        Ok(groups)
    }

    /// Runs statements without parameters or results, in the transaction.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        let begin = self.take_begin();
        let sent = join(send(&self.client, begin), self.client.batch_execute(sql)).await;
        self.outcome(sent)
    }

    /// Ends the transaction, if one was begun, with `COMMIT` or `ROLLBACK`.
    pub(crate) async fn end(&mut self, sql: &'static str) -> Result<(), Failure> {
        self.begin = None;
        if !std::mem::take(&mut self.open) {
            return Ok(());
        }
        let sent = send(&self.client, Some(sql)).await;
        sent.map_err(|error| failure(&error, self.client.is_closed()))
    }

    /// The `BEGIN` to send. From here on a transaction may be open, whatever becomes of the answer.
    fn take_begin(&mut self) -> Option<&'static str> {
        let begin = self.begin.take();
        self.open |= begin.is_some();
        begin
    }

    fn outcome<T>(&self, (begun, done): (Result<(), Error>, Result<T, Error>)) -> Result<T, Failure> {
        begun
            .and(done)
            .map_err(|error| failure(&error, self.client.is_closed()))
    }

    async fn prepare(
        &mut self,
        statement: &'static Statement,
        sets: usize,
    ) -> Result<tokio_postgres::Statement, Failure> {
        let key = (std::ptr::from_ref(statement).addr(), sets);
        if let Some(prepared) = self.prepared.get(&key) {
            return Ok(prepared.clone());
        }
        let prepared = self.client.prepare(&statement.text_of(sets)).await;
        let prepared = prepared.map_err(|error| failure(&error, self.client.is_closed()))?;
        self.prepared.insert(key, prepared.clone());
        Ok(prepared)
    }
}

/// Plans by index. A plan outlives what was known of its tables when it was made, so the one that suits an empty table
/// would read a full one from end to end, until somebody analyses it.
const BY_INDEX: &str =
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";

/// Makes a new connection ours: names without a schema are the role's.
async fn set_up(client: &Client, schema: &str, more: &str) -> Result<(), Failure> {
    let sql = format!("SET search_path TO \"{schema}\"; {BY_INDEX}; {more}");
    client
        .batch_execute(&sql)
        .await
        .map_err(|error| failure(&error, false))
}

/// Says that a connection is over. Every statement under way has got the error too.
fn ended(how: Result<(), Error>) {
    if let Err(error) = how {
        tracing::debug!(%error, "a connection to PostgreSQL ended");
    }
}

/// Waits between half of and the whole span, doubled with every time, at most a hundredfold.
async fn pause(env: &Env, span: Duration, times: u32) {
    let longest = span * 2_u32.saturating_pow(times.min(10)).min(100);
    let [random] = env.random::<1>();
    env.sleep(longest / 2 + longest / 512 * u32::from(random)).await;
}

async fn send(client: &Client, sql: Option<&str>) -> Result<(), Error> {
    match sql {
        Some(sql) => client.batch_execute(sql).await,
        None => Ok(()),
    }
}

fn bind<'v, 'p>(values: impl IntoIterator<Item = &'p Value<'v>>) -> Vec<Bind<'v>>
where
    'v: 'p,
{
    values.into_iter().map(|value| Bind(*value)).collect()
}

fn references<'b>(bound: &'b [Bind<'_>]) -> Vec<&'b (dyn ToSql + Sync)> {
    bound.iter().map(|bind| bind as &(dyn ToSql + Sync)).collect()
}

fn rows_of(
    statement: &'static Statement,
    prepared: &tokio_postgres::Statement,
    rows: &[tokio_postgres::Row],
) -> Result<Vec<Row>, Error> {
    let columns = statement.columns(prepared.columns().iter().map(tokio_postgres::Column::name));
    let mut result = Vec::with_capacity(rows.len());
    for row in rows {
        let cells: Result<Vec<Cell>, _> = (0..columns.len()).map(|at| row.try_get(at)).collect();
        result.push(Row::new(columns.clone(), cells?));
    }
    Ok(result)
}
