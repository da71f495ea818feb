//! The hub's feed: what became visible, in the order of commits.

use exchange::registration::feed::{FileRef, Heads};
use exchange::registration::{Kind, Lane};
use storage::{Migration, Row, Statement, Tx, params, positions};

use crate::RelayError;

/// The feed's table. It says what became visible; the records themselves stand in the hub's own tables.
pub const MIGRATION: Migration = Migration {
    name: "relay-1-feed",
    sql: "
        CREATE TABLE feed (
            lane TEXT NOT NULL,
            n BIGINT NOT NULL,
            office TEXT NOT NULL,
            file_lane TEXT,
            file_number BIGINT,
            link TEXT,
            PRIMARY KEY (lane, n)
        )",
    sqlite: "",
    postgres: "",
};

/// Versions of insurance records stand in it too.
///
/// See [`MIGRATION_3`] for what became of the column.
pub const MIGRATION_2: Migration = Migration {
    name: "relay-2-feed-insurance",
    sql: "ALTER TABLE feed ADD COLUMN insurance BIGINT",
    sqlite: "",
    postgres: "",
};

/// Versions of every kind of record that the hub makes itself.
pub const MIGRATION_3: Migration = Migration {
    name: "relay-3-feed-made",
    sql: "
        ALTER TABLE feed RENAME COLUMN insurance TO revision;
        ALTER TABLE feed ADD COLUMN made TEXT;
        UPDATE feed SET made = 'insurance' WHERE revision IS NOT NULL",
    sqlite: "",
    postgres: "",
};

static APPEND: Statement = Statement::new(
    "INSERT INTO feed (lane, n, office, file_lane, file_number, link, made, revision)
     VALUES (:lane, :n, :office, :file_lane, :file_number, :link, :made, :revision)",
);
static AFTER: Statement = Statement::new(
    "SELECT n, office, file_lane, file_number, link, made, revision FROM feed
     WHERE lane = :lane AND n > :after ORDER BY n LIMIT :most",
);

/// What became visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A file: those of its records that are not held.
    File(FileRef),
    /// A person whose records were held: all of them.
    Person(String),
    /// A version of a record that the hub made itself, the person's only one of its kind. It came from no file.
    Made {
        /// The kind.
        kind: Kind,
        /// The person.
        link: String,
        /// The version.
        revision: u32,
    },
}

/// An entry of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The position in the lane.
    pub n: i64,
    /// The office.
    pub office: String,
    /// What became visible.
    pub what: What,
}

/// Appends an entry; gives its position. Positions follow the order of commits, because the counter's row stays
/// locked until this one commits.
///
/// # Errors
/// When the database says no.
pub async fn append(tx: &mut Tx, lane: Lane, office: &str, what: &What) -> Result<i64, RelayError> {
    append_all(tx, lane, &[(office, what)]).await
}

/// Appends entries one after the other; gives the first one's position.
///
/// # Errors
/// When the database says no.
pub async fn append_all(tx: &mut Tx, lane: Lane, entries: &[(&str, &What)]) -> Result<i64, RelayError> {
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let first = positions::take(tx, counter(lane), count).await?;
    let sets: Vec<_> = (first..)
        .zip(entries)
        .map(|(n, (office, what))| {
            let (file_lane, file_number) = match what {
                What::File(file) => (Some(file.lane.name()), Some(file.number)),
                What::Person(_) | What::Made { .. } => (None, None),
            };
            let (link, made, revision) = match what {
                What::File(_) => (None, None, None),
                What::Person(link) => (Some(link.as_str()), None, None),
                What::Made { kind, link, revision } => {
                    (Some(link.as_str()), Some(kind.name()), Some(*revision))
                }
            };
            params! { lane: lane.name(), n, office: *office, file_lane, file_number, link, made, revision }
        })
        .collect();
    tx.execute_each(&APPEND, &sets).await?;
    Ok(first)
}

/// The entries after a position, at most `most`.
///
/// # Errors
/// When the database says no.
pub async fn after(tx: &mut Tx, lane: Lane, after: i64, most: i64) -> Result<Vec<Entry>, RelayError> {
    let rows = tx
        .all(&AFTER, &params! { lane: lane.name(), after, most })
        .await?;
    rows.iter().map(read).collect()
}

/// The last position of each lane.
///
/// # Errors
/// When the database says no.
pub async fn heads(tx: &mut Tx) -> Result<Heads, RelayError> {
    let mut heads = Heads::default();
    for lane in Lane::ALL {
        heads.set(lane, positions::current(tx, counter(lane)).await?);
    }
    Ok(heads)
}

fn read(row: &Row) -> Result<Entry, RelayError> {
    let lane = row.opt_text("file_lane")?.and_then(Lane::from_name);
    let link = || {
        row.opt_text("link")
            .map(|link| link.unwrap_or_default().to_owned())
    };
    let made = row.opt_text("made")?.and_then(Kind::from_name);
    let made = made.zip(row.opt_int("revision")?);
    let what = match (lane, row.opt_int("file_number")?, made) {
        (Some(lane), Some(number), _) => What::File(FileRef { lane, number }),
        (_, _, Some((kind, revision))) => What::Made {
            kind,
            link: link()?,
            revision: u32::try_from(revision).unwrap_or(u32::MAX),
        },
        (_, _, None) => What::Person(link()?),
    };
    Ok(Entry {
        n: row.int("n")?,
        office: row.text("office")?.to_owned(),
        what,
    })
}

fn counter(lane: Lane) -> &'static str {
    match lane {
        Lane::Shield => "feed/shield",
        Lane::Single => "feed/single",
        Lane::Bulk => "feed/bulk",
    }
}
