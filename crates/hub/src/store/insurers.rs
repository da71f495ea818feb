//! Whose insurance is to be asked about because of what a file brought, and the periods of aid that it is asked with.

use exchange::registration::feed::FileRef;
use storage::{Migration, Statement, StoreError, Tx, params};

use super::asking::OfPerson;
use super::records::{self, ByLink, Stored};

/// Its marks and cursor stand in tables for all registers now: see `asking`.
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

static MARK_FILE: Statement = Statement::new(
    "INSERT INTO to_ask (register, person, turn)
     SELECT DISTINCT 'insurers', p.person, 1
     FROM record AS r JOIN person AS p ON p.office = r.office AND p.link = r.link
     WHERE r.office = :office AND r.file_lane = :lane AND r.file_number = :number
       AND r.kind = 'eligibility' AND r.held = 0 AND p.seen = 1
     ORDER BY p.person
     ON CONFLICT (register, person) DO UPDATE SET turn = to_ask.turn + 1",
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

/// Marks everybody of whom a file has an eligibility that is visible with it. Called in the commit that makes it so.
pub(crate) async fn mark_file(tx: &mut Tx, office: &str, file: FileRef) -> Result<(), StoreError> {
    let values = params! { office, lane: file.lane.name(), number: file.number };
    tx.execute(&MARK_FILE, &values).await?;
    Ok(())
}

/// The visible versions of eligibilities by office and link, each record's oldest first.
pub(crate) async fn eligibilities<'a>(
    tx: &mut Tx,
    of: impl Iterator<Item = &'a OfPerson>,
) -> Result<ByLink<Vec<Stored>>, StoreError> {
    let sets = of.map(|entry| params! { office: &entry.office, link: &entry.link });
    let mut eligibilities: ByLink<Vec<Stored>> = ByLink::new();
    for row in tx.all_each(&ELIGIBILITIES, &sets.collect::<Vec<_>>()).await? {
        let (key, stored) = records::read_by_link(row)?;
        eligibilities.entry(key).or_default().push(stored);
    }
    for versions in eligibilities.values_mut() {
        versions.sort_by(|a, b| (&a.record, a.revision).cmp(&(&b.record, b.revision)));
    }
    Ok(eligibilities)
}
