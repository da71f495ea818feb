//! Who is to be asked about at the insurers, how far their changes are known, and the insurance records.
//!
//! An insurance record stands among the other records, in a file that no office has; it is visible by its own entry of
//! the feed.

use std::collections::BTreeMap;

use domain::identity::PersonId;
use exchange::registration::feed::FileRef;
use storage::{Migration, Statement, StoreError, Tx, params};

use super::outgoing::{self, Outgoing};
use super::persons::{Person, person_id};
use super::records::{self, ByLink, Key, Stored};

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

impl OfPerson {
    /// What it is found by.
    pub(crate) fn key(&self) -> (String, String) {
        (self.office.clone(), self.link.clone())
    }
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
     ORDER BY p.person
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
    "SELECT person, office, link, residents_index, state FROM person
     WHERE person = :person AND seen = 1 ORDER BY office, link",
);
/// As `outgoing::OF_PERSON`.
static ELIGIBILITIES: Statement = Statement::new(
    "WITH asked (office, link) AS (VALUES (CAST(:office AS TEXT), CAST(:link AS TEXT)))
     SELECT r.office, r.link, r.kind, r.record, r.revision, r.content, r.row_in_file
     FROM asked AS a
     JOIN record AS r ON r.office = a.office AND r.link = a.link AND r.kind = 'eligibility'
     WHERE r.held <> 1
       AND (SELECT 1 FROM inbox WHERE inbox.office = r.office
            AND inbox.lane = r.file_lane AND inbox.number = r.file_number) = 1",
);
static PUT: Statement = Statement::new(
    "INSERT INTO record (office, link, kind, record, revision, content, month, held,
                         file_lane, file_number, row_in_file)
     VALUES (:office, :link, :kind, :record, :revision, :content, 0, 0, 'insurers', 0, 0)",
);
static NEWEST: Statement = Statement::new(
    "SELECT office, link, kind, record, revision, content, row_in_file FROM record
     WHERE office = :office AND link = :link AND kind = 'insurance' ORDER BY revision DESC LIMIT 1",
);
static VERSION: Statement = Statement::new(
    "WITH asked (office, link, revision) AS (VALUES (
         CAST(:office AS TEXT), CAST(:link AS TEXT), CAST(:revision AS BIGINT)))
     SELECT r.office, r.link, r.kind, r.record, r.revision, r.content, r.row_in_file, p.person
     FROM asked AS a
     JOIN record AS r ON r.office = a.office AND r.link = a.link AND r.kind = 'insurance' AND r.revision = a.revision
     LEFT JOIN person AS p ON p.office = r.office AND p.link = r.link",
);

/// Says that people are to be asked about.
pub(crate) async fn mark(tx: &mut Tx, people: &[Person]) -> Result<(), StoreError> {
    // In the order in which everybody takes these rows.
    let mut persons: Vec<PersonId> = people.iter().map(|one| one.person).collect();
    persons.sort_unstable();
    let sets = persons.iter().map(|person| params! { person: person.as_bytes() });
    tx.execute_each(&MARK, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Says so of everybody of whom a file has an eligibility that is visible with it. Called in the commit that makes it so.
pub(crate) async fn mark_file(tx: &mut Tx, office: &str, file: FileRef) -> Result<(), StoreError> {
    let values = params! { office, lane: file.lane.name(), number: file.number };
    tx.execute(&MARK_FILE, &values).await?;
    Ok(())
}

/// Says so of whoever is matched by these numbers.
pub(crate) async fn mark_by_indexes(tx: &mut Tx, indexes: &[Vec<u8>]) -> Result<(), StoreError> {
    let sets = indexes.iter().map(|index| params! { index });
    tx.execute_each(&MARK_BY_INDEX, &sets.collect::<Vec<_>>()).await?;
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
            Ok(Marked {
                person: person_id(row.bytes("person")?),
                turn: row.int("turn")?,
            })
        })
        .collect()
}

/// These were asked about; a mark that was made again meanwhile stays.
pub(crate) async fn unmark(tx: &mut Tx, marked: &[Marked]) -> Result<(), StoreError> {
    let sets = marked
        .iter()
        .map(|one| params! { person: one.person.as_bytes(), turn: one.turn });
    tx.execute_each(&UNMARK, &sets.collect::<Vec<_>>()).await?;
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

/// The entries of each person that the register has agreed with at some time.
pub(crate) async fn entries(
    tx: &mut Tx,
    marked: &[Marked],
) -> Result<BTreeMap<PersonId, Vec<OfPerson>>, StoreError> {
    let sets = marked.iter().map(|one| params! { person: one.person.as_bytes() });
    let mut entries: BTreeMap<PersonId, Vec<OfPerson>> = BTreeMap::new();
    for row in tx.all_each(&ENTRIES, &sets.collect::<Vec<_>>()).await? {
        let index = row.opt_bytes("residents_index")?.map(<[u8]>::to_vec);
        let matched = row.int("state")? == 1;
        let of_person = entries.entry(person_id(row.bytes("person")?)).or_default();
        of_person.push(OfPerson {
            office: row.text("office")?.to_owned(),
            link: row.text("link")?.to_owned(),
            matched_index: index.filter(|_| matched),
        });
    }
    Ok(entries)
}

/// The visible versions of eligibilities by office and link, each record's oldest first.
pub(crate) async fn eligibilities<'a>(
    tx: &mut Tx,
    of: impl Iterator<Item = &'a OfPerson>,
) -> Result<ByLink<Vec<Stored>>, StoreError> {
    let mut eligibilities: ByLink<Vec<Stored>> = ByLink::new();
    for (key, stored) in by_link(tx, &ELIGIBILITIES, of).await? {
        eligibilities.entry(key).or_default().push(stored);
    }
    for versions in eligibilities.values_mut() {
        versions.sort_by(|a, b| (&a.record, a.revision).cmp(&(&b.record, b.revision)));
    }
    Ok(eligibilities)
}

/// The newest versions of insurance records by office and link.
pub(crate) async fn newest<'a>(
    tx: &mut Tx,
    of: impl Iterator<Item = &'a OfPerson>,
) -> Result<ByLink<Stored>, StoreError> {
    Ok(by_link(tx, &NEWEST, of).await?.into_iter().collect())
}

async fn by_link<'a>(
    tx: &mut Tx,
    statement: &'static Statement,
    of: impl Iterator<Item = &'a OfPerson>,
) -> Result<Vec<((String, String), Stored)>, StoreError> {
    let sets = of.map(|entry| params! { office: &entry.office, link: &entry.link });
    let rows = tx.all_each(statement, &sets.collect::<Vec<_>>()).await?;
    rows.into_iter()
        .map(|mut row| {
            let office = row.take_text("office")?;
            let stored = records::read(row)?;
            Ok(((office, stored.link.clone()), stored))
        })
        .collect()
}

/// Puts versions of insurance records, each with its sealed content.
pub(crate) async fn put(tx: &mut Tx, versions: &[(Key<'_>, Vec<u8>)]) -> Result<(), StoreError> {
    let sets = versions.iter().map(|(key, content)| {
        params! {
            office: key.office, link: key.link, kind: key.kind.name(), record: key.record,
            revision: key.revision, content,
        }
    });
    tx.execute_each(&PUT, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Versions of insurance records, by office, link and revision.
pub(crate) async fn versions(
    tx: &mut Tx,
    of: impl Iterator<Item = (&str, &str, u32)>,
) -> Result<BTreeMap<(String, String, u32), Outgoing>, StoreError> {
    let sets = of.map(|(office, link, revision)| params! { office, link, revision });
    let rows = tx.all_each(&VERSION, &sets.collect::<Vec<_>>()).await?;
    rows.into_iter()
        .map(|mut row| {
            let office = row.take_text("office")?;
            let outgoing = outgoing::read_outgoing(row)?;
            let key = (office, outgoing.stored.link.clone(), outgoing.stored.revision);
            Ok((key, outgoing))
        })
        .collect()
}
