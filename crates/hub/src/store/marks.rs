//! Offices' marks: how far each had sent everything, and when. Only the newest of each office is kept.

use domain::identity::OfficeCode;
use exchange::registration::feed::{Heads, Mark};
use storage::{Statement, StoreError, Tx, params, positions};

/// A mark of later than anybody may tell was taken while the hub's own clock was ahead: any other takes its place.
static PUT: Statement = Statement::new(
    "INSERT INTO mark (office, n, at, shield, single, bulk) VALUES (:office, :n, :at, :shield, :single, :bulk)
     ON CONFLICT (office) DO UPDATE SET n = :n, at = :at, shield = :shield, single = :single, bulk = :bulk
     WHERE mark.at < :at OR mark.at > :latest",
);
static AFTER: Statement = Statement::new(
    "SELECT office, n, at, shield, single, bulk FROM mark WHERE n > :after ORDER BY n LIMIT :most",
);

/// Keeps a mark if it is newer than the office's, which is of no more than the `latest` moment that may be told.
pub(crate) async fn put(tx: &mut Tx, mark: &Mark, latest: i64) -> Result<(), StoreError> {
    let n = positions::next(tx, "marks").await?;
    let Heads { shield, single, bulk } = mark.heads;
    let values = params! { office: mark.office.as_str(), n, at: mark.at, shield, single, bulk, latest };
    tx.execute(&PUT, &values).await?;
    Ok(())
}

/// The marks after a running number, oldest first.
pub(crate) async fn after(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<Mark>, StoreError> {
    let mut marks = Vec::new();
    for row in tx.all(&AFTER, &params! { after, most }).await? {
        // Codes were checked when they came in.
        let Ok(office) = OfficeCode::parse(row.text("office")?) else {
            continue;
        };
        let heads = Heads {
            shield: row.int("shield")?,
            single: row.int("single")?,
            bulk: row.int("bulk")?,
        };
        marks.push(Mark {
            office,
            n: row.int("n")?,
            at: row.int("at")?,
            heads,
        });
    }
    Ok(marks)
}
