//! Versions of records that the hub makes itself.

use std::collections::BTreeMap;

use exchange::registration::Kind;
use storage::{Statement, StoreError, Tx, params};

use super::asking::OfPerson;
use super::outgoing::{self, Outgoing};
use super::records::{self, ByLink, Key, Stored};

/// `file_lane` is no lane, so no file has them.
static PUT: Statement = Statement::new(
    "INSERT INTO record (office, link, kind, record, revision, content, month, held,
                         file_lane, file_number, row_in_file)
     VALUES (:office, :link, :kind, :record, :revision, :content, 0, 0, 'registers', 0, 0)",
);
static NEWEST: Statement = Statement::new(
    "SELECT office, link, kind, record, revision, content, row_in_file FROM record
     WHERE office = :office AND link = :link AND kind = :kind ORDER BY revision DESC LIMIT 1",
);
static VERSION: Statement = Statement::new(
    "WITH asked (office, link, kind, revision) AS (VALUES (
         CAST(:office AS TEXT), CAST(:link AS TEXT), CAST(:kind AS TEXT), CAST(:revision AS BIGINT)))
     SELECT r.office, r.link, r.kind, r.record, r.revision, r.content, r.row_in_file, p.person
     FROM asked AS a
     JOIN record AS r ON r.office = a.office AND r.link = a.link AND r.kind = a.kind AND r.revision = a.revision
     LEFT JOIN person AS p ON p.office = r.office AND p.link = r.link",
);

/// A version's office, link, kind and revision.
pub(crate) type Which = (String, String, &'static str, u32);

/// The newest versions of entries' records of a kind, by office and link.
pub(crate) async fn newest<'a>(
    tx: &mut Tx,
    kind: Kind,
    of: impl Iterator<Item = &'a OfPerson>,
) -> Result<ByLink<Stored>, StoreError> {
    let sets = of.map(|entry| params! { office: &entry.office, link: &entry.link, kind: kind.name() });
    let rows = tx.all_each(&NEWEST, &sets.collect::<Vec<_>>()).await?;
    rows.into_iter().map(records::read_by_link).collect()
}

/// Puts versions, each with its sealed content.
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

/// Versions on their way to verification.
pub(crate) async fn versions(
    tx: &mut Tx,
    of: impl Iterator<Item = (&str, &str, Kind, u32)>,
) -> Result<BTreeMap<Which, Outgoing>, StoreError> {
    let sets = of.map(|(office, link, kind, revision)| params! { office, link, kind: kind.name(), revision });
    let rows = tx.all_each(&VERSION, &sets.collect::<Vec<_>>()).await?;
    let mut versions = BTreeMap::new();
    for mut row in rows {
        let office = row.take_text("office")?;
        let outgoing = outgoing::read_outgoing(row)?;
        // A kind that this program does not know belongs to no entry that it reads.
        if let Some(kind) = Kind::from_name(&outgoing.stored.kind) {
            let link = outgoing.stored.link.clone();
            versions.insert((office, link, kind.name(), outgoing.stored.revision), outgoing);
        }
    }
    Ok(versions)
}
