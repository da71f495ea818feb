//! What only PostgreSQL does: conflicts between processes, and connections that break.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use harness::{Postgres, postgres_database, real_env};
use storage::{DatabaseConfig, Migration, Statement, Store, StoreError, Tx, params, positions};

use crate::{ADD, SCHEMA, add, count, open, storage};

/// Runs a future to its end on another thread, while this one stands still in the middle of a unit.
fn meanwhile<T: Send + 'static>(work: impl AsyncFnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(work())
    });
    thread.join().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_comes_second_runs_again() {
    let database = postgres_database("conflict");
    let store = open(&database).await;
    let other = open(&database).await;
    let runs = Arc::new(AtomicU32::new(0));
    let seen = runs.clone();
    let n = store
        .unit("second", async move |tx| {
            let before = positions::current(tx, "lane").await?;
            if seen.fetch_add(1, Ordering::Relaxed) == 0 {
                let other = other.clone();
                let first = meanwhile(async move || {
                    other
                        .unit("first", async |tx| positions::next(tx, "lane").await)
                        .await
                });
                assert_eq!(first, Ok(1));
            }
            let taken = positions::next(tx, "lane").await?;
            assert_eq!(taken, before + 1);
            Ok::<_, StoreError>(taken)
        })
        .await;
    assert_eq!(n, Ok(2));
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

static PID: Statement = Statement::new("SELECT pg_backend_pid() AS pid");

fn kill(pid: i64) {
    meanwhile(async move || {
        let client = Postgres::shared().connect().await;
        let pid = i32::try_from(pid).unwrap();
        // With a timeout it returns when the connection is gone.
        client
            .execute("SELECT pg_terminate_backend($1, 10000)", &[&pid])
            .await
            .unwrap();
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_connection_is_replaced() {
    let store = open(&postgres_database("killed")).await;
    let mut killed = Vec::new();
    for id in 0..20 {
        let pid = store
            .read("pid", async |tx| tx.one(&PID, &[]).await?.int("pid"))
            .await
            .unwrap();
        if !killed.contains(&pid) {
            kill(pid);
            killed.push(pid);
        }
        add(&store, id).await.unwrap();
    }
    assert_eq!(count(&store).await, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_whose_connection_breaks_is_repeated() {
    static NAP: Statement = Statement::new("SELECT pg_backend_pid() AS pid, pg_sleep(0.2) IS NULL AS napped");
    let store = open(&postgres_database("look_killed")).await;
    for _ in 0..8 {
        let pid = store.look(&PID, &[]).await.unwrap()[0].int("pid").unwrap();
        kill(pid);
    }
    // Somebody's connection is killed while they look.
    let looks = (0..8).map(|_| store.look(&NAP, &[]));
    let pid = store.look(&PID, &[]).await.unwrap()[0].int("pid").unwrap();
    let (looked, ()) =
        futures_util::future::join(futures_util::future::join_all(looks), async { kill(pid) }).await;
    for rows in looked {
        assert_eq!(rows.unwrap()[0].int("napped"), Ok(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_whose_connection_breaks_runs_again() {
    let store = open(&postgres_database("broken")).await;
    let runs = Arc::new(AtomicU32::new(0));
    let seen = runs.clone();
    let n = store
        .unit("broken", async move |tx| {
            let pid = tx.one(&PID, &[]).await?.int("pid")?;
            let n = positions::next(tx, "lane").await?;
            if seen.fetch_add(1, Ordering::Relaxed) == 0 {
                kill(pid);
            }
            positions::current(tx, "lane").await?;
            Ok::<_, StoreError>(n)
        })
        .await;
    assert_eq!(n, Ok(1), "nothing of the first run stands");
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

/// Breaks the connection during the commit of whoever writes a note, the first three times.
static DEADLY: [Migration; 3] = [
    SCHEMA[0],
    SCHEMA[1],
    Migration {
        name: "0003 deadly",
        sql: "",
        sqlite: "",
        // What a sequence has given stays given, whatever becomes of the transaction.
        postgres: "CREATE SEQUENCE deaths;
                   CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                       IF nextval('deaths') <= 3 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
                       RETURN NULL; END $$;
                   CREATE CONSTRAINT TRIGGER deadly AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
                       FOR EACH ROW EXECUTE FUNCTION die();",
    },
];

async fn deadly(name: &str) -> Store {
    let (database, env) = (postgres_database(name), real_env());
    Store::migrate(&env, &database, &DEADLY).await.unwrap();
    Store::open(&env, &database, &DEADLY).await.unwrap()
}

async fn add_surely(store: &Store, id: i64) -> Result<(), StoreError> {
    let write = async move |tx: &mut Tx| {
        tx.execute(&ADD, &params! { id, n: 0_i64, t: "" }).await?;
        Ok::<_, StoreError>(())
    };
    store.settled("add", write).await
}

#[tokio::test]
async fn a_connection_that_breaks_during_the_commit_leaves_it_open() {
    let store = deadly("deadly").await;
    assert_eq!(add(&store, 1).await, Err(StoreError::OutcomeUnknown));
    assert_eq!(count(&store).await, 0);
}

#[tokio::test]
async fn who_wants_to_know_runs_again_until_it_is_known() {
    let store = deadly("settled").await;
    assert_eq!(add(&store, 1).await, Err(StoreError::OutcomeUnknown));
    assert_eq!(add_surely(&store, 2).await, Ok(()));
    assert_eq!(count(&store).await, 1);
    // What fails by itself is not tried again.
    assert!(matches!(
        add_surely(&store, 2).await,
        Err(StoreError::Query { .. })
    ));
    // What the second time says, says nothing of the first.
    let store = deadly("otherwise").await;
    let ran = AtomicU32::new(0);
    let write = async move |tx: &mut Tx| {
        if ran.fetch_add(1, Ordering::Relaxed) > 0 {
            return Err(StoreError::Closed);
        }
        tx.execute(&ADD, &params! { id: 1_i64, n: 0_i64, t: "" }).await?;
        Ok(())
    };
    assert_eq!(
        store.settled("otherwise", write).await,
        Err(StoreError::OutcomeUnknown)
    );
    let store = deadly("unsettled").await;
    assert_eq!(add_surely(&store, 1).await, Err(StoreError::OutcomeUnknown));
    assert_eq!(count(&store).await, 0);
}

#[tokio::test]
async fn a_database_that_is_not_there_is_said_at_once() {
    let shown = postgres_database("nowhere").to_string();
    let nowhere: DatabaseConfig = format!("{shown} dbname=no_such_database").parse().unwrap();
    let said = Store::open(&real_env(), &nowhere, &SCHEMA).await;
    assert!(matches!(said, Err(StoreError::Unavailable(_))), "{said:?}");
}

#[tokio::test]
async fn a_commit_waits_for_the_disk() {
    static SHOW: Statement = Statement::new("SELECT current_setting('synchronous_commit') AS s");
    let store = open(&postgres_database("durable")).await;
    let row = store
        .read("durable", async |tx| tx.one(&SHOW, &[]).await)
        .await
        .unwrap();
    assert_eq!(row.text("s"), Ok("on"));
}
