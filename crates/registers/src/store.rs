//! The registers' tables.

use std::collections::BTreeMap;

use storage::{Statement, StoreError, Tx, params};

pub(crate) mod cards;
pub(crate) mod institutions;
pub(crate) mod insurers;
pub(crate) mod residents;

/// The counters that positions come from.
pub(crate) const POSITIONS: storage::Migration = storage::Migration {
    name: "registers-2-positions",
    sql: storage::positions::POSITIONS_SQL,
    sqlite: "",
    postgres: "",
};

/// Sealed contents by a number's blind index.
pub(crate) type ByIndex = BTreeMap<[u8; 32], Vec<u8>>;

/// The `content` of a statement for each `number_index` that is there.
async fn by_index(
    tx: &mut Tx,
    statement: &'static Statement,
    indexes: &[[u8; 32]],
) -> Result<ByIndex, StoreError> {
    let sets = indexes.iter().map(|index| params! { index });
    let rows = tx.all_each(statement, &sets.collect::<Vec<_>>()).await?;
    rows.into_iter()
        .map(|mut row| {
            let index = row.bytes("number_index")?.try_into().unwrap_or_default();
            Ok((index, row.take_bytes("content")?))
        })
        .collect()
}

/// The `number_index` of a statement for each change after a position, with the positions.
async fn changed(
    tx: &mut Tx,
    statement: &'static Statement,
    after: i64,
    most: i64,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let rows = tx.all(statement, &params! { after, most }).await?;
    rows.iter()
        .map(|row| Ok((row.int("n")?, row.bytes("number_index")?.to_vec())))
        .collect()
}
