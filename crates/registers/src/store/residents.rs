//! Residents: five attributes, sealed, under a number's blind index.

use storage::{Migration, Statement, StoreError, Tx, params};

use super::{ByIndex, by_index};

pub(crate) const MIGRATION: Migration = Migration {
    name: "registers-1-residents",
    sql: "CREATE TABLE resident (number_index BYTEA PRIMARY KEY, attributes BYTEA NOT NULL)",
    sqlite: "",
    postgres: "",
};

static PUT: Statement = Statement::new(
    "INSERT INTO resident (number_index, attributes) VALUES (:index, :attributes)
     ON CONFLICT (number_index) DO UPDATE SET attributes = :attributes",
);
static FIND: Statement =
    Statement::new("SELECT number_index, attributes AS content FROM resident WHERE number_index = :index");

/// Puts residents; one who is there is replaced.
pub(crate) async fn put(tx: &mut Tx, residents: &[([u8; 32], Vec<u8>)]) -> Result<(), StoreError> {
    let sets = residents
        .iter()
        .map(|(index, attributes)| params! { index, attributes });
    tx.execute_each(&PUT, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Those of them who are there.
pub(crate) async fn find(tx: &mut Tx, indexes: &[[u8; 32]]) -> Result<ByIndex, StoreError> {
    by_index(tx, &FIND, indexes).await
}
