//! Looks: single statements that only read, sent from where somebody waits for them.
//!
//! A statement alone is its own snapshot: it needs no `BEGIN` and no `COMMIT`. And because nothing spans two of them,
//! callers share connections: what one asks goes out while another waits. The connections are driven by tasks of the
//! role's own runtime, so that a look on its way to the server and back changes no thread.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_postgres::{Client, NoTls};

use super::pool::Server;
use super::{BREAKS, bind, ended, failure, pause, references, rows_of, set_up};
use crate::error::{Failure, Trouble};
use crate::value::{Params, Value};
use crate::{Dialect, Row, Statement, StoreError};

/// Connections that looks share. Few: what several ask at once is then read, answered and sent together.
const LINES: usize = 2;

/// The connections that look. Each is made when it is first needed, and anew when it broke.
pub(crate) struct Lookers {
    server: Server,
    lines: [Place; LINES],
    next: AtomicUsize,
}

/// Where a connection is, once it is made.
type Place = tokio::sync::Mutex<Option<Arc<Line>>>;

/// A connection.
struct Line {
    client: Client,
    /// What was prepared, by the statement's address: statements are statics.
    prepared: Mutex<HashMap<usize, tokio_postgres::Statement>>,
}

impl Lookers {
    pub(crate) fn new(server: Server) -> Lookers {
        Lookers {
            server,
            lines: Default::default(),
            next: AtomicUsize::new(0),
        }
    }

    /// All rows of a statement that only reads.
    pub(crate) async fn look(
        &self,
        statement: &'static Statement,
        params: &Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let values = statement.arrange(params)?;
        let mut breaks = 0;
        loop {
            self.server.statements.fetch_add(1, Ordering::Relaxed);
            let answer = match self.line().await {
                Ok(line) => line.query(statement, &values).await,
                // A wrong password or database does not become right by trying.
                Err(Failure { trouble, reason }) if trouble != Trouble::Lost => {
                    return Err(StoreError::Unavailable(reason));
                }
                Err(lost) => Err(lost),
            };
            let Failure { trouble, reason } = match answer {
                Ok(rows) => return Ok(rows),
                Err(failure) => failure,
            };
            if trouble == Trouble::Statement {
                return Err(StoreError::Query {
                    statement: statement.sql(),
                    reason,
                });
            }
            breaks += 1;
            if breaks == BREAKS {
                return Err(StoreError::Unavailable(reason));
            }
            tracing::debug!(reason, "PostgreSQL did not answer a look, trying again");
            if breaks > 1 {
                pause(&self.server.env, Duration::from_millis(10), breaks).await;
            }
        }
    }

    /// The first connection that nobody uses, so that few are kept warm; when all are used, the next in turn.
    async fn line(&self) -> Result<Arc<Line>, Failure> {
        let unused = |line: &Place| {
            let line = line.try_lock();
            line.is_ok_and(|line| line.as_ref().is_none_or(|line| Arc::strong_count(line) == 1))
        };
        let turn = || self.next.fetch_add(1, Ordering::Relaxed) % LINES;
        let place = self.lines.iter().position(unused).unwrap_or_else(turn);
        let mut line = self.lines[place].lock().await;
        if let Some(line) = line.as_ref().filter(|line| !line.client.is_closed()) {
            return Ok(line.clone());
        }
        Ok(line.insert(Arc::new(self.connect().await?)).clone())
    }

    async fn connect(&self) -> Result<Line, Failure> {
        let (tell, told) = oneshot::channel();
        let config = self.server.config.clone();
        self.server.env.spawn("postgres-looks", async move {
            let connected = config.connect(NoTls).await;
            let (client, connection) = match connected {
                Ok(connected) => connected,
                Err(error) => return drop(tell.send(Err(failure(&error, false)))),
            };
            drop(tell.send(Ok(client)));
            ended(connection.await);
        });
        let client = told.await.unwrap_or_else(|_| {
            let reason = "the role is ending".into();
            let trouble = Trouble::Lost;
            Err(Failure { trouble, reason })
        })?;
        // Looks find their few rows by index, whatever the values: a plan made once serves all of them.
        let looking = "SET default_transaction_read_only = on; SET plan_cache_mode = force_generic_plan";
        set_up(&client, &self.server.schema, looking).await?;
        Ok(Line {
            client,
            prepared: Mutex::default(),
        })
    }
}

impl Line {
    async fn query(&self, statement: &'static Statement, values: &[&Value<'_>]) -> Result<Vec<Row>, Failure> {
        let failed = |error| failure(&error, self.client.is_closed());
        let prepared = self.prepare(statement).await.map_err(failed)?;
        let bound = bind(values.iter().copied());
        let rows = self.client.query(&prepared, &references(&bound)).await;
        rows.and_then(|rows| rows_of(statement, &prepared, &rows))
            .map_err(failed)
    }

    async fn prepare(
        &self,
        statement: &'static Statement,
    ) -> Result<tokio_postgres::Statement, tokio_postgres::Error> {
        let address = std::ptr::from_ref(statement).addr();
        let known = |line: &Line| {
            line.prepared
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(&address)
                .cloned()
        };
        if let Some(prepared) = known(self) {
            return Ok(prepared);
        }
        // Two who come at once prepare it twice; one of them is kept.
        let prepared = self.client.prepare(statement.text(Dialect::Postgres)).await?;
        let mut all = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(all.entry(address).or_insert(prepared).clone())
    }
}
