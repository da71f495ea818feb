//! Records: every version that was applied or is held, sealed, and the file that it came in.
//!
//! A version is visible when it is not held and its file is concluded. What was held and let go later is passed on
//! with its person and never with its file: a file's entry of the feed says the same whenever it is read, and nobody
//! reads of a version that was held before what it waited for. Rows of a file that is not concluded belong to nobody
//! yet; they are swept when the file comes again.

use std::collections::{BTreeMap, BTreeSet};

use exchange::registration::Kind;
use exchange::registration::feed::FileRef;
use storage::{Migration, Row, Statement, StoreError, Tx, params};

use super::persons::Person;

pub(crate) const MIGRATION: Migration = Migration {
    name: "hub-1-records",
    sql: "
        CREATE TABLE record (
            office TEXT NOT NULL,
            link TEXT NOT NULL,
            kind TEXT NOT NULL,
            record TEXT NOT NULL,
            revision BIGINT NOT NULL,
            content BYTEA NOT NULL,
            month BIGINT NOT NULL,
            held BIGINT NOT NULL,
            file_lane TEXT NOT NULL,
            file_number BIGINT NOT NULL,
            row_in_file BIGINT NOT NULL,
            PRIMARY KEY (office, link, kind, record, revision)
        );
        CREATE INDEX record_of_file ON record (office, file_lane, file_number, row_in_file)",
    sqlite: "",
    postgres: "",
};

/// The key of a version.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) office: &'a str,
    pub(crate) link: &'a str,
    pub(crate) kind: Kind,
    pub(crate) record: &'a str,
    pub(crate) revision: u32,
}

/// A version as it is stored.
pub(crate) struct Stored {
    pub(crate) link: String,
    pub(crate) kind: String,
    pub(crate) record: String,
    pub(crate) revision: u32,
    pub(crate) content: Vec<u8>,
    pub(crate) row_in_file: u32,
}

static SWEEP: Statement = Statement::new(
    "DELETE FROM record WHERE office = :office AND file_lane = :lane AND file_number = :number",
);
/// The content comes only where it is to be compared: with a row of the same revision.
static NEWEST: Statement = Statement::new(
    "WITH asked (place, office, link, kind, record, revision) AS (VALUES (
         CAST(:place AS BIGINT), CAST(:office AS TEXT), CAST(:link AS TEXT), CAST(:kind AS TEXT),
         CAST(:record AS TEXT), CAST(:revision AS BIGINT)))
     SELECT a.place, r.revision, r.month, CASE WHEN r.revision = a.revision THEN r.content END AS content
     FROM asked AS a
     JOIN record AS r ON r.office = a.office AND r.link = a.link AND r.kind = a.kind AND r.record = a.record
         AND r.revision = (SELECT MAX(n.revision) FROM record AS n
             WHERE n.office = a.office AND n.link = a.link AND n.kind = a.kind AND n.record = a.record)",
);
static PUT: Statement = Statement::new(
    "INSERT INTO record (office, link, kind, record, revision, content, month, held,
                         file_lane, file_number, row_in_file)
     VALUES (:office, :link, :kind, :record, :revision, :content, :month, :held, :lane, :number, :row)",
);
/// `held` is 1 as long as a version is held, and 2 once it was let go: 0 goes with the file, 2 with the person. A file
/// that is not concluded yet has no entry of the feed, so what is let go before that goes with it.
static RELEASE: Statement = Statement::new(
    "UPDATE record SET held = CASE WHEN EXISTS (
         SELECT 1 FROM inbox WHERE inbox.office = record.office
           AND inbox.lane = record.file_lane AND inbox.number = record.file_number) THEN 2 ELSE 0 END
     WHERE office = :office AND link = :link AND held = 1",
);
/// Of two persons' records of one link it cannot be said which of them the revision is of, and what the register agreed
/// with would let the other go too.
static IDENTITY: Statement = Statement::new(
    "SELECT office, link, kind, record, revision, content, row_in_file FROM record
     WHERE office = :office AND link = :link AND kind = 'person' AND revision = :revision
       AND NOT EXISTS (SELECT 1 FROM record AS other
         WHERE other.office = record.office AND other.link = record.link AND other.kind = 'person'
           AND other.record <> record.record)",
);
static NAMED_OTHERWISE: Statement = Statement::new(
    "WITH asked (office, link, record) AS (VALUES (
         CAST(:office AS TEXT), CAST(:link AS TEXT), CAST(:record AS TEXT)))
     SELECT a.link FROM asked AS a
     WHERE EXISTS (SELECT 1 FROM record AS r
         WHERE r.office = a.office AND r.link = a.link AND r.kind = 'person' AND r.record <> a.record)",
);

/// Versions by office and link.
pub(crate) type ByLink<T> = BTreeMap<(String, String), T>;

/// The versions of persons' records that have the identity parts which are to be matched, of each link that has one such
/// record, as all have that came since another is refused.
pub(crate) async fn identities(tx: &mut Tx, persons: &[Person]) -> Result<ByLink<Stored>, StoreError> {
    let sets: Vec<_> = persons
        .iter()
        .map(|person| params! { office: &person.office, link: &person.link, revision: person.revision })
        .collect();
    let mut identities = ByLink::new();
    for row in tx.all_each(&IDENTITY, &sets).await? {
        let (key, stored) = read_by_link(row)?;
        identities.insert(key, stored);
    }
    Ok(identities)
}

/// Those links of persons' records of which one of another name is there.
pub(crate) async fn named_otherwise(
    tx: &mut Tx,
    persons: impl Iterator<Item = Key<'_>>,
) -> Result<BTreeSet<String>, StoreError> {
    let sets: Vec<_> = persons
        .map(|key| params! { office: key.office, link: key.link, record: key.record })
        .collect();
    let rows = tx.all_each(&NAMED_OTHERWISE, &sets).await?;
    rows.into_iter().map(|mut row| row.take_text("link")).collect()
}

/// Removes what an earlier attempt at a file left.
pub(crate) async fn sweep(tx: &mut Tx, office: &str, file: FileRef) -> Result<(), StoreError> {
    tx.execute(
        &SWEEP,
        &params! { office, lane: file.lane.name(), number: file.number },
    )
    .await?;
    Ok(())
}

/// The newest version of a record that is there.
pub(crate) struct Newest {
    pub(crate) revision: u32,
    /// The month it is about; 0: none.
    pub(crate) month: i64,
    /// Its sealed content, when it has the revision that was asked with.
    pub(crate) content: Option<Vec<u8>>,
}

/// The newest versions that are there, each at the place of its key.
pub(crate) async fn newest(tx: &mut Tx, keys: &[Key<'_>]) -> Result<Vec<Option<Newest>>, StoreError> {
    let sets: Vec<_> = (0_i64..)
        .zip(keys)
        .map(|(place, key)| {
            params! {
                place, office: key.office, link: key.link, kind: key.kind.name(), record: key.record,
                revision: key.revision,
            }
        })
        .collect();
    let mut newest: Vec<Option<Newest>> = keys.iter().map(|_| None).collect();
    for mut row in tx.all_each(&NEWEST, &sets).await? {
        let place = usize::try_from(row.int("place")?).unwrap_or(usize::MAX);
        if let Some(newest) = newest.get_mut(place) {
            let there = row.opt_bytes("content")?.is_some();
            *newest = Some(Newest {
                revision: revision(&row)?,
                month: row.int("month")?,
                content: if there {
                    Some(row.take_bytes("content")?)
                } else {
                    None
                },
            });
        }
    }
    Ok(newest)
}

/// A version to put.
pub(crate) struct New<'a> {
    pub(crate) key: Key<'a>,
    pub(crate) content: &'a [u8],
    pub(crate) month: i64,
    pub(crate) held: bool,
    pub(crate) row: u32,
}

/// Puts versions of a file.
pub(crate) async fn put(tx: &mut Tx, file: FileRef, new: &[New<'_>]) -> Result<(), StoreError> {
    let sets: Vec<_> = new
        .iter()
        .map(
            |New {
                 key,
                 content,
                 month,
                 held,
                 row,
             }| {
                params! {
                    office: key.office, link: key.link, kind: key.kind.name(), record: key.record,
                    revision: key.revision, content: *content, month: *month, held: *held,
                    lane: file.lane.name(), number: file.number, row: *row,
                }
            },
        )
        .collect();
    tx.execute_each(&PUT, &sets).await?;
    Ok(())
}

/// Lets everything of persons go that was held.
pub(crate) async fn release(tx: &mut Tx, persons: &[Person]) -> Result<(), StoreError> {
    let sets: Vec<_> = persons
        .iter()
        .map(|person| params! { office: &person.office, link: &person.link })
        .collect();
    tx.execute_each(&RELEASE, &sets).await?;
    Ok(())
}

/// A version, and the office and link that it is found by.
pub(super) fn read_by_link(mut row: Row) -> Result<((String, String), Stored), StoreError> {
    let office = row.take_text("office")?;
    let stored = read(row)?;
    Ok(((office, stored.link.clone()), stored))
}

pub(super) fn read(mut row: Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        link: row.take_text("link")?,
        kind: row.take_text("kind")?,
        record: row.take_text("record")?,
        revision: revision(&row)?,
        content: row.take_bytes("content")?,
        row_in_file: u32::try_from(row.int("row_in_file")?).unwrap_or(u32::MAX),
    })
}

fn revision(row: &Row) -> Result<u32, StoreError> {
    Ok(u32::try_from(row.int("revision")?).unwrap_or(u32::MAX))
}
