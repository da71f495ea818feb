//! Persons: whom an office's link (紐付番号) stands for, and whether the register agrees.

use std::collections::BTreeMap;

use domain::identity::PersonId;
use storage::{Migration, Row, Statement, StoreError, Tx, params};

pub(crate) const MIGRATION: Migration = Migration {
    name: "hub-1-persons",
    sql: "
        CREATE TABLE person (
            office TEXT NOT NULL,
            link TEXT NOT NULL,
            person BYTEA NOT NULL,
            attributes BYTEA NOT NULL,
            number_index BYTEA,
            residents_index BYTEA,
            revision BIGINT NOT NULL,
            state BIGINT NOT NULL,
            seen BIGINT NOT NULL,
            PRIMARY KEY (office, link)
        );
        CREATE INDEX person_state ON person (state, office, link);
        CREATE TABLE person_by_number (number_index BYTEA PRIMARY KEY, person BYTEA NOT NULL);
        CREATE TABLE mark (
            office TEXT PRIMARY KEY,
            n BIGINT NOT NULL,
            at BIGINT NOT NULL,
            shield BIGINT NOT NULL,
            single BIGINT NOT NULL,
            bulk BIGINT NOT NULL
        )",
    sqlite: "",
    postgres: "",
};

/// By which number the register of residents agrees with what has been passed on, if it does.
pub(crate) const MIGRATION_2: Migration = Migration {
    name: "hub-3-agreed",
    sql: "
        ALTER TABLE person ADD COLUMN agreed_index BYTEA;
        UPDATE person SET agreed_index = residents_index WHERE state = 1",
    sqlite: "",
    postgres: "",
};

/// Whether a registration may be seen (本人確認判定).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The register has not been asked yet.
    Waiting,
    /// The five attributes agree.
    Matched,
    /// They do not, or the register has nobody: two offices' work, not ours.
    Mismatch,
    /// No number: cannot be matched at all. Served on paper.
    NoNumber,
}

impl State {
    const ALL: [State; 4] = [State::Waiting, State::Matched, State::Mismatch, State::NoNumber];

    const fn code(self) -> i64 {
        match self {
            State::Waiting => 0,
            State::Matched => 1,
            State::Mismatch => 2,
            State::NoNumber => 3,
        }
    }

    /// The state that a row names. A state that this program does not know shows nobody.
    pub(super) fn from_code(code: i64) -> State {
        State::ALL
            .into_iter()
            .find(|known| known.code() == code)
            .unwrap_or(State::Mismatch)
    }

    /// The state's name, as offices read it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Matched => "matched",
            State::Mismatch => "mismatch",
            State::NoNumber => "no_number",
        }
    }
}

/// A person as an office registered them.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) office: String,
    pub(crate) link: String,
    /// The hub's own name for the person.
    pub(crate) person: PersonId,
    /// Blind index of what the office says of them; equal when it is the same.
    pub(crate) attributes: Vec<u8>,
    /// Blind index of the number that the office gives; whose it is says the register.
    pub(crate) number_index: Option<Vec<u8>>,
    /// Blind index of the number, as the register has it.
    pub(crate) residents_index: Option<Vec<u8>>,
    /// The revision of the person's record that `attributes` come from.
    pub(crate) revision: u32,
    pub(crate) state: State,
    /// Whether the register has ever agreed.
    pub(crate) seen: bool,
    /// `residents_index`, if the register agrees with what has been passed on: from a match until it disagrees, or the
    /// office gives another number. A correction of anything else that waits leaves it.
    pub(crate) agreed_index: Option<Vec<u8>>,
}

static FIND: Statement = Statement::new(
    "WITH asked (office, link) AS (VALUES (CAST(:office AS TEXT), CAST(:link AS TEXT)))
     SELECT p.office, p.link, p.person, p.attributes, p.number_index, p.residents_index, p.revision, p.state, p.seen,
            p.agreed_index
     FROM asked AS a JOIN person AS p ON p.office = a.office AND p.link = a.link",
);
static WAITING: Statement = Statement::new(
    "SELECT office, link, person, attributes, number_index, residents_index, revision, state, seen, agreed_index
     FROM person
     WHERE state = 0 AND (office, link) > (:office, :link) ORDER BY office, link LIMIT :most",
);
static PUT: Statement = Statement::new(
    "INSERT INTO person
         (office, link, person, attributes, number_index, residents_index, revision, state, seen, agreed_index)
     VALUES
         (:office, :link, :person, :attributes, :number_index, :residents_index, :revision, :state, :seen,
          :agreed_index)
     ON CONFLICT (office, link) DO UPDATE SET
         person = :person, attributes = :attributes, number_index = :number_index,
         residents_index = :residents_index, revision = :revision, state = :state,
         agreed_index = :agreed_index",
);
static SETTLE: Statement = Statement::new(
    "UPDATE person SET state = :state, person = :person, agreed_index = :agreed_index,
         seen = CASE WHEN CAST(:state AS BIGINT) = 1 THEN 1 ELSE seen END
     WHERE office = :office AND link = :link",
);
static BY_NUMBER: Statement =
    Statement::new("SELECT number_index, person FROM person_by_number WHERE number_index = :index");
static NAME_NUMBER: Statement =
    Statement::new("INSERT INTO person_by_number (number_index, person) VALUES (:index, :person)");

/// The person of a link.
pub(crate) async fn find(tx: &mut Tx, office: &str, link: &str) -> Result<Option<Person>, StoreError> {
    Ok(find_all(tx, &[(office, link)]).await?.pop())
}

/// The persons of offices' links, of those that are known.
pub(crate) async fn find_all(tx: &mut Tx, links: &[(&str, &str)]) -> Result<Vec<Person>, StoreError> {
    let sets: Vec<_> = links
        .iter()
        .map(|(office, link)| params! { office: *office, link: *link })
        .collect();
    tx.all_each(&FIND, &sets).await?.iter().map(read).collect()
}

/// Persons who wait to be matched, after an office's link, in the order of both.
pub(crate) async fn waiting(
    tx: &mut Tx,
    after: Option<&(String, String)>,
    most: i64,
) -> Result<Vec<Person>, StoreError> {
    let (office, link) = after.map_or(("", ""), |(office, link)| (office.as_str(), link.as_str()));
    let rows = tx.all(&WAITING, &params! { office, link, most }).await?;
    rows.iter().map(read).collect()
}

/// Inserts persons, or replaces everything about them but whether they were ever seen.
pub(crate) async fn put(tx: &mut Tx, persons: &[Person]) -> Result<(), StoreError> {
    let sets: Vec<_> = persons
        .iter()
        .map(|person| {
            params! {
                office: &person.office, link: &person.link, person: person.person.as_bytes(),
                attributes: &person.attributes, number_index: person.number_index.as_ref(),
                residents_index: person.residents_index.as_ref(),
                revision: person.revision, state: person.state.code(), seen: person.seen,
                agreed_index: person.agreed_index.as_ref(),
            }
        })
        .collect();
    tx.execute_each(&PUT, &sets).await?;
    Ok(())
}

/// Keeps state and name of persons; whoever is matched was seen.
pub(crate) async fn settle(tx: &mut Tx, persons: &[Person]) -> Result<(), StoreError> {
    let sets: Vec<_> = persons
        .iter()
        .map(|person| {
            params! {
                state: person.state.code(), person: person.person.as_bytes(),
                agreed_index: person.agreed_index.as_ref(), office: &person.office, link: &person.link,
            }
        })
        .collect();
    tx.execute_each(&SETTLE, &sets).await?;
    Ok(())
}

/// The names of whoever has these numbers, by their blind indexes.
pub(crate) async fn by_numbers(
    tx: &mut Tx,
    indexes: &[&[u8]],
) -> Result<BTreeMap<Vec<u8>, PersonId>, StoreError> {
    let sets: Vec<_> = indexes.iter().map(|index| params! { index: *index }).collect();
    let mut names = BTreeMap::new();
    for mut row in tx.all_each(&BY_NUMBER, &sets).await? {
        let person = person_id(row.bytes("person")?);
        names.insert(row.take_bytes("number_index")?, person);
    }
    Ok(names)
}

/// Gives holders of numbers their names.
pub(crate) async fn name_numbers(tx: &mut Tx, names: &[(Vec<u8>, PersonId)]) -> Result<(), StoreError> {
    let sets: Vec<_> = names
        .iter()
        .map(|(index, person)| params! { index, person: person.as_bytes() })
        .collect();
    tx.execute_each(&NAME_NUMBER, &sets).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Person, StoreError> {
    let state = row.int("state")?;
    Ok(Person {
        office: row.text("office")?.to_owned(),
        link: row.text("link")?.to_owned(),
        person: person_id(row.bytes("person")?),
        attributes: row.bytes("attributes")?.to_vec(),
        number_index: row.opt_bytes("number_index")?.map(<[u8]>::to_vec),
        residents_index: row.opt_bytes("residents_index")?.map(<[u8]>::to_vec),
        revision: u32::try_from(row.int("revision")?).unwrap_or(u32::MAX),
        state: State::from_code(state),
        seen: row.int("seen")? == 1,
        agreed_index: row.opt_bytes("agreed_index")?.map(<[u8]>::to_vec),
    })
}

pub(super) fn person_id(bytes: &[u8]) -> PersonId {
    PersonId::from_bytes(bytes.try_into().unwrap_or_default())
}
