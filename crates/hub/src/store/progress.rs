//! How far verification has confirmed the feed, told in each office's own numbers, and who was let go.

use super::persons::Person;
use domain::identity::Link;
use exchange::registration::Lane;
use exchange::registration::feed::Heads;
use exchange::registration::progress::{LetGo, Through};
use storage::{Migration, Row, Statement, StoreError, Tx, params};

pub(crate) const MIGRATION: Migration = Migration {
    name: "hub-2-progress",
    sql: "
        CREATE TABLE confirmed (lane TEXT PRIMARY KEY, n BIGINT NOT NULL);
        INSERT INTO confirmed VALUES ('shield', 0), ('single', 0), ('bulk', 0);
        CREATE TABLE progress (
            office TEXT NOT NULL,
            lane TEXT NOT NULL,
            number BIGINT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (office, lane, number)
        );
        CREATE TABLE let_go (
            n BIGINT PRIMARY KEY,
            office TEXT NOT NULL,
            link TEXT NOT NULL,
            revision BIGINT NOT NULL,
            at BIGINT NOT NULL,
            visible_at BIGINT
        );
        CREATE INDEX let_go_of_office ON let_go (office, n)",
    sqlite: "",
    postgres: "",
};

static CONFIRMED: Statement = Statement::new("SELECT lane, n FROM confirmed");
static CONFIRM: Statement = Statement::new("UPDATE confirmed SET n = :n WHERE lane = :lane");
static OFFICES: Statement = Statement::new(
    "SELECT office, MAX(file_number) AS number FROM feed
     WHERE lane = :lane AND n > :after AND n <= :through AND file_number IS NOT NULL GROUP BY office",
);
static STEP: Statement = Statement::new(
    "INSERT INTO progress (office, lane, number, at) VALUES (:office, :lane, :number, :at)
     ON CONFLICT (office, lane, number) DO NOTHING",
);
static STEPS: Statement = Statement::new(
    "SELECT number, at FROM progress WHERE office = :office AND lane = :lane AND number > :after
     ORDER BY number LIMIT :most",
);
static SHOWN: Statement = Statement::new(
    "UPDATE let_go SET visible_at = :at WHERE n > :after AND n <= :through AND visible_at IS NULL",
);
static LET_GO: Statement = Statement::new(
    "INSERT INTO let_go (n, office, link, revision, at) VALUES (:n, :office, :link, :revision, :at)",
);
static LET_GO_AFTER: Statement = Statement::new(
    "SELECT n, link, revision, at, visible_at FROM let_go WHERE office = :office AND n > :after
     ORDER BY n LIMIT :most",
);

/// The feed's positions up to which verification has confirmed.
pub(crate) async fn confirmed(tx: &mut Tx) -> Result<Heads, StoreError> {
    let mut heads = Heads::default();
    for row in tx.all(&CONFIRMED, &params! {}).await? {
        if let Some(lane) = Lane::from_name(row.text("lane")?) {
            heads.set(lane, row.int("n")?);
        }
    }
    Ok(heads)
}

/// Moves a lane's confirmed position forward and tells every office whose files lie in between.
pub(crate) async fn confirm(
    tx: &mut Tx,
    lane: Lane,
    after: i64,
    through: i64,
    at: i64,
) -> Result<(), StoreError> {
    let between = params! { lane: lane.name(), after, through };
    for row in tx.all(&OFFICES, &between).await? {
        let (office, number) = (row.text("office")?, row.int("number")?);
        tx.execute(&STEP, &params! { office, lane: lane.name(), number, at })
            .await?;
    }
    // Whom matching let go stands in the single lane.
    if lane == Lane::Single {
        tx.execute(&SHOWN, &params! { at, after, through }).await?;
    }
    tx.execute(&CONFIRM, &params! { n: through, lane: lane.name() })
        .await?;
    Ok(())
}

/// Notes that people's held records were let go, at positions of the single lane from `first` on.
pub(crate) async fn let_go(tx: &mut Tx, people: &[Person], first: i64, at: i64) -> Result<(), StoreError> {
    let sets = (first..).zip(people).map(|(n, one)| {
        params! { n, office: &one.office, link: &one.link, revision: one.revision, at }
    });
    tx.execute_each(&LET_GO, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// An office's steps in a lane after one of its own numbers.
pub(crate) async fn steps(
    tx: &mut Tx,
    office: &str,
    lane: Lane,
    after: i64,
    most: i64,
) -> Result<Vec<Through>, StoreError> {
    let rows = tx
        .all(&STEPS, &params! { office, lane: lane.name(), after, most })
        .await?;
    let step = |row: &Row| {
        Ok(Through {
            lane,
            number: row.int("number")?,
            at: row.int("at")?,
        })
    };
    rows.iter().map(step).collect()
}

/// Whom of an office matching let go after a position.
pub(crate) async fn let_go_after(
    tx: &mut Tx,
    office: &str,
    after: i64,
    most: i64,
) -> Result<Vec<LetGo>, StoreError> {
    let mut let_go = Vec::new();
    for row in tx.all(&LET_GO_AFTER, &params! { office, after, most }).await? {
        // Links were checked when they came in.
        let Ok(link) = Link::parse(row.text("link")?) else {
            continue;
        };
        let_go.push(LetGo {
            n: row.int("n")?,
            link,
            revision: u32::try_from(row.int("revision")?).unwrap_or(u32::MAX),
            at: row.int("at")?,
            visible_at: row.opt_int("visible_at")?,
        });
    }
    Ok(let_go)
}
