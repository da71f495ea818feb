//! Who has enrolled their card (利用申込).

use std::collections::BTreeSet;

use domain::identity::PersonId;
use storage::{Migration, Statement, StoreError, Tx, params};

use super::persons::person_id;

pub(crate) const MIGRATION: Migration = Migration {
    name: "hub-3-enrolments",
    sql: "CREATE TABLE enrolment (person BYTEA PRIMARY KEY, at BIGINT NOT NULL)",
    sqlite: "",
    postgres: "",
};

static PUT: Statement = Statement::new(
    "INSERT INTO enrolment (person, at) VALUES (:person, :at) ON CONFLICT (person) DO NOTHING",
);
static ENROLLED: Statement = Statement::new("SELECT person FROM enrolment WHERE person = :person");
static MARK: Statement = Statement::new(
    "INSERT INTO to_ask (register, person, turn)
     SELECT 'cards', person, 1 FROM enrolment WHERE person = :person
     ON CONFLICT (register, person) DO UPDATE SET turn = to_ask.turn + 1",
);
/// Two persons by one number there cannot be; if there were, neither would be the right one for sure.
static BY_INDEX: Statement = Statement::new(
    "SELECT DISTINCT person FROM person WHERE residents_index = :index AND agreed_index = :index LIMIT 2",
);

/// Keeps that somebody has enrolled. Who had before did it then.
pub(crate) async fn put(tx: &mut Tx, person: PersonId, at: i64) -> Result<(), StoreError> {
    tx.execute(&PUT, &params! { person: person.as_bytes(), at })
        .await?;
    Ok(())
}

/// Those of them who have enrolled.
pub(crate) async fn enrolled(
    tx: &mut Tx,
    persons: impl Iterator<Item = PersonId>,
) -> Result<BTreeSet<PersonId>, StoreError> {
    let persons: Vec<PersonId> = persons.collect();
    let sets = persons.iter().map(|person| params! { person: person.as_bytes() });
    let rows = tx.all_each(&ENROLLED, &sets.collect::<Vec<_>>()).await?;
    rows.iter()
        .map(|row| Ok(person_id(row.bytes("person")?)))
        .collect()
}

/// Says that those of them who have enrolled are to be asked about: which cards they have, and where that is told.
pub(crate) async fn mark(tx: &mut Tx, mut persons: Vec<PersonId>) -> Result<(), StoreError> {
    persons.sort_unstable();
    let sets = persons.iter().map(|person| params! { person: person.as_bytes() });
    tx.execute_each(&MARK, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// The person whom the register of residents agrees with by this number.
pub(crate) async fn by_index(tx: &mut Tx, index: &[u8]) -> Result<Option<PersonId>, StoreError> {
    let rows = tx.all(&BY_INDEX, &params! { index }).await?;
    match rows.as_slice() {
        [row] => Ok(Some(person_id(row.bytes("person")?))),
        _ => Ok(None),
    }
}
