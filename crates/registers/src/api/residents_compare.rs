//! `POST /residents/compare`: the hub's questions, answered in their order.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use service::{Peer, Problem};

use super::lines;
use crate::Registers;
use crate::residents::{Outcome, Question};

/// Questions in one request.
const MOST: usize = 500;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Vec<Outcome>>, Problem> {
    let permit = Permit::grant(actor, Action::MatchPerson, Purpose::IdentityMatching)?;
    let questions: Vec<Question> = lines::read(&body, "questions")?;
    if questions.len() > MOST {
        return Err(
            Problem::malformed("too many questions").next_step(format!("ask at most {MOST} at a time"))
        );
    }
    role.compare(&permit, &questions)
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
