//! The office's table: every version of everything decided, sealed.

use exchange::registration::Kind;
use storage::{Migration, Row, Statement, StoreError, Tx, params};

pub(crate) const MIGRATION: Migration = Migration {
    name: "office-1-decisions",
    sql: "
        CREATE TABLE decision (
            link TEXT NOT NULL,
            kind TEXT NOT NULL,
            record TEXT NOT NULL,
            revision BIGINT NOT NULL,
            content BYTEA NOT NULL,
            said BYTEA NOT NULL,
            lane TEXT NOT NULL,
            number BIGINT NOT NULL,
            decided_at BIGINT NOT NULL,
            PRIMARY KEY (link, kind, record, revision)
        )",
    sqlite: "",
    postgres: "",
};

/// The key of a version.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) link: &'a str,
    pub(crate) kind: Kind,
    pub(crate) record: &'a str,
    pub(crate) revision: u32,
}

/// A version as it is stored.
pub(crate) struct Stored {
    pub(crate) record: String,
    pub(crate) revision: u32,
    pub(crate) content: Vec<u8>,
    /// A salted hash of what was said, to recognise the same request.
    pub(crate) said: Vec<u8>,
    pub(crate) lane: String,
    pub(crate) number: i64,
    pub(crate) decided_at: i64,
}

static NEWEST: Statement = Statement::new(
    "SELECT record, revision, content, said, lane, number, decided_at FROM decision
     WHERE link = :link AND kind = :kind AND record = :record ORDER BY revision DESC LIMIT 1",
);
static OF_KIND: Statement = Statement::new(
    "SELECT record, revision, content, said, lane, number, decided_at FROM decision AS d
     WHERE link = :link AND kind = :kind
       AND NOT EXISTS (SELECT 1 FROM decision AS newer WHERE newer.link = d.link AND newer.kind = d.kind
                       AND newer.record = d.record AND newer.revision > d.revision)
     ORDER BY record",
);
static PUT: Statement = Statement::new(
    "INSERT INTO decision (link, kind, record, revision, content, said, lane, number, decided_at)
     VALUES (:link, :kind, :record, :revision, :content, :said, :lane, :number, :decided_at)",
);

/// The newest version of a record.
pub(crate) async fn newest(
    tx: &mut Tx,
    link: &str,
    kind: Kind,
    record: &str,
) -> Result<Option<Stored>, StoreError> {
    let row = tx
        .optional(&NEWEST, &params! { link, kind: kind.name(), record })
        .await?;
    row.as_ref().map(read).transpose()
}

/// The newest version of each record of a kind.
pub(crate) async fn of_kind(tx: &mut Tx, link: &str, kind: Kind) -> Result<Vec<Stored>, StoreError> {
    tx.all(&OF_KIND, &params! { link, kind: kind.name() })
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Puts a version and says which file carries it.
pub(crate) async fn put(
    tx: &mut Tx,
    key: Key<'_>,
    content: &[u8],
    said: &[u8],
    lane: &str,
    number: i64,
    decided_at: i64,
) -> Result<(), StoreError> {
    let values = params! {
        link: key.link, kind: key.kind.name(), record: key.record, revision: key.revision,
        content, said, lane, number, decided_at,
    };
    tx.execute(&PUT, &values).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        record: row.text("record")?.to_owned(),
        revision: u32::try_from(row.int("revision")?).unwrap_or(u32::MAX),
        content: row.bytes("content")?.to_vec(),
        said: row.bytes("said")?.to_vec(),
        lane: row.text("lane")?.to_owned(),
        number: row.int("number")?,
        decided_at: row.int("decided_at")?,
    })
}
