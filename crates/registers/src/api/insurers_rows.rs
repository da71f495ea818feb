//! `POST /insurers/rows`: what the insurance of some people is beside their aid, in the order of the questions.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registers::insurers::{Answer, MOST_QUESTIONS, Question};
use service::{Peer, Problem};

use super::lines;
use crate::Registers;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Vec<Answer>>, Problem> {
    let permit = Permit::grant(actor, Action::AskInsurers, Purpose::EligibilityCheck)?;
    let questions: Vec<Question> = lines::read(&body, "questions")?;
    if questions.len() > MOST_QUESTIONS {
        return Err(Problem::malformed("too many questions")
            .next_step(format!("ask at most {MOST_QUESTIONS} at a time")));
    }
    role.rows_beside_aid(&permit, questions)
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
