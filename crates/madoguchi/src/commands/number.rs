//! `madoguchi number check`: whether a number is valid, and if not which rule it breaks.

use std::io::BufRead;

use domain::number::{
    IndividualNumber, InstitutionCode, InsurerNumber, NumberError, PayerNumber, RecipientNumber,
};
use serde::Serialize;

use crate::cli::{NumberCheck, NumberKind};
use crate::outcome::{Failure, Outcome, print, print_json};

/// What was found.
#[derive(Serialize)]
struct Finding {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(super) fn check(asked: &NumberCheck) -> Outcome {
    let value = match asked.value.as_str() {
        "-" => read_line()?,
        _ if asked.kind == NumberKind::Individual => {
            return Err(
                Failure::failed("an individual number is read from standard input only")
                    .next_step("madoguchi number check individual - < FILE"),
            );
        }
        value => value.to_owned(),
    };
    let reason = judge(asked.kind, &value).err();
    let finding = Finding {
        valid: reason.is_none(),
        reason,
    };
    if asked.json {
        print_json(&finding)?;
    } else if finding.valid {
        print("valid");
    }
    match finding.reason {
        None => Ok(()),
        Some(reason) => Err(Failure::failed(reason)),
    }
}

fn judge(kind: NumberKind, value: &str) -> Result<(), String> {
    let said = |error: NumberError| error.to_string();
    match kind {
        NumberKind::Payer => PayerNumber::parse(value).map(|_| ()).map_err(said),
        NumberKind::Recipient => RecipientNumber::parse(value).map(|_| ()).map_err(said),
        NumberKind::Insurer => InsurerNumber::parse(value).map(|_| ()).map_err(said),
        NumberKind::Individual => IndividualNumber::parse(value).map(|_| ()).map_err(said),
        NumberKind::Institution => {
            let code = InstitutionCode::parse(value).map_err(said)?;
            if code.check_digit_agrees() {
                return Ok(());
            }
            let expected = code.expected_check_digit();
            Err(format!(
                "the check digit differs: {expected} is computed. Some codes given before 1976 differ, so messages \
                 with this code are taken with a warning"
            ))
        }
    }
}

/// One line of standard input, without its end.
fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
