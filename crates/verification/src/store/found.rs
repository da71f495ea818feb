//! The look of an inquiry: what is stored about whoever has had a number or a card.
//!
//! One statement brings every version, for a version that is superseded may be what an answer of before was computed from. Where
//! somebody has more of them than an inquiry looks at (an office's system sends its records again each night), a second
//! statement brings of each record the newest one alone: nothing is ever left out unsaid.

use std::time::Duration;

use domain::answer::RECENT_CARD_VISIT_DAYS;
use domain::number::InstitutionCode;
use env::Time;
use exchange::registration::feed::Heads;
use storage::{Row, Statement, Store, StoreError, Tx, Value, params};

use crate::Basis;

/// Versions that one inquiry looks at. A person has a handful for a month.
const MOST: i64 = 1000;
/// Records of which one inquiry looks at the newest versions. More is no person's, and is not answered.
const MOST_RECORDS: i64 = 10_000;

macro_rules! found {
    ($which:literal) => {
        concat!(
            "SELECT h.shield, h.single, h.bulk,
                    v.person, v.office, v.link, v.kind, v.record, v.revision, v.content, v.lane, v.n, v.arrived, k.as_of,
                    (SELECT MAX(s.at) FROM visit AS s
                     WHERE s.person = v.person AND s.institution = :institution AND s.at > :since AND s.at <= :until)
                        AS visited
             FROM (SELECT MAX(CASE lane WHEN 'shield' THEN n END) AS shield,
                          MAX(CASE lane WHEN 'single' THEN n END) AS single,
                          MAX(CASE lane WHEN 'bulk' THEN n END) AS bulk
                   FROM cursor_of_feed) AS h
             LEFT JOIN person_by_index AS i ON i.found_by = :index
             LEFT JOIN version AS v
                 ON v.person = i.person AND v.month >= :month AND (v.month = :month OR v.month >= 1000000)",
            $which,
            " LEFT JOIN office_known AS k ON k.office = v.office
             LIMIT :most"
        )
    };
}

/// The cursors and how fresh offices are stand in tables of the relay's reader, in this same database. There is
/// always a row, so that whoever is not found is not found by the same statement.
static FOUND: Statement = Statement::new(found!(""));
/// Of each record the newest version that there was at these positions.
static FOUND_NEWEST: Statement = Statement::new(found!(
    " AND v.n <= CASE v.lane WHEN 'shield' THEN CAST(:shield AS BIGINT) WHEN 'single' THEN :single ELSE :bulk END
      AND NOT EXISTS (
          SELECT 1 FROM version AS w
          WHERE w.office = v.office AND w.link = v.link AND w.kind = v.kind AND w.record = v.record
            AND w.revision > v.revision
            AND w.n <= CASE w.lane WHEN 'shield' THEN CAST(:shield AS BIGINT) WHEN 'single' THEN :single ELSE :bulk END)"
));

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
    /// The positions as of which they look.
    heads: Heads,
}

/// Positions that no feed ever has: whoever looks as of these sees all that there is.
const NOW: Heads = Heads {
    shield: i64::MAX,
    single: i64::MAX,
    bulk: i64::MAX,
};

impl Looking {
    /// For an audit: no visit counts.
    pub(crate) const fn nobody() -> Looking {
        Looking {
            institution: None,
            since: 0,
            until: 0,
            heads: NOW,
        }
    }

    /// From an institution at a moment.
    pub(crate) fn from(institution: InstitutionCode, at: Time) -> Looking {
        let days = Duration::from_hours(24) * RECENT_CARD_VISIT_DAYS;
        Looking {
            institution: Some(institution),
            since: at.micros() - i64::try_from(days.as_micros()).unwrap_or(i64::MAX),
            until: at.micros(),
            heads: NOW,
        }
    }

    /// As an answer looked that names this: no other visit is seen than was seen then.
    pub(crate) fn again(institution: InstitutionCode, basis: &Basis) -> Looking {
        let looking = Looking::from(institution, basis.at).as_of(&basis.heads);
        Looking {
            until: basis.visited.map_or(looking.since, Time::micros),
            ..looking
        }
    }

    /// As it was at these positions. Versions of later may come along; of each record the newest of then does.
    #[must_use]
    pub(crate) fn as_of(self, heads: &Heads) -> Looking {
        Looking {
            heads: *heads,
            ..self
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

/// What is stored about whoever has had this number or this card, for a month, and how fresh that is.
pub(crate) async fn found_by(
    store: &Store,
    index: &[u8],
    month: i64,
    looking: &Looking,
) -> Result<Snapshot, StoreError> {
    let rows = store.look(&FOUND, &looking.at(index, month)).await?;
    if is_whole(&rows, MOST) {
        return snapshot(rows);
    }
    let rows = store.look(&FOUND_NEWEST, &looking.at_heads(index, month)).await?;
    whole(rows)
}

/// The same within a read, for an inquiry about many people.
pub(crate) async fn found_in(
    tx: &mut Tx,
    index: &[u8],
    month: i64,
    looking: &Looking,
) -> Result<Snapshot, StoreError> {
    let rows = tx.all(&FOUND, &looking.at(index, month)).await?;
    if is_whole(&rows, MOST) {
        return snapshot(rows);
    }
    let rows = tx.all(&FOUND_NEWEST, &looking.at_heads(index, month)).await?;
    whole(rows)
}

impl Looking {
    /// The values of a look for a number or a card.
    fn at<'a>(&'a self, index: &'a [u8], month: i64) -> [(&'static str, Value<'a>); 6] {
        let institution = self.institution.as_ref().map(InstitutionCode::as_str);
        params! { index, month, institution, since: self.since, until: self.until, most: MOST + 1 }
    }

    fn at_heads<'a>(&'a self, index: &'a [u8], month: i64) -> Vec<(&'static str, Value<'a>)> {
        let Heads { shield, single, bulk } = self.heads;
        let [index, month, institution, since, until, _most] = self.at(index, month);
        let heads = params! { shield, single, bulk, most: MOST_RECORDS + 1 };
        [index, month, institution, since, until]
            .into_iter()
            .chain(heads)
            .collect()
    }
}

/// Whether no row was left out.
fn is_whole(rows: &[Row], most: i64) -> bool {
    i64::try_from(rows.len()).is_ok_and(|rows| rows <= most)
}

/// What rows say that nothing was left out of; an error otherwise.
fn whole(rows: Vec<Row>) -> Result<Snapshot, StoreError> {
    if is_whole(&rows, MOST_RECORDS) {
        return snapshot(rows);
    }
    Err(StoreError::Rows {
        statement: "the newest versions of a person's records",
        expected: "no more than a person has",
        rows: rows.len(),
    })
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

pub(super) fn read(mut row: Row) -> Result<Stored, StoreError> {
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
