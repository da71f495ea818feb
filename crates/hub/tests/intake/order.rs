//! Whoever takes marks and positions of the feed in one unit takes the marks first. Otherwise two of them, each with
//! what the other wants, wait until PostgreSQL breaks the tie after a second. SQLite has one writer: nobody waits there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::insurance::InsuranceKind;
use exchange::presence::Enrolled;
use exchange::registration::Lane;
use storage::{Row, Statement, StoreError, Tx, params};
use tokio::sync::Notify;

use crate::bulk::three;
use crate::cards::{card, issued};
use crate::insurers::{BEFORE, ended, row};
use crate::people::{NUMBERS, eligibility};
use crate::real::Real;

static MARK_EVERYBODY: Statement = Statement::new(
    "INSERT INTO to_ask (register, person, turn)
     SELECT DISTINCT r.name, p.person, 1 FROM person AS p
     CROSS JOIN (SELECT 'insurers' AS name UNION ALL SELECT 'cards') AS r
     ON CONFLICT (register, person) DO UPDATE SET turn = to_ask.turn + 1",
);
static MARKED: Statement = Statement::new("SELECT COUNT(*) AS n FROM to_ask");
/// How many wait for the marks of this transaction: the first for the transaction itself, the others for their turn.
static WAITING: Statement = Statement::new(
    "SELECT COUNT(DISTINCT pid) AS n FROM pg_locks
     WHERE NOT granted AND (transactionid = CAST(pg_current_xact_id() AS xid)
                            OR relation = CAST('to_ask' AS regclass))",
);
/// Fails when somebody holds one of them.
static POSITIONS: Statement =
    Statement::new("SELECT name FROM position WHERE name LIKE 'feed/%' FOR UPDATE NOWAIT");

/// As whoever matches somebody at another office does it.
static MARK_CARDHOLDERS: Statement =
    Statement::new("INSERT INTO to_ask (register, person, turn) SELECT 'cards', person, 1 FROM enrolment");

/// Intake, matching, insurers' rows, cards and an enrolment: what each of them does in one unit is wanted at the same time.
const WRITERS: i64 = 5;

async fn marked(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(&MARKED, &params! {}).await?.int("n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_a_mark_holds_no_position() {
    let database = harness::postgres_database("order");
    let mut real = Real::start(&database, &harness::sqlite_database("order_registers")).await;
    let [one, other, third] = three();
    real.load(&[one.clone(), other.clone(), third.clone()]).await;
    real.insure(NUMBERS[0], &[row(InsuranceKind::National, BEFORE)])
        .await;
    let records = [
        real.person(&one, 1),
        eligibility("p-1", 1),
        real.person(&third, 1),
        eligibility("p-3", 1),
    ];
    real.send(Lane::Single, 1, &records).await;
    real.until_released(2).await;
    let (mine, theirs) = (card(1, 77), card(1, 78));
    real.happened(&[issued(NUMBERS[0], &mine), issued(NUMBERS[2], &theirs)])
        .await;
    assert_eq!(real.enrol(&theirs).await, Enrolled::Linked);
    let store = real.hub_store(&database).await;
    while store.read("test.marked", marked).await.unwrap() > 0 {}
    // Without the register, two people are to be asked about, one at each, and somebody else to be matched.
    real.registers_down().await;
    real.happened_unseen(&[issued(NUMBERS[2], &card(1, 79))]).await;
    let mark = async |tx: &mut Tx| tx.execute(&MARK_CARDHOLDERS, &params! {}).await;
    assert_eq!(store.unit("test.mark", mark).await.unwrap(), 1);
    let end = domain::calendar::Date::constant(2026, 12, 1);
    let records = [
        ended("p-1", 2, end),
        real.person(&other, 1),
        eligibility("p-2", 1),
    ];
    real.send(Lane::Single, 2, &records).await;

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
        let eligibility = [ended("p-1", 3, end)];
        let sending = real.send(Lane::Single, 3, &eligibility);
        let (_, enrolled) = futures_util::future::join(sending, real.enrol(&mine)).await;
        assert_eq!(enrolled, Enrolled::Linked);
    };
    let env = harness::real_env();
    let both = env.timeout(Duration::from_secs(60), futures_util::future::join(hold, writers));
    let (positions, ()) = both.await.expect("all of them come to wait");
    let positions: Vec<Row> = positions.expect("they hold no position");
    assert!(!positions.is_empty(), "the feed has positions");
    real.until_released(3).await;
    real.stop().await;
}
