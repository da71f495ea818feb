//! Insurers' rows, sealed, under a number's blind index, with the position of the last change.

use storage::{Migration, Statement, StoreError, Tx, params, positions};

pub(crate) const MIGRATION: Migration = Migration {
    name: "registers-2-insurers",
    sql: "
        CREATE TABLE insured (number_index BYTEA PRIMARY KEY, content BYTEA NOT NULL, n BIGINT NOT NULL);
        CREATE INDEX insured_by_position ON insured (n)",
    sqlite: "",
    postgres: "",
};

static PUT: Statement = Statement::new(
    "INSERT INTO insured (number_index, content, n) VALUES (:index, :content, :n)
     ON CONFLICT (number_index) DO UPDATE SET content = :content, n = :n",
);
static FIND: Statement = Statement::new("SELECT content FROM insured WHERE number_index = :index");
static CHANGES: Statement =
    Statement::new("SELECT number_index, n FROM insured WHERE n > :after ORDER BY n LIMIT :most");

/// Puts somebody's rows, as the next change.
pub(crate) async fn put(tx: &mut Tx, index: &[u8; 32], content: &[u8]) -> Result<(), StoreError> {
    let n = positions::next(tx, "insurers").await?;
    tx.execute(&PUT, &params! { index, content, n }).await?;
    Ok(())
}

pub(crate) async fn find(tx: &mut Tx, index: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx.optional(&FIND, &params! { index }).await?;
    row.map(|row| row.bytes("content").map(<[u8]>::to_vec))
        .transpose()
}

/// Whose rows changed after a position, with the positions.
pub(crate) async fn changes(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let rows = tx.all(&CHANGES, &params! { after, most }).await?;
    rows.iter()
        .map(|row| Ok((row.int("n")?, row.bytes("number_index")?.to_vec())))
        .collect()
}
