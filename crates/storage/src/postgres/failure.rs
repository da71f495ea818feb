//! What PostgreSQL's refusals mean, without people's data.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use crate::error::{Failure, Trouble};

/// What a failure means to a unit, and what may be told of it.
pub(super) fn failure(error: &Error, closed: bool) -> Failure {
    if let Some(refused) = error.as_db_error() {
        return Failure {
            trouble: trouble(refused),
            reason: reason(refused),
        };
    }
    let io = error.source().is_some_and(|source| source.is::<std::io::Error>());
    let lost = closed || io || error.is_closed();
    // What is not from the server is from the driver or from our own binding; neither tells values.
    let because = error
        .source()
        .map(|source| format!(": {source}"))
        .unwrap_or_default();
    Failure {
        trouble: if lost { Trouble::Lost } else { Trouble::Statement },
        reason: format!("{error}{because}"),
    }
}

fn trouble(refused: &DbError) -> Trouble {
    match refused.code().code() {
        // serialization_failure, deadlock_detected
        "40001" | "40P01" => Trouble::Conflict,
        // statement_completion_unknown; the server is full, goes down, or comes up.
        "40003" | "53300" | "57P01" | "57P02" | "57P03" => Trouble::Lost,
        code if code.starts_with("08") => Trouble::Lost,
        _ => Trouble::Statement,
    }
}

/// What the server said, without people's data: messages about data (classes 22, 23, P0) quote values, so of
/// these only the code and the names of what was violated are told.
fn reason(refused: &DbError) -> String {
    let code = refused.code().code();
    if !matches!(code.get(..2), Some("22" | "23" | "P0" | "XX")) {
        return format!("{} ({code})", refused.message());
    }
    let named = [
        ("constraint", refused.constraint()),
        ("table", refused.table()),
        ("column", refused.column()),
    ];
    let named: Vec<_> = named
        .iter()
        .filter_map(|(kind, name)| name.map(|name| format!(", {kind} {name}")))
        .collect();
    format!("refused with SQLSTATE {code}{}", named.concat())
}
