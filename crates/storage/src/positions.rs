//! Counters whose order is the order of commits.
//!
//! A unit that takes a number holds its row until it commits; the next one waits for it. So whoever reads
//! numbers in order never finds one that a later commit puts before what it has read, and a unit that is
//! rolled back leaves no gap.

use crate::{Statement, StoreError, Tx, params};

/// The table, for a role's first migration.
pub const POSITIONS_SQL: &str = "CREATE TABLE position (name TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);";

static NEXT: Statement = Statement::new(
    "INSERT INTO position (name, n) VALUES (:name, 1) \
     ON CONFLICT (name) DO UPDATE SET n = position.n + 1 RETURNING n",
);
static TAKE: Statement = Statement::new(
    "INSERT INTO position (name, n) VALUES (:name, :count) \
     ON CONFLICT (name) DO UPDATE SET n = position.n + :count RETURNING n",
);
static CURRENT: Statement = Statement::new("SELECT n FROM position WHERE name = :name");

/// Takes the next number of a counter; the first one is 1.
///
/// # Errors
/// [`StoreError::Query`] when the table is not there.
pub async fn next(tx: &mut Tx, name: &str) -> Result<i64, StoreError> {
    tx.one(&NEXT, &params! { name }).await?.int("n")
}

/// Takes the next `count` numbers of a counter, at least one; gives the first of them.
///
/// # Errors
/// [`StoreError::Query`] when the table is not there.
pub async fn take(tx: &mut Tx, name: &str, count: u32) -> Result<i64, StoreError> {
    let count = i64::from(count.max(1));
    let last = tx.one(&TAKE, &params! { name, count }).await?.int("n")?;
    Ok(last - count + 1)
}

/// The number that was taken last; 0 when none was.
///
/// # Errors
/// [`StoreError::Query`] when the table is not there.
pub async fn current(tx: &mut Tx, name: &str) -> Result<i64, StoreError> {
    tx.optional(&CURRENT, &params! { name })
        .await?
        .map_or(Ok(0), |row| row.int("n"))
}
