//! Who is to be asked about at which register, and how far its changes are known.

use std::collections::BTreeMap;

use domain::identity::PersonId;
use storage::{Migration, Statement, StoreError, Tx, params};

use super::persons::{Person, person_id};

/// The marks of all registers in one table; before there were cards, the insurers had one of their own.
pub(crate) const MIGRATION: Migration = Migration {
    name: "hub-3-asking",
    sql: "
        CREATE TABLE to_ask (
            register TEXT NOT NULL,
            person BYTEA NOT NULL,
            turn BIGINT NOT NULL,
            PRIMARY KEY (register, person)
        );
        INSERT INTO to_ask (register, person, turn) SELECT 'insurers', person, turn FROM insurers_to_ask;
        DROP TABLE insurers_to_ask;
        CREATE TABLE asking_cursor (register TEXT PRIMARY KEY, n BIGINT NOT NULL);
        INSERT INTO asking_cursor (register, n) SELECT 'insurers', n FROM insurers_cursor;
        INSERT INTO asking_cursor (register, n) VALUES ('cards', 0);
        DROP TABLE insurers_cursor",
    sqlite: "",
    postgres: "",
};

/// A register that is asked about marked people. Whoever marks for both in one unit takes them in this order, and each in
/// the order of persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Register {
    /// Whose card is whose.
    Cards,
    /// Who is insured by whom.
    Insurers,
}

impl Register {
    /// Its name in the tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Register::Cards => "cards",
            Register::Insurers => "insurers",
        }
    }
}

/// Somebody who is to be asked about, and how often that was said since the last answer.
#[derive(Clone, Copy)]
pub(crate) struct Marked {
    pub(crate) person: PersonId,
    turn: i64,
}

/// A person's entry at an office that verification may know.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OfPerson {
    pub(crate) person: PersonId,
    pub(crate) office: String,
    pub(crate) link: String,
    /// The blind index of the number by which the register agrees with the entry, if it does.
    pub(crate) agreed_index: Option<Vec<u8>>,
}

impl OfPerson {
    /// A person's entry.
    pub(crate) fn of(person: &Person) -> OfPerson {
        OfPerson {
            person: person.person,
            office: person.office.clone(),
            link: person.link.clone(),
            agreed_index: person.agreed_index.clone(),
        }
    }

    /// What it is found by.
    pub(crate) fn key(&self) -> (String, String) {
        (self.office.clone(), self.link.clone())
    }
}

static MARK: Statement = Statement::new(
    "INSERT INTO to_ask (register, person, turn) VALUES (:register, :person, 1)
     ON CONFLICT (register, person) DO UPDATE SET turn = to_ask.turn + 1",
);
static MARK_INSURED: Statement = Statement::new(
    "INSERT INTO to_ask (register, person, turn)
     SELECT DISTINCT 'insurers', person, 1 FROM person WHERE residents_index = :index AND agreed_index = :index
     ON CONFLICT (register, person) DO UPDATE SET turn = to_ask.turn + 1",
);
static MARK_CARDHOLDERS: Statement = Statement::new(
    "INSERT INTO to_ask (register, person, turn)
     SELECT DISTINCT 'cards', p.person, 1 FROM person AS p JOIN enrolment AS e ON e.person = p.person
     WHERE p.residents_index = :index AND p.agreed_index = :index
     ON CONFLICT (register, person) DO UPDATE SET turn = to_ask.turn + 1",
);
static MARKED: Statement = Statement::new(
    "SELECT person, turn FROM to_ask WHERE register = :register AND person > :after ORDER BY person LIMIT :most",
);
static UNMARK: Statement =
    Statement::new("DELETE FROM to_ask WHERE register = :register AND person = :person AND turn = :turn");
static CURSOR: Statement = Statement::new("SELECT n FROM asking_cursor WHERE register = :register");
static MOVE_CURSOR: Statement =
    Statement::new("UPDATE asking_cursor SET n = :n WHERE register = :register AND n < :n");
static ENTRIES: Statement = Statement::new(
    "SELECT person, office, link, agreed_index FROM person
     WHERE person = :person AND seen = 1 ORDER BY office, link",
);

/// Says that people are to be asked about.
pub(crate) async fn mark(
    tx: &mut Tx,
    register: Register,
    mut persons: Vec<PersonId>,
) -> Result<(), StoreError> {
    persons.sort_unstable();
    let sets = persons
        .iter()
        .map(|person| params! { register: register.name(), person: person.as_bytes() });
    tx.execute_each(&MARK, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Says so of those with whom the register of residents agrees by these numbers; of cards only if they have enrolled.
pub(crate) async fn mark_by_indexes(
    tx: &mut Tx,
    register: Register,
    indexes: &[Vec<u8>],
) -> Result<(), StoreError> {
    let statement = match register {
        Register::Cards => &MARK_CARDHOLDERS,
        Register::Insurers => &MARK_INSURED,
    };
    let sets = indexes.iter().map(|index| params! { index });
    tx.execute_each(statement, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Some of those who are to be asked about, behind one of them.
pub(crate) async fn marked(
    tx: &mut Tx,
    register: Register,
    after: Option<&PersonId>,
    most: i64,
) -> Result<Vec<Marked>, StoreError> {
    let after: &[u8] = after.map_or(&[], |person| person.as_bytes());
    let rows = tx
        .all(&MARKED, &params! { register: register.name(), after, most })
        .await?;
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
pub(crate) async fn unmark(tx: &mut Tx, register: Register, marked: &[Marked]) -> Result<(), StoreError> {
    let sets = marked
        .iter()
        .map(|one| params! { register: register.name(), person: one.person.as_bytes(), turn: one.turn });
    tx.execute_each(&UNMARK, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// The position up to which a register's changes are known.
pub(crate) async fn cursor(tx: &mut Tx, register: Register) -> Result<i64, StoreError> {
    let values = params! { register: register.name() };
    tx.one(&CURSOR, &values).await?.int("n")
}

pub(crate) async fn move_cursor(tx: &mut Tx, register: Register, n: i64) -> Result<(), StoreError> {
    tx.execute(&MOVE_CURSOR, &params! { register: register.name(), n })
        .await?;
    Ok(())
}

/// The entries of each person that the register of residents has agreed with at some time.
pub(crate) async fn entries(
    tx: &mut Tx,
    persons: impl Iterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, Vec<OfPerson>>, StoreError> {
    let persons: Vec<PersonId> = persons.collect();
    let sets = persons.iter().map(|person| params! { person: person.as_bytes() });
    let mut entries: BTreeMap<PersonId, Vec<OfPerson>> = BTreeMap::new();
    for row in tx.all_each(&ENTRIES, &sets.collect::<Vec<_>>()).await? {
        let person = person_id(row.bytes("person")?);
        entries.entry(person).or_default().push(OfPerson {
            person,
            office: row.text("office")?.to_owned(),
            link: row.text("link")?.to_owned(),
            agreed_index: row.opt_bytes("agreed_index")?.map(<[u8]>::to_vec),
        });
    }
    Ok(entries)
}
