//! The office's copy of the national register of institutions (指定医療機関). Nothing in it is personal.

use storage::{Statement, StoreError, Tx, params};

static PUT: Statement = Statement::new(
    "INSERT INTO institution (code, content) VALUES (:code, :content)
     ON CONFLICT (code) DO UPDATE SET content = :content",
);
static FIND: Statement = Statement::new("SELECT content FROM institution WHERE code = :code");
static COUNT: Statement = Statement::new("SELECT COUNT(*) AS institutions FROM institution");
static READ: Statement = Statement::new("SELECT n FROM register_read WHERE register = 'institutions'");
static MOVE: Statement = Statement::new(
    "INSERT INTO register_read (register, n) VALUES ('institutions', :n)
     ON CONFLICT (register) DO UPDATE SET n = :n",
);

/// Puts an institution, or what it is now.
pub(crate) async fn put(tx: &mut Tx, code: &str, content: &str) -> Result<(), StoreError> {
    tx.execute(&PUT, &params! { code, content }).await?;
    Ok(())
}

/// What is known under a code.
pub(crate) async fn find(tx: &mut Tx, code: &str) -> Result<Option<String>, StoreError> {
    let row = tx.optional(&FIND, &params! { code }).await?;
    row.map(|row| row.text("content").map(str::to_owned)).transpose()
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
