//! What the hub answers to a file.

use domain::identity::{Link, OfficeCode};
use serde::{Deserialize, Serialize};

use super::content::Kind;
use super::envelope::{FileHash, Lane};
use super::file::Fault;
use super::record::RecordId;

/// The hub's answer: a receipt, which stands for ever, or a refusal, after which nothing of the file is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The file was taken. The same file again gets the same receipt.
    Receipt(Receipt),
    /// The file was not taken, and its number is still free.
    Refusal(Refusal),
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The office.
    pub office: OfficeCode,
    /// The lane.
    pub lane: Lane,
    /// The file's number.
    pub number: i64,
    /// SHA-256 over the whole file.
    pub sha256: FileHash,
    /// What became of it as a whole.
    pub outcome: FileOutcome,
    /// Its records, counted by what became of them. They add up to the rows of the file.
    pub counts: Counts,
    /// Every record that was not applied, with the reason.
    pub not_applied: Vec<RowResult>,
    /// When the hub took it, in µs since 1970-01-01T00:00:00Z.
    pub taken_at: i64,
}

/// What became of a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileOutcome {
    /// Rules were judged for each person.
    Judged,
    /// An all-or-nothing file broke a rule: nothing of it was applied.
    RefusedWhole,
}

/// Records by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Applied.
    pub applied: u32,
    /// Kept, and waiting by name: for the person, or for the person's match.
    pub held: u32,
    /// Refused by a rule.
    pub refused: u32,
    /// Already there, or older than what is there: nothing to do.
    pub superseded: u32,
}

/// What became of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// See [`Counts::applied`].
    Applied,
    /// See [`Counts::held`].
    Held,
    /// See [`Counts::refused`].
    Refused,
    /// See [`Counts::superseded`].
    Superseded,
}

impl Outcome {
    /// The outcome's name, as receipts and databases write it.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Applied => "applied",
            Outcome::Held => "held",
            Outcome::Refused => "refused",
            Outcome::Superseded => "superseded",
        }
    }

    /// The outcome of this name.
    pub fn from_name(name: &str) -> Option<Outcome> {
        [
            Outcome::Applied,
            Outcome::Held,
            Outcome::Refused,
            Outcome::Superseded,
        ]
        .into_iter()
        .find(|outcome| outcome.name() == name)
    }
}

impl Counts {
    /// Counts one record.
    pub fn add(&mut self, outcome: Outcome) {
        let place = match outcome {
            Outcome::Applied => &mut self.applied,
            Outcome::Held => &mut self.held,
            Outcome::Refused => &mut self.refused,
            Outcome::Superseded => &mut self.superseded,
        };
        *place += 1;
    }

    /// All of them.
    pub fn total(&self) -> u32 {
        self.applied + self.held + self.refused + self.superseded
    }
}

/// What became of one record, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowResult {
    /// The record's row, from 1.
    pub row: u32,
    /// The person.
    pub link: Link,
    /// What it is about.
    pub kind: Kind,
    /// The record.
    pub record: RecordId,
    /// Its revision.
    pub revision: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// Why: a rule's name and what to do.
    pub why: String,
}

/// Why a file was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// The envelope, or the schema of a row, is wrong.
    Faults {
        /// The first of them, in the order of rows.
        faults: Vec<Fault>,
        /// Whether there are more than are listed.
        more: bool,
    },
    /// The number is taken by a file with other content.
    OtherContent {
        /// The number.
        number: i64,
        /// SHA-256 of the file that has it.
        taken_by: FileHash,
    },
    /// A number was skipped; files before this one are missing.
    Skipped {
        /// The number that the hub expects.
        expected: i64,
    },
    /// The file belongs to another office than the one that sent it.
    OtherOffice,
}
