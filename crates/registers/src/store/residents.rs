//! Residents: five attributes, sealed, under a number's blind index.

use storage::{Migration, Statement, StoreError, Tx, params};

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
static FIND: Statement = Statement::new("SELECT attributes FROM resident WHERE number_index = :index");

pub(crate) async fn put(tx: &mut Tx, index: &[u8; 32], attributes: &[u8]) -> Result<(), StoreError> {
    tx.execute(&PUT, &params! { index, attributes }).await?;
    Ok(())
}

pub(crate) async fn find(tx: &mut Tx, index: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx.optional(&FIND, &params! { index }).await?;
    row.map(|row| row.bytes("attributes").map(<[u8]>::to_vec))
        .transpose()
}
