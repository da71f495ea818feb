//! The reading side of the feed: each entry is applied in the commit that moves the cursor past it. What comes of a
//! lane in one page is one commit.

use std::collections::BTreeMap;
use std::time::Duration;

use env::{Env, Origin, PlantedFault, Stop};
use exchange::registration::Lane;
use exchange::registration::feed::{Entry, Heads, Mark, Page};
use http::{Method, StatusCode};
use storage::{Migration, Statement, Store, Tx, params};

use crate::{RelayError, wire};

/// The reader's tables: cursors, and how far each office is known.
pub const MIGRATION: Migration = Migration {
    name: "relay-1-reader",
    sql: "
        CREATE TABLE cursor_of_feed (
            lane TEXT PRIMARY KEY,
            n BIGINT NOT NULL,
            row_of_next BIGINT NOT NULL
        );
        INSERT INTO cursor_of_feed VALUES ('shield', 0, 0), ('single', 0, 0), ('bulk', 0, 0);
        CREATE TABLE office_known (
            office TEXT PRIMARY KEY,
            as_of BIGINT,
            shield BIGINT NOT NULL DEFAULT 0,
            single BIGINT NOT NULL DEFAULT 0,
            bulk BIGINT NOT NULL DEFAULT 0,
            mark_n BIGINT,
            mark_at BIGINT,
            mark_shield BIGINT NOT NULL DEFAULT 0,
            mark_single BIGINT NOT NULL DEFAULT 0,
            mark_bulk BIGINT NOT NULL DEFAULT 0
        )",
    sqlite: "",
    postgres: "",
};

static CURSORS: Statement = Statement::new("SELECT lane, n, row_of_next FROM cursor_of_feed");
static MOVE: Statement =
    Statement::new("UPDATE cursor_of_feed SET n = :n, row_of_next = :row_of_next WHERE lane = :lane");
static REACHED_SHIELD: Statement = Statement::new(
    "INSERT INTO office_known (office, shield) VALUES (:office, :number)
     ON CONFLICT (office) DO UPDATE SET shield = :number",
);
static REACHED_SINGLE: Statement = Statement::new(
    "INSERT INTO office_known (office, single) VALUES (:office, :number)
     ON CONFLICT (office) DO UPDATE SET single = :number",
);
static REACHED_BULK: Statement = Statement::new(
    "INSERT INTO office_known (office, bulk) VALUES (:office, :number)
     ON CONFLICT (office) DO UPDATE SET bulk = :number",
);
static MARK: Statement = Statement::new(
    "INSERT INTO office_known (office, mark_n, mark_at, mark_shield, mark_single, mark_bulk)
     VALUES (:office, :n, :at, :shield, :single, :bulk)
     ON CONFLICT (office) DO UPDATE SET
         mark_n = :n, mark_at = :at, mark_shield = :shield, mark_single = :single, mark_bulk = :bulk
     WHERE office_known.mark_n IS NULL OR office_known.mark_n < :n",
);
/// Of a mark of a moment that cannot have come only the number is kept, so that it is not told again.
static MARK_AHEAD: Statement = Statement::new(
    "INSERT INTO office_known (office, mark_n) VALUES (:office, :n)
     ON CONFLICT (office) DO UPDATE SET mark_n = :n WHERE office_known.mark_n IS NULL OR office_known.mark_n < :n",
);
/// What was settled of a moment further ahead than clocks differ came from a wrong one: any other mark takes its place.
static SETTLE: Statement = Statement::new(
    "UPDATE office_known SET as_of = mark_at
     WHERE office = :office AND shield >= mark_shield AND single >= mark_single AND bulk >= mark_bulk
       AND (as_of IS NULL OR as_of < mark_at OR as_of > :latest)",
);
static NEWEST_MARKS: Statement = Statement::new("SELECT MAX(mark_n) AS n FROM office_known");

/// How long the hub may hold a request that finds nothing new.
const HOLD: Duration = Duration::from_secs(10);
/// The pauses after failures, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// Where a reader stands in a lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cursor {
    /// The last entry that is whole.
    n: i64,
    /// The row of the next up to which its parts are here already.
    row: u32,
}

/// Pulls a feed.
#[derive(Clone)]
pub struct Reader {
    env: Env,
    store: Store,
    hub: Origin,
}

impl Reader {
    /// A reader that asks the hub.
    pub fn new(env: &Env, store: &Store, hub: &Origin) -> Reader {
        Reader {
            env: env.clone(),
            store: store.clone(),
            hub: hub.clone(),
        }
    }

    /// Pulls until told to stop. `apply` writes the records of entries, which follow each other in a lane, inside the
    /// commit that moves the cursor; it may be called again for entries whose commit failed, and never for one whose
    /// commit succeeded.
    pub async fn run<A>(&self, apply: A, stop: Stop)
    where
        A: AsyncFn(&mut Tx, &[&Entry]) -> Result<(), RelayError> + Clone + Send + Sync + 'static,
    {
        let mut pause = FIRST_PAUSE;
        while !stop.is_asked() {
            let pulling = std::pin::pin!(self.pull(&apply));
            let asked = std::pin::pin!(stop.asked());
            let failed = match futures_util::future::select(pulling, asked).await {
                futures_util::future::Either::Left((Ok(()), _)) => {
                    pause = FIRST_PAUSE;
                    None
                }
                futures_util::future::Either::Left((Err(error), _)) => Some(error),
                futures_util::future::Either::Right(_) => return,
            };
            if let Some(error) = failed {
                tracing::warn!(%error, "the feed could not be read; it is tried again");
                pause = (pause * 2).min(LAST_PAUSE);
                let waiting = std::pin::pin!(self.env.sleep(pause));
                futures_util::future::select(waiting, std::pin::pin!(stop.asked())).await;
            }
        }
    }

    /// Asks once and applies what comes.
    async fn pull<A>(&self, apply: &A) -> Result<(), RelayError>
    where
        A: AsyncFn(&mut Tx, &[&Entry]) -> Result<(), RelayError> + Clone + Send + Sync + 'static,
    {
        let (cursors, marks) = self
            .store
            .read("reader.cursors", async move |tx| ask(tx).await)
            .await?;
        let page = self.fetch(&cursors, marks).await?;
        let mut entries = page.entries;
        while let Some(lane) = entries.first().map(|entry| entry.lane) {
            let of_lane = entries.iter().take_while(|entry| entry.lane == lane).count();
            let later = entries.split_off(of_lane);
            let of_lane = std::mem::replace(&mut entries, later);
            let (env, apply) = (self.env.clone(), apply.clone());
            let unit = async move |tx: &mut Tx| take(tx, &env, lane, &of_lane, &apply).await;
            if !self.store.unit("reader.apply", unit).await? {
                // A gap: what comes next is asked for again, from where the cursor stands.
                return Ok(());
            }
        }
        let (marks, latest) = (page.marks, latest(&self.env));
        if !marks.is_empty() {
            self.store
                .unit("reader.marks", async move |tx| {
                    note_marks(tx, &marks, latest).await
                })
                .await?;
        }
        Ok(())
    }

    async fn fetch(&self, cursors: &[(Lane, Cursor)], marks_after: i64) -> Result<Page, RelayError> {
        let mut path = format!(
            "{}?marks_after={marks_after}&hold_ms={}",
            wire::FEED,
            HOLD.as_millis()
        );
        for (lane, cursor) in cursors {
            path.push_str(&format!("&{lane}={}&{lane}_row={}", cursor.n, cursor.row));
        }
        let answer = wire::send(&self.env, &self.hub, Method::GET, &path, Vec::new()).await?;
        if answer.status() != StatusCode::OK {
            return Err(RelayError::Refused {
                what: "the feed",
                status: answer.status().as_u16(),
            });
        }
        serde_json::from_slice(answer.body()).map_err(|source| RelayError::Shape {
            what: "a page of the feed",
            source,
        })
    }
}

/// The positions up to which everything is applied.
///
/// # Errors
/// When the database says no.
pub async fn heads(tx: &mut Tx) -> Result<Heads, RelayError> {
    let mut heads = Heads::default();
    for (lane, cursor) in cursors(tx).await? {
        heads.set(lane, cursor.n);
    }
    Ok(heads)
}

async fn ask(tx: &mut Tx) -> Result<(Vec<(Lane, Cursor)>, i64), RelayError> {
    let marks = tx
        .one(&NEWEST_MARKS, &params! {})
        .await?
        .opt_int("n")?
        .unwrap_or(0);
    Ok((cursors(tx).await?, marks))
}

async fn cursors(tx: &mut Tx) -> Result<Vec<(Lane, Cursor)>, RelayError> {
    let rows = tx.all(&CURSORS, &params! {}).await?;
    let mut cursors = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(lane) = Lane::from_name(row.text("lane")?) else {
            continue;
        };
        let n = row.int("n")?;
        let row = u32::try_from(row.int("row_of_next")?).unwrap_or(0);
        cursors.push((lane, Cursor { n, row }));
    }
    cursors.sort_by_key(|(lane, _)| *lane);
    Ok(cursors)
}

/// Applies those entries of a lane that are next; whether the reader may go on to what comes after them.
async fn take<A>(tx: &mut Tx, env: &Env, lane: Lane, entries: &[Entry], apply: &A) -> Result<bool, RelayError>
where
    A: AsyncFn(&mut Tx, &[&Entry]) -> Result<(), RelayError>,
{
    let cursors = cursors(tx).await?;
    let standing = cursors.iter().find(|(known, _)| *known == lane);
    let mut cursor = standing.map_or(Cursor::default(), |(_, cursor)| *cursor);
    let mut next = Vec::with_capacity(entries.len());
    let mut whole = true;
    for entry in entries {
        if cursor.has(entry) {
            continue;
        }
        if !cursor.is_before(entry) && !env.planted(PlantedFault::SkipLatePosition) {
            whole = false;
            break;
        }
        cursor = Cursor::behind(entry);
        next.push(entry);
    }
    if next.is_empty() {
        return Ok(whole);
    }
    apply(tx, &next).await?;
    let Cursor { n, row } = cursor;
    tx.execute(&MOVE, &params! { lane: lane.name(), n, row_of_next: row })
        .await?;
    note_files(tx, &next, latest(env)).await?;
    Ok(whole)
}

impl Cursor {
    /// Where the reader stands once it has an entry, or a part of one.
    fn behind(entry: &Entry) -> Cursor {
        if entry.last {
            Cursor { n: entry.n, row: 0 }
        } else {
            Cursor {
                n: entry.n - 1,
                row: entry.through_row,
            }
        }
    }

    /// Whether an entry came twice.
    fn has(self, entry: &Entry) -> bool {
        entry.n <= self.n || (entry.n == self.n + 1 && entry.after_row < self.row)
    }

    /// Whether an entry that was not here yet is the next.
    fn is_before(self, entry: &Entry) -> bool {
        entry.n == self.n + 1 && entry.after_row <= self.row
    }
}

/// Notes up to which of its files each office is known.
async fn note_files(tx: &mut Tx, entries: &[&Entry], latest: i64) -> Result<(), RelayError> {
    let mut reached = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.last) {
        if let Some(file) = entry.file {
            reached.insert((entry.office.as_str(), file.lane), file.number);
        }
    }
    for ((office, lane), number) in reached {
        let reached = match lane {
            Lane::Shield => &REACHED_SHIELD,
            Lane::Single => &REACHED_SINGLE,
            Lane::Bulk => &REACHED_BULK,
        };
        tx.execute(reached, &params! { office, number }).await?;
        tx.execute(&SETTLE, &params! { office, latest }).await?;
    }
    Ok(())
}

/// The latest moment as of which an office can be known.
fn latest(env: &Env) -> i64 {
    (env.now() + Mark::AHEAD).micros()
}

async fn note_marks(tx: &mut Tx, marks: &[Mark], latest: i64) -> Result<(), RelayError> {
    for mark in marks {
        let office = mark.office.as_str();
        if mark.at > latest {
            tx.execute(&MARK_AHEAD, &params! { office, n: mark.n }).await?;
            continue;
        }
        let Heads { shield, single, bulk } = mark.heads;
        tx.execute(
            &MARK,
            &params! { office, n: mark.n, at: mark.at, shield, single, bulk },
        )
        .await?;
        tx.execute(&SETTLE, &params! { office, latest }).await?;
    }
    Ok(())
}
