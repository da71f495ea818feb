//! Institutions: every version, by code and by position. Nothing in it is personal.

use storage::{Migration, Row, Statement, StoreError, Tx, params, positions};

pub(crate) const MIGRATION: Migration = Migration {
    name: "registers-2-institutions",
    sql: "
        CREATE TABLE institution (
            code TEXT NOT NULL,
            version BIGINT NOT NULL,
            n BIGINT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (code, version)
        );
        CREATE UNIQUE INDEX institution_by_position ON institution (n)",
    sqlite: "",
    postgres: "",
};

/// A version as it is stored.
pub(crate) struct Stored {
    pub(crate) n: i64,
    pub(crate) version: u32,
    pub(crate) body: String,
}

static NEWEST: Statement = Statement::new(
    "SELECT n, version, body FROM institution WHERE code = :code ORDER BY version DESC LIMIT 1",
);
static PUT: Statement =
    Statement::new("INSERT INTO institution (code, version, n, body) VALUES (:code, :version, :n, :body)");
static AFTER: Statement =
    Statement::new("SELECT n, version, body FROM institution WHERE n > :after ORDER BY n LIMIT :most");

/// Puts the next version of a code, unless it is as the newest.
pub(crate) async fn put(tx: &mut Tx, code: &str, body: &str) -> Result<(), StoreError> {
    let newest = tx.optional(&NEWEST, &params! { code }).await?;
    let newest = newest.as_ref().map(read).transpose()?;
    if newest.as_ref().is_some_and(|newest| newest.body == body) {
        return Ok(());
    }
    let version = newest.map_or(0, |newest| newest.version) + 1;
    let n = positions::next(tx, "institutions").await?;
    tx.execute(&PUT, &params! { code, version, n, body }).await?;
    Ok(())
}

/// The versions after a position, in the order of positions.
pub(crate) async fn after(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<Stored>, StoreError> {
    let rows = tx.all(&AFTER, &params! { after, most }).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        n: row.int("n")?,
        version: u32::try_from(row.int("version")?).unwrap_or(u32::MAX),
        body: row.text("body")?.to_owned(),
    })
}
