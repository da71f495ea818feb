//! What became of each record that was sent, and when: sent, received, and visible at verification.
//!
//! The courier keeps the times of each file; of records it keeps only those that were not applied at once, because
//! all others have their file's fate. Nothing here is needed to deliver, so nothing here can stop a delivery.

use exchange::registration::feed::Heads;
use exchange::registration::progress::{LetGo, Progress};
use exchange::registration::{Answer, Kind, Lane, Outcome, RowResult};
use storage::{Migration, Row, Statement, Tx, params};

use crate::RelayError;

/// The tables: a file's times, the records that were not applied at once, and who was let go since.
pub const MIGRATION: Migration = Migration {
    name: "relay-2-tracking",
    sql: "
        CREATE TABLE sent_file (
            lane TEXT NOT NULL,
            number BIGINT NOT NULL,
            sent_at BIGINT NOT NULL,
            answered_at BIGINT,
            taken BIGINT,
            visible_at BIGINT,
            PRIMARY KEY (lane, number)
        );
        CREATE TABLE not_applied (
            link TEXT NOT NULL,
            kind TEXT NOT NULL,
            record TEXT NOT NULL,
            revision BIGINT NOT NULL,
            lane TEXT NOT NULL,
            number BIGINT NOT NULL,
            outcome TEXT NOT NULL,
            why TEXT NOT NULL,
            PRIMARY KEY (link, kind, record, revision)
        );
        CREATE INDEX not_applied_of_file ON not_applied (lane, number);
        CREATE TABLE let_go (
            link TEXT NOT NULL,
            n BIGINT NOT NULL,
            revision BIGINT NOT NULL,
            at BIGINT NOT NULL,
            visible_at BIGINT,
            PRIMARY KEY (link, n)
        );
        CREATE INDEX let_go_unseen ON let_go (n) WHERE visible_at IS NULL;
        CREATE INDEX let_go_in_order ON let_go (n)",
    sqlite: "",
    postgres: "",
};

static TRIED: Statement = Statement::new(
    "INSERT INTO sent_file (lane, number, sent_at) VALUES (:lane, :number, :sent_at)
     ON CONFLICT (lane, number) DO NOTHING",
);
static ANSWERED: Statement = Statement::new(
    "INSERT INTO sent_file (lane, number, sent_at, answered_at, taken)
     VALUES (:lane, :number, :sent_at, :answered_at, :taken)
     ON CONFLICT (lane, number) DO UPDATE SET answered_at = :answered_at, taken = :taken",
);
static NOTE: Statement = Statement::new(
    "INSERT INTO not_applied (link, kind, record, revision, lane, number, outcome, why)
     VALUES (:link, :kind, :record, :revision, :lane, :number, :outcome, :why)
     ON CONFLICT (link, kind, record, revision) DO UPDATE SET
         lane = :lane, number = :number, outcome = :outcome, why = :why",
);
static FORGET_FILES: Statement =
    Statement::new("DELETE FROM sent_file WHERE lane = :lane AND number >= :expected");
static FORGET_RECORDS: Statement =
    Statement::new("DELETE FROM not_applied WHERE lane = :lane AND number >= :expected");
static VISIBLE_THROUGH: Statement = Statement::new(
    "SELECT number FROM sent_file WHERE lane = :lane AND visible_at IS NOT NULL ORDER BY number DESC LIMIT 1",
);
static SHOW: Statement = Statement::new(
    "UPDATE sent_file SET visible_at = :at
     WHERE lane = :lane AND number <= :number AND number > :after AND visible_at IS NULL AND taken = 1",
);
static FIRST_UNSEEN: Statement = Statement::new("SELECT MIN(n) AS n FROM let_go WHERE visible_at IS NULL");
static LAST_LET_GO: Statement = Statement::new("SELECT MAX(n) AS n FROM let_go");
static LET_GO: Statement = Statement::new(
    "INSERT INTO let_go (link, n, revision, at, visible_at) VALUES (:link, :n, :revision, :at, :visible_at)
     ON CONFLICT (link, n) DO UPDATE SET visible_at = :visible_at",
);
static OF_FILE: Statement = Statement::new(
    "SELECT sent_at, answered_at, taken, visible_at FROM sent_file WHERE lane = :lane AND number = :number",
);
static OF_RECORD: Statement = Statement::new(
    "SELECT outcome, why FROM not_applied
     WHERE link = :link AND kind = :kind AND record = :record AND revision = :revision",
);
static RELEASED: Statement = Statement::new(
    "SELECT at, visible_at FROM let_go
     WHERE link = :link AND (CAST(:kind AS TEXT) <> 'person' OR revision >= :revision) ORDER BY n LIMIT 1",
);

/// A file's times, in µs since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileTimes {
    /// When it was first sent.
    pub sent_at: i64,
    /// When the hub's answer was here.
    pub answered_at: Option<i64>,
    /// Whether the hub took it; nothing without an answer.
    pub taken: Option<bool>,
    /// When verification had applied it.
    pub visible_at: Option<i64>,
}

/// What became of a record that was not applied at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotApplied {
    /// Held, refused, or superseded.
    pub outcome: Outcome,
    /// Why: a rule's name and what to do.
    pub why: String,
}

/// When a record that was held was let go, in µs since 1970-01-01T00:00:00Z, by the hub's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// When it was.
    pub at: i64,
    /// When verification had applied it.
    pub visible_at: Option<i64>,
}

/// Notes that a file was sent and nothing was heard.
pub(crate) async fn tried(tx: &mut Tx, lane: Lane, number: i64, sent_at: i64) -> Result<(), RelayError> {
    tx.execute(&TRIED, &params! { lane: lane.name(), number, sent_at })
        .await?;
    Ok(())
}

/// Keeps what an answer says of a file and its records.
pub(crate) async fn answered<'a>(
    tx: &mut Tx,
    lane: Lane,
    number: i64,
    answer: &'a Answer,
    sent_at: i64,
    answered_at: i64,
) -> Result<(), RelayError> {
    let taken = matches!(answer, Answer::Receipt(_));
    let values = params! { lane: lane.name(), number, sent_at, answered_at, taken };
    tx.execute(&ANSWERED, &values).await?;
    let Answer::Receipt(receipt) = answer else {
        return Ok(());
    };
    let named = |row: &'a RowResult| {
        params! {
            link: row.link.as_str(), kind: row.kind.name(), record: row.record.as_str(),
            revision: row.revision, lane: lane.name(), number, outcome: row.outcome.name(), why: &row.why,
        }
    };
    let sets: Vec<_> = receipt.not_applied.iter().map(named).collect();
    tx.execute_each(&NOTE, &sets).await?;
    Ok(())
}

/// Forgets a lane's files from a number on: they are sent again.
pub(crate) async fn rewound(tx: &mut Tx, lane: Lane, expected: i64) -> Result<(), RelayError> {
    let from = params! { lane: lane.name(), expected };
    tx.execute(&FORGET_FILES, &from).await?;
    tx.execute(&FORGET_RECORDS, &from).await?;
    Ok(())
}

/// What is known already: the last visible file of each lane, and up to whom everybody who was let go is visible.
pub(crate) async fn known(tx: &mut Tx) -> Result<(Heads, i64), RelayError> {
    let mut files = Heads::default();
    for lane in Lane::ALL {
        files.set(lane, visible_through(tx, lane).await?);
    }
    let unseen = tx.one(&FIRST_UNSEEN, &params! {}).await?.opt_int("n")?;
    let let_go = match unseen {
        Some(n) => n - 1,
        None => tx
            .one(&LAST_LET_GO, &params! {})
            .await?
            .opt_int("n")?
            .unwrap_or(0),
    };
    Ok((files, let_go))
}

async fn visible_through(tx: &mut Tx, lane: Lane) -> Result<i64, RelayError> {
    let row = tx
        .optional(&VISIBLE_THROUGH, &params! { lane: lane.name() })
        .await?;
    Ok(row.map_or(Ok(0), |row| row.int("number"))?)
}

/// Keeps what the hub says of how far everything has come. Saying it again changes nothing.
pub(crate) async fn advance<'a>(tx: &mut Tx, progress: &'a Progress) -> Result<(), RelayError> {
    for lane in Lane::ALL {
        let mut after = visible_through(tx, lane).await?;
        for step in progress.files.iter().filter(|step| step.lane == lane) {
            let values = params! { at: step.at, lane: lane.name(), number: step.number, after };
            tx.execute(&SHOW, &values).await?;
            after = after.max(step.number);
        }
    }
    let let_go = |one: &'a LetGo| {
        params! {
            link: one.link.as_str(), n: one.n, revision: one.revision, at: one.at, visible_at: one.visible_at,
        }
    };
    let sets: Vec<_> = progress.let_go.iter().map(let_go).collect();
    tx.execute_each(&LET_GO, &sets).await?;
    Ok(())
}

/// A file's times; nothing while it was not sent.
///
/// # Errors
/// When the database says no.
pub async fn of_file(tx: &mut Tx, lane: Lane, number: i64) -> Result<Option<FileTimes>, RelayError> {
    let row = tx
        .optional(&OF_FILE, &params! { lane: lane.name(), number })
        .await?;
    let read = |row: Row| {
        Ok(FileTimes {
            sent_at: row.int("sent_at")?,
            answered_at: row.opt_int("answered_at")?,
            taken: row.opt_int("taken")?.map(|taken| taken == 1),
            visible_at: row.opt_int("visible_at")?,
        })
    };
    row.map(read).transpose()
}

/// What became of a record, when it was not applied at once.
///
/// # Errors
/// When the database says no.
pub async fn of_record(
    tx: &mut Tx,
    link: &str,
    kind: Kind,
    record: &str,
    revision: u32,
) -> Result<Option<NotApplied>, RelayError> {
    let row = tx
        .optional(&OF_RECORD, &params! { link, kind: kind.name(), record, revision })
        .await?;
    let read = |row: Row| {
        Ok(NotApplied {
            // A word that this program does not know is no application.
            outcome: Outcome::from_name(row.text("outcome")?).unwrap_or(Outcome::Refused),
            why: row.text("why")?.to_owned(),
        })
    };
    row.map(read).transpose()
}

/// When a record that was held was let go; nothing while it is held.
///
/// # Errors
/// When the database says no.
pub async fn released(
    tx: &mut Tx,
    link: &str,
    kind: Kind,
    revision: u32,
) -> Result<Option<Released>, RelayError> {
    let row = tx
        .optional(&RELEASED, &params! { link, kind: kind.name(), revision })
        .await?;
    let read = |row: Row| {
        Ok(Released {
            at: row.int("at")?,
            visible_at: row.opt_int("visible_at")?,
        })
    };
    row.map(read).transpose()
}
