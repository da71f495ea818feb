//! The sending side: files that wait for their receipts, written in the commit that decided them.

use domain::identity::OfficeCode;
use env::{Env, Time};
use exchange::registration::envelope::{FileHash, LAYOUT};
use exchange::registration::feed::Heads;
use exchange::registration::{Answer, Envelope, File, Lane, Mode, Record};
use seal::{ColumnKey, Place};
use storage::{Migration, Statement, Tx, params, positions};

use crate::RelayError;

/// The outbox's tables.
pub const MIGRATION: Migration = Migration {
    name: "relay-1-outbox",
    sql: "
        CREATE TABLE outbox (
            lane TEXT NOT NULL,
            number BIGINT NOT NULL,
            made_at BIGINT NOT NULL,
            body BYTEA NOT NULL,
            state BIGINT NOT NULL,
            answer TEXT,
            PRIMARY KEY (lane, number)
        );
        CREATE INDEX outbox_waiting ON outbox (state, lane, number)",
    sqlite: "",
    postgres: "",
};

/// What is not taken, in its order: few, however many were sent. An index of all states would be one of what was sent.
pub const OPEN: Migration = Migration {
    name: "relay-3-outbox-open",
    sql: "
        DROP INDEX outbox_waiting;
        CREATE INDEX outbox_open ON outbox (lane, number) WHERE state <> 1",
    sqlite: "",
    postgres: "",
};

/// The file waits for its receipt.
const WAITING: i64 = 0;
/// The hub has taken it.
const TAKEN: i64 = 1;
/// The hub refused it: the lane stands still until somebody looks.
const REFUSED: i64 = 2;

static PUT: Statement = Statement::new(
    "INSERT INTO outbox (lane, number, made_at, body, state) VALUES (:lane, :number, :made_at, :body, 0)",
);
static NEXT: Statement = Statement::new(
    "SELECT number, body, state FROM outbox
     WHERE lane = :lane AND state <> 1
       AND NOT EXISTS (SELECT 1 FROM outbox AS first
                       WHERE first.state <> 1 AND first.lane = 'shield' AND :lane <> 'shield')
     ORDER BY number LIMIT 1",
);
static SETTLE: Statement = Statement::new(
    "UPDATE outbox SET state = :state, answer = :answer WHERE lane = :lane AND number = :number",
);
static REWIND: Statement =
    Statement::new("UPDATE outbox SET state = 0, answer = NULL WHERE lane = :lane AND number >= :expected");
static STATE: Statement =
    Statement::new("SELECT state, answer FROM outbox WHERE lane = :lane AND number = :number");
static COUNT: Statement = Statement::new(
    "SELECT lane, state, COUNT(*) AS files FROM outbox GROUP BY lane, state ORDER BY lane, state",
);

/// An office's outbox. Bodies are sealed: a spool is no place for people's data in the clear.
#[derive(Clone)]
pub struct Outbox {
    office: OfficeCode,
    key: std::sync::Arc<ColumnKey>,
    env: Env,
}

/// A file that is to be sent.
pub struct Waiting {
    /// Its number in the lane.
    pub number: i64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Where a file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// No receipt yet.
    Waiting,
    /// The hub's answer.
    Answered(Box<Answer>),
}

impl Outbox {
    /// An office's outbox, sealed under `key`.
    pub fn new(env: &Env, office: OfficeCode, key: std::sync::Arc<ColumnKey>) -> Outbox {
        Outbox {
            office,
            key,
            env: env.clone(),
        }
    }

    /// Whose outbox it is.
    pub fn office(&self) -> &OfficeCode {
        &self.office
    }

    /// Puts records into a lane as one file; gives the file's number.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn put(
        &self,
        tx: &mut Tx,
        lane: Lane,
        mode: Mode,
        records: &[Record],
    ) -> Result<i64, RelayError> {
        self.put_file(tx, lane, mode, |envelope| File::write(envelope, records))
            .await
    }

    /// Puts lines that are canonical already into a lane as one file; gives the file's number.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn put_lines(
        &self,
        tx: &mut Tx,
        lane: Lane,
        mode: Mode,
        rows: u32,
        body: &[u8],
    ) -> Result<i64, RelayError> {
        self.put_file(tx, lane, mode, |envelope| File::write_lines(envelope, rows, body))
            .await
    }

    async fn put_file(
        &self,
        tx: &mut Tx,
        lane: Lane,
        mode: Mode,
        write: impl FnOnce(Envelope) -> Vec<u8>,
    ) -> Result<i64, RelayError> {
        let number = positions::next(tx, counter(lane)).await?;
        let made_at = self.env.now();
        let envelope = Envelope {
            registration: LAYOUT,
            office: self.office.clone(),
            lane,
            number,
            mode,
            rows: 0,
            sha256: FileHash([0; 32]),
            made_at: made_at.micros(),
        };
        let file = write(envelope);
        let row = [lane.name().as_bytes(), &number.to_be_bytes()];
        let body = self.key.seal(&mut self.env.rng(), &place(&row), &file);
        let values = params! { lane: lane.name(), number, made_at: made_at.micros(), body: &body };
        tx.execute(&PUT, &values).await?;
        Ok(number)
    }

    /// The next file to send in a lane. Nothing while a shielding flag waits in another lane, and nothing behind
    /// a file that was refused.
    ///
    /// # Errors
    /// When the database says no, or a body cannot be opened.
    pub async fn next(&self, tx: &mut Tx, lane: Lane) -> Result<Option<Waiting>, RelayError> {
        let Some(row) = tx.optional(&NEXT, &params! { lane: lane.name() }).await? else {
            return Ok(None);
        };
        if row.int("state")? == REFUSED {
            return Ok(None);
        }
        let number = row.int("number")?;
        let place_row = [lane.name().as_bytes(), &number.to_be_bytes()];
        let opened = self.key.open(&place(&place_row), row.bytes("body")?);
        let bytes = opened.map_err(|source| RelayError::Sealed {
            table: "outbox",
            source,
        })?;
        Ok(Some(Waiting { number, bytes }))
    }

    /// Keeps the hub's answer to a file.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn settle(
        &self,
        tx: &mut Tx,
        lane: Lane,
        number: i64,
        answer: &Answer,
    ) -> Result<(), RelayError> {
        let state = match answer {
            Answer::Receipt(_) => TAKEN,
            Answer::Refusal(_) => REFUSED,
        };
        let text = serde_json::to_string(answer).map_err(shape)?;
        let values = params! { state, answer: &text, lane: lane.name(), number };
        tx.execute(&SETTLE, &values).await?;
        Ok(())
    }

    /// Sends again from a number on: the hub was set back and asks for it.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn rewind(&self, tx: &mut Tx, lane: Lane, expected: i64) -> Result<(), RelayError> {
        tx.execute(&REWIND, &params! { lane: lane.name(), expected })
            .await?;
        Ok(())
    }

    /// Where a file stands; nothing when there is no such file.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn sending(&self, tx: &mut Tx, lane: Lane, number: i64) -> Result<Option<Sending>, RelayError> {
        let Some(row) = tx
            .optional(&STATE, &params! { lane: lane.name(), number })
            .await?
        else {
            return Ok(None);
        };
        match row.opt_text("answer")? {
            None => Ok(Some(Sending::Waiting)),
            Some(text) if row.int("state")? != WAITING => {
                let answer = serde_json::from_str(text).map_err(shape)?;
                Ok(Some(Sending::Answered(Box::new(answer))))
            }
            Some(_) => Ok(Some(Sending::Waiting)),
        }
    }

    /// How many files of each lane wait, are taken, and are refused.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn counts(&self, tx: &mut Tx) -> Result<Vec<(String, [i64; 3])>, RelayError> {
        let mut lanes: std::collections::BTreeMap<String, [i64; 3]> = std::collections::BTreeMap::new();
        for row in tx.all(&COUNT, &params! {}).await? {
            let files = lanes.entry(row.text("lane")?.to_owned()).or_default();
            if let Some(place) = usize::try_from(row.int("state")?)
                .ok()
                .and_then(|state| files.get_mut(state))
            {
                *place = row.int("files")?;
            }
        }
        Ok(lanes.into_iter().collect())
    }

    /// The last number of each lane: what the office has made by now.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn heads(&self, tx: &mut Tx) -> Result<Heads, RelayError> {
        let mut heads = Heads::default();
        for lane in Lane::ALL {
            heads.set(lane, positions::current(tx, counter(lane)).await?);
        }
        Ok(heads)
    }

    /// This world's time.
    pub fn now(&self) -> Time {
        self.env.now()
    }
}

fn counter(lane: Lane) -> &'static str {
    match lane {
        Lane::Shield => "outbox/shield",
        Lane::Single => "outbox/single",
        Lane::Bulk => "outbox/bulk",
    }
}

fn place<'a>(row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        table: "outbox",
        row,
        column: "body",
    }
}

fn shape(source: serde_json::Error) -> RelayError {
    RelayError::Shape {
        what: "the answer to a file",
        source,
    }
}
