//! `POST /residents/cards/find`: whose a card is. It is asked about one, by whoever has judged that card's signature.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::card::CardId;
use domain::permit::{Action, Permit, Purpose};
use exchange::registers::cards::Found;
use service::extract::json;
use service::{Peer, Problem};

use crate::Registers;

pub(super) async fn handler(
    State(role): State<Arc<Registers>>,
    Peer(actor): Peer,
    body: Bytes,
) -> Result<Json<Found>, Problem> {
    let permit = Permit::grant(actor, Action::AskCards, Purpose::Enrolment)?;
    let card: CardId = json(&body)?;
    role.find_card(&permit, &card)
        .await
        .map(Json)
        .map_err(|error| Problem::unavailable(&error))
}
