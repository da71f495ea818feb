//! Whoever takes marks and positions of the feed in one unit takes the marks first. Otherwise two of them, each with
//! what the other wants, wait until PostgreSQL breaks the tie after a second. SQLite has one writer: nobody waits there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::insurance::InsuranceKind;
use exchange::registration::Lane;
use storage::{Row, Statement, Store, Tx, params};
use tokio::sync::Notify;

use crate::insurers::{BEFORE, ended, row};
use crate::people::{NUMBERS, Someone, eligibility};
use crate::real::Real;

static MARK_EVERYBODY: Statement = Statement::new(
    "INSERT INTO to_ask (register, person, turn) SELECT DISTINCT 'insurers', person, 1 FROM person
     ON CONFLICT (register, person) DO UPDATE SET turn = to_ask.turn + 1",
);
/// How many wait for the marks of this transaction: the first for the transaction itself, the others for their turn.
static WAITING: Statement = Statement::new(
    "SELECT COUNT(DISTINCT pid) AS n FROM pg_locks
     WHERE NOT granted AND (transactionid = CAST(pg_current_xact_id() AS xid)
                            OR relation = CAST('to_ask' AS regclass))",
);
/// Fails when somebody holds one of them.
static POSITIONS: Statement =
    Statement::new("SELECT name FROM position WHERE name LIKE 'feed/%' FOR UPDATE NOWAIT");

/// Intake, matching and insurers' rows: what each of them does in one unit is wanted at the same time.
const WRITERS: i64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_a_mark_holds_no_position() {
    let database = harness::postgres_database("order");
    let mut real = Real::start(&database, &harness::sqlite_database("order_registers")).await;
    let (one, other) = (
        Someone::new("p-1", NUMBERS[0], "架空　花子"),
        Someone::new("p-2", NUMBERS[1], "架空　太郎"),
    );
    real.load(&[one.clone(), other.clone()]).await;
    real.insure(NUMBERS[0], &[row(InsuranceKind::National, BEFORE)])
        .await;
    let records = [real.person(&one, 1), eligibility("p-1", 1)];
    real.send(Lane::Single, 1, &records).await;
    real.until_released(1).await;
    // Without the register, somebody is to be asked about, and somebody else to be matched.
    real.registers_down().await;
    let end = domain::calendar::Date::constant(2026, 12, 1);
    let records = [
        ended("p-1", 2, end),
        real.person(&other, 1),
        eligibility("p-2", 1),
    ];
    real.send(Lane::Single, 2, &records).await;

    let store = Store::open(&real.env, &database, crate::hub::MIGRATIONS)
        .await
        .unwrap();
    let held = Arc::new(Notify::new());
    let (holding, tried) = (held.clone(), AtomicBool::new(false));
    let hold = store.unit("test.hold", async move |tx: &mut Tx| {
        // Nothing is in its way, so it is not tried again; then there would be nobody to wait for.
        assert!(!tried.swap(true, Ordering::Relaxed), "tried twice");
        tx.execute(&MARK_EVERYBODY, &params! {}).await?;
        holding.notify_one();
        while tx.one(&WAITING, &params! {}).await?.int("n")? < WRITERS {}
        tx.all(&POSITIONS, &params! {}).await
    });
    let writers = async {
        held.notified().await;
        real.registers_up().await;
        let end = domain::calendar::Date::constant(2026, 12, 2);
        real.send(Lane::Single, 3, &[ended("p-1", 3, end)]).await;
    };
    let env = harness::real_env();
    let both = env.timeout(Duration::from_secs(60), futures_util::future::join(hold, writers));
    let (positions, ()) = both.await.expect("all of them come to wait");
    let positions: Vec<Row> = positions.expect("they hold no position");
    assert!(!positions.is_empty(), "the feed has positions");
    real.until_released(2).await;
    real.stop().await;
}
