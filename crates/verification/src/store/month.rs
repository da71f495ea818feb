//! Which people may have a voucher at an institution in a month. It finds, and proves nothing: whether there is one is
//! judged from the versions when somebody asks.

use domain::identity::PersonId;
use domain::number::InstitutionCode;
use storage::{Migration, Statement, StoreError, Tx, params};

use super::Stored;

pub(crate) const MIGRATION: Migration = Migration {
    name: "verification-2-voucher-of-institution",
    sql: "
        CREATE TABLE voucher_of_institution (
            institution TEXT NOT NULL,
            month BIGINT NOT NULL,
            person BYTEA NOT NULL,
            PRIMARY KEY (institution, month, person)
        )",
    sqlite: "",
    postgres: "",
};

/// Vouchers of which some version is visible. The cursors stand in a table of the relay's reader.
static COUNT: Statement = Statement::new(
    "SELECT COUNT(*) AS n FROM (
         SELECT DISTINCT v.office, v.link, v.record
         FROM version AS v JOIN cursor_of_feed AS c ON c.lane = v.lane AND v.n <= c.n
         WHERE v.kind = 'voucher' AND v.month = :month) AS vouchers",
);
static ADDRESS: Statement = Statement::new(
    "INSERT INTO voucher_of_institution (institution, month, person) VALUES (:institution, :month, :person)
     ON CONFLICT (institution, month, person) DO NOTHING",
);
static PEOPLE: Statement = Statement::new(
    "SELECT person FROM voucher_of_institution
     WHERE institution = :institution AND month = :month AND person > :after ORDER BY person LIMIT :most",
);
static VERSIONS: Statement = Statement::new(
    "SELECT v.person, v.office, v.link, v.kind, v.record, v.revision, v.content, v.lane, v.n, v.arrived, k.as_of,
            CAST(NULL AS BIGINT) AS visited
     FROM voucher_of_institution AS i JOIN version AS v ON v.person = i.person
     LEFT JOIN office_known AS k ON k.office = v.office
     WHERE i.institution = :institution AND i.month = :month AND i.person > :after AND i.person <= :through
       AND v.month >= :month AND (v.month = :month OR v.month >= 1000000)
     ORDER BY v.person, v.office, v.link, v.kind, v.record, v.arrived, v.revision",
);

/// Whose vouchers: an institution's, for a month.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) institution: &'a str,
    pub(crate) month: i64,
}

/// Some people, one after another.
pub(crate) struct Page {
    /// Everything stored about them for the month, a person's versions together.
    pub(crate) versions: Vec<Stored>,
    /// The last of them; none when there is nobody left.
    pub(crate) last: Option<Vec<u8>>,
}

/// Notes which people may have a voucher where.
pub(crate) async fn address(
    tx: &mut Tx,
    addressed: &[(InstitutionCode, i64, PersonId)],
) -> Result<(), StoreError> {
    let sets: Vec<_> = addressed
        .iter()
        .map(|(institution, month, person)| {
            params! { institution: institution.as_str(), month: *month, person: person.as_bytes() }
        })
        .collect();
    tx.execute_each(&ADDRESS, &sets).await?;
    Ok(())
}

/// How many vouchers of a month are visible.
pub(crate) async fn count(tx: &mut Tx, month: i64) -> Result<i64, StoreError> {
    tx.one(&COUNT, &params! { month }).await?.int("n")
}

/// At most `most` people behind `after`, in an order that tells nothing.
pub(crate) async fn page(tx: &mut Tx, place: Place<'_>, after: &[u8], most: u32) -> Result<Page, StoreError> {
    let Place { institution, month } = place;
    let people = tx
        .all(&PEOPLE, &params! { institution, month, after, most })
        .await?;
    let last = people.last().map(|row| row.bytes("person")).transpose()?;
    let Some(through) = last else {
        return Ok(Page {
            versions: Vec::new(),
            last: None,
        });
    };
    let rows = tx
        .all(&VERSIONS, &params! { institution, month, after, through })
        .await?;
    Ok(Page {
        versions: rows
            .into_iter()
            .map(super::found::read)
            .collect::<Result<_, _>>()?,
        last: Some(through.to_vec()),
    })
}
