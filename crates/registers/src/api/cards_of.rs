//! `POST /residents/cards/of`: the cards in force under some numbers' indexes, in their order.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::permit::{Action, Permit, Purpose};
use exchange::registers::cards::{InForce, MOST_QUESTIONS};
use service::{Peer, Problem};

use super::lines;
use crate::Registers;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Vec<InForce>>, Problem> {
    let permit = Permit::grant(actor, Action::AskCards, Purpose::Enrolment)?;
    let indexes: Vec<String> = lines::read(&body, "indexes")?;
    if indexes.len() > MOST_QUESTIONS {
        return Err(Problem::malformed("too many questions")
            .next_step(format!("ask at most {MOST_QUESTIONS} at a time")));
    }
    role.cards_of(&permit, &indexes)
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
