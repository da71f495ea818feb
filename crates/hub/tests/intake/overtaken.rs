//! An office goes away while its file is taken, and the file comes again: it is whole, or it is not there.

use std::time::Duration;

use exchange::registration::feed::{Entry, FileRef};
use exchange::registration::{Answer, Lane, Mode, Record};
use futures_util::future::{join3, select};
use http::StatusCode;
use storage::{DatabaseConfig, Statement, Tx, params};
use tokio::sync::Notify;

use crate::bulk::{long_file, three};
use crate::people::voucher;
use crate::real::{Real, post};
use crate::world::file;

static STAGED: Statement = Statement::new("SELECT COUNT(*) AS n FROM record WHERE file_lane = 'bulk'");

const SECOND: FileRef = FileRef {
    lane: Lane::Bulk,
    number: 2,
};

/// The records of a file in the feed, once it stands there.
fn fed(entries: &[Entry], file: FileRef) -> Option<usize> {
    let mut parts = entries.iter().filter(|entry| entry.file == Some(file)).peekable();
    parts.peek()?;
    Some(parts.map(|part| part.records.len()).sum())
}

/// Three people, and files as a month's run sends them.
async fn begin(database: &DatabaseConfig) -> Real {
    let real = Real::start(database, &harness::sqlite_database("overtaken_registers")).await;
    real.load(&three()).await;
    let people: Vec<Record> = three().iter().map(|someone| real.person(someone, 1)).collect();
    real.send(Lane::Single, 1, &people).await;
    real.until_released(3).await;
    real
}

/// The office sends nothing a second time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_taken_to_its_end_when_the_office_has_gone() {
    harness::for_each_database("office_gone", async |database| {
        let real = begin(&database).await;
        let store = real.hub_store(&database).await;
        let records = long_file([900, 900, 900]);
        let sending = Box::pin(post(
            real.hub_at(),
            file(Lane::Bulk, 1, Mode::EachPerson, &records),
        ));
        let staged = async |tx: &mut Tx| tx.one(&STAGED, &params! {}).await?.int("n");
        let begun = Box::pin(async {
            while store.read("test.staged", staged).await.unwrap() == 0 {
                real.env.sleep(Duration::from_millis(1)).await;
            }
        });
        // Whatever comes first, nobody listens to the rest.
        drop(select(sending, begun).await);
        let whole = async {
            let first = FileRef { number: 1, ..SECOND };
            loop {
                if let Some(records) = fed(&real.feed().await.0, first) {
                    return records;
                }
            }
        };
        let whole = real.env.timeout(Duration::from_secs(60), whole).await;
        assert_eq!(whole.expect("what was begun is done"), records.len());
        real.stop().await;
    })
    .await;
}

/// Somebody who holds a row that others want.
struct Holder(tokio_postgres::Client);

impl Holder {
    async fn of(schema: &str, rows: &str) -> Holder {
        let client = harness::Postgres::shared().connect().await;
        let hold = format!("SET search_path TO \"{schema}\"; BEGIN; {rows} FOR UPDATE");
        client.batch_execute(&hold).await.unwrap();
        Holder(client)
    }

    /// Waits until somebody waits for it.
    async fn is_wanted(&self) {
        let wanted = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
        while self.0.query_one(wanted, &[]).await.unwrap().get::<_, i64>(0) == 0 {}
    }

    async fn lets_go(self) {
        self.0.batch_execute("ROLLBACK").await.unwrap();
    }
}

/// The last commit of one hub is under way at PostgreSQL when another takes the same file anew. SQLite has one writer: there
/// a unit that has begun ends before the next begins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_that_was_overtaken_concludes_nothing() {
    let database = harness::postgres_database("overtaken");
    let DatabaseConfig::Postgres { schema, .. } = &database else {
        panic!("{database}");
    };
    let real = begin(&database).await;
    real.send(Lane::Bulk, 1, &[voucher("p-1", "w-1", 1)]).await;
    let again = real.another_hub(&database).await;
    let mut records = vec![real.person(&three()[0], 2)];
    records.extend(long_file([700, 0, 0]));
    let bytes = file(Lane::Bulk, 2, Mode::EachPerson, &records);

    let end = Holder::of(schema, "SELECT n FROM position WHERE name = 'feed/bulk'").await;
    let (told, swept) = (Notify::new(), Notify::new());
    let first = async {
        let answer = post(real.hub_at(), bytes.clone()).await;
        told.notify_one();
        answer.status()
    };
    let second = async {
        swept.notified().await;
        let answer = post(again.at(), bytes.clone()).await;
        (answer.status(), serde_json::from_slice(answer.body()).unwrap())
    };
    let between = async {
        end.is_wanted().await;
        // The second attempt sweeps, and comes as far as its first row.
        let rows = "SELECT state FROM person WHERE link = 'p-1'";
        let beginning = Holder::of(schema, rows).await;
        swept.notify_one();
        beginning.is_wanted().await;
        end.lets_go().await;
        told.notified().await;
        let seen = fed(&real.feed().await.0, SECOND);
        beginning.lets_go().await;
        seen
    };
    let all = real
        .env
        .timeout(Duration::from_secs(60), join3(first, second, between));
    let (first, second, seen) = all.await.expect("nobody waits for ever");
    assert_eq!((first, seen), (StatusCode::SERVICE_UNAVAILABLE, None));
    let (StatusCode::OK, Answer::Receipt(receipt)) = second else {
        panic!("{second:?}");
    };
    assert_eq!(receipt.counts.applied as usize, records.len());
    assert_eq!(fed(&real.feed().await.0, SECOND), Some(records.len()));
    again.stop().await;
    real.stop().await;
}

/// What nobody waits for holds up no end: the role stops although the file's last commit cannot come through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_under_way_holds_up_no_end() {
    let database = harness::postgres_database("overtaken_end");
    let DatabaseConfig::Postgres { schema, .. } = &database else {
        panic!("{database}");
    };
    let real = begin(&database).await;
    let env = real.env.clone();
    real.send(Lane::Bulk, 1, &[voucher("p-1", "w-1", 1)]).await;
    let end = Holder::of(schema, "SELECT n FROM position WHERE name = 'feed/bulk'").await;
    let bytes = file(Lane::Bulk, 2, Mode::EachPerson, &long_file([700, 0, 0]));
    let sending = Box::pin(post(real.hub_at(), bytes));
    drop(select(sending, Box::pin(end.is_wanted())).await);
    let stopped = env.timeout(Duration::from_secs(20), real.stop()).await;
    assert_eq!(stopped, Ok(()));
    end.lets_go().await;
}
