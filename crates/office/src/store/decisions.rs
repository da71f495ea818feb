//! Every version of everything that is registered at the hub, sealed.

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

/// A version to put.
#[derive(Clone, Copy)]
pub(crate) struct Version<'a> {
    pub(crate) key: Key<'a>,
    pub(crate) content: &'a [u8],
    pub(crate) said: &'a [u8],
    pub(crate) lane: &'a str,
    pub(crate) number: i64,
    pub(crate) decided_at: i64,
}

/// A version as it is stored.
pub(crate) struct Stored {
    pub(crate) link: String,
    pub(crate) kind: String,
    pub(crate) record: String,
    pub(crate) revision: u32,
    pub(crate) content: Vec<u8>,
    /// A hash of what was said, to recognise the same request.
    pub(crate) said: Vec<u8>,
    pub(crate) lane: String,
    pub(crate) number: i64,
    pub(crate) decided_at: i64,
}

static NEWEST: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, lane, number, decided_at FROM decision
     WHERE link = :link AND kind = :kind AND record = :record ORDER BY revision DESC LIMIT 1",
);
static OF_KIND: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, lane, number, decided_at FROM decision AS d
     WHERE link = :link AND kind = :kind
       AND NOT EXISTS (SELECT 1 FROM decision AS newer WHERE newer.link = d.link AND newer.kind = d.kind
                       AND newer.record = d.record AND newer.revision > d.revision)
     ORDER BY record",
);
static SAYING: Statement = Statement::new(
    "SELECT COUNT(*) AS versions FROM decision
     WHERE link = :link AND kind = :kind AND record = :record AND (said = :said OR said = :before)",
);
static VERSIONS: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, lane, number, decided_at FROM decision
     WHERE link = :link AND kind = :kind AND record = :record ORDER BY revision DESC",
);
static ALL: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, lane, number, decided_at FROM decision
     WHERE link = :link ORDER BY kind, record, revision",
);
// Both conditions on the kind stand there: the first is the index's own.
static ELIGIBILITIES: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, lane, number, decided_at FROM decision
     WHERE kind <> 'voucher' AND kind = 'eligibility' AND link >= :first AND link <= :last
     ORDER BY link, record, revision",
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

/// Puts versions, each with the file that carries it.
pub(crate) async fn put_all<'a>(tx: &mut Tx, versions: &[Version<'a>]) -> Result<(), StoreError> {
    let values = |version: &Version<'a>| {
        let key = version.key;
        params! {
            link: key.link, kind: key.kind.name(), record: key.record, revision: key.revision,
            content: version.content, said: version.said, lane: version.lane, number: version.number,
            decided_at: version.decided_at,
        }
    };
    let sets: Vec<_> = versions.iter().map(values).collect();
    tx.execute_each(&PUT, &sets).await?;
    Ok(())
}

/// All versions of a record, the newest first.
pub(crate) async fn versions(
    tx: &mut Tx,
    link: &str,
    kind: Kind,
    record: &str,
) -> Result<Vec<Stored>, StoreError> {
    let rows = tx
        .all(&VERSIONS, &params! { link, kind: kind.name(), record })
        .await?;
    rows.iter().map(read).collect()
}

/// Whether some version of a record says exactly this, in one way or the other.
pub(crate) async fn was_said(
    tx: &mut Tx,
    link: &str,
    kind: Kind,
    record: &str,
    [said, before]: [&[u8]; 2],
) -> Result<bool, StoreError> {
    let values = params! { link, kind: kind.name(), record, said, before };
    Ok(tx.one(&SAYING, &values).await?.int("versions")? > 0)
}

/// Every version of everything about a person.
pub(crate) async fn all(tx: &mut Tx, link: &str) -> Result<Vec<Stored>, StoreError> {
    tx.all(&ALL, &params! { link }).await?.iter().map(read).collect()
}

/// The newest version of each eligibility of the people from `first` to `last`, in the order of links.
pub(crate) async fn eligibilities(tx: &mut Tx, first: &str, last: &str) -> Result<Vec<Stored>, StoreError> {
    let mut newest: Vec<Stored> = Vec::new();
    for row in tx.all(&ELIGIBILITIES, &params! { first, last }).await? {
        let stored = read(&row)?;
        match newest.last_mut() {
            Some(last) if last.link == stored.link && last.record == stored.record => *last = stored,
            _ => newest.push(stored),
        }
    }
    Ok(newest)
}

pub(super) fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        link: row.text("link")?.to_owned(),
        kind: row.text("kind")?.to_owned(),
        record: row.text("record")?.to_owned(),
        revision: u32::try_from(row.int("revision")?).unwrap_or(u32::MAX),
        content: row.bytes("content")?.to_vec(),
        said: row.bytes("said")?.to_vec(),
        lane: row.text("lane")?.to_owned(),
        number: row.int("number")?,
        decided_at: row.int("decided_at")?,
    })
}
