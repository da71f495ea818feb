//! Insurers' rows, sealed, under a number's blind index, with the position of the last change.

use storage::{Migration, Statement, StoreError, Tx, params, positions};

use super::{ByIndex, by_index};

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
static FIND: Statement =
    Statement::new("SELECT number_index, content FROM insured WHERE number_index = :index");
static CHANGES: Statement =
    Statement::new("SELECT number_index, n FROM insured WHERE n > :after ORDER BY n LIMIT :most");

/// Puts people's rows, each as the next change.
pub(crate) async fn put(tx: &mut Tx, insured: &[([u8; 32], Vec<u8>)]) -> Result<(), StoreError> {
    let count = u32::try_from(insured.len()).unwrap_or(u32::MAX);
    let first = positions::take(tx, "insurers", count).await?;
    let sets = (first..).zip(insured);
    let sets = sets.map(|(n, (index, content))| params! { index, content, n });
    tx.execute_each(&PUT, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// The rows of those of them who have some.
pub(crate) async fn find(tx: &mut Tx, indexes: &[[u8; 32]]) -> Result<ByIndex, StoreError> {
    by_index(tx, &FIND, indexes).await
}

/// Whose rows changed after a position, with the positions.
pub(crate) async fn changes(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    super::changed(tx, &CHANGES, after, most).await
}
