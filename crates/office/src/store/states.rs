//! How vouchers stand on their way, counted: by their files, and of those that a receipt names, one by one.
//!
//! The times come from the relay's own tables in this same database (`relay::tracking`).

use storage::{Row, Statement, StoreError, Tx, params};

/// So many vouchers whose file stands like this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OfFiles {
    pub(crate) sent: bool,
    /// Whether the hub took the file; nothing without an answer.
    pub(crate) taken: Option<bool>,
    pub(crate) visible: bool,
    pub(crate) vouchers: u64,
}

/// So many vouchers that a receipt names, because they were not applied at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) outcome: String,
    /// Whether their file is visible.
    pub(crate) file_visible: bool,
    /// Whether they were let go since.
    pub(crate) let_go: bool,
    /// Whether they are visible by now.
    pub(crate) visible: bool,
    pub(crate) vouchers: u64,
}

static FILES_OF_RUN: Statement = Statement::new(
    "SELECT CASE WHEN s.number IS NULL THEN 0 ELSE 1 END AS sent, s.taken AS taken,
            CASE WHEN s.visible_at IS NULL THEN 0 ELSE 1 END AS visible,
            CAST(SUM(f.vouchers) AS BIGINT) AS vouchers
     FROM run_file AS f LEFT JOIN sent_file AS s ON s.lane = 'bulk' AND s.number = f.number
     WHERE f.run = :run
     GROUP BY 1, 2, 3",
);
static NAMED_OF_RUN: Statement = Statement::new(
    "SELECT n.outcome AS outcome,
            CASE WHEN s.visible_at IS NULL THEN 0 ELSE 1 END AS file_visible,
            CASE WHEN g.n IS NULL THEN 0 ELSE 1 END AS let_go,
            CASE WHEN s.visible_at IS NULL OR g.visible_at IS NULL THEN 0 ELSE 1 END AS visible,
            COUNT(*) AS vouchers
     FROM run_file AS f
     JOIN sent_file AS s ON s.lane = 'bulk' AND s.number = f.number
     JOIN not_applied AS n ON n.lane = 'bulk' AND n.number = f.number
     LEFT JOIN let_go AS g
       ON g.link = n.link AND g.n = (SELECT MIN(o.n) FROM let_go AS o WHERE o.link = n.link)
     WHERE f.run = :run
     GROUP BY 1, 2, 3, 4",
);
static FILES_OF_MONTH: Statement = Statement::new(
    "SELECT CASE WHEN s.number IS NULL THEN 0 ELSE 1 END AS sent, s.taken AS taken,
            CASE WHEN s.visible_at IS NULL THEN 0 ELSE 1 END AS visible, COUNT(*) AS vouchers
     FROM voucher AS v LEFT JOIN sent_file AS s ON s.lane = v.lane AND s.number = v.number
     WHERE v.month = :month AND v.withdrawn = 0
     GROUP BY 1, 2, 3",
);
static NAMED_OF_MONTH: Statement = Statement::new(
    "SELECT n.outcome AS outcome,
            CASE WHEN s.visible_at IS NULL THEN 0 ELSE 1 END AS file_visible,
            CASE WHEN g.n IS NULL THEN 0 ELSE 1 END AS let_go,
            CASE WHEN s.visible_at IS NULL OR g.visible_at IS NULL THEN 0 ELSE 1 END AS visible,
            COUNT(*) AS vouchers
     FROM voucher AS v
     JOIN not_applied AS n
       ON n.link = v.link AND n.kind = 'voucher' AND n.record = v.record AND n.revision = v.revision
     JOIN sent_file AS s ON s.lane = v.lane AND s.number = v.number
     LEFT JOIN let_go AS g
       ON g.link = n.link AND g.n = (SELECT MIN(o.n) FROM let_go AS o WHERE o.link = n.link)
     WHERE v.month = :month AND v.withdrawn = 0
     GROUP BY 1, 2, 3, 4",
);
static WITHDRAWN: Statement =
    Statement::new("SELECT COUNT(*) AS vouchers FROM voucher WHERE month = :month AND withdrawn <> 0");

static NOT_MATCHED: Statement = Statement::new(
    "SELECT COUNT(DISTINCT n.link) AS people FROM not_applied AS n
     WHERE n.kind = 'person' AND n.outcome = 'held'
       AND NOT EXISTS (SELECT 1 FROM let_go AS g WHERE g.link = n.link)",
);

/// How many people the hub holds, because the register never agreed with them.
pub(crate) async fn not_matched(tx: &mut Tx) -> Result<u64, StoreError> {
    let people = tx.one(&NOT_MATCHED, &params! {}).await?.int("people")?;
    Ok(u64::try_from(people).unwrap_or(0))
}

/// The vouchers that a run issued, by how their files stand.
pub(crate) async fn files_of_run(tx: &mut Tx, run: &str) -> Result<Vec<OfFiles>, StoreError> {
    let rows = tx.all(&FILES_OF_RUN, &params! { run }).await?;
    rows.iter().map(of_files).collect()
}

/// The vouchers that a run issued and a receipt names.
pub(crate) async fn named_of_run(tx: &mut Tx, run: &str) -> Result<Vec<Named>, StoreError> {
    let rows = tx.all(&NAMED_OF_RUN, &params! { run }).await?;
    rows.iter().map(named).collect()
}

/// The newest versions of a month's vouchers that stand, by how their files stand.
pub(crate) async fn files_of_month(tx: &mut Tx, month: i64) -> Result<Vec<OfFiles>, StoreError> {
    let rows = tx.all(&FILES_OF_MONTH, &params! { month }).await?;
    rows.iter().map(of_files).collect()
}

/// The newest versions of a month's vouchers that stand and a receipt names.
pub(crate) async fn named_of_month(tx: &mut Tx, month: i64) -> Result<Vec<Named>, StoreError> {
    let rows = tx.all(&NAMED_OF_MONTH, &params! { month }).await?;
    rows.iter().map(named).collect()
}

/// How many vouchers of a month were withdrawn.
pub(crate) async fn withdrawn(tx: &mut Tx, month: i64) -> Result<u64, StoreError> {
    count(&tx.one(&WITHDRAWN, &params! { month }).await?)
}

fn of_files(row: &Row) -> Result<OfFiles, StoreError> {
    Ok(OfFiles {
        sent: row.int("sent")? == 1,
        taken: row.opt_int("taken")?.map(|taken| taken == 1),
        visible: row.int("visible")? == 1,
        vouchers: count(row)?,
    })
}

fn named(row: &Row) -> Result<Named, StoreError> {
    Ok(Named {
        outcome: row.text("outcome")?.to_owned(),
        file_visible: row.int("file_visible")? == 1,
        let_go: row.int("let_go")? == 1,
        visible: row.int("visible")? == 1,
        vouchers: count(row)?,
    })
}

fn count(row: &Row) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.int("vouchers")?).unwrap_or(0))
}
