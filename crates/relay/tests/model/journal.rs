//! What units did, in the order of their commits: one line each, written inside them.

use storage::{Migration, Statement, Store, StoreError, Tx, params, positions};

pub(crate) const MIGRATION: Migration = Migration {
    name: "test-journal",
    sql: "CREATE TABLE journal (n BIGINT PRIMARY KEY, line TEXT NOT NULL);
          CREATE TABLE newest (record TEXT PRIMARY KEY, revision BIGINT NOT NULL)",
    sqlite: "",
    postgres: "",
};

static WRITE: Statement = Statement::new("INSERT INTO journal (n, line) VALUES (:n, :line)");
static READ: Statement = Statement::new("SELECT line FROM journal ORDER BY n");
static NEWEST: Statement = Statement::new("SELECT revision FROM newest WHERE record = :record");
static KEEP: Statement = Statement::new(
    "INSERT INTO newest (record, revision) VALUES (:record, :revision)
     ON CONFLICT (record) DO UPDATE SET revision = :revision",
);
static ALL_NEWEST: Statement = Statement::new("SELECT record, revision FROM newest ORDER BY record");

/// Writes a line. Its place is taken in the same commit, so lines stand in the order of commits.
pub(crate) async fn write(tx: &mut Tx, line: &str) -> Result<(), StoreError> {
    let n = positions::next(tx, "journal").await?;
    tx.execute(&WRITE, &params! { n, line }).await?;
    Ok(())
}

pub(crate) async fn lines(store: &Store) -> Vec<String> {
    let read = async |tx: &mut Tx| {
        let rows = tx.all(&READ, &params! {}).await?;
        rows.iter()
            .map(|row| row.text("line").map(str::to_owned))
            .collect()
    };
    let lines: Result<Vec<String>, StoreError> = store.read("journal.lines", read).await;
    lines.unwrap()
}

/// The revision that a record has.
pub(crate) async fn newest(tx: &mut Tx, record: &str) -> Result<Option<u32>, StoreError> {
    let row = tx.optional(&NEWEST, &params! { record }).await?;
    row.map(|row| row.int("revision").map(|n| u32::try_from(n).unwrap_or(0)))
        .transpose()
}

pub(crate) async fn keep(tx: &mut Tx, record: &str, revision: u32) -> Result<(), StoreError> {
    tx.execute(&KEEP, &params! { record, revision }).await?;
    Ok(())
}

/// Every record with the revision that it has.
pub(crate) async fn all_newest(store: &Store) -> Vec<(String, u32)> {
    let read = async |tx: &mut Tx| {
        let rows = tx.all(&ALL_NEWEST, &params! {}).await?;
        let one = |row: &storage::Row| {
            let revision = u32::try_from(row.int("revision")?).unwrap_or(0);
            Ok((row.text("record")?.to_owned(), revision))
        };
        rows.iter().map(one).collect()
    };
    let all: Result<Vec<(String, u32)>, StoreError> = store.read("journal.newest", read).await;
    all.unwrap()
}
