//! The office's copy of the national register of institutions (指定医療機関). Nothing in it is personal.

use domain::number::InstitutionCode;
use storage::{Statement, StoreError, Tx, params};

static PUT: Statement = Statement::new(
    "INSERT INTO institution (code, content) VALUES (:code, :content)
     ON CONFLICT (code) DO UPDATE SET content = :content",
);
static FIND: Statement = Statement::new(
    "WITH asked (code) AS (VALUES (CAST(:code AS TEXT)))
     SELECT i.content FROM asked AS a JOIN institution AS i ON i.code = a.code",
);
static COUNT: Statement = Statement::new("SELECT COUNT(*) AS institutions FROM institution");
static READ: Statement = Statement::new("SELECT n FROM register_read WHERE register = 'institutions'");
static MOVE: Statement = Statement::new(
    "INSERT INTO register_read (register, n) VALUES ('institutions', :n)
     ON CONFLICT (register) DO UPDATE SET n = :n",
);

/// Puts institutions by their codes, or what they are now.
pub(crate) async fn put_all(tx: &mut Tx, institutions: &[(&str, String)]) -> Result<(), StoreError> {
    let sets: Vec<_> = institutions
        .iter()
        .map(|(code, content)| params! { code: *code, content })
        .collect();
    tx.execute_each(&PUT, &sets).await?;
    Ok(())
}

/// What is known under codes, in any order.
pub(crate) async fn find_all(tx: &mut Tx, codes: &[InstitutionCode]) -> Result<Vec<String>, StoreError> {
    let sets: Vec<_> = codes.iter().map(|code| params! { code: code.as_str() }).collect();
    let rows = tx.all_each(&FIND, &sets).await?;
    rows.iter()
        .map(|row| row.text("content").map(str::to_owned))
        .collect()
}

/// How many institutions are known.
pub(crate) async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(&COUNT, &params! {}).await?.int("institutions")
}

/// Up to which position the register has been read.
pub(crate) async fn read_through(tx: &mut Tx) -> Result<i64, StoreError> {
    let row = tx.optional(&READ, &params! {}).await?;
    row.map_or(Ok(0), |row| row.int("n"))
}

/// Moves the position up to which the register has been read.
pub(crate) async fn move_to(tx: &mut Tx, n: i64) -> Result<(), StoreError> {
    tx.execute(&MOVE, &params! { n }).await?;
    Ok(())
}
