//! What was received from institutions for bulk inquiries, and what was computed for it.

use env::Time;
use exchange::registration::feed::Heads;
use storage::{Migration, Row, Statement, StoreError, Tx, params};

use crate::basis::known_as_of;

pub(crate) const MIGRATION: Migration = Migration {
    name: "verification-3-receptions",
    sql: "
        CREATE TABLE reception (
            number TEXT PRIMARY KEY,
            institution TEXT NOT NULL,
            family TEXT NOT NULL,
            digest BYTEA NOT NULL,
            head BYTEA NOT NULL,
            received BIGINT NOT NULL,
            expires BIGINT NOT NULL,
            shield BIGINT NOT NULL,
            single BIGINT NOT NULL,
            bulk BIGINT NOT NULL,
            known TEXT NOT NULL,
            rules TEXT NOT NULL,
            steps BIGINT NOT NULL DEFAULT 0,
            last_person BYTEA,
            parts BIGINT NOT NULL DEFAULT 0,
            units BIGINT NOT NULL DEFAULT 0,
            as_of BIGINT,
            state TEXT NOT NULL DEFAULT 'open'
        );
        CREATE INDEX reception_of_institution ON reception (institution, digest, received);
        CREATE INDEX reception_by_state ON reception (state, steps, received);
        CREATE INDEX reception_by_expiry ON reception (expires);
        CREATE TABLE reception_part (
            number TEXT NOT NULL,
            part BIGINT NOT NULL,
            asked BYTEA,
            told BYTEA,
            PRIMARY KEY (number, part)
        )",
    sqlite: "",
    postgres: "",
};

/// Of how many units nobody was looked for.
pub(crate) const MIGRATION_2: Migration = Migration {
    name: "verification-6-errors",
    sql: "ALTER TABLE reception ADD COLUMN errors BIGINT NOT NULL DEFAULT 0",
    sqlite: "",
    postgres: "",
};

static REPEATED: Statement = Statement::new(
    "SELECT number, received FROM reception
     WHERE institution = :institution AND digest = :digest AND received > :after AND received < :before
     ORDER BY received DESC LIMIT 1",
);
static OPEN_OF: Statement =
    Statement::new("SELECT COUNT(*) AS n FROM reception WHERE institution = :institution AND state = 'open'");
static KNOWN: Statement =
    Statement::new("SELECT office, as_of FROM office_known WHERE as_of IS NOT NULL ORDER BY office");
static RECEIVE: Statement = Statement::new(
    "INSERT INTO reception
         (number, institution, family, digest, head, received, expires, shield, single, bulk, known, rules)
     VALUES (:number, :institution, :family, :digest, :head, :received, :expires, :shield, :single, :bulk, :known,
             :rules)",
);
static ASK: Statement =
    Statement::new("INSERT INTO reception_part (number, part, asked) VALUES (:number, :part, :asked)");
static NEXT: Statement = Statement::new(
    "SELECT * FROM reception WHERE state = 'open' AND expires > :now ORDER BY steps, received, number LIMIT 1",
);
static BY_NUMBER: Statement = Statement::new(
    "SELECT * FROM reception
     WHERE number = :number AND institution = :institution AND family = :family AND expires > :now",
);
static ASKED: Statement =
    Statement::new("SELECT asked FROM reception_part WHERE number = :number AND part = :part");
static TOLD: Statement =
    Statement::new("SELECT told FROM reception_part WHERE number = :number AND part = :part");
static STEP: Statement = Statement::new(
    "UPDATE reception SET steps = steps + 1, last_person = :last_person, parts = :parts, units = :units,
         errors = :errors, as_of = :as_of, state = :state
     WHERE number = :number AND steps = :steps AND state = 'open'",
);
static TELL: Statement = Statement::new(
    "INSERT INTO reception_part (number, part, told) VALUES (:number, :part, :told)
     ON CONFLICT (number, part) DO UPDATE SET told = :told",
);
static ANSWERED: Statement = Statement::new("UPDATE reception_part SET asked = NULL WHERE number = :number");
static RESTART: Statement = Statement::new(
    "UPDATE reception SET steps = 0, last_person = NULL, parts = 0, units = 0, errors = 0, as_of = NULL, rules = :rules
     WHERE number = :number AND state = 'open'",
);
static UNTELL: Statement =
    Statement::new("DELETE FROM reception_part WHERE number = :number AND asked IS NULL");
static FAIL: Statement =
    Statement::new("UPDATE reception SET state = 'failed' WHERE number = :number AND state = 'open'");
static EXPIRED: Statement =
    Statement::new("SELECT number FROM reception WHERE expires <= :now ORDER BY expires LIMIT :most");
static FORGET_PARTS: Statement = Statement::new("DELETE FROM reception_part WHERE number = :number");
static FORGET: Statement = Statement::new("DELETE FROM reception WHERE number = :number");

/// How far a reception is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Something is left to compute.
    Open,
    /// Everything is computed; nothing of it changes any more.
    Done,
    /// It cannot be computed.
    Failed,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Done => "done",
            State::Failed => "failed",
        }
    }
}

/// What comes in.
pub(crate) struct New {
    pub(crate) number: String,
    pub(crate) institution: String,
    pub(crate) family: &'static str,
    /// Blind, over everything that was asked.
    pub(crate) digest: Vec<u8>,
    /// Sealed: what the results repeat, and the condition.
    pub(crate) head: Vec<u8>,
    pub(crate) received: i64,
    pub(crate) expires: i64,
    pub(crate) rules: &'static str,
    /// Sealed, part by part: whom it is about, when it names people.
    pub(crate) asked: Vec<Vec<u8>>,
}

/// What is there.
pub(crate) struct Reception {
    pub(crate) number: String,
    pub(crate) institution: String,
    pub(crate) head: Vec<u8>,
    pub(crate) received: i64,
    /// The snapshot that everything is computed from.
    pub(crate) heads: Heads,
    /// As of when each office was known in that snapshot.
    pub(crate) known: String,
    pub(crate) rules: String,
    pub(crate) steps: u32,
    pub(crate) last_person: Option<Vec<u8>>,
    pub(crate) parts: u32,
    pub(crate) units: u32,
    /// Units that say that nobody was looked for.
    pub(crate) errors: u32,
    pub(crate) as_of: Option<i64>,
    pub(crate) state: State,
}

/// What a step adds.
pub(crate) struct Step {
    /// Sealed; none when the step told of nobody.
    pub(crate) told: Option<Vec<u8>>,
    pub(crate) last_person: Option<Vec<u8>>,
    pub(crate) units: u32,
    pub(crate) errors: u32,
    pub(crate) as_of: Option<i64>,
    pub(crate) state: State,
}

/// The number under which the same was received within so many µs of a moment, and when. Other requests' moments may lie behind
/// it by a little; what a clock that was far ahead wrote down is not the same request any more.
pub(crate) async fn repeated(
    tx: &mut Tx,
    institution: &str,
    digest: &[u8],
    (now, within): (i64, i64),
) -> Result<Option<(String, i64)>, StoreError> {
    let (after, before) = (now.saturating_sub(within), now.saturating_add(within));
    let row = tx
        .optional(&REPEATED, &params! { institution, digest, after, before })
        .await?;
    row.map(|row| Ok((row.text("number")?.to_owned(), row.int("received")?)))
        .transpose()
}

/// How many receptions of an institution are being processed.
pub(crate) async fn open_of(tx: &mut Tx, institution: &str) -> Result<i64, StoreError> {
    tx.one(&OPEN_OF, &params! { institution }).await?.int("n")
}

/// Stores what was received, with the snapshot that it will be answered from.
pub(crate) async fn receive(tx: &mut Tx, new: &New, heads: Heads) -> Result<(), StoreError> {
    let mut known = String::new();
    for row in tx.all(&KNOWN, &params! {}).await? {
        if let Some(as_of) = known_as_of(row.int("as_of")?, Time::from_micros(new.received)) {
            known.push_str(&format!("{}={as_of};", row.text("office")?));
        }
    }
    let Heads { shield, single, bulk } = heads;
    let values = params! {
        number: &new.number, institution: &new.institution, family: new.family, digest: &new.digest,
        head: &new.head, received: new.received, expires: new.expires, shield, single, bulk,
        known: &known, rules: new.rules,
    };
    tx.execute(&RECEIVE, &values).await?;
    for (asked, part) in new.asked.iter().zip(1_u32..) {
        tx.execute(&ASK, &params! { number: &new.number, part, asked })
            .await?;
    }
    Ok(())
}

/// The reception to work on next: of the open ones that of which least is done, so that a short one does not wait for
/// a long one.
pub(crate) async fn next(tx: &mut Tx, now: i64) -> Result<Option<Reception>, StoreError> {
    let row = tx.optional(&NEXT, &params! { now }).await?;
    row.as_ref().map(read).transpose()
}

/// A reception of an institution. Another's is not there for it, and neither is one that has expired.
pub(crate) async fn by_number(
    tx: &mut Tx,
    number: &str,
    institution: &str,
    family: &str,
    now: i64,
) -> Result<Option<Reception>, StoreError> {
    let row = tx
        .optional(&BY_NUMBER, &params! { number, institution, family, now })
        .await?;
    row.as_ref().map(read).transpose()
}

/// Whom a part is about, sealed; none behind the last part.
pub(crate) async fn asked(tx: &mut Tx, number: &str, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
    bytes(tx.optional(&ASKED, &params! { number, part }).await?, "asked")
}

/// What a part tells, sealed.
pub(crate) async fn told(tx: &mut Tx, number: &str, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
    bytes(tx.optional(&TOLD, &params! { number, part }).await?, "told")
}

/// Adds a step to what was read, unless somebody else was faster.
pub(crate) async fn step(tx: &mut Tx, of: &Reception, step: &Step) -> Result<(), StoreError> {
    let part = of.parts + 1;
    let parts = if step.told.is_some() { part } else { of.parts };
    let values = params! {
        number: &of.number, steps: of.steps, last_person: step.last_person.as_deref(), parts,
        units: of.units + step.units, errors: of.errors + step.errors, as_of: step.as_of, state: step.state.name(),
    };
    let stepped = tx.execute(&STEP, &values).await?;
    if let (1, Some(told)) = (stepped, &step.told) {
        tx.execute(&TELL, &params! { number: &of.number, part, told })
            .await?;
    }
    if stepped == 1 && step.state == State::Done {
        // Whom they asked about is needed no more.
        tx.execute(&ANSWERED, &params! { number: &of.number }).await?;
    }
    Ok(())
}

/// Begins again under other rules. Nobody has been told anything yet.
pub(crate) async fn restart(tx: &mut Tx, number: &str, rules: &str) -> Result<(), StoreError> {
    tx.execute(&RESTART, &params! { number, rules }).await?;
    tx.execute(&UNTELL, &params! { number }).await?;
    Ok(())
}

/// Gives up on a reception.
pub(crate) async fn fail(tx: &mut Tx, number: &str) -> Result<(), StoreError> {
    tx.execute(&FAIL, &params! { number }).await?;
    Ok(())
}

/// Removes at most `most` expired receptions with everything that belongs to them; how many there were.
pub(crate) async fn forget(tx: &mut Tx, now: i64, most: u32) -> Result<usize, StoreError> {
    let expired = tx.all(&EXPIRED, &params! { now, most }).await?;
    for row in &expired {
        let number = row.text("number")?;
        tx.execute(&FORGET_PARTS, &params! { number }).await?;
        tx.execute(&FORGET, &params! { number }).await?;
    }
    Ok(expired.len())
}

fn bytes(row: Option<Row>, column: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    Ok(row.opt_bytes(column)?.map(<[u8]>::to_vec))
}

fn read(row: &Row) -> Result<Reception, StoreError> {
    let count = |column| row.int(column).map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    Ok(Reception {
        number: row.text("number")?.to_owned(),
        institution: row.text("institution")?.to_owned(),
        head: row.bytes("head")?.to_vec(),
        received: row.int("received")?,
        heads: Heads {
            shield: row.int("shield")?,
            single: row.int("single")?,
            bulk: row.int("bulk")?,
        },
        known: row.text("known")?.to_owned(),
        rules: row.text("rules")?.to_owned(),
        steps: count("steps")?,
        last_person: row.opt_bytes("last_person")?.map(<[u8]>::to_vec),
        parts: count("parts")?,
        units: count("units")?,
        errors: count("errors")?,
        as_of: row.opt_int("as_of")?,
        state: match row.text("state")? {
            "open" => State::Open,
            "done" => State::Done,
            _ => State::Failed,
        },
    })
}
