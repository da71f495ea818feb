//! Verification's tables: versions under their feed positions, and which numbers and cards find whom.
//!
//! [`found`] is the look of an inquiry, [`month`] that for a whole month; [`presence`] has what cards leave, [`reception`] bulk
//! inquiries.

use domain::identity::PersonId;
use seal::BlindIndex;
use storage::{Migration, Statement, StoreError, Tx, params};

mod found;
pub(crate) mod month;
pub(crate) mod presence;
pub(crate) mod reception;

pub(crate) use found::{Looking, Snapshot, Stored, found_by, found_in};

pub(crate) const MIGRATION: Migration = Migration {
    name: "verification-1-versions",
    sql: "
        CREATE TABLE version (
            office TEXT NOT NULL,
            link TEXT NOT NULL,
            kind TEXT NOT NULL,
            record TEXT NOT NULL,
            revision BIGINT NOT NULL,
            person BYTEA NOT NULL,
            month BIGINT NOT NULL,
            content BYTEA NOT NULL,
            lane TEXT NOT NULL,
            n BIGINT NOT NULL,
            arrived BIGINT NOT NULL,
            PRIMARY KEY (office, link, kind, record, revision)
        );
        CREATE INDEX version_of_person ON version (person, month);
        CREATE TABLE number_of_person (
            number_index BYTEA NOT NULL,
            person BYTEA NOT NULL,
            PRIMARY KEY (number_index, person)
        )",
    sqlite: "",
    postgres: "",
};

/// Cards find people too. Their indexes are made under a key of their own, so none is ever a number's.
pub(crate) const MIGRATION_2: Migration = Migration {
    name: "verification-4-cards",
    sql: "
        ALTER TABLE number_of_person RENAME TO person_by_index;
        ALTER TABLE person_by_index RENAME COLUMN number_index TO found_by",
    sqlite: "",
    postgres: "",
};

/// The month of what belongs to no month. It stands after all months (year × 100 + month), so that what an inquiry
/// looks at is one stretch of the index.
pub(crate) const NO_MONTH: i64 = 1_000_000;
/// The month of a withdrawal whose record has not come: it may concern any month.
pub(crate) const ANY_MONTH: i64 = 1_000_001;

static PUT: Statement = Statement::new(
    "INSERT INTO version (office, link, kind, record, revision, person, month, content, lane, n, arrived)
     VALUES (:office, :link, :kind, :record, :revision, :person, :month, :content, :lane, :n, :arrived)
     ON CONFLICT (office, link, kind, record, revision) DO NOTHING",
);
static MONTH: Statement = Statement::new(
    "SELECT month FROM version
     WHERE office = :office AND link = :link AND kind = :kind AND record = :record AND month <> 1000001 LIMIT 1",
);
static FIND_BY: Statement = Statement::new(
    "INSERT INTO person_by_index (found_by, person) VALUES (:index, :person)
     ON CONFLICT (found_by, person) DO NOTHING",
);
/// A version to store.
pub(crate) struct New<'a> {
    pub(crate) office: &'a str,
    pub(crate) link: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) record: &'a str,
    pub(crate) revision: u32,
    pub(crate) person: PersonId,
    pub(crate) month: i64,
    pub(crate) content: Vec<u8>,
    pub(crate) lane: &'a str,
    pub(crate) n: i64,
    pub(crate) arrived: i64,
}

/// Stores versions; those that are there stay as they are.
pub(crate) async fn put(tx: &mut Tx, new: &[New<'_>]) -> Result<(), StoreError> {
    let sets: Vec<_> = new
        .iter()
        .map(|new| {
            params! {
                office: new.office, link: new.link, kind: new.kind, record: new.record, revision: new.revision,
                person: new.person.as_bytes(), month: new.month, content: &new.content, lane: new.lane, n: new.n,
                arrived: new.arrived,
            }
        })
        .collect();
    tx.execute_each(&PUT, &sets).await?;
    Ok(())
}

/// The month that a record is about, when a version of it says.
pub(crate) async fn month_of(
    tx: &mut Tx,
    office: &str,
    link: &str,
    kind: &str,
    record: &str,
) -> Result<Option<i64>, StoreError> {
    let row = tx
        .optional(&MONTH, &params! { office, link, kind, record })
        .await?;
    row.map(|row| row.int("month")).transpose()
}

/// Lets numbers and cards find persons. Whether a number is valid in the asked month, and a card still the person's, is
/// judged when somebody asks.
pub(crate) async fn find_by(tx: &mut Tx, indexes: &[(BlindIndex, PersonId)]) -> Result<(), StoreError> {
    let sets: Vec<_> = indexes
        .iter()
        .map(|(index, person)| params! { index: index.as_bytes(), person: person.as_bytes() })
        .collect();
    tx.execute_each(&FIND_BY, &sets).await?;
    Ok(())
}
