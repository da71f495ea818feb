//! Monthly runs: how far each is, which files it made, and whom it left out.

use storage::{Row, Statement, StoreError, Tx, params};

/// A run as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) id: String,
    /// Year × 100 + month.
    pub(crate) month: i64,
    pub(crate) nth: i64,
    pub(crate) finished: bool,
    /// The last person that was planned.
    pub(crate) reached: String,
    pub(crate) people: i64,
    pub(crate) people_seen: i64,
    pub(crate) issued: i64,
    pub(crate) already_issued: i64,
    pub(crate) withdrawn: i64,
    pub(crate) started_at: i64,
    pub(crate) finished_at: Option<i64>,
}

/// An entrustment that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) link: String,
    pub(crate) entrustment: String,
    pub(crate) reason: String,
}

static PUT: Statement = Statement::new(
    "INSERT INTO run (id, month, nth, finished, reached, people, people_seen, issued, already_issued, withdrawn,
                      started_at, finished_at)
     VALUES (:id, :month, :nth, :finished, :reached, :people, :people_seen, :issued, :already_issued, :withdrawn,
             :started_at, :finished_at)
     ON CONFLICT (id) DO UPDATE SET finished = :finished, reached = :reached, people_seen = :people_seen,
         issued = :issued, already_issued = :already_issued, withdrawn = :withdrawn, finished_at = :finished_at",
);
static FIND: Statement = Statement::new(
    "SELECT id, month, nth, finished, reached, people, people_seen, issued, already_issued, withdrawn,
            started_at, finished_at
     FROM run WHERE id = :id",
);
static NEWEST: Statement = Statement::new(
    "SELECT id, month, nth, finished, reached, people, people_seen, issued, already_issued, withdrawn,
            started_at, finished_at
     FROM run WHERE month = :month ORDER BY nth DESC LIMIT 1",
);
static UNFINISHED: Statement = Statement::new(
    "SELECT id, month, nth, finished, reached, people, people_seen, issued, already_issued, withdrawn,
            started_at, finished_at
     FROM run WHERE finished = 0 ORDER BY started_at, id LIMIT 1",
);
static MADE: Statement =
    Statement::new("INSERT INTO run_file (run, number, vouchers) VALUES (:run, :number, :vouchers)");
static LEAVE_OUT: Statement = Statement::new(
    "INSERT INTO left_out (run, link, entrustment, reason) VALUES (:run, :link, :entrustment, :reason)
     ON CONFLICT (run, link, entrustment, reason) DO NOTHING",
);
static REASONS: Statement = Statement::new(
    "SELECT reason, COUNT(*) AS entrustments FROM left_out WHERE run = :run GROUP BY reason ORDER BY reason",
);
static LEFT_OUT: Statement = Statement::new(
    "SELECT link, entrustment, reason FROM left_out
     WHERE run = :run AND (link, entrustment, reason) > (:link, :entrustment, :reason)
     ORDER BY link, entrustment, reason LIMIT :most",
);

/// Puts a run, or how far it is now.
pub(crate) async fn put(tx: &mut Tx, run: &Stored) -> Result<(), StoreError> {
    let values = params! {
        id: &run.id, month: run.month, nth: run.nth, finished: run.finished, reached: &run.reached,
        people: run.people, people_seen: run.people_seen, issued: run.issued,
        already_issued: run.already_issued, withdrawn: run.withdrawn,
        started_at: run.started_at, finished_at: run.finished_at,
    };
    tx.execute(&PUT, &values).await?;
    Ok(())
}

/// A run by its name.
pub(crate) async fn find(tx: &mut Tx, id: &str) -> Result<Option<Stored>, StoreError> {
    let row = tx.optional(&FIND, &params! { id }).await?;
    row.as_ref().map(read).transpose()
}

/// The newest run of a month.
pub(crate) async fn newest(tx: &mut Tx, month: i64) -> Result<Option<Stored>, StoreError> {
    let row = tx.optional(&NEWEST, &params! { month }).await?;
    row.as_ref().map(read).transpose()
}

/// The oldest run that is not finished.
pub(crate) async fn unfinished(tx: &mut Tx) -> Result<Option<Stored>, StoreError> {
    let row = tx.optional(&UNFINISHED, &params! {}).await?;
    row.as_ref().map(read).transpose()
}

/// Notes a file of the bulk lane that a run made.
pub(crate) async fn made(tx: &mut Tx, run: &str, number: i64, vouchers: i64) -> Result<(), StoreError> {
    tx.execute(&MADE, &params! { run, number, vouchers }).await?;
    Ok(())
}

/// Notes whom a run left out.
pub(crate) async fn leave_out(tx: &mut Tx, run: &str, left_out: &[LeftOut]) -> Result<(), StoreError> {
    let sets: Vec<_> = left_out
        .iter()
        .map(|one| {
            params! { run, link: &one.link, entrustment: &one.entrustment, reason: &one.reason }
        })
        .collect();
    tx.execute_each(&LEAVE_OUT, &sets).await?;
    Ok(())
}

/// How many a run left out, by reason.
pub(crate) async fn reasons(tx: &mut Tx, run: &str) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = tx.all(&REASONS, &params! { run }).await?;
    rows.iter()
        .map(|row| Ok((row.text("reason")?.to_owned(), row.int("entrustments")?)))
        .collect()
}

/// Whom a run left out, after one of them, at most `most`.
pub(crate) async fn left_out(
    tx: &mut Tx,
    run: &str,
    after: &LeftOut,
    most: i64,
) -> Result<Vec<LeftOut>, StoreError> {
    let LeftOut {
        link,
        entrustment,
        reason,
    } = after;
    let rows = tx
        .all(&LEFT_OUT, &params! { run, link, entrustment, reason, most })
        .await?;
    let read = |row: &Row| {
        Ok(LeftOut {
            link: row.text("link")?.to_owned(),
            entrustment: row.text("entrustment")?.to_owned(),
            reason: row.text("reason")?.to_owned(),
        })
    };
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: row.text("id")?.to_owned(),
        month: row.int("month")?,
        nth: row.int("nth")?,
        finished: row.int("finished")? == 1,
        reached: row.text("reached")?.to_owned(),
        people: row.int("people")?,
        people_seen: row.int("people_seen")?,
        issued: row.int("issued")?,
        already_issued: row.int("already_issued")?,
        withdrawn: row.int("withdrawn")?,
        started_at: row.int("started_at")?,
        finished_at: row.opt_int("finished_at")?,
    })
}
