//! Records: every version that was applied or is held, sealed, and the file that it came in.
//!
//! A version is visible when it is not held and its file is concluded. What was held and let go later is passed on
//! with its person and never with its file: a file's entry of the feed says the same whenever it is read, and nobody
//! reads of a version that was held before what it waited for. Rows of a file that is not concluded belong to nobody
//! yet; they are swept when the file comes again.

use exchange::registration::Kind;
use exchange::registration::feed::FileRef;
use storage::{Migration, Row, Statement, StoreError, Tx, params};

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
static NEWEST: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, row_in_file, month FROM record
     WHERE office = :office AND link = :link AND kind = :kind AND record = :record
     ORDER BY revision DESC LIMIT 1",
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
static OF_FILE: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, row_in_file FROM record
     WHERE office = :office AND file_lane = :lane AND file_number = :number
       AND row_in_file > :after AND held = 0
     ORDER BY row_in_file LIMIT :most",
);
static OF_PERSON: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, row_in_file FROM record
     WHERE office = :office AND link = :link AND held <> 1
       AND EXISTS (SELECT 1 FROM inbox WHERE inbox.office = record.office
                   AND inbox.lane = record.file_lane AND inbox.number = record.file_number)
     ORDER BY kind, record, revision",
);

static IDENTITY: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, row_in_file FROM record
     WHERE office = :office AND link = :link AND kind = 'person' AND revision = :revision LIMIT 1",
);

/// The version of a person's record that has the identity part which is to be matched.
pub(crate) async fn identity(
    tx: &mut Tx,
    office: &str,
    link: &str,
    revision: u32,
) -> Result<Option<Stored>, StoreError> {
    let row = tx
        .optional(&IDENTITY, &params! { office, link, revision })
        .await?;
    row.as_ref().map(read).transpose()
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

/// The newest version of a record that is there, and the month it is about (0: none).
pub(crate) async fn newest(tx: &mut Tx, key: Key<'_>) -> Result<Option<(Stored, i64)>, StoreError> {
    let values = params! { office: key.office, link: key.link, kind: key.kind.name(), record: key.record };
    let row = tx.optional(&NEWEST, &values).await?;
    row.map(|row| Ok((read(&row)?, row.int("month")?))).transpose()
}

/// Puts a version.
pub(crate) async fn put(
    tx: &mut Tx,
    key: Key<'_>,
    content: &[u8],
    month: i64,
    held: bool,
    file: FileRef,
    row: u32,
) -> Result<(), StoreError> {
    let values = params! {
        office: key.office, link: key.link, kind: key.kind.name(), record: key.record,
        revision: key.revision, content, month, held, lane: file.lane.name(), number: file.number, row,
    };
    tx.execute(&PUT, &values).await?;
    Ok(())
}

/// Lets everything of a person go that was held.
pub(crate) async fn release(tx: &mut Tx, office: &str, link: &str) -> Result<(), StoreError> {
    tx.execute(&RELEASE, &params! { office, link }).await?;
    Ok(())
}

/// The versions of a file after a row that were visible with it, in the order of rows.
pub(crate) async fn of_file(
    tx: &mut Tx,
    office: &str,
    file: FileRef,
    after: u32,
    most: i64,
) -> Result<Vec<Stored>, StoreError> {
    let values = params! { office, lane: file.lane.name(), number: file.number, after, most };
    tx.all(&OF_FILE, &values).await?.iter().map(read).collect()
}

/// The visible versions of a person.
pub(crate) async fn of_person(tx: &mut Tx, office: &str, link: &str) -> Result<Vec<Stored>, StoreError> {
    tx.all(&OF_PERSON, &params! { office, link })
        .await?
        .iter()
        .map(read)
        .collect()
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        link: row.text("link")?.to_owned(),
        kind: row.text("kind")?.to_owned(),
        record: row.text("record")?.to_owned(),
        revision: revision(row)?,
        content: row.bytes("content")?.to_vec(),
        row_in_file: u32::try_from(row.int("row_in_file")?).unwrap_or(u32::MAX),
    })
}

fn revision(row: &Row) -> Result<u32, StoreError> {
    Ok(u32::try_from(row.int("revision")?).unwrap_or(u32::MAX))
}
