//! Households: every version, sealed, and who belongs to which.

use storage::{Row, Statement, StoreError, Tx, params};

/// A version as it is stored.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) household: String,
    pub(crate) revision: u32,
    pub(crate) content: Vec<u8>,
    pub(crate) said: Vec<u8>,
    pub(crate) decided_at: i64,
}

static NEWEST: Statement = Statement::new(
    "SELECT household, revision, content, said, decided_at FROM household
     WHERE household = :household ORDER BY revision DESC LIMIT 1",
);
static SAYING: Statement = Statement::new(
    "SELECT COUNT(*) AS versions FROM household WHERE household = :household AND said = :said",
);
static PUT: Statement = Statement::new(
    "INSERT INTO household (household, revision, content, said, decided_at)
     VALUES (:household, :revision, :content, :said, :decided_at)",
);
static JOIN: Statement = Statement::new(
    "INSERT INTO member (link, household) VALUES (:link, :household)
     ON CONFLICT (link) DO UPDATE SET household = :household",
);
static MEMBERS: Statement =
    Statement::new("SELECT link FROM member WHERE household = :household ORDER BY link");
static OF_PEOPLE: Statement = Statement::new(
    "SELECT m.link, h.household, h.revision, h.content, h.said, h.decided_at
     FROM member AS m JOIN household AS h ON h.household = m.household
     WHERE m.link >= :first AND m.link <= :last
       AND NOT EXISTS (SELECT 1 FROM household AS newer
                       WHERE newer.household = h.household AND newer.revision > h.revision)
     ORDER BY m.link",
);
static PEOPLE_AFTER: Statement =
    Statement::new("SELECT link, household FROM member WHERE link > :after ORDER BY link LIMIT :most");

/// The newest version of a household.
pub(crate) async fn newest(tx: &mut Tx, household: &str) -> Result<Option<Stored>, StoreError> {
    let row = tx.optional(&NEWEST, &params! { household }).await?;
    row.as_ref().map(read).transpose()
}

/// Whether some version of a household says exactly this.
pub(crate) async fn was_said(tx: &mut Tx, household: &str, said: &[u8]) -> Result<bool, StoreError> {
    let row = tx.one(&SAYING, &params! { household, said }).await?;
    Ok(row.int("versions")? > 0)
}

/// Puts a version.
pub(crate) async fn put(tx: &mut Tx, stored: &Stored) -> Result<(), StoreError> {
    let values = params! {
        household: &stored.household, revision: stored.revision, content: &stored.content,
        said: &stored.said, decided_at: stored.decided_at,
    };
    tx.execute(&PUT, &values).await?;
    Ok(())
}

/// Puts a person into a household, out of the one before.
pub(crate) async fn join(tx: &mut Tx, link: &str, household: &str) -> Result<(), StoreError> {
    tx.execute(&JOIN, &params! { link, household }).await?;
    Ok(())
}

/// The links of a household's members.
pub(crate) async fn members(tx: &mut Tx, household: &str) -> Result<Vec<String>, StoreError> {
    let rows = tx.all(&MEMBERS, &params! { household }).await?;
    rows.iter()
        .map(|row| row.text("link").map(str::to_owned))
        .collect()
}

/// The people from `first` to `last`, in the order of links, each with the newest version of their household.
pub(crate) async fn of_people(
    tx: &mut Tx,
    first: &str,
    last: &str,
) -> Result<Vec<(String, Stored)>, StoreError> {
    let rows = tx.all(&OF_PEOPLE, &params! { first, last }).await?;
    rows.iter()
        .map(|row| Ok((row.text("link")?.to_owned(), read(row)?)))
        .collect()
}

/// The people after a link and their households, at most `most`.
pub(crate) async fn people_after(
    tx: &mut Tx,
    after: &str,
    most: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    let rows = tx.all(&PEOPLE_AFTER, &params! { after, most }).await?;
    rows.iter()
        .map(|row| Ok((row.text("link")?.to_owned(), row.text("household")?.to_owned())))
        .collect()
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        household: row.text("household")?.to_owned(),
        revision: u32::try_from(row.int("revision")?).unwrap_or(u32::MAX),
        content: row.bytes("content")?.to_vec(),
        said: row.bytes("said")?.to_vec(),
        decided_at: row.int("decided_at")?,
    })
}
