//! The store's promises, on both databases in one run.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use madoguchi_storage as storage;

use storage::{DatabaseConfig, Migration, Statement, Store, StoreError, positions};

/// Two threads, so that units really meet.
macro_rules! on_two_threads {
    ($(#[$meta:meta])* $name:ident, async |$database:ident| $body:block) => {
        $(#[$meta])*
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            harness::for_each_database(stringify!($name), async |$database| $body).await;
        }
    };
}

mod each;
mod inline;
mod looks;
mod migrations;
mod postgres;
mod sqlite;
mod units;
mod values;
mod world;

/// A table of notes and a table of counters.
static SCHEMA: [Migration; 2] = [
    Migration {
        name: "0001 positions",
        sql: positions::POSITIONS_SQL,
        sqlite: "",
        postgres: "",
    },
    Migration {
        name: "0002 notes",
        sql: "CREATE TABLE note (id BIGINT PRIMARY KEY, n BIGINT, t TEXT, b BYTEA)",
        sqlite: "CREATE INDEX note_by_text ON note (t);",
        postgres: "CREATE INDEX note_by_text ON note (t); ALTER TABLE note ADD CHECK (id > -1000);",
    },
];

static ADD: Statement = Statement::new("INSERT INTO note (id, n, t) VALUES (:id, :n, :t)");
static COUNT: Statement = Statement::new("SELECT COUNT(*) AS n FROM note");

/// Opens a database with [`SCHEMA`].
async fn open(database: &DatabaseConfig) -> Store {
    let env = harness::real_env();
    Store::migrate(&env, database, &SCHEMA).await.unwrap();
    Store::open(&env, database, &SCHEMA).await.unwrap()
}

/// Adds a note in a unit of its own.
async fn add(store: &Store, id: i64) -> Result<(), StoreError> {
    store
        .unit("add", async move |tx| {
            tx.execute(&ADD, &storage::params! { id, n: 0_i64, t: "" })
                .await?;
            Ok(())
        })
        .await
}

/// How many notes there are.
async fn count(store: &Store) -> i64 {
    store
        .read("count", async |tx| tx.one(&COUNT, &[]).await?.int("n"))
        .await
        .unwrap()
}
