//! Who is to be asked about at the insurers, how far their changes are known, and the insurance records.
//!
//! An insurance record stands among the other records, in a file that no office has; it is visible by its own entry of
//! the feed.

use domain::identity::PersonId;
use exchange::registration::feed::FileRef;
use storage::{Migration, Statement, StoreError, Tx, params};

use super::outgoing::{self, Outgoing};
use super::persons::Person;
use super::records::{self, Key, Stored};

pub(crate) const MIGRATION: Migration = Migration {
    name: "hub-2-insurers",
    sql: "
        CREATE TABLE insurers_to_ask (person BYTEA PRIMARY KEY, turn BIGINT NOT NULL);
        CREATE TABLE insurers_cursor (only_row BIGINT PRIMARY KEY, n BIGINT NOT NULL);
        INSERT INTO insurers_cursor VALUES (1, 0);
        CREATE INDEX person_by_name ON person (person);
        CREATE INDEX person_by_resident ON person (residents_index)",
    sqlite: "",
    postgres: "",
};

/// Somebody who is to be asked about, and how often that was said since the last answer.
#[derive(Clone, Copy)]
pub(crate) struct Marked {
    pub(crate) person: PersonId,
    turn: i64,
}

/// A person's entry at an office that verification may know.
pub(crate) struct OfPerson {
    pub(crate) office: String,
    pub(crate) link: String,
    /// The blind index of the number by which the register agrees now, if it does.
    pub(crate) matched_index: Option<Vec<u8>>,
}

static MARK: Statement = Statement::new(
    "INSERT INTO insurers_to_ask (person, turn) VALUES (:person, 1)
     ON CONFLICT (person) DO UPDATE SET turn = insurers_to_ask.turn + 1",
);
static MARK_FILE: Statement = Statement::new(
    "INSERT INTO insurers_to_ask (person, turn)
     SELECT DISTINCT p.person, 1 FROM record AS r JOIN person AS p ON p.office = r.office AND p.link = r.link
     WHERE r.office = :office AND r.file_lane = :lane AND r.file_number = :number
       AND r.kind = 'eligibility' AND r.held = 0 AND p.seen = 1
     ON CONFLICT (person) DO UPDATE SET turn = insurers_to_ask.turn + 1",
);
static MARK_BY_INDEX: Statement = Statement::new(
    "INSERT INTO insurers_to_ask (person, turn)
     SELECT DISTINCT person, 1 FROM person WHERE residents_index = :index AND state = 1
     ON CONFLICT (person) DO UPDATE SET turn = insurers_to_ask.turn + 1",
);
static MARKED: Statement = Statement::new(
    "SELECT person, turn FROM insurers_to_ask WHERE person > :after ORDER BY person LIMIT :most",
);
static UNMARK: Statement =
    Statement::new("DELETE FROM insurers_to_ask WHERE person = :person AND turn = :turn");
static CURSOR: Statement = Statement::new("SELECT n FROM insurers_cursor");
static MOVE_CURSOR: Statement = Statement::new("UPDATE insurers_cursor SET n = :n WHERE n < :n");
static ENTRIES: Statement = Statement::new(
    "SELECT office, link, residents_index, state FROM person
     WHERE person = :person AND seen = 1 ORDER BY office, link",
);
static ELIGIBILITIES: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, row_in_file FROM record
     WHERE office = :office AND link = :link AND kind = 'eligibility' AND held <> 1
       AND EXISTS (SELECT 1 FROM inbox WHERE inbox.office = record.office
                   AND inbox.lane = record.file_lane AND inbox.number = record.file_number)
     ORDER BY record, revision",
);
static PUT: Statement = Statement::new(
    "INSERT INTO record (office, link, kind, record, revision, content, month, held,
                         file_lane, file_number, row_in_file)
     VALUES (:office, :link, :kind, :record, :revision, :content, 0, 0, 'insurers', 0, 0)",
);
static NEWEST: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, row_in_file FROM record
     WHERE office = :office AND link = :link AND kind = 'insurance' ORDER BY revision DESC LIMIT 1",
);
static VERSION: Statement = Statement::new(
    "SELECT r.link, r.kind, r.record, r.revision, r.content, r.row_in_file, p.person
     FROM record AS r LEFT JOIN person AS p ON p.office = r.office AND p.link = r.link
     WHERE r.office = :office AND r.link = :link AND r.kind = 'insurance' AND r.revision = :revision",
);

/// Says that people are to be asked about.
pub(crate) async fn mark(tx: &mut Tx, people: &[Person]) -> Result<(), StoreError> {
    let sets = people.iter().map(|one| params! { person: one.person.as_bytes() });
    tx.execute_each(&MARK, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Says so of everybody of whom a file has an eligibility that is visible with it. Called in the commit that makes it so.
pub(crate) async fn mark_file(tx: &mut Tx, office: &str, file: FileRef) -> Result<(), StoreError> {
    let values = params! { office, lane: file.lane.name(), number: file.number };
    tx.execute(&MARK_FILE, &values).await?;
    Ok(())
}

/// Says so of whoever is matched by a number.
pub(crate) async fn mark_by_index(tx: &mut Tx, index: &[u8]) -> Result<(), StoreError> {
    tx.execute(&MARK_BY_INDEX, &params! { index }).await?;
    Ok(())
}

/// Some of those who are to be asked about, after one of them.
pub(crate) async fn marked(
    tx: &mut Tx,
    after: Option<&PersonId>,
    most: i64,
) -> Result<Vec<Marked>, StoreError> {
    let after: &[u8] = after.map_or(&[], |person| person.as_bytes());
    let rows = tx.all(&MARKED, &params! { after, most }).await?;
    rows.iter()
        .map(|row| {
            let person = row.bytes("person")?.try_into().unwrap_or_default();
            Ok(Marked {
                person: PersonId::from_bytes(person),
                turn: row.int("turn")?,
            })
        })
        .collect()
}

/// Somebody was asked about; a mark that was made again meanwhile stays.
pub(crate) async fn unmark(tx: &mut Tx, marked: &Marked) -> Result<(), StoreError> {
    let values = params! { person: marked.person.as_bytes(), turn: marked.turn };
    tx.execute(&UNMARK, &values).await?;
    Ok(())
}

/// The position up to which the insurers' changes are known.
pub(crate) async fn cursor(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(&CURSOR, &params! {}).await?.int("n")
}

pub(crate) async fn move_cursor(tx: &mut Tx, n: i64) -> Result<(), StoreError> {
    tx.execute(&MOVE_CURSOR, &params! { n }).await?;
    Ok(())
}

/// A person's entries that the register has agreed with at some time.
pub(crate) async fn entries(tx: &mut Tx, person: &PersonId) -> Result<Vec<OfPerson>, StoreError> {
    let rows = tx.all(&ENTRIES, &params! { person: person.as_bytes() }).await?;
    rows.iter()
        .map(|row| {
            let index = row.opt_bytes("residents_index")?.map(<[u8]>::to_vec);
            let matched = row.int("state")? == 1;
            Ok(OfPerson {
                office: row.text("office")?.to_owned(),
                link: row.text("link")?.to_owned(),
                matched_index: index.filter(|_| matched),
            })
        })
        .collect()
}

/// The visible versions of a person's eligibilities at an office, each record's oldest first.
pub(crate) async fn eligibilities(tx: &mut Tx, office: &str, link: &str) -> Result<Vec<Stored>, StoreError> {
    let rows = tx.all(&ELIGIBILITIES, &params! { office, link }).await?;
    rows.into_iter().map(records::read).collect()
}

/// Puts a version of an insurance record.
pub(crate) async fn put(tx: &mut Tx, key: Key<'_>, content: &[u8]) -> Result<(), StoreError> {
    let values = params! {
        office: key.office, link: key.link, kind: key.kind.name(), record: key.record,
        revision: key.revision, content,
    };
    tx.execute(&PUT, &values).await?;
    Ok(())
}

/// The newest version of a person's insurance record.
pub(crate) async fn newest(tx: &mut Tx, office: &str, link: &str) -> Result<Option<Stored>, StoreError> {
    let row = tx.optional(&NEWEST, &params! { office, link }).await?;
    row.map(records::read).transpose()
}

/// A version of a person's insurance record.
pub(crate) async fn version(
    tx: &mut Tx,
    office: &str,
    link: &str,
    revision: u32,
) -> Result<Vec<Outgoing>, StoreError> {
    let rows = tx.all(&VERSION, &params! { office, link, revision }).await?;
    rows.into_iter().map(outgoing::read_outgoing).collect()
}
