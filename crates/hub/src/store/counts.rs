//! How many people and vouchers there are, by where they stand. Numbers only.

use storage::{Statement, StoreError, Tx, params};

use super::persons::State;

static PEOPLE: Statement = Statement::new("SELECT state, COUNT(*) AS n FROM person GROUP BY state");
/// A voucher counts once, however many versions it has: as applied when verification may see any of them.
static VOUCHERS: Statement = Statement::new(
    "SELECT applied, COUNT(*) AS n FROM (
         SELECT CAST(MAX(CASE WHEN r.held = 1 THEN 0 ELSE 1 END) AS BIGINT) AS applied FROM record AS r
         WHERE r.kind = 'voucher' AND r.month = :month
           AND EXISTS (SELECT 1 FROM inbox WHERE inbox.office = r.office
                       AND inbox.lane = r.file_lane AND inbox.number = r.file_number)
         GROUP BY r.office, r.link, r.record) AS v
     GROUP BY applied",
);

/// People by their states.
pub(crate) async fn people(tx: &mut Tx) -> Result<Vec<(State, i64)>, StoreError> {
    let rows = tx.all(&PEOPLE, &params! {}).await?;
    rows.iter()
        .map(|row| Ok((State::from_code(row.int("state")?), row.int("n")?)))
        .collect()
}

/// A month's vouchers: how many are applied, and how many are held.
pub(crate) async fn vouchers(tx: &mut Tx, month: i64) -> Result<(i64, i64), StoreError> {
    let (mut applied, mut held) = (0, 0);
    for row in tx.all(&VOUCHERS, &params! { month }).await? {
        match row.int("applied")? {
            1 => applied = row.int("n")?,
            _ => held = row.int("n")?,
        }
    }
    Ok((applied, held))
}
