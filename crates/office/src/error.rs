//! What can go wrong at the office.

use domain::permit::Denied;
use relay::RelayError;
use seal::SealError;
use service::{CallError, Problem};
use storage::StoreError;

/// What can go wrong at the office.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The relay said no.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The permit is for something else.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A sealed row does not open: it was changed, or the key is another.
    #[error("a sealed row of {table} does not open: {source}")]
    Sealed {
        /// The table.
        table: &'static str,
        /// Why.
        source: SealError,
    },
    /// A row does not say what it must.
    #[error("a row of {table} is not of the agreed shape")]
    Shape {
        /// The table.
        table: &'static str,
    },
    /// A number could not be sealed.
    #[error("the number could not be sealed: {0}")]
    Number(SealError),
    /// Another role could not be asked, or said no.
    #[error(transparent)]
    Call(#[from] CallError),
    /// There is no such household.
    #[error("there is no household of this number")]
    NoHousehold,
    /// There is no such voucher.
    #[error("there is no voucher of this record")]
    NoVoucher,
    /// There is no such run.
    #[error("there is no such run")]
    NoRun,
    /// The name of an event is taken by another one.
    #[error("another event has this id")]
    EventTaken,
    /// The name of an event is that of an eligibility that somebody wrote down.
    #[error("an eligibility of this person has this id as its record")]
    RecordTaken,
    /// There is no such person.
    #[error("there is no person of this link")]
    NoPerson,
    /// The revision asked for is not the next, and what is there says something else.
    #[error("the next revision is {next}; revision {asked} cannot be made")]
    Revision {
        /// What was asked for.
        asked: u32,
        /// What can be made.
        next: u32,
    },
    /// A rule of the law says no.
    #[error("{why}")]
    Fault {
        /// The field, as a path in the request.
        field: String,
        /// What is wrong with it.
        why: String,
    },
    /// A rule says no.
    #[error("{rule}: {why}")]
    Rule {
        /// The rule's name.
        rule: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// What to do when a rule says no.
const CORRECT: &str = "項目を直して、もう一度送ってください (correct the field and send it again)";

impl OfficeError {
    /// What a rule of the law says about a part of the request. Its text begins with the name of the field.
    pub(crate) fn fault(part: &str, fault: &impl std::fmt::Display) -> OfficeError {
        let text = fault.to_string();
        let (field, why) = text.split_once(": ").unwrap_or(("", &text));
        OfficeError::Fault {
            field: format!("{part}.{field}").trim_matches('.').to_owned(),
            why: why.to_owned(),
        }
    }
}

impl From<OfficeError> for Problem {
    fn from(error: OfficeError) -> Problem {
        match &error {
            OfficeError::NoPerson => Problem::missing(error.to_string())
                .field("link")
                .next_step("register the person first"),
            OfficeError::NoHousehold => Problem::missing(error.to_string())
                .field("household")
                .next_step("write the household down first: POST /households"),
            OfficeError::NoVoucher => Problem::missing(error.to_string())
                .field("record")
                .next_step("GET /people/LINK/records lists the person's records"),
            OfficeError::NoRun => {
                Problem::missing(error.to_string()).next_step("start one: POST /runs with the month")
            }
            OfficeError::EventTaken | OfficeError::RecordTaken => Problem::conflict(error.to_string())
                .field("id")
                .next_step("give another id, or none"),
            OfficeError::Revision { next, .. } => Problem::conflict(error.to_string())
                .field("revision")
                .next_step(format!("read what is there, then ask for revision {next}")),
            OfficeError::Rule { rule, .. } => Problem::against_rule(error.to_string())
                .field(*rule)
                .next_step(CORRECT),
            OfficeError::Fault { field, .. } => Problem::against_rule(error.to_string())
                .field(field.clone())
                .next_step(CORRECT),
            OfficeError::Denied(denied) => denied.clone().into(),
            _ => Problem::unavailable(&error),
        }
    }
}
