//! Versions on their way to verification: those of a file, and those of a person who was let go.

use domain::identity::PersonId;
use exchange::registration::feed::FileRef;
use storage::{Row, Statement, StoreError, Tx, params};

use super::persons::person_id;
use super::records::{ByLink, Stored, read};

/// A version on its way to verification, and the hub's name for its person.
pub(crate) struct Outgoing {
    pub(crate) person: PersonId,
    pub(crate) stored: Stored,
}

static OF_FILE: Statement = Statement::new(
    "SELECT r.link, r.kind, r.record, r.revision, r.content, r.row_in_file, p.person
     FROM record AS r LEFT JOIN person AS p ON p.office = r.office AND p.link = r.link
     WHERE r.office = :office AND r.file_lane = :lane AND r.file_number = :number
       AND r.row_in_file > :after AND r.held = 0
     ORDER BY r.row_in_file LIMIT :most",
);
/// Whether a file is concluded is asked of each row, and not joined: PostgreSQL would begin with the files, which are few,
/// and read all of theirs.
static OF_PERSON: Statement = Statement::new(
    "WITH asked (office, link) AS (VALUES (CAST(:office AS TEXT), CAST(:link AS TEXT)))
     SELECT r.office, r.link, r.kind, r.record, r.revision, r.content, r.row_in_file, p.person
     FROM asked AS a
     JOIN record AS r ON r.office = a.office AND r.link = a.link
     LEFT JOIN person AS p ON p.office = r.office AND p.link = r.link
     WHERE r.held <> 1
       AND (SELECT 1 FROM inbox WHERE inbox.office = r.office
            AND inbox.lane = r.file_lane AND inbox.number = r.file_number) = 1",
);

/// The versions of a file after a row that were visible with it, in the order of rows.
pub(crate) async fn of_file(
    tx: &mut Tx,
    office: &str,
    file: FileRef,
    after: u32,
    most: i64,
) -> Result<Vec<Outgoing>, StoreError> {
    let values = params! { office, lane: file.lane.name(), number: file.number, after, most };
    let rows = tx.all(&OF_FILE, &values).await?;
    rows.into_iter().map(read_outgoing).collect()
}

/// The visible versions of persons, those of each in order.
pub(crate) async fn of_persons(
    tx: &mut Tx,
    links: &[(&str, &str)],
) -> Result<ByLink<Vec<Outgoing>>, StoreError> {
    let sets: Vec<_> = links
        .iter()
        .map(|(office, link)| params! { office: *office, link: *link })
        .collect();
    let mut of_persons = ByLink::new();
    for mut row in tx.all_each(&OF_PERSON, &sets).await? {
        let office = row.take_text("office")?;
        let outgoing = read_outgoing(row)?;
        let link = outgoing.stored.link.clone();
        let of_person: &mut Vec<_> = of_persons.entry((office, link)).or_default();
        of_person.push(outgoing);
    }
    for of_person in of_persons.values_mut() {
        of_person.sort_by(|a, b| place(&a.stored).cmp(&place(&b.stored)));
    }
    Ok(of_persons)
}

pub(super) fn read_outgoing(row: Row) -> Result<Outgoing, StoreError> {
    Ok(Outgoing {
        person: person_id(row.bytes("person")?),
        stored: read(row)?,
    })
}

/// In this order a person's versions are passed on.
fn place(stored: &Stored) -> (&str, &str, u32) {
    (&stored.kind, &stored.record, stored.revision)
}
