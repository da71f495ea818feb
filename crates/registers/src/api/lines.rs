//! What the registers are told and asked: JSON objects, one a line (NDJSON), or one JSON list of them.

use axum::body::Bytes;
use domain::permit::{Action, Actor, Permit, Purpose};
use serde::de::DeserializeOwned;
use service::Problem;

/// Objects in one request; a loader sends the next thousand in the next.
const MOST: usize = 10_000;
/// Bytes of one line.
const LINE: usize = 64 << 10;

/// What to do about a peer that may not load.
const OWN_SIDE: &str = "registers の証明書で接続してください (connect with the certificate of registers)";

/// The permit of whoever loads: the registers' own side.
pub(super) fn permit(actor: Actor) -> Result<Permit, Problem> {
    Permit::grant(actor, Action::LoadRegisters, Purpose::Operation)
        .map_err(|_| Problem::forbidden("only the register itself loads what it holds").next_step(OWN_SIDE))
}

/// Reads a body. A parser's message could repeat what was there, so only the place is told.
pub(super) fn read<T: DeserializeOwned>(body: &Bytes, what: &str) -> Result<Vec<T>, Problem> {
    let objects: Vec<T> = match body.trim_ascii_start().first() {
        None => return Err(Problem::malformed(format!("no {what}: the body is empty"))),
        Some(b'[') => serde_json::from_slice(body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Problem::malformed(format!("not a list of {what}: line {line}, column {column}"))
        })?,
        _ => read_lines(body, what)?,
    };
    if objects.len() > MOST {
        return Err(too_many());
    }
    Ok(objects)
}

fn read_lines<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<Vec<T>, Problem> {
    let mut objects = Vec::new();
    for (number, line) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if objects.len() == MOST {
            return Err(too_many());
        }
        if line.len() > LINE {
            let title = format!("line {number} of {what} is longer than {LINE} bytes");
            return Err(Problem::malformed(title));
        }
        objects.push(serde_json::from_slice(line).map_err(|error| {
            let column = error.column();
            Problem::malformed(format!("not a line of {what}: line {number}, column {column}"))
        })?);
    }
    Ok(objects)
}

fn too_many() -> Problem {
    Problem::malformed("too many at once").next_step(format!("load at most {MOST} in one request"))
}

/// A rule that the `n`-th object breaks, counted from 1. Rules name fields and never repeat values.
pub(super) fn against_rule(n: usize, why: &impl std::fmt::Display) -> Problem {
    Problem::against_rule(format!("object {n}: {why}"))
        .next_step("nothing was loaded; correct it and send all again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residents::{Question, Resident};

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        let attributes = r#"{"name":{"name":"架空","kana":"ｶｸｳ"},"birth_date":"1980-02-29","sex":"金糸雀"}"#;
        let line = format!(r#"{{"number":987654321093,"index":"金糸雀","attributes":{attributes}}}"#);
        for body in [line.clone(), format!("[{line}]")] {
            let body = Bytes::from(body);
            for problem in [
                read::<Question>(&body, "questions").err(),
                read::<Resident>(&body, "residents").err(),
            ] {
                let title = problem.unwrap().title;
                assert!(title.contains("line 1, column "), "{title}");
                assert!(
                    !title.contains("金糸雀") && !title.contains("987654321093"),
                    "{title}"
                );
            }
        }
    }
}
