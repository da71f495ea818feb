//! The receiving side: each lane takes the next number and no other, and remembers every receipt.

use domain::identity::OfficeCode;
use exchange::registration::envelope::FileHash;
use exchange::registration::{Envelope, Lane, Receipt, Refusal};
use storage::{Migration, Statement, Tx, params, positions};

use crate::RelayError;

/// The inbox's table. The lanes' counters are positions of the store.
pub const MIGRATION: Migration = Migration {
    name: "relay-1-inbox",
    sql: "
        CREATE TABLE inbox (
            office TEXT NOT NULL,
            lane TEXT NOT NULL,
            number BIGINT NOT NULL,
            sha256 BYTEA NOT NULL,
            receipt TEXT NOT NULL,
            PRIMARY KEY (office, lane, number)
        )",
    sqlite: "",
    postgres: "",
};

static FIND: Statement = Statement::new(
    "SELECT sha256, receipt FROM inbox WHERE office = :office AND lane = :lane AND number = :number",
);
static KEEP: Statement = Statement::new(
    "INSERT INTO inbox (office, lane, number, sha256, receipt)
     VALUES (:office, :lane, :number, :sha256, :receipt)",
);

/// What a file is to its lane.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is the next.
    Next,
    /// It was taken before; this was its receipt.
    Known(Box<Receipt>),
    /// It may not be taken.
    Refused(Refusal),
}

/// Says what a file is to its lane.
///
/// # Errors
/// When the database says no.
pub async fn admit(tx: &mut Tx, envelope: &Envelope, sha256: FileHash) -> Result<Admission, RelayError> {
    let key =
        params! { office: envelope.office.as_str(), lane: envelope.lane.name(), number: envelope.number };
    if let Some(row) = tx.optional(&FIND, &key).await? {
        if row.bytes("sha256")? == sha256.0 {
            let receipt = serde_json::from_str(row.text("receipt")?).map_err(shape)?;
            return Ok(Admission::Known(Box::new(receipt)));
        }
        let taken_by = FileHash(row.bytes("sha256")?.try_into().unwrap_or([0; 32]));
        return Ok(Admission::Refused(Refusal::OtherContent {
            number: envelope.number,
            taken_by,
        }));
    }
    let expected = positions::current(tx, &counter(&envelope.office, envelope.lane)).await? + 1;
    if envelope.number == expected {
        Ok(Admission::Next)
    } else {
        Ok(Admission::Refused(Refusal::Skipped { expected }))
    }
}

/// Takes a file: its number is used up and its receipt stands. Call it in the unit that applies the file, after
/// [`admit`] said [`Admission::Next`] in that same unit.
///
/// # Errors
/// When the database says no.
pub async fn conclude(tx: &mut Tx, receipt: &Receipt) -> Result<(), RelayError> {
    positions::next(tx, &counter(&receipt.office, receipt.lane)).await?;
    let text = serde_json::to_string(receipt).map_err(shape)?;
    let values = params! {
        office: receipt.office.as_str(), lane: receipt.lane.name(), number: receipt.number,
        sha256: &receipt.sha256.0, receipt: &text,
    };
    tx.execute(&KEEP, &values).await?;
    Ok(())
}

/// Begins an attempt at a file that is applied in several units, and ends every earlier one of its lane. Call it in the
/// unit in which [`admit`] said [`Admission::Next`] and what an earlier attempt left was removed.
///
/// # Errors
/// When the database says no.
pub async fn begin(tx: &mut Tx, envelope: &Envelope) -> Result<i64, RelayError> {
    Ok(positions::next(tx, &attempts(envelope)).await?)
}

/// Whether an attempt is its lane's newest. Each unit of it asks, so that one of which nobody knows any more, and
/// which is under way at the database all the same, collides with whoever began again and then leaves nothing.
///
/// # Errors
/// When the database says no.
pub async fn is_newest(tx: &mut Tx, envelope: &Envelope, attempt: i64) -> Result<bool, RelayError> {
    Ok(positions::current(tx, &attempts(envelope)).await? == attempt)
}

fn counter(office: &OfficeCode, lane: Lane) -> String {
    format!("inbox/{}/{lane}", office.as_str())
}

fn attempts(envelope: &Envelope) -> String {
    format!("attempts/{}/{}", envelope.office.as_str(), envelope.lane)
}

fn shape(source: serde_json::Error) -> RelayError {
    RelayError::Shape {
        what: "a receipt",
        source,
    }
}
