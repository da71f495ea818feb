//! Verification's tables: versions under their feed positions, and which numbers and cards find whom.

use std::time::Duration;

use domain::answer::RECENT_CARD_VISIT_DAYS;
use domain::identity::PersonId;
use domain::number::InstitutionCode;
use env::Time;
use exchange::registration::feed::Heads;
use seal::BlindIndex;
use storage::{Migration, Row, Statement, Store, StoreError, Tx, Value, params};

pub(crate) mod month;
pub(crate) mod presence;
pub(crate) mod reception;

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
/// Versions that one inquiry looks at. A person has a handful for a month; more is no person's.
const MOST: i64 = 1000;

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
/// The cursors and how fresh offices are stand in tables of the relay's reader, in this same database. There is
/// always a row, so that whoever is not found is not found by the same statement.
static FOUND_BY: Statement = Statement::new(
    "SELECT h.shield, h.single, h.bulk,
            v.person, v.office, v.link, v.kind, v.record, v.revision, v.content, v.lane, v.n, v.arrived, k.as_of,
            (SELECT MAX(s.at) FROM visit AS s
             WHERE s.person = v.person AND s.institution = :institution AND s.at > :since AND s.at <= :until) AS visited
     FROM (SELECT MAX(CASE lane WHEN 'shield' THEN n END) AS shield,
                  MAX(CASE lane WHEN 'single' THEN n END) AS single,
                  MAX(CASE lane WHEN 'bulk' THEN n END) AS bulk
           FROM cursor_of_feed) AS h
     LEFT JOIN person_by_index AS i ON i.found_by = :index
     LEFT JOIN version AS v ON v.person = i.person AND v.month >= :month AND (v.month = :month OR v.month >= 1000000)
     LEFT JOIN office_known AS k ON k.office = v.office
     LIMIT :most",
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

/// A stored version.
pub(crate) struct Stored {
    pub(crate) person: [u8; 16],
    pub(crate) office: String,
    pub(crate) link: String,
    pub(crate) kind: String,
    pub(crate) record: String,
    pub(crate) revision: u32,
    pub(crate) content: Vec<u8>,
    pub(crate) lane: String,
    pub(crate) n: i64,
    arrived: i64,
    /// The moment as of which the office is known here, in µs since 1970-01-01T00:00:00Z.
    pub(crate) as_of: Option<i64>,
    /// When the person's card was last read at the institution, in the same units; not when that is long ago.
    pub(crate) visited: Option<i64>,
}

/// Who looks, and from when until when a visit there counts: in µs since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy)]
pub(crate) struct Looking {
    /// Nobody sees no visits.
    institution: Option<InstitutionCode>,
    since: i64,
    until: i64,
}

impl Looking {
    /// For an audit: no visit counts.
    pub(crate) const fn nobody() -> Looking {
        Looking {
            institution: None,
            since: 0,
            until: 0,
        }
    }

    /// From an institution at a moment.
    pub(crate) fn from(institution: InstitutionCode, at: Time) -> Looking {
        let days = Duration::from_hours(24) * RECENT_CARD_VISIT_DAYS;
        Looking {
            institution: Some(institution),
            since: at.micros() - i64::try_from(days.as_micros()).unwrap_or(i64::MAX),
            until: at.micros(),
        }
    }
}

/// What one look says of a number or a card.
pub(crate) struct Snapshot {
    /// The positions of the feed up to which everything was applied at that moment.
    pub(crate) heads: Heads,
    /// The versions, those of a person at an office together, in the order of arrival for each record.
    pub(crate) versions: Vec<Stored>,
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

/// What is stored about whoever has had this number or this card, for a month, and how fresh that is.
pub(crate) async fn found_by(
    store: &Store,
    index: &[u8],
    month: i64,
    looking: &Looking,
) -> Result<Snapshot, StoreError> {
    snapshot(store.look(&FOUND_BY, &looking.at(index, month)).await?)
}

/// The same within a read, for an inquiry about many people.
pub(crate) async fn found_in(
    tx: &mut Tx,
    index: &[u8],
    month: i64,
    looking: &Looking,
) -> Result<Snapshot, StoreError> {
    snapshot(tx.all(&FOUND_BY, &looking.at(index, month)).await?)
}

impl Looking {
    /// The values of a look for a number or a card.
    fn at<'a>(&'a self, index: &'a [u8], month: i64) -> [(&'static str, Value<'a>); 6] {
        let institution = self.institution.as_ref().map(InstitutionCode::as_str);
        params! { index, month, institution, since: self.since, until: self.until, most: MOST }
    }
}

fn snapshot(rows: Vec<Row>) -> Result<Snapshot, StoreError> {
    let heads = rows.first().map_or(Ok(Heads::default()), heads)?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        if row.opt_bytes("person")?.is_some() {
            versions.push(read(row)?);
        }
    }
    versions.sort_by(|a, b| key(a).cmp(&key(b)));
    Ok(Snapshot { heads, versions })
}

fn heads(row: &Row) -> Result<Heads, StoreError> {
    Ok(Heads {
        shield: row.int("shield")?,
        single: row.int("single")?,
        bulk: row.int("bulk")?,
    })
}

/// In this order versions stand.
fn key(version: &Stored) -> (&[u8], [&str; 4], i64, u32) {
    let Stored {
        person,
        office,
        link,
        kind,
        record,
        arrived,
        revision,
        ..
    } = version;
    (person, [office, link, kind, record], *arrived, *revision)
}

fn read(mut row: Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        person: row.bytes("person")?.try_into().unwrap_or_default(),
        office: row.take_text("office")?,
        link: row.take_text("link")?,
        kind: row.take_text("kind")?,
        record: row.take_text("record")?,
        revision: u32::try_from(row.int("revision")?).unwrap_or(u32::MAX),
        content: row.take_bytes("content")?,
        lane: row.take_text("lane")?,
        n: row.int("n")?,
        arrived: row.int("arrived")?,
        as_of: row.opt_int("as_of")?,
        visited: row.opt_int("visited")?,
    })
}
